"""Derivatives of single readings against central differences of the solver, at a tight tolerance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from protocols import ACTIONS, BLOCKER, LESION, SESSIONS, UPTAKE_INHIBITOR

from allodyne.errors import AllodyneError
from allodyne.experiments.levels import shipped_columns
from allodyne.experiments.scenario import Scenario, plan_text
from allodyne.network import Network
from allodyne.simulate.parameters import Parameters
from allodyne.simulate.sensitivities import Sensitivities, sensitivities
from allodyne.simulate.solve import solve
from allodyne.simulate.structure import FloatArray, Structure
from allodyne.simulate.timeline import Timeline, build_timeline

WALKED, TIGHT = 1e-4, 1e-5
"""Tolerances of the steps that are differentiated, and of the solver that they are compared with."""
PUSH = 0.01
LARGEST = 4
"""Derivatives that are checked for each reading; and as many that are small."""


@dataclass(frozen=True)
class Case:
    """Subjects that carry one reading each, with what was found."""

    structure: Structure
    line: Timeline
    subjects: Parameters
    readings: tuple[tuple[str, int], ...]
    found: Sensitivities

    def solved(self, reading: int, columns: Parameters) -> FloatArray:
        """ln of the fold change of one reading for other parameters, shape (columns,)."""
        species, output = self.readings[reading]
        solution = solve(self.structure, [(self.line, columns)], [species], TIGHT, check=False)[0]
        return np.asarray(np.log(solution.values[output, 0]))


def differentiate(
    structure: Structure, line: Timeline, subjects: Parameters, readings: tuple[tuple[str, int], ...]
) -> Case:
    rows = np.array([structure.row(species) for species, _ in readings])
    outputs = np.array([output for _, output in readings])
    return Case(structure, line, subjects, readings, sensitivities(structure, line, subjects, rows, outputs, WALKED))


def some_rows(slopes: FloatArray) -> np.ndarray:
    """Rows of the largest derivatives, and of a few others spread evenly."""
    others = np.linspace(0, len(slopes) - 1, LARGEST).astype(int)
    return np.unique(np.concatenate([np.argsort(-np.abs(slopes))[:LARGEST], others]))


def pushed(subject: Parameters, rows: np.ndarray, turnover: bool) -> Parameters:
    """One subject with each of the rows pushed up, then each pushed down."""
    columns = subject.take(np.zeros(2 * len(rows), dtype=np.int64))
    factors = np.ones(((columns.turnover if turnover else columns.gains).shape[0], 2 * len(rows)))
    factors[rows, np.arange(len(rows))] = np.exp(PUSH)
    factors[rows, len(rows) + np.arange(len(rows))] = np.exp(-PUSH)
    if turnover:
        return Parameters(columns.turnover * factors, columns.gains, columns.exposure)
    return Parameters(columns.turnover, columns.gains * factors, columns.exposure)


def check(case: Case, reading: int, turnover: bool) -> None:
    slopes = (case.found.by_turnover if turnover else case.found.by_gain)[:, reading]
    rows = some_rows(slopes)
    values = case.solved(reading, pushed(case.subjects.take(np.array([reading])), rows, turnover))
    central = (values[: len(rows)] - values[len(rows) :]) / (2 * PUSH)
    assert np.abs(central).max() > 1e-3
    np.testing.assert_allclose(slopes[rows], central, rtol=1e-2, atol=2e-3)


ANIMALS = (
    ("mechanical_hypersensitivity", 3),
    ("tissue_oxygen", 1),
    ("mu_activity", 2),
    ("microglia", 3),
    ("noradrenaline", 1),
)


@pytest.fixture(scope="module")
def animals(structure: Structure, subjects: Parameters) -> Case:
    """A lesion, sessions, a blocker and an inhibitor of uptake in five different subjects."""
    signals = [LESION, *SESSIONS, *BLOCKER, *UPTAKE_INHIBITOR]
    line = build_timeline(structure, signals, ACTIONS, np.array([0.0, 2.42, 5.75, 8.0]), 0.0)
    return differentiate(structure, line, subjects.take(np.arange(len(ANIMALS))), ANIMALS)


PEOPLE = (("lesion_activity", 2), ("disability", 2), ("spontaneous_pain", 1))


@pytest.fixture(scope="module")
def people(network: Network, structure: Structure) -> Case:
    """Years of MS, then half a year of interferon and training."""
    plans = (
        plan_text("drug", {"name": "interferon_beta", "dose_mg": 0.044, "per_week": 1, "route": "sc", "weeks": 6}),
        plan_text("exercise", {"mode": "mixed", "minutes": 45, "per_week": 1, "weeks": 6, "intensity": "moderate"}),
    )
    scenario = Scenario("human", "ms", plans)
    start = scenario.start()
    days = np.array([start, 0.0, 43.0])
    line = build_timeline(structure, scenario.signals(network), scenario.actions(), days, start)
    subjects = shipped_columns(network, structure).people.take(np.zeros(len(PEOPLE), dtype=np.int64))
    return differentiate(structure, line, subjects, PEOPLE)


@pytest.mark.parametrize("reading", range(len(ANIMALS)), ids=[name for name, _ in ANIMALS])
def test_levels_of_animals_are_those_of_the_solver(animals: Case, reading: int) -> None:
    expected = animals.solved(reading, animals.subjects.take(np.array([reading])))

    assert animals.found.log_levels[reading] == pytest.approx(expected[0], abs=1e-3)


@pytest.mark.parametrize("reading", range(len(ANIMALS)), ids=[name for name, _ in ANIMALS])
def test_derivatives_in_animals_by_gains(animals: Case, reading: int) -> None:
    check(animals, reading, turnover=False)


@pytest.mark.parametrize("reading", range(len(ANIMALS)), ids=[name for name, _ in ANIMALS])
def test_derivatives_in_animals_by_turnover_times(animals: Case, reading: int) -> None:
    check(animals, reading, turnover=True)


@pytest.mark.parametrize("reading", range(len(PEOPLE)), ids=[name for name, _ in PEOPLE])
def test_derivatives_in_people_with_stiff_disease(people: Case, reading: int) -> None:
    expected = people.solved(reading, people.subjects.take(np.array([reading])))

    assert people.found.log_levels[reading] == pytest.approx(expected[0], abs=1e-3)
    check(people, reading, turnover=False)
    check(people, reading, turnover=True)


def test_a_reading_does_not_depend_on_the_others(structure: Structure, animals: Case) -> None:
    order = np.arange(len(ANIMALS))[::-1]

    again = differentiate(
        structure, animals.line, animals.subjects.take(order), tuple(animals.readings[k] for k in order)
    ).found

    np.testing.assert_allclose(again.log_levels, animals.found.log_levels[order], rtol=0, atol=1e-3)
    np.testing.assert_allclose(again.by_gain, animals.found.by_gain[:, order], rtol=0, atol=2e-3)
    np.testing.assert_allclose(again.by_turnover, animals.found.by_turnover[:, order], rtol=0, atol=2e-3)


def test_what_is_cut_has_no_derivative(structure: Structure, animals: Case) -> None:
    row = structure.edges.index("injury_signal>macrophages_nerve")
    assert abs(animals.found.by_gain[row, 0]) > 1e-3

    found = differentiate(structure, animals.line, animals.subjects.without([row]), animals.readings).found

    assert not found.by_gain[row].any()
    assert np.isfinite(found.by_gain).all()


def test_before_anything_happens_all_is_healthy(structure: Structure, animals: Case) -> None:
    at_start = tuple((species, 0) for species, _ in animals.readings)

    found = differentiate(structure, animals.line, animals.subjects, at_start).found

    assert not found.log_levels.any()
    assert not found.by_gain.any()
    assert not found.by_turnover.any()


def test_a_subject_that_cannot_be_solved_is_refused(structure: Structure, animals: Case) -> None:
    gains = animals.subjects.gains.copy()
    gains[0, 1] = np.nan

    with pytest.raises(AllodyneError, match="cannot be solved"):
        differentiate(
            structure,
            animals.line,
            Parameters(animals.subjects.turnover, gains, animals.subjects.exposure),
            animals.readings,
        )
