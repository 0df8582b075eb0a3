"""What every experiment predicts, and its derivatives by the parameters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from allodyne.animals import IN_PEOPLE
from allodyne.calibrate.parameters import Space
from allodyne.experiments.experiment import Experiment, Reading
from allodyne.experiments.levels import TOLERANCE, Columns, Job, for_job, log_ratios, sizes
from allodyne.simulate.sensitivities import sensitivities
from allodyne.simulate.solve import STEP_SHARE
from allodyne.simulate.structure import FloatArray, Structure

_PUSH = 1e-5
"""Change of a level for the derivative of an effect by it; the effects are smooth functions of few levels."""
_TOGETHER = 16
"""Groups after which what was found is kept."""
Tell = Callable[[int, int], None]


class Shelf(Protocol):
    """Where finished parts of long work are kept."""

    def find(self, name: str) -> dict[str, FloatArray] | None:
        """What is kept under a name."""

    def keep(self, name: str, arrays: dict[str, FloatArray]) -> None:
        """Keep arrays, whole or not at all."""


@dataclass(frozen=True)
class Predicted:
    """Predictions of experiments and their derivatives.

    Attributes
    ----------
    log_ratios, sizes : array, shape (experiments,)
        NaN where an experiment has none.
    by_log_ratio, by_size : array, shape (experiments, parameters)
    """

    log_ratios: FloatArray
    sizes: FloatArray
    by_log_ratio: FloatArray
    by_size: FloatArray


def linearised(
    structure: Structure,
    space: Space,
    experiments: Sequence[Experiment],
    jobs: Sequence[Job],
    points: FloatArray,
    tell: Tell | None = None,
    shelf: Shelf | None = None,
) -> list[Predicted]:
    """Predict every experiment at one or more points of the space, with derivatives.

    Parameters
    ----------
    structure : Structure
    space : Space
    experiments : sequence of Experiment
    jobs : sequence of Job
        Of these experiments.
    points : array, shape (parameters, points)
    tell : callable, optional
        Called with the number of finished groups and of all.
    shelf : Shelf, optional
        Keeps what was found after every few groups, and gives it back.

    Returns
    -------
    list of Predicted
        One for each point.
    """
    levels: dict[Reading, FloatArray] = {}
    slopes: dict[Reading, FloatArray] = {}
    columns = space.columns(points)
    for first in range(0, len(jobs), _TOGETHER):
        some = jobs[first : first + _TOGETHER]
        name = f"groups-{first:04d}"
        found = shelf.find(name) if shelf else None
        if found is None:
            found = _differentiated(structure, space, some, columns)
            if shelf:
                shelf.keep(name, found)
        readings = [reading for job in some for reading in job.readings]
        levels |= dict(zip(readings, found["levels"], strict=True))
        slopes |= dict(zip(readings, found["slopes"], strict=True))
        if tell is not None:
            tell(min(first + _TOGETHER, len(jobs)), len(jobs))
    return [_chained(experiments, levels, slopes, column) for column in range(points.shape[1])]


def _differentiated(structure: Structure, space: Space, jobs: Sequence[Job], columns: Columns) -> dict[str, FloatArray]:
    """Levels of all readings of some groups, shape (readings, points), and slopes (readings, parameters, points)."""
    from allodyne.simulate.backend import devices

    places, many = devices(), columns.count

    def one(item: tuple[int, Job]) -> tuple[Any, Any]:
        number, job = item
        count = len(job.readings)
        subjects = for_job(job, columns).take(np.tile(np.arange(many), count))
        rows = np.repeat([structure.row(reading.species) for reading in job.readings], many)
        outputs = np.repeat([int(np.searchsorted(job.days, reading.day)) for reading in job.readings], many)
        place = places[number % len(places)]
        found = sensitivities(structure, job.line, subjects, rows, outputs, STEP_SHARE * TOLERANCE, place)
        gradient = space.gradient(found.by_gain, found.by_turnover, job.scenario.animal == IN_PEOPLE)
        return found.log_levels.reshape(count, many), gradient.reshape(-1, count, many).transpose(1, 0, 2)

    with ThreadPoolExecutor(len(places)) as pool:
        parts = list(pool.map(one, enumerate(jobs)))
    return {"levels": np.concatenate([part[0] for part in parts]), "slopes": np.concatenate([p[1] for p in parts])}


def _chained(
    experiments: Sequence[Experiment],
    levels: dict[Reading, FloatArray],
    slopes: dict[Reading, FloatArray],
    column: int,
) -> Predicted:
    count = len(experiments)
    parameters = next(iter(slopes.values())).shape[0]
    found = Predicted(np.empty(count), np.empty(count), np.zeros((count, parameters)), np.zeros((count, parameters)))
    for row, experiment in enumerate(experiments):
        readings = list(dict.fromkeys(experiment.readings()))
        push = _PUSH * np.eye(len(readings))
        pushes = np.concatenate([np.zeros((1, len(readings))), push, -push])
        pushed = {reading: levels[reading][column] + pushes[:, k] for k, reading in enumerate(readings)}
        ratio = log_ratios([experiment], pushed, len(pushes))[0]
        size = sizes([experiment], pushed, len(pushes))[0]
        found.log_ratios[row], found.sizes[row] = ratio[0], size[0]
        for values, out in ((ratio, found.by_log_ratio), (size, found.by_size)):
            by_level = (values[1 : 1 + len(readings)] - values[1 + len(readings) :]) / (2 * _PUSH)
            for reading, slope in zip(readings, by_level, strict=True):
                if slope != 0 and np.isfinite(slope):
                    out[row] += slope * slopes[reading][:, column]
    return found
