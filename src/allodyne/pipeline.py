"""The one way through: study, schedule, drives, network, trajectories, endpoints, results."""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from allodyne.animals import IN_PEOPLE
from allodyne.calibrate.uncertainty import DRAWS, Uncertainty, calibration_text, digest_of, uncertainty_of
from allodyne.experiments.levels import Columns, shipped_columns
from allodyne.measurement import drawn, measured
from allodyne.network import Network, load_network
from allodyne.network.actions import Action
from allodyne.network.knockout import Knockout
from allodyne.network.lint import refuse_errors
from allodyne.simulate.contributions import Contribution, contributions
from allodyne.simulate.solve import Parameters, Trajectories, solve
from allodyne.simulate.structure import FloatArray, Structure, structure_of
from allodyne.simulate.timeline import Timeline, build_timeline
from allodyne.study.outcomes import Outcome
from allodyne.study.schedule import ArmSchedule, Schedule, build_schedule
from allodyne.study_sources import sources_of
from allodyne.subjects.conditions import load_conditions
from allodyne.subjects.population import draw_population, drive_in_people, people_against_animals
from allodyne.treatments.drugs import DrugCourse, drug_actions

if TYPE_CHECKING:
    from allodyne.calibrate.posterior import Posterior
    from allodyne.report.results import Results
    from allodyne.safety.plan_check import PlanCheck
    from allodyne.study.schema import Study

Progress = Callable[[str, float], None]


@lru_cache(maxsize=8)
def arrays_of(network: Network) -> Structure:
    """Arrays of a network; the same network has the same arrays, and so the same compiled programs."""
    return structure_of(network)


@dataclass(frozen=True)
class Prepared:
    """A study, ready to be solved.

    Attributes
    ----------
    lines : dict of str to Timeline
        By arm.
    populations, typical : dict of str to Parameters
        By arm: the virtual subjects, and the one at their centre. Arms differ by what is knocked out, in nothing else.
    draws : dict of str to Parameters
        By arm: the typical subject with draws of the uncertain parameters, the same in every arm; empty where none
        were asked for.
    uncertainty : Uncertainty
    own : bool
        Whether the parameters are calibrated on own data.
    """

    study: Study
    network: Network
    structure: Structure
    schedule: Schedule
    lines: dict[str, Timeline]
    populations: dict[str, Parameters]
    typical: dict[str, Parameters]
    draws: dict[str, Parameters]
    uncertainty: Uncertainty
    own: bool

    @property
    def species(self) -> list[str]:
        """Species behind the outcomes, each once."""
        return list(dict.fromkeys(outcome.species for outcome in self.study.outcomes))


@dataclass(frozen=True)
class Solved:
    """Solutions of a study, by arm.

    Attributes
    ----------
    subjects : dict of str to Trajectories
        Species behind the outcomes.
    typical : dict of str to array, shape (outputs, species)
        All species.
    draws : dict of str to array, shape (outputs, species, draws)
        Species behind the outcomes; empty where there are no draws.
    """

    subjects: dict[str, Trajectories]
    typical: dict[str, FloatArray]
    draws: dict[str, FloatArray]


def run_study(
    study: Study,
    progress: Progress | None = None,
    draws: bool = True,
    posterior: Posterior | None = None,
    check: PlanCheck | None = None,
) -> Results:
    """Simulate a study whose plan breaks no hard limit, or whose risk was accepted.

    Parameters
    ----------
    study : Study
    progress : callable, optional
        Called with what is being done and the share that is done, 0 to 1.
    draws : bool, optional
        Show how uncertain the parameters are: solve the typical subject with draws of them too.
    posterior : Posterior, optional
        Parameters that were calibrated on own data, instead of the shipped ones.
    check : PlanCheck, optional
        Of this study; without it the plan is checked against the shipped rules, with no patient described.

    Returns
    -------
    Results

    Raises
    ------
    PlanRefused
        When the plan breaks a hard limit.
    """
    from allodyne.safety.check import check_plan, refuse

    checked = check or check_plan(study)
    refuse(checked, study)
    results = run_studies([study], progress, draws, posterior)[0]
    results.data.attrs["plan_check"] = checked.model_dump_json()
    return results


def run_studies(
    studies: Sequence[Study],
    progress: Progress | None = None,
    draws: bool = False,
    posterior: Posterior | None = None,
) -> list[Results]:
    """Simulate several studies; those with the same network and tolerance are solved together.

    Their plans are not checked: what was published was done.

    Parameters
    ----------
    studies : sequence of Study
    progress : callable, optional
        Called with what is being done and the share that is done, 0 to 1.
    draws : bool, optional
        As in :func:`run_study`; without them it is faster.
    posterior : Posterior, optional
        As in :func:`run_study`.

    Returns
    -------
    list of Results
        In the order of the studies; the same as from solving each alone.
    """
    begun = time.perf_counter()
    tell = progress or (lambda _what, _share: None)
    tell("drawing subjects", 0.0)
    prepared = [prepare(study, draws, posterior) for study in studies]
    groups: dict[tuple[Structure, float], list[int]] = {}
    for index, one in enumerate(prepared):
        groups.setdefault((one.structure, one.study.tolerance), []).append(index)
    found: dict[int, Results] = {}
    for members in groups.values():
        together = [prepared[index] for index in members]
        before, part = len(found) / len(studies), len(members) / len(studies)
        solved = _solved(together, _within(tell, before, part))
        for index, one, solution in zip(members, together, solved, strict=True):
            found[index] = _results(one, solution)
    tell("measuring", 1.0)
    for result in found.values():
        result.data.attrs["runtime_s"] = round(time.perf_counter() - begun, 3)
    return [found[index] for index in range(len(studies))]


def _within(tell: Progress, before: float, part: float) -> Callable[[float], None]:
    return lambda share: tell("simulating", before + part * share)


def prepare(study: Study, draws: bool = False, posterior: Posterior | None = None) -> Prepared:
    """Work out what is to be solved: schedule, timelines, virtual subjects and draws of the uncertain parameters."""
    network = load_network(study.network)
    if study.network:
        refuse_errors(network)
    structure, schedule = arrays_of(network), build_schedule(study)
    severity_sd, seed = load_conditions()[study.subjects.condition].severity_sd.value, study.subjects.seed
    population = draw_population(network, structure, study.subjects.n, seed, severity_sd)
    subjects = Columns(population, population.scaled(*people_against_animals(network, structure)))
    middle, uncertainty = shipped_columns(network, structure), uncertainty_of(network, structure, posterior)
    varied = uncertainty.drawn(middle, DRAWS, seed) if draws else None
    subjects, middle = uncertainty.centred(subjects), uncertainty.centred(middle)
    cuts = {arm: [structure.edges.index(name) for name in sorted(_cut(study, arm, network))] for arm in study.arms}

    def in_arms(columns: Columns) -> dict[str, Parameters]:
        chosen = columns.people if study.subjects.species == IN_PEOPLE else columns.animals
        return {arm: chosen.without(rows) for arm, rows in cuts.items()}

    return Prepared(
        study=study,
        network=network,
        structure=structure,
        schedule=schedule,
        lines=timelines(study, network, structure, schedule),
        populations=in_arms(subjects),
        typical=in_arms(middle),
        draws=in_arms(varied) if varied is not None else {},
        uncertainty=uncertainty,
        own=posterior is not None,
    )


def _cut(study: Study, arm: str, network: Network) -> set[str]:
    """Ids of the edges that an arm lacks."""
    return {name for plan in study.arms[arm] if isinstance(plan, Knockout) for name in plan.cut(network)}


def _solved(together: Sequence[Prepared], tell: Callable[[float], None]) -> list[Solved]:
    """Solve studies of one network."""
    structure, tolerance = together[0].structure, together[0].study.tolerance
    species = list(dict.fromkeys(name for one in together for name in one.species))
    jobs = [(one.lines[arm], one.populations[arm]) for one in together for arm in one.study.arms]
    varied = [(one.lines[arm], one.draws[arm]) for one in together for arm in one.draws]
    first, last = (sum(parameters.subjects for _, parameters in some) for some in (jobs, varied))

    def told_after(before: int) -> Callable[[int, int], None]:
        return lambda done, _total: tell((before + done) / (first + last))

    trajectories = iter(solve(structure, jobs, species, tolerance, told_after(0)))
    middles = [(one.lines[arm], one.typical[arm]) for one in together for arm in one.study.arms]
    typical = iter(solve(structure, middles, structure.species, tolerance, check=False))
    draws = iter(solve(structure, varied, species, tolerance, told_after(first), check=False) if varied else [])
    found = []
    for one in together:
        rows = [species.index(name) for name in one.species]
        found.append(
            Solved(
                {arm: next(trajectories).only(rows) for arm in one.study.arms},
                {arm: next(typical).values[:, :, 0] for arm in one.study.arms},
                {arm: next(draws).values[:, rows] for arm in one.draws},
            )
        )
    return found


def _results(one: Prepared, solved: Solved) -> Results:
    from allodyne.report.results import Results

    outcomes = one.study.outcomes
    data = measured(one.study, one.schedule, one.species, solved.subjects)
    if solved.draws:
        data = drawn(data, one.study, one.schedule, one.species, solved.draws)
    data.attrs.update(_attributes(one, outcomes, solved.subjects))
    data.attrs["mechanisms"] = json.dumps(_mechanisms(one.study, one.network, one.structure, outcomes, solved.typical))
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
            cut = frozenset(_cut(study, arm, network)), frozenset(_cut(study, study.control, network))
            inputs = contributions(network, treated, control, outcome.species, cut)
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


def timelines(study: Study, network: Network, structure: Structure, schedule: Schedule) -> dict[str, Timeline]:
    """Timeline of each arm of a study."""
    outputs = np.array([when for _, when in study.output_times()])
    in_people = study.subjects.species == IN_PEOPLE
    return {
        arm: build_timeline(
            structure,
            [drive_in_people(signal, network) for signal in plan.signals] if in_people else plan.signals,
            arm_actions(study, arm),
            outputs,
            schedule.start,
        )
        for arm, plan in schedule.arms.items()
    }


def arm_actions(study: Study, arm: str) -> list[Action]:
    """What the drugs of an arm do to the network."""
    names = [plan.name for plan in study.arms[arm] if isinstance(plan, DrugCourse)]
    return drug_actions(names, study.subjects.species)


def _attributes(one: Prepared, outcomes: list[Outcome], solved: Mapping[str, Trajectories]) -> dict[str, Any]:
    import jax

    import allodyne
    from allodyne.report.results import CONTEXT_OF_USE

    study, network, schedule = one.study, one.network, one.schedule
    calibration = calibration_text(one.uncertainty, one.own)
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
        "parameters": f"{_parameters(network)}; {calibration}",
        "calibration": calibration,
        "parameters_digest": digest_of(one.uncertainty.posterior),
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
        f"{turnover} turnover times on assumption"
    )


def _doses(study: Study, arm: str) -> list[list[str]]:
    return [list(pair) for plan in study.arms[arm] for pair in plan.doses(study.subjects.species)]


def _sessions(plan: ArmSchedule) -> list[list[Any]]:
    return [[one.start, one.end, one.treatment, one.label] for one in plan.sessions]
