"""How good the predictive probabilities of directions are, beside the shares in other papers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allodyne.experiments.experiment import Experiment
from allodyne.scoring.agreement import directed
from allodyne.scoring.baselines import BY_CLASS, BY_OUTCOME, OtherPapers
from allodyne.scoring.bootstrap import SEED, Estimate, over_papers
from allodyne.scoring.predictions import Prediction
from allodyne.simulate.structure import FloatArray

ORDERED = ("down", "none", "up")
SMALLEST_CHANCE = 1e-6
"""Probability below which the log score does not count further, so that one finding cannot decide it."""


@dataclass(frozen=True)
class ChanceScore:
    """Scores of one way to predict.

    Attributes
    ----------
    log_score : float
        Mean log probability of the published direction; higher is better, ln(1/3) = -1.10 knows nothing.
    ranked : float
        Ranked probability score over down, none, up; 0 is best, 1 worst.
    brier : float
        Mean squared error of the three probabilities; 0 is best, 2 worst.
    """

    log_score: float
    ranked: float
    brier: float


@dataclass(frozen=True)
class Chances:
    """The model beside the shares of directions in other papers.

    Attributes
    ----------
    count, failed : int
        Findings with a direction, and those without a prediction, which get a third for each direction.
    gain_on_class, gain_on_outcome : Estimate
        Log score of the model less that of the shares in the class, and in the class with the same outcome.
    """

    count: int
    failed: int
    model: ChanceScore
    by_class: ChanceScore
    by_outcome: ChanceScore
    gain_on_class: Estimate
    gain_on_outcome: Estimate


def score_chances(predictions: Sequence[Prediction], training: Sequence[Experiment], seed: int = SEED) -> Chances:
    """Score the probabilities of all findings with a direction."""
    chosen = directed(predictions)
    experiments = [one.experiment for one in chosen]
    told = np.array([ORDERED.index(one.direction or "none") for one in experiments], dtype=np.int64)
    known = [all(math.isfinite(chance) for chance in one.chances) for one in chosen]
    model = _table([one.chances if ok else (1 / 3, 1 / 3, 1 / 3) for one, ok in zip(chosen, known, strict=True)])
    others = [OtherPapers(training, levels) for levels in (BY_CLASS, BY_OUTCOME)]
    by_class, by_outcome = (_table([one.chances(experiment) for experiment in experiments]) for one in others)
    papers = [one.paper for one in experiments]
    logs = [_logs(table, told) for table in (model, by_class, by_outcome)]
    return Chances(
        count=len(chosen),
        failed=len(chosen) - sum(known),
        model=_score(model, told),
        by_class=_score(by_class, told),
        by_outcome=_score(by_outcome, told),
        gain_on_class=over_papers(logs[0] - logs[1], papers, seed),
        gain_on_outcome=over_papers(logs[0] - logs[2], papers, seed),
    )


def _table(rows: Sequence[tuple[float, float, float]]) -> FloatArray:
    return np.array(rows, dtype=np.float64).reshape(-1, len(ORDERED))


def _logs(table: FloatArray, told: np.ndarray) -> FloatArray:
    return np.asarray(np.log(np.maximum(table[np.arange(len(told)), told], SMALLEST_CHANCE)))


def _score(table: FloatArray, told: np.ndarray) -> ChanceScore:
    if not len(told):
        return ChanceScore(math.nan, math.nan, math.nan)
    seen = np.eye(len(ORDERED))[told]
    ranked = ((np.cumsum(table, axis=1) - np.cumsum(seen, axis=1))[:, :-1] ** 2).sum(axis=1) / (len(ORDERED) - 1)
    brier = ((table - seen) ** 2).sum(axis=1)
    return ChanceScore(float(_logs(table, told).mean()), float(ranked.mean()), float(brier.mean()))
