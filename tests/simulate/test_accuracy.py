"""Against SciPy at rtol 1e-10 on the shipped network: lesion, oxygen sessions, a blocker and an uptake inhibitor."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from protocols import ACTIONS, DAYS, EVERYTHING, LESION, SESSIONS, FloatArray, difference, run
from reference import Reference

from allodyne.network import Network
from allodyne.simulate.parameters import Parameters
from allodyne.simulate.solve import CHECKED_SUBJECTS
from allodyne.simulate.structure import Structure


@pytest.fixture(scope="module")
def exact(network: Network, structure: Structure, subjects: Parameters) -> FloatArray:
    """Fold changes by SciPy, shape (days, species, subjects)."""
    solved = [
        Reference(
            network,
            structure.species,
            subjects.turnover[:, k],
            dict(zip(structure.edges, subjects.gains[:, k], strict=True)),
            float(subjects.exposure[k]),
            EVERYTHING,
            ACTIONS,
        ).solve(0.0, DAYS)
        for k in range(subjects.subjects)
    ]
    return np.stack(solved, axis=2)


@pytest.mark.parametrize("tolerance", [1e-2, 1e-3, 1e-4, 1e-5])
def test_every_species_and_day_is_within_the_tolerance(
    structure: Structure, subjects: Parameters, exact: FloatArray, tolerance: float
) -> None:
    found = run(structure, EVERYTHING, subjects, tolerance, ACTIONS)

    assert not found.status.any()
    assert difference(found.values, exact) <= tolerance


@pytest.mark.parametrize("tolerance", [1e-2, 1e-3, 1e-4, 1e-5])
def test_the_reported_error_is_the_true_one_of_the_subjects_it_was_taken_from(
    structure: Structure, subjects: Parameters, exact: FloatArray, tolerance: float
) -> None:
    found = run(structure, EVERYTHING, subjects, tolerance, ACTIONS)

    true = difference(found.values[:, :, :CHECKED_SUBJECTS], exact[:, :, :CHECKED_SUBJECTS])
    assert true / 3 <= found.error <= tolerance
    assert found.error <= 3 * true


def test_nobody_in_a_full_group_exceeds_the_tolerance(structure: Structure, many: Parameters) -> None:
    found, tight = (run(structure, [LESION, *SESSIONS], many, tolerance) for tolerance in (1e-3, 1e-5))

    assert difference(found.values, tight.values) <= 1e-3


def test_the_error_falls_with_the_tolerance(structure: Structure, subjects: Parameters, exact: FloatArray) -> None:
    errors = [
        difference(run(structure, EVERYTHING, subjects, tolerance, ACTIONS).values, exact)
        for tolerance in (1e-2, 1e-4, 1e-6)
    ]

    assert all(later < earlier / 5 for earlier, later in pairwise(errors))


def test_tighter_costs_more_steps_as_a_method_of_third_order_does(structure: Structure, subjects: Parameters) -> None:
    loose, tight = (run(structure, EVERYTHING, subjects, tolerance, ACTIONS).steps for tolerance in (1e-5, 1e-8))

    # 1000 times tighter is 10 times more steps at order three (error of a step of order h^3)
    assert 5 < tight / loose < 20


def test_drugs_do_what_their_actions_say(network: Network, structure: Structure, subjects: Parameters) -> None:
    with_drugs = run(structure, EVERYTHING, subjects, 1e-3, ACTIONS).values
    lesion_and_oxygen = [s for s in EVERYTHING if not s.drive.startswith("drug:")]
    without = run(structure, lesion_and_oxygen, subjects, 1e-3).values
    mu, noradrenaline = structure.row("mu_activity"), structure.row("noradrenaline")

    assert (with_drugs[6:8, mu] < without[6:8, mu]).all()
    assert (with_drugs[3, noradrenaline] > without[3, noradrenaline]).all()
    assert network.species["mu_activity"].tonic < 1
