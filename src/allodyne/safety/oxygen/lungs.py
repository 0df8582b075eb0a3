"""The pulmonary toxic dose of people, the convention of divers."""

from __future__ import annotations

import math
from collections.abc import Sequence

from allodyne.safety.oxygen.breathing import Breath
from allodyne.safety.oxygen.integrals import mean_power
from allodyne.safety.oxygen.numbers import SLACK, value


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


def uptd_by_day(starts: Sequence[float], doses: Sequence[float]) -> dict[int, float]:
    """UPTD of each day with sessions, by the day on which they start."""
    found: dict[int, float] = {}
    for start, dose in zip(starts, doses, strict=True):
        day = math.floor(start)
        found[day] = found.get(day, 0.0) + dose
    return dict(sorted(found.items()))


def highest_within(starts: Sequence[float], doses: Sequence[float], days: float) -> float:
    """Highest UPTD of the sessions that start within so many days of each other, whatever the time of day.

    Parameters
    ----------
    starts, doses : sequence of float
        Start in days and UPTD of each session.
    days : float
        Length of the window; a session that starts at its very end belongs to the next one.
    """
    dated = list(zip(starts, doses, strict=True))
    return max(
        (sum(dose for start, dose in dated if 0 <= start - first < days - SLACK) for first in starts), default=0.0
    )
