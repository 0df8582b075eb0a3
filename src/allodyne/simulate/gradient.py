"""Derivatives of what a study shows with respect to gains and turnover times.

The adaptive pass records its steps; the differentiable pass walks the same steps with a fixed number of sweeps, so
that the derivative is that of the numbers that were computed. Reverse mode keeps only the states at the ends of
blocks of steps (checkpoints) and recomputes the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from allodyne.errors import AllodyneError
from allodyne.simulate.adaptive import Pieces, Rates, Subjects, as_pieces, solver
from allodyne.simulate.backend import devices
from allodyne.simulate.collocation import State, step_once
from allodyne.simulate.solve import Parameters
from allodyne.simulate.structure import FloatArray, Structure
from allodyne.simulate.timeline import Timeline

Array = Any
SWEEPS = 4
MOST_RECORDED = 20_000
BLOCK = 16
"""Steps between checkpoints."""


class Differentiable:
    """One arm as a differentiable function of the parameters of its subjects.

    Parameters
    ----------
    structure : Structure
    timeline : Timeline
    parameters : Parameters
        Where the steps are recorded.
    tolerance : float
        Error of ln x allowed per step.

    Raises
    ------
    AllodyneError
        When a subject cannot be solved, or takes more steps than are recorded.
    """

    def __init__(
        self, structure: Structure, timeline: Timeline, parameters: Parameters, tolerance: float = 1e-4
    ) -> None:
        devices()
        self.structure = structure
        self.pieces = jax.tree.map(jnp.asarray, as_pieces(timeline, len(timeline.duration), timeline.drugs))
        exposure = jnp.asarray(np.broadcast_to(parameters.exposure, (timeline.drugs, parameters.subjects)))
        subjects = Subjects(jnp.asarray(1.0 / parameters.turnover), jnp.asarray(parameters.gains), exposure)
        solution, grid = jax.jit(solver(structure, MOST_RECORDED))(self.pieces, subjects, jnp.asarray(tolerance))
        if np.any(solution.status) or int(solution.steps) > MOST_RECORDED:
            raise AllodyneError(
                f"{int(np.count_nonzero(solution.status))} of {parameters.subjects} subjects cannot be solved within "
                f"{MOST_RECORDED} steps.",
                remedy="Leave them out, or ask for a looser tolerance.",
            )
        self._exposure = exposure
        self._free = jnp.asarray(timeline.free(parameters.exposure)) if timeline.drugs else jnp.ones(())
        self._steps = _walk(np.asarray(grid)[: int(solution.steps)], timeline)
        self._outputs = jnp.asarray(np.searchsorted(self._steps["piece"], timeline.outputs, side="right"))
        self.trajectories: Callable[[Array, Array], Array] = jax.jit(self._follow)

    def _follow(self, log_turnover: Array, gains: Array) -> Array:
        """Fold changes at the output times.

        Parameters
        ----------
        log_turnover : array, shape (species, subjects)
        gains : array, shape (edges, subjects)

        Returns
        -------
        array, shape (outputs, species, subjects)
        """
        subjects = Subjects(jnp.exp(-log_turnover), gains, self._exposure)
        rates = Rates.of(self.structure, subjects)
        healthy = jnp.ones_like(subjects.speed)
        zero = jnp.zeros_like(healthy)
        first = State(healthy, zero, zero, zero, jnp.zeros((), healthy.dtype))
        walk = partial(_one_step, rates, self.pieces, subjects.speed)

        @jax.checkpoint
        def block(state: State, steps: dict[str, Array]) -> tuple[State, Array]:
            return lax.scan(walk, state, steps)

        count = len(self._steps["piece"])
        blocks = -(-count // BLOCK)
        padded = {name: np.pad(array, (0, blocks * BLOCK - count)) for name, array in self._steps.items()}
        folded = {name: jnp.asarray(array).reshape(blocks, BLOCK) for name, array in padded.items()}
        _, states = lax.scan(block, first, folded)
        flat = jnp.concatenate([healthy[None], states.reshape(-1, *healthy.shape)])
        return flat[self._outputs] * self._free


def _walk(grid: FloatArray, timeline: Timeline) -> dict[str, np.ndarray]:
    """Piece, time within the piece, length and restart of each step; padding has no length."""
    piece = grid[:, 0].astype(np.int64)
    length = grid[:, 1]
    begins = np.concatenate([[True], np.diff(piece) > 0])
    elapsed = np.cumsum(length) - length
    offset = np.maximum.accumulate(np.where(begins, elapsed, 0.0))
    return {
        "piece": piece,
        "time": elapsed - offset,
        "length": length,
        "restart": begins & timeline.restart[piece],
    }


def _one_step(rates: Rates, pieces: Pieces, speed: Array, state: State, step: dict[str, Array]) -> tuple[State, Array]:
    piece, time, length = step["piece"], step["time"], step["length"]

    def restarted(state: State) -> State:
        target = rates.target(state.x[:, None], rates.drives(pieces, piece, jnp.zeros(1)))[:, 0]
        return State(state.x, target, target, target, jnp.zeros((), state.x.dtype))

    state = lax.cond(step["restart"], restarted, lambda old: old, state)
    inputs = rates.drives(pieces, piece, time + jnp.array([0.5, 1.0]) * length)
    alive = jnp.ones(state.x.shape[1], bool)

    def taken(state: State) -> State:
        new, _ = step_once(
            state, length, speed, lambda nodes: rates.target(nodes, inputs), 0.0, SWEEPS, alive, fixed_sweeps=True
        )
        return new

    state = lax.cond(length > 0, taken, lambda old: old, state)
    return state, state.x
