"""Claims on the terminal: one row each, or one in full."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from allodyne.claims import wording as say
from allodyne.claims.panels import Panel, panels
from allodyne.report.results import CONTEXT_OF_USE
from allodyne.report.wording import day_text, interval, population_text

if TYPE_CHECKING:
    from allodyne.claims.check import Tested
    from allodyne.claims.experiments import Experiment
    from allodyne.claims.schema import Claim

WIDE = 124
"""From this width on the simulated and the published figure have a column each."""
NARROW = 94
"""Below this width there is no column for the ways of testing."""
NARROW_COLUMNS = {
    "id": 3,
    "claim": None,
    "tested by": 12,
    "verdict": 13,
    "simulated beside published": 16,
    "network": 7,
    "sources by kind": 15,
}
WIDE_COLUMNS = {
    "id": 3,
    "claim": None,
    "tested by": 12,
    "verdict": 15,
    "simulated": 19,
    "published": 18,
    "network": 7,
    "sources by kind": 21,
}
"""Columns with their widths; what is left goes to the claim."""
NARROWEST_BARS, WIDEST_BARS, ARM_WIDTH = 24, 60, 28
_STYLES = {"FAILS": "bold red", "NOT RUN": "bold red", "behaves": "green"}


def print_list(found: Sequence[Tested], console: Console) -> None:
    """Print a row for each claim, by document, and a summary.

    Parameters
    ----------
    found : sequence of Tested
    console : rich.console.Console
        Written for 100 columns and more.
    """
    for letter, rows in groupby(found, key=lambda one: one.claim.document):
        console.print()
        console.print(Text(f"{letter}  {say.document_text(letter)}", style="bold"))
        console.print(_rows(list(rows), console.width))
    console.print()
    console.print(Text(say.summary_text(found), style="bold"))
    console.print(Text(f"In brackets: {say.NOT_A_PROBABILITY}, from -1 to 1. `allodyne claims A1` shows one in full."))
    console.print(Text(CONTEXT_OF_USE, style="italic"))


def _rows(found: Sequence[Tested], width: int) -> Table:
    wide = width >= WIDE
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False, expand=True)
    columns = WIDE_COLUMNS if wide else NARROW_COLUMNS
    columns = {name: size for name, size in columns.items() if width >= NARROW or name != "tested by"}
    for name, size in columns.items():
        table.add_column(name, overflow="fold", width=size, ratio=None if size else 1)
    for one in found:
        standing = say.standing_text(one)
        cells = [
            Text(one.claim.id, style="bold"),
            Text(one.claim.claim),
            *([Text(say.tested_how(one.claim))] if "tested by" in columns else []),
            Text(say.verdict_text(one.verdict)),
            *map(Text, _headline(one, wide)),
            Text(standing, style=_STYLES.get(standing, "")),
            Text(say.kinds_counted(one.verdict)),
        ]
        table.add_row(*cells, end_section=not wide)
    return table


def _headline(one: Tested, wide: bool) -> list[str]:
    row = say.listed(one)
    if row is None:
        return ["-", "-"] if wide else ["-"]
    simulated, published = say.figures_in_brief(row)
    name = say.outcome_in_brief(row)
    return [f"{name}: {simulated}", published] if wide else [f"{name}: {simulated}; published {published}"]


def print_claim(one: Tested, cut: Mapping[str, bool], console: Console) -> None:
    """Print one claim in full.

    Parameters
    ----------
    one : Tested
    cut : mapping of str to bool
        By id, what `allodyne.claims.check.depends_on_mechanism` found.
    console : rich.console.Console
    """
    claim, verdict = one.claim, one.verdict
    console.print()
    console.print(Text(f"{claim.id}  {claim.claim}", style="bold"))
    about = Table.grid(padding=(0, 2, 0, 0))
    about.add_column(style="bold", no_wrap=True)
    about.add_column()
    _line(about, "document", f"{claim.document}: {say.document_text(claim.document)}")
    _line(about, "kind", claim.kind)
    _line(about, "tested by", say.tested_how(claim))
    _line(about, "answer", claim.answer)
    _line(about, "verdict", f"{verdict.word}; support {say.support_text(verdict)} ({say.NOT_A_PROBABILITY})")
    _line(about, "", say.weights_text(verdict))
    _line(about, "", verdict.reason)
    for part in claim.parts:
        head = f"part {part.id}" + (" (main)" if part.main else "")
        found = verdict.parts.get(part.id)
        _line(about, head, part.claim + (f": {say.verdict_text(found)}. {found.reason}" if found else ""))
    standing = say.standing_text(one)
    if one.experiments or not one.ran:
        about.add_row(Text("network"), Text(standing, style=_STYLES.get(standing, "")))
    if claim.mechanism:
        _line(about, "mechanism", say.cut_text(one, dict(cut)) or ", ".join(claim.mechanism))
    console.print(about)
    for experiment in one.experiments:
        _print_experiment(experiment, console)
    _print_check(one, console)
    _print_facts(claim, console)
    _print_sources(one, console)
    console.print()
    console.print(Text(CONTEXT_OF_USE, style="italic"))


def _line(table: Table, head: str, text: str) -> None:
    table.add_row(Text(head), Text(text))


def _print_experiment(experiment: Experiment, console: Console) -> None:
    results = experiment.results
    console.print()
    title = f"Experiment {experiment.name}: {results.data.attrs.get('study', '')}; {population_text(results)}"
    console.print(Text(title, style="bold"))
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    for name in ("outcome", "arms", "day", "published", "simulated (90%)", "agreement", "source"):
        table.add_column(name, justify="right" if name == "day" else "left", overflow="fold")
    for row in experiment.comparisons:
        told = say.agreement(row)
        noted = f"{row.source}: {row.note}" if row.note else row.source
        cells = [say.outcome_in_brief(row), say.compared_text(row), day_text(row.day), say.published_text(row)]
        style = "" if row in experiment.misses else "green"
        table.add_row(*map(Text, [*cells, say.simulated_text(row)]), Text(told, style=style or "bold red"), Text(noted))
    console.print(table)
    shown, chosen = panels(experiment), say.chosen(experiment)
    drawn = [panel for panel in shown if chosen and (panel.outcome, panel.day) == (chosen.outcome, chosen.day)]
    if drawn:
        _print_bars(drawn[0], console)


def _print_bars(panel: Panel, console: Console) -> None:
    """Draw the arms of a panel as lines of text."""
    plain = console.options.ascii_only
    dash, dot, ends, mark, line = ("-", "o", "||", "x", ":") if plain else ("─", "●", "├┤", "◇", "┊")
    low, high = panel.extent
    width = min(max(console.width - 2 * ARM_WIDTH, NARROWEST_BARS), WIDEST_BARS)
    scale = (width - 1) / ((high - low) or 1.0)

    def column(value: float) -> int:
        return round((value - low) * scale)

    console.print()
    about = "median and 5 to 95 percent of subjects, as measured"
    about += f"; {line} {panel.baseline_name} {interval(panel.baseline, math.nan, math.nan)}"
    console.print(Text(f"{panel.title}: {about}" + (f"; {mark} published" if panel.marks else "")))
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(max_width=ARM_WIDTH)
    grid.add_column(no_wrap=True)
    grid.add_column()
    for bar in panel.bars:
        cells = [" "] * width
        if math.isfinite(panel.baseline):
            cells[column(panel.baseline)] = line
        if math.isfinite(bar.low):
            first, last = column(bar.low), column(bar.high)
            cells[first : last + 1] = dash * (last + 1 - first)
            cells[first], cells[last] = ends[0], ends[1]
            cells[column(bar.value)] = dot
        for one in panel.marks:
            if one.arm == bar.arm:
                cells[column(one.value)] = mark
        grid.add_row(
            Text(bar.arm.replace("_", " ")), Text("".join(cells)), Text(interval(bar.value, bar.low, bar.high))
        )
    console.print(grid)


def _print_check(one: Tested, console: Console) -> None:
    if one.claim.check is None:
        return
    console.print()
    console.print(Text("Plans that were checked", style="bold"))
    for plan in one.plans:
        console.print(Padding(Text(say.plan_text(plan), style="" if plan.behaves else "bold red"), (0, 0, 0, 2)))
    for seen in one.verdict.limits:
        console.print(Text(f"  {say.limit_text(seen)}", style="" if seen.passes else "bold red"))


def _print_facts(claim: Claim, console: Console) -> None:
    listed = say.facts(claim)
    if not listed:
        return
    console.print()
    console.print(Text("Facts", style="bold"))
    for key, text, address in listed:
        console.print(Padding(Text.assemble((key, "bold"), f": {text}"), (0, 0, 0, 2)))
        if address:
            console.print(Text(f"    {address}", style="dim"), soft_wrap=True)


def _print_sources(one: Tested, console: Console) -> None:
    lines = say.source_lines(one.verdict)
    console.print()
    console.print(Text(f"Sources ({len(lines)}): {say.kinds_counted(one.verdict)}", style="bold"))
    for line in lines:
        more = f" (and {line.more} more)" if line.more else ""
        head = Text.assemble((line.key, "bold"), f" ({line.kind}, {line.stance}): {line.note}{more}")
        console.print(Padding(head, (0, 0, 0, 2)))
        # An address stays in one piece, so that a terminal can open it.
        if line.address:
            console.print(Text(f"    {line.address}", style="dim"), soft_wrap=True)
