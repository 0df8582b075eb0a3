"""Seizures by oxygen in people: the toxicity index of a session and the risk that goes with it.

The index K accumulates as (integral of PO2**3.38)**2 and decays while little oxygen is breathed. The risk is taken
from the lower of two published metabolic rates (safe-cns-risk-by-metabolic-rate), which is still above rest in a
chamber; the form for active diving gives some fifty times as much (safe-derived-k-vs-observed). Even so the risk comes
out higher than it was observed: 6.4 seizures per 10,000 sessions at 2.0 ATA against 0 of 16,430, 29 to 39 against 15 at
2.4 to 2.5 ATA and 87 against 51 at 2.8 ATA, which is one seizure in 197 sessions (heyboer2014). Two hospitals
counted 0.24 in treatments of several kinds (seizures-80000). It errs on the side of caution.

Sessions of one arm follow each other on the same brain: what is left of the index after the pause is carried into the
next session, so that a session is not made lighter by being cut in two.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from allodyne.safety.oxygen.breathing import Breath
from allodyne.safety.oxygen.integrals import mean_power
from allodyne.safety.oxygen.numbers import SLACK, SeizureGroup, data, kpa, of, value
from allodyne.signals import MINUTES_PER_DAY

SESSIONS = 10_000
"""Rates are told per so many sessions, as papers do."""


@dataclass(frozen=True)
class Load:
    """What one session does to the root q of the toxicity index.

    Attributes
    ----------
    parts : tuple of (float, float)
        For each part of the session before decompression, the share of q that it leaves, and what it adds.
    way_out : (float, float)
        The same for decompression.
    """

    parts: tuple[tuple[float, float], ...]
    way_out: tuple[float, float]

    @property
    def adds(self) -> bool:
        """Whether PO2 rises above the level of recovery at all."""
        return any(gained > 0 for _, gained in (*self.parts, self.way_out))

    def through(self, before: float) -> tuple[float, float]:
        """Follow q through the session.

        Parameters
        ----------
        before : float
            What sessions before have left of q.

        Returns
        -------
        highest, last : float
            Largest q, and q at the end.
        """
        root, highest = before, 0.0
        for kept, gained in self.parts:
            root = root * kept + gained
            highest = max(highest, root)
        kept, gained = self.way_out
        return highest + gained, root * kept + gained


def load(course: Sequence[Breath]) -> Load:
    """Tell what one session does to the toxicity index.

    Its root q grows by PO2**3.38 dt while PO2 is above the level at which recovery was seen (132 kPa in rats); at or
    below it K decays with 0.079 per minute (safe-cns-recovery-human), so q with half of that. A session can be ended
    at any time, and the treatment gas is then breathed on the way out; K is the largest that it reaches in that way.
    So a break at the end cannot make a longer session look safer than a shorter one.

    Parameters
    ----------
    course : sequence of Breath
        From compression to decompression.
    """
    changes = tuple((math.exp(-_decay() / 2 * _recovering_minutes(one)), _gained(one)) for one in course)
    if course and course[-1].from_ata > course[-1].to_ata:
        return Load(changes[:-1], changes[-1])
    return Load(changes, (1.0, 0.0))


def cns_index(one: Load) -> float:
    """Largest toxicity index K of a session without others, in min^2 atm^6.76.

    Returns
    -------
    float
        0 where PO2 never rises above the level of recovery.
    """
    highest, _ = one.through(0.0)
    return highest**2


def indices(sessions: Sequence[tuple[float, float, Load]]) -> list[float]:
    """Largest toxicity index K of each session in its place in the course.

    In the pauses K decays as on air (safe-cns-recovery-human). Where times overlap, nothing is taken to recover.

    Parameters
    ----------
    sessions : sequence of (float, float, Load)
        Start and end in days and the load of each session, in the order of their starts.

    Returns
    -------
    list of float
        In min^2 atm^6.76; 0 for a session whose PO2 never rises above the level of recovery.
    """
    found: list[float] = []
    peak, last, until = 0.0, 0.0, -math.inf
    for begin, end, one in sessions:
        if not one.adds:
            found.append(0.0)
            continue
        if begin >= until - SLACK:
            pause = max(begin - until, 0.0) * MINUTES_PER_DAY
            peak, last = one.through(math.sqrt(index_after_rest(last**2, pause)))
        else:
            peak += one.through(0.0)[0]
            last = peak
        until = max(until, end)
        found.append(peak**2)
    return found


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
    if any(risk >= 1 for risk in risks):
        return 1.0
    # adding zero makes no risk 0 and not -0
    return -math.expm1(sum(math.log1p(-risk) for risk in risks)) + 0.0


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
    group: SeizureGroup | None = next((one for one in data().seizure_groups if po2_atm <= one.up_to_ata + SLACK), None)
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
