"""What differs between virtual subjects, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allodyne.simulate.structure import FloatArray


@dataclass(frozen=True)
class Parameters:
    """What differs between subjects.

    Attributes
    ----------
    turnover : array, shape (species, subjects)
        Days.
    gains : array, shape (edges, subjects)
        Signed, in the order of the network.
    exposure : array, shape (subjects,)
        Factor on every drug concentration.
    """

    turnover: FloatArray
    gains: FloatArray
    exposure: FloatArray

    @property
    def subjects(self) -> int:
        """Number of subjects."""
        return int(self.turnover.shape[1])

    def take(self, subjects: np.ndarray) -> Parameters:
        """Some of the subjects."""
        return Parameters(self.turnover[:, subjects], self.gains[:, subjects], self.exposure[subjects])

    def first(self, count: int) -> Parameters:
        """The first subjects, or all where there are fewer."""
        return self.take(np.arange(min(count, self.subjects)))

    def scaled(self, turnover: FloatArray, gains: FloatArray) -> Parameters:
        """The same subjects with turnover times and gains multiplied; shapes of the factors (species,) and (edges,)."""
        return Parameters(self.turnover * turnover[:, None], self.gains * gains[:, None], self.exposure)

    def without(self, edges: Sequence[int]) -> Parameters:
        """The same subjects with some edges cut, given by their rows."""
        if not edges:
            return self
        gains = self.gains.copy()
        gains[list(edges)] = 0.0
        return Parameters(self.turnover, gains, self.exposure)


def joined(one: Parameters, other: Parameters | None) -> Parameters:
    """Put the subjects of two populations into one, in their order."""
    if other is None:
        return one
    return Parameters(
        np.concatenate([one.turnover, other.turnover], axis=1),
        np.concatenate([one.gains, other.gains], axis=1),
        np.concatenate([one.exposure, other.exposure]),
    )
