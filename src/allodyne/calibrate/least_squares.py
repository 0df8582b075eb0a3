"""A quick fit of gains and turnover times to published findings by regularised least squares.

The parameters are logarithms of gains (their signs are the biology and stay) and of turnover times, each with a
normal prior around the value in the network file. Each scenario is solved for the present parameters and, as further
subjects, for each parameter pushed a little. Levenberg-Marquardt then moves all parameters at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from allodyne.calibrate.protocols import Scenario, load_defaults
from allodyne.calibrate.rewriting import load_priors
from allodyne.calibrate.targets import Target
from allodyne.network.schema import Edge, Network
from allodyne.simulate.solve import Parameters, solve
from allodyne.simulate.structure import FloatArray, Structure
from allodyne.simulate.timeline import build_timeline

PUSH = 0.05
"""Change of a logarithm for the derivatives."""
TOLERANCE = 3e-3
FIXED_SD = 1e-3
"""Prior standard deviation of what a source gives: it is not fitted."""


@dataclass(frozen=True)
class Fit:
    """Result of a fit.

    Attributes
    ----------
    log_gains : array, shape (edges,)
    log_turnover : array, shape (species,)
    cost : list of float
        Half the sum of squares after each accepted move.
    predicted : array, shape (targets,)
        Predictions of the last accepted parameters.
    """

    log_gains: FloatArray
    log_turnover: FloatArray
    cost: list[float]
    predicted: FloatArray


class Problem:
    """Targets, scenarios and priors as arrays."""

    def __init__(self, network: Network, structure: Structure, targets: Sequence[Target]) -> None:
        self.network, self.structure, self.targets = network, structure, list(targets)
        self.signs = np.sign(structure.weights)
        edges = [network.edges[name] for name in structure.edges]
        spread = load_defaults()["fit"]
        gain_sd = [_prior_sd(edge, spread) for edge in edges]
        measured = [network.species[name].turnover_basis == "measured" for name in structure.species]
        hand_gains, hand_turnover = load_priors()
        gains = [hand_gains.get(edge.id, edge.gain) for edge in edges]
        days = [hand_turnover.get(name, network.species[name].turnover_days) for name in structure.species]
        self.prior = np.log(np.array([*gains, *days]))
        self.shipped = np.concatenate([np.log(np.abs(structure.weights)), np.log(structure.turnover)])
        self.prior_sd = np.concatenate([gain_sd, np.where(measured, FIXED_SD, spread["turnover_sd"])])
        self.values = np.array([target.value for target in targets])
        self.times: dict[Scenario, list[float]] = {}
        for target in targets:
            for scenario in (target.left, target.right):
                self.times.setdefault(scenario, []).append(target.time)
        self.times = {scenario: sorted(set(times)) for scenario, times in self.times.items()}

    def _parameters(self, theta: FloatArray) -> Parameters:
        """Subjects from columns of parameters, shape (parameters, subjects)."""
        edges = len(self.structure.edges)
        return Parameters(np.exp(theta[edges:]), self.signs[:, None] * np.exp(theta[:edges]), np.ones(theta.shape[1]))

    def predict(self, theta: FloatArray, tell: Callable[[str], None]) -> FloatArray:
        """Predictions for columns of parameters; shape (targets, columns)."""
        subjects = self._parameters(theta)
        species = sorted({target.species for target in self.targets})
        found: dict[tuple[Scenario, float], FloatArray] = {}
        for number, (scenario, times) in enumerate(self.times.items(), 1):
            tell(f"scenario {number} of {len(self.times)}")
            signals = scenario.signals()
            start = float(min([0.0, *(math.floor(signal.start) for signal in signals)]))
            line = build_timeline(self.structure, signals, scenario.actions(), np.array([start, *times]), start)
            cut = [self.structure.edges.index(name) for name in scenario.cut(self.network)]
            population = subjects.without(cut)
            values = solve(self.structure, [(line, population)], species, TOLERANCE, check=False)[0].values
            for k, time in enumerate(times, 1):
                found[scenario, time] = values[k]
        rows = {name: k for k, name in enumerate(species)}
        return np.array([_prediction(target, found, rows[target.species]) for target in self.targets])

    def residuals(self, predicted: FloatArray, theta: FloatArray) -> FloatArray:
        """Weighted misses of targets and priors, shape (targets + parameters,)."""
        misses = (predicted - self.values) / self._spread()
        return np.concatenate([np.where(self.satisfied(predicted), 0.0, misses), (theta - self.prior) / self.prior_sd])

    def satisfied(self, predicted: FloatArray) -> np.ndarray:
        """Which directions are reached or passed and which ceilings are kept, shape (targets,)."""
        scale = np.array([target.scale for target in self.targets])
        beyond = (scale == "direction") & (np.sign(self.values) * (predicted - self.values) >= 0)
        return np.asarray(beyond | ((scale == "ceiling") & (predicted <= self.values)))

    def _spread(self) -> FloatArray:
        spread, model_sd = [], load_defaults()["fit"]["model_sd"]
        for target in self.targets:
            model = model_sd * target.baseline / 3 if target.scale == "difference" else model_sd
            spread.append(math.hypot(target.sd, model) / target.weight)
        return np.array(spread)

    def derivatives(self, theta: FloatArray, tell: Callable[[str], None]) -> tuple[FloatArray, FloatArray]:
        """Predictions and their derivatives, shapes (targets,) and (targets, parameters)."""
        columns = np.repeat(theta[:, None], len(theta) + 1, axis=1)
        columns[np.arange(len(theta)), np.arange(1, len(theta) + 1)] += PUSH
        predicted = self.predict(columns, tell)
        return predicted[:, 0], (predicted[:, 1:] - predicted[:, :1]) / PUSH


def _prior_sd(edge: Edge, spread: Mapping[str, Any]) -> float:
    if edge.gain_basis == "measured":
        return FIXED_SD
    return float(spread["drive_sd"] if edge.from_drive else spread["prior_sd"][edge.basis])


def _prediction(target: Target, found: dict[tuple[Scenario, float], FloatArray], row: int) -> FloatArray:
    left = target.exponent * np.log(found[target.left, target.time][row])
    right = target.exponent * np.log(found[target.right, target.time][row])
    if target.scale == "difference":
        return np.asarray(target.baseline * (np.exp(left) - np.exp(right)))
    return np.asarray(left - right)


def fit(problem: Problem, rounds: int, tell: Callable[[str], None] = lambda _: None) -> Fit:
    """Fit the parameters, starting from the shipped ones.

    Parameters
    ----------
    problem : Problem
    rounds : int
        Derivatives are computed this often at most.
    tell : callable, optional
        Called with what is being done.

    Returns
    -------
    Fit
    """
    theta, damping, costs = problem.shipped.copy(), 1.0, []
    predicted = problem.predict(theta[:, None], tell)[:, 0]
    cost = 0.5 * float(np.sum(problem.residuals(predicted, theta) ** 2))
    costs.append(cost)
    for number in range(1, rounds + 1):
        tell(f"round {number}, cost {cost:.1f}")
        predicted, slope = problem.derivatives(theta, tell)
        slope = np.where(problem.satisfied(predicted)[:, None], 0.0, slope)
        jacobian = np.concatenate([slope / problem._spread()[:, None], np.diag(1.0 / problem.prior_sd)])
        misses = problem.residuals(predicted, theta)
        trials = [damping * factor for factor in (0.1, 1.0, 10.0, 100.0)]
        steps = [_step(jacobian, misses, trial) for trial in trials]
        candidates = np.stack([theta + step for step in steps], axis=1)
        outcomes = problem.predict(candidates, tell)
        scores = [
            0.5 * float(np.sum(problem.residuals(outcomes[:, k], candidates[:, k]) ** 2)) for k in range(len(trials))
        ]
        best = int(np.nanargmin(scores))
        if not scores[best] < cost:
            break
        gained, cost = cost - scores[best], scores[best]
        theta, damping, predicted = candidates[:, best], trials[best], outcomes[:, best]
        costs.append(cost)
        if gained < 1e-3 * cost:
            break
    edges = len(problem.structure.edges)
    return Fit(theta[:edges], theta[edges:], costs, predicted)


def _step(jacobian: FloatArray, misses: FloatArray, damping: float) -> FloatArray:
    normal = jacobian.T @ jacobian
    return np.asarray(np.linalg.solve(normal + damping * np.diag(np.diag(normal)), -jacobian.T @ misses))
