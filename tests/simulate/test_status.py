"""Failure is never data."""

from __future__ import annotations

import numpy as np
import pytest
from protocols import LESION, SESSIONS, difference, run

from allodyne.signals import Signal
from allodyne.simulate.parameters import Parameters
from allodyne.simulate.structure import Structure

SICK = 5


@pytest.mark.parametrize("gain", [np.nan, np.inf, -np.inf])
def test_a_subject_that_cannot_be_solved_harms_nobody_else(
    structure: Structure, subjects: Parameters, gain: float
) -> None:
    well = run(structure, [LESION, *SESSIONS], subjects)
    gains = subjects.gains.copy()
    gains[structure.edges.index("@oxygen>tissue_oxygen"), SICK] = gain

    found = run(structure, [LESION, *SESSIONS], Parameters(subjects.turnover, gains, subjects.exposure))

    others = np.arange(8) != SICK
    assert found.status[SICK] == 1
    assert not found.status[others].any()
    assert np.isnan(found.values[:, :, SICK]).all()
    assert difference(found.values[:, :, others], well.values[:, :, others]) < 1e-3
    assert found.error < 1e-3


def test_when_nobody_can_be_solved_the_error_is_unknown(structure: Structure, subjects: Parameters) -> None:
    nothing = Parameters(subjects.turnover, np.full_like(subjects.gains, np.nan), subjects.exposure)

    found = run(structure, [LESION, *SESSIONS], nothing)

    assert (found.status == 1).all()
    assert np.isnan(found.values).all()
    assert np.isnan(found.error)


def test_a_tolerance_out_of_reach_is_a_status(structure: Structure, subjects: Parameters) -> None:
    found = run(structure, [Signal("oxygen", 0.0, np.inf, 2.0)], subjects, tolerance=1e-19, days=np.array([0.0, 1e-3]))

    missed = found.status == 2
    # a step in which nothing moves by a bit has no error
    assert missed.sum() > len(missed) / 2
    assert not found.status[~missed].any()
    assert np.isnan(found.values[:, :, missed]).all()
