"""One step of exponential collocation.

Over a step of length h the target of each species is a quadratic through the nodes 0, h/2 and h, and the
species relaxes towards it exactly. With z = h/tau the exact solution is a sum of phi functions, phi_0 = exp(-z) and
phi_k = 1/k! - z phi_{k+1} (Hochbruck and Ostermann 2010, doi 10.1017/S0962492910000048).

What the quadratic misses is a cubic through the same nodes. Its size is known from how far the targets came out from
those that the last step foretold; it corrects the end of the step, and the estimate of the error is taken from it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import jax.numpy as jnp
from jax import lax

Array = Any
Pair = tuple[Array, Array]
FLOOR = 0.05
"""Fold change below which errors count against this value instead of the fold change itself."""
SERIES_BELOW = 0.5
CLOSE = 0.06
"""Sweeps end when what they still change at the end of a step is less than this share of its tolerance."""
SLOW_COUNTS = 0.1
"""Share with which the target of a species counts at least while sweeping, however slowly the species follows it."""
MEMORY = 0.3
"""What is kept of the last rate of contraction when a sweep comes out better."""
CURVATURE = 6.0
"""The cubic term as a multiple of the quadratic one, where no last step foretells it."""
SLOWEST = 0.9
"""Rate of contraction that is reckoned with at most, where sweeps hardly shrink."""


class State(NamedTuple):
    """Where the integration stands: the state, its targets at the nodes of the last step, that step's length.

    ``rate`` is by how much a sweep shrinks the change of the sweep before it.
    """

    x: Array
    target: Array
    previous_start: Array
    previous_half: Array
    previous_step: Array
    rate: Array


class Weights(NamedTuple):
    """Weights of the state and of its targets at h/2 and h, all counted from the target at 0, and of the cubic term.

    ``doubt`` is the weight of the cubic term in the error: in slow species it cancels over the step, and what the
    targets do beside it does not.
    """

    half: tuple[Array, Array, Array]
    full: tuple[Array, Array, Array]
    cubic: Array
    doubt: Array


class Taken(NamedTuple):
    """A step: the state at its end, the estimated error of ln x (subjects,), and how many sweeps it took."""

    state: State
    error: Array
    sweeps: Array


def phi3(z: Array) -> Array:
    """phi_3(-z), by its Taylor series below 1/2 and by its closed form above: no cancellation, also in float32."""
    terms = 10 if z.dtype == jnp.float64 else 7
    small = jnp.minimum(z, SERIES_BELOW)
    series = jnp.full_like(z, (-1.0) ** (terms - 1) / math.factorial(terms + 2))
    for power in range(terms - 2, -1, -1):
        series = series * small + (-1.0) ** power / math.factorial(power + 3)
    large = jnp.maximum(z, SERIES_BELOW / 2)
    closed = ((0.5 * z - 1.0) * z + (1.0 - jnp.exp(-z))) / (large * large * large)
    return jnp.where(z < SERIES_BELOW, series, closed)


def weights(half: Array, p3: Array) -> Weights:
    """Weights of a step.

    Parameters
    ----------
    half : array, shape (species, subjects)
        Half the length of the step as a multiple of tau.
    p3 : array, shape (species, subjects)
        phi_3 there, from which all weights follow by multiplications.

    Returns
    -------
    Weights
    """
    p2 = 0.5 - half * p3
    p1 = 1.0 - half * p2
    decay = 1.0 - half * p1
    # with t = s h/2: F = F0 + s (4 Fa - 3 F0 - Fb)/2 + s^2 (F0 - 2 Fa + Fb)/2, hence phi_2 and 2 phi_3
    a2 = half * (p3 - 0.5 * p2)
    a1 = 2.0 * half * (p2 - p3)
    # the full step from the half step: phi_k(-2 z) by doubling
    q3 = 0.125 * (decay * p3 + 0.5 * p1 + p2 + p3)
    q2 = 0.25 * (decay * p2 + p1 + p2)
    q1 = 0.5 * (decay * p1 + p1)
    z = 2.0 * half
    b2 = z * (4.0 * q3 - q2)
    b1 = z * (4.0 * q2 - 8.0 * q3)
    # z times the integral of exp(-z (1 - s)) s (s - 1/2) (s - 1)
    cubic = 3.0 * q2 - 6.0 * q3 - 0.5 * q1
    # the same with the size of the polynomial: z/32 for slow species, 1/(2 z) for fast ones, about so between
    doubt = jnp.abs(cubic) + z / (32.0 + 2.0 * z * z)
    return Weights((decay, a1, a2), (decay * decay, b1, b2), cubic, doubt)


def largest(values: Array) -> Array:
    """Largest of the rows, shape (subjects,): by folding, which compiles to wide operations."""
    while values.shape[0] > 1:
        half = (values.shape[0] + 1) // 2
        values = jnp.maximum(values[:half], values[values.shape[0] - half :])
    return values[0]


def predicted(state: State, step: Array) -> Pair:
    """Targets at h/2 and h as the quadratic of the last step goes on; constant without one."""
    ratio = _ratio(state, step)
    start, half, f0 = state.previous_start, state.previous_half, state.target
    curve = 4.0 * (start - 2.0 * half + f0) * ratio * ratio
    slope = (4.0 * (f0 - half) - (f0 - start)) * ratio
    return f0 + 0.5 * slope + 0.125 * curve, f0 + slope + 0.5 * curve


def _ratio(state: State, step: Array) -> Array:
    """Length of the step against that of the last one; 0 without one."""
    known = state.previous_step > 0
    return jnp.where(known, step / jnp.where(known, state.previous_step, 1.0), 0.0).astype(state.x.dtype)


def at_nodes(state: State, w: Weights, targets: Pair) -> Pair:
    """States at h/2 and h for targets there.

    Counted from the target at 0, so that health, where states and targets are 1, is kept to the last bit.
    """
    f0, away = state.target, state.x - state.target
    rise_a, rise_b = targets[0] - f0, targets[1] - f0
    return (
        f0 + w.half[0] * away + w.half[1] * rise_a + w.half[2] * rise_b,
        f0 + w.full[0] * away + w.full[1] * rise_a + w.full[2] * rise_b,
    )


def step_once(
    state: State,
    step: Array,
    speed: Array,
    target: Callable[[Pair], Pair],
    tolerance: Array,
    most_sweeps: int,
    alive: Array,
) -> Taken:
    """Take one step.

    Parameters
    ----------
    state : State
        Arrays of shape (species, subjects).
    step : array, shape ()
        Days, in the precision of the state.
    speed : array, shape (species, subjects)
        1/tau in 1/day.
    target : callable
        Targets at the nodes h/2 and h, from the states there.
    tolerance : array, shape ()
        Error of ln x allowed.
    most_sweeps : int
        Sweeps at most; what has not settled by then counts as error.
    alive : array of bool, shape (subjects,)
        Subjects that count.

    Returns
    -------
    Taken
    """
    half = 0.5 * step
    p3 = phi3(speed * half)
    w = weights(speed * half, p3)
    size = jnp.maximum(jnp.abs(state.x), FLOOR)
    foretold = predicted(state, step)
    counts = (1.0 - w.full[0] + SLOW_COUNTS) / size
    close = (CLOSE * tolerance).astype(state.x.dtype)

    def sweep(carry: tuple[Array, ...]) -> tuple[Array, ...]:
        number, fa, fb, _, before, rate = carry
        # worked out again in every sweep, which takes less time than to read all weights from memory
        again, known, _ = lax.optimization_barrier((half, p3, number))  # type: ignore[no-untyped-call]
        new_a, new_b = target(at_nodes(state, weights(speed * again, known), (fa, fb)))
        moved = largest(jnp.abs(new_b - fb) * counts)
        most = jnp.max(jnp.where(alive, moved, 0.0))
        rate = jnp.where(number > 0, jnp.maximum(MEMORY * rate, most / before), rate)
        return number + 1, new_a, new_b, moved, most, rate

    def unsettled(carry: tuple[Array, ...]) -> Array:
        number, _, _, _, most, rate = carry
        return (number < 1) | ((most * _to_come(rate) > close) & (number < most_sweeps))

    nothing = jnp.full(state.x.shape[1:], jnp.inf, state.x.dtype)
    first = (jnp.zeros((), jnp.int32), *foretold, nothing, jnp.asarray(jnp.inf, state.x.dtype), state.rate)
    sweeps, fa, fb, moved, _, rate = lax.while_loop(unsettled, sweep, first)
    left = moved * _to_come(rate)
    x, missed = finished(state, step, w, foretold, (fa, fb))
    error = jnp.maximum(largest(jnp.abs(missed) / size), jnp.where(left > close, left / CLOSE, 0.0))
    return Taken(State(x, fb, state.target, fa, jnp.asarray(step, x.dtype), rate), error, sweeps)


def _to_come(rate: Array) -> Array:
    """What all further sweeps would change, as a multiple of what the last one changed: a geometric series."""
    slowest = jnp.minimum(rate, SLOWEST)
    return slowest / (1.0 - slowest)


def finished(state: State, step: Array, w: Weights, foretold: Pair, targets: Pair) -> Pair:
    """State at the end of a step whose targets have settled, and its error by the cubic term."""
    fa, fb = targets
    known = state.previous_step > 0
    backward = jnp.where(known, 1.0 / jnp.where(known, _ratio(state, step), 1.0), 1.0)
    third = (fb - foretold[1]) / ((1.0 + 0.5 * backward) * (1.0 + backward))
    third = jnp.where(known, third, CURVATURE * (state.target - 2.0 * fa + fb))
    return at_nodes(state, w, targets)[1] + jnp.where(known, w.cubic * third, 0.0), w.doubt * third
