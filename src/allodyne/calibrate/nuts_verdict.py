"""Whether the Laplace approximation stands beside what NUTS drew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from allodyne.simulate.structure import FloatArray

if TYPE_CHECKING:
    from rich.console import Console

Standing = Literal["agrees", "differs", "not converged"]
MOST_R_HAT = 1.05
"""R-hat up to which chains count as mixed."""
LEAST_EFFECTIVE = 100.0
"""Effective draws of a direction that a comparison needs: its SD is then known to about 7 percent."""
MOST_DIVERGENT = 0.01
"""Share of draws that may end a divergent step."""
RATIO = (0.8, 1.25)
"""Bounds of the SD of NUTS over that of Laplace within which both count as alike."""
MOST_SHIFT = 0.5
"""Shift of a mean, in SDs of Laplace, up to which both count as alike."""
LEAST_ALIKE = 0.95
"""Share of directions that must be alike. These six bounds are conventions."""


@dataclass(frozen=True)
class Checked:
    """What NUTS drew along each direction, beside the Laplace approximation; in units of the prior.

    Attributes
    ----------
    information : array, shape (directions,)
        Of the findings, in units of the prior precision.
    laplace_mean, laplace_sd : array, shape (directions,)
    mean, sd : array, shape (directions,)
        Of the draws.
    r_hat : array, shape (directions,)
        Split R-hat.
    effective : array, shape (directions,)
        Effective number of draws, of all chains together.
    divergences : int
        Divergent steps after the warm-up.
    chains, draws : int
        The draws are those of one chain.
    """

    information: FloatArray
    laplace_mean: FloatArray
    laplace_sd: FloatArray
    mean: FloatArray
    sd: FloatArray
    r_hat: FloatArray
    effective: FloatArray
    divergences: int
    chains: int
    draws: int

    @property
    def ratio(self) -> FloatArray:
        """SD of the draws over that of Laplace, shape (directions,)."""
        return self.sd / self.laplace_sd

    @property
    def shift(self) -> FloatArray:
        """Mean of the draws less that of Laplace, in SDs of Laplace, shape (directions,)."""
        return (self.mean - self.laplace_mean) / self.laplace_sd

    @property
    def converged(self) -> bool:
        """Whether the draws can be compared with anything."""
        mixed = bool(self.r_hat.max() <= MOST_R_HAT and self.effective.min() >= LEAST_EFFECTIVE)
        return mixed and self.divergences <= MOST_DIVERGENT * self.chains * self.draws

    @property
    def alike(self) -> float:
        """Share of directions along which both agree."""
        same = (self.ratio >= RATIO[0]) & (self.ratio <= RATIO[1]) & (np.abs(self.shift) <= MOST_SHIFT)
        return float(same.mean())

    @property
    def standing(self) -> Standing:
        """Whether Laplace agrees with NUTS."""
        if not self.converged:
            return "not converged"
        return "agrees" if self.alike >= LEAST_ALIKE else "differs"

    @property
    def verdict(self) -> str:
        """The comparison in two sentences."""
        count = len(self.ratio)
        low, middle, high = np.quantile(self.ratio, (0.05, 0.5, 0.95))
        shift = float(np.quantile(np.abs(self.shift), 0.95))
        told = (
            f"SDs of NUTS are {middle:.2f} ({low:.2f} to {high:.2f}) of those of Laplace, and 95 percent of the means "
            f"shift by at most {shift:.2f} SD; R-hat is at most {self.r_hat.max():.3f}, at least "
            f"{self.effective.min():.0f} of {self.chains * self.draws} draws count, {self.divergences} divergent."
        )
        if self.standing == "not converged":
            return f"The chains have not converged along {count} directions, so that this says nothing yet. {told}"
        share = f"{round(self.alike * count)} of {count} directions"
        if self.standing == "agrees":
            return f"The Laplace approximation stands: it agrees with NUTS along {share}. {told}"
        return f"The Laplace approximation falls short: it agrees with NUTS along {share} only. {told}"

    def as_data(self) -> dict[str, Any]:
        """The comparison for a JSON or YAML file."""
        low, middle, high = (round(float(value), 3) for value in np.quantile(self.ratio, (0.05, 0.5, 0.95)))
        return {
            "standing": self.standing,
            "verdict": self.verdict,
            "directions": len(self.ratio),
            "alike": round(self.alike, 3),
            "sd_ratio": {"low": low, "middle": middle, "high": high},
            "largest_shift_sd": round(float(np.abs(self.shift).max()), 3),
            "largest_r_hat": round(float(self.r_hat.max()), 4),
            "fewest_effective_draws": round(float(self.effective.min())),
            "divergences": self.divergences,
            "chains": self.chains,
            "draws": self.draws,
        }


MOST_SHOWN = 8
"""Directions on the terminal, those that differ most first."""


def print_checked(checked: Checked, console: Console) -> None:
    """Print the verdict, and the directions along which NUTS and Laplace differ most.

    Parameters
    ----------
    checked : Checked
    console : rich.console.Console
    """
    style = {"agrees": "green", "differs": "bold red", "not converged": "yellow"}[checked.standing]
    console.print(Text("NUTS beside the Laplace approximation", style="bold"))
    console.print(Text(checked.verdict, style=style))
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    for name in ("direction", "information", "SD ratio", "shift in SDs", "R-hat", "effective draws"):
        table.add_column(name, justify="right")
    order = np.argsort(-np.maximum(np.abs(checked.shift), np.abs(np.log(checked.ratio))), kind="stable")
    for k in order[:MOST_SHOWN]:
        table.add_row(
            str(k + 1),
            f"{checked.information[k]:.1f}",
            f"{checked.ratio[k]:.2f}",
            f"{checked.shift[k]:+.2f}",
            f"{checked.r_hat[k]:.3f}",
            f"{checked.effective[k]:.0f}",
        )
    console.print(table)
