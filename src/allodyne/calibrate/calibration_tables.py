"""The summary of a calibration on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from allodyne.calibrate.shipping import starts_of

if TYPE_CHECKING:
    from rich.console import Console

    from allodyne.calibrate.posterior import Posterior
    from allodyne.calibrate.running import Calibrated

_MOST_MOVED = 12


def print_fits(found: Calibrated, posterior: Posterior, console: Console) -> None:
    """Print starts and parts, the widths of the likelihood, and what moved most.

    Parameters
    ----------
    found : Calibrated
    posterior : Posterior
    console : rich.console.Console
    """
    told = starts_of(found)
    console.print(
        Text(
            f"{told['starts']} starts on all findings, {told['failed']} failed; the best was found "
            f"{told['best_found']} times",
            style="bold",
        )
    )
    console.print(_fits(found))
    noise = posterior.noise
    laboratory = f"Laboratories differ by {noise.laboratory:.0%} in the size of an effect."
    console.print(f"{laboratory} What the model misses beyond the published error:", highlight=False)
    console.print(_widths(found, posterior))
    console.print(Text("Moved most from the centre of their priors", style="bold"))
    console.print(_moved(posterior))


def _fits(found: Calibrated) -> Table:
    table = _table("fit", "cost after each round", "gradient norm", "last step")
    for fit in found.fits:
        costs = ", ".join(f"{cost:.1f}" for cost in fit.costs)
        table.add_row(fit.name, costs, f"{fit.gradient:.2g}", f"{fit.step:g}")
    return table


def _widths(found: Calibrated, posterior: Posterior) -> Table:
    observations = found.observations
    table = _table("family", "findings", "width")
    for place, name in enumerate(observations.families):
        table.add_row(name, str(int(np.sum(observations.family == place))), f"{posterior.noise.size[name]:.2g}")
    return table


def _moved(posterior: Posterior) -> Table:
    table = _table("parameter", "factor", "prior SDs", "posterior SD / prior SD")
    widths = posterior.spread()
    for place in np.argsort(-np.abs(posterior.point / posterior.sd))[:_MOST_MOVED]:
        moved = posterior.point[place]
        table.add_row(
            posterior.names[place],
            f"{np.exp(moved):.2f}",
            f"{moved / posterior.sd[place]:+.1f}",
            f"{widths[place]:.2f}",
        )
    return table


def _table(*columns: str) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    for place, name in enumerate(columns):
        table.add_column(name, justify="left" if place == 0 else "right")
    return table
