"""Derivatives of single readings: each subject of a group carries one reading, and one reverse pass gives all of them.

Subjects do not touch each other, so that the derivative of the sum of one reading a subject holds, in the column of
each subject, the derivative of its own reading.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from allodyne.errors import AllodyneError
from allodyne.simulate.adaptive import as_pieces, solver
from allodyne.simulate.backend import compiled, devices
from allodyne.simulate.parameters import Parameters
from allodyne.simulate.replay import Steps, steps_of, walked
from allodyne.simulate.structure import FloatArray, IntArray, Structure
from allodyne.simulate.targets import Subjects
from allodyne.simulate.timeline import Timeline

Array = Any
MOST_RECORDED = 40_000
_LEAST = 1e-300
"""Share that is free at least, so that its logarithm exists."""
_FEWEST_STEPS, _FEWEST_PIECES = 256, 64
_DRUG_SLOTS = (0, 4, 32)
_WIDTHS = (8, 32)


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
        steps, ends = steps_of(grid, timeline, _padded(len(grid), _FEWEST_STEPS), slots)
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
    return compiled(solver(structure, MOST_RECORDED))


def _padded(count: int, fewest: int) -> int:
    return fewest * int(2 ** np.ceil(np.log2(max(count, 1) / fewest))) if count > fewest else fewest


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

    return compiled(jax.value_and_grad(total, argnums=(0, 1), has_aux=True))


def _follow(
    structure: Structure, subjects: Subjects, steps: Steps, shift: Array, block: Array, rows: Array, ends: Array
) -> Array:
    """Fold change that each subject is read for, shape (subjects,)."""
    columns = jnp.arange(subjects.speed.shape[1])

    def read(picked: Array, x: Array, number: Array) -> Array:
        return jnp.where(ends == number, x[rows, columns], picked)

    return walked(structure, subjects, steps, shift, block, read, jnp.ones_like(subjects.speed[0]))[0]
