"""Every edge does what the network says, and nothing else: one subject per edge, in whom only that edge is alive.

A probe drive pushes the source. With all turnover times one day, forty days are the steady state.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from protocols import run

from allodyne.network import Network, load_network
from allodyne.signals import Signal
from allodyne.simulate.solve import Parameters
from allodyne.simulate.structure import structure_of

EDGES = list(load_network().edges)


@pytest.fixture(scope="module")
def settled(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Mapping[str, float]]:
    """ln x of every species in the steady state, by the edge that is alive."""
    file = tmp_path_factory.mktemp("network") / "probe.yaml"
    probes = [f"  - {{from: '@probe', to: {name}, sign: '+', gain: 1, basis: assumption}}" for name in network.species]
    head = "system: probe\nlabel: Probe\ndrives: [{id: probe, label: Probe, unit: '1'}]\nedges:\n"
    file.write_text(head + "\n".join(probes) + "\n")
    probed = load_network(extra=[file])
    structure = structure_of(probed)
    gains = np.zeros((len(structure.edges), len(EDGES)))
    for subject, name in enumerate(EDGES):
        edge = network.edges[name]
        gains[structure.edges.index(name), subject] = np.sign(edge.weight)
        if not edge.from_drive:
            gains[structure.edges.index(f"@probe>{edge.source}"), subject] = 1.0
    turnover = np.ones((len(structure.species), len(EDGES)))
    signals = [Signal(drive, 0.0, np.inf, 1.0) for drive in structure.drives]
    found = run(structure, signals, Parameters(turnover, gains, np.ones(len(EDGES))), days=np.array([0.0, 1.0, 40.0]))
    assert not found.status.any()
    logs = np.log(found.values[-1])
    return {name: dict(zip(structure.species, logs[:, k], strict=True)) for k, name in enumerate(EDGES)}


@pytest.mark.parametrize("name", EDGES)
def test_the_target_follows_the_sign_and_nothing_else_moves(
    name: str, network: Network, settled: Mapping[str, Mapping[str, float]]
) -> None:
    edge, logs = network.edges[name], dict(settled[name])
    push = 1.0 if edge.from_drive else 2.0 * np.tanh(0.5)
    direction = 1.0 if edge.sign == "+" else -1.0

    assert logs.pop(edge.target) == pytest.approx(direction * push, abs=1e-3)
    if not edge.from_drive:
        assert logs.pop(edge.source) == pytest.approx(1.0, abs=1e-3)
    assert set(logs.values()) == {0.0}
