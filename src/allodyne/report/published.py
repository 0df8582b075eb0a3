"""Published results beside the simulated ones."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from allodyne.report import statistics

if TYPE_CHECKING:
    import pandas as pd

    from allodyne.report.results import Results


@dataclass(frozen=True)
class Comparison:
    """One published result and what the simulation says at the nearest recorded day.

    Attributes
    ----------
    published, published_low, published_high : float
        Published mean difference between the arms and its interval, in ``units``; NaN where only a direction is known.
    simulated, simulated_low, simulated_high : float
        Simulated mean difference and its 90 percent interval, in the units of the outcome.
    published_direction, simulated_direction : str or None
        up, down or none of the variable itself; simulated: of the medians of the true values, none within 5 percent.
    inside : bool or None
        Whether the published interval holds the simulated value; None without an interval in the units of the outcome.
    direction_agrees : bool or None
        Whether the directions are the same; None where either is unknown.
    """

    arm: str
    against: str
    outcome: str
    day: float
    units: str
    published: float
    published_low: float
    published_high: float
    simulated: float
    simulated_low: float
    simulated_high: float
    inside: bool | None
    published_direction: str | None
    simulated_direction: str | None
    direction_agrees: bool | None
    source: str
    note: str


def comparisons(results: Results) -> list[Comparison]:
    """Lay published results beside the simulated ones.

    Parameters
    ----------
    results : Results
        Its attribute ``published`` is a JSON list of objects with arm, against, outcome, day, value, ci, units,
        direction, source and note; everything but arm and outcome may be absent.

    Returns
    -------
    list of Comparison
        ``day`` is the recorded day nearest to the published one (the last where none is given). A result for an arm or
        outcome that this study lacks stays in the list without a simulated value, and its note says so.
    """
    records = json.loads(results.data.attrs.get("published") or "[]")
    return [_compare_one(results, record) for record in records]


def comparison_table(results: Results) -> pd.DataFrame:
    """Lay the comparisons out in a table, one column for each field of `Comparison`."""
    import pandas as pd

    rows = [asdict(comparison) for comparison in comparisons(results)]
    return pd.DataFrame(rows, columns=[field.name for field in fields(Comparison)]).astype(
        {"inside": "boolean", "direction_agrees": "boolean"}
    )


def _compare_one(results: Results, record: dict[str, Any]) -> Comparison:
    arm, outcome = str(record["arm"]), str(record["outcome"])
    against = str(record.get("against") or results.control or "")
    value, ci = _number(record.get("value")), [_number(limit) for limit in record.get("ci") or (None, None)]
    wanted = _number(record.get("day"))
    index = len(results.days) - 1 if np.isnan(wanted) else int(np.argmin(np.abs(np.array(results.days) - wanted)))

    note = str(record.get("note") or "")
    missing = [f"no arm {name!r} in this study" for name in (arm, against) if name not in results.arms]
    missing += [] if outcome in results.outcomes else [f"{outcome!r} was not measured"]
    if missing:
        units = str(record.get("units") or "")
        difference, simulated_direction, note = (
            (np.nan, np.nan, np.nan),
            None,
            "; ".join(filter(None, [note, *missing])),
        )
    else:
        units = results.units(outcome)
        difference = _difference(results, outcome, arm, against, index)
        simulated_direction = _direction(results, outcome, arm, against, index)
        if record.get("units") and record["units"] != units and not np.isnan(value):
            note = "; ".join(filter(None, [note, f"published in {record['units']}: {value:g}"]))
            value, ci = np.nan, [np.nan, np.nan]

    published_direction = record.get("direction") or _sign(_number(record.get("value")))
    known = published_direction is not None and simulated_direction is not None
    return Comparison(
        arm=arm,
        against=against,
        outcome=outcome,
        day=results.days[index],
        units=units,
        published=value,
        published_low=ci[0],
        published_high=ci[1],
        simulated=difference[0],
        simulated_low=difference[1],
        simulated_high=difference[2],
        inside=None if np.isnan([*ci, difference[0]]).any() else bool(ci[0] <= difference[0] <= ci[1]),
        published_direction=published_direction,
        simulated_direction=simulated_direction,
        direction_agrees=published_direction == simulated_direction if known else None,
        source=str(record.get("source") or ""),
        note=note,
    )


def _difference(results: Results, outcome: str, arm: str, against: str, index: int) -> tuple[float, float, float]:
    found = statistics.mean_difference(results.solved(outcome, arm), results.solved(outcome, against))
    return float(found.value[index]), float(found.low[index]), float(found.high[index])


def _direction(results: Results, outcome: str, arm: str, against: str, index: int) -> str | None:
    medians = [statistics.spread(results.solved(outcome, name, true=True)).value[index] for name in (arm, against)]
    return statistics.direction(float(medians[0]), float(medians[1]))


def _number(value: Any) -> float:
    return float("nan") if value is None else float(value)


def _sign(value: float) -> str | None:
    return None if np.isnan(value) else "up" if value > 0 else "down" if value < 0 else "none"
