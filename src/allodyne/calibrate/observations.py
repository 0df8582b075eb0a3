"""What was published, as arrays for the likelihood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allodyne.experiments.experiment import Experiment
from allodyne.experiments.measures import Fold, Points, Turned
from allodyne.simulate.structure import FloatArray, IntArray

_SIGN = {"down": -1, "none": 0, "up": 1}


@dataclass(frozen=True)
class Observations:
    """Published directions and sizes.

    A finding with a size enters by its size alone; its direction is the same number said more coarsely.

    Attributes
    ----------
    experiments : tuple of Experiment
    sized : array of bool, shape (experiments,)
        Whether the finding has a published size.
    directed : array of bool, shape (experiments,)
        Whether it enters by its direction.
    value, se, unit : array, shape (experiments,)
        Published size and its error; the unit is what both are divided by (the healthy value for thresholds).
    relative : array of bool, shape (experiments,)
        Whether laboratories differ in the size of the effect; not so for shares and rates of one group.
    sign : array of int, shape (experiments,)
        -1 down, 0 none, 1 up.
    people : array of bool, shape (experiments,)
    laboratory : array of int, shape (experiments,)
        Number of the paper.
    family : array of int, shape (experiments,)
        Number of the family of sizes.
    families : tuple of str
    papers : tuple of str
    """

    experiments: tuple[Experiment, ...]
    sized: np.ndarray
    directed: np.ndarray
    value: FloatArray
    se: FloatArray
    unit: FloatArray
    relative: np.ndarray
    sign: IntArray
    people: np.ndarray
    laboratory: IntArray
    family: IntArray
    families: tuple[str, ...]
    papers: tuple[str, ...]

    def only(self, chosen: np.ndarray) -> Observations:
        """Some of the findings, by a mask; papers and families keep their numbers."""
        kept = tuple(one for one, keep in zip(self.experiments, chosen, strict=True) if keep)
        return Observations(
            kept,
            self.sized[chosen],
            self.directed[chosen],
            self.value[chosen],
            self.se[chosen],
            self.unit[chosen],
            self.relative[chosen],
            self.sign[chosen],
            self.people[chosen],
            self.laboratory[chosen],
            self.family[chosen],
            self.families,
            self.papers,
        )


def observe(experiments: Sequence[Experiment]) -> Observations:
    """Arrange experiments as arrays."""
    numbers = [one.number for one in experiments]
    papers = tuple(sorted({one.paper for one in experiments}))
    families = tuple(sorted({one.family for one in experiments if one.number}))
    sized = np.array([number is not None for number in numbers], dtype=bool)
    return Observations(
        tuple(experiments),
        sized,
        np.array([one.direction is not None and one.right is not None for one in experiments], dtype=bool) & ~sized,
        np.array([number.value if number else np.nan for number in numbers]),
        np.array([number.se if number else np.nan for number in numbers]),
        np.array([unit_of(one) for one in experiments]),
        np.array([number is not None and number.statistic != "value" for number in numbers], dtype=bool),
        np.array([_SIGN.get(one.direction or "none", 0) for one in experiments]),
        np.array([one.in_people for one in experiments], dtype=bool),
        np.array([papers.index(one.paper) for one in experiments]),
        np.array([families.index(one.family) if one.number else -1 for one in experiments]),
        families,
        papers,
    )


def unit_of(experiment: Experiment) -> float:
    """What sizes are divided by, so that those of a family can be expected to miss alike."""
    measure, number = experiment.left.measure, experiment.number
    if number is not None and number.statistic == "difference" and isinstance(measure, Fold):
        return measure.healthy
    return 1.0


def starting_width(experiment: Experiment, sizes: dict[str, float], in_points: float) -> float:
    """Where the estimation of a family's width starts."""
    assert experiment.number is not None
    if experiment.number.statistic == "difference" and isinstance(experiment.left.measure, Points | Turned):
        return in_points
    return sizes[experiment.number.statistic]
