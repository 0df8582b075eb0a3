"""Values of outcomes against sampled people, hand-computed numbers and the endpoints of a run."""

from __future__ import annotations

import math

import numpy as np
import pytest

from allodyne.endpoints.scores import SMALLEST_LOG_RISE, load_events, load_scores
from allodyne.experiments.measures import (
    EventFree,
    EventRate,
    Fold,
    Measure,
    Points,
    ShareBelow,
    Statistic,
    Turned,
    approach,
    effect,
)

PAIN = Points(low=0, high=10, baseline=6.5, baseline_sd=1.5, change=-1.2, change_sd=1.8)
FATIGUE = Points(low=1, high=7, baseline=5.0, baseline_sd=0.8, change=-0.4, change_sd=0.9)
DRAWS = 200_000
SAMPLING = 5e-3
"""Four standard errors of a share of so many draws."""


def levels(share: float, at_enrolment: float = 0.8) -> np.ndarray:
    return np.array([[share * at_enrolment], [at_enrolment]])


def sampled_share(below: ShareBelow, share: float) -> float:
    points, random = below.points, np.random.default_rng(1)
    baseline = random.normal(points.baseline - points.low, points.baseline_sd, DRAWS)
    score = share * baseline + random.normal(points.change, points.change_sd, DRAWS)
    hits = score <= below.part * baseline + below.offset
    return float(np.mean(~hits if below.above else hits))


@pytest.mark.parametrize("share", [0.2, 0.8, 1.3])
@pytest.mark.parametrize(
    "below",
    [
        ShareBelow(PAIN, 0.5),
        ShareBelow(PAIN, 0.7),
        ShareBelow(PAIN, 0.0, 3.0),
        ShareBelow(PAIN, 0.0, 3.0, above=True),
        ShareBelow(PAIN, 1.0, 1.0, above=True),
        ShareBelow(FATIGUE, 1.0, -1.0),
        ShareBelow(FATIGUE, 0.5),
    ],
)
def test_a_share_of_people_is_that_of_sampled_people(below: ShareBelow, share: float) -> None:
    assert below.value(levels(share)) == pytest.approx(sampled_share(below, share), abs=SAMPLING)


def test_fewer_respond_and_more_stay_above_as_the_symptom_rises() -> None:
    shares = np.linspace(0.2, 1.6, 15)
    both = np.stack([shares * 0.8, np.full_like(shares, 0.8)])

    assert np.all(np.diff(ShareBelow(PAIN, 0.5).value(both)) < 0)
    assert np.all(np.diff(ShareBelow(PAIN, 0.0, 3.0, above=True).value(both)) > 0)
    assert np.all(np.diff(PAIN.value(both)) > 0)
    assert np.all(np.diff(Turned(PAIN).value(both)) < 0)


def test_shares_stay_within_0_and_1_and_have_odds() -> None:
    certain = Points(0, 10, 6.5, 1.0, -30.0, 1.0)

    for share in (certain, Points(0, 10, 6.5, 1.0, 30.0, 1.0)):
        value = ShareBelow(share, 0.5).value(levels(1.0))
        assert 0 < value < 1
        assert np.isfinite(effect("log_odds", value, 1 - value, math.nan))


def test_a_score_is_the_mean_of_runs_that_are_cut_at_both_ends() -> None:
    score, random = load_scores()["fatigue"], np.random.default_rng(3)
    x, start = 1.3, 1.9
    baseline = FATIGUE.baseline + FATIGUE.baseline_sd * random.standard_normal(DRAWS)
    change = FATIGUE.change + FATIGUE.change_sd * random.standard_normal(DRAWS)

    runs = score.value(np.full((1, DRAWS), x), np.full(DRAWS, start), baseline, change)

    here = FATIGUE.value(np.log(np.array([[x], [start]])))
    assert score.low + here == pytest.approx(runs.mean(), abs=2 * SAMPLING)


def test_a_score_stays_between_the_ends_of_its_scale() -> None:
    assert 0 < PAIN.value(levels(0.0)) < 1
    assert 9.9 < PAIN.value(levels(9.0))[0] <= 10.0
    assert Turned(PAIN).value(levels(9.0)) > 0


def test_people_who_do_not_differ_have_the_score_of_their_middle() -> None:
    alike = Points(low=0, high=10, baseline=6.5, baseline_sd=0, change=-1.2, change_sd=0)

    assert alike.value(levels(0.5)) == pytest.approx(6.5 * 0.5 - 1.2, abs=1e-6)


def test_somebody_without_the_symptom_at_enrolment_does_not_explode() -> None:
    alike = Points(low=0, high=10, baseline=6.5, baseline_sd=0, change=1.0, change_sd=0)

    value = alike.value(np.array([[0.01], [0.0]]))

    assert value == pytest.approx(6.5 * 0.01 / SMALLEST_LOG_RISE + 1.0, abs=1e-6)


def test_well_being_is_what_the_score_leaves() -> None:
    assert Turned(PAIN).value(levels(0.5)) == pytest.approx(10 - PAIN.value(levels(0.5)), abs=1e-12)
    assert Turned(PAIN).sd == PAIN.sd == pytest.approx(math.hypot(1.5, 1.8), rel=1e-12)


def test_a_threshold_falls_and_a_marker_rises_with_its_species() -> None:
    doubled = np.log(np.array([[2.0]]))

    assert Fold(-1.0, 13.0, 0.3).value(doubled) == pytest.approx(6.5, rel=1e-12)
    assert Fold(1.0).value(doubled) == pytest.approx(2.0, rel=1e-12)
    assert Fold(-1.0, 13.0, 0.3).sd == 0.3
    assert math.isnan(Fold(1.0).sd)


def test_a_rate_is_the_mean_over_uneven_readings() -> None:
    rate = EventRate(0.6, (0.0, 10.0, 110.0))
    read = 0.9 * np.array([[1.0], [0.5], [0.5]])

    # (0.75 * 10 + 0.5 * 100) / 110
    assert rate.value(read) == pytest.approx(0.6 * 57.5 / 110, rel=1e-12)


def test_a_rate_is_that_of_a_run() -> None:
    days, x = (0.0, 91.0, 182.0), np.array([[2.0], [1.6], [1.2]])

    expected = load_events()["relapses"].expected(x, days, [0.7])[-1]

    assert EventRate(0.7, days).value(np.log(x)) * 182 / 365.25 == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("frailty", "years"), [(0.0, 1.0), (0.6, 1.0), (1.0, 2.0)])
def test_people_without_an_event_are_as_many_as_sampled(frailty: float, years: float) -> None:
    random = np.random.default_rng(2)
    free = EventFree(EventRate(0.7, (0.0, years * 365.25)), frailty, years)
    own = np.exp(random.normal(-(frailty**2) / 2, frailty, DRAWS))

    counts = random.poisson(0.7 * years * own)

    assert free.value(np.array([[1.0], [1.0]])) == pytest.approx(np.mean(counts == 0), abs=SAMPLING)


def test_fewer_events_leave_more_people_without() -> None:
    free = EventFree(EventRate(0.7, (0.0, 365.0)), 0.6, 1.0)
    both = np.array([[1.0, 1.0], [1.0, 0.3]])

    calm = free.value(both)

    assert calm[0] < calm[1] < 1


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [
        ("value", 0.5),
        ("difference", 0.3),
        ("smd", 0.3 / math.hypot(1.5, 1.8)),
        ("log_odds", math.log(4.0)),
        ("log_ratio", math.log(2.5)),
    ],
)
def test_an_effect_is_the_left_group_against_the_right(statistic: Statistic, expected: float) -> None:
    left, right = np.array([0.5]), np.array([0.2])

    assert effect(statistic, left, right, PAIN) == pytest.approx(expected, rel=1e-12)
    if statistic != "value":
        assert effect(statistic, right, left, PAIN) == pytest.approx(-expected, rel=1e-12)


def test_the_sd_of_a_level_goes_with_it() -> None:
    found = effect("smd", np.array([6.0]), np.array([8.0]), Fold(-1.0, 13.0, 0.3))

    assert found == pytest.approx(-2.0 / (0.3 * math.sqrt(50.0)), rel=1e-12)


def test_a_change_is_approached() -> None:
    assert approach(-3.0, 10.0) == 0.0
    assert approach(10.0, 10.0) == pytest.approx(1 - math.exp(-1), rel=1e-12)
    assert approach(1e4, 10.0) == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize(
    "measure",
    [Fold(-1.0, 13.0), PAIN, Turned(PAIN), ShareBelow(PAIN, 0.5), EventRate(0.6, (0.0, 9.0))],
)
def test_columns_do_not_touch_each_other(measure: Measure) -> None:
    one, other = levels(0.4), levels(0.9, at_enrolment=0.5)

    together = measure.value(np.concatenate([one, other], axis=1))

    assert together == pytest.approx(np.concatenate([measure.value(one), measure.value(other)]), rel=1e-12)
