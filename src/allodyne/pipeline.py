"""The one way through: study, schedule, drives, network, trajectories, endpoints, results."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from allodyne.animals import IN_PEOPLE
from allodyne.calibrate.uncertainty import DRAWS, Uncertainty, uncertainty_of
from allodyne.experiments.levels import Columns, shipped_columns
from allodyne.measurement import drawn, measured
from allodyne.network import Network, load_network
from allodyne.network.actions import Action
from allodyne.network.lint import refuse_errors
from allodyne.provenance import attributes_of, edges_cut
from allodyne.simulate.machine import DeviceName, Machine, Precision, machine_for
from allodyne.simulate.parameters import Parameters, joined
from allodyne.simulate.solve import CORES, Accuracy, Trajectories, rehearse, solve
from allodyne.simulate.structure import FloatArray, Structure, structure_of
from allodyne.simulate.timeline import Timeline, build_timeline
from allodyne.study.schedule import Schedule, build_schedule
from allodyne.subjects.conditions import load_conditions
from allodyne.subjects.population import draw_population, drive_in_people, people_against_animals
from allodyne.treatments.drugs import DrugCourse, drug_actions

if TYPE_CHECKING:
    import xarray as xr

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
    cuts : dict of str to tuple of int
        By arm: rows of the edges that are knocked out. Parameters of arms differ in nothing else.
    typical : dict of str to Parameters
        By arm: the subject at the centre of the population.
    draws : dict of str to Parameters
        By arm: the typical subject with draws of the uncertain parameters, the same in every arm; empty where none
        were asked for.
    uncertainty : Uncertainty
    own : bool
        Whether the parameters are calibrated on own data.
    machine : Machine
        What the subjects are solved on.
    """

    study: Study
    network: Network
    structure: Structure
    schedule: Schedule
    lines: dict[str, Timeline]
    cuts: dict[str, tuple[int, ...]]
    typical: dict[str, Parameters]
    draws: dict[str, Parameters]
    uncertainty: Uncertainty
    own: bool
    machine: Machine

    @property
    def species(self) -> list[str]:
        """Species behind the outcomes, each once."""
        return list(dict.fromkeys(outcome.species for outcome in self.study.outcomes))

    def population(self, first: int = 0, count: int | None = None) -> dict[str, Parameters]:
        """Draw the virtual subjects of each arm.

        Parameters
        ----------
        first : int, optional
            Number of the first subject to draw.
        count : int, optional
            How many; without it, or with more than there are, all that follow.

        Returns
        -------
        dict of str to Parameters
            By arm; bit for bit the columns of the whole population.
        """
        study, left = self.study, self.study.subjects.n - first
        size, severity_sd = left if count is None else min(count, left), _severity_sd(study)
        drawn = draw_population(self.network, self.structure, size, study.subjects.seed, severity_sd, first)
        people = drawn.scaled(*people_against_animals(self.network, self.structure))
        return in_arms(study, self.cuts, self.uncertainty.centred(Columns(drawn, people)))


@dataclass(frozen=True)
class Centre:
    """What all subjects of a study share, by arm.

    Attributes
    ----------
    typical : dict of str to array, shape (outputs, species)
        Levels of all species in the typical subject.
    draws : dict of str to array, shape (outputs, species, draws)
        Of the species behind the outcomes; empty where there are no draws.
    """

    typical: dict[str, FloatArray]
    draws: dict[str, FloatArray]


def run_study(
    study: Study,
    progress: Progress | None = None,
    draws: bool = True,
    posterior: Posterior | None = None,
    check: PlanCheck | None = None,
    device: DeviceName = "auto",
    precision: Precision | None = None,
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
    device, precision : str, optional
        As in :func:`allodyne.simulate.machine.machine_for`.

    Returns
    -------
    Results

    Raises
    ------
    PlanRefused
        When the plan breaks a hard limit.
    UserError
        When an accelerator is asked for and there is none.
    """
    from allodyne.safety.check import check_plan, refuse

    checked = check or check_plan(study)
    refuse(checked, study)
    machine = machine_for(device, precision, study.subjects.n * len(study.arms))
    results = run_studies([study], progress, draws, posterior, machine)[0]
    results.data.attrs["plan_check"] = checked.model_dump_json()
    return results


def run_studies(
    studies: Sequence[Study],
    progress: Progress | None = None,
    draws: bool = False,
    posterior: Posterior | None = None,
    machine: Machine = CORES,
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
    machine : Machine, optional
        What the subjects are solved on.

    Returns
    -------
    list of Results
        In the order of the studies; the same as from solving each alone.
    """
    from allodyne.report.results import Results

    begun = time.perf_counter()
    tell = progress or (lambda _what, _share: None)
    tell("drawing subjects", 0.0)
    prepared = [prepare(study, draws, posterior, machine) for study in studies]
    groups: dict[tuple[Structure, float], list[int]] = {}
    for index, one in enumerate(prepared):
        groups.setdefault((one.structure, one.study.tolerance), []).append(index)
    found: dict[int, Results] = {}
    for members in groups.values():
        together = [prepared[index] for index in members]
        before, part = len(found) / len(studies), len(members) / len(studies)
        for index, data in zip(members, _measured(together, _within(tell, before, part)), strict=True):
            found[index] = Results(data)
    tell("measuring", 1.0)
    for result in found.values():
        result.data.attrs["runtime_s"] = round(time.perf_counter() - begun, 3)
    return [found[index] for index in range(len(studies))]


def _within(tell: Progress, before: float, part: float) -> Callable[[float], None]:
    return lambda share: tell("simulating", before + part * share)


def _measured(together: Sequence[Prepared], tell: Callable[[float], None]) -> list[xr.Dataset]:
    """Solve studies of one network and tolerance and measure their outcomes."""
    accuracy = rehearsed(together)
    solved = solved_subjects(together, accuracy, tell=tell)
    found = []
    for one, reached, subjects, centre in zip(together, accuracy, solved, solved_centre(together), strict=True):
        data = measured(one.study, one.schedule, one.species, subjects)
        found.append(completed(data, one, centre, reached))
    return found


def prepare(
    study: Study, draws: bool = False, posterior: Posterior | None = None, machine: Machine = CORES
) -> Prepared:
    """Work out what is to be solved: schedule, timelines, the typical subject and draws of the uncertain parameters."""
    network = load_network(study.network)
    if study.network:
        refuse_errors(network)
    structure, schedule = arrays_of(network), build_schedule(study)
    middle, uncertainty = shipped_columns(network, structure), uncertainty_of(network, structure, posterior)
    varied = uncertainty.drawn(middle, DRAWS, study.subjects.seed) if draws else None
    cuts = {
        arm: tuple(structure.edges.index(name) for name in sorted(edges_cut(study, arm, network))) for arm in study.arms
    }
    return Prepared(
        study=study,
        network=network,
        structure=structure,
        schedule=schedule,
        lines=timelines(study, network, structure, schedule),
        cuts=cuts,
        typical=in_arms(study, cuts, uncertainty.centred(middle)),
        draws=in_arms(study, cuts, varied) if varied is not None else {},
        uncertainty=uncertainty,
        own=posterior is not None,
        machine=machine,
    )


def _severity_sd(study: Study) -> float:
    return load_conditions()[study.subjects.condition].severity_sd.value


def in_arms(study: Study, cuts: Mapping[str, Sequence[int]], columns: Columns) -> dict[str, Parameters]:
    """Parameters of each arm, of animals or people, without the edges that the arm lacks."""
    chosen = columns.people if study.subjects.species == IN_PEOPLE else columns.animals
    return {arm: chosen.without(rows) for arm, rows in cuts.items()}


def rehearsed(together: Sequence[Prepared]) -> list[dict[str, Accuracy]]:
    """Find how finely each arm of studies of one network, tolerance and machine is solved, on its first subjects."""
    first = [(one, one.population(count=one.machine.at_once)) for one in together]
    jobs = [(one.lines[arm], subjects[arm]) for one, subjects in first for arm in one.study.arms]
    found = iter(rehearse(together[0].structure, jobs, together[0].study.tolerance, together[0].machine))
    return [{arm: next(found) for arm in one.study.arms} for one in together]


def solved_subjects(
    together: Sequence[Prepared],
    accuracy: Sequence[Mapping[str, Accuracy]],
    first: int = 0,
    count: int | None = None,
    tell: Callable[[float], None] | None = None,
) -> list[dict[str, Trajectories]]:
    """Solve the subjects of studies of one network and tolerance, or a portion of them.

    Parameters
    ----------
    together : sequence of Prepared
    accuracy : sequence of mappings of str to Accuracy
        From :func:`rehearsed`.
    first : int, optional
        Number of the first subject, a multiple of the group of the machine.
    count : int, optional
        How many; without it all that follow.
    tell : callable, optional
        Called with the share that is done, 0 to 1.

    Returns
    -------
    list of dict of str to Trajectories
        By arm: species behind the outcomes.
    """
    structure, tolerance = together[0].structure, together[0].study.tolerance
    species = list(dict.fromkeys(name for one in together for name in one.species))
    drawn = [(one, one.population(first, count)) for one in together]
    jobs = [(one.lines[arm], subjects[arm]) for one, subjects in drawn for arm in one.study.arms]
    told = (lambda done, total: tell(done / total)) if tell is not None else None
    fine = [reached[arm] for one, reached in zip(together, accuracy, strict=True) for arm in one.study.arms]
    machine = together[0].machine
    found = iter(solve(structure, jobs, species, tolerance, told, accuracy=fine, first=first, machine=machine))
    rows = [[species.index(name) for name in one.species] for one in together]
    return [{arm: next(found).only(kept) for arm in one.study.arms} for one, kept in zip(together, rows, strict=True)]


def solved_centre(together: Sequence[Prepared]) -> list[Centre]:
    """Solve what all subjects of a study share: the typical subject, and the draws of the uncertain parameters."""
    structure, tolerance = together[0].structure, together[0].study.tolerance
    # in one population, so that a study needs no other compiled program for it
    jobs = [
        (one.lines[arm], joined(one.typical[arm], one.draws.get(arm))) for one in together for arm in one.study.arms
    ]
    solved = iter(solve(structure, jobs, structure.species, tolerance, check=False))
    found = []
    for one in together:
        levels = {arm: next(solved).values for arm in one.study.arms}
        rows = [structure.row(name) for name in one.species]
        typical = {arm: values[:, :, 0] for arm, values in levels.items()}
        found.append(Centre(typical, {arm: levels[arm][:, rows, 1:] for arm in one.draws}))
    return found


def completed(data: xr.Dataset, one: Prepared, centre: Centre, accuracy: Mapping[str, Accuracy]) -> xr.Dataset:
    """Add to the numbers of subjects what they share: draws of the uncertain parameters, and where all comes from."""
    if centre.draws:
        data = drawn(data, one.study, one.schedule, one.species, centre.draws)
    return data.assign_attrs(attributes_of(one, centre.typical, accuracy.values()))


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
