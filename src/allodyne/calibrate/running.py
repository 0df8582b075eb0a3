"""A whole calibration: all findings, each part of the cross-validation and further starts, round by round.

Every round takes derivatives, finds the mode of the linearised posterior of each fit around its own predictions, and
goes there as far as the model itself agrees. Fits that leave papers out share their slopes, taken in the middle of
them; predictions are each fit's own. Their priors lie around numbers that no fit has seen.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from allodyne.calibrate.beginning import Beginning, from_posterior, from_priors, from_start
from allodyne.calibrate.fitting import Linear, Mode, estimate_noise, information, mode_of
from allodyne.calibrate.folds import fold_of
from allodyne.calibrate.jacobian import Predicted, linearised
from allodyne.calibrate.likelihood import Noise, pull
from allodyne.calibrate.observations import Observations, observe
from allodyne.calibrate.parameters import Space, load_settings, space_of
from allodyne.calibrate.posterior import Posterior
from allodyne.experiments.experiment import Experiment
from allodyne.experiments.levels import Job, jobs_of, log_ratios, sizes, solve_levels
from allodyne.network.schema import Network
from allodyne.simulate.structure import FloatArray, Structure
from allodyne.subjects.streams import normals

WITHOUT = "without part"
"""How the names of fits begin that leave papers out."""
STEPS = (1.0, 0.5, 0.2)
"""Shares of the way to the mode of the linearised model that are tried on the model itself."""
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Plan:
    """What to calibrate.

    Attributes
    ----------
    folds : int
        Parts of the cross-validation; 0 leaves it out.
    starts : int
        Starts of the fit on all findings; the first is the centre of the priors.
    rounds : int
    seed : int
        Of the starts.
    """

    folds: int = 5
    starts: int = 3
    rounds: int = 2
    seed: int = 1

    @property
    def names(self) -> list[str]:
        """Names of the fits: all findings, then each part left out, then further starts."""
        parts = [f"{WITHOUT} {k + 1}" for k in range(self.folds)]
        return ["all", *parts, *(f"start {k}" for k in range(2, self.starts + 1))]


@dataclass(frozen=True)
class Fit:
    """One fit after the last round.

    Attributes
    ----------
    name : str
    point : array, shape (parameters,)
        In coordinates of the beginning, which are standard normal before the findings.
    noise : Noise
    costs : tuple of float
        Negative log posterior density at the end of each round, by the widths of that round.
    gradient : float
        Norm of the gradient at the last mode of the linearised model, in units of the priors.
    step : float
        Share of the way that the last round went; 0 where nothing was gained.
    """

    name: str
    point: FloatArray
    noise: Noise
    costs: tuple[float, ...]
    gradient: float
    step: float


@dataclass(frozen=True)
class Calibrated:
    """What came out.

    Attributes
    ----------
    space : Space
    begin, begin_held_out : Beginning
        Of the fits on all findings, and of those that leave papers out.
    observations : Observations
    fits : tuple of Fit
    linear : Linear
        At the point of the fit on all findings.
    mode : Mode
        Of that linearised model.
    information : array, shape (parameters, parameters)
        On the coordinates of the beginning, there.
    """

    space: Space
    begin: Beginning
    begin_held_out: Beginning
    observations: Observations
    fits: tuple[Fit, ...]
    linear: Linear
    mode: Mode
    information: FloatArray

    @property
    def whole(self) -> list[Fit]:
        """Fits on all findings, one for each start."""
        return [fit for fit in self.fits if not fit.name.startswith(WITHOUT)]

    @property
    def best(self) -> Fit:
        """The best of them: the shipped parameters."""
        return min(self.whole, key=lambda fit: fit.costs[-1])


class FolderShelf:
    """Arrays in files of a folder, each written whole."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def find(self, name: str) -> dict[str, FloatArray] | None:
        """What is kept under a name."""
        path = self.folder / f"{name}.npz"
        if not path.is_file():
            return None
        with np.load(path) as stored:
            return {key: stored[key] for key in stored}

    def keep(self, name: str, arrays: dict[str, FloatArray]) -> None:
        """Keep arrays, whole or not at all."""
        temporary = self.folder / f".{name}.part.npz"
        np.savez(temporary, allow_pickle=False, **arrays)
        temporary.replace(self.folder / f"{name}.npz")


class Calibration:
    """A calibration that can be taken up where it was left."""

    def __init__(
        self,
        network: Network,
        structure: Structure,
        experiments: Sequence[Experiment],
        plan: Plan,
        folder: Path,
        posterior: Posterior | None = None,
    ) -> None:
        self.structure, self.experiments, self.plan = structure, tuple(experiments), plan
        self.space: Space = space_of(network, structure)
        self.sizes_in_people = {name: drive.people.value for name, drive in network.drives.items() if drive.people}
        whole = from_start(self.space) if posterior is None else from_posterior(self.space, posterior)
        held_out = from_priors(self.space)
        self.begins = [held_out if name.startswith(WITHOUT) else whole for name in plan.names]
        self.observations: Observations = observe(self.experiments)
        self.jobs: list[Job] = jobs_of(structure, network, self.experiments)
        self.folder = folder / f"work-{self._digest()}"
        parts = np.array([fold_of(one.paper, max(plan.folds, 1)) for one in self.experiments])
        everything = np.ones(len(self.experiments), dtype=bool)
        left_out = [parts != k for k in range(plan.folds)]
        self.masks = [everything, *left_out, *([everything] * (plan.starts - 1))]

    def _digest(self) -> str:
        """What the kept parts belong to: the plan, the experiments, the priors and the network."""
        told = json.dumps([dataclasses.asdict(self.plan), load_settings(), self.sizes_in_people])
        digest = hashlib.sha256(told.encode())
        space = self.space
        for array in (space.sd, space.log_gains, space.log_turnover, space.people_gains, self.begins[0].centre):
            digest.update(np.ascontiguousarray(array).tobytes())
        digest.update("\n".join(self.space.names).encode())
        digest.update(repr(self.experiments).encode())
        return digest.hexdigest()[:12]

    def run(self, tell: Tell) -> Calibrated:
        """Calibrate, or go on.

        Parameters
        ----------
        tell : callable
            Called with what is done, the number of finished groups and of all.
        """
        fits = [
            Fit(name, point, Noise({}, 0.0, {}, 0.0), (), np.nan, np.nan)
            for name, point in zip(self.plan.names, self._starts().T, strict=True)
        ]
        values = self._first_values(fits, tell)
        for number in range(self.plan.rounds):
            fits, values = self._round(number, fits, values, tell)
        return self._finish(fits, tell)

    def _first_values(self, fits: list[Fit], tell: Tell) -> FloatArray:
        """Predictions where the fits start, shape (experiments, fits)."""
        shelf = FolderShelf(self.folder / "starts")
        kept = shelf.find("values")
        if kept is not None:
            return kept["values"]
        values = self._values(self._deviations(fits), lambda done, total: tell("starts", done, total))
        shelf.keep("values", {"values": values})
        return values

    def _starts(self) -> FloatArray:
        """Points in units of the priors, shape (parameters, fits)."""
        points = np.zeros((self.space.size, len(self.plan.names)))
        for k in range(1 + self.plan.folds, len(self.plan.names)):
            drawn = [normals(self.plan.seed, f"start/{name}", k)[-1] for name in self.space.names]
            points[:, k] = float(load_settings()["start_sd"]) * np.array(drawn)
        return points

    def _round(self, number: int, fits: list[Fit], values: FloatArray, tell: Tell) -> tuple[list[Fit], FloatArray]:
        shelf = FolderShelf(self.folder / f"round-{number + 1}")
        kept = shelf.find("end")
        if kept is not None:
            return [_thawed(fit, kept, k) for k, fit in enumerate(fits)], kept["values"]
        label = f"round {number + 1} of {self.plan.rounds}"
        predicted = self._differentiated(self._middles(fits), f"{label}, derivatives", shelf, tell)
        found = []
        for k, (fit, mask, begin) in enumerate(zip(fits, self.masks, self.begins, strict=True)):
            near = predicted[-1] if fit.name.startswith(WITHOUT) else predicted[0]
            linear = self._linear(near, fit.point, begin)
            found.append(self._aim(Linear(fit.point, values[:, k], linear.slope), mask))
        fits, values = self._move(fits, found, lambda done, total: tell(f"{label}, steps", done, total))
        shelf.keep("end", _frozen(fits, values))
        return fits, values

    def _deviations(self, fits: list[Fit]) -> FloatArray:
        """Where fits stand, as deviations of logarithms, shape (parameters, fits)."""
        return np.stack([begin.deviations(fit.point) for fit, begin in zip(fits, self.begins, strict=True)], axis=1)

    def _middles(self, fits: list[Fit]) -> FloatArray:
        """Where derivatives are taken: at the fit on all findings, and in the middle of those that leave papers out."""
        deviations = self._deviations(fits)
        parts = [k for k, fit in enumerate(fits) if fit.name.startswith(WITHOUT)]
        middle = [deviations[:, parts].mean(axis=1)] if parts else []
        return np.stack([deviations[:, 0], *middle], axis=1)

    def _differentiated(self, points: FloatArray, label: str, shelf: FolderShelf, tell: Tell) -> list[Predicted]:
        return linearised(
            self.structure,
            self.space,
            self.experiments,
            self.jobs,
            points,
            lambda done, total: tell(label, done, total),
            shelf,
        )

    def _linear(self, predicted: Predicted, point: FloatArray, begin: Beginning) -> Linear:
        unit, sized = self.observations.unit, self.observations.sized
        value = np.where(sized, predicted.sizes / unit, predicted.log_ratios)
        slope = np.where(sized[:, None], predicted.by_size / unit[:, None], predicted.by_log_ratio)
        return Linear(point, value, begin.slopes(slope))

    def _aim(self, linear: Linear, mask: np.ndarray) -> tuple[Linear, Noise, Mode]:
        chosen, known = linear.only(mask), self.observations.only(mask)
        noise = estimate_noise(chosen, known, load_settings())
        return linear, noise, mode_of(chosen, known, noise)

    def _move(
        self, fits: list[Fit], found: list[tuple[Linear, Noise, Mode]], tell: Callable[[int, int], None]
    ) -> tuple[list[Fit], FloatArray]:
        """Go towards each mode as far as the model itself gains most; predictions there."""
        tried = [
            fit.point + share * (mode.point - fit.point)
            for fit, (_, _, mode) in zip(fits, found, strict=True)
            for share in STEPS
        ]
        begins = [begin for begin in self.begins for _ in STEPS]
        deviations = [begin.deviations(point) for begin, point in zip(begins, tried, strict=True)]
        values = self._values(np.stack(deviations, axis=1), tell)
        moved, kept = [], []
        for k, (fit, (linear, noise, mode), mask) in enumerate(zip(fits, found, self.masks, strict=True)):
            choices = [(0.0, fit.point, linear.value)]
            choices += [
                (share, tried[len(STEPS) * k + j], values[:, len(STEPS) * k + j]) for j, share in enumerate(STEPS)
            ]
            costs = [self._cost(value, point, noise, mode, mask) for _, point, value in choices]
            best = int(np.argmin(costs))
            step, point, value = choices[best]
            moved.append(Fit(fit.name, point, noise, (*fit.costs, costs[best]), mode.gradient, step))
            kept.append(value)
        return moved, np.stack(kept, axis=1)

    def _values(self, deviations: FloatArray, tell: Callable[[int, int], None]) -> FloatArray:
        """Predictions in the unit of each observation, shape (experiments, columns)."""
        count = deviations.shape[1]
        levels = solve_levels(self.structure, self.jobs, self.space.columns(deviations), tell)
        numbers = sizes(self.experiments, levels, count) / self.observations.unit[:, None]
        return np.where(self.observations.sized[:, None], numbers, log_ratios(self.experiments, levels, count))

    def _cost(self, value: FloatArray, point: FloatArray, noise: Noise, mode: Mode, mask: np.ndarray) -> float:
        known = self.observations.only(mask)
        relative = known.relative | known.directed
        factor = np.where(relative, 1 + mode.laboratories[known.laboratory], 1.0)
        wanted = known.sized | known.directed
        if not np.isfinite(value[mask][wanted]).all():
            return np.inf
        of_laboratories = 0.5 * float(np.sum((mode.laboratories / noise.laboratory) ** 2))
        return float(pull(known, noise, value[mask] * factor).cost.sum()) + 0.5 * float(point @ point) + of_laboratories

    def _finish(self, fits: list[Fit], tell: Tell) -> Calibrated:
        """Linearise once more at the best fit on all findings."""
        best = min((fit for fit in fits if not fit.name.startswith(WITHOUT)), key=lambda fit: fit.costs[-1])
        begin = self.begins[0]
        shelf = FolderShelf(self.folder / "last")
        point = begin.deviations(best.point)[:, None]
        (predicted,) = self._differentiated(point, "at the end, derivatives", shelf, tell)
        linear = self._linear(predicted, best.point, begin)
        mode = mode_of(linear, self.observations, best.noise)
        at_point = dataclasses.replace(mode, point=best.point)
        found = information(linear, self.observations, best.noise, at_point)
        return Calibrated(
            self.space, begin, from_priors(self.space), self.observations, tuple(fits), linear, mode, found
        )


def _frozen(fits: Sequence[Fit], values: FloatArray) -> dict[str, FloatArray]:
    """Fits and their predictions as arrays; the widths as text."""
    told = json.dumps([[dataclasses.asdict(fit.noise), fit.costs, fit.gradient, fit.step] for fit in fits])
    points = np.stack([fit.point for fit in fits], axis=1)
    return {"points": points, "values": values, "told": np.frombuffer(told.encode(), np.uint8)}


def _thawed(fit: Fit, kept: dict[str, FloatArray], column: int) -> Fit:
    noise, costs, gradient, step = json.loads(kept["told"].tobytes().decode())[column]
    return Fit(fit.name, kept["points"][:, column], Noise(**noise), tuple(costs), gradient, step)
