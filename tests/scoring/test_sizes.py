"""Sizes: coverage, errors, log scores and the pooled mean; chances of directions."""

from __future__ import annotations

import math

import pytest

from allodyne.scoring.chances import score_chances
from allodyne.scoring.pooled_mean import PooledMeans
from allodyne.scoring.predictions import Prediction
from allodyne.scoring.sizes import SizeRow, size_rows, sized


def rows_of(predictions: list[Prediction]) -> dict[str, SizeRow]:
    training = [one.experiment for one in predictions]
    return {row.family: row for row in size_rows(sized(predictions, training))}


def test_coverage_and_errors_are_those_of_the_normal_distribution(make) -> None:
    # Deviations of 0.5, 1 and 2 SDs: the 50 percent interval is 0.674 wide, the 90 percent one 1.645.
    found = [make("up", 0.3, number=0.0, size=deviation, size_sd=1.0) for deviation in (0.5, -1.0, 2.0)]
    row = rows_of(found)["animals, fold, log_ratio"]

    assert row.narrow.value == pytest.approx(1 / 3, rel=1e-12)
    assert row.wide.value == pytest.approx(2 / 3, rel=1e-12)
    assert row.mean_error == pytest.approx(0.5, rel=1e-12)
    assert row.rmse == pytest.approx(math.sqrt(5.25 / 3), rel=1e-12)
    assert row.rms_deviation == pytest.approx(row.rmse, rel=1e-12)


def test_a_size_that_failed_is_not_covered(make) -> None:
    row = rows_of([make("up", 0.3, number=0.0, size=0.0, size_sd=1.0), make("up", 0.3, number=0.0)])["all"]

    assert (row.count, row.failed) == (2, 1)
    assert row.wide.value == pytest.approx(0.5, rel=1e-12)


def test_the_pooled_mean_leaves_the_own_paper_out(make) -> None:
    found = [
        make("up", 0.3, paper=name, number=value, se=0.2)
        for name, value in zip("abcd", (0.4, 0.6, 0.5, 9.0), strict=True)
    ]
    pooled = PooledMeans([one.experiment for one in found]).predict(found[3].experiment)

    # 0.4, 0.5 and 0.6 vary less than their errors explain: variance of the mean and of the new number.
    assert pooled.mean == pytest.approx(0.5, rel=1e-12)
    assert pooled.sd == pytest.approx(math.sqrt(0.04 / 3 + 0.04), rel=1e-12)
    assert (pooled.papers, pooled.freedom) == (3, 2)
    assert pooled.level == "same class, treatment and outcome"


def test_findings_of_one_paper_share_its_weight_in_the_pooled_mean(make) -> None:
    values = {"a": [0.0], "b": [0.0], "c": [0.9] * 10}
    training = [
        make("up", 0.3, paper=paper, number=value).experiment for paper, some in values.items() for value in some
    ]
    pooled = PooledMeans(training).predict(make("up", 0.3, paper="new", number=0.0).experiment)

    assert pooled.papers == 3
    assert pooled.mean == pytest.approx(0.3, rel=1e-9)
    # Between papers 0, 0 and 0.9 the SD is 0.52: ten records of one paper do not hide it.
    assert pooled.sd > 0.5


def test_a_rare_question_is_answered_by_a_wider_one_or_not_at_all(make) -> None:
    training = [make("up", 0.3, paper=name, number=0.5).experiment for name in "abc"]
    means = PooledMeans(training)

    assert means.predict(make("up", 0.3, number=0.0, variable="tnf_alpha").experiment).level == "same class and therapy"
    assert means.predict(make("up", 0.3, number=0.0, kind="blocker").experiment).level == "same family"
    assert math.isnan(means.predict(make("up", 0.3, number=0.0, animal="human").experiment).mean)


def test_log_scores_are_compared_on_the_same_findings(make) -> None:
    good = [
        make("up", 0.3, paper=name, number=value, size=value, size_sd=0.1)
        for name, value in zip("abcdef", range(6), strict=True)
    ]
    alone = make("up", 0.3, animal="human", number=1.0, size=5.0, size_sd=0.1)
    row = rows_of([*good, alone])["all"]

    assert (row.count, row.compared) == (7, 6)
    assert row.log_score == pytest.approx(-math.log(0.1) - math.log(2 * math.pi) / 2, rel=1e-12)
    assert row.gain.value == pytest.approx(row.log_score - row.pooled_log_score, rel=1e-12)
    assert row.gain.low > 0


def test_chances_are_scored_against_shares_in_other_papers(make) -> None:
    found = [make("up", 0.3, paper=name, chances=(0.1, 0.1, 0.8)) for name in "abc"]
    told = score_chances(found, [one.experiment for one in found])

    assert told.model.log_score == pytest.approx(math.log(0.8), rel=1e-12)
    assert told.model.brier == pytest.approx(0.01 + 0.01 + 0.04, rel=1e-12)
    assert told.model.ranked == pytest.approx((0.1**2 + 0.2**2) / 2, rel=1e-12)
    # Two other papers said up; with one finding added to each direction that is 3 of 5.
    assert told.by_class.log_score == pytest.approx(math.log(3 / 5), rel=1e-12)
    assert told.gain_on_class.value == pytest.approx(math.log(0.8 * 5 / 3), rel=1e-12)


def test_unsolved_chances_know_nothing(make) -> None:
    found = [make("up", math.nan, chances=(math.nan, math.nan, math.nan))]
    told = score_chances(found, [])

    assert told.failed == 1
    assert told.model.log_score == pytest.approx(math.log(1 / 3), rel=1e-12)
