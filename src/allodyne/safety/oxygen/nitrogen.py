"""Nitrogen that people take up while they breathe air under pressure, held against no-stop times of divers.

A mixture is looked up at the depth at which air has the same nitrogen pressure (usn-equivalent-air-depth). Where that
depth is below zero, as with pure oxygen, time does not count: nitrogen leaves then. An air break therefore counts by
the minutes by which it is longer than the oxygen that was breathed before it. That so much oxygen washes out what an
equally long break brings is an assumption.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allodyne.safety.oxygen.breathing import Breath
from allodyne.safety.oxygen.numbers import SLACK, data, of
from allodyne.signals import MINUTES_PER_DAY
from allodyne.treatments.constants import number
from allodyne.treatments.quantities import TIME


@dataclass(frozen=True)
class NitrogenDose:
    """Nitrogen of one session.

    Attributes
    ----------
    feet : float
        Deepest equivalent air depth in feet of seawater; 0 where no more nitrogen is breathed than in room air.
    minutes : float
        Bottom time: minutes of compression and at pressure in which nitrogen is taken up.
    no_stop_minutes : float or None
        Minutes of air at that depth after which people come up without a stop; None where they are not limited.
    share : float
        No-stop times that the session uses up; above 1 divers would make stops.
    """

    feet: float
    minutes: float
    no_stop_minutes: float | None
    share: float


def air_depth(ata: float, fio2: float) -> float:
    """Equivalent air depth in feet of seawater, negative where less nitrogen is breathed than in room air.

    ``33 (P (1 - FiO2)/(1 - FiO2 of air) - 1)``, with P in ATA (usn-equivalent-air-depth).
    """
    return of("feet_per_atm") * (ata * (1 - fio2) / (1 - number("oxygen.fio2_air")) - 1)


def no_stop_minutes(feet: float) -> float | None:
    """Minutes of air at a depth after which people come up without a stop (usn-air-tables).

    As divers do, the next greater depth of the table is taken; beyond the deepest row that row holds.

    Returns
    -------
    float or None
        None where the table sets no limit.
    """
    rows = data().no_stop.rows
    return next((row.minutes for row in rows if feet <= row.feet + SLACK), rows[-1].minutes)


def nitrogen_dose(course: Sequence[Breath]) -> NitrogenDose:
    """Work out the nitrogen of one session.

    Each part of it uses up its minutes divided by the no-stop minutes of its deepest point, and the parts add up. With
    one gas throughout, that is the bottom time of the dive tables: from the start of compression to the start of
    decompression. That parts with several gases add up is an assumption. Air after oxygen counts by the minutes by
    which it is longer.

    Parameters
    ----------
    course : sequence of Breath
        From compression to decompression.
    """
    inside = course[:-1] if course and course[-1].to_ata < course[-1].from_ata else course
    taking = _taking_up([(air_depth(max(one.from_ata, one.to_ata), one.fio2), one.minutes) for one in inside])
    deepest = max((feet for feet, _ in taking), default=0.0)
    limits = [(minutes, no_stop_minutes(feet)) for feet, minutes in taking]
    return NitrogenDose(
        feet=deepest,
        minutes=sum(minutes for _, minutes in taking),
        no_stop_minutes=no_stop_minutes(deepest),
        share=sum(minutes / limit for minutes, limit in limits if limit is not None),
    )


def _taking_up(parts: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Depth and minutes of the parts that bring nitrogen, less the minutes of oxygen that came before them."""
    found = []
    washed = 0.0
    for feet, minutes in parts:
        # room air itself comes out as a trace of depth by rounding
        if feet <= SLACK:
            washed += minutes
            continue
        spared = min(washed, minutes)
        washed -= spared
        if minutes > spared:
            found.append((feet, minutes - spared))
    return found


def highest_share(sessions: Sequence[tuple[float, float, float]]) -> float:
    """Highest share of no-stop times in a course, with what sessions shortly before left behind.

    Parameters
    ----------
    sessions : sequence of (float, float, float)
        Start and end in days, and the share of each session. The shares of sessions that ended less than 12 h before
        are added, as if no nitrogen had left (usn-repetitive-dives).
    """
    hours = of("repetitive_hours") * TIME["h"] / MINUTES_PER_DAY
    return max(
        (
            own + sum(share for begin, end, share in sessions if begin < start and start - end < hours)
            for start, _, own in sessions
        ),
        default=0.0,
    )
