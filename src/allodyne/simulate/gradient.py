"""Derivatives of what a study shows with respect to gains and turnover times."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from allodyne.errors import AllodyneError
from allodyne.simulate.adaptive import as_pieces, solver
from allodyne.simulate.backend import compiled, devices
from allodyne.simulate.parameters import Parameters
from allodyne.simulate.replay import steps_of, walked
from allodyne.simulate.structure import Structure
from allodyne.simulate.targets import Subjects
from allodyne.simulate.timeline import Timeline

Array = Any
MOST_RECORDED = 20_000


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
        pieces = as_pieces(timeline, len(timeline.duration), timeline.drugs)
        exposure = np.broadcast_to(parameters.exposure, (timeline.drugs, parameters.subjects))
        subjects = Subjects(1.0 / parameters.turnover, parameters.gains, exposure)
        solution, grid = compiled(solver(structure, MOST_RECORDED))(pieces, subjects, np.asarray(tolerance))
        if np.any(solution.status) or int(solution.steps) > MOST_RECORDED:
            raise AllodyneError(
                f"{int(np.count_nonzero(solution.status))} of {parameters.subjects} subjects cannot be solved within "
                f"{MOST_RECORDED} steps.",
                remedy="Leave them out, or ask for a looser tolerance.",
            )
        count = int(solution.steps)
        steps, ends = steps_of(np.asarray(grid)[:count], timeline, count, timeline.drugs)
        self._exposure = jnp.asarray(exposure)
        self._free = jnp.asarray(timeline.free(parameters.exposure)) if timeline.drugs else jnp.ones(())
        self._steps, self._ends = jax.tree.map(jnp.asarray, steps), jnp.asarray(ends)
        self._shift, self._block = jnp.asarray(timeline.shift), jnp.asarray(timeline.block)
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
        one, nothing = jnp.ones_like(subjects.speed)[None], jnp.zeros(())
        _, states = walked(
            self.structure, subjects, self._steps, self._shift, self._block, lambda carried, _x, _n: carried, nothing
        )
        return jnp.concatenate([one, states])[self._ends] * self._free
