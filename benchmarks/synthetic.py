"""Random networks of a given size that resemble the shipped one, built with its own classes."""

from __future__ import annotations

import numpy as np

from allodyne.network import Drive, Edge, Network, Species, load_network

SEED = 7


def random_network(species: int, edges: int) -> Network:
    """Draw a network.

    Turnover times, tonic shares and gains are drawn with replacement from the shipped network, so that it is as
    stiff; gains are scaled by shipped over drawn edges per species, so that the total input of a species stays the
    same. Sources and targets are drawn without preference. The lesion and oxygen act on one species in twenty each.

    Parameters
    ----------
    species, edges : int
        Edges between species, drives not counted; a pair of species has at most one.

    Returns
    -------
    Network
    """
    shipped, draw = load_network(), np.random.default_rng([SEED, species, edges])
    inner = [edge for edge in shipped.edges.values() if not edge.from_drive]
    pool = list(shipped.species.values())
    drives = {
        "nerve_injury": Drive(id="nerve_injury", label="Lesion", unit="1", kind="lesion"),
        "oxygen": Drive(id="oxygen", label="Oxygen", unit="1"),
    }
    names = [f"s{number}" for number in range(species)]
    nodes = {}
    for name, number in zip(names, draw.integers(len(pool), size=species), strict=True):
        like = pool[number]
        nodes[name] = Species(
            id=name,
            label=name,
            site="none",
            turnover_days=like.turnover_days,
            turnover_basis="assumption",
            tonic=like.tonic,
        )
    scale = (len(inner) / len(pool)) / (edges / species)
    pairs = draw.choice(species * species, size=edges, replace=False)
    likes = [inner[number] for number in draw.integers(len(inner), size=edges)]
    drawn = [
        _edge(names[pair // species], names[pair % species], like.sign, scale * like.gain)
        for pair, like in zip(pairs.tolist(), likes, strict=True)
    ]
    for drive in drives:
        hit = draw.choice(species, size=max(1, species // 20), replace=False)
        drawn += [_edge(f"@{drive}", names[number], "+", 0.5) for number in hit]
    return Network({"random": "Random"}, nodes, {edge.id: edge for edge in drawn}, drives, {}, {})


def _edge(source: str, target: str, sign: str, gain: float) -> Edge:
    return Edge.model_validate(
        {"from": source, "to": target, "sign": sign, "gain": min(max(gain, 1e-6), 10.0), "basis": "assumption"}
    )
