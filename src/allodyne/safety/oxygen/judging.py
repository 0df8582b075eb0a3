"""What the limits have against the oxygen doses of an arm."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from allodyne.animals import IN_PEOPLE
from allodyne.safety.limits import Limits
from allodyne.safety.oxygen.breathing import breaths
from allodyne.safety.oxygen.ears import is_instant
from allodyne.safety.oxygen.models import OxygenCourse, OxygenSession
from allodyne.safety.planned import Planned
from allodyne.safety.remarks import Remark, gravest
from allodyne.treatments.hbot import Hbot


def oxygen_remarks(course: OxygenCourse, plans: Sequence[Planned], limits: Limits) -> list[Remark]:
    """Hold the oxygen doses of an arm against the limits.

    Parameters
    ----------
    course : OxygenCourse
        See `oxygen_course`.
    plans : sequence of Planned
        The entries that it was worked out from.
    limits : mapping of str to Limit

    Returns
    -------
    list of Remark
        Entry by entry, then the whole course.
    """
    entries = {one.entry: one for one in plans if one.arm == course.arm and isinstance(one.plan, Hbot)}
    found: list[Remark] = []
    for session in course.sessions:
        planned = entries[session.entry]
        for name, value, what in _of_session(session, course.animal == IN_PEOPLE):
            found += planned.remark(limits[name], value, what)
        found += _of_compression(session, planned, limits)
    for name, value, what in _of_course(course):
        found += limits[name].remarks(value, what, course.animal, arm=course.arm, treatment="hbot")
    return found


def _of_session(one: OxygenSession, people: bool) -> Iterator[tuple[str, float, str]]:
    if not people:
        yield "oxygen.inspired_animals", one.inspired_atm, f"Inspired oxygen reaches {one.inspired_atm:.3g} atm."
        return
    yield "oxygen.pressure", one.pressure_ata, f"The pressure is {one.pressure_ata:g} ATA."
    yield "oxygen.inspired", one.inspired_atm, f"Inspired oxygen reaches {one.inspired_atm:.3g} atm."
    yield "oxygen.minutes", one.oxygen_minutes, f"A session has {one.oxygen_minutes:g} min of oxygen at full pressure."
    if one.toxicity:
        yield "oxygen.seizures", one.toxicity.seizures_per_10000, _seizures(one)


def _seizures(one: OxygenSession) -> str:
    toxicity = one.toxicity
    if toxicity is None:
        return ""
    observed = (
        f"{toxicity.observed_per_10000:g} were observed at {toxicity.observed_group}"
        if toxicity.observed_per_10000 is not None
        else "none were counted at such a pressure"
    )
    breaks = (
        f"; without its air breaks it would be {toxicity.seizures_without_breaks:.3g}"
        if toxicity.air_break_ratio is not None
        else ""
    )
    rate = toxicity.seizures_per_10000
    return f"{rate:.3g} seizures per 10,000 sessions are expected ({observed}){breaks}."


def _of_compression(one: OxygenSession, planned: Planned, limits: Limits) -> list[Remark]:
    limit = limits["oxygen.compression" if planned.animal == IN_PEOPLE else "oxygen.compression_animals"]
    rate = one.compression_kpa_min
    if rate is not None:
        return planned.remark(limit, rate, f"The chamber is compressed at {rate:.3g} kPa/min.")
    if not (isinstance(planned.plan, Hbot) and is_instant(breaths(planned.plan, planned.animal))):
        return []
    # no time at all is faster than every bound, and nobody can do it: at least not assessed
    level = gravest([name for name in ("unknown", limit.broken(math.inf)) if name is not None])
    return [
        planned.said(
            limit.id.replace(".", ":", 1),
            level or "unknown",
            f"The plan reaches {one.pressure_ata:g} ATA in no time.",
            f"{limit.why} Without a time of compression its rate cannot be told.",
            "Give compression_min.",
            basis="assumption",
        )
    ]


def _of_course(course: OxygenCourse) -> Iterator[tuple[str, float, str]]:
    if course.lungs is None or course.eyes is None:
        return
    yield "oxygen.sessions", course.session_count, f"The course has {course.session_count} sessions with oxygen."
    lungs, eyes = course.lungs, course.eyes
    dose, day = max(zip(lungs.uptd_day, lungs.days, strict=True), key=lambda one: one[0])
    yield "oxygen.uptd_day", dose, f"The pulmonary toxic dose is up to {dose:.0f} UPTD a day (day {day})."
    week = lungs.uptd_week
    yield "oxygen.uptd_week", week, f"The pulmonary toxic dose is up to {week:.0f} UPTD per day over seven days."
    peak = lungs.vc_loss_peak
    yield "oxygen.vc_loss", peak, f"Vital capacity is expected to fall by up to {peak:.2g} %."
    least, most = eyes.shift_dioptres
    shift = f"{most:.2g}" if least == most else f"{least:.2g} to {most:.2g}"
    first, last = eyes.recovery_weeks
    weeks = f"{last:g}" if first == last else f"{first:g} to {last:g}"
    dose = eyes.equivalent_sessions
    yield (
        "oxygen.myopia",
        dose,
        f"The course weighs {dose:.3g} sessions of 90 min at 240 kPa for the eyes: a shift of {shift} dioptres, "
        f"which is gone after {weeks} weeks.",
    )
