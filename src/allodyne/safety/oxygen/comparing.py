"""Figures of a plan beside published ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from allodyne.safety.oxygen.brain import SESSIONS, course_risk, observed_groups
from allodyne.safety.oxygen.models import Compared, LungCourse, OxygenSession
from allodyne.safety.oxygen.numbers import value

_PERCENT = 100.0


def compared(
    sessions: Sequence[OxygenSession], lungs: LungCourse | None, seizure_percent: float | None
) -> tuple[Compared, ...]:
    """Set figures of a course beside published ones; nothing in animals.

    Parameters
    ----------
    sessions : sequence of OxygenSession
    lungs : LungCourse or None
    seizure_percent : float or None
        Probability of at least one seizure in the course.
    """
    if lungs is None or not any(one.oxygen_minutes > 0 for one in sessions):
        return ()
    return (
        *_seizures(sessions),
        *_seizures_of_course(sessions, seizure_percent),
        *_timing(),
        *_lung_incidence(sessions),
        *_lungs(lungs),
    )


def _seizures(sessions: Sequence[OxygenSession]) -> Iterator[Compared]:
    for one in sessions:
        toxicity = one.toxicity
        if toxicity is None or one.oxygen_minutes == 0:
            continue
        breaks = (
            "" if toxicity.air_break_ratio is None else f" ({toxicity.seizures_without_breaks:.3g} without air breaks)"
        )
        yield Compared(
            label=f"seizures per 10,000 sessions, entry {one.entry}",
            here=f"{toxicity.seizures_per_10000:.3g} expected{breaks}",
            published="observed " + ", ".join(f"{each.per_10000:g} at {each.label}" for each in observed_groups()),
            sources=("safe-seizure-by-pressure", "safe-cns-risk-by-metabolic-rate"),
        )
        if toxicity.air_break_ratio is not None:
            ratio = value("safe-seizure-air-break", "rate_ratio")
            yield Compared(
                label=f"seizures with air breaks divided by those without, entry {one.entry}",
                here=f"{toxicity.air_break_ratio:.2f} expected",
                published=f"{ratio:g} observed when one centre introduced a break of 5 min",
                sources=("safe-seizure-air-break", "safe-cns-recovery-human"),
            )


def _seizures_of_course(sessions: Sequence[OxygenSession], percent: float | None) -> Iterator[Compared]:
    if percent is None:
        return
    count = sum(one.count for one in sessions if one.oxygen_minutes > 0)
    before, after = (value("safe-seizure-air-break", f"{when}_per_10000") for when in ("before", "after"))
    one_in = value("safe-seizure-hampson", "one_in")
    without, with_breaks, routine = (
        _PERCENT * course_risk([rate] * count) for rate in (before / SESSIONS, after / SESSIONS, 1 / one_in)
    )
    yield Compared(
        label=f"at least one seizure in {count} sessions",
        here=f"expected in {percent:.3g} % of people, by a formula that comes out higher than what was observed",
        published=f"{without:.2g} % at the {before:g} seizures per 10,000 sessions that one centre counted before it "
        f"introduced air breaks, {with_breaks:.2g} % at the {after:g} after it, {routine:.2g} % at 1 in {one_in:g} "
        "of another",
        sources=("safe-seizure-air-break", "safe-seizure-hampson", "safe-cns-risk-by-metabolic-rate"),
    )


def _lung_incidence(sessions: Sequence[OxygenSession]) -> Iterator[Compared]:
    intercept = value("safe-pot-incidence-index", "intercept")
    count = value("safe-hbo60-lung-function", "sessions")
    for one in sessions:
        percent = one.toxicity.lung_incidence_percent if one.toxicity else None
        if percent is None or one.oxygen_minutes == 0:
            continue
        yield Compared(
            label=f"pulmonary toxicity after a single session, entry {one.entry}",
            here=f"{percent:.3g} % by a formula fitted to groups of divers (safe-pot-incidence-index); it gives "
            f"{intercept:g} % without any dose, and tells how many, not how badly",
            published=f"no loss of lung function after {count:g} sessions at 2 ATA",
            sources=("safe-pot-incidence-index", "safe-hbo60-lung-function"),
        )


def _timing() -> Iterator[Compared]:
    fact = "safe-seizure-timing"
    low, high = (value(fact, "range_min", end) for end in (0, 1))
    first, last = (value(fact, "range_session", end) for end in (0, 1))
    yield Compared(
        label="when seizures happen",
        here="-",
        published=f"median {value(fact, 'median_min'):g} min after compression ({low:g} to {high:g}), "
        f"in session {value(fact, 'median_session'):g} ({first:g} to {last:g})",
        sources=(fact,),
    )


def _lungs(lungs: LungCourse) -> Iterator[Compared]:
    change, spread = (value("safe-hbo60-lung-function", key) for key in ("dFVC_L", "dFVC_sd"))
    count = value("safe-hbo60-lung-function", "sessions")
    yield Compared(
        label="vital capacity after the course",
        here=f"{lungs.vc_loss_left:.2g} % less a day after it",
        published=f"{change:+g} L (SD {spread:g}) after {count:g} sessions at 2 ATA: no loss was measured",
        sources=("safe-hbo60-lung-function", "safe-vc-loss-arieli", "safe-vc-recovery-bar-form"),
    )
