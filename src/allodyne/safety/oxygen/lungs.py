"""What oxygen does to the lungs of people: pulmonary toxic dose, and the loss and recovery of vital capacity."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from allodyne.safety.oxygen.breathing import Breath
from allodyne.safety.oxygen.integrals import mean_power
from allodyne.safety.oxygen.numbers import bar, of, value
from allodyne.signals import MINUTES_PER_DAY
from allodyne.treatments.quantities import TIME

Array = npt.NDArray[np.float64]

HIGHEST_PERCENT = 100.0
_HOURS_PER_DAY = MINUTES_PER_DAY / TIME["h"]


def uptd_of_ramp(minutes: float, from_atm: float, to_atm: float, exponent: float | None = None) -> float:
    """Unit pulmonary toxic dose while PO2 changes evenly.

    The integral is exact. Its exponent is the 0.833 of safe-uptd-formula, in which the published doses of sessions are
    stated; with 5/6 it is the form of safe-otu-ramp, 0.1 percent higher at 3 atm.

    Parameters
    ----------
    minutes : float
    from_atm, to_atm : float
        Inspired PO2 at both ends; what lies at or below 0.5 atm adds nothing.
    exponent : float, optional

    Returns
    -------
    float
        In UPTD, minutes of oxygen at 1 atm.
    """
    threshold = value("safe-uptd-formula", "threshold_atm")
    power = value("safe-uptd-formula", "exponent") if exponent is None else exponent
    first, last = ((po2 - threshold) / threshold for po2 in (from_atm, to_atm))
    return minutes * mean_power(first, last, power)


def uptd(course: Sequence[Breath]) -> float:
    """Unit pulmonary toxic dose of one session."""
    return sum(uptd_of_ramp(one.minutes, one.from_atm, one.to_atm) for one in course)


@dataclass(frozen=True)
class Exposure:
    """What one session weighs for the lungs.

    Attributes
    ----------
    power_hours : float
        Integral of PO2**2.285 over the time above 0.5 atm, in h and atm; its square is the index K.
    hours : float
        Time above 0.5 atm.
    """

    power_hours: float
    hours: float

    @property
    def index(self) -> float:
        """The index K in h^2 atm^4.57."""
        return self.power_hours**2

    @property
    def loss(self) -> float:
        """Loss of vital capacity right after the session in percent (safe-vc-loss-arieli)."""
        return min(value("safe-vc-loss-arieli", "coef") * self.index, HIGHEST_PERCENT)


def exposure(course: Sequence[Breath]) -> Exposure:
    """What a session weighs for the lungs; PO2 at or below 0.5 atm does no damage (safe-toxicity-zones)."""
    floor = value("safe-toxicity-zones", "safe_below_atm")
    power = value("safe-vc-loss-arieli", "po2_exponent") / value("safe-vc-loss-arieli", "time_exponent")
    hours = [one.minutes / TIME["h"] for one in course]
    weighed = [
        time * mean_power(one.from_atm, one.to_atm, power, floor) for time, one in zip(hours, course, strict=True)
    ]
    above = [time * mean_power(one.from_atm, one.to_atm, 0.0, floor) for time, one in zip(hours, course, strict=True)]
    return Exposure(sum(weighed), sum(above))


def incidence_percent(one: Exposure) -> float | None:
    """Share of people with pulmonary oxygen toxicity after a single exposure (safe-pot-incidence-index).

    The index is converted to bar, in which the formula is stated. Its intercept of 1.85 percent makes it too high for
    light exposures.

    Returns
    -------
    float or None
        Percent; None where nothing above 0.5 atm was breathed, which the formula does not describe.
    """
    if one.index == 0:
        return None
    index = one.index * bar(1.0) ** value("safe-vc-loss-arieli", "po2_exponent")
    percent = value("safe-pot-incidence-index", "intercept") + value("safe-pot-incidence-index", "slope") * index
    return float(min(percent, HIGHEST_PERCENT))


def recovery_rate(po2_bar: float) -> float:
    """Rate at which lost vital capacity returns, per hour, by the PO2 (bar) that was breathed before.

    safe-vc-recovery-bar-form, stated from 1.1 to 2.5 bar. Below that range the rate of its lower end is taken.
    """
    at_least = max(po2_bar, of("vc_recovery_from_bar"))
    form = "safe-vc-recovery-bar-form"
    return value(form, "b_per_bar") * at_least + value(form, "a")


def loss_left(one: Exposure, hours: Array) -> Array:
    """Loss of vital capacity that is left of one session after a rest.

    By the published rates a lung recovers the faster the higher the PO2 was, so that a lighter session could leave
    more behind than a heavier one. So the largest loss is taken that any PO2 from 1.1 bar up to that of the session
    would leave: ``max over c of coef (min(S, T c^2.285))^2 exp(-r(c) rest)``, where S is the power integral of the
    session and T its hours above 0.5 atm. That envelope is an assumption; with it more oxygen never leaves less. For
    a steady PO2 without rest it is the published loss.

    Parameters
    ----------
    one : Exposure
    hours : array of float, shape (n,)
        Rest since the end of the session, at least 0.

    Returns
    -------
    array of float, shape (n,)
        In percent of vital capacity.
    """
    if one.index == 0:
        return np.zeros_like(hours)
    form = "safe-vc-loss-arieli"
    total, floor = value(form, "po2_exponent"), of("vc_recovery_from_bar")
    power = total / value(form, "time_exponent")
    own = bar((one.power_hours / one.hours) ** (1 / power))
    slope, offset = value("safe-vc-recovery-bar-form", "b_per_bar"), value("safe-vc-recovery-bar-form", "a")
    if own <= floor:
        return one.loss * np.exp(-recovery_rate(own) * hours)
    with np.errstate(divide="ignore"):
        slowest = np.clip(total / (slope * hours), floor, own)
    left = (slowest / own) ** total * np.exp(-(slope * slowest + offset) * hours)
    return np.asarray(one.loss * left, dtype=np.float64)


def loss_over(ends: Sequence[float], exposures: Sequence[Exposure], at: Array) -> Array:
    """Loss of vital capacity over a course: the losses that its sessions left add up.

    Parameters
    ----------
    ends : sequence of float
        Days at which the sessions end.
    exposures : sequence of Exposure
        One for each session.
    at : array of float, shape (n,)
        Days; a session counts from its end on.

    Returns
    -------
    array of float, shape (n,)
        In percent, at most 100.
    """
    total = np.zeros_like(at)
    for end, one in zip(ends, exposures, strict=True):
        since = at >= end
        total[since] += loss_left(one, (at[since] - end) * _HOURS_PER_DAY)
    return np.minimum(total, HIGHEST_PERCENT)


def uptd_by_day(starts: Sequence[float], doses: Sequence[float]) -> dict[int, float]:
    """UPTD of each day with sessions, by the day on which they start."""
    found: dict[int, float] = {}
    for start, dose in zip(starts, doses, strict=True):
        day = math.floor(start)
        found[day] = found.get(day, 0.0) + dose
    return dict(sorted(found.items()))


def highest_daily_mean(by_day: Mapping[int, float]) -> float:
    """Highest mean UPTD per day over seven days in a row; days without sessions count as nothing."""
    window = round(of("uptd_window_days"))
    return max((sum(by_day.get(first + day, 0.0) for day in range(window)) / window for first in by_day), default=0.0)
