"""The bar of a command that takes long."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

STEADY_S = 600.0
"""Seconds whose speed foretells the time left: portions and fits come in bursts."""


def bar(console: Console, shown: bool = True, stays: bool = False, time_left: bool = False) -> Progress:
    """A bar with what is being done, its share and the time it has taken.

    Parameters
    ----------
    console : Console
    shown : bool, optional
        Without it nothing is shown.
    stays : bool, optional
        Leave the bar on the screen when all is done.
    time_left : bool, optional
        Foretell the time left.

    Returns
    -------
    rich.progress.Progress
        To be entered with ``with``.
    """
    from rich.progress import (
        BarColumn,
        Progress,
        ProgressColumn,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns: list[ProgressColumn] = [
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
    ]
    if time_left:
        columns += [TextColumn("left"), TimeRemainingColumn()]
    return Progress(*columns, console=console, transient=not stays, disable=not shown, speed_estimate_period=STEADY_S)
