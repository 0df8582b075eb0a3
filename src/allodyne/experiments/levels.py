"""Solving all groups of many experiments at once, for one or more sets of parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from allodyne.animals import IN_PEOPLE
from allodyne.experiments.experiment import Experiment, Reading, Side
from allodyne.experiments.measures import effect
from allodyne.experiments.scenario import Scenario
from allodyne.network.schema import Network
from allodyne.simulate.parameters import Parameters
from allodyne.simulate.solve import solve
from allodyne.simulate.structure import FloatArray, IntArray, Structure
from allodyne.simulate.timeline import Timeline, build_timeline
from allodyne.subjects.population import people_against_animals, typical_subject

TOLERANCE = 3e-3
"""Error of ln x asked for; directions have a band of 0.05."""
_TOGETHER = 24
"""Groups that are solved in one call, so that progress can be shown."""

Levels = Mapping[Reading, FloatArray]


@dataclass(frozen=True)
class Columns:
    """Sets of parameters, one a column, as they act in animals and in people."""

    animals: Parameters
    people: Parameters

    @property
    def count(self) -> int:
        """Number of sets."""
        return self.animals.subjects

    def take(self, columns: IntArray) -> Columns:
        """Some of the sets."""
        return Columns(self.animals.take(columns), self.people.take(columns))


def shipped_columns(network: Network, structure: Structure) -> Columns:
    """The shipped parameters as one set."""
    middle = typical_subject(structure)
    return Columns(middle, middle.scaled(*people_against_animals(network, structure)))


Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Job:
    """One group with all that is read of it.

    Attributes
    ----------
    days : array, shape (outputs,)
        Days of the readings, in order, the start of the simulation first.
    """

    scenario: Scenario
    readings: tuple[Reading, ...]
    line: Timeline
    days: FloatArray
    cut: tuple[int, ...]


def jobs_of(structure: Structure, network: Network, experiments: Iterable[Experiment]) -> list[Job]:
    """Gather the readings of each group, the groups with few pieces of time first.

    Parameters
    ----------
    structure : Structure
    network : Network
    experiments : iterable of Experiment

    Returns
    -------
    list of Job
        Groups that several experiments share appear once.
    """
    wanted: dict[Scenario, dict[Reading, None]] = {}
    for experiment in experiments:
        for reading in experiment.readings():
            wanted.setdefault(reading.scenario, {})[reading] = None
    jobs = [_job(structure, network, scenario, tuple(readings)) for scenario, readings in wanted.items()]
    return sorted(jobs, key=lambda job: (job.line.drugs, len(job.line.duration)))


def _job(structure: Structure, network: Network, scenario: Scenario, readings: tuple[Reading, ...]) -> Job:
    start = scenario.start()
    days = np.unique(np.array([start, *(reading.day for reading in readings)]))
    line = build_timeline(structure, scenario.signals(network), scenario.actions(), days, start)
    cut = tuple(structure.edges.index(name) for name in scenario.cut(network))
    return Job(scenario, readings, line, days, cut)


def for_job(job: Job, columns: Columns) -> Parameters:
    """Parameters of a group: of animals or people, without the edges that a knock-out lacks."""
    chosen = columns.people if job.scenario.animal == IN_PEOPLE else columns.animals
    return chosen.without(job.cut)


def solve_levels(
    structure: Structure, jobs: Sequence[Job], columns: Columns, tell: Tell | None = None
) -> dict[Reading, FloatArray]:
    """Levels of everything that is read.

    Parameters
    ----------
    structure : Structure
    jobs : sequence of Job
    columns : Columns
    tell : callable, optional
        Called with the number of finished groups and of all.

    Returns
    -------
    dict of Reading to array, shape (columns,)
        ln of the fold change; NaN where a column could not be solved.
    """
    found: dict[Reading, FloatArray] = {}
    for first in range(0, len(jobs), _TOGETHER):
        some = jobs[first : first + _TOGETHER]
        species = list(dict.fromkeys(reading.species for job in some for reading in job.readings))
        arms = [(job.line, for_job(job, columns)) for job in some]
        for job, solved in zip(some, solve(structure, arms, species, TOLERANCE, check=False), strict=True):
            for reading in job.readings:
                output = int(np.searchsorted(job.days, reading.day))
                with np.errstate(invalid="ignore", divide="ignore"):
                    found[reading] = np.log(solved.values[output, species.index(reading.species)])
        if tell is not None:
            tell(min(first + _TOGETHER, len(jobs)), len(jobs))
    return found


def value_of(side: Side, levels: Levels, columns: int) -> FloatArray:
    """Value of the outcome in one group, shape (columns,)."""
    read = np.array([levels[reading] for reading in side.readings]).reshape(len(side.readings), columns)
    return side.measure.value(read)


def log_ratios(experiments: Sequence[Experiment], levels: Levels, columns: int) -> FloatArray:
    """ln of the outcome of the left group over the right one, shape (experiments, columns); NaN without a right one."""
    found = np.full((len(experiments), columns), np.nan)
    for row, one in enumerate(experiments):
        if one.right is not None:
            found[row] = np.log(value_of(one.left, levels, columns) / value_of(one.right, levels, columns))
    return found


def sizes(experiments: Sequence[Experiment], levels: Levels, columns: int) -> FloatArray:
    """Predicted sizes in the statistic of each published number, shape (experiments, columns); NaN without a number."""
    found = np.full((len(experiments), columns), np.nan)
    for row, one in enumerate(experiments):
        if one.number is None:
            continue
        left = value_of(one.left, levels, columns)
        right = value_of(one.right, levels, columns) if one.right is not None else np.full(columns, np.nan)
        found[row] = effect(one.number.statistic, left, right, one.left.measure)
    return found
