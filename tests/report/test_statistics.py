import subprocess
import sys

import numpy as np
import pytest
from scipy import stats

from allodyne.report import statistics


def test_g_and_its_interval_follow_the_textbook():
    treated, control = np.array([[5.0, 6.0, 7.0, 8.0, 9.0]]), np.array([[3.0, 4.0, 5.0, 6.0, 7.0]])
    found = statistics.hedges_g(treated, control)
    d, correction = 2 / np.sqrt(2.5), 1 - 3 / (4 * 8 - 1)
    half = 1.6448536 * correction * np.sqrt(10 / 25 + d**2 / 20)
    assert found.value[0] == pytest.approx(correction * d, rel=1e-6)
    assert (found.low[0], found.high[0]) == pytest.approx((correction * d - half, correction * d + half), rel=1e-6)


def test_mean_difference_has_the_interval_of_welch():
    random = np.random.default_rng(2)
    treated, control = random.normal(5, 1, (3, 12)), random.normal(3, 2, (3, 20))
    found = statistics.mean_difference(treated, control)
    for day in range(3):
        expected = stats.ttest_ind(treated[day], control[day], equal_var=False).confidence_interval(0.9)
        assert (found.low[day], found.high[day]) == pytest.approx((expected.low, expected.high), rel=1e-9)


def test_interval_of_the_difference_holds_the_truth_nine_times_in_ten():
    random = np.random.default_rng(3)
    found = statistics.mean_difference(random.normal(1, 1, (4000, 10)), random.normal(0, 2, (4000, 10)))
    assert np.mean((found.low <= 1) & (found.high >= 1)) == pytest.approx(0.9, abs=0.02)


def test_interval_of_g_holds_the_truth_nine_times_in_ten():
    random = np.random.default_rng(4)
    found = statistics.hedges_g(random.normal(1, 1, (4000, 12)), random.normal(0, 1, (4000, 12)))
    assert np.mean((found.low <= 1) & (found.high >= 1)) == pytest.approx(0.9, abs=0.02)


@pytest.mark.parametrize(("g", "animals"), [(0.2, 394), (0.5, 64), (0.8, 26), (1.0, 17), (-0.5, 64)])
def test_group_sizes_are_those_of_cohens_tables(g, animals):
    assert statistics.animals_per_group(np.array([g]))[0] == animals


def test_group_size_is_the_smallest_with_enough_power():
    g = np.linspace(0.1, 6, 60)
    n = statistics.animals_per_group(g)
    assert (statistics.power_of_groups(g, n) >= 0.8).all()
    larger = n > 2
    assert (statistics.power_of_groups(g[larger], n[larger] - 1) < 0.8).all()


def test_group_size_of_no_effect_is_infinite_and_of_an_unknown_one_unknown():
    found = statistics.animals_per_group(np.array([0.0, 1e-4, np.nan, 50.0]))
    assert found[:2].tolist() == [np.inf, np.inf]
    assert np.isnan(found[2])
    assert found[3] == 2


def test_power_agrees_with_simulated_experiments():
    random = np.random.default_rng(5)
    p = stats.ttest_ind(random.normal(1, 1, (20000, 12)), random.normal(0, 1, (20000, 12)), axis=1).pvalue
    expected = statistics.power_of_groups(np.array([1.0]), np.array([12.0]))[0]
    assert np.mean(p < 0.05) == pytest.approx(expected, abs=0.015)


def test_values_that_do_not_vary_have_no_standardised_effect():
    found = statistics.hedges_g(np.ones((1, 5)), np.ones((1, 5)))
    assert np.isnan(found.value[0])
    assert statistics.mean_difference(np.full((1, 5), 2.0), np.ones((1, 5))).value[0] == 1


@pytest.mark.parametrize("size", [0, 1])
def test_too_few_subjects_give_no_numbers(size):
    few, many = np.ones((2, size)), np.arange(10.0).reshape(2, 5)
    assert np.isnan(statistics.hedges_g(few, many).value).all()
    assert np.isnan(statistics.mean_difference(many, few).low).all()


def test_share_of_improved_subjects_respects_what_relief_is():
    treated, control = np.array([[2.0, 2.0, 0.5, 1.04]]), np.ones((1, 4))
    assert statistics.improved_share(treated, control, 1)[0] == 0.5
    assert statistics.improved_share(treated, control, -1)[0] == 0.25
    assert np.isnan(statistics.improved_share(treated, control, 0)[0])


@pytest.mark.parametrize(
    ("treated", "control", "expected"),
    [(1.06, 1, "up"), (1.04, 1, "none"), (0.96, 1, "none"), (0.94, 1, "down"), (1, 0, "up"), (0, 0, "none")],
)
def test_direction_has_a_band_of_five_percent(treated, control, expected):
    assert statistics.direction(treated, control) == expected


def test_direction_of_an_unknown_median_is_unknown():
    assert statistics.direction(float("nan"), 1.0) is None


def test_the_slow_import_of_scipy_stats_is_not_needed():
    code = (
        "import sys, numpy as np; from allodyne.report import statistics as s; a, b = np.eye(3), np.ones((3, 3));"
        "s.mean(a); s.mean_difference(a, b); s.animals_per_group(s.hedges_g(a, b).value);"
        "print('scipy.stats' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"
