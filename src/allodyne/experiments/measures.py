"""From logarithms of fold changes to the value of an outcome in one group; and from two values to an effect."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from scipy.special import ndtr

from allodyne.endpoints.scores import SMALLEST_LOG_RISE
from allodyne.simulate.structure import FloatArray

Statistic = Literal["log_ratio", "difference", "smd", "log_odds", "value"]
SMALLEST_SCORE = 0.1
"""Points above the lower end to which a score falls at most, so that its logarithm exists; an assumption."""
SMALLEST_SPREAD = 1e-6
"""Points; people who do not differ at all differ by this."""
SMALLEST_SHARE = 1e-3
"""Of people, for logarithms of shares; an assumption."""
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(15)


class Measure(Protocol):
    """How the levels that were read become the value of the outcome."""

    @property
    def sd(self) -> float:
        """SD between subjects of a score, or of a value of 1; NaN where it has no meaning."""

    def value(self, levels: FloatArray) -> FloatArray:
        """Value of the outcome.

        Parameters
        ----------
        levels : array, shape (readings, columns)
            ln of the fold change of each reading.

        Returns
        -------
        array, shape (columns,)
            In the unit of the outcome, greater than 0.
        """


@dataclass(frozen=True)
class Fold:
    """A measure that goes with a power of one species: ``healthy * x ** exponent``.

    Attributes
    ----------
    exponent : float
    healthy : float
        Value in health, in the unit of the measure.
    relative_sd : float
        SD of its logarithm between readings of different subjects.
    """

    exponent: float
    healthy: float = 1.0
    relative_sd: float = math.nan

    @property
    def sd(self) -> float:
        """SD between subjects of the logarithm: that of the value as a share of it."""
        return self.relative_sd

    def value(self, levels: FloatArray) -> FloatArray:
        """Value of the outcome; readings: one."""
        return np.asarray(self.healthy * np.exp(self.exponent * levels[0]))


@dataclass(frozen=True)
class Points:
    """A score that people report: ``low + (baseline - low) ln x(t) / ln x(0) + change``, as in the endpoints.

    Attributes
    ----------
    low, high, baseline, baseline_sd : float
        In points.
    change : float
        Natural course and placebo response at the time, in points.
    change_sd : float
        SD between people of the change, in points.
    """

    low: float
    high: float
    baseline: float
    baseline_sd: float
    change: float
    change_sd: float

    @property
    def sd(self) -> float:
        """SD between people of the score, in points."""
        return math.hypot(self.baseline_sd, self.change_sd)

    def share(self, levels: FloatArray) -> FloatArray:
        """What is left of the symptom by its species, as share of enrolment; readings: at the time, at enrolment."""
        return np.asarray(np.maximum(levels[0] / np.maximum(levels[1], SMALLEST_LOG_RISE), 0.0))

    def value(self, levels: FloatArray) -> FloatArray:
        """Mean score of people whose scores are normal and cut at both ends, in points above the lower end."""
        share, height = self.share(levels), self.high - self.low
        middle = (self.baseline - self.low) * share + self.change
        spread = np.maximum(np.hypot(self.baseline_sd * share, self.change_sd), SMALLEST_SPREAD)
        start, end = -middle / spread, (height - middle) / spread
        within = middle * (ndtr(end) - ndtr(start)) + spread * (_density(start) - _density(end))
        return np.asarray(np.maximum(within + height * ndtr(-end), SMALLEST_SCORE))


@dataclass(frozen=True)
class Turned:
    """A measure of well-being that rises as a score falls: what is left to the upper end of the score."""

    points: Points

    @property
    def sd(self) -> float:
        """SD between people, in points."""
        return self.points.sd

    def value(self, levels: FloatArray) -> FloatArray:
        """Points below the upper end."""
        points = self.points
        return np.asarray(np.maximum(points.high - points.low - points.value(levels), SMALLEST_SCORE))


@dataclass(frozen=True)
class ShareBelow:
    """Share of people whose score falls to a limit: ``score <= part * own baseline + offset``.

    Baselines and changes are normal, so that the share is a normal probability.

    Attributes
    ----------
    points : Points
    part : float
        1 for a change in points, 0.5 for half of the baseline, 0 for a fixed limit.
    offset : float
        In points above the lower end.
    above : bool
        Count those who stay above the limit instead.
    """

    points: Points
    part: float
    offset: float = 0.0
    above: bool = False

    @property
    def sd(self) -> float:
        """NaN: a share has no spread between people."""
        return math.nan

    def value(self, levels: FloatArray) -> FloatArray:
        """Share of people, 0 to 1."""
        points = self.points
        slope = points.share(levels) - self.part
        middle = (points.baseline - points.low) * slope + points.change - self.offset
        spread = np.maximum(np.hypot(points.baseline_sd * slope, points.change_sd), SMALLEST_SPREAD)
        share = ndtr((middle if self.above else -middle) / spread)
        return np.asarray(np.clip(share, SMALLEST_SHARE, 1 - SMALLEST_SHARE))


@dataclass(frozen=True)
class EventRate:
    """Events per year: the rate at enrolment times the mean of ``ln x(t) / ln x(0)`` over the readings.

    Attributes
    ----------
    rate : float
        Per year at enrolment, without treatment.
    days : tuple of float
        Days of the readings; the first is enrolment.
    """

    rate: float
    days: tuple[float, ...]

    @property
    def sd(self) -> float:
        """NaN: published rates are compared as ratios."""
        return math.nan

    def value(self, levels: FloatArray) -> FloatArray:
        """Events per year over the whole time."""
        share = np.maximum(levels / np.maximum(levels[:1], SMALLEST_LOG_RISE), 0.0)
        steps = np.diff(np.array(self.days))[:, None]
        mean = ((share[1:] + share[:-1]) / 2 * steps).sum(axis=0) / steps.sum()
        return np.asarray(np.maximum(self.rate * mean, SMALLEST_SHARE))


@dataclass(frozen=True)
class EventFree:
    """Share of people without an event, whose rates differ log-normally.

    Attributes
    ----------
    events : EventRate
    frailty_sd : float
        SD of the logarithm of the rate between people.
    years : float
    """

    events: EventRate
    frailty_sd: float
    years: float

    @property
    def sd(self) -> float:
        """NaN: a share has no spread between people."""
        return math.nan

    def value(self, levels: FloatArray) -> FloatArray:
        """Share of people, 0 to 1."""
        expected = self.events.value(levels) * self.years
        own = np.exp(self.frailty_sd * _NODES - self.frailty_sd**2 / 2)
        share = np.exp(-np.outer(own, expected)).T @ _WEIGHTS / _WEIGHTS.sum()
        return np.asarray(np.clip(share, SMALLEST_SHARE, 1 - SMALLEST_SHARE))


def effect(statistic: Statistic, left: FloatArray, right: FloatArray, measure: Measure) -> FloatArray:
    """An effect from the values of both groups, any shape.

    Parameters
    ----------
    statistic : str
        ``value`` is the left side alone.
    left, right : array
        Values of both groups.
    measure : Measure
        Of the left group: the SD between subjects for ``smd``, which goes with the level of what is log-normal.
    """
    if statistic == "value":
        return left
    if statistic == "difference":
        return np.asarray(left - right)
    if statistic == "smd":
        level = np.sqrt((left**2 + right**2) / 2) if isinstance(measure, Fold) else 1.0
        return np.asarray((left - right) / (measure.sd * level))
    if statistic == "log_odds":
        return np.asarray(np.log(left / (1 - left)) - np.log(right / (1 - right)))
    return np.asarray(np.log(left / right))


def _density(x: FloatArray) -> FloatArray:
    return np.asarray(np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi))


def approach(since: float, days: float) -> float:
    """Share of a change that is reached after some days: ``1 - exp(-since / days)``."""
    return 1 - math.exp(-max(since, 0.0) / days)
