"""The likelihood against its own differences, SciPy's densities and probabilities that sum to 1."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from made_up_experiments import SIDE, experiment, log_ratio, noise, share
from scipy.stats import norm

from allodyne.calibrate.likelihood import Pull, chances, pull
from allodyne.calibrate.observations import observe
from allodyne.experiments.experiment import Number

FAR = np.array([-12.0, -4.0, -1.0, -0.2, -0.05, 0.0, 0.05, 0.2, 1.0, 4.0, 12.0])
"""Log ratios; the latent width is 0.3, so that the ends lie 40 widths out."""


def directions(direction: str, shifted: np.ndarray) -> Pull:
    made_up = observe([experiment(direction=direction)] * len(shifted))
    return pull(made_up, noise(), shifted)


@pytest.mark.parametrize("direction", ["up", "down", "none"])
def test_derivatives_of_directions_are_central_differences(direction: str) -> None:
    h = 1e-5
    found, above, below = (directions(direction, FAR + push) for push in (0.0, h, -h))

    slope = (above.cost - below.cost) / (2 * h)
    curvature = (above.slope - below.slope) / (2 * h)
    np.testing.assert_allclose(found.slope, slope, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(found.curvature, curvature, rtol=1e-4, atol=1e-5)
    assert np.all(found.curvature > 0)


def test_probabilities_of_the_three_directions_sum_to_1() -> None:
    each = [np.exp(-directions(direction, FAR).cost) for direction in ("down", "none", "up")]

    np.testing.assert_allclose(sum(each), 1.0, rtol=1e-12, atol=0)
    expected = chances(FAR, np.full(len(FAR), 0.3), 0.1)
    np.testing.assert_allclose(np.stack(each, axis=-1), expected, rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose(expected.sum(axis=-1), 1.0, rtol=1e-12, atol=0)


def test_probabilities_are_those_of_a_normal_log_ratio() -> None:
    found = chances(np.array(0.25), np.array(0.3), 0.1)

    expected = [
        norm.cdf(-0.1, 0.25, 0.3),
        norm.cdf(0.1, 0.25, 0.3) - norm.cdf(-0.1, 0.25, 0.3),
        norm.sf(0.1, 0.25, 0.3),
    ]
    assert found == pytest.approx(np.array(expected), rel=1e-12)


def test_costs_far_out_are_finite_and_grow_with_the_miss() -> None:
    far = np.array([-300.0, -30.0, -3.0])
    up, none = directions("up", far), directions("none", far)

    for found in (up, none):
        assert np.isfinite(found.cost).all()
        assert np.isfinite(found.slope).all()
        assert np.all(np.diff(found.cost) < 0)
        assert np.all(found.slope < 0)
    # far out the cost is that of the distance to the band
    assert up.cost[0] == pytest.approx(0.5 * (300.1 / 0.3) ** 2, rel=1e-3)
    assert none.cost[0] == pytest.approx(0.5 * (299.9 / 0.3) ** 2, rel=1e-3)


def test_ups_and_downs_are_mirror_images() -> None:
    up, down = directions("up", FAR), directions("down", -FAR)

    np.testing.assert_allclose(up.cost, down.cost, rtol=1e-12, atol=0)
    np.testing.assert_allclose(up.slope, -down.slope, rtol=1e-12, atol=0)


def test_people_have_their_own_width() -> None:
    both = observe([experiment(), experiment(animal="human")])

    found = pull(both, noise(), np.array([0.2, 0.2])).cost

    assert found == pytest.approx(-norm.logcdf(np.array([0.1 / 0.3, 0.1 / 0.15])), rel=1e-12)


def test_a_size_is_normal_with_its_error_and_the_width_of_its_family() -> None:
    made_up = observe([log_ratio(0.7, 0.3), share(0.2, 0.05)])

    found = pull(made_up, noise(), np.array([0.5, 0.6]))

    sd = np.hypot([0.4, 0.3], [0.3, 0.05])
    np.testing.assert_allclose(found.cost, -norm.logpdf([0.5, 0.6], [0.7, 0.2], sd), rtol=1e-12)
    np.testing.assert_allclose(found.slope, np.array([-0.2, 0.4]) / sd**2, rtol=1e-12)
    np.testing.assert_allclose(found.curvature, 1 / sd**2, rtol=1e-12)


def test_a_difference_of_thresholds_counts_in_units_of_health() -> None:
    one = experiment(number=Number("difference", 3.9, 1.3, True), left=SIDE)
    width = noise(size={"animals, fold, difference": 0.2})

    found = pull(observe([one]), width, np.array([0.1]))

    assert found.cost == pytest.approx(-norm.logpdf(0.1, 3.9 / 13, np.hypot(0.2, 0.1)), rel=1e-12)


def test_what_is_not_predicted_says_nothing() -> None:
    found = pull(
        observe([experiment(), log_ratio(0.3), experiment(direction=None)]), noise(), np.array([np.nan] * 2 + [3])
    )

    assert not found.cost.any()
    assert not found.slope.any()
    assert not found.curvature.any()


def test_a_wider_band_makes_none_more_likely() -> None:
    narrow, wide = (replace(noise(), none=none) for none in (0.05, 0.3))
    made_up = observe([experiment(direction="none")])

    assert pull(made_up, wide, np.array([0.1])).cost < pull(made_up, narrow, np.array([0.1])).cost
