"""What is read on the subjects, with measurement error: endpoints of animals, what people report, biomarkers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from allodyne.endpoints.catalogue import Endpoint, biomarker, load_endpoints
from allodyne.endpoints.scores import load_events, load_scores
from allodyne.simulate.structure import FloatArray
from allodyne.study.entries import treatment_name
from allodyne.subjects.conditions import load_conditions
from allodyne.subjects.streams import normals, uniforms

if TYPE_CHECKING:
    import xarray as xr

    from allodyne.study.outcomes import Outcome
    from allodyne.study.schedule import Schedule
    from allodyne.study.schema import Study
    from allodyne.subjects.people import Reported


class Solved(Protocol):
    """Solutions of one arm: values of shape (outputs, species, subjects), status of shape (subjects,)."""

    @property
    def values(self) -> FloatArray: ...

    @property
    def status(self) -> npt.NDArray[np.int8]: ...


@dataclass(frozen=True)
class Reading:
    """Values of one outcome in one arm, shape (outputs, subjects): without and with measurement error."""

    truth: FloatArray
    read: FloatArray


def measured(
    study: Study, schedule: Schedule, species: Sequence[str], solved: Mapping[str, Solved], first: int = 0
) -> xr.Dataset:
    """Read every outcome on every subject, or on those of a portion.

    Parameters
    ----------
    study : Study
    schedule : Schedule
    species : sequence of str
        Those that the trajectories hold, in their order.
    solved : mapping of str to Solved
        By arm.
    first : int, optional
        Number of the first of these subjects in the whole population.

    Returns
    -------
    xarray.Dataset
        One variable per outcome, and ``<outcome>_true`` without measurement error; dimensions arm, day, subject.
    """
    import xarray as xr

    dims = ("arm", "day", "subject")
    days, times = ([pair[k] for pair in study.output_times()] for k in (0, 1))
    variables: dict[str, Any] = {}
    for outcome in study.outcomes:
        row = species.index(outcome.species)
        # Contiguous, or NumPy takes other loops, with other last digits, where a portion has a single subject.
        levels = {arm: np.ascontiguousarray(found.values[:, row]) for arm, found in solved.items()}
        readings = [_READERS[outcome.form](study, schedule, outcome, arm, x, first) for arm, x in levels.items()]
        attributes = {
            "units": outcome.unit,
            "label": outcome.label,
            "kind": outcome.kind,
            "form": outcome.form,
            "responders": int(outcome.form == "score" and load_scores()[outcome.name].responders),
            "species": outcome.species,
            "orientation": _orientation(outcome),
        }
        variables[outcome.name] = (dims, np.stack([one.read for one in readings]), attributes)
        variables[f"{outcome.name}_true"] = (dims, np.stack([one.truth for one in readings]), attributes)
    status = np.stack([found.status for found in solved.values()])
    variables["status"] = (("arm", "subject"), status)
    coordinates = {
        "arm": list(solved),
        "day": ("day", days, {"units": "days", "long_name": f"day since {study.origin}, by its name"}),
        "time": ("day", times, {"units": "days", "long_name": f"days since {study.origin}, with the clock time"}),
        "subject": first + np.arange(status.shape[1]),
    }
    return xr.Dataset(variables, coordinates)


def drawn(
    data: xr.Dataset, study: Study, schedule: Schedule, species: Sequence[str], levels: Mapping[str, FloatArray]
) -> xr.Dataset:
    """Add the value of every outcome in the typical subject, for each draw of the parameters.

    Parameters
    ----------
    data : xarray.Dataset
        From :func:`measured`.
    study : Study
    schedule : Schedule
    species : sequence of str
        Those that the levels hold, in their order.
    levels : mapping of str to array, shape (outputs, species, draws)
        By arm; NaN where a draw could not be solved.

    Returns
    -------
    xarray.Dataset
        With a variable ``<outcome>_draws`` of dimensions arm, day and draw for each outcome: without measurement error,
        with the mean baseline, the mean natural course and placebo response, and the mean rate of events.
    """
    variables: dict[str, Any] = {}
    for outcome in study.outcomes:
        row, read = species.index(outcome.species), _TYPICAL[outcome.form]
        values = [read(study, schedule, outcome, arm, levels[arm][:, row]) for arm in levels]
        about = {"units": outcome.unit, "long_name": f"{outcome.label}, typical subject by draw of the parameters"}
        variables[f"{outcome.name}_draws"] = (("arm", "day", "draw"), np.stack(values), about)
    count = next(iter(levels.values())).shape[2]
    return data.assign_coords(draw=np.arange(count)).assign(variables)


def _orientation(outcome: Outcome) -> str:
    if outcome.form == "score":
        return load_scores()[outcome.name].orientation
    if outcome.form == "events":
        return load_events()[outcome.name].orientation
    return load_endpoints()[outcome.name].orientation if outcome.kind == "endpoint" else "up is more"


def _fold(study: Study, _schedule: Schedule, outcome: Outcome, arm: str, x: FloatArray, first: int) -> Reading:
    animal, seed = study.subjects.species, study.subjects.seed
    endpoint = _endpoint(outcome)
    baseline = endpoint.baseline(animal, normals(seed, f"baseline/{outcome.name}", x.shape[1], first))
    truth = endpoint.value(1.0 / x if outcome.reversed else x, animal, baseline)
    return Reading(truth, endpoint.measured(truth, animal, _errors(study, outcome, arm, x.shape[1], first)))


def _endpoint(outcome: Outcome) -> Endpoint:
    return load_endpoints()[outcome.name] if outcome.kind == "endpoint" else biomarker(outcome.species, outcome.label)


def _typical_fold(study: Study, _schedule: Schedule, outcome: Outcome, _arm: str, x: FloatArray) -> FloatArray:
    return _endpoint(outcome).value(1.0 / x if outcome.reversed else x, study.subjects.species)


def _score(study: Study, schedule: Schedule, outcome: Outcome, arm: str, x: FloatArray, first: int) -> Reading:
    seed, count = study.subjects.seed, x.shape[1]
    score, told = load_scores()[outcome.name], load_conditions()[study.subjects.condition].reported(outcome.name)
    assert told is not None
    drawn = normals(seed, f"baseline/{outcome.name}", count, first)
    baseline = score.baseline(told.baseline.value, told.baseline_sd.value, drawn)
    own = normals(seed, f"course/{outcome.name}", count, first)
    change = _own_course(study, schedule, arm, told, score.measurement_sd.value, own)
    truth = score.value(x, x[0], baseline, change)
    return Reading(truth, score.measured(truth, _errors(study, outcome, arm, x.shape[1], first)))


def _typical_score(study: Study, schedule: Schedule, outcome: Outcome, arm: str, x: FloatArray) -> FloatArray:
    score, told = load_scores()[outcome.name], load_conditions()[study.subjects.condition].reported(outcome.name)
    assert told is not None
    return score.value(x, x[0], told.baseline.value, _mean_course(study, schedule, arm, told))


def _own_course(
    study: Study, schedule: Schedule, arm: str, told: Reported, error: float, own: FloatArray
) -> FloatArray:
    """Natural course and placebo response of each person, in points, shape (outputs, subjects).

    People differ in it by what the published SD of changes leaves after the error of its two readings; twins in two
    arms share their difference from the mean, a standard normal number each.
    """
    sd = np.sqrt(max(told.change_sd.value**2 - 2 * error**2, 0.0))
    spread = sd * _approach(_times(study), told.placebo_days.value)
    return np.asarray(_mean_course(study, schedule, arm, told) + spread * own)


def _mean_course(study: Study, schedule: Schedule, arm: str, told: Reported) -> FloatArray:
    """Mean natural course and placebo response, in points, shape (outputs, 1)."""
    times = _times(study)
    natural = told.natural.value * _approach(times, told.natural_days.value)
    begin = first_treatment(study, schedule, arm)
    placebo = 0.0 if begin is None else told.placebo.value * _approach(times - begin, told.placebo_days.value)
    return np.asarray(natural + placebo)


def _times(study: Study) -> FloatArray:
    return np.array([time for _, time in study.output_times()])[:, None]


def first_treatment(study: Study, schedule: Schedule, arm: str) -> float | None:
    """When the first treatment of an arm begins, be it sham or placebo; None in an untreated arm."""
    given = [plan for plan in study.arms[arm] if treatment_name(plan) != "knockout"]
    starts = [session.start for session in schedule.arms[arm].sessions]
    return min(starts) if given and starts else None


def _approach(since: FloatArray, days: float) -> FloatArray:
    return np.asarray(1 - np.exp(-np.maximum(since, 0.0) / days))


def _events(study: Study, _schedule: Schedule, outcome: Outcome, _arm: str, x: FloatArray, first: int) -> Reading:
    seed, count = study.subjects.seed, x.shape[1]
    events, relapses = load_events()[outcome.name], load_conditions()[study.subjects.condition].relapses
    assert relapses is not None
    sd = relapses.frailty_sd.value
    rate = relapses.rate.value * np.exp(sd * normals(seed, f"frailty/{outcome.name}", count, first) - sd**2 / 2)
    expected = events.expected(x, [time for _, time in study.output_times()], rate)
    return Reading(expected, _counted(seed, outcome.name, expected, first))


def _typical_events(study: Study, _schedule: Schedule, outcome: Outcome, _arm: str, x: FloatArray) -> FloatArray:
    relapses = load_conditions()[study.subjects.condition].relapses
    assert relapses is not None
    times = [time for _, time in study.output_times()]
    return load_events()[outcome.name].expected(x, times, relapses.rate.value)


def _counted(seed: int, name: str, expected: FloatArray, first: int) -> FloatArray:
    """Count the events of a point process with the given expected numbers, shape (outputs, subjects).

    Events of a process of rate one happen where its waiting times, standard exponentials, have added up; they have
    happened once the expected number has passed that point. Twins share the waiting times, so that a lower rate delays
    the same events.
    """
    total = np.where(np.isnan(expected), np.nan, 0.0)
    passed, number = np.zeros(expected.shape[1]), 0
    while True:
        number += 1
        passed = passed - np.log(uniforms(seed, f"event/{name}/{number}", expected.shape[1], first))
        reached = expected >= passed
        if not reached.any():
            return total
        total += reached


def _errors(study: Study, outcome: Outcome, arm: str, subjects: int, first: int) -> FloatArray:
    """Standard normal numbers, one for each reading; shape (outputs, subjects)."""
    days = [label for label, _ in study.output_times()]
    names = [f"measurement/{arm}/{outcome.name}/{day:g}" for day in days]
    return np.stack([normals(study.subjects.seed, name, subjects, first) for name in names])


_READERS = {"fold": _fold, "score": _score, "events": _events}
_TYPICAL = {"fold": _typical_fold, "score": _typical_score, "events": _typical_events}
