"""Intervals by drawing papers with replacement, because findings of one paper share its animals and its laboratory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from allodyne.simulate.structure import FloatArray, IntArray

RESAMPLES = 2000
SEED = 4
LEVEL = 0.9
"""Share of the resamples between the ends of an interval."""
FEWEST_PAPERS = 5
"""With fewer papers no interval is given: resamples of so few say nothing about others."""


@dataclass(frozen=True)
class Estimate:
    """A mean over findings with its interval over papers; NaN where there is none."""

    value: float
    low: float
    high: float


NOTHING = Estimate(float("nan"), float("nan"), float("nan"))


def over_papers(values: ArrayLike, papers: Sequence[str], seed: int = SEED, by_paper: bool = False) -> Estimate:
    """Mean over findings, with a percentile bootstrap over papers.

    Parameters
    ----------
    values : array, shape (findings,)
        Such as 1 for a hit and 0 for a miss.
    papers : sequence of str
        Paper of each finding.
    seed : int, optional
    by_paper : bool, optional
        Let each paper count once, by the mean of its findings, instead of each finding.

    Returns
    -------
    Estimate
        Ends at 5 and 95 percent of 2,000 resamples; NaN with fewer than 5 papers.
    """
    array = np.asarray(values, dtype=np.float64)
    if array.size == 0:
        return NOTHING
    row = rows_of(papers)
    totals, counts = (np.bincount(row, weights=one).astype(np.float64) for one in (array, np.ones_like(array)))
    if by_paper:
        totals, counts = totals / counts, np.ones_like(counts)
    middle = float(totals.sum() / counts.sum())
    if len(counts) < FEWEST_PAPERS:
        return Estimate(middle, float("nan"), float("nan"))
    draws = _draws(len(counts), seed)
    low, high = np.quantile(draws @ totals / (draws @ counts), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(middle, float(low), float(high))


def rows_of(papers: Sequence[str]) -> IntArray:
    """Number of the paper of each finding, in the order in which papers first appear."""
    known: dict[str, int] = {}
    return np.array([known.setdefault(paper, len(known)) for paper in papers], dtype=np.int64)


@lru_cache(maxsize=64)
def _draws(papers: int, seed: int) -> FloatArray:
    """How often each paper is in each resample, shape (resamples, papers)."""
    stream = np.random.default_rng([seed, papers])
    return stream.multinomial(papers, np.full(papers, 1 / papers), size=RESAMPLES).astype(np.float64)
