"""Directions: shares, intervals, confusion, bands and baselines."""

from __future__ import annotations

import math

import pytest

from allodyne.scoring.agreement import band_sweep, confusion, directed, held_out
from allodyne.scoring.bootstrap import over_papers
from allodyne.scoring.comparing import AgreementRow, agreement_rows
from allodyne.scoring.predictions import Prediction


def rows_of(predictions: list[Prediction]) -> dict[tuple[str, str], AgreementRow]:
    training = [one.experiment for one in predictions]
    return {(row.by, row.name): row for row in agreement_rows(predictions, training)}


def test_records_and_papers_weigh_as_said(make) -> None:
    found = [
        make("up", 0.3, paper="a"),
        make("up", 0.3, paper="a"),
        make("up", 0.3, paper="a"),
        make("up", -0.3, paper="b"),
    ]
    told = rows_of(found)["subjects", "all"].held_out

    assert (told.hits, told.count, told.papers) == (3, 4, 2)
    assert told.by_record.value == pytest.approx(0.75, rel=1e-12)
    assert told.by_paper.value == pytest.approx(0.5, rel=1e-12)


def test_a_prediction_that_failed_is_a_miss_in_every_summary(make) -> None:
    found = [make("up", math.nan, fitted=0.3), make("up", 0.3), make("down", math.nan, kind="blocker")]
    rows = rows_of(found)

    assert (rows["subjects", "all"].held_out.hits, rows["subjects", "all"].held_out.failed) == (1, 2)
    assert rows["subjects", "all"].fitted is not None
    assert rows["subjects", "all"].fitted.hits == 2
    assert rows["class", "blocker"].held_out.by_record.value == 0
    assert confusion([one.experiment for one in found], [held_out(one) for one in found])["up"] == {
        "up": 1,
        "down": 0,
        "none": 0,
        "failed": 1,
    }
    assert all(row["all"].failed == 2 for row in band_sweep(found).values())


def test_groups_are_counted_apart(make) -> None:
    found = [make("up", 0.3), make("down", 0.3, animal="human"), make("none", 0.01, kind="healthy", therapy="exercise")]
    rows = rows_of(found)

    assert rows["subjects", "animals"].held_out.hits == 2
    assert rows["subjects", "people"].held_out.by_record.value == 0
    assert rows["class", "healthy"].held_out.count == rows["therapy", "exercise"].held_out.count == 1
    assert [name for by, name in rows if by == "class"] == ["treatment", "healthy"]


def test_the_band_decides_what_counts_as_none(make) -> None:
    sweep = band_sweep([make("none", 0.03), make("up", 0.15)])

    assert [sweep[band]["all"].hits for band in (0.01, 0.02, 0.05, 0.10, 0.20)] == [1, 1, 2, 2, 1]


def test_a_number_without_direction_has_no_agreement(make) -> None:
    assert directed([make(None, math.nan, number=0.3)]) == []
    assert rows_of([make(None, math.nan, number=0.3)])["subjects", "all"].held_out.count == 0


def test_papers_outside_the_calibration_are_not_called_seen(make) -> None:
    assert rows_of([make("up", 0.3, fold=None)])["subjects", "all"].fitted is None


def test_intervals_are_the_same_for_the_same_seed_and_shrink_with_papers() -> None:
    hits = [1, 0, 1, 1, 0, 1, 1, 1, 0, 1]
    few = over_papers(hits, list("abcdefghij"), seed=1)
    many = over_papers(hits * 20, [f"{name}{k}" for k in range(20) for name in "abcdefghij"], seed=1)

    assert few == over_papers(hits, list("abcdefghij"), seed=1)
    assert few.low < 0.7 < few.high
    uneven = [0.5**k for k in range(10)], list("abcdefghij")
    assert over_papers(*uneven, seed=1) != over_papers(*uneven, seed=2)
    assert many.high - many.low < (few.high - few.low) / 2
    # Binomial: 0.7 +- 1.645 * sqrt(0.21 / 200).
    assert (many.low, many.high) == pytest.approx((0.647, 0.753), abs=0.01)


def test_findings_of_one_paper_are_drawn_together() -> None:
    hits = [1, 0] * 5
    apart = over_papers(hits * 4, [str(k) for k in range(40)])
    together = over_papers(sorted(hits * 4), [str(k // 4) for k in range(40)])

    assert together.high - together.low > 1.5 * (apart.high - apart.low)


def test_too_few_papers_give_no_interval() -> None:
    found = over_papers([1, 0, 1], ["a", "b", "c"])

    assert found.value == pytest.approx(2 / 3, rel=1e-12)
    assert math.isnan(found.low)


def test_the_majority_of_the_class_leaves_the_own_paper_out(make) -> None:
    others = [make("down", 0.3, paper="b"), make("down", 0.3, paper="c")]
    own = [make("up", 0.3, paper="a") for _ in range(9)]
    rows = rows_of(own + others)

    # Paper a sees b and c, which say down; b and c see a, which says up: nobody is right.
    assert rows["subjects", "all"].of_class.hits == 0
    assert rows["subjects", "all"].held_out.hits == 9
    # With the own paper the majority of all is up, and right nine times, as is the model.
    assert rows["subjects", "all"].of_class_with_own.hits == 9
    assert rows["subjects", "all"].over_class.value == pytest.approx(0.0, abs=1e-12)


def test_the_majority_of_the_outcome_is_asked_before_that_of_the_class(make) -> None:
    pain = [make("down", 0.3, paper=name, variable="pain_score") for name in "abc"]
    threshold = [make("up", 0.3, paper=name) for name in "defghi"]
    rows = rows_of(pain + threshold)

    assert rows["outcome", "pain_score"].of_class.hits == 0
    assert rows["outcome", "pain_score"].of_outcome.hits == 3


def test_shuffled_networks_have_a_mean_and_a_range(make) -> None:
    found = [make("up", 0.3, shuffled=[0.3, -0.3, 0.3]), make("up", 0.3, shuffled=[0.3, -0.3, math.nan])]
    told = rows_of(found)["subjects", "all"]

    assert (told.shuffled.low, told.shuffled.high, told.shuffled.networks) == (0.0, 1.0, 3)
    assert told.shuffled.mean == pytest.approx(0.5, rel=1e-12)
    assert told.over_shuffled.value == pytest.approx(0.5, rel=1e-12)
