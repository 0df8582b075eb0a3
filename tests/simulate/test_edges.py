"""Every edge does what the network says, and nothing else: one subject per edge, in whom only that edge is alive.

A probe drive pushes the source. With all turnover times one day, forty days are the steady state. Pushed below
health, a source acts by its tonic share.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from allodyne.network import Network, load_network
from allodyne.signals import Signal
from allodyne.simulate.parameters import Parameters
from allodyne.simulate.solve import Trajectories, solve
from allodyne.simulate.structure import Structure, structure_of
from allodyne.simulate.timeline import build_timeline

EDGES = list(load_network().edges)
DAYS = np.array([0.0, 1.0, 40.0])


Settled = Mapping[str, Mapping[str, float]]


@pytest.fixture(scope="module")
def settled(network: Network, tmp_path_factory: pytest.TempPathFactory) -> tuple[Settled, Settled]:
    """ln x of every species in the steady state, by the edge that is alive: pushed up, and pushed down."""
    file = tmp_path_factory.mktemp("network") / "probe.yaml"
    probes = [f"  - {{from: '@probe', to: {name}, sign: '+', gain: 1, basis: assumption}}" for name in network.species]
    head = "system: probe\nlabel: Probe\ndrives: [{id: probe, label: Probe, unit: '1'}]\nedges:\n"
    file.write_text(head + "\n".join(probes) + "\n")
    structure = structure_of(load_network(extra=[file]))
    gains = np.zeros((len(structure.edges), len(EDGES)))
    for subject, name in enumerate(EDGES):
        edge = network.edges[name]
        gains[structure.edges.index(name), subject] = np.sign(edge.weight)
        if not edge.from_drive:
            gains[structure.edges.index(f"@probe>{edge.source}"), subject] = 1.0
    parameters = Parameters(np.ones((len(structure.species), len(EDGES))), gains, np.ones(len(EDGES)))
    lines = [
        build_timeline(structure, [Signal(drive, 0.0, np.inf, push) for drive in structure.drives], [], DAYS, 0.0)
        for push in (1.0, -1.0)
    ]
    up, down = solve(structure, [(line, parameters) for line in lines], structure.species, 1e-3)
    assert not (up.status.any() or down.status.any())
    return _by_edge(structure, up), _by_edge(structure, down)


def _by_edge(structure: Structure, found: Trajectories) -> Settled:
    logs = np.log(found.values[-1])
    return {name: dict(zip(structure.species, logs[:, k], strict=True)) for k, name in enumerate(EDGES)}


@pytest.mark.parametrize("name", EDGES)
def test_the_target_follows_the_sign_and_nothing_else_moves(
    name: str, network: Network, settled: tuple[Settled, Settled]
) -> None:
    edge = network.edges[name]
    direction = 1.0 if edge.sign == "+" else -1.0
    for push, logs in zip((1.0, -1.0), (dict(found[name]) for found in settled), strict=True):
        signal = push
        if not edge.from_drive:
            assert logs.pop(edge.source) == pytest.approx(push, abs=1e-3)
            phi, tonic = 2.0 * np.tanh(push / 2.0), network.species[edge.source].tonic
            signal = (1 + tonic) / 2 * phi + (1 - tonic) / 2 * (np.sqrt(phi**2 + 0.05**2) - 0.05)
            assert signal == pytest.approx(phi if push > 0 else tonic * phi, abs=0.05)
        assert logs.pop(edge.target) == pytest.approx(direction * signal, abs=1e-3)
        assert set(logs.values()) == {0.0}
