"""When every session of a study takes place."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from allodyne.errors import ScheduleError
from allodyne.study.clock import span, to_minutes
from allodyne.study.entries import Plan, treatment_name

if TYPE_CHECKING:
    from allodyne.signals import Signal
    from allodyne.study.schema import Study
    from allodyne.treatments.timing import Session


@dataclass(frozen=True)
class ArmSchedule:
    """What happens to the subjects of one arm.

    Attributes
    ----------
    sessions : list of Session
        In the order of their start; each from its start (inside) to its end (outside), in days since the lesion.
    signals : list of Signal
        Contributions to the drives: those of the condition, times the severity that the study asks for, then those of
        the treatments.
    """

    sessions: list[Session]
    signals: list[Signal]


@dataclass(frozen=True)
class Schedule:
    """What happens in a study.

    Attributes
    ----------
    arms : dict of str to ArmSchedule
        In the order of the study.
    start : float
        Where the simulation begins, in days: the day of the first session of any arm, at most 0.
    end : float
        Time of the last assessment in days.
    """

    arms: dict[str, ArmSchedule]
    start: float
    end: float


@dataclass(frozen=True)
class _Planned:
    """A session with its place in the study: entry and number count from 1."""

    session: Session
    entry: int
    number: int

    def __str__(self) -> str:
        return f"session {self.number} of entry {self.entry} ({span(self.session.start, self.session.end)})"


def build_schedule(study: Study) -> Schedule:
    """Work out the sessions and signals of every arm.

    Parameters
    ----------
    study : Study

    Returns
    -------
    Schedule

    Raises
    ------
    ScheduleError
        When two sessions of the same treatment overlap within an arm, when the same drug is given twice in the same
        minute, or when a session lies after the last assessed day.
    """
    lesion = condition_signals(study)
    arms = {name: _arm(study, name, plans, lesion) for name, plans in study.arms.items()}
    begins = [session.start for arm in arms.values() for session in arm.sessions]
    begins += [signal.start for arm in arms.values() for signal in arm.signals if math.isfinite(signal.start)]
    return Schedule(arms, float(min([0, *(math.floor(begin) for begin in begins)])), study.output_times()[-1][1])


def condition_signals(study: Study) -> list[Signal]:
    """Signals of the study's condition, each log fold change times the severity that the study asks for."""
    from allodyne.subjects.conditions import load_conditions

    severity = study.subjects.severity
    return [
        dataclasses.replace(
            signal,
            constant=severity * signal.constant,
            terms=tuple((severity * amplitude, rate) for amplitude, rate in signal.terms),
        )
        for signal in load_conditions()[study.subjects.condition].signals(study.subjects.species)
    ]


def _arm(study: Study, arm: str, plans: Sequence[Plan], lesion: list[Signal]) -> ArmSchedule:
    animal = study.subjects.species
    groups: dict[str, list[_Planned]] = {}
    for entry, plan in enumerate(plans, 1):
        sessions = sorted(plan.sessions(animal), key=lambda session: session.start)
        planned = [_Planned(session, entry, number) for number, session in enumerate(sessions, 1)]
        _refuse_late(study, arm, planned)
        groups.setdefault(_group(plan), []).extend(planned)
    for group, planned in groups.items():
        _refuse_overlap(study, arm, group, planned)
    sessions = sorted(
        (one.session for planned in groups.values() for one in planned), key=lambda session: session.start
    )
    return ArmSchedule(sessions, [*lesion, *(signal for plan in plans for signal in plan.signals(animal))])


def _group(plan: Plan) -> str:
    """Sessions of one group may not overlap: the treatment, or the single drug."""
    treatment = treatment_name(plan)
    return f"drug {getattr(plan, 'name', '')}" if treatment == "drug" else treatment


def _refuse_late(study: Study, arm: str, planned: Sequence[_Planned]) -> None:
    last = study.assessed_days()[-1]
    late = next((one for one in planned if math.floor(one.session.start) > last), None)
    if late:
        raise ScheduleError(
            f"In the arm {arm!r}, {late} lies after day {last}, the last that is assessed.",
            study.where("arms", arm, late.entry - 1),
            f"Lengthen days to at least {math.floor(planned[-1].session.start)}, or give fewer sessions."
            if study.assess.every_days == 1
            else "Lengthen days, assess more often, or give fewer sessions.",
        )


def _refuse_overlap(study: Study, arm: str, group: str, planned: Iterable[_Planned]) -> None:
    ordered = sorted(planned, key=lambda one: (to_minutes(one.session.start), one.entry))
    longest: _Planned | None = None
    for one in ordered:
        if longest and to_minutes(one.session.start) < _busy_until(longest, group):
            pair = sorted((longest, one), key=lambda item: (item.entry, item.number))
            raise ScheduleError(
                f"In the arm {arm!r} two sessions of {group} overlap: {pair[0]} and {pair[1]}.",
                study.where("arms", arm, pair[1].entry - 1),
                "Move one of them, for example with `at` or `start_day`.",
            )
        if longest is None or _busy_until(one, group) > _busy_until(longest, group):
            longest = one


def _busy_until(one: _Planned, group: str) -> int:
    # doses add up in the body, so that a drug keeps no more than the minute in which it is given
    minute = to_minutes(one.session.start) + 1
    return minute if group.startswith("drug ") else max(to_minutes(one.session.end), minute)
