"""What the findings say about the parameters, on the terminal; written for 100 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from allodyne.calibrate.identifiability import PARTLY, WELL, Class

if TYPE_CHECKING:
    from rich.console import Console

    from allodyne.calibrate.identifiability import Direction, Identified

MOST_PARAMETERS = 15
"""Parameters, pairs and directions shown; the files have more."""
MOST_PAIRS = 10
MOST_DIRECTIONS = 5
_BOUNDS: dict[Class, str] = {
    "well informed": f"below {WELL:g}",
    "partly informed": f"{WELL:g} to {PARTLY:g}",
    "prior alone": f"{PARTLY:g} and more",
}


def print_identified(found: Identified, console: Console) -> None:
    """Print what the findings say about the parameters, the most informed first.

    Parameters
    ----------
    found : Identified
    console : rich.console.Console
    """
    count = len(found.parameters)
    console.print(Text("What the findings say about the parameters", style="bold"))
    console.print(
        Text(
            f"They say more than the prior along {found.beyond_prior} of {count} directions, and fix as much as "
            f"{found.effective:.0f} parameters known exactly would."
        )
    )
    console.print(_classes(found))
    informed = [one for one in found.parameters if one.told != "prior alone"][:MOST_PARAMETERS]
    if informed:
        table = _table("best informed", "SD, of that of the prior", "")
        for one in informed:
            table.add_row(Text(one.name), f"{one.width:.2f}", one.told)
        console.print(table)
    if found.pairs:
        table = _table("trade off", "with", "correlation")
        for pair in found.pairs[:MOST_PAIRS]:
            table.add_row(Text(pair.first), Text(pair.second), f"{pair.correlation:+.2f}")
        console.print(table)
    if found.beyond_prior:
        table = _table("directions best known", "SD, of that of the prior")
        for direction in found.directions[: min(MOST_DIRECTIONS, found.beyond_prior)]:
            table.add_row(Text(_in_words(direction)), f"{direction.width:.2f}")
        console.print(table)


def _classes(found: Identified) -> Table:
    table = _table("class", "posterior SD / prior SD", "parameters", "share")
    for name, bounds in _BOUNDS.items():
        count = found.count(name)
        table.add_row(name, bounds, str(count), f"{count / max(len(found.parameters), 1):.0%}")
    return table


def _in_words(direction: Direction) -> str:
    return "  ".join(f"{part:+.2f} {name}" for name, part in direction.loadings)


def _table(*columns: str) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    for name in columns:
        table.add_column(name, justify="right" if name in ("correlation", "parameters", "share") else "left")
    return table
