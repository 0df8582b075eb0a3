"""Groups of many experiments are solved together, and each as if it were alone."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pytest
from made_up_findings import expressed, in_people, in_rats

from allodyne.experiments.experiment import Experiment, Reading
from allodyne.experiments.levels import (
    TOLERANCE,
    Columns,
    Levels,
    for_job,
    jobs_of,
    log_ratios,
    shipped_columns,
    sizes,
    solve_levels,
    value_of,
)
from allodyne.experiments.measures import Fold
from allodyne.network import Network
from allodyne.simulate.solve import solve
from allodyne.simulate.structure import Structure

NEEDLING = {"acupuncture": {"mode": "electro", "frequency_hz": [2], "sessions": 1, "start_day": 14}}
TREATED = in_rats(id="treated")
INJURED = in_rats(
    id="injured", kind="injury", treatments=[], outcome={"variable": "mechanical_threshold", "time_days": 7}
)
KNOCKED_OUT = in_rats(
    id="knocked-out",
    kind="blocker",
    treatments=[NEEDLING],
    blocker={"name": "A1 receptor knockout", "target": "adenosine_a1"},
    comparator="unblocked",
)
IN_PEOPLE = in_people(id="people", treatments=[], kind="rate", outcome={"variable": "responder_50"}) | {
    "result": {"effect": {"type": "percent", "estimate": 20}, "units": "percent"}
}


@pytest.fixture(scope="module")
def experiments() -> list[Experiment]:
    return [expressed(one) for one in (TREATED, INJURED, KNOCKED_OUT, IN_PEOPLE)]


@pytest.fixture(scope="module")
def pair(network: Network, structure: Structure) -> Columns:
    """The shipped parameters, and others in which people are more unlike animals."""
    one = shipped_columns(network, structure).take(np.array([0, 0]))
    gains, people = one.animals.gains.copy(), one.people.gains.copy()
    gains[:, 1] *= 0.9
    people[:, 1] *= 0.7
    return Columns(dataclasses.replace(one.animals, gains=gains), dataclasses.replace(one.people, gains=people))


@pytest.fixture(scope="module")
def levels(network: Network, structure: Structure, experiments: list[Experiment], pair: Columns) -> Levels:
    return solve_levels(structure, jobs_of(structure, network, experiments), pair)


def test_two_columns_at_once_equal_each_alone(
    network: Network, structure: Structure, experiments: list[Experiment], pair: Columns, levels: Levels
) -> None:
    jobs = jobs_of(structure, network, experiments)

    for column in (0, 1):
        alone = solve_levels(structure, jobs, pair.take(np.array([column])))
        assert alone.keys() == levels.keys()
        for reading, found in alone.items():
            assert found.shape == (1,)
            assert found[0] == pytest.approx(levels[reading][column], abs=2 * TOLERANCE)


def test_groups_that_experiments_share_are_solved_once(
    network: Network, structure: Structure, experiments: list[Experiment]
) -> None:
    jobs = jobs_of(structure, network, [*experiments, *experiments])

    scenarios = [job.scenario for job in jobs]
    assert len(scenarios) == len(set(scenarios))
    assert {reading for job in jobs for reading in job.readings} == {
        reading for one in experiments for reading in one.readings()
    }


def test_levels_are_those_of_the_solver(
    network: Network, structure: Structure, experiments: list[Experiment], pair: Columns, levels: Levels
) -> None:
    job = next(job for job in jobs_of(structure, network, experiments) if job.scenario.plans)
    solved = solve(structure, [(job.line, for_job(job, pair))], structure.species, 1e-4, check=False)[0]

    for reading in job.readings:
        output = int(np.flatnonzero(job.days == reading.day)[0])
        expected = np.log(solved.values[output, structure.row(reading.species)])
        np.testing.assert_allclose(levels[reading], expected, rtol=0, atol=2 * TOLERANCE)


def test_people_use_the_parameters_of_people(
    network: Network, structure: Structure, experiments: list[Experiment], pair: Columns, levels: Levels
) -> None:
    swapped = Columns(pair.people, pair.people)
    again = solve_levels(structure, jobs_of(structure, network, experiments), swapped)

    apart = {reading: float(np.abs(found - levels[reading]).max()) for reading, found in again.items()}
    assert {reading.scenario.animal for reading, change in apart.items() if change > 0.02} == {"rat"}
    assert [change for reading, change in apart.items() if reading.scenario.animal == "human"] == [0.0, 0.0]


def test_a_knock_out_cuts_what_the_species_does(
    network: Network, structure: Structure, experiments: list[Experiment], pair: Columns
) -> None:
    jobs = jobs_of(structure, network, experiments)
    lacking = next(job for job in jobs if job.scenario.knockout)
    cut = [row for row, name in enumerate(structure.edges) if name.startswith("a1_activity>")]

    assert lacking.cut == tuple(cut)
    assert cut
    assert not for_job(lacking, pair).gains[cut].any()
    assert pair.animals.gains[cut].all()
    assert [job for job in jobs if job.cut] == [lacking]


def test_without_adenosine_receptors_needling_relieves_less(experiments: list[Experiment], levels: Levels) -> None:
    assert log_ratios(experiments, levels, 2)[2, 0] < -0.02


def test_progress_is_told(network: Network, structure: Structure, experiments: list[Experiment], pair: Columns) -> None:
    told: list[tuple[int, int]] = []
    jobs = jobs_of(structure, network, experiments[:1])

    solve_levels(structure, jobs, pair, lambda done, of: told.append((done, of)))

    assert told[-1] == (len(jobs), len(jobs))


def invented(experiment: Experiment, left: float, right: float) -> dict[Reading, np.ndarray]:
    """Levels that were made up: one of the left group and one of the right one."""
    assert experiment.right is not None
    return {experiment.left.readings[0]: np.array([left]), experiment.right.readings[0]: np.array([right])}


def test_effects_follow_from_levels() -> None:
    number = {"direction": "up", "effect": {"type": "MD", "estimate": 3.0}, "units": "g"}
    one = expressed(in_rats(result=number))
    made_up = invented(one, math.log(2.0), math.log(4.0))
    healthy = one.left.measure
    assert isinstance(healthy, Fold)

    assert value_of(one.left, made_up, 1) == pytest.approx(healthy.healthy / 2, rel=1e-12)
    assert log_ratios([one], made_up, 1)[0] == pytest.approx(math.log(2.0), rel=1e-12)
    assert sizes([one], made_up, 1)[0] == pytest.approx(healthy.healthy / 4, rel=1e-12)


@pytest.mark.parametrize(
    ("changes", "log_ratio"),
    [
        ({"outcome": {"variable": "thermal_latency"}}, math.log(0.5)),
        ({"outcome": {"variable": "cold_response"}}, math.log(2.0)),
        ({"outcome": {"variable": "pain_behaviour"}}, math.log(2.0)),
        ({"outcome": {"variable": "pain_threshold"}}, math.log(0.5)),
        ({"outcome": {"variable": "acute_nociception"}, "condition": "naive", "kind": "healthy"}, math.log(2.0)),
        ({"outcome": {"variable": "m1_m2", "tissue": "sciatic nerve"}}, math.log(2.0)),
        ({"outcome": {"variable": "m2_macrophages", "tissue": "sciatic nerve"}}, math.log(0.5)),
        ({"outcome": {"variable": "nerve_conduction"}}, math.log(2.0)),
        ({"outcome": {"variable": "nerve_latency"}}, math.log(0.5)),
        ({"outcome": {"variable": "h_reflex_latency"}}, math.log(0.5)),
    ],
)
def test_variables_turn_as_their_names_say(changes: dict[str, Any], log_ratio: float) -> None:
    """Twice as much of the species behind it in the left group."""
    one = expressed(in_rats(**changes))

    assert log_ratios([one], invented(one, math.log(2.0), 0.0), 1)[0] == pytest.approx(log_ratio, rel=1e-12)


def test_a_number_of_one_group_has_no_ratio(experiments: list[Experiment], levels: Levels) -> None:
    ratios, found = log_ratios(experiments, levels, 2), sizes(experiments, levels, 2)

    assert np.isnan(ratios[3]).all()
    assert np.all((found[3] > 0) & (found[3] < 1))
    assert np.isnan(found[:3]).all()
