"""One step of exponential collocation against closed forms."""

from __future__ import annotations

import math
from collections.abc import Callable

import jax.numpy as jnp
import numpy as np
import pytest

from allodyne.simulate.backend import devices
from allodyne.simulate.collocation import State, Taken, phi3, step_once, weights

devices()


def exact_phi3(z: float) -> float:
    """phi_3(-z) by its series with exact sums."""
    return math.fsum((-1) ** k * z**k / math.factorial(k + 3) for k in range(120))


@pytest.mark.parametrize("z", [0.0, 1e-12, 1e-6, 0.01, 0.3, 0.499999, 0.5, 0.500001, 1.0, 3.0, 8.0])
def test_phi3_loses_no_digits(z: float) -> None:
    double = float(phi3(jnp.asarray([z], jnp.float64))[0])
    single = float(phi3(jnp.asarray([z], jnp.float32))[0])

    assert double == pytest.approx(exact_phi3(z), rel=5e-14)
    assert single == pytest.approx(exact_phi3(z), rel=1e-5)


def test_phi3_far_out() -> None:
    assert float(phi3(jnp.asarray([1e6]))[0]) == pytest.approx(0.5e-6, rel=1e-5)


@pytest.mark.parametrize("speed", [1e-3, 0.7, 20.0, 1e4])
@pytest.mark.parametrize("degree", [0, 1, 2])
def test_a_polynomial_target_up_to_degree_two_is_followed_exactly(speed: float, degree: int) -> None:
    start, step = 0.3, 0.8

    def target(time: float) -> float:
        return 1.0 + time**degree

    # x' = speed (target - x): particular solution sum_k (-1/speed)^k target^(k), plus a decaying part
    derivatives = {0: [2.0], 1: [1.0, 1.0], 2: [1.0, 0.0, 2.0]}[degree]

    def particular(time: float) -> float:
        rises = [target(time), 2 * time if degree == 2 else derivatives[1] if degree else 0.0, 2.0 * (degree == 2)]
        return sum((-1 / speed) ** k * rise for k, rise in enumerate(rises))

    exact = particular(step) + (start - particular(0.0)) * math.exp(-speed * step)
    new, error, _ = one_step(start, target, speed, step)

    # at small speed the closed form itself cancels
    assert float(new.x[0, 0]) == pytest.approx(exact, rel=1e-9 if speed < 0.1 else 1e-13)
    assert (float(error[0]) > 1e-12) == (degree == 2)


@pytest.mark.parametrize("speed", [0.7, 20.0, 1e4])
@pytest.mark.parametrize("before", [0.2, 0.8, 1.7])
def test_after_a_first_step_a_cubic_target_is_followed_exactly(speed: float, before: float) -> None:
    start, step = 0.3, 0.8

    def target(time: float) -> float:
        return 1.0 + 0.5 * time - time**2 + 0.4 * time**3

    def derivative(time: float, order: int) -> float:
        return (target(time), 0.5 - 2 * time + 1.2 * time**2, -2 + 2.4 * time, 2.4)[order]

    def particular(time: float) -> float:
        return sum((-1 / speed) ** order * derivative(time, order) for order in range(4))

    exact = particular(step) + (start - particular(0.0)) * math.exp(-speed * step)

    new, error, _ = one_step(start, target, speed, step, before)

    assert float(new.x[0, 0]) == pytest.approx(exact, rel=1e-12)
    # the error that is told is that of the quadratic alone
    assert float(error[0]) > 1e-6


def one_step(start: float, target: Callable[[float], float], speed: float, step: float, before: float = 0.0) -> Taken:
    """A step of one subject and one species, after a step of length ``before`` where there was one."""
    nodes = tuple(jnp.full((1, 1), target(time)) for time in (step / 2, step))
    first, earlier, half = (jnp.full((1, 1), target(time)) for time in (0.0, -before, -before / 2))
    state = State(jnp.full((1, 1), start), first, earlier, half, jnp.asarray(before), jnp.ones(()))
    return step_once(
        state,
        jnp.asarray(step),
        jnp.full((1, 1), speed),
        lambda _: nodes,
        jnp.asarray(1e-12),
        8,
        jnp.ones(1, bool),
    )


def test_health_is_kept_to_the_last_bit() -> None:
    speed = jnp.asarray(np.geomspace(1e-3, 1e4, 50)[:, None])
    one = jnp.ones((50, 1))
    state = State(one, one, one, one, jnp.asarray(0.1), jnp.ones(()))
    for step in (1e-6, 0.37, 40.0):
        new, error, sweeps = step_once(
            state, jnp.asarray(step), speed, lambda _: (one, one), jnp.asarray(1e-9), 8, jnp.ones(1, bool)
        )
        assert (np.asarray(new.x) == 1.0).all()
        assert float(error[0]) == 0.0
        assert int(sweeps) == 1


def test_the_weight_of_the_state_is_its_decay() -> None:
    half = jnp.asarray([[0.1], [6.0]])
    found = weights(half, phi3(half))

    np.testing.assert_allclose(found.half[0][:, 0], np.exp([-0.1, -6.0]), rtol=0, atol=1e-14)
    np.testing.assert_allclose(found.full[0][:, 0], np.exp([-0.2, -12.0]), rtol=0, atol=1e-14)
