"""One step of exponential collocation.

Over a step of length h the target of each species is a quadratic through the nodes 0, h/2 and h, and the
species relaxes towards it exactly. With z = h/tau the exact solution is a sum of phi functions, phi_0 = exp(-z) and
phi_k = 1/k! - z phi_{k+1} (Hochbruck and Ostermann 2010, doi 10.1017/S0962492910000048).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import jax.numpy as jnp
from jax import lax

Array = Any
FLOOR = 0.05
"""Fold change below which errors count against this value instead of the fold change itself."""
SERIES_BELOW = 0.5


class Weights(NamedTuple):
    """Weights of the state and of its targets at h/2 and h, all counted from the target at 0, and of the error."""

    half: tuple[Array, Array, Array]
    full: tuple[Array, Array, Array]
    error: Array


class State(NamedTuple):
    """Where the integration stands: the state, its targets at the nodes of the last step, and that step's length."""

    x: Array
    target: Array
    previous_start: Array
    previous_half: Array
    previous_step: Array


def phi3(z: Array) -> Array:
    """phi_3(-z), by its Taylor series below 1/2 and by its closed form above: no cancellation, also in float32."""
    terms = 10 if z.dtype == jnp.float64 else 7
    small = jnp.minimum(z, SERIES_BELOW)
    series = jnp.full_like(z, (-1.0) ** (terms - 1) / math.factorial(terms + 2))
    for power in range(terms - 2, -1, -1):
        series = series * small + (-1.0) ** power / math.factorial(power + 3)
    inverse = 1.0 / jnp.maximum(z, SERIES_BELOW / 2)
    closed = (0.5 - (1.0 - (1.0 - jnp.exp(-z)) * inverse) * inverse) * inverse
    return jnp.where(z < SERIES_BELOW, series, closed)


def weights(speed: Array, step: Array) -> Weights:
    """Weights of a step.

    Parameters
    ----------
    speed : array, shape (species, subjects)
        1/tau in 1/day.
    step : array, shape ()
        Days.

    Returns
    -------
    Weights
    """
    half = speed * (0.5 * step)
    p3 = phi3(half)
    p2 = 0.5 - half * p3
    p1 = 1.0 - half * p2
    decay = 1.0 - half * p1
    # with t = s h/2: F = F0 + s (4 Fa - 3 F0 - Fb)/2 + s^2 (F0 - 2 Fa + Fb)/2, hence phi_2 and 2 phi_3
    a2 = half * (p3 - 0.5 * p2)
    a1 = 2.0 * half * (p2 - p3)
    # the full step from the half step: phi_k(-2 z) by doubling
    q3 = 0.125 * (decay * p3 + 0.5 * p1 + p2 + p3)
    q2 = 0.25 * (decay * p2 + p1 + p2)
    z = 2.0 * half
    b2 = z * (4.0 * q3 - q2)
    b1 = z * (4.0 * q2 - 8.0 * q3)
    return Weights((decay, a1, a2), (decay * decay, b1, b2), (2.0 / 3.0) * z * q3)


def relative(change: Array, x: Array) -> Array:
    """Largest change in ln x per subject, shape (subjects,); below FLOOR the change counts against FLOOR."""
    return jnp.max(jnp.abs(change) / jnp.maximum(jnp.abs(x), FLOOR), axis=0)


def step_once(
    state: State,
    step: Array,
    speed: Array,
    target: Callable[[Array], Array],
    close: float | Array,
    most_sweeps: int,
    alive: Array,
    fixed_sweeps: bool = False,
) -> tuple[State, Array]:
    """Take one step.

    Parameters
    ----------
    state : State
        Arrays of shape (species, subjects).
    step : array, shape ()
        Days.
    speed : array, shape (species, subjects)
        1/tau in 1/day.
    target : callable
        Targets at the nodes h/2 and h, from the states there; both of shape (species, 2, subjects).
    close : float
        Sweeps end when the end value moves by less than this in ln x in every living subject.
    most_sweeps : int
        Sweeps at most; what has not settled by then counts as error.
    alive : array of bool, shape (subjects,)
        Subjects that count.
    fixed_sweeps : bool, optional
        Always sweep ``most_sweeps`` times, so that reverse-mode derivatives exist.

    Returns
    -------
    state : State
        At the end of the step.
    error : array, shape (subjects,)
        Estimated error of ln x: the quadratic term plus what had not settled.
    """
    w = weights(speed, step)
    f0 = state.target
    ratio = jnp.where(state.previous_step > 0, step / jnp.where(state.previous_step > 0, state.previous_step, 1.0), 0.0)
    ratio = ratio.astype(f0.dtype)
    curve = 4.0 * (state.previous_start - 2.0 * state.previous_half + f0)
    slope = (4.0 * (f0 - state.previous_half) - (f0 - state.previous_start)) * ratio
    curve = curve * ratio * ratio
    fa, fb = f0 + 0.5 * slope + 0.125 * curve, f0 + slope + 0.5 * curve
    # counted from f0, so that health, where state and targets are 1, is kept to the last bit
    base_half = f0 + w.half[0] * (state.x - f0)
    base_full = f0 + w.full[0] * (state.x - f0)

    def ends(fa: Array, fb: Array) -> tuple[Array, Array]:
        rise_a, rise_b = fa - f0, fb - f0
        return base_half + w.half[1] * rise_a + w.half[2] * rise_b, base_full + w.full[1] * rise_a + w.full[2] * rise_b

    def sweep(carry: tuple[Array, ...]) -> tuple[Array, ...]:
        count, xa, xb, _, _, _ = carry
        nodes = target(jnp.stack([xa, xb], axis=1))
        fa, fb = nodes[:, 0], nodes[:, 1]
        new_a, new_b = ends(fa, fb)
        return count + 1, new_a, new_b, fa, fb, relative(new_b - xb, new_b)

    def unsettled(carry: tuple[Array, ...]) -> Array:
        count, *_, moved = carry
        return (count < 1) | (jnp.any(alive & (moved > close)) & (count < most_sweeps))

    start = (jnp.zeros((), jnp.int32), *ends(fa, fb), fa, fb, jnp.full(f0.shape[1:], jnp.inf, f0.dtype))
    if fixed_sweeps:
        settled, _ = lax.scan(lambda carry, _: (sweep(carry), None), start, length=most_sweeps)
        _, _, xb, fa, fb, moved = settled
    else:
        _, _, xb, fa, fb, moved = lax.while_loop(unsettled, sweep, start)
    quadratic = relative(w.error * (f0 - 2.0 * fa + fb), xb)
    error = jnp.maximum(quadratic, jnp.where(moved > close, moved, 0.0))
    return State(xb, fb, f0, fa, jnp.asarray(step, f0.dtype)), error
