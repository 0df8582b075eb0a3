"""What the limits have against the oxygen doses of an arm."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Literal

from allodyne.animals import IN_PEOPLE
from allodyne.safety.limits import Limit, Limits
from allodyne.safety.oxygen.breathing import breaths
from allodyne.safety.oxygen.ears import ends_at_once, is_instant
from allodyne.safety.oxygen.models import OxygenCourse, OxygenSession
from allodyne.safety.oxygen.numbers import of
from allodyne.safety.planned import Planned
from allodyne.safety.remarks import Remark, gravest
from allodyne.treatments.hbot import Hbot

Ramp = Literal["compression", "decompression"]


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
    judged = course.judged.seizures_per_10000 if course.judged else (0.0,) * len(course.sessions)
    for session, seizures in zip(course.sessions, judged, strict=True):
        planned = entries[session.entry]
        for name, value, what in _of_session(session, seizures):
            found += planned.remark(limits[name], value, what)
        found += _of_compression(session, planned, limits)
        found += _of_decompression(session, planned, limits)
    for name, value, what in _of_course(course):
        found += limits[name].remarks(value, what, course.animal, arm=course.arm, treatment="hbot")
    return found


def _of_session(one: OxygenSession, seizures: float) -> Iterator[tuple[str, float, str]]:
    animals = one.animal_exposure
    if animals:
        yield "oxygen.inspired_animals", one.inspired_atm, f"Inspired oxygen reaches {one.inspired_atm:.3g} atm."
        minutes, dose = animals.minutes_near_seizures, animals.atm_minutes
        above = of("animals_seizure_from_atm")
        what = f"Inspired oxygen is above {above:g} atm for {minutes:.3g} min of a session."
        yield "oxygen.minutes_animals", minutes, what
        yield "oxygen.lungs_animals", dose, f"A session amounts to {dose:.3g} min times atm of inspired oxygen."
        return
    yield "oxygen.pressure", one.pressure_ata, f"The pressure is {one.pressure_ata:g} ATA."
    yield "oxygen.inspired", one.inspired_atm, f"Inspired oxygen reaches {one.inspired_atm:.3g} atm."
    yield "oxygen.minutes", one.oxygen_minutes, f"A session has {one.oxygen_minutes:g} min of oxygen at full pressure."
    if one.toxicity:
        yield "oxygen.seizures", seizures, _seizures(one, seizures)


def _seizures(one: OxygenSession, judged: float) -> str:
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
    rate, alone = toxicity.seizures_per_10000, toxicity.seizures_alone
    before = f"; for one such session alone it would be {alone:.3g}" if f"{rate:.3g}" != f"{alone:.3g}" else ""
    expected = f"{rate:.3g} seizures per 10,000 sessions are expected ({observed}){before}{breaks}"
    if judged <= rate:
        return f"{expected}."
    return f"{expected}; {judged:.3g} with the usual times of compression and decompression, which is judged."


def _of_compression(one: OxygenSession, planned: Planned, limits: Limits) -> list[Remark]:
    return _of_ramp("compression", one.compression_kpa_min, f"reaches {one.pressure_ata:g} ATA", planned, limits)


def _of_decompression(one: OxygenSession, planned: Planned, limits: Limits) -> list[Remark]:
    return _of_ramp("decompression", one.decompression_kpa_min, f"leaves {one.pressure_ata:g} ATA", planned, limits)


def _of_ramp(ramp: Ramp, rate: float | None, does: str, planned: Planned, limits: Limits) -> list[Remark]:
    limit = limits[f"oxygen.{ramp}" if planned.animal == IN_PEOPLE else f"oxygen.{ramp}_animals"]
    if rate is not None:
        return planned.remark(limit, rate, f"The chamber is {ramp.removesuffix('ion')}ed at {rate:.3g} kPa/min.")
    at_once = is_instant if ramp == "compression" else ends_at_once
    if not (isinstance(planned.plan, Hbot) and at_once(breaths(planned.plan, planned.animal))):
        return []
    return [_in_no_time(planned, limit, f"The plan {does} in no time.", ramp)]


def _in_no_time(planned: Planned, limit: Limit, what: str, ramp: Ramp) -> Remark:
    # no time at all is faster than every bound, and nobody can do it: at least not assessed
    level = gravest([name for name in ("unknown", limit.broken(math.inf)) if name is not None])
    return planned.said(
        limit.id.replace(".", ":", 1),
        level or "unknown",
        what,
        f"{limit.why} Without a time of {ramp} its rate cannot be told.",
        f"Give {ramp}_min.",
        basis="assumption",
    )


def _of_course(course: OxygenCourse) -> Iterator[tuple[str, float, str]]:
    if course.lungs is None or course.eyes is None or course.judged is None:
        return
    judged = course.judged
    yield "oxygen.nitrogen", judged.nitrogen_share, _nitrogen(course, judged.nitrogen_share)
    yield "oxygen.sessions", course.session_count, f"The course has {course.session_count} sessions with oxygen."
    lungs, eyes = course.lungs, course.eyes
    dose = lungs.uptd_24h
    what = f"The pulmonary toxic dose is up to {dose:.0f} UPTD in 24 h"
    yield "oxygen.uptd_day", judged.uptd_24h, what + _usually(dose, judged.uptd_24h, ".0f")
    week = lungs.uptd_week
    what = f"The pulmonary toxic dose is up to {week:.0f} UPTD per day over seven days"
    yield "oxygen.uptd_week", judged.uptd_week, what + _usually(week, judged.uptd_week, ".0f")
    peak = lungs.vc_loss_peak
    what = f"Vital capacity is expected to fall by up to {peak:.2g} %"
    yield "oxygen.vc_loss", judged.vc_loss_peak, what + _usually(peak, judged.vc_loss_peak, ".2g")
    least, most = eyes.shift_dioptres
    shift = f"{most:.2g}" if least == most else f"{least:.2g} to {most:.2g}"
    first, last = eyes.recovery_weeks
    weeks = f"{last:g}" if first == last else f"{first:g} to {last:g}"
    dose = eyes.equivalent_sessions
    yield (
        "oxygen.myopia",
        dose,
        f"The course weighs {dose:.3g} sessions of {of('myopia_minutes'):g} min at {of('myopia_pressure_kpa'):g} kPa "
        f"for the eyes: a shift of {shift} dioptres; "
        f"after {of('myopia_sessions'):g} sessions it was back on average after {weeks} weeks.",
    )


def _usually(planned: float, judged: float, form: str) -> str:
    """What limits judge instead, where ramps are shorter than the usual ones."""
    if judged <= planned:
        return "."
    return f"; {judged:{form}} with the usual times of compression and decompression, which is judged."


def _nitrogen(course: OxygenCourse, highest: float) -> str:
    dose = max((one.nitrogen for one in course.sessions if one.nitrogen), key=lambda one: one.share)
    if dose.no_stop_minutes is None:
        return "Nitrogen is taken up only where divers come up without a stop after any time."
    said = (
        f"Nitrogen is taken up for {dose.minutes:.3g} min, compression counted, at pressures of at most that of air at "
        f"{dose.feet:.3g} feet of seawater, from where divers come up without a stop after at most "
        f"{dose.no_stop_minutes:g} min: {dose.share:.2g} no-stop times"
    )
    if highest <= dose.share:
        return f"{said}."
    return f"{said}; {highest:.2g} with sessions less than {of('repetitive_hours'):g} h before."
