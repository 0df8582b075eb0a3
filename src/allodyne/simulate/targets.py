"""Targets of all species: what the species and the drives that act on each of them add up to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax

from allodyne.network.signal import signal
from allodyne.simulate.structure import NO_EDGE, IntArray, Structure, Tables

Array = Any


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


class Inputs(NamedTuple):
    """What drives and drugs do at one time.

    Attributes
    ----------
    log_target : array, shape (species, subjects)
        What they add to the log target.
    free : array, shape (species, subjects)
        Share of each species that no blocker occupies; the scalar 1 without drugs.
    """

    log_target: Array
    free: Array


@dataclass(frozen=True)
class Targets:
    """Targets of one group of subjects: the edges between species, ready to be summed.

    Attributes
    ----------
    incoming, driven : tuple of array, shape (rows, columns, subjects)
        Gains in the tables of the structure.
    exposure : array, shape (drugs, subjects)
    tonic : array, shape (species, 1)
    """

    structure: Structure
    incoming: tuple[Array, ...]
    driven: tuple[Array, ...]
    exposure: Array
    tonic: Array
    dtype: Any

    @classmethod
    def of(cls, structure: Structure, subjects: Subjects) -> Targets:
        """Sort the gains of the subjects into the tables of the structure."""
        gains = subjects.gains
        return cls(
            structure,
            in_tables(structure.incoming, gains),
            in_tables(structure.driven, gains),
            subjects.exposure,
            jnp.asarray(structure.tonic, gains.dtype)[:, None],
            gains.dtype,
        )

    def inputs(self, value: Array, shift: Array, block: Array) -> Inputs:
        """Input of drives and drugs of known value.

        Parameters
        ----------
        value : array, shape (drives + drugs,)
        shift, block : array, shape (species, drugs)

        Returns
        -------
        Inputs
        """
        linear = value[: len(self.structure.drives)].astype(self.dtype)[:, None]
        log_target = weighted_sums(self.structure.driven, linear, self.driven)
        if self.exposure.shape[0] == 0:
            return Inputs(log_target, jnp.ones((), self.dtype))
        concentration = value[len(self.structure.drives) :].astype(self.dtype)[:, None] * self.exposure
        effect = concentration / (1.0 + concentration)
        log_target = log_target + shift.astype(self.dtype) @ effect
        return Inputs(log_target, jnp.prod(1.0 - block.astype(self.dtype)[:, :, None] * effect[None], axis=1))

    def target(self, x: Array, inputs: Inputs) -> Array:
        """Targets of all species at fold changes ``x``, both of shape (species, subjects).

        A species acts by what of it is not blocked.
        """
        heard = signal(x * inputs.free, self.tonic, jnp.sqrt)
        # block by block: an exponential of joined arrays compiles to narrow operations
        blocks, sums = self.structure.incoming.blocks, block_sums(self.structure.incoming, heard, self.incoming)
        return jnp.concatenate(
            [jnp.exp(inputs.log_target[one.low : one.high] + total) for one, total in zip(blocks, sums, strict=True)]
        )


def in_tables(tables: Tables, gains: Array) -> tuple[Array, ...]:
    """Gains (edges, subjects) in the tables, by block; 0 where there is no edge."""
    padded = jnp.concatenate([gains, jnp.zeros((1, gains.shape[1]), gains.dtype)])
    return tuple(padded[np.where(block.edges == NO_EDGE, len(gains), block.edges)] for block in tables.blocks)


def rows_of(array: Array, rows: IntArray) -> Array:
    """Rows of an array (others, subjects); as indexing does, but written and compiled in a fraction of its time."""
    numbers = lax.GatherDimensionNumbers(offset_dims=(1,), collapsed_slice_dims=(0,), start_index_map=(0,))
    sizes, where = (1, array.shape[1]), rows.astype(np.int32)[:, None]
    return lax.gather(array, where, numbers, sizes, mode=lax.GatherScatterMode.PROMISE_IN_BOUNDS)


def weighted_sums(tables: Tables, heard: Array, gains: Sequence[Array]) -> Array:
    """Sum what each row hears through its edges, shape (rows, subjects).

    Parameters
    ----------
    tables : Tables
    heard : array, shape (others, subjects) or (others, 1)
    gains : sequence of array, shape (rows, columns, subjects)
        By block.
    """
    sums = jnp.concatenate(block_sums(tables, heard, gains))
    return sums if tables.rows is None else rows_of(sums, tables.rows)


def block_sums(tables: Tables, heard: Array, gains: Sequence[Array]) -> list[Array]:
    """The same block by block, in the order of the blocks."""
    sums = []
    for block, weights in zip(tables.blocks, gains, strict=True):
        total = jnp.zeros((block.high - block.low, weights.shape[2]), weights.dtype)
        for column in range(block.others.shape[1]):
            total = total + rows_of(heard, block.others[:, column]) * weights[:, column]
        sums.append(total)
    return sums
