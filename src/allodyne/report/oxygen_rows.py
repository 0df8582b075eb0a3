"""Doses of oxygen in words: what, and how much."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allodyne.report.wording import number

if TYPE_CHECKING:
    from allodyne.safety.oxygen.course import OxygenCourse, OxygenSession
    from allodyne.safety.oxygen.models import AnimalExposure, Compared, SessionNitrogen

Row = tuple[str, str]


def session_rows(course: OxygenCourse) -> list[Row]:
    """One session of each entry.

    Parameters
    ----------
    course : OxygenCourse

    Returns
    -------
    list of (str, str)
        What, and how much with its unit.
    """
    several = len(course.sessions) > 1
    return [
        (f"entry {session.entry}: {what}" if several else what, value)
        for session in course.sessions
        for what, value in _session(session)
    ]


def course_rows(course: OxygenCourse) -> list[Row]:
    """The whole course: lungs, brain and eyes, and figures beside published ones.

    Parameters
    ----------
    course : OxygenCourse

    Returns
    -------
    list of (str, str)
        What, and how much with its unit; what was not computed says why.
    """
    rows: list[Row] = []
    if course.lungs and any(course.lungs.uptd_day):
        lungs = course.lungs
        rows.append(("pulmonary dose within 24 h", f"up to {number(lungs.uptd_24h)} UPTD"))
        rows.append(("pulmonary dose over a week", f"{number(lungs.uptd_week)} UPTD a day on average, at most"))
        left = f"{number(lungs.vc_loss_peak)} % at most, {number(lungs.vc_loss_left)} % a day after the last session"
        rows.append(("loss of vital capacity", left))
    if course.eyes and course.eyes.equivalent_sessions > 0:
        least, most = course.eyes.shift_dioptres
        weeks = " to ".join(dict.fromkeys(number(week) for week in course.eyes.recovery_weeks))
        shift = " to ".join(dict.fromkeys(f"{dioptres:.2f}" for dioptres in (least, most)))
        text = f"{shift} dioptres; after 21 sessions it was back on average after {weeks} weeks"
        rows.append(("shift of refraction at the end", text))
    rows += [_compared(one) for one in course.compared]
    if course.not_computed:
        rows.append(("not computed", course.not_computed))
    return rows


def _session(session: OxygenSession) -> list[Row]:
    pressures = {
        "inspired": session.inspired_mmhg,
        "alveolar": session.alveolar_mmhg,
        "arterial": session.arterial_mmhg,
        "tissue": session.tissue_mmhg,
    }
    rows = [
        ("sessions", f"{session.count} at {number(session.pressure_ata)} ATA, {number(100 * session.fio2)} % oxygen"),
        ("PO2 at full pressure", ", ".join(f"{name} {value:.0f}" for name, value in pressures.items()) + " mmHg"),
    ]
    if session.oxygen_minutes > 0:
        rows.append(("time on oxygen at full pressure", f"{number(session.oxygen_minutes)} min a session"))
    if session.compression_kpa_min is not None:
        rows.append(("rate of compression", f"{number(session.compression_kpa_min)} kPa/min"))
    rows += [("ears, as published", text) for text in session.ears]
    if session.decompression_kpa_min is not None:
        rows.append(("rate of decompression", f"{number(session.decompression_kpa_min)} kPa/min"))
    if session.toxicity and session.oxygen_minutes > 0:
        rows.append(("pulmonary dose a session", f"{number(session.toxicity.uptd)} UPTD"))
        rows.append(("loss of vital capacity after one session", f"{number(session.toxicity.vc_loss_percent)} %"))
    if session.nitrogen and session.nitrogen.share > 0:
        rows.append(("nitrogen", _nitrogen(session.nitrogen)))
    if session.animal_exposure:
        rows += _animal(session.animal_exposure)
    return rows


def _nitrogen(dose: SessionNitrogen) -> str:
    limit = "without a limit" if dose.no_stop_minutes is None else f"of {number(dose.no_stop_minutes)} without a stop"
    return f"{number(dose.minutes)} min at {dose.feet:.0f} feet of seawater, {limit}"


def _animal(exposure: AnimalExposure) -> list[Row]:
    rows = [("oxygen of a session", f"{number(exposure.atm_minutes)} min x atm above 0.5 atm")]
    if exposure.minutes_near_seizures > 0:
        rows.append(("time above 3 atm of oxygen", f"{number(exposure.minutes_near_seizures)} min a session"))
    return rows


def _compared(one: Compared) -> Row:
    sources = f" [{', '.join(one.sources)}]" if one.sources else ""
    return one.label, f"{one.here}; published: {one.published}{sources}"
