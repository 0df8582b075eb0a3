"""No gains, however large, push a species out of its bounds."""

from __future__ import annotations

import numpy as np
import pytest
from protocols import LESION, SESSIONS, run

from allodyne.network import Network
from allodyne.simulate.parameters import Parameters
from allodyne.simulate.structure import Structure

LARGEST_DRIVE = {"nerve_injury": 1.0, "oxygen": 2.0}


@pytest.mark.parametrize("scale", [0.3, 1.0, 3.0])
def test_no_species_leaves_its_bounds(network: Network, structure: Structure, scale: float) -> None:
    random = np.random.default_rng(7)
    shape = (len(structure.edges), 8)
    gains = random.choice([-1.0, 1.0], shape) * scale * random.lognormal(0.0, 1.0, shape)
    turnover = structure.turnover[:, None] * random.lognormal(0.0, 0.5, (len(structure.species), 8))

    found = run(structure, [LESION, *SESSIONS], Parameters(turnover, gains, np.ones(8)))

    bound = np.zeros((len(structure.species), 8))
    for row, name in enumerate(structure.edges):
        edge = network.edges[name]
        most = LARGEST_DRIVE.get(edge.source.removeprefix("@"), 0.0) if edge.from_drive else 2.0
        bound[structure.row(edge.target)] += most * np.abs(gains[row])
    solved = found.status == 0
    assert solved.any()
    assert np.isnan(found.values[:, :, ~solved]).all()
    values = found.values[:, :, solved]
    assert np.isfinite(values).all()
    assert (values > 0).all()
    assert (np.abs(np.log(values)) <= bound[:, solved] + 1e-3).all()
