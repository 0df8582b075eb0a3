"""SciPy LSODA on a right-hand side in NumPy, restarted at every session edge; at rtol 1e-10 it is the reference."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.integrate import odeint

from allodyne.network.signal import signal
from benchmarks.study import CHECKED, LESION_RATE, FloatArray, Study


class ScipyLsoda:
    """One network; subjects are solved one by one."""

    name = "SciPy LSODA"
    timed, together = 8, 1
    """Subjects in a turn, and in a call."""

    def __init__(self) -> None:
        self.study = Study()
        self._subjects = self.study.subjects(CHECKED)
        network, structure = self.study.network, self.study.structure
        edges = [network.edges[name] for name in structure.edges]
        self._inner = [k for k, edge in enumerate(edges) if not edge.from_drive]
        self._rows = [structure.row(edges[k].target) for k in self._inner]
        self._columns = [structure.row(edges[k].source) for k in self._inner]
        self._driven = {
            drive: [(k, structure.row(edge.target)) for k, edge in enumerate(edges) if edge.source == f"@{drive}"]
            for drive in ("nerve_injury", "oxygen")
        }

    def solve(self, subjects: Sequence[int], arm: str, rtol: float) -> FloatArray:
        """Fold changes at the output times, shape (days, species, subjects)."""
        return np.stack([self._one(subject, arm, rtol) for subject in subjects], axis=-1)

    def _one(self, subject: int, arm: str, rtol: float) -> FloatArray:
        gains, turnover = self._subjects.gains[:, subject], self._subjects.turnover[:, subject]
        between = np.zeros((len(turnover), len(turnover)))
        between[self._rows, self._columns] = gains[self._inner]
        lesion, oxygen = np.zeros(len(turnover)), np.zeros(len(turnover))
        for drive, weights in (("nerve_injury", lesion), ("oxygen", oxygen)):
            for k, row in self._driven[drive]:
                weights[row] += gains[k]
        tonic, speed = self.study.structure.tonic, 1.0 / turnover

        def change(time: float, x: FloatArray, pressed: FloatArray) -> FloatArray:
            rise = 1.0 - math.exp(-LESION_RATE * time)
            return speed * (np.exp(between @ signal(x, tonic) + rise * lesion + pressed) - x)

        state, found = np.ones(len(turnover)), [np.ones((1, len(turnover)))]
        for piece in self.study.pieces(arm):
            times = np.unique([piece.start, *piece.outputs, piece.end])
            pressed = piece.oxygen * oxygen
            values = odeint(change, state, times, (pressed,), rtol=rtol, atol=0.01 * rtol, tfirst=True, mxstep=50_000)
            found.append(values[np.isin(times, piece.outputs)])
            state = values[-1]
        return np.concatenate(found)
