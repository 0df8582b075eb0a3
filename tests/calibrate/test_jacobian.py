"""Predictions of experiments and their derivatives, against central differences through the levels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from allodyne.calibrate.jacobian import Predicted, linearised
from allodyne.calibrate.parameters import Space, space_of
from allodyne.experiments.experiment import Experiment
from allodyne.experiments.expressing import express
from allodyne.experiments.levels import Job, jobs_of, log_ratios, sizes, solve_levels
from allodyne.network import Network
from allodyne.simulate.structure import FloatArray, Structure

HBOT = {
    "id": "hbot",
    "paper": "liu2019",
    "kind": "treatment",
    "species": "rat",
    "condition": "snl",
    "treatments": [{"hbot": {"sessions": 2, "start_day": 3}}],
    "comparator": "untreated",
    "outcome": {"variable": "mechanical_threshold"},
    "result": {"direction": "up", "effect": {"type": "MD", "estimate": 3.0}, "units": "g"},
}
PAIN = {
    "id": "pain",
    "paper": "guo2019",
    "kind": "rate",
    "species": "human",
    "condition": "dpn",
    "treatments": [{"exercise": {"mode": "aerobic", "weeks": 2, "sessions_per_week": 2}}],
    "outcome": {"variable": "responder_30"},
    "result": {"effect": {"type": "percent", "estimate": 30}, "units": "percent"},
}
PUSH = 0.02
NAMED = {
    "hbot": ["gain:@nerve_injury>injury_signal", "gain:central_sensitisation>mechanical_hypersensitivity"],
    "pain": ["drive:exertion", "gain:@exertion>training_state"],
}


@pytest.fixture(scope="module")
def space(network: Network, structure: Structure) -> Space:
    return space_of(network, structure)


@pytest.fixture(scope="module")
def experiments() -> list[Experiment]:
    return express([HBOT, PAIN]).experiments


@pytest.fixture(scope="module")
def jobs(network: Network, structure: Structure, experiments: list[Experiment]) -> list[Job]:
    return jobs_of(structure, network, experiments)


@pytest.fixture(scope="module")
def point(space: Space) -> FloatArray:
    """Somewhere that is not the centre of the priors."""
    return 0.1 * space.sd * np.random.default_rng(4).normal(size=space.size)


@pytest.fixture(scope="module")
def predicted(
    structure: Structure, space: Space, experiments: list[Experiment], jobs: list[Job], point: FloatArray
) -> list[Predicted]:
    return linearised(structure, space, experiments, jobs, np.stack([point, 0 * point], axis=1))


def through_levels(
    structure: Structure, space: Space, experiments: Sequence[Experiment], jobs: Sequence[Job], points: FloatArray
) -> tuple[FloatArray, FloatArray]:
    levels = solve_levels(structure, jobs, space.columns(points))
    count = points.shape[1]
    return log_ratios(experiments, levels, count), sizes(experiments, levels, count)


def test_predictions_are_those_of_the_levels(
    structure: Structure,
    space: Space,
    experiments: list[Experiment],
    jobs: list[Job],
    point: FloatArray,
    predicted: list[Predicted],
) -> None:
    points = np.stack([point, 0 * point], axis=1)

    ratios, numbers = through_levels(structure, space, experiments, jobs, points)

    for column, found in enumerate(predicted):
        np.testing.assert_allclose(found.log_ratios, ratios[:, column], atol=1e-2)
        np.testing.assert_allclose(found.sizes, numbers[:, column], rtol=1e-2, atol=1e-2)
    assert np.isnan(predicted[0].log_ratios[1])
    assert abs(predicted[0].sizes[0] - predicted[1].sizes[0]) > 1e-3


def test_derivatives_are_central_differences_through_the_levels(
    structure: Structure,
    space: Space,
    experiments: list[Experiment],
    jobs: list[Job],
    point: FloatArray,
    predicted: list[Predicted],
) -> None:
    largest = np.unique(np.argsort(-np.abs(predicted[0].by_size), axis=1)[:, :4])
    chosen = sorted({*largest, *(space.names.index(name) for names in NAMED.values() for name in names)})
    steps = np.zeros((space.size, len(chosen)))
    steps[chosen, np.arange(len(chosen))] = PUSH
    points = np.concatenate([point[:, None] + steps, point[:, None] - steps], axis=1)

    ratios, numbers = through_levels(structure, space, experiments, jobs, points)

    for found, values in ((predicted[0].by_log_ratio, ratios), (predicted[0].by_size, numbers)):
        central = (values[:, : len(chosen)] - values[:, len(chosen) :]) / (2 * PUSH)
        known = np.flatnonzero(np.isfinite(central).all(axis=1))
        assert 0 in known
        np.testing.assert_allclose(
            found[known][:, chosen], central[known], rtol=0.05, atol=0.02 * np.abs(central[known]).max()
        )


@pytest.mark.parametrize("name", ["hbot", "pain"])
def test_what_matters_has_a_derivative(
    space: Space, experiments: list[Experiment], predicted: list[Predicted], name: str
) -> None:
    row = [one.id for one in experiments].index(name)

    for parameter in NAMED[name]:
        assert abs(predicted[0].by_size[row, space.names.index(parameter)]) > 1e-3


def test_a_number_of_one_group_has_no_derivative_of_a_ratio(predicted: list[Predicted]) -> None:
    assert not predicted[0].by_log_ratio[1].any()
    assert np.isfinite(predicted[0].by_size).all()
