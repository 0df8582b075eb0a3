"""``python -m allodyne.calibrate DIR``: ship the posterior that ``allodyne calibrate --out DIR`` wrote."""

from __future__ import annotations

import sys
from pathlib import Path

from allodyne.calibrate.shipping import ship
from allodyne.network import load_network
from allodyne.simulate.structure import structure_of

if __name__ == "__main__":
    network = load_network()
    ship(Path(sys.argv[1]), network, structure_of(network))
