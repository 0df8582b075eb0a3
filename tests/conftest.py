"""What many tests share: the shipped network and its arrays."""

from __future__ import annotations

import pytest

from allodyne.network import Network, load_network
from allodyne.simulate.structure import Structure, structure_of


@pytest.fixture(scope="session")
def network() -> Network:
    return load_network()


@pytest.fixture(scope="session")
def structure(network: Network) -> Structure:
    """One object for the whole session, because compiled programs belong to it."""
    return structure_of(network)
