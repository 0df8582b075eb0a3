"""Oxygen doses of an arm: session by session and over the course."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property

import numpy as np

from allodyne.animals import IN_PEOPLE, Animal
from allodyne.safety.oxygen import brain, ears, eyes, lungs, vital_capacity
from allodyne.safety.oxygen.breathing import (
    Breath,
    atm_minutes,
    breaths,
    highest_po2,
    minutes_above,
    oxygen_minutes,
    with_usual_ramps,
    without_air_breaks,
)
from allodyne.safety.oxygen.comparing import compared
from allodyne.safety.oxygen.judging import oxygen_remarks
from allodyne.safety.oxygen.models import (
    AnimalExposure,
    EyeCourse,
    Judged,
    LungCourse,
    OxygenCourse,
    OxygenSession,
    PressureArrays,
    SessionNitrogen,
    SessionToxicity,
)
from allodyne.safety.oxygen.nitrogen import NitrogenDose, highest_share, nitrogen_dose
from allodyne.safety.oxygen.numbers import of
from allodyne.safety.oxygen.pressures import plateau, pressure_course
from allodyne.safety.planned import Planned
from allodyne.signals import MINUTES_PER_DAY
from allodyne.treatments.hbot import Hbot
from allodyne.treatments.quantities import TIME
from allodyne.treatments.timing import Session

__all__ = ["OxygenCourse", "OxygenSession", "oxygen_course", "oxygen_remarks"]

_PERCENT = 100.0
_IN_ANIMALS = (
    "No formula for the lungs, the eyes or the seizures of animals was found for these pressures; the limits compare "
    "pressure and time with those at which rats had seizures and the lungs of mice were hurt."
)


@dataclass(frozen=True)
class _Member:
    """One entry, with a plan that may differ from the one it has in the study, and what its sessions weigh."""

    planned: Planned
    plan: Hbot

    @cached_property
    def course(self) -> tuple[Breath, ...]:
        return breaths(self.plan, self.planned.animal)

    @cached_property
    def unhurried(self) -> _Member:
        return _Member(self.planned, with_usual_ramps(self.plan, self.planned.animal))

    @cached_property
    def unbroken(self) -> _Member:
        return _Member(self.planned, without_air_breaks(self.plan))

    @cached_property
    def load(self) -> brain.Load:
        return brain.load(self.course)

    @cached_property
    def exposure(self) -> vital_capacity.Exposure:
        return vital_capacity.exposure(self.course)

    @cached_property
    def uptd(self) -> float:
        return lungs.uptd(self.course)

    @cached_property
    def nitrogen(self) -> NitrogenDose:
        return nitrogen_dose(self.course)


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
    members = [_Member(one, one.plan) for one in plans if one.arm == arm and isinstance(one.plan, Hbot)]
    if not members:
        return None
    animal = members[0].planned.animal
    given = delivery or {}
    people = animal == IN_PEOPLE
    indices = _indices(members) if people else []
    sessions = tuple(
        _session(one, given.get(one.planned.entry), _toxicity(one, members, indices) if people else None)
        for one in members
    )
    lung_course = _lungs(members) if people else None
    count = sum(one.count for one in sessions if one.oxygen_minutes > 0)
    seizure_percent = _seizure_percent(indices) if people else None
    return OxygenCourse(
        arm=arm,
        animal=animal,
        sessions=sessions,
        session_count=count,
        lungs=lung_course,
        eyes=_eyes(sessions) if people else None,
        judged=_judged(members, indices) if people else None,
        seizure_percent=seizure_percent,
        compared=compared(sessions, lung_course, seizure_percent),
        not_computed="" if people else _IN_ANIMALS,
    )


def _in_order(members: Sequence[_Member]) -> list[tuple[Session, _Member]]:
    """Every session of an arm with its entry, in the order of their starts."""
    dated = [(session, one) for one in members for session in one.plan.sessions(one.planned.animal)]
    return sorted(dated, key=lambda pair: pair[0].start)


def _indices(members: Sequence[_Member]) -> list[tuple[int, float]]:
    """Entry and toxicity index of every session, with what those before it left."""
    dated = _in_order(members)
    found = brain.indices([(session.start, session.end, one.load) for session, one in dated])
    return [(one.planned.entry, index) for (_, one), index in zip(dated, found, strict=True)]


def _worst(indices: Sequence[tuple[int, float]], entry: int) -> float:
    return max((index for of_entry, index in indices if of_entry == entry), default=0.0)


def _session(one: _Member, delivery: str | None, toxicity: SessionToxicity | None) -> OxygenSession:
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
        decompression_kpa_min=ears.decompression_rate(one.course),
        ears=tuple(told.says for told in ears.reported(rate)) if rate is not None and people else (),
        toxicity=toxicity,
        nitrogen=SessionNitrogen(**asdict(one.unhurried.nitrogen)) if people else None,
        animal_exposure=None if people else _animal_exposure(one.unhurried.course),
        equivalent_sessions=eyes.equivalent_sessions(one.plan, one.course) if people else None,
        arrays=PressureArrays(**asdict(pressure_course(one.course, animal))),
    )


def _toxicity(one: _Member, members: Sequence[_Member], indices: Sequence[tuple[int, float]]) -> SessionToxicity:
    entry = one.planned.entry
    index = _worst(indices, entry)
    risk = unbroken_risk = brain.seizure_risk(index)
    if one.plan.air_breaks:
        others = [each.unbroken if each is one else each for each in members]
        unbroken_risk = brain.seizure_risk(_worst(_indices(others), entry))
    group = brain.observed(highest_po2(one.course))
    return SessionToxicity(
        uptd=one.uptd,
        vc_loss_percent=one.exposure.loss,
        lung_incidence_percent=vital_capacity.incidence_percent(one.exposure),
        cns_index=index,
        seizures_per_10000=risk * brain.SESSIONS,
        seizures_alone=brain.seizure_risk(brain.cns_index(one.load)) * brain.SESSIONS,
        seizures_without_breaks=unbroken_risk * brain.SESSIONS,
        air_break_ratio=risk / unbroken_risk if one.plan.air_breaks and unbroken_risk > 0 else None,
        observed_group=group.label if group else None,
        observed_per_10000=group.per_10000 if group else None,
    )


def _animal_exposure(course: Sequence[Breath]) -> AnimalExposure:
    return AnimalExposure(
        minutes_near_seizures=minutes_above(course, of("animals_seizure_from_atm")),
        atm_minutes=atm_minutes(course, of("animals_lungs_above_atm")),
    )


def _judged(members: Sequence[_Member], indices: Sequence[tuple[int, float]]) -> Judged:
    unhurried = [one.unhurried for one in members]
    found = _lungs(unhurried)
    # slow compression gives what sessions before left more time to go, so the worse of both is judged
    unhurried_indices = [*_indices(unhurried), *indices]
    nitrogen = [(session.start, session.end, one.unhurried.nitrogen.share) for session, one in _in_order(members)]
    return Judged(
        seizures_per_10000=tuple(
            brain.seizure_risk(_worst(unhurried_indices, one.planned.entry)) * brain.SESSIONS for one in members
        ),
        uptd_24h=found.uptd_24h,
        uptd_week=found.uptd_week,
        vc_loss_peak=found.vc_loss_peak,
        nitrogen_share=highest_share(nitrogen),
    )


def _lungs(members: Sequence[_Member]) -> LungCourse:
    dated = _in_order(members)
    starts = [session.start for session, _ in dated]
    ends = [session.end for session, _ in dated]
    doses = [one.uptd for _, one in dated]
    by_day = lungs.uptd_by_day(starts, doses)
    rested = max(ends) + of("vc_rest_hours") * TIME["h"] / MINUTES_PER_DAY
    # a session counts from its end on, so its start tells what the sessions before it left
    times = np.array(sorted({*starts, *ends, rested}))
    losses = vital_capacity.loss_over([(session.start, session.end, one.exposure) for session, one in dated], times)
    return LungCourse(
        days=tuple(by_day),
        uptd_day=tuple(by_day.values()),
        uptd_24h=lungs.highest_within(starts, doses, 1.0),
        uptd_week=lungs.highest_within(starts, doses, of("uptd_window_days")) / of("uptd_window_days"),
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


def _seizure_percent(indices: Sequence[tuple[int, float]]) -> float:
    return brain.course_risk([brain.seizure_risk(index) for _, index in indices]) * _PERCENT
