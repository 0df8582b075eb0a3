"""What one would say without the model: what other papers mostly found, and networks with shuffled signs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from allodyne.experiments.experiment import Direction, Experiment
from allodyne.scoring.agreement import DIRECTIONS, Guess
from allodyne.scoring.predictions import NONE_BAND, Prediction, direction_of
from allodyne.simulate.structure import FloatArray

ENOUGH_PAPERS = 2
"""Other papers that a narrower group of findings needs before its majority is taken instead of that of a wider one."""

Key = tuple[str, ...]
Level = Callable[[Experiment], Key]

BY_CLASS: tuple[Level, ...] = (lambda one: ("class", one.kind),)
BY_OUTCOME: tuple[Level, ...] = (
    lambda one: ("therapy", one.kind, one.therapy, one.variable),
    lambda one: ("outcome", one.kind, one.variable),
    *BY_CLASS,
)
"""The same class, therapy and outcome; else the same class and outcome; else the same class."""


class OtherPapers:
    """Directions of the training papers, counted so that any paper can be left out.

    Parameters
    ----------
    training : sequence of Experiment
        Those without a direction are passed over.
    levels : sequence of callable
        Groups of an experiment, the narrowest first.
    """

    def __init__(self, training: Sequence[Experiment], levels: Sequence[Level]) -> None:
        self._levels = levels
        self._total: dict[Key, Counter[Direction]] = {}
        self._by_paper: dict[Key, dict[str, Counter[Direction]]] = {}
        for one in training:
            if one.direction is None:
                continue
            for key in (level(one) for level in levels):
                papers = self._by_paper.setdefault(key, {})
                papers.setdefault(one.paper, Counter())[one.direction] += 1
                self._total.setdefault(key, Counter())[one.direction] += 1

    def majority_with_own(self, experiment: Experiment) -> Guess:
        """The most frequent direction of the widest group, the paper itself among the others.

        It favours the baseline. Where directions are nearly balanced, leaving a paper out tips the majority against
        it, so that the majority of other papers does worse than any constant answer.
        """
        return _most(self._total.get(self._levels[-1](experiment), Counter()))

    def counts(self, experiment: Experiment) -> Counter[Direction]:
        """Directions in other papers, of the narrowest group that enough of them have findings of."""
        for level in self._levels:
            papers = self._by_paper.get(level(experiment), {})
            others = len(papers) - (experiment.paper in papers)
            if others >= ENOUGH_PAPERS or (others and level is self._levels[-1]):
                return self._total[level(experiment)] - papers.get(experiment.paper, Counter())
        return Counter()

    def majority(self, experiment: Experiment) -> Guess:
        """The most frequent direction in other papers; None without any."""
        return _most(self.counts(experiment))

    def chances(self, experiment: Experiment) -> tuple[float, float, float]:
        """Shares of down, none and up in other papers, with one finding added to each (rule of succession)."""
        counted = self.counts(experiment)
        total = sum(counted.values()) + len(DIRECTIONS)
        return (counted["down"] + 1) / total, (counted["none"] + 1) / total, (counted["up"] + 1) / total


def _most(counted: Counter[Direction]) -> Guess:
    most: Direction = max(DIRECTIONS, key=lambda way: counted[way])
    return most if counted else None


@dataclass(frozen=True)
class Shuffled:
    """Share of hits of networks with shuffled signs; NaN without such networks."""

    mean: float
    low: float
    high: float
    networks: int


def shuffled_hits(predictions: Sequence[Prediction], band: float = NONE_BAND) -> FloatArray:
    """Whether each shuffled network has the published direction, shape (findings, networks), 0 or 1."""
    networks = min((one.shuffled.size for one in predictions), default=0)
    return np.array(
        [
            [direction_of(float(value), band) == one.experiment.direction for value in one.shuffled[:networks]]
            for one in predictions
        ],
        dtype=np.float64,
    ).reshape(len(predictions), networks)


def shuffled_agreement(hits: FloatArray) -> Shuffled:
    """Agreement of shuffled networks from their hits: mean, lowest and highest over the networks."""
    if not hits.size:
        return Shuffled(float("nan"), float("nan"), float("nan"), 0)
    shares = hits.mean(axis=0)
    return Shuffled(float(shares.mean()), float(shares.min()), float(shares.max()), hits.shape[1])
