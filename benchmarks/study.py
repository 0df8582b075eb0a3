"""The study that everybody solves: 12 weeks after a nerve lesion, untreated or with 40 sessions of oxygen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from allodyne.network import Network, load_network
from allodyne.signals import MINUTES_PER_DAY, Signal
from allodyne.simulate.parameters import Parameters
from allodyne.simulate.structure import Structure, structure_of
from allodyne.simulate.timeline import Timeline, build_timeline
from allodyne.subjects.population import draw_population

FloatArray = NDArray[np.float64]

ERROR = 1e-3
"""Requested error of ln x, for everybody."""
DAYS, SESSIONS, PER_WEEK = 84, 40, 5
MINUTES, OXYGEN, CLOCK = 60.0, 2.0, 10 / 24
LESION_RATE = 1 / 1.5
"""1/day; the lesion drive is 1 - exp(-t * rate), about that of spinal nerve ligation."""
SEED, SEVERITY_SD = 1, 0.3
CHECKED = 32
"""Subjects whose solutions are compared with the reference."""
ARMS = ("oxygen", "untreated")
"""The first is the arm of one subject: 12 weeks and 40 sessions."""
OUTCOMES = ("mechanical_hypersensitivity", "thermal_hypersensitivity", "mtorc1", "microglia")
"""What a study would keep."""


@dataclass(frozen=True)
class Piece:
    """A stretch of time with a constant oxygen drive, and the output times in it."""

    start: float
    end: float
    oxygen: float
    outputs: FloatArray


@dataclass(frozen=True)
class Study:
    """The network, the subjects and the arms.

    Parameters
    ----------
    days, sessions, per_week : int, optional
        Length of the study, and of the treatment.
    given : Network, optional
        Instead of the shipped network.
    """

    days: int = DAYS
    sessions: int = SESSIONS
    per_week: int = PER_WEEK
    given: Network | None = None

    @cached_property
    def network(self) -> Network:
        """The network."""
        return load_network() if self.given is None else self.given

    @cached_property
    def structure(self) -> Structure:
        """The network as arrays."""
        return structure_of(self.network)

    @cached_property
    def outputs(self) -> FloatArray:
        """Every day at two in the afternoon, shape (days,)."""
        return np.concatenate([[0.0], np.arange(1, self.days) + 14 / 24])

    def subjects(self, count: int) -> Parameters:
        """The first virtual subjects."""
        return draw_population(self.network, self.structure, count, SEED, SEVERITY_SD)

    def session_starts(self) -> list[float]:
        """Start of each session in days, from day 3 on."""
        return [3.0 + 7 * (k // self.per_week) + k % self.per_week + CLOCK for k in range(self.sessions)]

    def line(self, arm: str) -> Timeline:
        """What acts on the subjects of an arm, for our engine."""
        lesion = Signal("nerve_injury", 0.0, np.inf, 1.0, ((-1.0, LESION_RATE),))
        length = MINUTES / MINUTES_PER_DAY
        sessions = [Signal("oxygen", start, start + length, OXYGEN) for start in self.session_starts()]
        signals = [lesion, *sessions] if arm == "oxygen" else [lesion]
        return build_timeline(self.structure, signals, [], self.outputs, 0.0)

    def pieces(self, arm: str) -> list[Piece]:
        """Time cut at the session edges, for solvers that have to start anew there."""
        edges = [edge for start in self.session_starts() for edge in (start, start + MINUTES / MINUTES_PER_DAY)]
        cuts = [0.0, *(edges if arm == "oxygen" else []), float(self.outputs[-1])]
        return [
            Piece(
                left,
                right,
                OXYGEN if number % 2 else 0.0,
                self.outputs[(self.outputs > left) & (self.outputs <= right)],
            )
            for number, (left, right) in enumerate(pairwise(cuts))
        ]


def errors_of(values: FloatArray, reference: FloatArray) -> FloatArray:
    """Largest error of ln x of each subject over days and species; below a fold change of 0.05 against 0.05.

    Parameters
    ----------
    values, reference : array, shape (..., days, species, subjects)

    Returns
    -------
    array, shape (subjects,)
    """
    error = np.abs(values - reference) / np.maximum(reference, 0.05)
    return np.asarray(error.reshape(-1, error.shape[-1]).max(axis=0))


def first_of(parameters: Parameters, count: int) -> Parameters:
    """The first subjects of a population."""
    return parameters.take(np.arange(min(count, parameters.subjects)))
