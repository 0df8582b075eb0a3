"""What a figure of an experiment shows: the arms side by side, for each outcome that was published."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from allodyne.report.wording import day_text, outcome_text

if TYPE_CHECKING:
    from allodyne.claims.experiments import Experiment
    from allodyne.report.published import Comparison
    from allodyne.report.results import Results


@dataclass(frozen=True)
class Bar:
    """One arm: median, 5th and 95th percentile of its subjects, as measured."""

    arm: str
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Mark:
    """A published difference on top of the simulated median of the arm that it was taken against."""

    arm: str
    value: float
    low: float
    high: float
    source: str


@dataclass(frozen=True)
class Panel:
    """One outcome on one day.

    Attributes
    ----------
    outcome : str
    day : float
    title : str
        The outcome with its unit, and the day.
    bars : tuple of Bar
        In the order of the study.
    marks : tuple of Mark
    baseline : float
        The level that `baseline_name` names.
    """

    outcome: str
    day: float
    title: str
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    baseline: float
    baseline_name: str

    @property
    def extent(self) -> tuple[float, float]:
        """Smallest and largest value that is shown."""
        shown = [self.baseline]
        for bar in self.bars:
            shown += [bar.value, bar.low, bar.high]
        for mark in self.marks:
            shown += [mark.value, mark.low, mark.high]
        finite = [number for number in shown if math.isfinite(number)]
        return min(finite, default=0.0), max(finite, default=1.0)


def panels(experiment: Experiment) -> list[Panel]:
    """Lay out an experiment, one panel for each outcome and day that is compared.

    Parameters
    ----------
    experiment : Experiment

    Returns
    -------
    list of Panel
        In the order of the comparisons.
    """
    results = experiment.results
    compared = [row for row in experiment.comparisons if row.outcome in results.outcomes]
    return [
        _panel(results, outcome, day, [row for row in compared if (row.outcome, row.day) == (outcome, day)])
        for outcome, day in dict.fromkeys((row.outcome, row.day) for row in compared)
    ]


def _panel(results: Results, outcome: str, day: float, compared: list[Comparison]) -> Panel:
    index = results.days.index(day)
    bars = []
    for arm in results.arms:
        found = results.spread(outcome, arm)
        bars.append(Bar(arm, float(found.value[index]), float(found.low[index]), float(found.high[index])))
    medians = {bar.arm: bar.value for bar in bars}
    marks = []
    for row in compared:
        if row.drawable:
            value, low, high = (
                medians[row.against] + x for x in (row.published, row.published_low, row.published_high)
            )
            marks.append(Mark(row.arm, value, low, high, row.source))
    if outcome in results.biomarkers:
        level, name = 1.0, "healthy"
    else:
        level = float(results.spread(outcome, results.control or results.arms[0]).value[0])
        name = "enrolment" if results.in_people else "baseline"
    # the number of the day stays with its word
    title = f"{outcome_text(results, outcome)}, day\u00a0{day_text(day)}"
    return Panel(outcome, day, title, tuple(bars), tuple(marks), level, name)
