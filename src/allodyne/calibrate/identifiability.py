"""What the findings say about single parameters, about directions in their space, and about pairs that trade off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from allodyne.simulate.structure import FloatArray

Class = Literal["well informed", "partly informed", "prior alone"]
WELL, PARTLY = 0.5, 0.9
"""Posterior SD over prior SD below which a parameter is called well, and partly, informed; a convention."""
BEYOND_PRIOR = 1.0
"""Information of a direction, in units of its prior precision, above which the findings say more than the prior."""
LEAST_KEPT = 0.05
"""Information below which a direction is left to its prior: its SD would fall by less than 3 percent."""
_MOST_PAIRS = 20
_MOST_DIRECTIONS = 10
_MOST_LOADINGS = 3


@dataclass(frozen=True)
class Learned:
    """One parameter.

    Attributes
    ----------
    name : str
    width : float
        Posterior SD over prior SD, 0 to 1.
    told : {"well informed", "partly informed", "prior alone"}
    """

    name: str
    width: float
    told: Class


@dataclass(frozen=True)
class Pair:
    """Two parameters that can stand in for one another: the findings fix a combination better than either.

    Attributes
    ----------
    first, second : str
    correlation : float
        Of the posterior. Where it is negative, more of one goes with less of the other.
    """

    first: str
    second: str
    correlation: float


@dataclass(frozen=True)
class Direction:
    """An eigenvector of the information.

    Attributes
    ----------
    information : float
        In units of the prior precision.
    width : float
        Posterior SD over prior SD along it.
    loadings : tuple of (str, float)
        Parameters with the largest parts in it, which are cosines; their common sign is arbitrary.
    """

    information: float
    width: float
    loadings: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Identified:
    """What the findings say on the parameters, beyond the prior.

    Attributes
    ----------
    parameters : tuple of Learned
        The best informed first.
    directions : tuple of Direction
        Those with most information.
    beyond_prior : int
        Number of directions on which the findings say more than the prior.
    effective : float
        Effective number of parameters that the findings fix: the sum of ``information / (1 + information)``.
    pairs : tuple of Pair
        The largest trade-offs first.
    """

    parameters: tuple[Learned, ...]
    directions: tuple[Direction, ...]
    beyond_prior: int
    effective: float
    pairs: tuple[Pair, ...]

    def count(self, told: Class) -> int:
        """Number of parameters of a class."""
        return sum(one.told == told for one in self.parameters)


def identify(names: Sequence[str], information: FloatArray) -> Identified:
    """Tell which parameters the findings inform, and which trade off.

    Parameters
    ----------
    names : sequence of str
    information : array, shape (parameters, parameters)
        In units of the prior, without the prior; as :func:`allodyne.calibrate.fitting.information` gives it.

    Returns
    -------
    Identified
    """
    along, vectors = _spectrum(information)
    covariance = np.eye(len(along)) - (vectors * (along / (1 + along))) @ vectors.T
    widths = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    learned = (Learned(name, float(width), _class(width)) for name, width in zip(names, widths, strict=True))
    return Identified(
        tuple(sorted(learned, key=lambda one: (one.width, one.name))),
        tuple(_direction(names, float(along[k]), vectors[:, k]) for k in range(min(_MOST_DIRECTIONS, len(along)))),
        int((along > BEYOND_PRIOR).sum()),
        float((along / (1 + along)).sum()),
        _pairs(names, covariance, widths),
    )


def compress(information: FloatArray, least: float = LEAST_KEPT) -> tuple[FloatArray, FloatArray]:
    """Keep the directions on which the findings say something.

    Parameters
    ----------
    information : array, shape (parameters, parameters)
        In units of the prior, without the prior.
    least : float, optional
        Directions with less are left to the prior.

    Returns
    -------
    vectors : array, shape (parameters, directions)
        Orthonormal, the one with most information first.
    information : array, shape (directions,)
    """
    along, vectors = _spectrum(information)
    kept = along > least
    return vectors[:, kept], along[kept]


def _spectrum(information: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Information along the eigenvectors, the largest first; what is negative is rounding."""
    along, vectors = np.linalg.eigh((information + information.T) / 2)
    return np.maximum(along[::-1], 0.0), vectors[:, ::-1]


def _class(width: float) -> Class:
    if width < WELL:
        return "well informed"
    return "partly informed" if width < PARTLY else "prior alone"


def _direction(names: Sequence[str], information: float, vector: FloatArray) -> Direction:
    largest = np.argsort(-np.abs(vector), kind="stable")[:_MOST_LOADINGS]
    loadings = tuple((names[row], float(vector[row])) for row in largest)
    return Direction(information, float(1 / np.sqrt(1 + information)), loadings)


def _pairs(names: Sequence[str], covariance: FloatArray, widths: FloatArray) -> tuple[Pair, ...]:
    """The largest correlations among parameters on which the findings say something by themselves."""
    informed = np.flatnonzero((widths > 0) & (widths < PARTLY))
    correlation = covariance[np.ix_(informed, informed)] / np.outer(widths[informed], widths[informed])
    firsts, seconds = np.triu_indices(len(informed), k=1)
    found = correlation[firsts, seconds]
    order = np.argsort(-np.abs(found), kind="stable")[:_MOST_PAIRS]
    rows = [(informed[firsts[k]], informed[seconds[k]], float(found[k])) for k in order]
    return tuple(Pair(names[first], names[second], value) for first, second, value in rows)
