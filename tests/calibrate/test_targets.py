"""Findings become targets, or say why not."""

from __future__ import annotations

import math
from typing import Any

import pytest

from allodyne.calibrate.targets import collect, load_findings


def finding(**changes: Any) -> dict[str, Any]:
    return {
        "id": "made-up",
        "paper": "liu2019",
        "kind": "treatment",
        "species": "rat",
        "condition": "snl",
        "treatments": [{"hbot": {"sessions": 7, "days_per_week": 7, "start_day": 1}}],
        "comparator": "untreated",
        "outcome": {"variable": "mechanical_threshold"},
        "result": {"direction": "up"},
    } | changes


def test_most_animal_findings_on_modelled_conditions_are_expressed() -> None:
    collected = collect(load_findings())

    assert len(collected.targets) > 400
    assert all(reason for reason in collected.refused.values())


def test_a_direction_asks_for_a_log_ratio_of_at_least_the_documented_size() -> None:
    target, ceiling = collect([finding()]).targets

    assert (target.scale, target.value) == ("direction", 0.3)
    assert (ceiling.scale, ceiling.right.condition) == ("ceiling", "naive")
    assert target.left.plans and not target.right.plans
    assert target.time == pytest.approx(7 + (10 * 60 + 60 + 20 + 15) / 1440, abs=0.02)


def test_a_mean_difference_keeps_its_interval() -> None:
    effect = {"type": "MD", "estimate": 3.48, "ci_low": 2.7, "ci_high": 4.26}
    target, _ = collect([finding(result={"direction": "up", "effect": effect})]).targets

    assert target.scale == "difference"
    assert target.value == 3.48
    assert target.sd == pytest.approx(0.398, abs=1e-3)


def test_means_of_both_groups_become_a_log_ratio() -> None:
    result = {"direction": "down", "treated": {"mean": 4.0}, "control": {"mean": 8.0}, "units": "g"}
    target, _ = collect([finding(result=result)]).targets

    assert target.value == pytest.approx(math.log(0.5), rel=1e-12)


def test_an_injury_is_compared_with_naive_animals() -> None:
    (target,) = collect([finding(kind="injury", treatments=[], result={"direction": "down"})]).targets

    assert (target.left.condition, target.right.condition) == ("snl", "naive")


def test_a_blocker_is_added_to_the_treatment() -> None:
    blocked = finding(
        kind="blocker", blocker={"name": "naloxone", "target": "opioid_all"}, result={"direction": "down"}
    )
    (target,) = collect([blocked]).targets

    assert len(target.left.plans) == len(target.right.plans) + 1
    assert any(action.species == "mu_activity" for action in target.left.actions())


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"species": "human"}, "species human"),
        ({"condition": "trigeminal"}, "condition trigeminal"),
        ({"kind": "comparison"}, "kind comparison"),
        ({"outcome": {"variable": "walking_time"}}, "variable walking_time"),
        ({"treatments": [{"drug": {"name": "unheard of"}}]}, "There is no drug 'unheard of'."),
    ],
)
def test_what_cannot_be_expressed_says_why(changes: dict[str, Any], reason: str) -> None:
    collected = collect([finding(**changes)])

    assert not collected.targets
    assert collected.refused["made-up"].startswith(reason)


def test_records_of_one_paper_share_its_weight() -> None:
    collected = collect([finding(id="a"), finding(id="b"), finding(id="c", paper="guo2019")])

    assert [target.weight for target in collected.targets if target.scale != "ceiling"] == pytest.approx(
        [0.5**0.5, 0.5**0.5, 1.0], rel=1e-12
    )
