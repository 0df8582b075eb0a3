"""Statistics that papers give, from simulated subjects: of two arms, or of one."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from allodyne.endpoints.scores import DAYS_PER_YEAR
from allodyne.report import statistics
from allodyne.report.statistics import TAIL, Array

if TYPE_CHECKING:
    from allodyne.report.results import Results

RESAMPLED = 400
"""Samples of the bootstrap; enough for one significant digit of a 90 percent interval."""


@dataclass(frozen=True)
class Simulated:
    """A simulated statistic with its 90 percent interval, and its unit.

    The interval is that of the mean of as many virtual subjects as were simulated; NaN where it is not known.
    """

    value: float
    low: float
    high: float
    units: str


@dataclass(frozen=True)
class _Groups:
    """Measured values of the subjects of both arms, shape (days, subjects); of one arm alone both are the same."""

    treated: Array
    control: Array
    day: int
    years: float
    units: str


def simulated(results: Results, statistic: str, outcome: str, arm: str, against: str, day: int) -> Simulated:
    """Compute a statistic on one recorded day.

    Parameters
    ----------
    results : Results
    statistic : str
        One of those of `allodyne.study.expectations.Published`.
    outcome, arm, against : str
        `against` does not matter for statistics of one arm.
    day : int
        Index of the recorded day.

    Returns
    -------
    Simulated
        NaN where a group has fewer than two subjects.
    """
    if statistic == "higher_in_twin":
        return _higher_in_twin(results, outcome, arm, against, day)
    chosen = [results.solved(outcome, arm), results.solved(outcome, against)]
    years = (results.times[day] - results.times[0]) / DAYS_PER_YEAR
    groups = _Groups(chosen[0], chosen[1], day, years, results.units(outcome))
    if min(group.shape[1] for group in chosen) < 2:
        return Simulated(math.nan, math.nan, math.nan, groups.units)
    return _STATISTICS[statistic](groups)


def _of_row(found: statistics.Estimate, day: int, units: str) -> Simulated:
    return Simulated(float(found.value[day]), float(found.low[day]), float(found.high[day]), units)


def _difference(groups: _Groups) -> Simulated:
    return _of_row(statistics.mean_difference(groups.treated, groups.control), groups.day, groups.units)


def _g(groups: _Groups) -> Simulated:
    return _of_row(statistics.hedges_g(groups.treated, groups.control), groups.day, "g")


def _percent(groups: _Groups) -> Simulated:
    return _resampled(groups, lambda a, b: 100 * (a[1].mean() / b[1].mean() - 1), "percent")


def _ratio(groups: _Groups) -> Simulated:
    return _resampled(groups, lambda a, b: float(np.median(a[1]) / np.median(b[1])), "ratio")


def _relief(groups: _Groups) -> Simulated:
    def won_back(a: Array, b: Array) -> float:
        lost = b[1].mean() - b[0].mean()
        return float(100 * (a[1].mean() - b[1].mean()) / -lost) if lost else math.nan

    return _resampled(groups, won_back, "percent of the loss")


def _responders(groups: _Groups, share: float) -> Simulated:
    def respond(values: Array) -> float:
        return float(np.mean(values[1] <= (1 - share) * values[0]))

    return _resampled(groups, lambda a, b: 100 * (respond(a) - respond(b)), "percentage points")


def _rate_ratio(groups: _Groups) -> Simulated:
    return _resampled(groups, lambda a, b: float(a[1].mean() / b[1].mean()) if b[1].any() else math.nan, "rate ratio")


def _mean(groups: _Groups) -> Simulated:
    return _resampled(groups, lambda a, _b: float(a[1].mean()), groups.units)


def _change(groups: _Groups) -> Simulated:
    return _resampled(groups, lambda a, _b: float((a[1] - a[0]).mean()), groups.units)


def _rate(groups: _Groups) -> Simulated:
    return _resampled(groups, lambda a, _b: float(a[1].mean() / groups.years), "per year")


def _share(groups: _Groups) -> Simulated:
    return _resampled(groups, lambda a, _b: float(100 * np.mean(a[1] > 0)), "percent of subjects")


def _higher_in_twin(results: Results, outcome: str, arm: str, against: str, day: int) -> Simulated:
    rows = [results.arms.index(name) for name in (arm, against)]
    solved = np.all(results.status[rows] == 0, axis=0)
    values = [results.of_arm(outcome, name, true=True)[day] for name in (arm, against)]
    higher = (values[0] > values[1])[solved]
    if higher.size < 2:
        return Simulated(math.nan, math.nan, math.nan, "percent of subjects")
    draws = np.random.default_rng(0)
    # One sample after the other: all at once they would take 400 times the memory of a large population.
    means = [higher[draws.integers(higher.size, size=higher.size)].mean() for _ in range(RESAMPLED)]
    low, high = np.quantile(100 * np.array(means), [TAIL, 1 - TAIL])
    return Simulated(100 * float(higher.mean()), float(low), float(high), "percent of subjects")


def _resampled(groups: _Groups, statistic: Callable[[Array, Array], float], units: str) -> Simulated:
    """Value, and percentiles of the bootstrap over subjects (Efron 1979); each group is drawn on its own."""
    days = [0, groups.day]
    a, b = groups.treated[days], groups.control[days]
    draws = np.random.default_rng(0)
    found = []
    for _ in range(RESAMPLED):
        sample = [group[:, draws.integers(group.shape[1], size=group.shape[1])] for group in (a, b)]
        found.append(statistic(*sample))
    known = np.array([value for value in found if np.isfinite(value)])
    low, high = np.quantile(known, [TAIL, 1 - TAIL]) if known.size else (math.nan, math.nan)
    return Simulated(float(statistic(a, b)), float(low), float(high), units)


_STATISTICS: dict[str, Callable[[_Groups], Simulated]] = {
    "difference": _difference,
    "g": _g,
    "percent": _percent,
    "ratio": _ratio,
    "relief_percent": _relief,
    "responder_30": lambda groups: _responders(groups, 0.3),
    "responder_50": lambda groups: _responders(groups, 0.5),
    "rate_ratio": _rate_ratio,
    "mean": _mean,
    "change": _change,
    "rate": _rate,
    "share": _share,
}
