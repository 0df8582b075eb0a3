"""What a calibration begins with: the priors of the network, or what an earlier calibration left."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allodyne.calibrate.parameters import Space, load_settings
from allodyne.calibrate.posterior import Posterior
from allodyne.simulate.structure import FloatArray


@dataclass(frozen=True)
class Beginning:
    """A normal distribution of deviations, as coordinates that are independent and standard normal under it.

    Attributes
    ----------
    centre : array, shape (parameters,)
        In prior standard deviations of the network.
    root : array, shape (parameters, parameters)
        Turns coordinates into prior standard deviations; symmetric.
    sd : array, shape (parameters,)
        Of the priors of the network, times `width`.
    width : float
        What the priors are narrowed by. The point is held nearer to its centre; what is learned counts against priors
        of full width.
    """

    centre: FloatArray
    root: FloatArray
    sd: FloatArray
    width: float = 1.0

    def deviations(self, points: FloatArray) -> FloatArray:
        """Deviations of logarithms from coordinates, shape (parameters, ...)."""
        moved = self.centre + self.root @ points if points.ndim == 1 else self.centre[:, None] + self.root @ points
        return np.asarray(self.sd * moved if points.ndim == 1 else self.sd[:, None] * moved)

    def slopes(self, by_deviation: FloatArray) -> FloatArray:
        """Derivatives by the coordinates from those by deviations, shape (..., parameters)."""
        return np.asarray((by_deviation * self.sd) @ self.root)

    def information(self, found: FloatArray) -> FloatArray:
        """Information beyond the priors of the network, in their units, from that on the coordinates."""
        back, one = np.linalg.inv(self.root), np.eye(len(self.sd))
        return np.asarray((back @ (found + one) @ back - one) / self.width**2)


def from_priors(space: Space) -> Beginning:
    """Begin with the priors of the network."""
    return Beginning(np.zeros(space.size), np.eye(space.size), space.sd)


def from_start(space: Space) -> Beginning:
    """Begin where the fit on all findings does: narrower priors, around numbers that saw findings before."""
    width = float(load_settings()["start_width"])
    sd = width * space.sd
    return Beginning(space.start / sd, np.eye(space.size), sd, width)


def from_posterior(space: Space, posterior: Posterior) -> Beginning:
    """Begin with what an earlier calibration left; parameters that it does not know have their prior."""
    vectors = posterior.aligned(space.names, posterior.vectors)
    kept = 1 - 1 / np.sqrt(1 + posterior.information)
    root = np.eye(space.size) - (vectors * kept) @ vectors.T
    return Beginning(posterior.aligned(space.names, posterior.point) / space.sd, root, space.sd)
