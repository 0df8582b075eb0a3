"""Subjects for the tests of the engine."""

from __future__ import annotations

import pytest

from allodyne.network import Network
from allodyne.simulate.parameters import Parameters
from allodyne.simulate.structure import Structure
from allodyne.subjects.population import draw_population


@pytest.fixture(scope="session")
def subjects(network: Network, structure: Structure) -> Parameters:
    """Eight drawn subjects: the smallest group that is solved together."""
    return draw_population(network, structure, 8, seed=1, severity_sd=0.3)


@pytest.fixture(scope="session")
def many(network: Network, structure: Structure) -> Parameters:
    """One subject more than a full group."""
    return draw_population(network, structure, 65, seed=1, severity_sd=0.3)
