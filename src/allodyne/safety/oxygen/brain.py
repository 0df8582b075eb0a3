"""Seizures by oxygen in people: the toxicity index of a session and the risk that goes with it.

The index K accumulates as (integral of PO2**3.38)**2 and decays while little oxygen is breathed. The risk is taken
from the lower of two published metabolic rates (safe-cns-risk-by-metabolic-rate), which is still above rest in a
chamber; the form for active diving gives some fifty times as much (safe-derived-k-vs-observed). Even so the risk comes
out higher than it was observed: 6.4 seizures per 10,000 sessions at 2.0 ATA against 0 of 16,430, 29 to 39 against 15 at
2.4 to 2.5 ATA and 87 against 51 at 2.8 ATA, which is one seizure in 197 sessions (heyboer2014). Two hospitals
counted 0.24 in treatments of several kinds (seizures-80000). It errs on the side of caution.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from allodyne.safety.oxygen.breathing import Breath
from allodyne.safety.oxygen.integrals import mean_power
from allodyne.safety.oxygen.numbers import SeizureGroup, data, kpa, of, value

SESSIONS = 10_000
"""Rates are told per so many sessions, as papers do."""


def cns_index(course: Sequence[Breath]) -> float:
    """Largest toxicity index K of a session, in min^2 atm^6.76.

    Its root q grows by PO2**3.38 dt while PO2 is above the level at which recovery was seen (132 kPa in rats); at or
    below it K decays with 0.079 per minute (safe-cns-recovery-human), so q with half of that. A session can be ended
    at any time, and the treatment gas is then breathed on the way out; K is the largest that it reaches in that way.
    So a break at the end cannot make a longer session look safer than a shorter one.

    Parameters
    ----------
    course : sequence of Breath
        From compression to decompression.

    Returns
    -------
    float
        0 where PO2 never rises above the level of recovery.
    """
    way_out = _gained(course[-1]) if course and course[-1].from_ata > course[-1].to_ata else 0.0
    inside = course[:-1] if way_out else course
    root, highest = 0.0, 0.0
    for one in inside:
        root = root * math.exp(-_decay() / 2 * _recovering_minutes(one)) + _gained(one)
        highest = max(highest, root)
    return (highest + way_out) ** 2 if highest or way_out else 0.0


def index_after_rest(index: float, minutes: float) -> float:
    """Toxicity index that is left after minutes of air (safe-cns-recovery-human)."""
    return index * math.exp(-_decay() * minutes)


def seizure_risk(index: float) -> float:
    """Probability of a seizure in one session, from its toxicity index.

    ``Phi((ln(K)/2 - 11.19)/1.35)``, the form for the lower metabolic rate (safe-cns-risk-by-metabolic-rate).
    """
    if index <= 0:
        return 0.0
    form = ("safe-cns-risk-by-metabolic-rate", "vo2_0.9")
    deviate = (math.log(index) / 2 - value(*form, "mean")) / value(*form, "sd")
    return math.erfc(-deviate / math.sqrt(2)) / 2


def course_risk(risks: Sequence[float]) -> float:
    """Probability of at least one seizure in a course, from the risk of each of its sessions."""
    return -math.expm1(sum(math.log1p(-min(risk, 1 - 1e-15)) for risk in risks))


@dataclass(frozen=True)
class Observed:
    """How often people had a seizure at a pressure.

    Attributes
    ----------
    label : str
        Pressure of the group.
    per_10000 : float
        Seizures per 10,000 sessions.
    """

    label: str
    per_10000: float


def observed(po2_atm: float) -> Observed | None:
    """The group of the cohort that breathed this PO2 or the next higher one (safe-seizure-by-pressure).

    Returns
    -------
    Observed or None
        None beyond the highest pressure at which seizures were counted.
    """
    group: SeizureGroup | None = next((one for one in data().seizure_groups if po2_atm <= one.up_to_ata + 1e-9), None)
    return None if group is None else Observed(group.label, value("safe-seizure-by-pressure", group.at))


def observed_groups() -> tuple[Observed, ...]:
    """Every group of the cohort, from the lowest pressure to the highest (safe-seizure-by-pressure)."""
    groups = data().seizure_groups
    return tuple(Observed(one.label, value("safe-seizure-by-pressure", one.at)) for one in groups)


def _gained(one: Breath) -> float:
    power = value("safe-cns-risk-z-active", "po2_coef")
    return one.minutes * mean_power(one.from_atm, one.to_atm, power, _level())


def _recovering_minutes(one: Breath) -> float:
    """Minutes of a part that PO2 spends at or below the level of recovery."""
    return one.minutes * (1 - mean_power(one.from_atm, one.to_atm, 0.0, _level()))


def _level() -> float:
    return of("cns_recovery_up_to_kpa") / kpa(1.0)


def _decay() -> float:
    return value("safe-cns-recovery-human")
