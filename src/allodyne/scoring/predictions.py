"""What the model says on every experiment, held out and fitted, and what a network with shuffled signs says."""

from __future__ import annotations

from dataclasses import dataclass

from allodyne.experiments.experiment import Direction, Experiment
from allodyne.simulate.structure import FloatArray

NONE_BAND = 0.05
"""A log ratio within this band counts as no difference; what other bands would give is shown beside it."""


@dataclass(frozen=True)
class Prediction:
    """What the model says on one experiment.

    Attributes
    ----------
    experiment : Experiment
    fold : int or None
        Part of the cross-validation whose parameters made the held-out prediction, those that never saw the paper; None
        where the paper was not part of any calibration, so that every prediction is held out.
    log_ratio : float
        ln of the outcome of the left group over the right one, held out; NaN where it could not be solved or the
        finding has one group only.
    chances : tuple of three floats
        Predictive probabilities that the finding is published as down, none and up, held out.
    size, size_sd : float
        Mean and SD of the predictive distribution of the published number, in its statistic, held out: parameters,
        laboratory, misses of the model and the published error; NaN without a number.
    fitted_log_ratio, fitted_size : float
        The same with the shipped parameters, which saw all shipped findings.
    shuffled : array, shape (networks,)
        Log ratios of networks whose signs were shuffled.
    """

    experiment: Experiment
    fold: int | None
    log_ratio: float
    chances: tuple[float, float, float]
    size: float
    size_sd: float
    fitted_log_ratio: float
    fitted_size: float
    shuffled: FloatArray

    @property
    def solved(self) -> bool:
        """Whether there is a prediction at all."""
        return self.log_ratio == self.log_ratio or self.size == self.size


def direction_of(log_ratio: float, band: float = NONE_BAND) -> Direction | None:
    """Direction of a log ratio; None where it is NaN."""
    if log_ratio != log_ratio:
        return None
    return "none" if abs(log_ratio) < band else "up" if log_ratio > 0 else "down"
