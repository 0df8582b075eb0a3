"""Tidy tables: one row for each value, or for each arm, day and outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allodyne.report.results import STATUS

if TYPE_CHECKING:
    import pandas as pd

    from allodyne.report.results import Results


def every_value(results: Results) -> pd.DataFrame:
    """Lay every value of every subject out in one row.

    Returns
    -------
    pandas.DataFrame
        Columns arm, day, subject, outcome, value (as measured), true_value, units and status (in words); names are
        categorical, which keeps half a million rows small. Failed subjects stay in, with NaN.
    """
    import pandas as pd

    outcomes = results.outcomes
    shape = (len(outcomes), len(results.arms), len(results.days), results.data.sizes["subject"])
    outcome, arm, day, subject = (grid.ravel() for grid in np.indices(shape))
    units = [results.units(name) for name in outcomes]
    unit_names = list(dict.fromkeys(units))
    unit = np.array([unit_names.index(name) for name in units], dtype=np.int64)
    return pd.DataFrame(
        {
            "arm": pd.Categorical.from_codes(arm, categories=pd.Index(results.arms)),
            "day": np.array(results.days)[day],
            "subject": results.data["subject"].to_numpy()[subject],
            "outcome": pd.Categorical.from_codes(outcome, categories=pd.Index(outcomes)),
            "value": np.stack([results.values(name) for name in outcomes]).ravel(),
            "true_value": np.stack([results.values(name, true=True) for name in outcomes]).ravel(),
            "units": pd.Categorical.from_codes(unit[outcome], categories=pd.Index(unit_names)),
            "status": pd.Categorical.from_codes(results.status[arm, subject], categories=pd.Index(STATUS)),
        }
    )


def spreads(results: Results) -> pd.DataFrame:
    """Sum every arm up per day and outcome.

    Returns
    -------
    pandas.DataFrame
        Columns arm, day, outcome, units, median, p5, p95 (as measured, over solved subjects), n_solved and n_failed.
    """
    import pandas as pd

    blocks = []
    for outcome in results.outcomes:
        for arm in results.arms:
            found, failed = results.spread(outcome, arm), results.failed[arm]
            columns = {
                "arm": arm,
                "day": results.days,
                "outcome": outcome,
                "units": results.units(outcome),
                "median": found.value,
                "p5": found.low,
                "p95": found.high,
                "n_solved": results.data.sizes["subject"] - failed,
                "n_failed": failed,
            }
            blocks.append(pd.DataFrame(columns))
    return pd.concat(blocks, ignore_index=True)
