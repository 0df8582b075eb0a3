"""The network as arrays: an order of the species, and the edges as tables of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allodyne.network.schema import Network

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
_Ends = defaultdict[str, list[tuple[str, int]]]

WIDTHS = (12, 6, 4, 3, 2, 1, 0)
"""Rows with at most so many edges share a block: few blocks, little padding."""
NO_EDGE = -1


@dataclass(frozen=True)
class Block:
    """Neighbouring rows with about as many edges each, as a table: gathered and summed column by column.

    Attributes
    ----------
    low, high : int
        Its rows.
    others : array of int, shape (rows, columns)
        Row at the other end of each edge.
    edges : array of int, shape (rows, columns)
        Position of each edge in the order of the network; ``NO_EDGE`` where a row has fewer.
    """

    low: int
    high: int
    others: IntArray
    edges: IntArray


@dataclass(frozen=True)
class Tables:
    """Edges of all rows, in blocks.

    Attributes
    ----------
    blocks : tuple of Block
        Over rows by falling number of edges.
    rows : array of int or None
        Where each row of the network stands in the blocks; None where they are in its order.
    """

    blocks: tuple[Block, ...]
    rows: IntArray | None


@dataclass(frozen=True, eq=False)
class Structure:
    """What does not differ between subjects; compared by identity, because compiled programs belong to it.

    Attributes
    ----------
    species, drives, edges : tuple of str
        Names; species in the order of the rows, edges in the order of the network.
    turnover : array, shape (species,)
        Turnover times in days.
    tonic : array, shape (species,)
        Share of its effect that a species has in health.
    weights : array, shape (edges,)
        Gains with their sign.
    incoming : Tables
        For each species the species that act on it; in the order of the rows.
    outgoing : Tables
        For each species those that it acts on: what reverse-mode derivatives run along.
    driven : Tables
        For each species the drives that act on it.
    """

    species: tuple[str, ...]
    drives: tuple[str, ...]
    edges: tuple[str, ...]
    turnover: FloatArray
    tonic: FloatArray
    weights: FloatArray
    incoming: Tables
    outgoing: Tables
    driven: Tables

    def row(self, species: str) -> int:
        """Row of a species."""
        return self.species.index(species)


def structure_of(network: Network) -> Structure:
    """Turn a network into arrays.

    Parameters
    ----------
    network : Network

    Returns
    -------
    Structure
    """
    edges = list(network.edges.values())
    # by the name at one end: the name at the other, and the number of the edge
    incoming, outgoing, driven = _Ends(list), _Ends(list), _Ends(list)
    for number, edge in enumerate(edges):
        (driven if edge.from_drive else incoming)[edge.target].append((edge.source, number))
        outgoing[edge.source].append((edge.target, number))
    order = sorted(network.species, key=lambda name: -len(incoming[name]))
    row = {name: number for number, name in enumerate(order)}
    drives = tuple(network.drives)
    drive_row = {f"@{name}": number for number, name in enumerate(drives)}
    return Structure(
        species=tuple(order),
        drives=drives,
        edges=tuple(network.edges),
        turnover=np.array([network.species[name].turnover_days for name in order]),
        tonic=np.array([network.species[name].tonic for name in order]),
        weights=np.array([edge.weight for edge in edges]),
        incoming=_tables([_by_row(incoming[name], row) for name in order]),
        outgoing=_tables([_by_row(outgoing[name], row) for name in order]),
        driven=_tables([_by_row(driven[name], drive_row) for name in order]),
    )


def _by_row(ends: list[tuple[str, int]], rows: dict[str, int]) -> list[tuple[int, int]]:
    return [(rows[name], number) for name, number in ends]


def _tables(ends: list[list[tuple[int, int]]]) -> Tables:
    """Tables of the edges of each row, given as pairs of the row at their other end and their number."""
    order = sorted(range(len(ends)), key=lambda row: -len(ends[row]))
    sorted_ends = [ends[row] for row in order]
    bounds = [0, *(next((k for k, one in enumerate(sorted_ends) if len(one) <= most), len(ends)) for most in WIDTHS)]
    blocks = []
    for low, high in zip(bounds, [*bounds[1:], len(ends)], strict=True):
        if high > low:
            columns = len(sorted_ends[low])
            padded = [[*one, *[(0, NO_EDGE)] * (columns - len(one))] for one in sorted_ends[low:high]]
            table = np.array(padded, dtype=np.int64).reshape(high - low, columns, 2)
            blocks.append(Block(low, high, table[:, :, 0], table[:, :, 1]))
    in_order = order == list(range(len(ends)))
    return Tables(tuple(blocks), None if in_order else np.argsort(order))
