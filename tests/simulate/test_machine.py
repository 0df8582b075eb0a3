"""What a study is solved on."""

from __future__ import annotations

import numpy as np
import pytest
from protocols import DAYS, LESION, SESSIONS

from allodyne.errors import UserError
from allodyne.simulate.backend import accelerators
from allodyne.simulate.machine import GPU_PAYS_FROM, Machine, machine_for
from allodyne.simulate.parameters import Parameters
from allodyne.simulate.solve import solve
from allodyne.simulate.structure import Structure
from allodyne.simulate.timeline import build_timeline

TOLERANCE = 1e-3
needs_accelerator = pytest.mark.skipif(not accelerators(), reason="no accelerator that JAX can use")


def test_a_small_population_is_solved_on_cores_in_double_precision() -> None:
    assert machine_for() == Machine("cpu", "double")


def test_single_precision_is_used_on_cores_when_asked_for() -> None:
    assert machine_for("cpu", "single", GPU_PAYS_FROM) == Machine("cpu", "single")


@pytest.mark.skipif(bool(accelerators()), reason="there is an accelerator")
def test_without_an_accelerator_asking_for_it_is_a_mistake_and_auto_is_none() -> None:
    assert machine_for("auto", None, 10 * GPU_PAYS_FROM).device == "cpu"
    with pytest.raises(UserError, match="no accelerator") as caught:
        machine_for("gpu")
    assert "--device" in f"{caught.value.where} {caught.value.remedy}"


@needs_accelerator
def test_an_accelerator_is_chosen_for_a_large_population() -> None:
    assert machine_for("auto", None, GPU_PAYS_FROM) == Machine("gpu", "single")
    assert machine_for("auto", None, 10) == Machine("cpu", "double")


def test_single_precision_keeps_the_tolerance(structure: Structure, many: Parameters) -> None:
    line = build_timeline(structure, [LESION, *SESSIONS], [], DAYS, 0.0)

    (single,) = solve(structure, [(line, many)], structure.species, TOLERANCE, machine=Machine("cpu", "single"))
    (exact,) = solve(structure, [(line, many)], structure.species, TOLERANCE / 100, check=False)

    assert not single.status.any()
    # the estimate is taken against double precision
    assert 0 < single.error < TOLERANCE
    assert np.max(np.abs(np.log(single.values / exact.values))) < TOLERANCE


@needs_accelerator
def test_an_accelerator_agrees_with_the_cores(structure: Structure, many: Parameters) -> None:
    line = build_timeline(structure, [LESION, *SESSIONS], [], DAYS, 0.0)

    (theirs,) = solve(structure, [(line, many)], structure.species, TOLERANCE, machine=machine_for("gpu"))
    (ours,) = solve(structure, [(line, many)], structure.species, TOLERANCE)

    assert np.max(np.abs(np.log(theirs.values / ours.values))) < 2 * TOLERANCE
