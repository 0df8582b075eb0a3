"""What the uncertain parameters leave open, in the typical subject; apart from the spread between subjects."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from allodyne.report import statistics
from allodyne.report.statistics import Array, Estimate

if TYPE_CHECKING:
    from allodyne.report.results import Results


class Interval(NamedTuple):
    """Median and 5th to 95th percentile over draws of the parameters."""

    value: float
    low: float
    high: float


def draws_of(results: Results, outcome: str, arm: str) -> Array:
    """Values of an outcome in the typical subject, shape (days, draws); no draws in results that have none."""
    name = f"{outcome}_draws"
    if name not in results.data:
        return np.empty((len(results.days), 0))
    values = results.data[name].transpose("arm", "day", "draw").to_numpy()
    return np.asarray(values[results.arms.index(arm)], dtype=np.float64)


def band(results: Results, outcome: str, arm: str) -> Estimate:
    """Spread of an outcome over draws, per day; NaN without draws."""
    return _spread(draws_of(results, outcome, arm))


def difference(results: Results, outcome: str, arm: str, against: str) -> Estimate:
    """Spread of the difference between two arms, per day; each draw is compared with itself."""
    return _spread(draws_of(results, outcome, arm) - draws_of(results, outcome, against))


def failed_draws(results: Results) -> int:
    """Number of draws that could not be solved in some arm."""
    failed = np.zeros(results.draws, dtype=bool)
    for values in results.data.data_vars.values():
        if "draw" in values.dims:
            failed |= ~np.isfinite(values.transpose(..., "draw").to_numpy()).all(axis=(0, 1))
    return int(failed.sum())


def _spread(values: Array) -> Estimate:
    return statistics.spread(values[:, np.isfinite(values).all(axis=0)])
