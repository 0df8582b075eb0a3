"""Derivatives of single readings: each subject of a group carries one reading, and one reverse pass gives all of them.

Subjects do not touch each other, so that the derivative of the sum of one reading a subject holds, in the column of
each subject, the derivative of its own reading.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from allodyne.errors import AllodyneError
from allodyne.network.signal import signal
from allodyne.simulate.adaptive import Rates, Subjects, as_pieces, solver
from allodyne.simulate.backend import devices
from allodyne.simulate.collocation import State, step_once
from allodyne.simulate.solve import Parameters
from allodyne.simulate.structure import FloatArray, IntArray, Structure
from allodyne.simulate.timeline import Timeline

Array = Any
SWEEPS = 6
"""Of every step, so that derivatives exist; steps are so short that they settle within them."""
BLOCK = 16
"""Steps between checkpoints."""
MOST_RECORDED = 40_000
_LEAST = 1e-300
"""Share that is free at least, so that its logarithm exists."""
_FEWEST_STEPS, _FEWEST_PIECES = 256, 64
_DRUG_SLOTS = (0, 4, 32)
_WIDTHS = (8, 32)
_DEGREES = (12, 6, 3)


class Steps(NamedTuple):
    """A walk of known steps; those of no length are padding.

    Attributes
    ----------
    length : array, shape (steps,)
        Days.
    restart : array of bool, shape (steps,)
    start : array, shape (steps, drives + drugs)
        Value of the drives at the start of the step, used where it restarts.
    nodes : array, shape (steps, drives + drugs, 2)
        At the middle and the end.
    """

    length: Array
    restart: Array
    start: Array
    nodes: Array


@dataclass(frozen=True)
class Sensitivities:
    """Readings and their derivatives.

    Attributes
    ----------
    log_levels : array, shape (subjects,)
        ln of the fold change that each subject carries.
    by_turnover : array, shape (species, subjects)
        Derivative with respect to ln turnover time.
    by_gain : array, shape (edges, subjects)
        Derivative with respect to ln of the size of the gain.
    """

    log_levels: FloatArray
    by_turnover: FloatArray
    by_gain: FloatArray


def sensitivities(
    structure: Structure,
    timeline: Timeline,
    parameters: Parameters,
    rows: IntArray,
    outputs: IntArray,
    tolerance: float,
    device: Any = None,
) -> Sensitivities:
    """Differentiate one reading of each subject.

    Parameters
    ----------
    structure : Structure
    timeline : Timeline
    parameters : Parameters
        Of the subjects.
    rows : array of int, shape (subjects,)
        Species that each subject is read for.
    outputs : array of int, shape (subjects,)
        Output time of the reading.
    tolerance : float
        Error of ln x allowed per step.
    device : optional
        Device of JAX to compute on.

    Returns
    -------
    Sensitivities

    Raises
    ------
    AllodyneError
        When a subject cannot be solved within a number of steps.
    """
    devices()
    widest = _WIDTHS[-1]
    parts = [
        _of_group(structure, timeline, parameters.take(some), rows[some], outputs[some], tolerance, device)
        for some in np.split(np.arange(parameters.subjects), range(widest, parameters.subjects, widest))
    ]
    return Sensitivities(
        np.concatenate([one.log_levels for one in parts]),
        np.concatenate([one.by_turnover for one in parts], axis=1),
        np.concatenate([one.by_gain for one in parts], axis=1),
    )


def _of_group(
    structure: Structure,
    timeline: Timeline,
    parameters: Parameters,
    rows: IntArray,
    outputs: IntArray,
    tolerance: float,
    device: Any,
) -> Sensitivities:
    """Differentiate the readings of at most as many subjects as the widest program takes."""
    count = parameters.subjects
    width = next(one for one in _WIDTHS if one >= count)
    padded = np.resize(np.arange(count), width)
    slots = next((slot for slot in _DRUG_SLOTS if slot >= timeline.drugs), timeline.drugs)
    chosen = parameters.take(padded)
    exposure = np.broadcast_to(chosen.exposure, (slots, width))
    with jax.default_device(device):
        grid = _recorded(structure, timeline, Subjects(1.0 / chosen.turnover, chosen.gains, exposure), slots, tolerance)
        steps, ends = _walk(grid, timeline, slots)
        pad = ((0, 0), (0, slots - timeline.drugs))
        values, gradient = _program(structure)(
            np.log(chosen.turnover),
            chosen.gains,
            exposure,
            steps,
            np.pad(timeline.shift, pad),
            np.pad(timeline.block, pad),
            rows[padded],
            ends[outputs[padded]],
        )
    free = timeline.free(parameters.exposure)[outputs, rows, np.arange(count)] if timeline.drugs else np.ones(count)
    by_turnover, by_gain = (np.asarray(one)[:, :count] for one in gradient)
    levels = np.asarray(values[1])[:count] + np.log(np.maximum(free, _LEAST))
    return Sensitivities(levels, by_turnover, by_gain * parameters.gains)


def _recorded(structure: Structure, timeline: Timeline, subjects: Subjects, slots: int, tolerance: float) -> FloatArray:
    """Piece and length of each step of an adaptive pass."""
    pieces = as_pieces(timeline, _padded(len(timeline.duration), _FEWEST_PIECES), slots)
    solution, grid = _recorder(structure)(pieces, subjects, np.asarray(tolerance))
    if np.any(solution.status) or int(solution.steps) > MOST_RECORDED:
        raise AllodyneError(
            f"{int(np.count_nonzero(solution.status))} of {subjects.speed.shape[1]} subjects cannot be solved within "
            f"{MOST_RECORDED} steps.",
            remedy="Leave them out, or ask for a looser tolerance.",
        )
    return np.asarray(grid)[: int(solution.steps)]


@lru_cache(maxsize=4)
def _recorder(structure: Structure) -> Callable[..., Any]:
    return jax.jit(solver(structure, MOST_RECORDED, SWEEPS))


def _padded(count: int, fewest: int) -> int:
    return fewest * int(2 ** np.ceil(np.log2(max(count, 1) / fewest))) if count > fewest else fewest


def _walk(grid: FloatArray, timeline: Timeline, slots: int) -> tuple[Steps, IntArray]:
    """Steps with the drives at their nodes, and after which step each output time lies."""
    piece, length = grid[:, 0].astype(np.int64), grid[:, 1]
    begins = np.concatenate([[True], np.diff(piece) > 0])
    elapsed = np.cumsum(length) - length
    time = elapsed - np.maximum.accumulate(np.where(begins, elapsed, 0.0))

    def drive(when: FloatArray) -> FloatArray:
        fading = np.exp(-timeline.rate[None] * when[:, None, None])
        return np.asarray(timeline.constant[piece] + np.sum(timeline.amplitude[piece] * fading, axis=2))

    nodes = np.stack([drive(time + 0.5 * length), drive(time + length)], axis=2)
    more = _padded(len(length), _FEWEST_STEPS) - len(length)
    drugs = slots - timeline.drugs
    steps = Steps(
        np.pad(length, (0, more)),
        np.pad(begins & timeline.restart[piece], (0, more)),
        np.pad(drive(time), ((0, more), (0, drugs))),
        np.pad(nodes, ((0, more), (0, drugs), (0, 0))),
    )
    return steps, np.searchsorted(piece, timeline.outputs, side="right")


@lru_cache(maxsize=4)
def _program(structure: Structure) -> Callable[..., Any]:
    def total(
        log_turnover: Array,
        gains: Array,
        exposure: Array,
        steps: Steps,
        shift: Array,
        block: Array,
        rows: Array,
        ends: Array,
    ) -> tuple[Array, Array]:
        subjects = Subjects(jnp.exp(-log_turnover), gains, exposure)
        read = jnp.log(_follow(structure, subjects, steps, shift, block, rows, ends))
        return jnp.sum(read), read

    return jax.jit(jax.value_and_grad(total, argnums=(0, 1), has_aux=True))


def _targets(structure: Structure, gains: Array, tonic: Array) -> Callable[..., Array]:
    """Targets of all species as ``Rates.target``, in few large operations, so that the reverse pass compiles fast.

    The incoming edges of species with a like number of them are summed together, with gains of 0 where one has fewer.
    """
    incoming: list[list[tuple[int, int]]] = [[] for _ in structure.species]
    for layer in structure.layers:
        for row, (source, edge) in enumerate(zip(layer.sources, layer.edges, strict=True)):
            incoming[row].append((int(source), int(edge)))
    bounds = [0, *(next((k for k, one in enumerate(incoming) if len(one) <= most), len(incoming)) for most in _DEGREES)]
    padded = jnp.concatenate([gains, jnp.zeros((1, gains.shape[1]), gains.dtype)])
    blocks = []
    for low, high in zip(bounds, [*bounds[1:], len(incoming)], strict=True):
        if high > low:
            width = max(1, max(len(one) for one in incoming[low:high]))
            table = np.array([[*one, *[(0, -1)] * (width - len(one))] for one in incoming[low:high]])
            blocks.append((table[:, :, 0], padded[table[:, :, 1]][:, :, None, :]))

    def target(x: Array, inputs: tuple[Array, Array]) -> Array:
        log_target, free = inputs
        heard = signal(x * free, tonic)
        sums = [jnp.sum(heard[sources] * weights, axis=1) for sources, weights in blocks]
        return jnp.exp(log_target + jnp.concatenate(sums))

    return target


def _follow(
    structure: Structure, subjects: Subjects, steps: Steps, shift: Array, block: Array, rows: Array, ends: Array
) -> Array:
    """Fold change that each subject is read for, shape (subjects,)."""
    rates = Rates.of(structure, subjects)
    target = _targets(structure, subjects.gains, rates.tonic)
    healthy = jnp.ones_like(subjects.speed)
    zero = jnp.zeros_like(healthy)
    columns = jnp.arange(healthy.shape[1])
    alive = jnp.ones(healthy.shape[1], bool)

    def restarted(state: State, value: Array) -> State:
        now = target(state.x[:, None], rates.inputs(value[:, None], shift, block))[:, 0]
        return State(state.x, now, now, now, jnp.zeros((), state.x.dtype))

    def one(carry: tuple[State, Array, Array], step: Steps) -> tuple[tuple[State, Array, Array], None]:
        state, picked, number = carry
        state = lax.cond(step.restart, restarted, lambda old, _: old, state, step.start)
        inputs = rates.inputs(step.nodes, shift, block)

        def taken(state: State) -> State:
            length = step.length.astype(state.x.dtype)
            at_nodes = partial(target, inputs=inputs)
            return step_once(state, length, subjects.speed, at_nodes, 0.0, SWEEPS, alive, fixed_sweeps=True)[0]

        state = lax.cond(step.length > 0, taken, lambda old: old, state)
        number = number + 1
        return (state, jnp.where(ends == number, state.x[rows, columns], picked), number), None

    @jax.checkpoint
    def some(carry: tuple[State, Array, Array], steps: Steps) -> tuple[tuple[State, Array, Array], None]:
        return lax.scan(one, carry, steps)

    folded = jax.tree.map(lambda array: array.reshape(-1, BLOCK, *array.shape[1:]), steps)
    first = State(healthy, zero, zero, zero, jnp.zeros((), healthy.dtype))
    start = (first, healthy[0], jnp.zeros((), ends.dtype))
    (_, picked, _), _ = lax.scan(some, start, folded)
    return picked
