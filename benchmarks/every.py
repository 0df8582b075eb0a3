"""Child process: the error of every subject of a large population, against our own solution far more tightly."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import stay_on
from benchmarks.ours import Ours, chosen
from benchmarks.study import ARMS, CHECKED, ERROR, errors_of

TIGHTER = 30.0
PORTION = 1024


def main(cores: int, about: dict[str, Any]) -> None:
    """Solve all species of all subjects twice, portion by portion."""
    stay_on(cores)
    from allodyne.simulate.solve import rehearse, solve

    ours = Ours(about["subjects"], ARMS[:1], chosen("cpu", about["precision"]))
    (line, parameters) = ours.arms[0]
    species = ours.structure.species
    accuracy = rehearse(ours.structure, ours.arms, ERROR, ours.machine)
    errors = np.full(about["subjects"], np.nan)
    unsolved, of_tight = 0, float("nan")
    for first in range(0, about["subjects"], PORTION):
        part_of = np.arange(first, min(first + PORTION, about["subjects"]))
        part = [(line, parameters.take(part_of))]
        (loose,) = solve(ours.structure, part, species, ERROR, accuracy=accuracy, first=first, machine=ours.machine)
        (tight,) = solve(ours.structure, part, species, ERROR / TIGHTER, check=False)
        errors[part_of] = errors_of(loose.values, tight.values)
        unsolved += int(np.count_nonzero(loose.status) + np.count_nonzero(tight.status))
        if first == 0:
            exact = np.load(Path(about["reference"]))[0]
            of_tight = float(errors_of(tight.values[..., :CHECKED], exact).max())
    shares = np.quantile(errors[np.isfinite(errors)], [0.5, 0.99])
    answer = {
        "tighter": TIGHTER,
        "error": float(np.nanmax(errors)),
        "median": float(shares[0]),
        "of_99_percent": float(shares[1]),
        "above": int(np.count_nonzero(~(errors <= ERROR))),
        "unsolved": unsolved,
        "error_of_tighter": of_tight,
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main(int(sys.argv[1]), json.loads(sys.argv[2]))
