"""The study that everybody solves: 12 weeks after a nerve lesion, untreated or with 40 sessions of oxygen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from allodyne.network import Network, load_network
from allodyne.signals import MINUTES_PER_DAY, Signal
from allodyne.simulate.solve import Parameters
from allodyne.simulate.structure import Structure, structure_of
from allodyne.subjects.population import draw_population

FloatArray = NDArray[np.float64]

ERROR = 1e-3
"""Requested error of ln x, for everybody."""
WEEKS, SESSIONS, PER_WEEK = 12, 40, 5
MINUTES, OXYGEN, CLOCK = 60.0, 2.0, 10 / 24
LESION_RATE = 1 / 1.5
"""1/day; the lesion drive is 1 - exp(-t * rate), about that of spinal nerve ligation."""
SEED, SEVERITY_SD = 1, 0.3
CHECKED = 4
"""Subjects whose solutions are compared with the reference."""
ARMS = ("untreated", "oxygen")


def session_starts() -> list[float]:
    """Start of each session in days: five in a week, from day 3 on."""
    return [3.0 + 7 * (number // PER_WEEK) + number % PER_WEEK + CLOCK for number in range(SESSIONS)]


def output_days() -> FloatArray:
    """Every day at two in the afternoon."""
    return np.concatenate([[0.0], np.arange(1, 7 * WEEKS) + 14 / 24])


@dataclass(frozen=True)
class Piece:
    """A stretch of time with a constant oxygen drive, and the output times in it."""

    start: float
    end: float
    oxygen: float
    outputs: FloatArray


def pieces(arm: str) -> list[Piece]:
    """Time cut at the session edges, for solvers that have to start anew there."""
    days = output_days()
    edges = [edge for start in session_starts() for edge in (start, start + MINUTES / MINUTES_PER_DAY)]
    cuts = [0.0, *(edges if arm == "oxygen" else []), float(days[-1])]
    return [
        Piece(left, right, OXYGEN if number % 2 else 0.0, days[(days > left) & (days <= right)])
        for number, (left, right) in enumerate(pairwise(cuts))
    ]


class Study:
    """The network, the subjects and the arms."""

    @cached_property
    def network(self) -> Network:
        """The shipped network."""
        return load_network()

    @cached_property
    def structure(self) -> Structure:
        """The shipped network as arrays."""
        return structure_of(self.network)

    def subjects(self, count: int) -> Parameters:
        """The first virtual subjects."""
        return draw_population(self.network, self.structure, count, SEED, SEVERITY_SD)

    def signals(self, arm: str) -> list[Signal]:
        """What acts on the subjects of an arm."""
        lesion = Signal("nerve_injury", 0.0, np.inf, 1.0, ((-1.0, LESION_RATE),))
        length = MINUTES / MINUTES_PER_DAY
        sessions = [Signal("oxygen", start, start + length, OXYGEN) for start in session_starts()]
        return [lesion, *sessions] if arm == "oxygen" else [lesion]


def error_of(values: FloatArray, reference: FloatArray) -> float:
    """Largest error of ln x over days, species and subjects; below a fold change of 0.05 it counts against 0.05."""
    return float((np.abs(values - reference) / np.maximum(reference, 0.05)).max())
