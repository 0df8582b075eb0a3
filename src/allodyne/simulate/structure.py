"""The network as arrays: an order of the species and the edges as slices of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allodyne.network.schema import Edge, Network

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Layer:
    """The k-th incoming edge of every species that has more than k of them.

    Species are ordered by falling in-degree, so that the targets of a layer are the first ``size`` species and
    adding the layer is a slice instead of a scatter.

    Attributes
    ----------
    size : int
        Number of targets.
    sources : array of int, shape (size,)
        Row of the source of each edge.
    edges : array of int, shape (size,)
        Position of each edge in the order of the network.
    """

    size: int
    sources: IntArray
    edges: IntArray


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
    layers : tuple of Layer
        Edges between species.
    drive_layers : tuple of Layer
        Edges from drives; here the targets are the first of ``drive_targets``.
    drive_targets : array of int
        Rows of the species that drives act on, by falling number of drives.
    """

    species: tuple[str, ...]
    drives: tuple[str, ...]
    edges: tuple[str, ...]
    turnover: FloatArray
    tonic: FloatArray
    weights: FloatArray
    layers: tuple[Layer, ...]
    drive_layers: tuple[Layer, ...]
    drive_targets: IntArray

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
    incoming = {
        name: [k for k, edge in enumerate(edges) if edge.target == name and not edge.from_drive]
        for name in network.species
    }
    order = sorted(network.species, key=lambda name: -len(incoming[name]))
    row = {name: number for number, name in enumerate(order)}
    drives = tuple(network.drives)
    driven = {name: [k for k, edge in enumerate(edges) if edge.target == name and edge.from_drive] for name in order}
    targets = sorted((name for name in order if driven[name]), key=lambda name: -len(driven[name]))
    drive_row = {f"@{name}": number for number, name in enumerate(drives)}
    return Structure(
        species=tuple(order),
        drives=drives,
        edges=tuple(network.edges),
        turnover=np.array([network.species[name].turnover_days for name in order]),
        tonic=np.array([network.species[name].tonic for name in order]),
        weights=np.array([edge.weight for edge in edges]),
        layers=_layers(order, incoming, edges, row),
        drive_layers=_layers(targets, driven, edges, drive_row),
        drive_targets=np.array([row[name] for name in targets], dtype=np.int64),
    )


def _layers(
    order: list[str], incoming: dict[str, list[int]], edges: list[Edge], row: dict[str, int]
) -> tuple[Layer, ...]:
    layers = []
    for depth in range(max((len(incoming[name]) for name in order), default=0)):
        chosen = [incoming[name][depth] for name in order if len(incoming[name]) > depth]
        sources = np.array([row[edges[k].source] for k in chosen], dtype=np.int64)
        layers.append(Layer(len(chosen), sources, np.array(chosen, dtype=np.int64)))
    return tuple(layers)
