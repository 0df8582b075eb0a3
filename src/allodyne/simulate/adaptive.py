"""The adaptive integration of one group of subjects that share their steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from allodyne.network.signal import signal
from allodyne.simulate.collocation import State, step_once
from allodyne.simulate.status import NOT_FINITE, SOLVED, STEP_LIMIT, TOLERANCE_MISSED
from allodyne.simulate.structure import Structure

Array = Any

FIRST_STEP = 0.002
"""Days; the step after a jump of a drive, about three minutes."""
SHORTEST_STEP = 1e-7
"""Days; a subject that needs shorter steps is given up with a status."""
MOST_STEPS = 200_000
MOST_SWEEPS = 8
SAFETY = 0.85
GROWTH = 3.0
SHRINK = 0.2
CLOSE = 0.1
"""Sweeps end when the end value moves by less than this share of the tolerance of the step."""


class Pieces(NamedTuple):
    """A timeline as arrays; shapes as in ``Timeline``, padded with pieces of no length."""

    duration: Array
    restart: Array
    constant: Array
    amplitude: Array
    rate: Array
    shift: Array
    block: Array


class Subjects(NamedTuple):
    """What differs between subjects.

    Attributes
    ----------
    speed : array, shape (species, subjects)
        1/tau in 1/day.
    gains : array, shape (edges, subjects)
        Signed gains in the order of the network's edges.
    exposure : array, shape (drugs, subjects)
        Factor on the concentration of each drug.
    """

    speed: Array
    gains: Array
    exposure: Array


class Solution(NamedTuple):
    """What comes out: ends of all pieces (pieces, species, subjects), status (subjects,), steps taken and rejected."""

    ends: Array
    status: Array
    steps: Array
    rejected: Array


@dataclass(frozen=True)
class Rates:
    """Targets of one group of subjects: the edges between species, ready to be summed.

    Attributes
    ----------
    layers, drive_layers : tuple of array
        Gains of each layer of the structure, shape (size, subjects).
    exposure : array, shape (drugs, subjects)
    tonic : array, shape (species, 1, 1)
    """

    structure: Structure
    layers: tuple[Array, ...]
    drive_layers: tuple[Array, ...]
    exposure: Array
    tonic: Array
    dtype: Any

    @classmethod
    def of(cls, structure: Structure, subjects: Subjects) -> Rates:
        """Sort the gains of the subjects into the layers of the structure."""
        return cls(
            structure,
            tuple(subjects.gains[layer.edges] for layer in structure.layers),
            tuple(subjects.gains[layer.edges] for layer in structure.drive_layers),
            subjects.exposure,
            jnp.asarray(structure.tonic, subjects.speed.dtype)[:, None, None],
            subjects.speed.dtype,
        )

    def drives(self, pieces: Pieces, piece: Array, times: Array) -> tuple[Array, Array]:
        """Input of the drives at times within a piece.

        Parameters
        ----------
        pieces : Pieces
        piece : array, shape ()
        times : array, shape (nodes,)
            Days since the start of the piece.

        Returns
        -------
        log_target : array, shape (species, nodes, subjects)
            What drives and drugs add to the log target.
        free : array, shape (species, nodes, subjects)
            Share of each species that no blocker occupies; the scalar 1 without drugs.
        """
        fading = jnp.exp(-pieces.rate[:, :, None] * times)
        value = pieces.constant[piece][:, None] + jnp.sum(pieces.amplitude[piece][:, :, None] * fading, axis=1)
        return self.inputs(value, pieces.shift, pieces.block)

    def inputs(self, value: Array, shift: Array, block: Array) -> tuple[Array, Array]:
        """Input of drives and drugs of known value.

        Parameters
        ----------
        value : array, shape (drives + drugs, nodes)
        shift, block : array, shape (species, drugs)

        Returns
        -------
        log_target, free : array
            As of ``drives``.
        """
        linear = value[: len(self.structure.drives)].astype(self.dtype)
        parts = [
            linear[layer.sources][:, :, None] * gains[:, None, :]
            for layer, gains in zip(self.structure.drive_layers, self.drive_layers, strict=True)
        ]
        driven = _stack(parts, [layer.size for layer in self.structure.drive_layers], None)
        silent = jnp.zeros((1, *driven.shape[1:]), self.dtype)
        log_target = jnp.concatenate([driven, silent])[self._drive_rows()]
        if self.exposure.shape[0] == 0:
            return log_target, jnp.ones((), self.dtype)
        dose = value[len(self.structure.drives) :].astype(self.dtype)
        concentration = dose[:, :, None] * self.exposure[:, None, :]
        effect = concentration / (1.0 + concentration)
        log_target = log_target + jnp.tensordot(shift.astype(self.dtype), effect, 1)
        free = jnp.prod(1.0 - block.astype(self.dtype)[:, :, None, None] * effect[None], axis=1)
        return log_target, free

    def _drive_rows(self) -> np.ndarray:
        rows = np.full(len(self.structure.species), len(self.structure.drive_targets))
        rows[self.structure.drive_targets] = np.arange(len(self.structure.drive_targets))
        return rows

    def target(self, x: Array, inputs: tuple[Array, Array]) -> Array:
        """Targets of all species, shape (species, nodes, subjects).

        A species acts by what of it is not blocked.
        """
        log_target, free = inputs
        heard = signal(x * free, self.tonic)
        parts = [
            heard[layer.sources] * gains[:, None, :]
            for layer, gains in zip(self.structure.layers, self.layers, strict=True)
        ]
        total = _stack(parts, [layer.size for layer in self.structure.layers], log_target)
        return jnp.exp(total)


def _stack(parts: list[Array], sizes: list[int], base: Array | None) -> Array:
    """Sum layers of falling size, by blocks of rows that share the same layers."""
    ends = [*sizes, 0]
    blocks = []
    for depth in range(len(parts) - 1, -1, -1):
        low, high = ends[depth + 1], ends[depth]
        if high > low:
            total = parts[0][low:high] if base is None else base[low:high] + parts[0][low:high]
            for part in parts[1 : depth + 1]:
                total = total + part[low:high]
            blocks.append(total)
    if base is not None and sizes[0] < base.shape[0]:
        blocks.append(base[sizes[0] :])
    return jnp.concatenate(blocks)


class _Progress(NamedTuple):
    """Carried through the pieces: the state, the step, who lives, and the counts."""

    state: State
    step: Array
    status: Array
    steps: Array
    rejected: Array


def integrate(
    structure: Structure,
    pieces: Pieces,
    subjects: Subjects,
    tolerance: Array,
    record: int = 0,
    most_sweeps: int = MOST_SWEEPS,
) -> tuple[Solution, Array]:
    """Integrate one group of subjects over all pieces with shared adaptive steps.

    Parameters
    ----------
    structure : Structure
    pieces : Pieces
    subjects : Subjects
    tolerance : array, shape ()
        Error of ln x allowed per step.
    record : int, optional
        Keep the first ``record`` accepted steps.
    most_sweeps : int, optional
        A step that has not settled after so many sweeps is tried again shorter.

    Returns
    -------
    solution : Solution
    grid : array, shape (record, 2)
        Piece and length of each accepted step; -1 where there was none.
    """
    rates = Rates.of(structure, subjects)
    healthy = jnp.ones_like(subjects.speed)
    zero = jnp.zeros_like(healthy)
    first = _Progress(
        State(healthy, zero, zero, zero, jnp.zeros((), healthy.dtype)),
        jnp.asarray(FIRST_STEP, jnp.float64),
        jnp.zeros(healthy.shape[1], jnp.int8),
        jnp.zeros((), jnp.int32),
        jnp.zeros((), jnp.int32),
    )
    grid = jnp.full((max(record, 1), 2), -1.0)

    def piece(carry: tuple[_Progress, Array], number: Array) -> tuple[tuple[_Progress, Array], Array]:
        progress, grid = carry
        progress = lax.cond(pieces.restart[number], lambda p: _restart(p, rates, pieces, number), lambda p: p, progress)
        progress, grid = _one_piece(progress, grid, rates, pieces, number, subjects.speed, tolerance, most_sweeps)
        return (progress, grid), progress.state.x

    (progress, grid), ends = lax.scan(piece, (first, grid), jnp.arange(pieces.duration.shape[0]))
    return Solution(ends, progress.status, progress.steps, progress.rejected), grid


def _restart(progress: _Progress, rates: Rates, pieces: Pieces, number: Array) -> _Progress:
    x = progress.state.x
    target = rates.target(x[:, None], rates.drives(pieces, number, jnp.zeros(1)))[:, 0]
    state = State(x, target, target, target, jnp.zeros((), x.dtype))
    return progress._replace(state=state, step=jnp.asarray(FIRST_STEP, jnp.float64))


def _one_piece(
    progress: _Progress,
    grid: Array,
    rates: Rates,
    pieces: Pieces,
    number: Array,
    speed: Array,
    tolerance: Array,
    most_sweeps: int,
) -> tuple[_Progress, Array]:
    duration = pieces.duration[number]

    def unfinished(carry: tuple[Array, _Progress, Array]) -> Array:
        time, progress, _ = carry
        return (time < duration - 1e-12) & (progress.steps + progress.rejected < MOST_STEPS)

    def advance(carry: tuple[Array, _Progress, Array]) -> tuple[Array, _Progress, Array]:
        time, progress, grid = carry
        step = _fit(progress.step, duration - time)
        alive = progress.status == SOLVED
        inputs = rates.drives(pieces, number, time + jnp.array([0.5, 1.0]) * step)
        new, error = step_once(
            progress.state,
            step.astype(speed.dtype),
            speed,
            lambda nodes: rates.target(nodes, inputs),
            CLOSE * tolerance,
            most_sweeps,
            alive,
        )
        finite = jnp.isfinite(error) & jnp.all(jnp.isfinite(new.x), axis=0)
        too_short = step <= SHORTEST_STEP
        status = jnp.where(alive & ~finite & too_short, NOT_FINITE, progress.status)
        status = jnp.where(alive & finite & too_short & (error > tolerance), TOLERANCE_MISSED, status).astype(jnp.int8)
        counted = jnp.where(status == SOLVED, jnp.where(finite, error, jnp.inf), 0.0)
        worst = jnp.max(counted).astype(jnp.float64) / tolerance
        accepted = worst <= 1.0
        factor = SAFETY * jnp.maximum(worst, 1e-6) ** (-1.0 / 3.0)
        grown = step * jnp.minimum(factor, GROWTH)
        was_cut = step < 0.999 * progress.step
        longer = jnp.where(was_cut & (grown < progress.step), progress.step, grown)
        longer = jnp.where(was_cut & (factor < 1.0), grown, longer)
        next_step = jnp.where(
            accepted, longer, jnp.maximum(step * jnp.maximum(jnp.nan_to_num(factor), SHRINK), SHORTEST_STEP)
        )
        dead = status != SOLVED
        new = jax.tree.map(lambda array: jnp.where(dead, 1.0, array) if array.ndim else array, new)
        state = jax.tree.map(lambda old, fresh: jnp.where(accepted, fresh, old), progress.state, new)
        slot = jnp.minimum(progress.steps, grid.shape[0] - 1)
        entry = jnp.stack([number.astype(grid.dtype), step])
        grid = grid.at[slot].set(jnp.where(accepted, entry, grid[slot]))
        progress = _Progress(
            state,
            next_step,
            status,
            progress.steps + accepted.astype(jnp.int32),
            progress.rejected + (~accepted).astype(jnp.int32),
        )
        return jnp.where(accepted, time + step, time), progress, grid

    time, progress, grid = lax.while_loop(unfinished, advance, (jnp.zeros(()), progress, grid))
    missed = (time < duration - 1e-12) & (progress.status == SOLVED)
    return progress._replace(status=jnp.where(missed, STEP_LIMIT, progress.status).astype(jnp.int8)), grid


def _fit(step: Array, left: Array) -> Array:
    """The step that neither oversteps what is left nor leaves a sliver of it."""
    return jnp.where(step > 0.999 * left, left, jnp.where(step > 0.5 * left, 0.5 * left, step))


def solver(
    structure: Structure, record: int = 0, most_sweeps: int = MOST_SWEEPS
) -> Callable[[Pieces, Subjects, Array], tuple[Solution, Array]]:
    """The integration as a function of arrays alone, to be compiled."""

    def solve(pieces: Pieces, subjects: Subjects, tolerance: Array) -> tuple[Solution, Array]:
        return integrate(structure, pieces, subjects, tolerance, record, most_sweeps)

    return solve


def as_pieces(timeline: Any, length: int, drugs: int) -> Pieces:
    """Pad a timeline to a number of pieces and of drugs, so that few shapes have to be compiled."""
    more, extra = length - len(timeline.duration), drugs - timeline.drugs
    pad = ((0, more), (0, extra))
    return Pieces(
        np.pad(timeline.duration, (0, more)),
        np.pad(timeline.restart, (0, more)),
        np.pad(timeline.constant, pad),
        np.pad(timeline.amplitude, (*pad, (0, 0))),
        np.pad(timeline.rate, ((0, extra), (0, 0))),
        np.pad(timeline.shift, ((0, 0), (0, extra))),
        np.pad(timeline.block, ((0, 0), (0, extra))),
    )
