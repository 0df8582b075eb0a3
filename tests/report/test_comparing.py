"""Statistics that papers give, on results whose numbers are known."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from allodyne.report import Results
from allodyne.report.comparing import simulated
from allodyne.report.published import comparisons


def results(treated: np.ndarray, control: np.ndarray, published: str = "[]") -> Results:
    """Two arms, days 0 and 365.25, one outcome; arrays of shape (days, subjects)."""
    both = np.stack([treated, control])
    dims, attrs = ("arm", "day", "subject"), {"units": "points", "orientation": "down is relief", "kind": "endpoint"}
    days = [0.0, 365.25]
    data = xr.Dataset(
        {"pain": (dims, both, attrs), "pain_true": (dims, both, attrs), "status": (("arm", "subject"), both[:, 0] * 0)},
        {"arm": ["treated", "control"], "day": days, "time": ("day", days), "subject": np.arange(both.shape[2])},
        {"control": "control", "published": published},
    )
    return Results(data)


BEFORE = np.full(100, 8.0)
TREATED = np.stack([BEFORE, np.repeat([2.0, 8.0], 50)])
CONTROL = np.stack([BEFORE, np.repeat([3.0, 8.0], [20, 80])])


@pytest.mark.parametrize(
    ("statistic", "value"),
    [
        ("difference", -2.0),
        ("percent", -100 * 2 / 7),
        ("responder_50", 30.0),
        ("responder_30", 30.0),
        ("mean", 5.0),
        ("change", -3.0),
        ("rate", 5.0),
        ("share", 100.0),
        ("rate_ratio", 5 / 7),
        ("relief_percent", 100 * (5 - 7) / (8 - 7)),
    ],
)
def test_values(statistic: str, value: float) -> None:
    found = simulated(results(TREATED, CONTROL), statistic, "pain", "treated", "control", 1)
    assert found.value == pytest.approx(value)
    assert found.low <= found.value <= found.high


def test_one_subject_has_no_statistic() -> None:
    found = simulated(results(TREATED[:, :1], CONTROL[:, :1]), "percent", "pain", "treated", "control", 1)
    assert np.isnan([found.value, found.low, found.high]).all()


def test_a_published_rate_ratio_below_one_points_down() -> None:
    published = '[{"arm": "treated", "outcome": "pain", "day": 365, "statistic": "rate_ratio", "value": 0.7}]'
    [row] = comparisons(results(TREATED, CONTROL, published))
    assert (row.published_direction, row.simulated_direction, row.against) == ("down", "down", "control")


def test_of_one_arm_only_a_change_has_a_direction() -> None:
    published = (
        '[{"arm": "treated", "outcome": "pain", "day": 365, "statistic": "change", "direction": "down"},'
        ' {"arm": "treated", "outcome": "pain", "day": 365, "statistic": "mean", "value": 5, "ci": [4, 6]}]'
    )
    change, mean = comparisons(results(TREATED, CONTROL, published))
    assert change.direction_agrees and change.against == ""
    assert mean.simulated_direction is None and mean.inside
