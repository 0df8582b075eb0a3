"""Child process: the engine on one number of subjects; prints its times as JSON and keeps the checked subjects."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from benchmarks.measure import clock, peak_memory, since_started, stay_on
from benchmarks.study import ARMS, CHECKED, ERROR, Study, output_days

REPEATS, SECONDS = 5, 12.0


def main(cores: int, subjects: int, once: bool, keep: Path) -> None:
    """Solve both arms: once, and then, unless ``once``, several times more."""
    stay_on(cores)
    from allodyne.simulate.solve import solve
    from allodyne.simulate.timeline import build_timeline

    study = Study()
    parameters = study.subjects(subjects)
    arms = [(build_timeline(study.structure, study.signals(arm), [], output_days(), 0.0), parameters) for arm in ARMS]
    built = since_started()
    found = solve(study.structure, arms, study.structure.species, ERROR)
    first = since_started()
    np.save(keep, np.stack([one.values[:, :, :CHECKED] for one in found]))
    # as a study does it: a few outcomes instead of all species
    outcomes = ["mechanical_hypersensitivity", "thermal_hypersensitivity", "mtorc1", "microglia"]
    steady = [] if once else clock(lambda: solve(study.structure, arms, outcomes, ERROR), REPEATS, SECONDS)
    answer = {
        "build_s": built,
        "first_s": first - built,
        "process_s": first,
        "steady_s": steady,
        "estimated_error": max(one.error for one in found),
        "steps": sum(one.steps for one in found),
        "failed": int(sum(np.count_nonzero(one.status) for one in found)),
        "peak_MiB": peak_memory(),
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "once", Path(sys.argv[4]))
