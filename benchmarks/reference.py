"""Child process: the reference, SciPy LSODA at rtol 1e-10, shape (arms, days, species, subjects)."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from benchmarks.measure import stay_on
from benchmarks.scipy_lsoda import REFERENCE, ScipyLsoda
from benchmarks.study import ARMS, CHECKED


def main(cores: int, keep: Path) -> None:
    """Solve the checked subjects and keep their trajectories."""
    stay_on(cores)
    solver = ScipyLsoda()
    found = [[solver.solve(subject, arm, REFERENCE) for subject in range(CHECKED)] for arm in ARMS]
    np.save(keep, np.moveaxis(np.array(found), 1, -1))
    print(json.dumps({"rtol": REFERENCE}))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
