"""libRoadRunner (CVODE, compiled by LLVM) on the network as SBML, restarted at every session edge."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import roadrunner

from benchmarks.sbml import write_sbml
from benchmarks.study import CHECKED, FloatArray, Study


class RoadRunnerCvode:
    """One compiled model; subjects are solved one by one by setting its parameters."""

    name = "libRoadRunner CVODE"
    timed, together = 8, 1
    """Subjects in a turn, and in a call."""

    def __init__(self) -> None:
        self.study = Study()
        self._subjects = self.study.subjects(CHECKED)
        structure = self.study.structure
        roadrunner.Logger.setLevel(roadrunner.Logger.LOG_ERROR)
        self._model = roadrunner.RoadRunner(write_sbml(self.study))
        self._model.setIntegrator("cvode")
        self._model.integrator.setValue("maximum_num_steps", 100_000)
        names = list(self._model.model.getGlobalParameterIds())
        self._gains = [names.index(f"w_{k}") for k in range(len(structure.edges))]
        self._rates = [names.index(f"r_{k}") for k in range(len(structure.species))]
        self._oxygen = [names.index("oxygen")]
        self._model.timeCourseSelections = [f"x_{k}" for k in range(len(structure.species))]

    def solve(self, subjects: Sequence[int], arm: str, rtol: float) -> FloatArray:
        """Fold changes at the output times, shape (days, species, subjects)."""
        return np.stack([self._one(subject, arm, rtol) for subject in subjects], axis=-1)

    def _one(self, subject: int, arm: str, rtol: float) -> FloatArray:
        gains, turnover = self._subjects.gains[:, subject], self._subjects.turnover[:, subject]
        runner, model = self._model, self._model.model
        runner.resetAll()
        model.setGlobalParameterValues(self._gains, gains)
        model.setGlobalParameterValues(self._rates, 1.0 / turnover)
        runner.integrator.setValue("relative_tolerance", rtol)
        runner.integrator.setValue("absolute_tolerance", 0.01 * rtol)
        found = [np.ones((1, len(turnover)))]
        for piece in self.study.pieces(arm):
            model.setGlobalParameterValues(self._oxygen, [piece.oxygen])
            times = np.unique([piece.start, *piece.outputs, piece.end])
            values = np.array(runner.simulate(times=times.tolist()))
            found.append(values[np.isin(times, piece.outputs)])
        return np.concatenate(found)
