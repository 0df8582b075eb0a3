"""Responders: how many people lose so much of their pain, and how many have to be treated for one more."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from allodyne.report.statistics import TAIL

if TYPE_CHECKING:
    from allodyne.report.results import Results

SHARES = (0.3, 0.5)
"""Parts of the score at enrolment that a responder loses at least; the usual two of pain trials."""


@dataclass(frozen=True)
class Responders:
    """Responders of one arm on one day.

    Attributes
    ----------
    lost : float
        Part of the score at enrolment that a responder loses at least.
    share : float
        Share of responders, 0 to 1, of the measured scores.
    difference, low, high : float
        Share less that of the control arm, with its 90 percent interval; NaN for the control arm itself.
    treat : float
        Number needed to treat, 1 / difference; NaN unless the whole interval lies above 0.
    """

    arm: str
    outcome: str
    day: float
    lost: float
    share: float
    difference: float
    low: float
    high: float
    treat: float


def responders(results: Results, day: float) -> list[Responders]:
    """Count the responders of every arm on one recorded day.

    Parameters
    ----------
    results : Results
    day : float
        One of the recorded days.

    Returns
    -------
    list of Responders
        For every score of which trials count responders; empty for animals.
    """
    scores = [name for name in results.endpoints if results.data[name].attrs.get("responders")]
    index = results.days.index(day)
    return [
        _of_arm(results, outcome, arm, index, lost) for outcome in scores for lost in SHARES for arm in results.arms
    ]


def _of_arm(results: Results, outcome: str, arm: str, index: int, lost: float) -> Responders:
    share, count = _share(results, outcome, arm, index, lost)
    difference = low = high = treat = math.nan
    if results.control is not None and arm != results.control:
        other, others = _share(results, outcome, results.control, index, lost)
        difference = share - other
        low, high = _interval(difference, share, count, other, others)
        treat = 1 / difference if low > 0 else math.nan
    return Responders(arm, outcome, results.days[index], lost, share, difference, low, high, treat)


def _share(results: Results, outcome: str, arm: str, index: int, lost: float) -> tuple[float, int]:
    values = results.solved(outcome, arm)
    if values.shape[1] == 0:
        return math.nan, 0
    return float(np.mean(values[index] <= (1 - lost) * values[0])), values.shape[1]


def _interval(difference: float, share: float, count: int, other: float, others: int) -> tuple[float, float]:
    """Wald interval of a difference of two independent shares."""
    from scipy.special import ndtri

    if not count or not others:
        return math.nan, math.nan
    error = math.sqrt(share * (1 - share) / count + other * (1 - other) / others)
    half = float(ndtri(1 - TAIL)) * error
    return difference - half, difference + half
