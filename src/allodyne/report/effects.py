"""The table of effects against the control arm."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from allodyne.report import parameter_bands, statistics

if TYPE_CHECKING:
    import pandas as pd

    from allodyne.report.results import Results


@dataclass(frozen=True)
class Effect:
    """One row of the table: an arm against the control arm on one day; `Results.effects` explains the columns."""

    arm: str
    against: str
    day: float
    outcome: str
    units: str
    difference: float
    difference_low: float
    difference_high: float
    model_low: float
    model_high: float
    g: float
    g_low: float
    g_high: float
    twin_median: float
    twin_p5: float
    twin_p95: float
    improved_share: float
    n_per_group: float
    n: int
    n_control: int
    n_twins: int
    n_failed: int


COLUMNS = [field.name for field in fields(Effect)]


def effect_rows(frame: pd.DataFrame) -> list[Effect]:
    """Turn the table into its rows."""
    return [Effect(**{str(name): value for name, value in row.items()}) for row in frame.to_dict("records")]


def effects_against(results: Results, outcomes: list[str]) -> pd.DataFrame:
    """Compare every arm with the control arm on every day.

    Parameters
    ----------
    results : Results
    outcomes : list of str

    Returns
    -------
    pandas.DataFrame
        As `Results.effects` describes; empty where there is no control arm. ``n_failed`` counts the failed subjects of
        both arms, ``n_twins`` the subjects that were solved in both.
    """
    import pandas as pd

    control = results.control
    if control is None:
        return pd.DataFrame(columns=COLUMNS)
    blocks = [_block(results, outcome, arm, control) for outcome in outcomes for arm in results.arms if arm != control]
    return pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame(columns=COLUMNS)


def _block(results: Results, outcome: str, arm: str, control: str) -> pd.DataFrame:
    import pandas as pd

    treated, untreated = results.solved(outcome, arm), results.solved(outcome, control)
    difference, g = statistics.mean_difference(treated, untreated), statistics.hedges_g(treated, untreated)

    rows = [results.arms.index(arm), results.arms.index(control)]
    both = np.all(results.status[rows] == 0, axis=0)
    lives, twins = (results.of_arm(outcome, name, true=True)[:, both] for name in (arm, control))
    twin = statistics.twin_difference(lives, twins)
    model = parameter_bands.difference(results, outcome, arm, control)
    return pd.DataFrame(
        {
            "arm": arm,
            "against": control,
            "day": results.days,
            "outcome": outcome,
            "units": results.units(outcome),
            "difference": difference.value,
            "difference_low": difference.low,
            "difference_high": difference.high,
            "model_low": model.low,
            "model_high": model.high,
            "g": g.value,
            "g_low": g.low,
            "g_high": g.high,
            "twin_median": twin.value,
            "twin_p5": twin.low,
            "twin_p95": twin.high,
            "improved_share": statistics.improved_share(lives, twins, results.relief_sign(outcome)),
            "n_per_group": statistics.animals_per_group(g.value),
            "n": treated.shape[1],
            "n_control": untreated.shape[1],
            "n_twins": int(both.sum()),
            "n_failed": results.failed[arm] + results.failed[control],
        },
        columns=COLUMNS,
    )
