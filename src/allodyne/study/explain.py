"""What a study will do, in words and numbers, without doing it."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from allodyne.study.clock import compress, day_and_clock, span, to_minutes
from allodyne.study.entries import Plan, treatment_name
from allodyne.study.outcomes import Outcome
from allodyne.study.schedule import build_schedule

if TYPE_CHECKING:
    from allodyne.signals import Signal
    from allodyne.study.schema import Study
    from allodyne.treatments.timing import Session


@dataclass(frozen=True)
class TreatmentExplained:
    """One entry of an arm.

    Attributes
    ----------
    treatment : str
        Name of the treatment.
    label : str
        The first session in words.
    sessions : int
        How many there are.
    days : str
        Their days since the lesion, runs joined: ``1-5, 8-12``.
    clock_times : list of str
        Clock times at which they start.
    first, last : str
        Day and clock times of the first and the last session.
    total_minutes : int
        Time in sessions; 0 for drugs.
    doses : dict of str to str
        The doses and totals that the treatment names, with units.
    drives : dict of str to float
        Largest value that each drive reaches through this entry alone: a log fold change, or for drugs a multiple of
        the concentration of half effect.
    sources : list of str
        Keys of the papers and facts that the formulas rest on.
    """

    treatment: str
    label: str
    sessions: int
    days: str
    clock_times: list[str]
    first: str
    last: str
    total_minutes: int
    doses: dict[str, str]
    drives: dict[str, float]
    sources: list[str]


@dataclass(frozen=True)
class Explanation:
    """What ``allodyne check`` says about a study."""

    title: str
    subjects: dict[str, Any]
    condition: str
    days: int
    origin: str
    simulated_from_day: float
    assessments: int
    assessed_days: str
    assessed_at: list[str]
    arms: dict[str, list[TreatmentExplained]]
    control: str
    measure: list[Outcome]
    published: int
    tolerance: float
    sources: dict[str, str]
    warnings: list[str]

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain lists and mappings, for JSON."""
        return dataclasses.asdict(self)


def explain(study: Study) -> Explanation:
    """Explain a study without running it.

    Parameters
    ----------
    study : Study

    Returns
    -------
    Explanation

    Raises
    ------
    ScheduleError
        When its sessions cannot be carried out.
    """
    from allodyne.subjects.conditions import load_conditions

    schedule = build_schedule(study)
    condition = load_conditions()[study.subjects.condition]
    arms = {name: [_explain_plan(plan, study.subjects.species) for plan in plans] for name, plans in study.arms.items()}
    keys = [key for plans in arms.values() for plan in plans for key in plan.sources]
    keys += condition.source_keys(study.subjects.species)
    keys += [key for outcome in study.outcomes for key in outcome.sources]
    keys += [finding.source for finding in study.published]
    return Explanation(
        title=study.study,
        subjects=study.subjects.model_dump(),
        condition=condition.label,
        days=study.days,
        origin=study.origin,
        simulated_from_day=schedule.start,
        assessments=len(study.output_times()),
        assessed_days=_every(study),
        assessed_at=list(study.assess.at),
        arms=arms,
        control=study.control,
        measure=study.outcomes,
        published=len(study.published),
        tolerance=study.tolerance,
        sources=_citations(keys),
        warnings=_warnings(study, {name: arm.sessions for name, arm in schedule.arms.items()}),
    )


def _explain_plan(plan: Plan, animal: str) -> TreatmentExplained:
    sessions = sorted(plan.sessions(animal), key=lambda session: session.start)
    starts = [day_and_clock(session.start) for session in sessions]
    treatment = treatment_name(plan)
    # a dose takes no time worth telling
    ends = [session.start if treatment in ("drug", "placebo") else session.end for session in sessions]
    return TreatmentExplained(
        treatment=treatment,
        label=sessions[0].label if sessions else ", ".join(dict(plan.doses(animal)).values()),
        sessions=len(sessions),
        days=compress([day for day, _ in starts]),
        clock_times=sorted({clock for _, clock in starts}),
        first=span(sessions[0].start, ends[0]) if sessions else "",
        last=span(sessions[-1].start, ends[-1]) if sessions else "",
        total_minutes=sum(
            to_minutes(end) - to_minutes(session.start) for session, end in zip(sessions, ends, strict=True)
        ),
        doses=dict(plan.doses(animal)),
        drives=peaks(plan.signals(animal)),
        sources=list(dict.fromkeys(plan.source_keys(animal))),
    )


def peaks(signals: Sequence[Signal]) -> dict[str, float]:
    """Largest value of each drive over time.

    Parameters
    ----------
    signals : sequence of Signal

    Returns
    -------
    dict of str to float
        By drive, in the order of their first signal. A drive that never rises above 0 has its smallest value.
    """
    drives = dict.fromkeys(signal.drive for signal in signals)
    return {drive: _peak([signal for signal in signals if signal.drive == drive]) for drive in drives}


def _peak(signals: Sequence[Signal]) -> float:
    import numpy as np

    # a drive is smooth between the edges of its signals, but a fast one has its top soon after an edge
    edges = {edge for signal in signals for edge in (signal.start, signal.end) if math.isfinite(edge)}
    bounds = np.array(sorted(edges | {max(edges, default=0.0) + 1}))
    shares = np.concatenate([[0.0], np.geomspace(1e-5, 1 - 1e-9, 96), np.arange(1, 32) / 32])
    times = np.unique(bounds[:-1, None] + np.diff(bounds)[:, None] * shares)
    total = np.zeros(len(times))
    for signal in signals:
        low, high = np.searchsorted(times, [signal.start, signal.end])
        elapsed = times[low:high] - signal.start
        total[low:high] += signal.constant
        for amplitude, rate in signal.terms:
            total[low:high] += amplitude * np.exp(-rate * elapsed)
    highest = float(total.max())
    return highest if highest > 0 else float(total.min())


def _every(study: Study) -> str:
    days, step = study.assessed_days(), study.assess.every_days
    listed = compress(days) if step == 1 or len(days) <= 12 else f"{days[0]} to {days[-1]}, every {step} days"
    return f"0 (baseline), {listed}"


def _citations(keys: Iterable[str]) -> dict[str, str]:
    from allodyne.evidence.papers import source

    return {key: source(key).citation for key in sorted(set(keys))}


def _warnings(study: Study, sessions: dict[str, list[Session]]) -> list[str]:
    from allodyne.subjects.conditions import load_conditions

    condition, animal = load_conditions()[study.subjects.condition], study.subjects.species
    found = []
    if condition.courses and animal not in condition.courses:
        other = next(iter(condition.courses))
        found.append(f"{condition.label} has no course of its own for the {animal}; that of the {other} is used.")
    if study.arms[study.control]:
        found.append(
            f"No effect of {study.control} itself will show: it is treated, and the others are compared with it."
        )
    if study.subjects.n == 1:
        found.append("With one subject there is no spread, hence no interval and no standardised effect.")
    found += [f"The arms {a} and {b} are the same." for a, b in _twins(study)]
    times = [time for _, time in study.output_times()[1:]]
    for arm, planned in sessions.items():
        inside = next(
            (session for session in planned if any(session.start <= time < session.end for time in times)), None
        )
        if inside:
            when = span(inside.start, inside.end)
            found.append(f"In the arm {arm} subjects are assessed during a session ({inside.treatment}, {when}).")
        early = sum(session.start < 0 for session in planned)
        if early:
            found.append(f"In the arm {arm} {early} of {len(planned)} sessions lie before {study.origin}.")
    return found


def _twins(study: Study) -> list[tuple[str, str]]:
    names = list(study.arms)
    return [
        (first, second)
        for index, first in enumerate(names)
        for second in names[index + 1 :]
        if study.arms[first] == study.arms[second]
    ]
