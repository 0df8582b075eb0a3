"""Published sizes are read in the statistic and the unit of the measure, with their error."""

from __future__ import annotations

import math
from typing import Any

import pytest
from scipy.special import ndtri

from allodyne.experiments.defaults import load_defaults
from allodyne.experiments.experiment import Number
from allodyne.experiments.measures import EventFree, EventRate, Fold, Measure, Points, ShareBelow
from allodyne.experiments.published import number_of

THRESHOLD = Fold(-1.0, 13.0, 0.3)
PAIN = Points(0, 10, 6.5, 1.5, -1.0, 1.8)
FATIGUE = Points(1, 7, 5.0, 0.8, -0.4, 0.9)
RESPONDERS = ShareBelow(PAIN, 0.5)
RELAPSES = EventRate(0.4, (0.0, 365.0))
FREE = EventFree(RELAPSES, 0.6, 1.0)
Z = float(ndtri(0.975))
"""Half of an interval of 95 percent, in standard errors."""


def read(measure: Measure, in_unit: bool = True, kind: str = "treatment", **result: Any) -> Number | None:
    return number_of({"kind": kind, "result": result}, measure, in_unit)


def sure(measure: Measure, **told: Any) -> Number:
    found = read(measure, **told)
    assert found is not None
    return found


def close(value: float) -> Any:
    return pytest.approx(value, rel=1e-3, abs=1e-9)


def interval(kind: str, estimate: float, low: float | None = None, high: float | None = None) -> dict[str, Any]:
    ends = {"ci_low": low, "ci_high": high}
    return {"type": kind, "estimate": estimate} | {name: end for name, end in ends.items() if end is not None}


@pytest.mark.parametrize("unit", ["g", "s", None])
def test_a_difference_of_thresholds_keeps_its_unit(unit: str | None) -> None:
    found = sure(THRESHOLD, effect=interval("MD", 3.48, 2.7, 4.26), units=unit)

    assert (found.statistic, found.value, found.stated) == ("difference", 3.48, True)
    assert found.se == close((4.26 - 2.7) / 2 / Z)


def test_a_difference_in_a_unit_that_the_measure_has_not_is_no_size() -> None:
    change = interval("MD", 1.5)

    assert read(THRESHOLD, effect=change, units="degree_C") is None
    assert read(Fold(1.0), in_unit=False, effect=change, units="m/s") is None
    assert read(PAIN, effect=change, units="percent") is None


@pytest.mark.parametrize(
    ("measure", "units", "scale"),
    [
        (PAIN, "points_0_10", 1.0),
        (PAIN, "points", 1.0),
        (PAIN, "points_0_100", 0.1),
        (PAIN, "points_0_1_75", 10 / 1.75),
        (FATIGUE, "points_1_7", 1.0),
        (FATIGUE, "points_0_84", 6 / 84),
    ],
)
def test_points_of_other_scales_are_stretched(measure: Points, units: str, scale: float) -> None:
    found = sure(measure, effect=interval("MD", -1.5, -2.0, -1.0), units=units)

    assert (found.value, found.se) == (close(-1.5 * scale), close(0.5 / Z * scale))


def test_an_interval_with_one_end_tells_the_error() -> None:
    by_low = sure(PAIN, effect=interval("MD", -15, low=-26), units="points_0_100")
    by_high = sure(PAIN, effect=interval("MD", -15, high=-4), units="points_0_100")

    assert by_low.value == by_high.value == close(-1.5)
    assert by_low.se == by_high.se == close(1.1 / Z)
    assert by_low.stated


def test_a_standardised_difference_keeps_its_sign() -> None:
    found = sure(PAIN, effect=interval("SMD", -0.59, -0.95, -0.23))

    assert (found.statistic, found.value) == ("smd", -0.59)
    assert found.se == close(0.36 / Z)
    assert read(Fold(1.0), effect=interval("SMD", 0.5)) is None
    assert sure(THRESHOLD, effect=interval("d", 0.5)).statistic == "smd"


@pytest.mark.parametrize(("kind", "measure"), [("ratio", RELAPSES), ("RR", RESPONDERS), ("HR", RESPONDERS)])
def test_ratios_become_logarithms(kind: str, measure: Measure) -> None:
    found = sure(measure, effect=interval(kind, 1.73, 1.44, 2.08))

    assert (found.statistic, found.value) == ("log_ratio", close(math.log(1.73)))
    assert found.se == close(math.log(2.08 / 1.44) / 2 / Z)


def test_odds_ratios_are_those_of_shares() -> None:
    found = sure(RESPONDERS, effect=interval("OR", 0.26, 0.1, 0.66))

    assert (found.statistic, found.value) == ("log_odds", close(math.log(0.26)))
    assert found.se == close(math.log(6.6) / 2 / Z)
    assert read(THRESHOLD, effect=interval("OR", 2.0)) is None


@pytest.mark.parametrize("measure", [RESPONDERS, FREE])
def test_risk_differences_are_shares(measure: Measure) -> None:
    found = sure(measure, effect=interval("RD", 0.156, 0.119, 0.192))

    assert (found.statistic, found.value, found.se) == ("difference", 0.156, close(0.0365 / Z))


def test_percent_is_a_relative_change() -> None:
    fall = sure(RELAPSES, effect=interval("percent", -54, -60, -47), units="percent_change")
    rise = sure(Fold(1.0), effect=interval("percent", 367))

    assert (fall.statistic, fall.value) == ("log_ratio", close(math.log(0.46)))
    assert fall.se == close(math.log(0.53 / 0.40) / 2 / Z)
    assert (rise.value, rise.stated) == (close(math.log(4.67)), False)


def test_means_of_a_threshold_become_a_log_ratio_with_its_error() -> None:
    found = sure(
        THRESHOLD,
        treated={"mean": 8.0, "sd": 2.0, "n": 16},
        control={"mean": 4.0, "sem": 0.4, "sd": 9.0, "n": 10},
        units="g",
    )

    assert (found.statistic, found.value) == ("log_ratio", close(math.log(2)))
    assert found.se == close(math.hypot(0.5 / 8, 0.4 / 4))


def test_means_of_scores_become_a_difference() -> None:
    change = sure(
        PAIN,
        treated={"mean": -11.0, "sd": 17.0, "n": 20},
        control={"mean": 3.0, "sd": 15.0, "n": 20},
        units="points_0_100",
    )

    assert (change.statistic, change.value) == ("difference", close(-1.4))
    assert change.se == close(math.hypot(1.7, 1.5) / math.sqrt(20))


def test_medians_stand_for_means() -> None:
    assert sure(THRESHOLD, treated={"median": 1.3}, control={"median": 2.6}, units="g").value == close(math.log(0.5))


def test_shares_of_both_groups_become_a_difference() -> None:
    percent = sure(RESPONDERS, treated={"mean": 50, "n": 100}, control={"mean": 20, "n": 64}, units="percent")
    count = sure(RESPONDERS, treated={"mean": 50, "n": 100}, control={"mean": 16, "n": 64}, units="count")

    assert (percent.statistic, percent.value) == ("difference", close(0.3))
    assert percent.se == close(math.sqrt(0.25 / 100 + 0.16 / 64))
    assert (count.value, count.se) == (close(0.25), close(math.sqrt(0.25 / 100 + 0.1875 / 64)))
    assert read(RESPONDERS, treated={"mean": 5}, control={"mean": 2}, units="count") is None


def test_an_injury_may_be_compared_with_the_healthy_value() -> None:
    injured: dict[str, Any] = {"treated": {"mean": 3.25}, "units": "g"}

    assert sure(THRESHOLD, kind="injury", **injured).value == close(math.log(0.25))
    assert read(THRESHOLD, kind="treatment", **injured) is None
    assert read(Fold(1.0), in_unit=False, kind="injury", **injured) is None


def test_ranges_stand_for_their_middle() -> None:
    assert sure(Fold(1.0), range=[4, 16], units="fold").value == close(math.log(8))
    assert sure(THRESHOLD, range=[-50, -30], units="percent_change").value == close(math.log(0.6))
    assert read(Fold(1.0), range=[4, None], units="fold") is None


def test_a_share_or_rate_of_one_group_is_its_value() -> None:
    share = sure(RESPONDERS, kind="rate", effect=interval("percent", 20, 14.6, 25.8))
    rate = sure(
        RELAPSES, kind="rate", effect={"estimate": 0.26, "ci_low": 0.18, "ci_high": 0.37}, units="relapses_per_year"
    )

    assert (share.statistic, share.value, share.se) == ("value", 0.2, close(0.056 / Z))
    assert (rate.statistic, rate.value, rate.se) == ("value", 0.26, close(0.095 / Z))
    assert read(RELAPSES, kind="rate", effect={"estimate": 12}, units="relapses") is None
    assert read(THRESHOLD, kind="rate", effect={"estimate": 12}, units="g") is None


def test_an_exact_p_tells_the_error() -> None:
    found = sure(PAIN, effect=interval("MD", -0.7), p=0.05, units="points_0_10")

    assert (found.se, found.stated) == (close(0.7 / Z), True)


@pytest.mark.parametrize(
    ("measure", "result", "usual"),
    [
        (PAIN, {"effect": interval("MD", -0.7)}, "difference"),
        (PAIN, {"effect": interval("SMD", -0.7)}, "smd"),
        (RELAPSES, {"effect": interval("ratio", 0.7)}, "log_ratio"),
        (RESPONDERS, {"effect": interval("OR", 0.7)}, "log_odds"),
        (RESPONDERS, {"effect": interval("RD", 0.1)}, "share"),
    ],
)
def test_an_error_that_is_not_printed_is_the_usual_one(measure: Measure, result: dict[str, Any], usual: str) -> None:
    found = sure(measure, **result)

    assert (found.se, found.stated) == (load_defaults()["usual_error"][usual], False)


def test_the_usual_error_of_a_threshold_goes_with_its_healthy_value() -> None:
    found = sure(THRESHOLD, effect=interval("MD", 3.0), units="g")

    assert found.se == close(load_defaults()["usual_error"]["share_of_healthy"] * 13.0)


def test_a_direction_alone_has_no_size() -> None:
    assert read(THRESHOLD, direction="up") is None
    assert read(PAIN, direction="up", effect={"n_total": 40}) is None
    assert read(THRESHOLD, effect=interval("t", 2.1)) is None
