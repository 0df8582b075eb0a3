"""A treatment that is off is no treatment."""

from __future__ import annotations

import numpy as np
import pytest
from protocols import ACTIONS, DAYS, LESION, SESSIONS, difference, run

from allodyne.network.actions import Action
from allodyne.signals import Signal
from allodyne.simulate.parameters import Parameters
from allodyne.simulate.solve import Trajectories, solve
from allodyne.simulate.structure import Structure
from allodyne.simulate.timeline import build_timeline

TOLERANCE = 1e-4


@pytest.fixture(scope="module")
def untreated(structure: Structure, subjects: Parameters) -> Trajectories:
    return run(structure, [LESION], subjects, TOLERANCE)


def test_a_drive_at_zero_equals_an_absent_drive(
    structure: Structure, subjects: Parameters, untreated: Trajectories
) -> None:
    others = [drive for drive in structure.drives if drive != LESION.drive]
    off = [[LESION, *(Signal(drive, s.start, s.end, 0.0) for s in SESSIONS)] for drive in others]
    arms = [(build_timeline(structure, signals, [], DAYS, 0.0), subjects) for signals in off]

    for found in solve(structure, arms, structure.species, TOLERANCE):
        assert difference(found.values, untreated.values) < TOLERANCE


def test_a_drive_that_is_on_does_something(structure: Structure, subjects: Parameters, untreated: Trajectories) -> None:
    on = run(structure, [LESION, *SESSIONS], subjects, TOLERANCE)

    assert difference(on.values, untreated.values) > 100 * TOLERANCE


@pytest.mark.parametrize("kind", ["block", "shift"])
def test_a_drug_at_zero_concentration_equals_an_absent_drug(
    structure: Structure, subjects: Parameters, untreated: Trajectories, kind: str
) -> None:
    action = Action("drug:nothing", "mu_activity", "block" if kind == "block" else "shift", 0.9)
    empty = Signal("drug:nothing", 2.0, 9.0, 0.0, ((0.0, 3.0),))

    never = run(structure, [LESION], subjects, TOLERANCE, [action])
    zero = run(structure, [LESION, empty], subjects, TOLERANCE, [action])

    assert difference(never.values, untreated.values) < TOLERANCE
    assert difference(zero.values, untreated.values) < TOLERANCE


def test_a_subject_without_exposure_feels_no_drug(
    structure: Structure, subjects: Parameters, untreated: Trajectories
) -> None:
    unexposed = Parameters(subjects.turnover, subjects.gains, np.zeros(8))
    drug = Signal("drug:blocker", 2.0, np.inf, 5.0)

    found = run(structure, [LESION, drug], unexposed, TOLERANCE, ACTIONS[:2])

    assert difference(found.values, untreated.values) < TOLERANCE


def test_the_same_subject_in_two_arms_is_a_twin(structure: Structure, subjects: Parameters) -> None:
    line = build_timeline(structure, [LESION], [], DAYS, 0.0)

    left, right = solve(structure, [(line, subjects), (line, subjects)], structure.species, TOLERANCE)

    np.testing.assert_array_equal(left.values, right.values)
