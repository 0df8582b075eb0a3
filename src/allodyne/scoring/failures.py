"""The findings whose direction was missed, and the edges that carry what went wrong."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from allodyne.scoring.agreement import FAILED, directed, held_out
from allodyne.scoring.predictions import Prediction

if TYPE_CHECKING:
    from allodyne.evidence.papers import Paper
    from allodyne.experiments.experiment import Experiment, Reading
    from allodyne.network.schema import Network
    from allodyne.simulate.contributions import Contribution
    from allodyne.simulate.structure import Structure

MOST_EDGES = 5
DEPTH = 3
"""Edges from the outcome to go back."""
WIDTH = 5
"""Inputs of the outcome to follow; two fewer at each step back."""
_TOGETHER = 24

Levels = Mapping[str, float]
Pair = tuple[Levels, Levels]
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class ResponsibleEdge:
    """An edge and what it carries.

    Attributes
    ----------
    edge : str
        ``source>target``.
    basis : str
        What it rests on.
    change : float
        Part of the change in ln of the species behind the outcome, in the typical subject with the shipped parameters.
    """

    edge: str
    basis: str
    change: float


@dataclass(frozen=True)
class Failure:
    """A missed direction.

    Attributes
    ----------
    prediction : Prediction
    citation : str
    found, predicted : str
        Directions; ``failed`` where there is no prediction.
    edges : tuple of ResponsibleEdge
        Those that carry most of a wrong change; of a change that is missing, the largest of either sign.
    """

    prediction: Prediction
    citation: str
    found: str
    predicted: str
    edges: tuple[ResponsibleEdge, ...] = ()


def missed(predictions: Sequence[Prediction]) -> list[Prediction]:
    """Predictions whose held-out direction is not the published one, in their order."""
    return [one for one in directed(predictions) if held_out(one) != one.experiment.direction]


def failures(
    predictions: Sequence[Prediction],
    papers: Mapping[str, Paper],
    network: Network,
    structure: Structure,
    tell: Tell | None = None,
) -> list[Failure]:
    """List missed directions with the edges most responsible.

    Parameters
    ----------
    predictions : sequence of Prediction
    papers : mapping of str to Paper
    network : Network
    structure : Structure
    tell : callable, optional
        Called with the number of solved groups and of all.

    Returns
    -------
    list of Failure
    """
    chosen = missed(predictions)
    pairs = _levels_of_both([one.experiment for one in chosen], network, structure, tell)
    found = []
    for one, pair in zip(chosen, pairs, strict=True):
        experiment, predicted = one.experiment, held_out(one)
        edges = responsible(experiment, pair, predicted, network) if pair and predicted else ()
        citation = papers[experiment.paper].citation if experiment.paper in papers else experiment.paper
        found.append(Failure(one, citation, str(experiment.direction), predicted or FAILED, edges))
    return found


def responsible(
    experiment: Experiment, pair: tuple[Pair, str], predicted: str, network: Network
) -> tuple[ResponsibleEdge, ...]:
    """Edges that carry the difference of two groups, weighed by what passes through them to the outcome.

    What a species passes on is shared out over its inputs by their size, so that parts that cancel each other are
    not counted beyond the whole.
    """
    from allodyne.simulate.contributions import contributions

    (left, right), species = pair
    if experiment.right is None:
        return ()
    scenarios = experiment.left.readings[0].scenario, experiment.right.readings[0].scenario
    cut = frozenset(scenarios[0].cut(network)), frozenset(scenarios[1].cut(network))
    inputs = contributions(network, left, right, species, cut, depth=DEPTH, most=WIDTH)
    carried: dict[str, float] = {}
    for one in inputs:
        _carry(one, species, one.change, (left, right), carried)
    whole = math.log(left[species] / right[species])
    wrong = {edge: change for edge, change in carried.items() if predicted == "none" or change * whole > 0}
    order = sorted(wrong, key=lambda edge: -abs(wrong[edge]))[:MOST_EDGES]
    return tuple(ResponsibleEdge(edge, network.edges[edge].basis, wrong[edge]) for edge in order)


def _carry(one: Contribution, target: str, passed: float, pair: Pair, carried: dict[str, float]) -> None:
    edge = f"{one.source}>{target}"
    carried[edge] = carried.get(edge, 0.0) + passed
    total = sum(abs(below.change) for below in one.through)
    moved = math.log(pair[0][one.source] / pair[1][one.source])
    if not total or not math.isfinite(moved) or moved == 0:
        return
    for below in one.through:
        _carry(below, one.source, passed * math.copysign(1.0, moved) * below.change / total, pair, carried)


def _levels_of_both(
    experiments: Sequence[Experiment], network: Network, structure: Structure, tell: Tell | None
) -> list[tuple[Pair, str] | None]:
    """Levels of all species in both groups, and the species behind the outcome, where it differs most."""
    from allodyne.experiments.levels import TOLERANCE, for_job, jobs_of, shipped_columns
    from allodyne.simulate.solve import solve

    jobs, columns = jobs_of(structure, network, experiments), shipped_columns(network, structure)
    found: dict[Reading, Levels] = {}
    for first in range(0, len(jobs), _TOGETHER):
        some = jobs[first : first + _TOGETHER]
        arms = [(job.line, for_job(job, columns)) for job in some]
        for job, solved in zip(some, solve(structure, arms, structure.species, TOLERANCE, check=False), strict=True):
            for reading in job.readings:
                values = solved.values[int(np.searchsorted(job.days, reading.day)), :, 0]
                found[reading] = dict(zip(structure.species, values.tolist(), strict=True))
        if tell is not None:
            tell(min(first + _TOGETHER, len(jobs)), len(jobs))
    return [_where_it_differs(one, found) for one in experiments]


def _where_it_differs(experiment: Experiment, found: Mapping[Reading, Levels]) -> tuple[Pair, str] | None:
    if experiment.right is None:
        return None
    best: tuple[float, tuple[Pair, str] | None] = (-1.0, None)
    for left, right in zip(experiment.left.readings, experiment.right.readings, strict=False):
        pair = found[left], found[right]
        values = pair[0][left.species], pair[1][left.species]
        if left.species != right.species or not all(math.isfinite(value) and value > 0 for value in values):
            continue
        gap = abs(math.log(values[0] / values[1]))
        if gap > best[0]:
            best = gap, (pair, left.species)
    return best[1]
