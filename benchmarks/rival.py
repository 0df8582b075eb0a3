"""Another solver, at the loosest tolerance that reaches the error, on one core or on several processes."""

from __future__ import annotations

import importlib
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import numpy as np

from benchmarks.measure import Failed
from benchmarks.study import ARMS, ERROR, FloatArray, errors_of

RIVALS = {
    "roadrunner": ("roadrunner_cvode", "RoadRunnerCvode"),
    "amici": ("amici_cvodes", "AmiciCvodes"),
    "diffrax": ("diffrax_tsit5", "DiffraxTsit5"),
    "scipy": ("scipy_lsoda", "ScipyLsoda"),
}
LADDER = [10 ** (-number / 2) for number in range(6, 21)]
"""Relative tolerances from 1e-3 down to 1e-10; the absolute one is a hundredth of it."""
ARM = ARMS[0]

_solver: Any = None


class Rival:
    """A solver that has climbed the ladder of tolerances.

    Parameters
    ----------
    cores : int
        Processes, from two on.
    name : str
        Key of ``RIVALS``.
    reference : str
        File of the reference.
    rtol : float, optional
        What an earlier climb found; the ladder is not climbed again.
    """

    def __init__(self, cores: int, name: str, reference: str, rtol: float | None) -> None:
        solver = _start(name)
        self.timed: int = solver.timed
        exact = np.load(reference)[0, ..., : self.timed]
        known = _loosest(solver, exact) if rtol is None else rtol
        self._jobs = [(subjects, ARM, known) for subjects in _calls(solver)]
        self._pool: ProcessPoolExecutor | None = None
        if cores > 1:
            self._pool = ProcessPoolExecutor(cores, get_context("spawn"), _start, (name,))
        error = float(errors_of(self.run(), exact).max())
        self.ready = {"label": solver.name, "timed": self.timed, "rtol": known, "error": error}

    def run(self) -> FloatArray:
        """Solve all subjects of a turn, shape (days, species, subjects)."""
        found = map(_solve, self._jobs) if self._pool is None else self._pool.map(_solve, self._jobs)
        return np.concatenate(list(found), axis=-1)


def _start(name: str) -> Any:
    """Prepare the solver of this process."""
    global _solver
    module, kind = RIVALS[name]
    _solver = getattr(importlib.import_module(f"benchmarks.{module}"), kind)()
    return _solver


def _calls(solver: Any) -> list[list[int]]:
    """Subjects of each call of a turn."""
    numbers = list(range(solver.timed))
    return [numbers[first : first + solver.together] for first in range(0, solver.timed, solver.together)]


def _solve(job: tuple[list[int], str, float]) -> FloatArray:
    found: FloatArray = _solver.solve(*job)
    return found


def _loosest(solver: Any, exact: FloatArray) -> float:
    """The loosest tolerance at which all subjects of a turn have the requested error."""
    for rtol in LADDER:
        errors = (errors_of(solver.solve(subjects, ARM, rtol), exact[..., subjects]) for subjects in _calls(solver))
        if all(np.all(error <= ERROR) for error in errors):
            return rtol
    raise Failed(f"no tolerance from {LADDER[0]:g} to {LADDER[-1]:g} reaches an error of {ERROR:g}")
