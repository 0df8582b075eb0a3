"""The loss of vital capacity that oxygen brings people, and its recovery, over a session and over a course."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

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
_NOTHING = 1e-12
"""Share of a product that is left out once it has faded so far."""


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
        In percent of vital capacity; not capped, so that the losses of sessions can be added first.
    """
    return np.zeros_like(hours) if one.index == 0 else _product_left(one, one, hours)


def _product_left(one: Exposure, other: Exposure, hours: Array) -> Array:
    """As `loss_left`, with the product of two sessions in place of the square of one."""
    form = "safe-vc-loss-arieli"
    total, floor = value(form, "po2_exponent"), of("vc_recovery_from_bar")
    power = total / value(form, "time_exponent")
    slope, offset = value("safe-vc-recovery-bar-form", "b_per_bar"), value("safe-vc-recovery-bar-form", "a")
    own = [max(bar((each.power_hours / each.hours) ** (1 / power)), floor) for each in (one, other)]
    low, high = sorted(own)
    with np.errstate(divide="ignore"):
        free = total / (slope * hours)
    # below both PO2 the product rises with the whole exponent, between them with half of it, above them not at all
    slowest = np.maximum(np.maximum(np.minimum(free, low), np.minimum(free / 2, high)), floor)
    share = np.minimum(slowest / low, 1) ** power * np.minimum(slowest / high, 1) ** power
    left = share * np.exp(-(slope * slowest + offset) * hours)
    return np.asarray(value(form, "coef") * one.power_hours * other.power_hours * left, dtype=np.float64)


def loss_over(sessions: Sequence[tuple[float, float, Exposure]], at: Array) -> Array:
    """Loss of vital capacity over a course.

    The loss goes with the square of the power integral, ``coef (S1 + S2)^2``: sessions without a pause weigh as one
    whole, by their own squares and by twice the product of each pair. After a long pause only their own losses add up.
    So the product fades over the pause, with half the fastest published rate, 0.54 per hour at 2.5 bar
    (safe-vc-recovery-bar-form). That it does is an assumption; a rate that does not depend on the PO2 keeps more oxygen
    and shorter pauses from looking safer. Nothing recovers during a session that adds to the loss.

    Parameters
    ----------
    sessions : sequence of (float, float, Exposure)
        Start and end in days and the exposure of each session, in the order of their starts.
    at : array of float, shape (n,)
        Days; a session counts from its end on.

    Returns
    -------
    array of float, shape (n,)
        In percent, at most 100.
    """
    adding = [one for one in sessions if one[2].index > 0]
    total = np.zeros_like(at)
    if not adding:
        return total
    clock = _Clock([begin for begin, _, _ in adding], [end for _, end, _ in adding])
    for place, (_, end, exposed) in enumerate(adding):
        since = at >= end
        rest = clock.hours(at[since]) - clock.before[place]
        total[since] += loss_left(exposed, rest)
        for earlier, fading in clock.joined(place):
            total[since] += 2 * fading * _product_left(adding[earlier][2], exposed, rest)
    return np.minimum(total, HIGHEST_PERCENT)


class _Clock:
    """Counts the hours of a course in which no session takes place.

    Attributes
    ----------
    before : list of float
        Hours counted up to each session.
    """

    def __init__(self, starts: Sequence[float], ends: Sequence[float]) -> None:
        self._starts, self._until = np.array(starts), np.array(list(accumulate(ends, max)))
        pauses = np.maximum(self._starts[1:] - self._until[:-1], 0.0) * _HOURS_PER_DAY
        self.before = np.concatenate(([0.0], np.cumsum(pauses)))

    def hours(self, at: Array) -> Array:
        """Hours counted up to each of the days `at`, none of them before the first session."""
        latest = np.searchsorted(self._starts, at, side="right") - 1
        pause: Array = np.maximum(at - self._until[latest], 0.0) * _HOURS_PER_DAY
        return pause + self.before[latest]

    def joined(self, place: int) -> Iterator[tuple[int, float]]:
        """Earlier sessions that weigh together with one, the latest first, and what the pause leaves of that."""
        rate = value("safe-vc-recovery-bar-form", "rate_at_2.5bar") / value("safe-vc-loss-arieli", "time_exponent")
        for earlier in reversed(range(place)):
            left = math.exp(-rate * (self.before[place] - self.before[earlier]))
            if left < _NOTHING:
                return
            yield earlier, left
