"""The shipped posterior: what it says of itself, and what of it can be derived again."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from allodyne.calibrate.fitting import Linear, information, mode_of
from allodyne.calibrate.folds import fold_of
from allodyne.calibrate.identifiability import compress
from allodyne.calibrate.jacobian import linearised
from allodyne.calibrate.observations import Observations, observe, unit_of
from allodyne.calibrate.parameters import load_settings, space_of
from allodyne.calibrate.posterior import Posterior, load_posterior, shipped_folder
from allodyne.calibrate.shipping import LINEAR, digest_of
from allodyne.experiments.experiment import Experiment
from allodyne.experiments.expressing import express
from allodyne.experiments.levels import jobs_of
from allodyne.network import Network
from allodyne.scoring.findings_given import shipped_findings
from allodyne.simulate.structure import FloatArray, Structure

PROBED = ("kim2005-acupuncture-transection-cold_response-d14", "liu2019-hbot-snl-mechanical_threshold")


@pytest.fixture(scope="module")
def posterior() -> Posterior:
    return load_posterior()


@pytest.fixture(scope="module")
def kept() -> Mapping[str, FloatArray]:
    with np.load(shipped_folder() / LINEAR) as stored:
        return {key: stored[key] for key in stored}


@pytest.fixture(scope="module")
def experiments(kept: Mapping[str, FloatArray]) -> list[Experiment]:
    """Those of the calibration, in its order."""
    known = {one.id: one for one in express(shipped_findings().findings).experiments}
    return [known[str(name)] for name in kept["ids"] if str(name) in known]


@pytest.fixture(scope="module")
def observations(experiments: list[Experiment]) -> Observations:
    return observe(experiments)


def test_it_names_the_findings_that_it_came_from(posterior: Posterior) -> None:
    told = posterior.provenance["findings"]

    assert told["papers"] == len(posterior.papers)
    assert told["files"] == {name: digest_of(name, shipped=True) for name in told["files"]}
    assert {"allodyne", "jax", "made", "seed"} <= set(posterior.provenance)


def test_its_mode_and_spread_follow_from_the_linearised_model(
    network: Network,
    structure: Structure,
    posterior: Posterior,
    kept: Mapping[str, FloatArray],
    observations: Observations,
) -> None:
    space = space_of(network, structure)
    start = space.start[[space.names.index(name) for name in posterior.names]]
    linear = Linear(kept["point"], kept["value"], kept["slope"].astype(np.float64))

    mode = mode_of(linear, observations, posterior.noise)
    vectors, along = compress(
        information(linear, observations, posterior.noise, mode) / load_settings()["start_width"] ** 2
    )

    width = float(load_settings()["start_width"])
    moved = mode.point - (posterior.point - start) / (width * posterior.sd)
    assert np.sqrt(np.mean(moved**2)) < 0.1
    lost = along / (1 + along)
    spread = np.sqrt(np.maximum(1 - (vectors**2) @ lost, 0.0))
    np.testing.assert_allclose(spread, posterior.spread(), atol=0.05)


def test_parts_of_the_linearised_model_follow_from_the_network(
    network: Network,
    structure: Structure,
    posterior: Posterior,
    kept: Mapping[str, FloatArray],
    experiments: list[Experiment],
) -> None:
    space = space_of(network, structure)
    rows = [k for k, one in enumerate(experiments) if one.id.startswith(PROBED)][:3]
    some = [experiments[k] for k in rows]
    point = posterior.aligned(space.names, posterior.point)

    (found,) = linearised(structure, space, some, jobs_of(structure, network, some), point[:, None])

    sized = np.array([one.number is not None for one in some])
    unit = np.array([unit_of(one) for one in some])
    value = np.where(sized, found.sizes / unit, found.log_ratios)
    slope = (
        np.where(sized[:, None], found.by_size / unit[:, None], found.by_log_ratio)
        * space.sd
        * load_settings()["start_width"]
    )
    known = [space.names.index(name) for name in posterior.names]
    np.testing.assert_allclose(value, kept["value"][rows], atol=2e-3)
    np.testing.assert_allclose(slope[:, known], kept["slope"][rows], atol=2e-3)


def test_no_fold_saw_the_papers_that_it_predicts(posterior: Posterior) -> None:
    folds = posterior.folds.shape[1]
    counts = np.bincount([fold_of(paper, folds) for paper in posterior.papers], minlength=folds)

    assert folds == 5
    assert counts.min() > 0.1 * counts.sum()
    assert len({tuple(column) for column in posterior.folds.T}) == folds
