"""Oxygen doses of an arm: session by session and over the course."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from allodyne.animals import IN_PEOPLE, Animal
from allodyne.safety.oxygen import brain, ears, eyes, lungs
from allodyne.safety.oxygen.breathing import Breath, breaths, highest_po2, oxygen_minutes, without_air_breaks
from allodyne.safety.oxygen.comparing import compared
from allodyne.safety.oxygen.judging import oxygen_remarks
from allodyne.safety.oxygen.models import (
    EyeCourse,
    LungCourse,
    OxygenCourse,
    OxygenSession,
    PressureArrays,
    SessionToxicity,
)
from allodyne.safety.oxygen.numbers import of
from allodyne.safety.oxygen.pressures import plateau, pressure_course
from allodyne.safety.planned import Planned
from allodyne.signals import MINUTES_PER_DAY
from allodyne.treatments.hbot import Hbot
from allodyne.treatments.quantities import TIME

__all__ = ["OxygenCourse", "OxygenSession", "oxygen_course", "oxygen_remarks"]

_PERCENT = 100.0
_IN_ANIMALS = "No formula for the lungs, the eyes or the seizures of animals was found for these pressures."


@dataclass(frozen=True)
class _Member:
    """One entry with what is breathed in each of its sessions."""

    planned: Planned
    plan: Hbot
    course: tuple[Breath, ...]


def oxygen_course(
    arm: str, plans: Sequence[Planned], delivery: Mapping[int, str | None] | None = None
) -> OxygenCourse | None:
    """Work out the oxygen doses of an arm.

    Parameters
    ----------
    arm : str
    plans : sequence of Planned
        Entries of the study; those of other arms and other treatments are passed over.
    delivery : mapping of int to str or None, optional
        How oxygen reaches the person, by entry: ``mask`` or ``hood``.

    Returns
    -------
    OxygenCourse or None
        None for an arm without hyperbaric sessions.
    """
    members = [
        _Member(one, one.plan, breaths(one.plan, one.animal))
        for one in plans
        if one.arm == arm and isinstance(one.plan, Hbot)
    ]
    if not members:
        return None
    animal = members[0].planned.animal
    given = delivery or {}
    sessions = tuple(_session(one, given.get(one.planned.entry)) for one in members)
    people = animal == IN_PEOPLE
    lung_course = _lungs(members) if people else None
    return OxygenCourse(
        arm=arm,
        animal=animal,
        sessions=sessions,
        session_count=sum(one.count for one in sessions if one.oxygen_minutes > 0),
        lungs=lung_course,
        eyes=_eyes(sessions) if people else None,
        seizure_percent=_seizure_percent(sessions) if people else None,
        compared=compared(sessions, lung_course),
        not_computed="" if people else _IN_ANIMALS,
    )


def _session(one: _Member, delivery: str | None) -> OxygenSession:
    animal: Animal = one.planned.animal
    at_pressure = plateau(one.plan, animal)
    rate = ears.compression_rate(one.course)
    people = animal == IN_PEOPLE
    return OxygenSession(
        arm=one.planned.arm,
        entry=one.planned.entry,
        count=len(one.plan.starts()),
        delivery=delivery,
        pressure_ata=one.plan.pressure_ata,
        fio2=one.plan.fio2,
        inspired_atm=highest_po2(one.course),
        inspired_mmhg=at_pressure.inspired,
        alveolar_mmhg=at_pressure.alveolar,
        arterial_mmhg=at_pressure.arterial,
        tissue_mmhg=at_pressure.tissue,
        oxygen_minutes=oxygen_minutes(one.course, one.plan.pressure_ata),
        compression_kpa_min=rate,
        ears=tuple(told.says for told in ears.reported(rate)) if rate is not None and people else (),
        toxicity=_toxicity(one) if people else None,
        equivalent_sessions=eyes.equivalent_sessions(one.plan, one.course) if people else None,
        arrays=PressureArrays(**asdict(pressure_course(one.course, animal))),
    )


def _toxicity(one: _Member) -> SessionToxicity:
    exposure = lungs.exposure(one.course)
    index = brain.cns_index(one.course)
    risk = brain.seizure_risk(index)
    unbroken = breaths(without_air_breaks(one.plan), one.planned.animal)
    unbroken_risk = brain.seizure_risk(brain.cns_index(unbroken))
    group = brain.observed(highest_po2(one.course))
    return SessionToxicity(
        uptd=lungs.uptd(one.course),
        vc_loss_percent=exposure.loss,
        lung_incidence_percent=lungs.incidence_percent(exposure),
        cns_index=index,
        seizures_per_10000=risk * brain.SESSIONS,
        seizures_without_breaks=unbroken_risk * brain.SESSIONS,
        air_break_ratio=risk / unbroken_risk if one.plan.air_breaks and unbroken_risk > 0 else None,
        observed_group=group.label if group else None,
        observed_per_10000=group.per_10000 if group else None,
    )


def _lungs(members: Sequence[_Member]) -> LungCourse:
    dated: list[tuple[float, float, lungs.Exposure, float]] = []
    for one in members:
        exposure, dose = lungs.exposure(one.course), lungs.uptd(one.course)
        dated += [(session.start, session.end, exposure, dose) for session in one.plan.sessions(one.planned.animal)]
    dated.sort(key=lambda session: session[0])
    starts = [session[0] for session in dated]
    ends = [session[1] for session in dated]
    exposures = [session[2] for session in dated]
    by_day = lungs.uptd_by_day(starts, [session[3] for session in dated])
    rested = max(ends) + of("vc_rest_hours") * TIME["h"] / MINUTES_PER_DAY
    # a session counts from its end on, so its start tells what the sessions before it left
    times = np.array(sorted({*starts, *ends, rested}))
    losses = lungs.loss_over(ends, exposures, times)
    return LungCourse(
        days=tuple(by_day),
        uptd_day=tuple(by_day.values()),
        uptd_week=lungs.highest_daily_mean(by_day),
        times_days=tuple(times.tolist()),
        vc_loss=tuple(losses.tolist()),
        vc_loss_peak=float(losses.max()),
        vc_loss_left=float(losses[-1]),
    )


def _eyes(sessions: Sequence[OxygenSession]) -> EyeCourse:
    doses = [((one.equivalent_sessions or 0.0) * one.count, one.delivery) for one in sessions]
    shift = eyes.myopia(doses)
    return EyeCourse(
        equivalent_sessions=sum(dose for dose, _ in doses),
        shift_dioptres=(shift.least, shift.most),
        recovery_weeks=shift.recovery_weeks,
    )


def _seizure_percent(sessions: Sequence[OxygenSession]) -> float:
    risks = [
        one.toxicity.seizures_per_10000 / brain.SESSIONS for one in sessions if one.toxicity for _ in range(one.count)
    ]
    return brain.course_risk(risks) * _PERCENT
