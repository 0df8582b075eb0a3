"""Oxaliplatin: cold and mechanical hypersensitivity within days, heat about unchanged."""

from __future__ import annotations

import numpy as np
import pytest

from allodyne import Results, Study
from allodyne.evidence.papers import source
from allodyne.network import Network
from allodyne.subjects.conditions import find_condition

MEASURES = ["mechanical_threshold", "thermal_latency", "cold_response", "trpa1", "trpm8", "astrocytes", "alpha2delta"]
GABAPENTIN = {"drug": {"name": "gabapentin", "dose_mg_kg": 300, "route": "ip", "sessions": 1, "start_day": 7}}


@pytest.fixture(scope="module")
def rats() -> Results:
    arms = {"untreated": [], "gabapentin": [GABAPENTIN]}
    data = {"study": "oxaliplatin", "subjects": {"species": "rat", "condition": "oxaliplatin", "n": 12, "seed": 1}}
    return Study.from_dict(data | {"days": 28, "arms": arms, "measure": MEASURES, "assess": {"every_days": 1}}).run()


def change(results: Results, outcome: str, arm: str = "untreated") -> np.ndarray:
    """Median over subjects of the log change against day 0, on days 3, 7 and 28."""
    level = np.log(results.data[f"{outcome}_true"].sel(arm=arm).transpose("subject", ...).to_numpy())
    return np.asarray(np.median(level[:, [3, 7, 28]] - level[:, :1], axis=0))


def test_the_threshold_falls_to_about_a_third_by_day_3(rats: Results) -> None:
    assert change(rats, "mechanical_threshold")[0] == pytest.approx(np.log(3.9 / 13.9), abs=0.4)


def test_cold_rises_and_heat_changes_far_less(rats: Results) -> None:
    cold, heat = change(rats, "cold_response"), -change(rats, "thermal_latency")
    assert cold[0] > 0.5
    assert max(heat) < 0.3 * max(cold)


def test_channels_and_astrocytes_rise_and_fall_again(rats: Results) -> None:
    for name in ("trpa1", "trpm8", "astrocytes", "alpha2delta"):
        _, week, month = change(rats, name)
        assert week > 0.1
        assert month < week


def test_gabapentin_lessens_the_cold_response(rats: Results) -> None:
    assert change(rats, "cold_response", "gabapentin")[1] < change(rats, "cold_response")[1] - 0.05


def test_one_dose_acts_within_days_and_is_mostly_over_within_two_months() -> None:
    [signal] = find_condition("oxaliplatin").signals("rat")
    days = np.array([0.25, 3, 25, 75])
    level = np.full(4, signal.constant)
    for size, rate in signal.terms:
        level += size * np.exp(-rate * days)
    assert level[0] < level[1]
    assert level[1] > 0.9
    assert 0.2 < level[2] < 0.6
    assert level[3] < 0.15


def test_every_influence_of_oxaliplatin_and_of_cold_channels_has_a_source(network: Network) -> None:
    starts = ["@oxaliplatin_injury", "trpa1", "trpm8"]
    edges = [edge for start in starts for edge in network.out_of(start)]
    assert all(edge.sources and edge.basis != "assumption" for edge in edges)
    assert all(source(key) for edge in edges for key in edge.sources)
    assert {"trpa1", "trpm8"} <= {edge.target for edge in edges if edge.from_drive}
    assert "trpv1" not in {edge.target for edge in edges}
