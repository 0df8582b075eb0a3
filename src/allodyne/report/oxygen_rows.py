"""Doses of oxygen in words: what, and how much."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allodyne.report.wording import number

if TYPE_CHECKING:
    from allodyne.safety.oxygen.course import OxygenCourse, OxygenSession
    from allodyne.safety.oxygen.models import Compared, SessionToxicity

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
    if course.seizure_percent is not None and course.session_count:
        what = f"at least one seizure in {course.session_count} sessions"
        rows.append((what, f"expected in {number(course.seizure_percent)} % of people, if sessions are independent"))
    if course.lungs and any(course.lungs.uptd_day):
        lungs = course.lungs
        rows.append(("pulmonary dose a day", f"up to {number(max(lungs.uptd_day, default=0.0))} UPTD"))
        rows.append(("pulmonary dose over a week", f"{number(lungs.uptd_week)} UPTD a day on average, at most"))
        left = f"{number(lungs.vc_loss_peak)} % at most, {number(lungs.vc_loss_left)} % a day after the last session"
        rows.append(("loss of vital capacity", left))
    if course.eyes and course.eyes.equivalent_sessions > 0:
        least, most = course.eyes.shift_dioptres
        weeks = " to ".join(dict.fromkeys(number(week) for week in course.eyes.recovery_weeks))
        shift = " to ".join(dict.fromkeys(f"{dioptres:.2f}" for dioptres in (least, most)))
        rows.append(("shift of refraction at the end", f"{shift} dioptres, back after {weeks} weeks"))
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
    if session.toxicity and session.oxygen_minutes > 0:
        rows += _toxicity(session.toxicity)
    return rows


def _toxicity(found: SessionToxicity) -> list[Row]:
    rows = [
        ("pulmonary dose a session", f"{number(found.uptd)} UPTD"),
        ("loss of vital capacity after one session", f"{number(found.vc_loss_percent)} %"),
    ]
    if found.lung_incidence_percent is not None:
        rows.append(("pulmonary toxicity after a single session", f"in {number(found.lung_incidence_percent)} %"))
    return rows


def _compared(one: Compared) -> Row:
    sources = f" [{', '.join(one.sources)}]" if one.sources else ""
    return one.label, f"{one.here}; published: {one.published}{sources}"
