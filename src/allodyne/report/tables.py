"""The results on the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from allodyne.report.wording import (
    accuracy_text,
    day_text,
    failures_text,
    group_size,
    interval,
    number,
    percent,
    population_text,
    verdict,
)

if TYPE_CHECKING:
    from allodyne.report.results import Results

ENDPOINTS_PER_TABLE = 2
DAYS_PER_ROW = 6
# Below this width the effect table leaves the twin column to the report.
WIDE = 100


def print_summary(results: Results, console: Console, folder: Path | None = None) -> None:
    """Print what a run came to.

    Parameters
    ----------
    results : Results
    console : rich.console.Console
        Written for 100 columns; narrower ones wrap names and leave the twin differences out.
    folder : Path, optional
        Where the results were written.
    """
    console.print(Text(str(results.data.attrs.get("study", "Results")), style="bold"))
    console.print(Text(population_text(results)))
    for start in range(0, len(results.endpoints), ENDPOINTS_PER_TABLE):
        console.print(_courses(results, results.endpoints[start : start + ENDPOINTS_PER_TABLE]))
    if results.control and len(results.arms) > 1 and results.endpoints:
        console.print(_effects(results, wide=console.width >= WIDE))
    if results.biomarkers:
        console.print(_biomarkers(results))
    if len(results.against_published()):
        console.print(_published(results))
    failed = any(results.failed.values())
    console.print(Text(failures_text(results), style="bold red" if failed else ""))
    console.print(Text(accuracy_text(results)))
    if folder is not None:
        console.print(Text(f"Results: {folder}"), soft_wrap=True)
        if (folder / "report.html").is_file():
            console.print(Text(f"Report:  {folder / 'report.html'}"), soft_wrap=True)
    console.print(Text(results.context_of_use, style="italic"))


def _courses(results: Results, outcomes: list[str]) -> Table:
    heads = [f"{results.label(name)} ({results.units(name)})" for name in outcomes]
    table = _table("Median and 5 to 95 percent of subjects, as measured", ["arm"], ["day", *heads])
    spreads = {(name, arm): results.spread(name, arm) for name in outcomes for arm in results.arms}
    for arm in results.arms:
        for position, day in enumerate(results.key_days()):
            index = results.days.index(day)
            cells = [
                interval(float(found.value[index]), float(found.low[index]), float(found.high[index]))
                for found in (spreads[name, arm] for name in outcomes)
            ]
            _row(table, [arm if position == 0 else "", day_text(day), *cells])
        table.add_section()
    return table


def _effects(results: Results, wide: bool) -> Table:
    heads = ["day", "difference (90%)", "Hedges g (90%)", *(["twins (5 to 95%)"] if wide else []), "better", "n/group"]
    table = _table(f"Effect against {results.control}", ["outcome", "arm"], heads)
    frame = results.effects()
    shown = sorted({results.day_after_treatment, results.days[-1]})
    for outcome in results.endpoints:
        rows = frame[(frame["outcome"] == outcome) & frame["day"].isin(shown)]
        for position, row in enumerate(rows.itertuples()):
            twins = [interval(row.twin_median, row.twin_p5, row.twin_p95, sign=True)] if wide else []
            _row(
                table,
                [
                    f"{results.label(outcome)} ({results.units(outcome)})" if position == 0 else "",
                    row.arm,
                    day_text(row.day),
                    interval(row.difference, row.difference_low, row.difference_high, sign=True),
                    interval(row.g, row.g_low, row.g_high),
                    *twins,
                    percent(row.improved_share),
                    group_size(row.n_per_group),
                ],
            )
        table.add_section()
    return table


def _biomarkers(results: Results) -> Table:
    days = results.key_days(DAYS_PER_ROW)
    table = _table(
        "Biomarkers, median as fold of healthy", ["biomarker", "arm"], [f"day {day_text(day)}" for day in days]
    )
    for outcome in results.biomarkers:
        for position, arm in enumerate(results.arms):
            medians = results.spread(outcome, arm).value
            cells = [number(float(medians[results.days.index(day)])) for day in days]
            _row(table, [results.label(outcome) if position == 0 else "", arm, *cells])
        table.add_section()
    return table


def _published(results: Results) -> Table:
    heads = ["day", "published", "simulated (90%)"]
    table = _table(
        "Published beside simulated (difference between arms)", ["outcome", "arm"], heads, ["verdict", "source"]
    )
    for row in results.against_published().itertuples():
        published = interval(row.published, row.published_low, row.published_high, sign=True)
        simulated = interval(row.simulated, row.simulated_low, row.simulated_high, sign=True)
        label = results.label(row.outcome) if row.outcome in results.outcomes else row.outcome
        _row(
            table,
            [
                f"{label} ({row.units})" if row.units else label,
                f"{row.arm} against {row.against}",
                day_text(row.day),
                published if published != "-" else (row.published_direction or "-"),
                simulated,
                verdict(row),
                row.source,
            ],
        )
    return table


def _table(title: str, names: Sequence[str], numbers: Sequence[str], texts: Sequence[str] = ()) -> Table:
    table = Table(
        title=Text(title, style="bold"), title_justify="left", box=SIMPLE_HEAD, pad_edge=False, show_edge=False
    )
    for name in names:
        table.add_column(Text(name), overflow="fold", min_width=5)
    for name in numbers:
        table.add_column(Text(name), justify="right", overflow="fold")
    for name in texts:
        table.add_column(Text(name), overflow="fold", min_width=8)
    return table


def _row(table: Table, cells: Iterable[str]) -> None:
    # Text, not markup: names of arms may hold square brackets.
    table.add_row(*(Text(cell) for cell in cells))
