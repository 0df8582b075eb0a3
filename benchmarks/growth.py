"""Child process: cost against one size of the study or of the network, all else equal; prints JSON."""

from __future__ import annotations

import json
import sys
from typing import Any

import numpy as np

from allodyne.network import load_network
from benchmarks.measure import clock, median, stay_on
from benchmarks.ours import Ours
from benchmarks.study import Study
from benchmarks.synthetic import random_network

SUBJECTS = 128
DENSITY = 4.0
"""Edges per species of the random networks, about that of the shipped one."""
AXES: dict[str, tuple[int, ...]] = {
    "species": (32, 64, 128, 256, 512),
    "edges": (128, 256, 512, 1024, 2048),
    "sessions": (5, 10, 20, 40, 80),
    "days": (21, 42, 84, 168, 336),
    "subjects": (1, 8, 64, 256, 1024, 4096),
}
OF_NETWORKS = ("species", "edges")
"""Random networks differ in how many steps they need, so that theirs is the cost of one evaluation."""
REPEATS, SECONDS = 3, 6.0


def study_of(axis: str, size: int) -> Study:
    """The study of one point; one session a day where the number of sessions or days is varied."""
    if axis == "species":
        return Study(given=random_network(size, round(DENSITY * size)))
    if axis == "edges":
        return Study(given=random_network(128, size))
    if axis == "sessions":
        return Study(sessions=size, per_week=7)
    if axis == "days":
        return Study(days=size, sessions=14, per_week=7)
    return Study()


def main(cores: int, about: dict[str, Any]) -> None:
    """Measure the points of one axis, smallest first, and fit the power law of the upper half."""
    stay_on(cores)
    axis = about["axis"]
    load_network()
    points: list[dict[str, Any]] = []
    for size in AXES[axis]:
        count = size if axis == "subjects" else SUBJECTS
        ours = Ours(count, ["oxygen"], study=study_of(axis, size))
        (found,) = ours.run(check=False)
        taken = clock(lambda ours=ours: ours.run(check=False), REPEATS, SECONDS)  # type: ignore[misc]
        unsolved = int(np.count_nonzero(found.status))
        point = {"size": size, "s": median(taken), "subjects": count, "unsolved": unsolved}
        # groups are full, so that an evaluation of a group is one of each of its subjects
        each = 1e6 * point["s"] / (ours.machine.group * found.evaluations)
        points.append({**point, "us_per_evaluation": each, "cost": each if axis in OF_NETWORKS else point["s"]})
    slopes = {"all": _slope(points), "upper": _slope(points[len(points) // 2 :])}
    unit = "µs for an evaluation" if axis in OF_NETWORKS else "s"
    print(json.dumps({"points": points, "unit": unit, "exponent": slopes}))


def _slope(points: list[dict[str, Any]]) -> float:
    """Exponent of the power law through the points, by least squares of logarithms."""
    size, taken = (np.log([point[key] for point in points]) for key in ("size", "cost"))
    return float(np.polyfit(size, taken, 1)[0])


if __name__ == "__main__":
    main(int(sys.argv[1]), json.loads(sys.argv[2]))
