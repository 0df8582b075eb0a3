"""Derivatives against central differences, of the same numbers and of SciPy's."""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from protocols import ACTIONS, BLOCKER, LESION, SESSIONS, UPTAKE_INHIBITOR, difference
from reference import FloatArray, Reference

from allodyne.errors import AllodyneError
from allodyne.network import Network
from allodyne.simulate.gradient import Differentiable
from allodyne.simulate.parameters import Parameters
from allodyne.simulate.solve import solve
from allodyne.simulate.structure import Structure
from allodyne.simulate.timeline import Timeline, build_timeline

SIGNALS = [LESION, *SESSIONS, *BLOCKER, *UPTAKE_INHIBITOR]
DAYS = np.array([0.0, 2.6, 5.75, 8.0])
GAINS = [
    "@nerve_injury>injury_signal",
    "@oxygen>tissue_oxygen",
    "injury_signal>macrophages_nerve",
    "microglia>p_p38",
    "central_sensitisation>mechanical_hypersensitivity",
]
TURNOVER = ["tissue_oxygen", "microglia", "mu_activity", "central_sensitisation"]

Loss = Callable[[FloatArray, FloatArray], float]


@pytest.fixture(scope="module")
def line(structure: Structure) -> Timeline:
    return build_timeline(structure, SIGNALS, ACTIONS, DAYS, 0.0)


@pytest.fixture(scope="module")
def pair(subjects: Parameters) -> Parameters:
    return subjects.take(np.array([0, 1]))


@pytest.fixture(scope="module")
def differentiable(structure: Structure, line: Timeline, pair: Parameters) -> Differentiable:
    return Differentiable(structure, line, pair, tolerance=1e-5)


@pytest.fixture(scope="module")
def loss(differentiable: Differentiable) -> Loss:
    """Sum of ln x over all species and days of the first subject."""

    def total(log_turnover: FloatArray, gains: FloatArray) -> float:
        return jnp.sum(jnp.log(differentiable.trajectories(log_turnover, gains)[:, :, 0]))

    return total


@pytest.fixture(scope="module")
def gradient(loss: Loss, pair: Parameters) -> tuple[FloatArray, FloatArray]:
    both = jax.jit(jax.grad(loss, argnums=(0, 1)))(np.log(pair.turnover), pair.gains)
    return np.asarray(both[0]), np.asarray(both[1])


def test_it_shows_the_same_trajectories_as_the_solver(
    structure: Structure, line: Timeline, pair: Parameters, differentiable: Differentiable
) -> None:
    found = solve(structure, [(line, pair)], structure.species, 1e-4)[0]

    values = np.asarray(differentiable.trajectories(np.log(pair.turnover), pair.gains))

    assert difference(values, found.values) < 1e-4


@pytest.mark.parametrize("name", GAINS)
def test_derivatives_by_gains(
    structure: Structure, pair: Parameters, loss: Loss, gradient: tuple[FloatArray, FloatArray], name: str
) -> None:
    row = structure.edges.index(name)
    step = np.zeros_like(pair.gains)
    step[row, 0] = 1e-5
    turnover = np.log(pair.turnover)

    central = (float(loss(turnover, pair.gains + step)) - float(loss(turnover, pair.gains - step))) / 2e-5

    assert central != 0.0
    assert gradient[1][row, 0] == pytest.approx(central, rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("name", TURNOVER)
def test_derivatives_by_turnover_times(
    structure: Structure, pair: Parameters, loss: Loss, gradient: tuple[FloatArray, FloatArray], name: str
) -> None:
    row = structure.row(name)
    step = np.zeros_like(pair.turnover)
    step[row, 0] = 1e-5
    turnover = np.log(pair.turnover)

    central = (float(loss(turnover + step, pair.gains)) - float(loss(turnover - step, pair.gains))) / 2e-5

    assert central != 0.0
    assert gradient[0][row, 0] == pytest.approx(central, rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("name", GAINS)
def test_derivatives_agree_with_those_of_scipy(
    network: Network, structure: Structure, pair: Parameters, gradient: tuple[FloatArray, FloatArray], name: str
) -> None:
    def total(push: float) -> float:
        gains = dict(zip(structure.edges, pair.gains[:, 0], strict=True))
        gains[name] += push
        one = Reference(
            network, structure.species, pair.turnover[:, 0], gains, float(pair.exposure[0]), SIGNALS, ACTIONS
        )
        return float(np.log(one.solve(0.0, DAYS)).sum())

    central = (total(1e-4) - total(-1e-4)) / 2e-4

    assert gradient[1][structure.edges.index(name), 0] == pytest.approx(central, rel=1e-2, abs=1e-3)


def test_one_subject_does_not_depend_on_another(gradient: tuple[FloatArray, FloatArray]) -> None:
    assert np.isfinite(gradient[0]).all()
    assert np.isfinite(gradient[1]).all()
    assert not gradient[0][:, 1].any()
    assert not gradient[1][:, 1].any()


def test_a_subject_that_cannot_be_solved_is_refused(structure: Structure, line: Timeline, pair: Parameters) -> None:
    gains = pair.gains.copy()
    gains[0, 1] = np.nan

    with pytest.raises(AllodyneError, match="1 of 2 subjects"):
        Differentiable(structure, line, Parameters(pair.turnover, gains, pair.exposure), tolerance=1e-5)
