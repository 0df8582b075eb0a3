"""How likely published findings are, given what the model predicts.

Sizes are normal around ``prediction * (1 + u)``, with the published error and the width of their family; ``u`` is the
deviation of the laboratory, one for each paper. Directions are an ordered probit: a normal latent log ratio around
``prediction * (1 + u)``, published as none within a band.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr, ndtr

from allodyne.calibrate.observations import Observations
from allodyne.simulate.structure import FloatArray

_LOG_ROOT_2PI = 0.5 * np.log(2 * np.pi)


@dataclass(frozen=True)
class Noise:
    """Widths of the likelihood.

    Attributes
    ----------
    size : mapping of str to float
        By family, in its unit: what the model misses beyond the published error.
    laboratory : float
        SD between laboratories of the size of an effect, relative to it.
    direction : mapping of str to float
        ``animals`` and ``people``: SD of a latent log ratio around the predicted one.
    none : float
        A latent log ratio within this is published as no effect.
    """

    size: Mapping[str, float]
    laboratory: float
    direction: Mapping[str, float]
    none: float

    def widths(self, observations: Observations) -> FloatArray:
        """Width of each size without the published error, NaN for directions; shape (experiments,)."""
        known = np.array([self.size[name] for name in observations.families] or [np.nan])
        return np.where(observations.sized, known[observations.family], np.nan)

    def latent(self, observations: Observations) -> FloatArray:
        """SD of each latent log ratio, shape (experiments,)."""
        return np.where(observations.people, self.direction["people"], self.direction["animals"])


@dataclass(frozen=True)
class Pull:
    """First and second derivative of the negative log-likelihood by the shifted prediction ``prediction * (1 + u)``.

    Attributes
    ----------
    cost, slope, curvature : array, shape (experiments,)
        Zero where a finding says nothing.
    """

    cost: FloatArray
    slope: FloatArray
    curvature: FloatArray


def pull(observations: Observations, noise: Noise, shifted: FloatArray) -> Pull:
    """How each finding pulls at its prediction.

    Parameters
    ----------
    observations : Observations
    noise : Noise
    shifted : array, shape (experiments,)
        Sizes in their unit where a finding is sized, log ratios where it is directed.

    Returns
    -------
    Pull
    """
    cost, slope, curvature = (np.zeros(len(shifted)) for _ in range(3))
    usable = np.isfinite(shifted)
    sized = observations.sized & usable
    sd = np.hypot(noise.widths(observations), observations.se / observations.unit)[sized]
    miss = (shifted - observations.value / observations.unit)[sized]
    cost[sized] = 0.5 * (miss / sd) ** 2 + np.log(sd) + _LOG_ROOT_2PI
    slope[sized], curvature[sized] = miss / sd**2, 1 / sd**2
    directed = observations.directed & usable
    spread = noise.latent(observations)[directed]
    parts = _probit(observations.sign[directed], shifted[directed] / spread, noise.none / spread)
    cost[directed], slope[directed], curvature[directed] = parts[0], parts[1] / spread, parts[2] / spread**2
    return Pull(cost, slope, curvature)


def _probit(sign: np.ndarray, latent: FloatArray, band: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Negative log-probability of a published sign, with derivatives by the standardised latent mean."""
    upper = np.where(sign == 1, np.inf, np.where(sign == 0, band, -band)) - latent
    lower = np.where(sign == 1, band, np.where(sign == 0, -band, -np.inf)) - latent
    # the band of none is reckoned from the tail that it lies in, where neither probability is close to 1
    near, far = np.where(latent > 0, upper, -lower), np.where(latent > 0, lower, -upper)
    near, far = np.where(sign == 0, near, 0.0), np.where(sign == 0, far, -1.0)
    inside = log_ndtr(near) + np.log1p(-np.exp(log_ndtr(far) - log_ndtr(near)))
    log_p = np.where(sign == 0, inside, np.where(sign == 1, log_ndtr(-lower), log_ndtr(upper)))
    high, low = (np.where(np.isfinite(end), end, 0.0) for end in (upper, lower))
    at_high, at_low = (
        np.exp(np.where(np.isfinite(end), -0.5 * cut**2 - _LOG_ROOT_2PI - log_p, -np.inf))
        for end, cut in ((upper, high), (lower, low))
    )
    slope = at_high - at_low
    return -log_p, slope, np.maximum(slope**2 + high * at_high - low * at_low, 1e-9)


def chances(log_ratio: FloatArray, spread: FloatArray, none: float) -> FloatArray:
    """Probabilities of down, none and up, shape (..., 3).

    Parameters
    ----------
    log_ratio, spread : array, any shape
        Mean and SD of the latent log ratio.
    none : float
        Half-width of the band that is published as no effect.
    """
    down = ndtr((-none - log_ratio) / spread)
    up = ndtr((log_ratio - none) / spread)
    return np.stack([down, np.maximum(1 - down - up, 0.0), up], axis=-1)
