"""The cited network: species, edges and drives as data."""

from allodyne.network.lint import Lint, lint
from allodyne.network.loading import load_network
from allodyne.network.schema import Drive, Edge, Network, Species

__all__ = ["Drive", "Edge", "Lint", "Network", "Species", "lint", "load_network"]
