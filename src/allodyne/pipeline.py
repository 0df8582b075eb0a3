"""The one way through: study, schedule, drives, network, trajectories, endpoints, results."""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from allodyne.endpoints.catalogue import Endpoint, biomarker, load_endpoints
from allodyne.network import Network, load_network
from allodyne.network.lint import refuse_errors
from allodyne.simulate.contributions import Contribution, contributions
from allodyne.simulate.solve import Trajectories, solve
from allodyne.simulate.structure import FloatArray, Structure, structure_of
from allodyne.simulate.timeline import Timeline, build_timeline
from allodyne.study.outcomes import Outcome
from allodyne.study.schedule import ArmSchedule, Schedule, build_schedule
from allodyne.subjects.conditions import load_conditions
from allodyne.subjects.population import draw_population, typical_subject
from allodyne.subjects.streams import normals
from allodyne.treatments.drugs import DrugCourse, drug_actions

if TYPE_CHECKING:
    import xarray as xr

    from allodyne.report.results import Results
    from allodyne.study.schema import Study

Progress = Callable[[str, float], None]


@lru_cache(maxsize=8)
def arrays_of(network: Network) -> Structure:
    """Arrays of a network; the same network has the same arrays, and so the same compiled programs."""
    return structure_of(network)


def run_study(study: Study, progress: Progress | None = None) -> Results:
    """Simulate a study.

    Parameters
    ----------
    study : Study
    progress : callable, optional
        Called with what is being done and the share that is done, 0 to 1.

    Returns
    -------
    Results
    """
    from allodyne.report.results import Results

    begun = time.perf_counter()
    tell = progress or (lambda _what, _share: None)
    tell("drawing subjects", 0.0)
    network = load_network(study.network)
    if study.network:
        refuse_errors(network)
    structure = arrays_of(network)
    schedule = build_schedule(study)
    condition = load_conditions()[study.subjects.condition]
    population = draw_population(network, structure, study.subjects.n, study.subjects.seed, condition.severity_sd.value)
    outcomes = study.outcomes
    species = list(dict.fromkeys(outcome.species for outcome in outcomes))
    lines = timelines(study, structure, schedule)
    tell("simulating", 0.0)
    trajectories = solve(
        structure,
        [(lines[arm], population) for arm in study.arms],
        species,
        study.tolerance,
        lambda done, total: tell("simulating", done / total),
    )
    middle = typical_subject(structure)
    typical = solve(
        structure, [(lines[arm], middle) for arm in study.arms], structure.species, study.tolerance, check=False
    )
    tell("measuring", 1.0)
    solved = dict(zip(study.arms, trajectories, strict=True))
    data = _measured(study, outcomes, species, solved)
    data.attrs.update(_attributes(study, network, schedule, outcomes, solved))
    levels = {arm: one.values[:, :, 0] for arm, one in zip(study.arms, typical, strict=True)}
    data.attrs["mechanisms"] = json.dumps(_mechanisms(study, network, structure, outcomes, levels))
    data.attrs["runtime_s"] = round(time.perf_counter() - begun, 3)
    return Results(data)


def _mechanisms(
    study: Study, network: Network, structure: Structure, outcomes: list[Outcome], levels: Mapping[str, FloatArray]
) -> list[dict[str, Any]]:
    """Through what each arm differs from the control, in the typical subject on the day of the largest difference."""
    days = [label for label, _ in study.output_times()]
    found = []
    for outcome in (one for one in outcomes if one.kind == "endpoint"):
        row = structure.row(outcome.species)
        for arm in (name for name in study.arms if name != study.control):
            gap = np.log(levels[arm][:, row] / levels[study.control][:, row])
            day = int(np.nanargmax(np.abs(gap))) if np.isfinite(gap).any() else 0
            treated, control = (
                dict(zip(structure.species, levels[name][day], strict=True)) for name in (arm, study.control)
            )
            inputs = contributions(network, treated, control, outcome.species)
            found.append(
                {
                    "arm": arm,
                    "against": study.control,
                    "outcome": outcome.name,
                    "day": days[day],
                    "change": float(gap[day]),
                    "inputs": [_input(network, one) for one in inputs],
                }
            )
    return found


def _input(network: Network, one: Contribution) -> dict[str, Any]:
    label = network.species[one.source].label
    return {
        "species": one.source,
        "label": label,
        "change": round(one.change, 4),
        "inputs": [_input(network, below) for below in one.through],
    }


def timelines(study: Study, structure: Structure, schedule: Schedule) -> dict[str, Timeline]:
    """Timeline of each arm of a study."""
    outputs = np.array([when for _, when in study.output_times()])
    return {
        arm: build_timeline(structure, plan.signals, arm_actions(study, arm), outputs, schedule.start)
        for arm, plan in schedule.arms.items()
    }


def arm_actions(study: Study, arm: str) -> list[Any]:
    """What the drugs of an arm do to the network."""
    names = [plan.name for plan in study.arms[arm] if isinstance(plan, DrugCourse)]
    return list(drug_actions(names))


def _measured(
    study: Study, outcomes: list[Outcome], species: list[str], solved: Mapping[str, Trajectories]
) -> xr.Dataset:
    """What a laboratory would measure in every subject, and the same without measurement error."""
    import xarray as xr

    dims = ("arm", "day", "subject")
    days, times = ([pair[k] for pair in study.output_times()] for k in (0, 1))
    variables: dict[str, Any] = {}
    for outcome in outcomes:
        row = species.index(outcome.species)
        truth = np.stack([_value(study, outcome, arm.values[:, row]) for arm in solved.values()])
        read = np.stack([_read(study, outcome, truth[k], name, days) for k, name in enumerate(solved)])
        attributes = {
            "units": outcome.unit,
            "label": outcome.label,
            "kind": outcome.kind,
            "species": outcome.species,
            "orientation": _endpoint(outcome).orientation,
        }
        variables[outcome.name] = (dims, read, attributes)
        variables[f"{outcome.name}_true"] = (dims, truth, attributes)
    variables["status"] = (("arm", "subject"), np.stack([arm.status for arm in solved.values()]))
    coordinates = {
        "arm": list(solved),
        "day": ("day", days, {"units": "days", "long_name": "day since the lesion, by its name"}),
        "time": ("day", times, {"units": "days", "long_name": "days since the lesion, with the clock time"}),
        "subject": np.arange(study.subjects.n),
    }
    return xr.Dataset(variables, coordinates)


def _endpoint(outcome: Outcome) -> Endpoint:
    if outcome.kind == "endpoint":
        return load_endpoints()[outcome.name]
    return biomarker(outcome.species, outcome.label)


def _value(study: Study, outcome: Outcome, x: FloatArray) -> FloatArray:
    """Values of an outcome without measurement error, shape (outputs, subjects)."""
    endpoint, animal = _endpoint(outcome), study.subjects.species
    draw = normals(study.subjects.seed, f"baseline/{outcome.name}", study.subjects.n)
    return endpoint.value(1.0 / x if outcome.reversed else x, animal, endpoint.baseline(animal, draw))


def _read(study: Study, outcome: Outcome, truth: FloatArray, arm: str, days: list[float]) -> FloatArray:
    """Values as read by the test, each with its own error; shape (outputs, subjects)."""
    seed, count = study.subjects.seed, study.subjects.n
    errors = [normals(seed, f"measurement/{arm}/{outcome.name}/{day:g}", count) for day in days]
    return _endpoint(outcome).measured(truth, study.subjects.species, np.stack(errors))


def _attributes(
    study: Study,
    network: Network,
    schedule: Schedule,
    outcomes: list[Outcome],
    solved: Mapping[str, Trajectories],
) -> dict[str, Any]:
    import jax

    import allodyne
    from allodyne.report.results import CONTEXT_OF_USE

    errors = [arm.error for arm in solved.values() if np.isfinite(arm.error)]
    return {
        "study": study.study,
        "allodyne_version": allodyne.__version__,
        "jax_version": jax.__version__,
        "seed": study.subjects.seed,
        "tolerance": study.tolerance,
        "achieved_error": max(errors, default=float("nan")),
        "condition": study.subjects.condition,
        "animal": study.subjects.species,
        "subjects": study.subjects.n,
        "created": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "parameters": _parameters(network),
        "condition_label": load_conditions()[study.subjects.condition].label,
        "doses": json.dumps({arm: _doses(study, arm) for arm in study.arms}),
        "edges": len(network.edges),
        "assumptions": sum(edge.basis == "assumption" for edge in network.edges.values()),
        "network": json.dumps({path.name: path.read_text(encoding="utf-8") for path in study.network}),
        "own_papers": json.dumps({key: [paper.citation, paper.address] for key, paper in network.papers.items()}),
        "sources": json.dumps(sources_of(study, network, outcomes)),
        "context_of_use": CONTEXT_OF_USE,
        "sessions": json.dumps({arm: _sessions(plan) for arm, plan in schedule.arms.items()}),
        "control": study.control,
        "study_yaml": study.to_yaml(),
        "published": json.dumps([entry.model_dump() for entry in study.published]),
    }


def _parameters(network: Network) -> str:
    assumed = sum(edge.basis == "assumption" for edge in network.edges.values())
    turnover = sum(one.turnover_basis == "assumption" for one in network.species.values())
    return (
        f"network: {len(network.species)} species, {len(network.edges)} edges ({assumed} on assumption), "
        f"{turnover} turnover times on assumption; gains set by hand and by least squares, not yet calibrated"
    )


def _doses(study: Study, arm: str) -> list[list[str]]:
    return [list(pair) for plan in study.arms[arm] for pair in plan.doses(study.subjects.species)]


def _sessions(plan: ArmSchedule) -> list[list[Any]]:
    return [[one.start, one.end, one.treatment, one.label] for one in plan.sessions]


def sources_of(study: Study, network: Network, outcomes: list[Outcome]) -> list[str]:
    """Keys of the papers and facts behind a study: doses, lesion, endpoints, comparisons, and the edges that
    carry them.

    The network acts as a whole; listed are the edges on the shortest ways from each drive of the study to each
    outcome and on ways that are one edge longer.
    """
    animal = study.subjects.species
    keys = [key for plans in study.arms.values() for plan in plans for key in plan.source_keys(animal)]
    keys += load_conditions()[study.subjects.condition].source_keys(animal)
    keys += [key for outcome in outcomes for key in outcome.sources]
    keys += [entry.source for entry in study.published]
    drives = {f"@{signal.drive}" for plan in build_schedule(study).arms.values() for signal in plan.signals}
    for edge in network.between(sorted(drives), sorted({outcome.species for outcome in outcomes})):
        keys += edge.sources
    return list(dict.fromkeys(keys))
