"""What many tests share: the shipped network and its arrays."""

from __future__ import annotations

import numpy as np
import pytest

from allodyne.calibrate.likelihood import Noise
from allodyne.calibrate.parameters import space_of
from allodyne.calibrate.posterior import Posterior, load_posterior
from allodyne.network import Network, load_network
from allodyne.simulate.structure import Structure, structure_of


@pytest.fixture(scope="session")
def network() -> Network:
    return load_network()


@pytest.fixture(scope="session")
def structure(network: Network) -> Structure:
    """One object for the whole session, because compiled programs belong to it."""
    return structure_of(network)


@pytest.fixture(scope="session")
def posterior(network: Network, structure: Structure) -> Posterior:
    """A made-up one, of known spread, around the shipped parameters."""
    space = space_of(network, structure)
    shipped = load_posterior()
    vectors = np.linalg.qr(np.random.default_rng(0).standard_normal((space.size, 40)))[0]
    noise = Noise({"log_ratio": 0.3}, 0.3, {"animals": 0.5, "people": 0.5}, 0.05)
    found = {"experiments": 12, "papers": 1, "files": {"made/up/rats.csv": "0123456789abcdef"}}
    return Posterior(
        names=space.names,
        sd=space.sd,
        point=shipped.aligned(space.names, shipped.point),
        vectors=vectors,
        information=np.linspace(1, 10, 40),
        folds=np.zeros((space.size, 0)),
        noise=noise,
        fold_noise=(),
        papers=frozenset({"own:rats"}),
        provenance={"allodyne": "0.4.0", "made": "2026-01-02", "findings": found},
    )
