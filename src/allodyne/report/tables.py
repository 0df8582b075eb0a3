"""The results on the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from allodyne.report import wording as say
from allodyne.report.effects import Effect, effect_rows
from allodyne.report.event_rates import EventRate, event_rates
from allodyne.report.mechanisms import Mechanism, mechanisms
from allodyne.report.plan_tables import print_plan_verdict
from allodyne.report.published import Comparison, comparisons
from allodyne.report.responders import Responders, responders

if TYPE_CHECKING:
    from allodyne.report.results import Results

ENDPOINTS_PER_TABLE = 2
DAYS_PER_ROW = 6
INPUTS_SHOWN = 3
# Below this width the twin differences and the simulated intervals beside published ones are left to the report.
WIDE = 108
GAP = 2
NARROWEST_NAME, NARROWEST_TEXT = 9, 7


class Rows:
    """A table in the making: names that wrap, numbers that do not, and words."""

    def __init__(self, title: str, names: Sequence[str], numbers: Sequence[str], words: Sequence[str] = ()) -> None:
        self.title, self.names, self.numbers, self.words = title, names, numbers, words
        self.rows: list[list[str]] = []
        self.ends: set[int] = set()

    def add(self, cells: Iterable[str]) -> None:
        """Add one row."""
        self.rows.append(list(cells))

    def end_section(self) -> None:
        """Leave a gap after the last row."""
        self.ends.add(len(self.rows) - 1)

    @property
    def needed(self) -> int:
        """Columns of the terminal that are needed to show every number whole."""
        sizes = [max(size, *map(len, head.split("\n"))) for head, size in self._heads()]
        columns = len(self.names) + len(sizes) + len(self.words)
        texts = NARROWEST_NAME * len(self.names) + NARROWEST_TEXT * len(self.words)
        return texts + sum(sizes) + GAP * columns

    def _heads(self) -> list[tuple[str, int]]:
        """Head of each column of numbers, with the width of what stands below it."""
        first = len(self.names)
        widths = [max((len(row[first + k]) for row in self.rows), default=0) for k in range(len(self.numbers))]
        return [(_wrapped(head, size), size) for head, size in zip(self.numbers, widths, strict=True)]

    def table(self, width: int) -> Table:
        """Lay the table out; numbers wrap only where they would not fit whole, and are never cut."""
        fits = self.needed <= width
        table = Table(
            title=Text(self.title, style="bold"),
            title_justify="left",
            box=SIMPLE_HEAD,
            padding=(0, 1, 0, 0),
            pad_edge=False,
            show_edge=False,
        )
        for name in self.names:
            table.add_column(Text(name), overflow="fold", min_width=NARROWEST_NAME)
        for head, _ in self._heads():
            table.add_column(Text(head), justify="right", overflow="fold", no_wrap=fits)
        for name in self.words:
            table.add_column(Text(name), overflow="fold", min_width=NARROWEST_TEXT)
        for index, row in enumerate(self.rows):
            # Text, not markup: names of arms may hold square brackets.
            table.add_row(*(Text(cell) for cell in row), end_section=index in self.ends)
        return table


def print_summary(results: Results, console: Console, folder: Path | None = None) -> None:
    """Print what a run came to.

    Parameters
    ----------
    results : Results
    console : rich.console.Console
        Written for 100 columns; narrower ones wrap names and say less.
    folder : Path, optional
        Where the results were written.
    """
    wide, published = console.width >= WIDE, comparisons(results)
    console.print(Text(str(results.data.attrs.get("study", "Results")), style="bold"))
    console.print(Text(say.population_text(results)))
    if results.plan_check is not None:
        print_plan_verdict(results.plan_check, console)
    for start in range(0, len(results.endpoints), ENDPOINTS_PER_TABLE):
        _show(console, _courses(results, results.endpoints[start : start + ENDPOINTS_PER_TABLE]))
    if results.control and len(results.arms) > 1:
        for outcome in results.endpoints:
            _show(console, _effects(results, outcome, console.width))
        if results.draws:
            console.print(Text(say.draws_text(results)))
    told = responders(results, results.day_after_treatment)
    if told:
        _show(console, _responders(results, told))
    rates = event_rates(results)
    if rates:
        _show(console, _event_rates(results, rates))
    if results.biomarkers:
        _show(console, _biomarkers(results))
    accounted = mechanisms(results)
    if accounted:
        _show(console, _mechanisms(results, accounted))
    if published:
        _show(console, _published(results, published, wide))
    console.print()
    console.print(Text(say.failures_text(results), style="bold red" if any(results.failed.values()) else ""))
    console.print(Text(say.accuracy_text(results)))
    if results.data.attrs.get("calibration"):
        console.print(Text(f"Parameters: {results.data.attrs['calibration']}."))
    if folder is not None:
        console.print(Text(f"Results: {folder}"), soft_wrap=True)
        if (folder / "results.zarr").is_dir():
            console.print(Text("Values: results.zarr there holds those of all subjects; there is no results.csv."))
        if (folder / "report.html").is_file():
            console.print(Text(f"Report:  {folder / 'report.html'}"), soft_wrap=True)
    console.print(Text(results.context_of_use, style="italic"))


def _courses(results: Results, outcomes: list[str]) -> Rows:
    heads = [say.outcome_text(results, name) for name in outcomes]
    table = Rows(_caption(results, outcomes), ["arm"], ["day", *heads])
    scales = {name: say.scale(results, name) for name in outcomes}
    for arm in results.arms:
        spreads = {name: results.spread(name, arm) for name in outcomes}
        for position, day in enumerate(results.key_days()):
            index = results.days.index(day)
            cells = [
                say.interval(float(s.value[index]), float(s.low[index]), float(s.high[index]), like=scales[name])
                for name, s in spreads.items()
            ]
            table.add([arm if position == 0 else "", say.day_text(day), *cells])
        table.end_section()
    return table


def _caption(results: Results, outcomes: list[str]) -> str:
    counted = [results.counts(name) for name in outcomes]
    told = [] if all(counted) else ["median and 5 to 95 percent of subjects"]
    told += ["mean of events and its 90 percent interval"] if any(counted) else []
    return f"{'; '.join(told)}, as measured".capitalize()


def _effects(results: Results, outcome: str, width: int) -> Rows:
    """Effects on one outcome; beside what the parameters leave open there is less room for the rest."""
    shown = {results.day_after_treatment, results.days[-1]}
    effects = [row for row in effect_rows(results.effects(outcome)) if row.day in shown]
    if not results.draws:
        return _effect_table(results, outcome, effects, whole_g=True, twins=width >= WIDE)
    layouts = [(True, True, True), (True, False, True), (False, False, True), (False, False, False)]
    tables = [_effect_table(results, outcome, effects, *layout) for layout in layouts]
    return next((table for table in tables if table.needed <= width), tables[-1])


def _effect_table(
    results: Results, outcome: str, effects: list[Effect], whole_g: bool, twins: bool, better: bool = True
) -> Rows:
    heads = {
        "day": True,
        "difference (90%)": True,
        "model (90%)": results.draws > 0,
        "Hedges g (90%)": whole_g,
        "Hedges g": not whole_g,
        "twins (5 to 95%)": twins,
        "better": better,
        "n/group": True,
    }
    title = f"Effect on {say.outcome_text(results, outcome)} against {results.control}"
    table = Rows(title, ["arm"], [head for head, wanted in heads.items() if wanted])
    before = None
    for row in effects:
        cells = [
            say.day_text(row.day),
            say.effect_text(results, outcome, row.difference, row.difference_low, row.difference_high),
            say.model_text(results, outcome, row.model_low, row.model_high),
            say.standardised_text(row.g, row.g_low, row.g_high),
            say.number(row.g, 1.0),
            say.effect_text(results, outcome, row.twin_median, row.twin_p5, row.twin_p95),
            say.percent(row.improved_share),
            say.group_size(row.n_per_group),
        ]
        chosen = [cell for cell, wanted in zip(cells, heads.values(), strict=True) if wanted]
        table.add([row.arm if row.arm != before else "", *chosen])
        before = row.arm
    return table


def _responders(results: Results, told: list[Responders]) -> Rows:
    title = f"Responders on day {say.day_text(told[0].day)} (90% interval of the difference)"
    heads = ["loses", "responders", "difference", "to treat"]
    table = Rows(title, ["outcome", "arm"], heads)
    before = ""
    for row in told:
        cells = [
            results.label(row.outcome) if row.outcome != before else "",
            row.arm,
            f">= {say.percent(row.lost)}",
            say.percent(row.share),
            say.points(row.difference, row.low, row.high),
            say.number(row.treat, 10.0),
        ]
        table.add(cells)
        before = row.outcome
    return table


def _event_rates(results: Results, rates: list[EventRate]) -> Rows:
    title = f"Events up to day {say.day_text(rates[0].day)} (90% intervals)"
    table = Rows(title, ["outcome", "arm"], ["a year", "percent of subjects", "rate ratio"])
    before = ""
    for row in rates:
        name = results.label(row.outcome) if row.outcome != before else ""
        table.add([name, row.arm, *map(say.simulated_text, (row.rate, row.share, row.ratio))])
        before = row.outcome
    return table


def _biomarkers(results: Results) -> Rows:
    days = results.key_days(DAYS_PER_ROW)
    heads = [f"day {say.day_text(day)}" for day in days]
    table = Rows("Biomarkers, median as fold of healthy", ["biomarker", "arm"], heads)
    for outcome in results.biomarkers:
        like = say.scale(results, outcome)
        for position, arm in enumerate(results.arms):
            medians = results.spread(outcome, arm).value
            cells = [say.number(float(medians[results.days.index(day)]), like) for day in days]
            table.add([results.label(outcome) if position == 0 else "", arm, *cells])
        table.end_section()
    return table


def _mechanisms(results: Results, accounted: list[Mechanism]) -> Rows:
    table = Rows(
        "Through what, in the typical subject (share of the difference)", ["endpoint", "arm"], ["day"], ["inputs"]
    )
    before = None
    for one in accounted:
        inputs = ", ".join(f"{part.label} {say.percent(part.share)}" for part in one.inputs[:INPUTS_SHOWN])
        name = results.label(one.outcome) if one.outcome != before else ""
        table.add([name, one.arm, say.day_text(one.day), inputs or "no difference"])
        before = one.outcome
    return table


def _published(results: Results, published: list[Comparison], wide: bool) -> Rows:
    heads = ["day", "published", "simulated (90%)" if wide else "simulated"]
    table = Rows(
        "Published beside simulated (difference between arms unless stated)",
        ["comparison"],
        heads,
        ["verdict", "source"],
    )
    for row in published:
        value = say.interval(row.published, row.published_low, row.published_high, sign=row.signed)
        simulated = say.interval(row.simulated, row.simulated_low, row.simulated_high, sign=row.signed)
        cells = [
            f"{say.outcome_text(results, row.outcome)}, {say.compared(row)}",
            say.day_text(row.day),
            value if value != "-" else (row.published_direction or "-"),
            simulated if wide else simulated.split(" (")[0],
            say.verdict(row),
            row.source,
        ]
        table.add(cells)
    return table


def _wrapped(head: str, width: int) -> str:
    longest = max(map(len, head.split()), default=1)
    return "\n".join(textwrap.wrap(head, max(width, longest)))


def _show(console: Console, rows: Rows) -> None:
    console.print()
    console.print(rows.table(console.width))
