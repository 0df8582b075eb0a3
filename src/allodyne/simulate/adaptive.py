"""The adaptive integration of one group of subjects that share their steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from allodyne.simulate.collocation import State, step_once
from allodyne.simulate.status import NOT_FINITE, SOLVED, STEP_LIMIT, TOLERANCE_MISSED
from allodyne.simulate.structure import IntArray, Structure
from allodyne.simulate.targets import Inputs, Subjects, Targets
from allodyne.simulate.timeline import Timeline

Array = Any

FIRST_STEP = 0.002
"""Days; the step after the first jump of a kind, about three minutes."""
KINDS = 16
"""Kinds of jumps whose first steps are remembered; sessions of one kind begin alike."""
SHORTEST_STEP = 1e-7
"""Days; a subject that needs shorter steps is given up with a status."""
MOST_STEPS = 200_000
MOST_SWEEPS = 8
"""A step that has not settled after so many is tried again shorter."""
SAFETY = 0.85
GROWTH = 3.0
SHRINK = 0.2


class Pieces(NamedTuple):
    """A timeline as arrays; shapes as in ``Timeline``, padded with pieces of no length.

    ``kind`` (pieces,) numbers what the drives jump by at their start.
    """

    duration: Array
    restart: Array
    kind: Array
    constant: Array
    amplitude: Array
    rate: Array
    shift: Array
    block: Array


class Solution(NamedTuple):
    """What comes out: ends of all pieces (pieces, species, subjects), status (subjects,), steps taken and rejected.

    ``sweeps`` counts how often the targets at both nodes were worked out.
    """

    ends: Array
    status: Array
    steps: Array
    rejected: Array
    sweeps: Array


class _Progress(NamedTuple):
    """Carried through the pieces: the state, the step, the first steps by kind, who lives, and the counts."""

    state: State
    step: Array
    first_steps: Array
    status: Array
    steps: Array
    rejected: Array
    sweeps: Array


def drives_at(targets: Targets, pieces: Pieces, piece: Array, time: Array) -> Inputs:
    """Input of drives and drugs at a time within a piece.

    Parameters
    ----------
    targets : Targets
    pieces : Pieces
    piece : array, shape ()
    time : array, shape ()
        Days since the start of the piece.

    Returns
    -------
    Inputs
    """
    fading = jnp.exp(-pieces.rate * time)
    value = pieces.constant[piece] + jnp.sum(pieces.amplitude[piece] * fading, axis=1)
    return targets.inputs(value, pieces.shift, pieces.block)


def integrate(
    structure: Structure,
    pieces: Pieces,
    subjects: Subjects,
    tolerance: Array,
    rows: Array | None = None,
    record: int = 0,
) -> tuple[Solution, Array]:
    """Integrate one group of subjects over all pieces with shared adaptive steps.

    Parameters
    ----------
    structure : Structure
    pieces : Pieces
    subjects : Subjects
    tolerance : array, shape ()
        Error of ln x allowed per step.
    rows : array of int, optional
        Species whose ends are given back; all without it.
    record : int, optional
        Keep the first ``record`` accepted steps.

    Returns
    -------
    solution : Solution
    grid : array, shape (record, 2)
        Piece and length of each accepted step; -1 where there was none.
    """
    targets = Targets.of(structure, subjects)
    none = jnp.zeros((), jnp.int32)
    first = _Progress(
        healthy(subjects.speed),
        jnp.asarray(FIRST_STEP, jnp.float64),
        jnp.full(KINDS, FIRST_STEP, jnp.float64),
        jnp.zeros(subjects.speed.shape[1], jnp.int8),
        none,
        none,
        none,
    )
    grid = jnp.full((max(record, 1), 2), -1.0)

    def piece(carry: tuple[_Progress, Array], number: Array) -> tuple[tuple[_Progress, Array], Array]:
        progress, grid = carry
        progress = lax.cond(
            pieces.restart[number], lambda p: _restart(p, targets, pieces, number), lambda p: p, progress
        )
        progress, grid = _one_piece(progress, grid, targets, pieces, number, subjects.speed, tolerance)
        return (progress, grid), progress.state.x if rows is None else progress.state.x[rows]

    (progress, grid), ends = lax.scan(piece, (first, grid), jnp.arange(pieces.duration.shape[0]))
    return Solution(ends, progress.status, progress.steps, progress.rejected, progress.sweeps), grid


def healthy(speed: Array) -> State:
    """The state of healthy subjects; shape of the speed (species, subjects)."""
    one, zero = jnp.ones_like(speed), jnp.zeros_like(speed)
    return State(one, zero, zero, zero, jnp.zeros((), speed.dtype), jnp.ones((), speed.dtype))


def restarted(state: State, target: Array) -> State:
    """The state after a jump of the drives, with the targets there and without what the last step foretold."""
    dtype = state.x.dtype
    return State(state.x, target, target, target, jnp.zeros((), dtype), jnp.ones((), dtype))


def _restart(progress: _Progress, targets: Targets, pieces: Pieces, number: Array) -> _Progress:
    inputs = drives_at(targets, pieces, number, jnp.zeros(()))
    state = restarted(progress.state, targets.target(progress.state.x, inputs))
    return progress._replace(state=state, step=progress.first_steps[pieces.kind[number]])


def _one_piece(
    progress: _Progress,
    grid: Array,
    targets: Targets,
    pieces: Pieces,
    number: Array,
    speed: Array,
    tolerance: Array,
) -> tuple[_Progress, Array]:
    duration, kind = pieces.duration[number], pieces.kind[number]

    def unfinished(carry: tuple[Array, _Progress, Array]) -> Array:
        time, progress, _ = carry
        return (time < duration - 1e-12) & (progress.steps + progress.rejected < MOST_STEPS)

    def advance(carry: tuple[Array, _Progress, Array]) -> tuple[Array, _Progress, Array]:
        time, progress, grid = carry
        step = _fit(progress.step, duration - time)
        half = drives_at(targets, pieces, number, time + 0.5 * step)
        full = drives_at(targets, pieces, number, time + step)
        new, error, sweeps = step_once(
            progress.state,
            step.astype(speed.dtype),
            speed,
            lambda x: (targets.target(x[0], half), targets.target(x[1], full)),
            tolerance,
            MOST_SWEEPS,
            progress.status == SOLVED,
        )
        status = _status(progress.status, step, error, tolerance)
        counted = jnp.where(status == SOLVED, jnp.where(jnp.isfinite(error), error, jnp.inf), 0.0)
        worst = jnp.max(counted).astype(jnp.float64) / tolerance
        accepted = worst <= 1.0
        after, best = _next_step(progress.step, step, worst)
        begins = accepted & pieces.restart[number] & (time == 0.0)
        slot = jnp.minimum(progress.steps, grid.shape[0] - 1)
        entry = jnp.stack([number.astype(grid.dtype), step])
        grid = grid.at[slot].set(jnp.where(accepted, entry, grid[slot]))
        progress = _Progress(
            jax.tree.map(lambda old, fresh: jnp.where(accepted, fresh, old), progress.state, new),
            after,
            progress.first_steps.at[kind].set(jnp.where(begins, best, progress.first_steps[kind])),
            status,
            progress.steps + accepted.astype(jnp.int32),
            progress.rejected + (~accepted).astype(jnp.int32),
            progress.sweeps + sweeps,
        )
        return jnp.where(accepted, time + step, time), progress, grid

    time, progress, grid = lax.while_loop(unfinished, advance, (jnp.zeros(()), progress, grid))
    missed = (time < duration - 1e-12) & (progress.status == SOLVED)
    return progress._replace(status=jnp.where(missed, STEP_LIMIT, progress.status).astype(jnp.int8)), grid


def _status(status: Array, step: Array, error: Array, tolerance: Array) -> Array:
    """Give up the subjects that would need a step shorter than the shortest."""
    hopeless = (status == SOLVED) & (step <= SHORTEST_STEP)
    finite = jnp.isfinite(error)
    status = jnp.where(hopeless & ~finite, NOT_FINITE, status)
    return jnp.where(hopeless & finite & (error > tolerance), TOLERANCE_MISSED, status).astype(jnp.int8)


def _next_step(planned: Array, step: Array, worst: Array) -> tuple[Array, Array]:
    """Length of the next step, and the one that this step should have had; ``worst`` is its error per tolerance.

    A step that was cut to end with its piece says little about the next one.
    """
    factor = SAFETY * jnp.maximum(worst, 1e-6) ** (-1.0 / 3.0)
    grown = step * jnp.minimum(factor, GROWTH)
    was_cut = step < 0.999 * planned
    longer = jnp.where(was_cut & (grown < planned) & (factor >= 1.0), planned, grown)
    shorter = jnp.maximum(step * jnp.maximum(jnp.nan_to_num(factor), SHRINK), SHORTEST_STEP)
    return jnp.where(worst <= 1.0, longer, shorter), grown


def _fit(step: Array, left: Array) -> Array:
    """The step that neither oversteps what is left nor leaves a sliver of it."""
    return jnp.where(step > 0.999 * left, left, jnp.where(step > 0.5 * left, 0.5 * left, step))


def solver(structure: Structure, record: int = 0) -> Callable[..., tuple[Solution, Array]]:
    """The integration as a function of arrays alone, to be compiled."""

    def solve(
        pieces: Pieces, subjects: Subjects, tolerance: Array, rows: Array | None = None
    ) -> tuple[Solution, Array]:
        return integrate(structure, pieces, subjects, tolerance, rows, record)

    return solve


def as_pieces(timeline: Timeline, length: int, drugs: int) -> Pieces:
    """Pad a timeline to a number of pieces and of drugs, so that few shapes have to be compiled."""
    more, extra = length - len(timeline.duration), drugs - timeline.drugs
    pad = ((0, more), (0, extra))
    return Pieces(
        np.pad(timeline.duration, (0, more)),
        np.pad(timeline.restart, (0, more)),
        np.pad(_kinds_of_jumps(timeline), (0, more)),
        np.pad(timeline.constant, pad),
        np.pad(timeline.amplitude, (*pad, (0, 0))),
        np.pad(timeline.rate, ((0, extra), (0, 0))),
        np.pad(timeline.shift, ((0, 0), (0, extra))),
        np.pad(timeline.block, ((0, 0), (0, extra))),
    )


def _kinds_of_jumps(timeline: Timeline) -> IntArray:
    """Number of what the drives jump by at the start of each piece; sessions of one kind have one number."""
    pieces = np.arange(len(timeline.duration))
    begin, end = timeline.values(pieces, 0.0 * timeline.duration), timeline.values(pieces, timeline.duration)
    jump = np.round(begin - np.concatenate([np.zeros_like(end[:1]), end[:-1]]), 2)
    return np.unique(jump, axis=0, return_inverse=True)[1].reshape(-1) % KINDS
