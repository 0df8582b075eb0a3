"""What people report: scores anchored at enrolment, and events that are counted."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Annotated

import numpy as np
from numpy.typing import ArrayLike
from pydantic import BaseModel, ConfigDict, Field, model_validator

from allodyne.documents import parse_document, read_document
from allodyne.endpoints.catalogue import Array, Orientation
from allodyne.errors import EvidenceError
from allodyne.evidence.cited import Cited

DAYS_PER_YEAR = 365.25
SMALLEST_LOG_RISE = 0.05
"""Of the species at enrolment; a person with less has as good as no symptom, and the ratio to it would explode.

An assumption."""


class Score(BaseModel):
    """A score with two ends that people report.

    ``value = low + (baseline - low) ln x(t) / ln x(0) + change``, cut at both ends: enrolment (time 0) fixes the size
    of the symptom, and that it goes with the logarithm of its species is an assumption. The change is the natural
    course and the placebo response.

    Attributes
    ----------
    species : str
        The species of the network behind it.
    low, high : float
        Both ends of the scale.
    measurement_sd : Cited
        SD of one reading of an unchanged person, in points.
    responders : bool
        Whether trials count those who lose a third or half of it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    label: str
    unit: str
    species: str
    orientation: Orientation
    low: float
    high: float
    measurement_sd: Cited
    responders: bool = False

    @model_validator(mode="after")
    def _has_two_ends(self) -> Score:
        if not self.low < self.high:
            raise ValueError("low must lie below high")
        return self

    def baseline(self, mean: float, sd: float, normal: ArrayLike) -> Array:
        """Draw the scores of people at enrolment, in points, from standard normal numbers of any shape."""
        drawn = mean + sd * np.asarray(normal, dtype=np.float64)
        return np.clip(drawn, self.low, self.high)

    def value(self, x: ArrayLike, at_enrolment: ArrayLike, baseline: ArrayLike, change: ArrayLike = 0.0) -> Array:
        """Turn the fold change of the species into the score, without measurement error.

        Parameters
        ----------
        x : array_like, shape (times, subjects)
            Fold change of `species`.
        at_enrolment : array_like, shape (subjects,)
            The same at enrolment.
        baseline : array_like, shape (subjects,)
            Score at enrolment, in points.
        change : array_like, shape that goes with `x`
            Natural course and placebo response, in points.

        Returns
        -------
        array, shape (times, subjects)
            In points, within the ends of the scale.
        """
        share = np.log(np.asarray(x, dtype=np.float64)) / np.maximum(np.log(at_enrolment), SMALLEST_LOG_RISE)
        above = np.asarray(baseline, dtype=np.float64) - self.low
        score = self.low + above * np.maximum(share, 0.0) + np.asarray(change, dtype=np.float64)
        return np.asarray(np.clip(score, self.low, self.high))

    def measured(self, value: ArrayLike, normal: ArrayLike) -> Array:
        """Apply the measurement error, from standard normal numbers; in points, within the ends of the scale."""
        noisy = np.asarray(value, dtype=np.float64) + self.measurement_sd.value * np.asarray(normal, dtype=np.float64)
        return np.asarray(np.clip(noisy, self.low, self.high))


class Events(BaseModel):
    """Something that happens now and then and is counted from enrolment on, such as relapses.

    A point process whose rate follows the logarithm of its species: ``rate_i ln x(t) / ln x(0)``.

    Attributes
    ----------
    species : str
        The species of the network behind the rate.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    label: str
    unit: str
    species: str
    orientation: Orientation

    def expected(self, x: ArrayLike, times: ArrayLike, rate: ArrayLike) -> Array:
        """Sum the rate up since the first time, by the trapezoidal rule.

        Parameters
        ----------
        x : array_like, shape (times, subjects)
            Fold change of `species`; the first row is enrolment.
        times : array_like, shape (times,)
            Days.
        rate : array_like, shape (subjects,)
            Events per year at enrolment.

        Returns
        -------
        array, shape (times, subjects)
            Expected number of events since the first time.
        """
        logs = np.log(np.asarray(x, dtype=np.float64))
        share = np.maximum(logs / np.maximum(logs[:1], SMALLEST_LOG_RISE), 0.0)
        years = np.diff(np.asarray(times, dtype=np.float64))[:, None] / DAYS_PER_YEAR
        pieces = (share[1:] + share[:-1]) / 2 * years * np.asarray(rate)
        return np.asarray(np.concatenate([np.zeros_like(share[:1]), np.cumsum(pieces, axis=0)]))


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    scores: Annotated[tuple[Score, ...], Field(min_length=1)]
    events: tuple[Events, ...]


@cache
def _file() -> _File:
    document = read_document(str(files("allodyne.endpoints") / "people.yaml"), EvidenceError)
    return parse_document(document, _File, EvidenceError)


@cache
def load_scores() -> dict[str, Score]:
    """Load the scores, by id."""
    return {score.id: score for score in _file().scores}


@cache
def load_events() -> dict[str, Events]:
    """Load the events, by id."""
    return {events.id: events for events in _file().events}
