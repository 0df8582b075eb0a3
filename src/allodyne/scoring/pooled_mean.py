"""What a meta-analyst would answer to a size: the pooled mean of the same question in the other papers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import yaml

from allodyne.experiments.experiment import Experiment
from allodyne.scoring.bootstrap import rows_of

ENOUGH_PAPERS = 3
"""Other papers that a pooled mean needs, so that the spread between them can be told."""
_IN_UNITS = ("difference", "value")
"""Statistics in the unit of the outcome, which are pooled for one outcome only."""

Key = tuple[str, ...]


@dataclass(frozen=True)
class Pooled:
    """Predictive distribution of a new number.

    Attributes
    ----------
    mean, sd : float
        Of a Student distribution, its place and scale.
    freedom : float
        Papers less one.
    papers : int
    level : str
        What was pooled.
    """

    mean: float
    sd: float
    freedom: float
    papers: int
    level: str


NOT_POOLED = Pooled(float("nan"), float("nan"), float("nan"), 0, "")


def _scale(one: Experiment) -> Key:
    unit = one.variable if one.number is not None and one.number.statistic in _IN_UNITS else ""
    return (one.family, unit)


LEVELS: tuple[tuple[str, Callable[[Experiment], Key]], ...] = (
    ("same class, treatment and outcome", lambda one: (*_scale(one), one.kind, treatment_of(one), one.variable)),
    ("same class, therapy and outcome", lambda one: (*_scale(one), one.kind, one.therapy, one.variable)),
    ("same class and therapy", lambda one: (*_scale(one), one.kind, one.therapy)),
    ("same family", _scale),
)
"""From the narrowest question to the widest; differences in the unit of an outcome stay within that outcome."""


def treatment_of(experiment: Experiment) -> str:
    """The therapy, for drugs with their names."""
    plans = experiment.left.readings[0].scenario.plans if experiment.left.readings else ()
    names = sorted({name for plan in plans for name in _names(plan)})
    return " + ".join(names) or experiment.therapy


@cache
def _names(plan: str) -> tuple[str, ...]:
    entry = yaml.safe_load(plan)
    return tuple(str(fields.get("name", name)) for name, fields in entry.items())


class PooledMeans:
    """Numbers of the training papers by question.

    Parameters
    ----------
    training : sequence of Experiment
        Those without a number are passed over.
    """

    def __init__(self, training: Sequence[Experiment]) -> None:
        self._members: dict[tuple[str, Key], list[Experiment]] = {}
        for one in training:
            if one.number is not None:
                for name, key_of in LEVELS:
                    self._members.setdefault((name, key_of(one)), []).append(one)

    def predict(self, experiment: Experiment) -> Pooled:
        """Pool the narrowest question that enough other papers answer; NaN where there is none."""
        if experiment.number is None:
            return NOT_POOLED
        for name, key_of in LEVELS:
            others = [one for one in self._members.get((name, key_of(experiment)), []) if one.paper != experiment.paper]
            if len({one.paper for one in others}) >= ENOUGH_PAPERS:
                return _pool(others, experiment.number.se, name)
        return NOT_POOLED


def _pool(others: Sequence[Experiment], se: float, level: str) -> Pooled:
    """Random effects, in which the findings of one paper share its weight.

    The variance between findings is the weighted variance less the mean published one (Hedges' estimator). The
    predictive variance is that between findings, that of the mean and the published one of the new number (Higgins,
    Thompson and Spiegelhalter, J R Stat Soc A 2009, with papers less one degrees of freedom).
    """
    numbers = [one.number for one in others if one.number is not None]
    values, errors = np.array([one.value for one in numbers]), np.array([one.se for one in numbers]) ** 2
    row = rows_of([one.paper for one in others])
    own = 1.0 / np.bincount(row)[row]
    papers = int(row.max()) + 1
    plain = own / papers
    spread = float(plain @ (values - plain @ values) ** 2) * papers / (papers - 1)
    between = max(0.0, spread - float(plain @ errors))
    weight = own / (between + errors)
    weight /= weight.sum()
    mean = float(weight @ values)
    by_paper = np.bincount(row, weights=weight)
    of_mean = float(by_paper**2 @ np.bincount(row, weights=own * (between + errors)))
    return Pooled(mean, float(np.sqrt(between + of_mean + se**2)), papers - 1.0, papers, level)
