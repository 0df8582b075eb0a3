"""How well published sizes are predicted, beside the pooled mean of other papers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allodyne.experiments.experiment import Experiment
from allodyne.scoring.agreement import EVERYTHING
from allodyne.scoring.bootstrap import NOTHING, SEED, Estimate, over_papers
from allodyne.scoring.pooled_mean import Pooled, PooledMeans
from allodyne.scoring.predictions import Prediction

NARROW, WIDE = 0.5, 0.9
"""Probability of the prediction intervals whose coverage is counted."""


@dataclass(frozen=True)
class Sized:
    """One published number beside both predictions; those that cannot be made are NaN."""

    prediction: Prediction
    pooled: Pooled

    @property
    def experiment(self) -> Experiment:
        """What was done."""
        return self.prediction.experiment

    @property
    def published(self) -> float:
        """The published value."""
        return self.experiment.number.value if self.experiment.number else math.nan

    @property
    def error(self) -> float:
        """Predicted less published."""
        return self.prediction.size - self.published

    @property
    def solved(self) -> bool:
        """Whether the model gives a predictive distribution."""
        return math.isfinite(self.prediction.size) and self.prediction.size_sd > 0

    def interval(self, probability: float = WIDE) -> tuple[float, float]:
        """Ends of the model's prediction interval."""
        from scipy.special import ndtri

        half = float(ndtri((1 + probability) / 2)) * self.prediction.size_sd
        return self.prediction.size - half, self.prediction.size + half

    def covered(self, probability: float) -> bool:
        """Whether the model's interval holds the published value; never where there is no prediction."""
        low, high = self.interval(probability)
        return bool(low <= self.published <= high)

    def covered_by_pooled(self, probability: float) -> bool:
        """Whether the interval of the pooled mean holds it."""
        from scipy.special import stdtrit

        half = float(stdtrit(self.pooled.freedom, (1 + probability) / 2)) * self.pooled.sd
        return bool(abs(self.published - self.pooled.mean) <= half)

    @property
    def log_score(self) -> float:
        """Log density of the model at the published value."""
        deviation = self.error / self.prediction.size_sd if self.solved else math.nan
        return -(deviation**2) / 2 - math.log(self.prediction.size_sd) - math.log(2 * math.pi) / 2

    @property
    def pooled_log_score(self) -> float:
        """Log density of the pooled mean's predictive distribution at the published value."""
        from scipy.stats import t

        return float(t.logpdf(self.published, self.pooled.freedom, self.pooled.mean, self.pooled.sd))


@dataclass(frozen=True)
class SizeRow:
    """Sizes of one family.

    Attributes
    ----------
    family : str
        Subjects, kind of measure and statistic; or ``all``.
    count, papers, failed : int
        Published numbers, their papers, and those without a prediction.
    mean_error, rmse, fitted_rmse : float
        Predicted less published, in the unit of the statistic, held out and with the shipped parameters; NaN for
        ``all``, where units are mixed.
    rms_deviation : float
        Root mean square of the error in SDs of its predictive distribution; 1 when intervals are right.
    narrow, wide : Estimate
        Coverage of the 50 and 90 percent intervals; a number without a prediction is not covered.
    compared : int
        Numbers that both the model and the pooled mean predict; the rest of the row is about these.
    log_score, pooled_log_score : float
        Mean log density of the published value.
    gain : Estimate
        Log score of the model less that of the pooled mean.
    rmse_compared, pooled_rmse : float
    pooled_wide : float
        Coverage of the 90 percent intervals of the pooled mean.
    """

    family: str
    count: int
    papers: int
    failed: int
    mean_error: float
    rmse: float
    fitted_rmse: float
    rms_deviation: float
    narrow: Estimate
    wide: Estimate
    compared: int
    log_score: float
    pooled_log_score: float
    gain: Estimate
    rmse_compared: float
    pooled_rmse: float
    pooled_wide: float


def sized(predictions: Sequence[Prediction], training: Sequence[Experiment]) -> list[Sized]:
    """Put the pooled mean of other papers beside the prediction of each published number."""
    means = PooledMeans(training)
    return [Sized(one, means.predict(one.experiment)) for one in predictions if one.experiment.number is not None]


def size_rows(numbers: Sequence[Sized], seed: int = SEED) -> list[SizeRow]:
    """A row for all numbers, for those of animals and of people, and for each family by falling size."""
    families: dict[str, list[Sized]] = {}
    for one in numbers:
        families.setdefault("people" if one.experiment.in_people else "animals", []).append(one)
    subjects = sorted(families)
    mixed = {EVERYTHING: list(numbers)} | {name: families[name] for name in subjects}
    families = {}
    for one in numbers:
        families.setdefault(one.experiment.family, []).append(one)
    order = sorted(families, key=lambda name: (-len(families[name]), name))
    rows = [_row(name, some, seed, one_unit=False) for name, some in mixed.items()]
    return rows + [_row(name, families[name], seed, one_unit=True) for name in order]


def _row(family: str, some: Sequence[Sized], seed: int, one_unit: bool) -> SizeRow:
    solved = [one for one in some if one.solved]
    both = [one for one in solved if math.isfinite(one.pooled.mean)]
    papers = [one.experiment.paper for one in some]
    scores = np.array([(one.log_score, one.pooled_log_score) for one in both]).reshape(-1, 2)
    means = scores.mean(axis=0) if both else (math.nan, math.nan)
    return SizeRow(
        family=family,
        count=len(some),
        papers=len(set(papers)),
        failed=len(some) - len(solved),
        mean_error=_mean([one.error for one in solved]) if one_unit else math.nan,
        rmse=_rms([one.error for one in solved]) if one_unit else math.nan,
        fitted_rmse=_rms([one.prediction.fitted_size - one.published for one in solved]) if one_unit else math.nan,
        rms_deviation=_rms([one.error / one.prediction.size_sd for one in solved]),
        narrow=over_papers([one.covered(NARROW) for one in some], papers, seed),
        wide=over_papers([one.covered(WIDE) for one in some], papers, seed),
        compared=len(both),
        log_score=float(means[0]),
        pooled_log_score=float(means[1]),
        gain=over_papers(scores[:, 0] - scores[:, 1], [one.experiment.paper for one in both], seed)
        if both
        else NOTHING,
        rmse_compared=_rms([one.error for one in both]) if one_unit else math.nan,
        pooled_rmse=_rms([one.pooled.mean - one.published for one in both]) if one_unit else math.nan,
        pooled_wide=_mean([float(one.covered_by_pooled(WIDE)) for one in both]),
    )


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else math.nan


def _rms(values: Sequence[float]) -> float:
    known = np.array([value for value in values if math.isfinite(value)])
    return float(np.sqrt(np.mean(known**2))) if known.size else math.nan
