"""Predictions of experiments: held out, fitted, drawn from the posterior, and by networks with shuffled signs."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np

from allodyne.calibrate.folds import fold_of
from allodyne.calibrate.likelihood import Noise, chances
from allodyne.calibrate.observations import unit_of
from allodyne.calibrate.parameters import Space, space_of
from allodyne.calibrate.posterior import Posterior, load_posterior
from allodyne.experiments.experiment import Experiment
from allodyne.experiments.levels import Columns, jobs_of, log_ratios, shipped_columns, sizes, solve_levels
from allodyne.network import load_network
from allodyne.pipeline import arrays_of
from allodyne.scoring.predictions import Prediction
from allodyne.simulate.parameters import Parameters
from allodyne.simulate.structure import FloatArray

DRAWS = 40
"""Draws of the posterior, for the spread of a prediction."""
SHUFFLED = 8
"""Networks with shuffled signs."""
SEED = 1


def predict(experiments: Sequence[Experiment], tell: Callable[[int, int], None] | None = None) -> list[Prediction]:
    """Predict experiments.

    Parameters
    ----------
    experiments : sequence of Experiment
    tell : callable, optional
        Called with the number of finished groups and of all.

    Returns
    -------
    list of Prediction
        Held out: with the parameters of the part of the cross-validation that never saw the paper; with the shipped
        parameters where no calibration saw it. The spread of the parameters is that of the shipped posterior.
    """
    if not experiments:
        return []
    network = load_network()
    structure = arrays_of(network)
    posterior, space = load_posterior(), space_of(network, structure)
    columns, folds = _columns(space, posterior, shipped_columns(network, structure))
    levels = solve_levels(structure, jobs_of(structure, network, experiments), columns, tell)
    ratios, numbers = log_ratios(experiments, levels, columns.count), sizes(experiments, levels, columns.count)
    return [_prediction(one, posterior, folds, ratios[row], numbers[row]) for row, one in enumerate(experiments)]


def _columns(space: Space, posterior: Posterior, shipped: Columns) -> tuple[Columns, int]:
    """The shipped parameters, those of each fold, draws, and shuffled signs; and the number of folds."""
    folds = posterior.folds.shape[1]
    of_folds = space.columns(posterior.aligned(space.names, posterior.folds))
    drawn = space.moved(shipped, posterior.aligned(space.names, posterior.draws(DRAWS, SEED)))
    generator = np.random.default_rng(SEED)
    signs = np.stack([generator.permutation(space.signs) for _ in range(SHUFFLED)], axis=1)
    turned = Columns(*(_with_signs(one, signs) for one in (shipped.animals, shipped.people)))
    return _side_by_side([shipped, of_folds, drawn, turned]), folds


def _with_signs(one: Parameters, signs: FloatArray) -> Parameters:
    count = signs.shape[1]
    repeated = one.take(np.zeros(count, dtype=np.int64))
    return dataclasses.replace(repeated, gains=np.abs(repeated.gains) * signs)


def _side_by_side(parts: Sequence[Columns]) -> Columns:
    def joined(many: Sequence[Parameters]) -> Parameters:
        return Parameters(
            np.concatenate([one.turnover for one in many], axis=1),
            np.concatenate([one.gains for one in many], axis=1),
            np.concatenate([one.exposure for one in many]),
        )

    return Columns(joined([one.animals for one in parts]), joined([one.people for one in parts]))


def _prediction(
    experiment: Experiment, posterior: Posterior, folds: int, ratios: FloatArray, numbers: FloatArray
) -> Prediction:
    seen = experiment.paper in posterior.papers
    fold = fold_of(experiment.paper, folds) if seen else None
    noise = posterior.noise if fold is None else posterior.fold_noise[fold]
    centre = 0 if fold is None else 1 + fold
    drawn, shuffled = slice(1 + folds, 1 + folds + DRAWS), slice(1 + folds + DRAWS, None)
    ratio, size = float(ratios[centre]), float(numbers[centre])
    return Prediction(
        experiment=experiment,
        fold=fold,
        log_ratio=ratio,
        chances=_chances(experiment, noise, ratio, _sd(ratios[drawn])),
        size=size,
        size_sd=_size_sd(experiment, noise, size, _sd(numbers[drawn])),
        fitted_log_ratio=float(ratios[0]),
        fitted_size=float(numbers[0]),
        shuffled=ratios[shuffled],
    )


def _sd(draws: FloatArray) -> float:
    """SD of draws by their quartiles, so that a few wild ones do not count."""
    known = draws[np.isfinite(draws)]
    return float(np.subtract(*np.quantile(known, [0.75, 0.25])) / 1.349) if known.size > 1 else float("nan")


def _chances(experiment: Experiment, noise: Noise, ratio: float, spread: float) -> tuple[float, float, float]:
    width = noise.direction["people" if experiment.in_people else "animals"]
    total = np.sqrt(spread**2 + (noise.laboratory * ratio) ** 2 + width**2)
    down, none, up = chances(np.array(ratio), total, noise.none)
    return float(down), float(none), float(up)


def _size_sd(experiment: Experiment, noise: Noise, size: float, spread: float) -> float:
    """SD of a published number: parameters, laboratory, misses of the model, and its error."""
    number = experiment.number
    if number is None:
        return float("nan")
    missed = noise.size.get(experiment.family, max(noise.size.values(), default=float("nan"))) * unit_of(experiment)
    laboratory = noise.laboratory * size if number.statistic != "value" else 0.0
    return float(np.sqrt(spread**2 + laboratory**2 + missed**2 + number.se**2))
