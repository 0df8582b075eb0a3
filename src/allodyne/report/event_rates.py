"""Events such as relapses: how often they happened in each arm, and to how many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from allodyne.report.comparing import Simulated, simulated

if TYPE_CHECKING:
    from allodyne.report.results import Results


@dataclass(frozen=True)
class EventRate:
    """Events of one arm from enrolment to one day.

    Attributes
    ----------
    rate : Simulated
        Events a year.
    share : Simulated
        Percent of subjects with at least one.
    ratio : Simulated or None
        Of the rate to that of the control arm; None for the control arm itself.
    """

    arm: str
    outcome: str
    day: float
    rate: Simulated
    share: Simulated
    ratio: Simulated | None


def event_rates(results: Results) -> list[EventRate]:
    """Count the events of every arm up to the last recorded day; empty when none are measured."""
    counted = [name for name in results.endpoints if results.counts(name)]
    last = len(results.days) - 1

    def of(statistic: str, outcome: str, arm: str, against: str) -> Simulated:
        return simulated(results, statistic, outcome, arm, against, last)

    return [
        EventRate(
            arm,
            outcome,
            results.days[last],
            of("rate", outcome, arm, arm),
            of("share", outcome, arm, arm),
            of("rate_ratio", outcome, arm, control) if (control := results.control) and control != arm else None,
        )
        for outcome in counted
        for arm in results.arms
    ]
