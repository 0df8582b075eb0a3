"""Published results beside the simulated ones."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from allodyne.report import statistics
from allodyne.report.comparing import Simulated, simulated
from allodyne.study.expectations import SINGLE_ARM

if TYPE_CHECKING:
    import pandas as pd

    from allodyne.report.results import Results

RATIOS = frozenset({"ratio", "rate_ratio"})
BENEFITS = frozenset({"responder_30", "responder_50", "relief_percent", "higher_in_twin"})


@dataclass(frozen=True)
class Comparison:
    """One published result and what the simulation says at the nearest recorded day.

    Attributes
    ----------
    statistic : str
        What the values are, such as ``difference``; `allodyne.study.expectations.Published` lists them.
    published, published_low, published_high : float
        Published value and its interval, in ``units``; NaN where only a direction is known.
    simulated, simulated_low, simulated_high : float
        Simulated value and its 90 percent interval.
    limits : {"published", "assumption"}
        Where the interval comes from.
    published_direction, simulated_direction : str or None
        up, down or none of the variable itself; simulated: of the medians of the true values, none within 5 percent.
    inside : bool or None
        Whether the published interval holds the simulated value; None without an interval in the same units.
    direction_agrees : bool or None
        Whether the directions are the same; None where either is unknown.
    """

    arm: str
    against: str
    outcome: str
    day: float
    statistic: str
    units: str
    published: float
    published_low: float
    published_high: float
    simulated: float
    simulated_low: float
    simulated_high: float
    inside: bool | None
    limits: str
    published_direction: str | None
    simulated_direction: str | None
    direction_agrees: bool | None
    source: str
    note: str

    @property
    def drawable(self) -> bool:
        """Whether it is a published difference of means, which has a place among the curves."""
        return self.statistic == "difference" and not math.isnan(self.published) and not math.isnan(self.simulated)

    @property
    def signed(self) -> bool:
        """Whether the value is a change, which is written with its sign."""
        return self.statistic not in RATIOS | SINGLE_ARM - {"change"}


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

    statistic = str(record.get("statistic") or "difference")
    alone = statistic in SINGLE_ARM
    note = str(record.get("note") or "")
    missing = [
        f"no arm {name!r} in this study" for name in ((arm,) if alone else (arm, against)) if name not in results.arms
    ]
    missing += [] if outcome in results.outcomes else [f"{outcome!r} was not measured"]
    found, direction = Simulated(math.nan, math.nan, math.nan, str(record.get("units") or "")), None
    if missing:
        note = "; ".join(filter(None, [note, *missing]))
    else:
        found = simulated(results, statistic, outcome, arm, arm if alone else against, index)
        direction = _own_direction(results, statistic, outcome, arm, index) if alone else None
        direction = direction if alone else _direction(results, outcome, arm, against, index)
        if record.get("units") and record["units"] != found.units and not math.isnan(value):
            note = "; ".join(filter(None, [note, f"published in {record['units']}: {value:g}"]))
            value, ci = math.nan, [math.nan, math.nan]

    published_direction = record.get("direction") or _sign(_number(record.get("value")), statistic)
    known = published_direction is not None and direction is not None
    return Comparison(
        arm=arm,
        against="" if alone else against,
        outcome=outcome,
        day=results.days[index],
        statistic=statistic,
        units=found.units,
        published=value,
        published_low=ci[0],
        published_high=ci[1],
        simulated=found.value,
        simulated_low=found.low,
        simulated_high=found.high,
        inside=None if np.isnan([*ci, found.value]).any() else bool(ci[0] <= found.value <= ci[1]),
        limits=str(record.get("limits") or "published"),
        published_direction=published_direction,
        simulated_direction=direction,
        direction_agrees=published_direction == direction if known else None,
        source=str(record.get("source") or ""),
        note=note,
    )


def _direction(results: Results, outcome: str, arm: str, against: str, index: int) -> str | None:
    medians = [statistics.spread(results.solved(outcome, name, true=True)).value[index] for name in (arm, against)]
    return statistics.direction(float(medians[0]), float(medians[1]))


def _own_direction(results: Results, statistic: str, outcome: str, arm: str, index: int) -> str | None:
    """Direction of a change of the mean from the baseline; other statistics of one arm have none."""
    if statistic != "change":
        return None
    means = results.solved(outcome, arm, true=True).mean(axis=1)
    return statistics.direction(float(means[index]), float(means[0]))


def _number(value: Any) -> float:
    return float("nan") if value is None else float(value)


def _sign(value: float, statistic: str) -> str | None:
    if math.isnan(value) or statistic in SINGLE_ARM - {"change"}:
        return None
    change = math.log(value) if statistic in RATIOS else value
    # Responders and relief count what is better, whichever way the outcome itself points.
    if statistic in BENEFITS:
        return None
    return "up" if change > 0 else "down" if change < 0 else "none"
