"""A posterior keeps its covariance, its numbers and its names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from made_up_experiments import noise

from allodyne.calibrate.posterior import NUMBERS, PROVENANCE, Posterior, read_posterior, save_posterior
from allodyne.errors import UserError

NAMES = ("gain:a>b", "gain:b>c", "turnover:b", "drive:x", "drive:y")
DRAWS = 40_000


@pytest.fixture
def posterior() -> Posterior:
    random = np.random.default_rng(1)
    vectors, _ = np.linalg.qr(random.normal(size=(len(NAMES), 2)))
    return Posterior(
        NAMES,
        np.array([0.4, 0.5, 0.35, 0.4, 0.4]),
        random.normal(size=len(NAMES)),
        vectors,
        np.array([15.0, 3.0]),
        random.normal(size=(len(NAMES), 5)),
        noise(),
        (noise(laboratory=0.3), noise(none=0.2)),
        frozenset({"guo2019", "liu2019"}),
        {"version": "0.1.0", "seed": 1, "findings": {"experiments": 900}},
    )


def covariance(posterior: Posterior) -> np.ndarray:
    """What the information says: inverse of the prior and of the findings together."""
    precision = np.eye(len(posterior.names)) + (posterior.vectors * posterior.information) @ posterior.vectors.T
    return np.outer(posterior.sd, posterior.sd) * np.linalg.inv(precision)


def test_draws_have_the_covariance_that_the_information_says(posterior: Posterior) -> None:
    drawn = posterior.draws(DRAWS, seed=1)

    assert drawn.shape == (len(NAMES), DRAWS)
    np.testing.assert_allclose(drawn.mean(axis=1), 0.0, atol=0.01)
    np.testing.assert_allclose(np.cov(drawn), covariance(posterior), atol=0.004)


def test_shrinking_is_a_root_of_the_covariance(posterior: Posterior) -> None:
    root = posterior.shrink(np.eye(len(NAMES)))

    np.testing.assert_allclose(root @ root.T, covariance(posterior), rtol=1e-9, atol=1e-12)


def test_spread_is_that_of_the_draws_over_the_prior(posterior: Posterior) -> None:
    np.testing.assert_allclose(posterior.spread(), np.sqrt(np.diag(covariance(posterior))) / posterior.sd, rtol=1e-9)
    assert np.all(posterior.spread() < 1)


def test_without_findings_the_draws_are_those_of_the_prior(posterior: Posterior) -> None:
    empty = replace(posterior, vectors=np.zeros((len(NAMES), 0)), information=np.zeros(0))

    assert empty.spread() == pytest.approx(1.0, abs=1e-12)
    np.testing.assert_allclose(empty.draws(DRAWS, seed=1).std(axis=1), posterior.sd, rtol=0.03)


def test_draws_are_repeatable_and_each_parameter_has_its_own_stream(posterior: Posterior) -> None:
    turned = replace(
        posterior,
        names=NAMES[::-1],
        sd=posterior.sd[::-1],
        vectors=posterior.vectors[::-1],
    )

    np.testing.assert_array_equal(posterior.draws(4, seed=3), posterior.draws(4, seed=3))
    np.testing.assert_allclose(turned.draws(4, seed=3)[::-1], posterior.draws(4, seed=3), rtol=1e-9, atol=1e-12)
    assert np.abs(posterior.draws(4, seed=4) - posterior.draws(4, seed=3)).min() > 0


def test_a_posterior_is_read_as_it_was_saved(posterior: Posterior, tmp_path: Path) -> None:
    save_posterior(posterior, tmp_path)
    again = read_posterior(tmp_path)

    assert again.names == posterior.names
    for key in ("sd", "point", "information", "folds"):
        np.testing.assert_array_equal(getattr(again, key), getattr(posterior, key))
    np.testing.assert_allclose(again.vectors, posterior.vectors, atol=1e-6)
    assert again.vectors.dtype == np.float64
    assert again.papers == posterior.papers
    assert again.noise == posterior.noise
    assert again.fold_noise == posterior.fold_noise
    assert dict(again.provenance) == dict(posterior.provenance)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([NUMBERS, PROVENANCE])


def test_values_are_put_in_the_order_of_other_names(posterior: Posterior) -> None:
    names = ("drive:x", "gain:new>edge", "gain:a>b")

    one = posterior.aligned(names, posterior.point)
    many = posterior.aligned(names, posterior.folds)

    np.testing.assert_array_equal(one, [posterior.point[3], 0.0, posterior.point[0]])
    np.testing.assert_array_equal(many, [posterior.folds[3], np.zeros(5), posterior.folds[0]])


def test_a_folder_without_a_posterior_says_so(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is no posterior here"):
        read_posterior(tmp_path)
