"""The most probable parameters of a linearised model, and the widths of its likelihood."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import cho_factor, cho_solve, solve
from scipy.optimize import minimize

from allodyne.calibrate.likelihood import Noise, pull
from allodyne.calibrate.observations import Observations, starting_width
from allodyne.simulate.structure import FloatArray

_MOST_SWEEPS = 30
_CLOSE = 1e-6


@dataclass(frozen=True)
class Linear:
    """Predictions near a point, each in the unit of its observation: size where sized, log ratio elsewhere.

    Parameters are in units of their prior: independent, standard normal.

    Attributes
    ----------
    point : array, shape (parameters,)
    value : array, shape (experiments,)
    slope : array, shape (experiments, parameters)
    """

    point: FloatArray
    value: FloatArray
    slope: FloatArray

    def at(self, point: FloatArray) -> FloatArray:
        """Predictions at another point."""
        return np.asarray(self.value + self.slope @ (point - self.point))

    def only(self, chosen: np.ndarray) -> Linear:
        """Some of the experiments, by a mask."""
        return Linear(self.point, self.value[chosen], self.slope[chosen])


@dataclass(frozen=True)
class Mode:
    """The most probable parameters and laboratories.

    Attributes
    ----------
    point : array, shape (parameters,)
    laboratories : array, shape (papers,)
    cost : float
        Negative log posterior density, up to a constant.
    gradient : float
        Norm of its gradient in prior standard deviations.
    """

    point: FloatArray
    laboratories: FloatArray
    cost: float
    gradient: float


def mode_of(linear: Linear, observations: Observations, noise: Noise) -> Mode:
    """Find the mode of the posterior of a linearised model by Newton's method with step halving.

    Parameters
    ----------
    linear : Linear
    observations : Observations
    noise : Noise

    Returns
    -------
    Mode
    """
    count, papers = linear.slope.shape[1], len(observations.papers)
    scale = np.concatenate([np.ones(count), np.full(papers, noise.laboratory)])
    usable = np.isfinite(linear.value) & np.isfinite(linear.slope).all(axis=1)
    slope = np.where(usable[:, None], linear.slope, 0.0)
    rows = np.arange(len(usable))

    def parts(z: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        theta, u = z[:count], z[count:] * noise.laboratory
        predicted = np.where(usable, linear.value, np.nan) + slope @ (theta - linear.point)
        factor = np.where(observations.relative | observations.directed, 1 + u[observations.laboratory], 1.0)
        return predicted, factor, predicted * factor

    def cost(z: FloatArray) -> float:
        return float(pull(observations, noise, parts(z)[2]).cost.sum() + 0.5 * z @ z)

    z = np.concatenate([linear.point, np.zeros(papers)])
    now = cost(z)
    gradient = np.zeros_like(z)
    for _ in range(_MOST_SWEEPS):
        predicted, factor, shifted = parts(z)
        pulled = pull(observations, noise, shifted)
        jacobian = np.zeros((len(usable), count + papers))
        jacobian[:, :count] = slope * factor[:, None]
        own = np.where(usable & (observations.relative | observations.directed), np.nan_to_num(predicted), 0.0)
        jacobian[rows, count + observations.laboratory] = own
        jacobian *= scale
        gradient = jacobian.T @ pulled.slope + z
        step = -_newton(jacobian, pulled.curvature, gradient)
        size, tried = 1.0, cost(z + step)
        while not tried <= now and size > 1e-4:
            size /= 2
            tried = cost(z + size * step)
        if not tried <= now:
            break
        z, gained, now = z + size * step, now - tried, tried
        if gained < _CLOSE:
            break
    return Mode(z[:count], z[count:] * noise.laboratory, now, float(np.linalg.norm(gradient)))


def _newton(jacobian: FloatArray, curvature: FloatArray, gradient: FloatArray) -> FloatArray:
    """Solve ``(J' W J + 1) step = gradient`` through the smaller of both sides."""
    weighted = jacobian * np.sqrt(curvature)[:, None]
    if len(weighted) >= weighted.shape[1]:
        return np.asarray(solve(weighted.T @ weighted + np.eye(weighted.shape[1]), gradient, assume_a="pos"))
    inner = solve(weighted @ weighted.T + np.eye(len(weighted)), weighted @ gradient, assume_a="pos")
    return np.asarray(gradient - weighted.T @ inner)


def information(linear: Linear, observations: Observations, noise: Noise, mode: Mode) -> FloatArray:
    """What the findings say on the parameters in units of the priors, the laboratories integrated out.

    Returns
    -------
    array, shape (parameters, parameters)
        Without the prior; a posterior precision is this plus 1.
    """
    usable = np.isfinite(linear.value) & np.isfinite(linear.slope).all(axis=1)
    predicted = np.where(usable, linear.at(mode.point), np.nan)
    free = observations.relative | observations.directed
    factor = np.where(free, 1 + mode.laboratories[observations.laboratory], 1.0)
    curvature = pull(observations, noise, predicted * factor).curvature
    jacobian = np.where(usable[:, None], linear.slope, 0.0) * factor[:, None]
    found = jacobian.T @ (curvature[:, None] * jacobian)
    own = np.where(usable & free, np.nan_to_num(predicted), 0.0) * noise.laboratory
    for paper in np.unique(observations.laboratory):
        rows = observations.laboratory == paper
        cross = jacobian[rows].T @ (curvature[rows] * own[rows])
        found -= np.outer(cross, cross) / (1 + float(curvature[rows] @ own[rows] ** 2))
    return np.asarray(found)


def start_noise(observations: Observations, settings: Any) -> Noise:
    """Widths before any finding was seen, from ``calibration.yaml``."""
    taken = settings["noise"]
    size = {
        one.family: starting_width(one, taken["size"], taken["size_in_points"])
        for one in observations.experiments
        if one.number
    }
    return Noise(
        {name: size.get(name, taken["size"]["log_ratio"]) for name in observations.families},
        taken["laboratory"],
        dict(taken["direction"]),
        taken["none"],
    )


def estimate_noise(linear: Linear, observations: Observations, settings: Any) -> Noise:
    """Widths that make the published sizes most likely under the prior of the parameters (type II maximum likelihood).

    Those of directions stay as they were: with them, small predictions would be called well aimed instead of too small.
    """
    begin, wander = start_noise(observations, settings), float(settings["noise"]["wander"])
    first = np.log([*begin.size.values(), begin.laboratory])
    usable = np.isfinite(linear.value) & np.isfinite(linear.slope).all(axis=1)
    sized = observations.sized & usable
    by_prior = linear.slope[sized] @ linear.slope[sized].T
    centre = linear.at(np.zeros(linear.slope.shape[1]))
    own = np.where(observations.relative, centre, 0.0)[sized]
    alike = observations.laboratory[sized][:, None] == observations.laboratory[sized][None, :]
    shared = np.outer(own, own) * alike
    error = (observations.se / observations.unit)[sized]
    miss = (observations.value / observations.unit - centre)[sized]
    family = observations.family[sized]
    belongs = [np.flatnonzero(family == k) for k in range(len(observations.families))]

    def of_sizes(logs: FloatArray) -> tuple[float, FloatArray]:
        variances = np.exp(2 * logs)
        covariance = by_prior + variances[-1] * shared + np.diag(error**2 + variances[:-1][family])
        factor = cho_factor(covariance, lower=True)
        solved = cho_solve(factor, miss)
        inverse = cho_solve(factor, np.eye(len(miss)))
        cost = 0.5 * miss @ solved + np.log(np.diag(factor[0])).sum() + 0.5 * np.sum(((logs - first) / wander) ** 2)
        pull_back = inverse - np.outer(solved, solved)
        slope = np.array([variances[k] * np.trace(pull_back[np.ix_(rows, rows)]) for k, rows in enumerate(belongs)])
        last = variances[-1] * np.sum(pull_back * shared)
        return float(cost), np.append(slope, last) + (logs - first) / wander**2

    found = _minimum(of_sizes, first, wander) if sized.any() else first
    return Noise(
        {name: float(np.exp(found[k])) for k, name in enumerate(observations.families)},
        float(np.exp(found[-1])),
        begin.direction,
        begin.none,
    )


def _minimum(cost: Callable[[FloatArray], tuple[float, FloatArray]], first: FloatArray, wander: float) -> FloatArray:
    bounds = [(one - 5 * wander, one + 5 * wander) for one in first]
    return np.asarray(minimize(cost, first, jac=True, method="L-BFGS-B", bounds=bounds).x)
