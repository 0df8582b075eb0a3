"""``python -m allodyne.calibrate DIR``: ship the posterior that ``allodyne calibrate --out DIR`` wrote."""

from __future__ import annotations

import sys
from pathlib import Path

from allodyne.calibrate.shipping import ship
from allodyne.network import load_network
from allodyne.simulate.structure import structure_of

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Name the folder that allodyne calibrate wrote: python -m allodyne.calibrate DIR")
    network = load_network()
    ship(Path(sys.argv[1]), network, structure_of(network))
