"""AMICI (CVODES with a sparse Jacobian, compiled C++) on the network as SBML with the sessions as events."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import Failed
from benchmarks.sbml import write_sbml
from benchmarks.study import CHECKED, FloatArray, Study


class AmiciCvodes:
    """One compiled model of the arm with sessions; subjects are solved one by one by setting its parameters."""

    name = "AMICI CVODES"
    timed, together = 8, 1
    """Subjects in a turn, and in a call."""

    def __init__(self) -> None:
        import amici.sim.sundials as sundials

        self.study = Study()
        self._subjects = self.study.subjects(CHECKED)
        self._run = sundials.run_simulation
        self._model = _compiled(write_sbml(self.study, sessions=True))
        self._model.set_timepoints(self.study.outputs)
        self._solver = self._model.create_solver()
        self._solver.set_max_steps(1_000_000)
        names = list(self._model.get_free_parameter_ids())
        structure = self.study.structure
        self._gains = [names.index(f"w_{k}") for k in range(len(structure.edges))]
        self._rates = [names.index(f"r_{k}") for k in range(len(structure.species))]
        states = list(self._model.get_state_ids())
        self._states = [states.index(f"x_{k}") for k in range(len(structure.species))]
        self._values = np.array(self._model.get_free_parameters())

    def solve(self, subjects: Sequence[int], arm: str, rtol: float) -> FloatArray:
        """Fold changes at the output times, shape (days, species, subjects)."""
        if arm != "oxygen":
            raise ValueError("the model holds the sessions")
        self._solver.set_relative_tolerance(rtol)
        self._solver.set_absolute_tolerance(0.01 * rtol)
        return np.stack([self._one(subject) for subject in subjects], axis=-1)

    def _one(self, subject: int) -> FloatArray:
        self._values[self._gains] = self._subjects.gains[:, subject]
        self._values[self._rates] = 1.0 / self._subjects.turnover[:, subject]
        self._model.set_free_parameters(self._values)
        found = self._run(self._model, solver=self._solver)
        if found.status != 0:
            return np.full((len(self.study.outputs), len(self._states)), np.nan)
        return np.asarray(found.x)[:, self._states]


def _compiled(text: str) -> Any:
    """The model as a Python module, compiled once and kept beside the compiled programs of the engine."""
    import hashlib

    from amici import SbmlImporter, import_model_module

    name = f"network_{hashlib.sha256(text.encode()).hexdigest()[:12]}"
    folder = Path(os.environ["ALLODYNE_BENCHMARK_KEPT"]) / name
    done = folder / "compiled"
    if not done.exists():
        os.environ.setdefault("AMICI_CXXFLAGS", "-O3")
        try:
            SbmlImporter(text, from_file=False).sbml2amici(
                name, folder, observation_model=[], generate_sensitivity_code=False, compute_conservation_laws=False
            )
        except Exception as why:
            raise Failed(f"AMICI cannot compile the model here: {str(why).splitlines()[-1][:200]}") from why
        done.touch()
    return import_model_module(name, folder).get_model()
