"""The shipped findings as experiments: how many, with which numbers, and when they are read."""

from __future__ import annotations

import pytest

from allodyne.experiments.experiment import Expressed
from allodyne.experiments.expressing import express
from allodyne.scoring.findings_given import shipped_findings


@pytest.fixture(scope="module")
def shipped() -> Expressed:
    return express(shipped_findings().findings)


def share(shipped: Expressed, people: bool, of_all: bool) -> float:
    known = {one.id for one in shipped.experiments}
    counted = [
        name
        for name, finding in shipped.findings.items()
        if (finding["species"] == "human") is people and (of_all or name not in shipped.outside)
    ]
    return sum(name in known for name in counted) / len(counted)


@pytest.mark.parametrize(
    ("people", "of_all", "least"), [(False, False, 0.85), (False, True, 0.85), (True, False, 0.70)]
)
def test_most_shipped_findings_are_expressed(shipped: Expressed, people: bool, of_all: bool, least: float) -> None:
    reached = share(shipped, people, of_all)

    print(f"{'people' if people else 'animals'}: {reached:.1%} of {'all' if of_all else 'pain and biomarkers'}")
    assert reached >= least


def test_every_shipped_finding_is_expressed_or_has_its_reason(shipped: Expressed) -> None:
    known = [one.id for one in shipped.experiments]

    assert sorted([*known, *shipped.refused, *shipped.outside]) == sorted(shipped.findings)
    assert all(len(why) > 10 for why in [*shipped.refused.values(), *shipped.outside.values()])


def test_shipped_numbers_have_the_sign_of_their_direction(shipped: Expressed) -> None:
    sign = {"up": 1, "down": -1}
    sized = [one for one in shipped.experiments if one.number and one.right and one.direction in sign]

    assert len(sized) > 120
    assert [one.id for one in sized if one.number and one.number.value * sign[str(one.direction)] < 0] == []


def test_shipped_groups_are_read_while_the_simulation_runs(shipped: Expressed) -> None:
    readings = [reading for one in shipped.experiments for reading in one.readings()]

    assert [reading for reading in readings if reading.day < reading.scenario.start()] == []


def test_injuries_that_are_treated_are_read_after_the_injury(shipped: Expressed) -> None:
    assert [one.id for one in shipped.experiments if one.left.readings[0].day < 0] == []
