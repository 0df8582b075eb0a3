"""Our engine as one of the solvers: the subjects of an arm, or of both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.measure import Failed
from benchmarks.study import ERROR, OUTCOMES, FloatArray, Study, first_of


def chosen(device: str = "cpu", precision: str = "double") -> Any:
    """What the engine computes on.

    Parameters
    ----------
    device : {"cpu", "gpu"}, optional
    precision : {"double", "single"}, optional

    Returns
    -------
    Machine

    Raises
    ------
    Failed
        When this machine does not have it.
    """
    from allodyne.errors import UserError
    from allodyne.simulate.machine import machine_for

    try:
        return machine_for(device, precision)
    except UserError as none:
        raise Failed(f"no GPU: {none}") from none


class Ours:
    """A population of the study; drawing it is not measured.

    Parameters
    ----------
    count : int
        Subjects.
    arms : sequence of str
    machine : Machine, optional
    study : Study, optional
    """

    name = "allodyne"

    def __init__(self, count: int, arms: Sequence[str], machine: Any = None, study: Study | None = None) -> None:
        self.study = Study() if study is None else study
        self.machine = chosen() if machine is None else machine
        self.structure = self.study.structure
        self.parameters = self.study.subjects(count)
        self.arms = [(self.study.line(arm), self.parameters) for arm in arms]
        self.outcomes = [name for name in OUTCOMES if name in self.structure.species] or [self.structure.species[0]]

    def run(self, check: bool = True) -> list[Any]:
        """Solve as a study does: a few outcomes, a check of the accuracy, all subjects."""
        from allodyne.simulate.solve import solve

        return solve(self.structure, self.arms, self.outcomes, ERROR, check=check, machine=self.machine)

    def first(self, count: int) -> FloatArray:
        """All species of the first subjects, solved with the group that they belong to.

        Returns
        -------
        array, shape (arms, days, species, count)
        """
        from allodyne.simulate.solve import rehearse, solve

        accuracy = rehearse(self.structure, self.arms, ERROR, self.machine)
        few = [(line, first_of(parameters, self.machine.group)) for line, parameters in self.arms]
        found = solve(self.structure, few, self.structure.species, ERROR, accuracy=accuracy, machine=self.machine)
        return np.stack([one.values[:, :, :count] for one in found])
