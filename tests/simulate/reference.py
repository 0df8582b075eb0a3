"""The model written down a second time, from the network itself and in plain NumPy, solved by SciPy at rtol 1e-10."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from allodyne.network import Network
from allodyne.network.actions import Action
from allodyne.signals import Signal

FloatArray = NDArray[np.float64]


class Reference:
    """One subject in one arm.

    Parameters
    ----------
    network : Network
    species : sequence of str
        Order of the state.
    turnover : array, shape (species,)
    gains : dict of str to float
        Signed gain of each edge.
    exposure : float
    signals : sequence of Signal
    actions : sequence of Action
    """

    def __init__(
        self,
        network: Network,
        species: Sequence[str],
        turnover: FloatArray,
        gains: dict[str, float],
        exposure: float = 1.0,
        signals: Sequence[Signal] = (),
        actions: Sequence[Action] = (),
    ) -> None:
        place = {name: number for number, name in enumerate(species)}
        self.drives = list(network.drives)
        self.turnover, self.exposure = turnover, exposure
        self.signals, self.actions = list(signals), [(action, place[action.species]) for action in actions]
        self.drugs = sorted({action.drive for action in actions})
        self.tonic = np.array([network.species[name].tonic for name in species])
        self.between = np.zeros((len(place), len(place)))
        self.driven = np.zeros((len(place), len(self.drives)))
        for edge in network.edges.values():
            if edge.from_drive:
                self.driven[place[edge.target], self.drives.index(edge.source[1:])] += gains[edge.id]
            else:
                self.between[place[edge.target], place[edge.source]] += gains[edge.id]

    def solve(self, start: float, outputs: FloatArray) -> FloatArray:
        """Fold changes at the output times, shape (outputs, species); SciPy starts anew at every jump."""
        jumps = {s.start for s in self.signals} | {s.end for s in self.signals}
        cuts = sorted({start, float(outputs[-1])} | {t for t in jumps if start < t < outputs[-1]})
        state = np.ones(len(self.turnover))
        found = np.ones((len(outputs), len(state)))
        for left, right in pairwise(cuts):
            inside = np.flatnonzero((outputs > left) & (outputs <= right))
            # a signal that ends where this piece ends still counts at its last instant
            active = [s for s in self.signals if s.start <= left and s.end >= right]
            piece = solve_ivp(
                self._change,
                (left, right),
                state,
                method="LSODA",
                rtol=1e-10,
                atol=1e-12,
                t_eval=np.unique(np.append(outputs[inside], right)),
                args=(active,),
            )
            assert piece.success, piece.message
            for row, output in enumerate(inside):
                found[output] = piece.y[:, row] * self._free(self._occupied(outputs[output], active))
            state = piece.y[:, -1]
        return found

    def _heard(self, phi: FloatArray) -> FloatArray:
        """Slope 1 above health and the tonic share below, joined over 0.05."""
        bent = np.sqrt(phi**2 + 0.05**2) - 0.05
        return np.asarray((1 + self.tonic) / 2 * phi + (1 - self.tonic) / 2 * bent)

    def _change(self, time: float, x: FloatArray, active: Sequence[Signal]) -> FloatArray:
        occupied = self._occupied(time, active)
        seen = x * self._free(occupied)
        seen = 2.0 * (seen - 1.0) / (seen + 1.0)
        drives = np.array([_value(active, drive, time) for drive in self.drives])
        log_target = self.between @ self._heard(seen) + self.driven @ drives
        for action, row in self.actions:
            if action.kind == "shift":
                log_target[row] += action.size * occupied[action.drive]
        return (np.exp(log_target) - x) / self.turnover

    def _occupied(self, time: float, active: Sequence[Signal]) -> dict[str, float]:
        dose = {drug: self.exposure * _value(active, drug, time) for drug in self.drugs}
        return {drug: amount / (1.0 + amount) for drug, amount in dose.items()}

    def _free(self, occupied: dict[str, float]) -> FloatArray:
        free = np.ones(len(self.turnover))
        for action, row in self.actions:
            if action.kind == "block":
                free[row] *= 1.0 - action.size * occupied[action.drive]
        return free


def _value(active: Sequence[Signal], drive: str, time: float) -> float:
    return sum(
        s.constant + sum(amplitude * math.exp(-rate * (time - s.start)) for amplitude, rate in s.terms)
        for s in active
        if s.drive == drive
    )
