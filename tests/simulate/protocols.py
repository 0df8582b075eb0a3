"""Protocols and subjects that the tests of the engine solve."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from allodyne.network.actions import Action
from allodyne.signals import MINUTES_PER_DAY, Signal
from allodyne.simulate.parameters import Parameters
from allodyne.simulate.solve import Trajectories, solve
from allodyne.simulate.structure import Structure
from allodyne.simulate.timeline import build_timeline

FloatArray = NDArray[np.float64]

LESION = Signal("nerve_injury", 0.0, np.inf, 1.0, ((-1.0, 1 / 1.5),))
"""A lesion that is felt within days and stays, as after spinal nerve ligation."""
SESSIONS = [Signal("oxygen", day + 0.4, day + 0.4 + 60 / MINUTES_PER_DAY, 2.0) for day in (1, 2, 3, 4, 7)]
BLOCKER = [Signal("drug:blocker", day, np.inf, 0.0, ((5.0, 4.0), (-5.0, 40.0))) for day in (5.5, 6.5)]
UPTAKE_INHIBITOR = [Signal("drug:inhibitor", day, 12.0, 0.0, ((3.0, 2.0), (-3.0, 30.0))) for day in (2.5, 9.0)]
ACTIONS = [
    Action("drug:blocker", "mu_activity", "block", 0.9),
    Action("drug:blocker", "a1_activity", "block", 0.5),
    Action("drug:inhibitor", "noradrenaline", "shift", 0.7),
]
EVERYTHING = [LESION, *SESSIONS, *BLOCKER, *UPTAKE_INHIBITOR]
DAYS = np.concatenate([[0.0], np.arange(1, 15) + 14 / 24])


def run(
    structure: Structure,
    signals: list[Signal],
    parameters: Parameters,
    tolerance: float = 1e-3,
    actions: list[Action] | None = None,
    days: FloatArray = DAYS,
) -> Trajectories:
    """Solve one arm and keep every species."""
    line = build_timeline(structure, signals, actions or [], days, 0.0)
    return solve(structure, [(line, parameters)], structure.species, tolerance)[0]


def difference(values: FloatArray, reference: FloatArray) -> float:
    """Largest error of ln x; below a fold change of 0.05 errors count against 0.05, as the engine says."""
    return float((np.abs(values - reference) / np.maximum(reference, 0.05)).max())
