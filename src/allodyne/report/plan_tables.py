"""The check of a plan on the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from allodyne.report import plan_wording as say
from allodyne.report.oxygen_rows import course_rows, session_rows

if TYPE_CHECKING:
    from rich.console import Console

    from allodyne.safety.plan_check import PlanCheck
    from allodyne.safety.remarks import Remark

_STYLES = {
    "stop": "bold red",
    "unknown": "bold magenta",
    "assess": "bold yellow",
    "caution": "yellow",
    "note": "dim",
    "passes": "green",
    "not_assessed": "bold magenta",
}


def print_plan_check(check: PlanCheck, console: Console) -> None:
    """Print the verdict, every remark and the doses of oxygen.

    Parameters
    ----------
    check : PlanCheck
    console : rich.console.Console
    """
    console.print()
    console.print(Text("Is the plan safe?", style="bold"))
    console.print(Text(say.verdict_text(check), style=_STYLES[check.verdict]))
    if check.own_rules:
        console.print(Text(f"Own rules: {', '.join(check.own_rules)}.", style="dim"))
    if len(check.arms) > 1:
        for name, arm in check.arms.items():
            console.print(Text.assemble(f"  {name}: ", (say.VERDICTS[arm.verdict], _STYLES[arm.verdict])))
    remarks = say.merged(check.every_remark())
    for place, remark in remarks:
        if remark.level != "note":
            _print_remark(place, remark, console)
    _print_notes([(place, remark) for place, remark in remarks if remark.level == "note"], console)
    for name, arm in check.arms.items():
        if arm.oxygen is not None:
            console.print()
            console.print(_table(f"Oxygen, {name}", [*session_rows(arm.oxygen), *course_rows(arm.oxygen)]))
    console.print(Text(check.context_of_use, style="italic"))


def print_plan_verdict(check: PlanCheck, console: Console) -> None:
    """Print the verdict alone, with what was accepted and what weighs most."""
    console.print(Text.assemble("Plan: ", (say.verdict_text(check), _STYLES[check.verdict])))
    if check.accepted_risk:
        console.print(Text(say.accepted_text(check), style="bold red"))


def _print_remark(place: str, remark: Remark, console: Console) -> None:
    head = Text.assemble((f"[{say.LEVELS[remark.level]}] ", _STYLES[remark.level]), (place, "bold"))
    console.print()
    console.print(head)
    lines = [Text(remark.what), Text(remark.why, style="dim")]
    if remark.remedy:
        lines.append(Text.assemble(("to pass: ", "green"), remark.remedy))
    lines.append(Text(f"{say.basis_text(remark)}  [{remark.id}]", style="dim"))
    for line in lines:
        console.print(Padding(line, (0, 0, 0, 2)))


def _print_notes(notes: list[tuple[str, Remark]], console: Console) -> None:
    """Print notes in a line each; why and remedy stand in the page and in JSON."""
    if not notes:
        return
    console.print()
    console.print(Text("Notes", style="bold"))
    for place, members in groupby(notes, key=lambda item: item[0]):
        console.print(Padding(Text(place, style="bold"), (0, 0, 0, 2)))
        for _, note in members:
            sources = f"  [{', '.join(note.sources)}]" if note.sources else "  [assumption]"
            console.print(Padding(Text.assemble(f"- {note.what}", (sources, "dim")), (0, 0, 0, 2)))


def _table(title: str, rows: Iterable[tuple[str, str]]) -> Table:
    table = Table(title=Text(title, style="bold"), title_justify="left", show_header=False)
    table.add_column("what", style="dim")
    table.add_column("value", overflow="fold")
    for what, value in rows:
        table.add_row(Text(what), Text(value))
    return table
