"""Child process: another solver, at the loosest tolerance that reaches the error; prints its times as JSON."""

from __future__ import annotations

import importlib
import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import clock, median, peak_memory, stay_on
from benchmarks.study import ARMS, CHECKED, ERROR, FloatArray, error_of

RIVALS = {"scipy": ("scipy_lsoda", "ScipyLsoda"), "roadrunner": ("roadrunner_cvode", "RoadRunnerCvode")}
LADDER = [10 ** (-number / 2) for number in range(6, 21)]
"""Relative tolerances from 1e-3 down to 1e-10."""
TRIED = 2
"""Subjects on whom the ladder is climbed."""
REPEATS, SECONDS = 3, 12.0

_solver: Any = None


def start(rival: str) -> None:
    """Prepare the solver of this process."""
    global _solver
    module, name = RIVALS[rival]
    _solver = getattr(importlib.import_module(f"benchmarks.{module}"), name)()


def solve(job: tuple[int, str, float]) -> FloatArray:
    """One subject in one arm."""
    found: FloatArray = _solver.solve(*job)
    return found


def main(cores: int, rival: str, reference: Path) -> None:
    """Climb the ladder, then measure on one core and on all."""
    stay_on(cores)
    began = time.perf_counter()
    start(rival)
    setup = time.perf_counter() - began
    exact = np.load(reference)
    rtol, error = _loosest(exact)
    jobs = [(subject, arm, rtol) for subject in range(CHECKED) for arm in ARMS]
    one_core = clock(lambda: [solve(job) for job in jobs], REPEATS, SECONDS)
    with ProcessPoolExecutor(cores, get_context("spawn"), start, (rival,)) as pool:
        list(pool.map(solve, jobs))
        all_cores = clock(lambda: list(pool.map(solve, jobs)), REPEATS, SECONDS)
    answer = {
        "setup_s": setup,
        "rtol": rtol,
        "error": error,
        "subjects_per_s": {"1": CHECKED / median(one_core), str(cores): CHECKED / median(all_cores)},
        "peak_MiB": peak_memory(),
    }
    print(json.dumps(answer))


def _loosest(exact: FloatArray) -> tuple[float, float]:
    error = float("inf")
    for rtol in LADDER:
        found = [[solve((subject, arm, rtol)) for subject in range(TRIED)] for arm in ARMS]
        error = error_of(np.moveaxis(np.array(found), 1, -1), exact[..., :TRIED])
        if error <= ERROR:
            return rtol, error
    raise SystemExit(f"No tolerance reaches an error of {ERROR:g}, only {error:.2g}: are these the same equations?")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
