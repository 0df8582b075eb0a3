"""The groups of a laboratory's own data, as the arms of a study file describe them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from allodyne.endpoints.catalogue import biomarker, load_endpoints
from allodyne.endpoints.scores import Score, load_scores
from allodyne.errors import StudyError
from allodyne.experiments.experiment import Reading, Side
from allodyne.experiments.measures import Fold
from allodyne.experiments.outcomes import PeopleOutcome
from allodyne.experiments.scenario import Scenario, plan_text
from allodyne.network.knockout import Knockout
from allodyne.signals import MINUTES_PER_DAY
from allodyne.study.clock import minutes_of
from allodyne.study.entries import treatment_name, write_entry
from allodyne.study.outcomes import Outcome, find_outcome
from allodyne.study.schema import Study
from allodyne.subjects.conditions import load_conditions


@dataclass(frozen=True)
class OwnGroups:
    """Arms of a study as groups of experiments.

    Attributes
    ----------
    study : Study
    scenarios : dict of str to Scenario
        By arm.
    """

    study: Study
    scenarios: dict[str, Scenario]

    @cached_property
    def animal(self) -> str:
        """Who was studied."""
        return str(self.study.subjects.species)

    def outcome(self, name: str) -> Outcome:
        """Find what an outcome of the data means.

        Raises
        ------
        StudyError
            When it means nothing, or is a count of events.
        """
        found = find_outcome(name, self.animal)
        if found.form == "events":
            raise StudyError(
                f"{found.label} is a count of events, which own data cannot calibrate.",
                remedy="Leave these rows out; give scores, thresholds, latencies or biomarkers.",
            )
        if found.form == "score" and self._told(name) is None:
            raise StudyError(f"{found.label} is not known in people with {self.study.subjects.condition}.")
        return found

    def time(self, day: float) -> float:
        """When a day was assessed, in days: at the clock time of the study; with several of them the day is a time."""
        clocks = self.study.assess.at
        if day == 0 or len(clocks) > 1 or day != math.floor(day):
            return day
        return day + minutes_of(clocks[0]) / MINUTES_PER_DAY

    def differ(self, arm: str, time: float) -> bool:
        """Whether anything was done to an arm or the control by then."""
        pair = self.scenarios[arm], self.scenarios[self.study.control]
        return any(one.knockout or any(start < time for start, _ in one.sessions()) for one in pair)

    def side(self, arm: str, outcome: Outcome, time: float) -> Side:
        """What is read of an arm."""
        scenario = self.scenarios[arm]
        if outcome.form == "score":
            told = self._told(outcome.name)
            assert told is not None
            begins = [start for start, _ in scenario.sessions()]
            measure = told.measure(time, min(begins) if begins else None)
            return Side(tuple(Reading(scenario, told.species, day) for day in told.days(time)), measure)
        return Side((Reading(scenario, outcome.species, time),), _fold(outcome, self.animal))

    def therapy(self, arm: str) -> str:
        """The treatments of an arm in a word."""
        return " + ".join(sorted({treatment_name(plan) for plan in self.study.arms[arm]})) or "none"

    def score(self, outcome: Outcome) -> Score | None:
        """The score behind an outcome, if it is one."""
        return load_scores()[outcome.name] if outcome.form == "score" else None

    def _told(self, name: str) -> PeopleOutcome | None:
        reported = load_conditions()[self.study.subjects.condition].reported(name)
        score = load_scores()[name]
        return None if reported is None else PeopleOutcome(score.species, "score", score, reported)


def own_groups(path: Path) -> OwnGroups:
    """Read the study file that describes the groups.

    Raises
    ------
    StudyError
        When it cannot be read, or says what a calibration cannot take up.
    """
    from allodyne.study.schedule import build_schedule

    study = Study.from_yaml(path)
    if study.network:
        raise StudyError(
            "A study with network files of its own cannot be calibrated.",
            study.where("network"),
            "Remove them: the parameters of the shipped network are calibrated.",
        )
    if study.subjects.severity != 1:
        raise StudyError(
            "Own data are calibrated at the usual severity.", study.where("subjects", "severity"), "Set it to 1."
        )
    build_schedule(study)
    return OwnGroups(study, {arm: _scenario(study, arm) for arm in study.arms})


def _scenario(study: Study, arm: str) -> Scenario:
    lacking = [plan for plan in study.arms[arm] if isinstance(plan, Knockout)]
    species = [name for plan in lacking for name in plan.species]
    if len(species) > 1 or any(plan.edges for plan in lacking):
        raise StudyError(
            f"The arm {arm!r} knocks out more than one species.",
            study.where("arms", arm),
            "Own data can have arms that lack one species.",
        )
    plans = tuple(
        plan_text(name, fields)
        for plan in study.arms[arm]
        if not isinstance(plan, Knockout)
        for name, fields in write_entry(plan).items()
    )
    return Scenario(str(study.subjects.species), str(study.subjects.condition), plans, species[0] if species else None)


def _fold(outcome: Outcome, animal: str) -> Fold:
    """The measure of a threshold, a latency or a biomarker."""
    if outcome.kind == "endpoint":
        endpoint = load_endpoints()[outcome.name]
        numbers, exponent = endpoint.measure(animal), -endpoint.exponent.value
    else:
        numbers = biomarker(outcome.species, outcome.label).measure(animal)
        exponent = -1.0 if outcome.reversed else 1.0
    spread = math.hypot(numbers.between_sd.value, numbers.measurement_sd.value)
    return Fold(exponent, numbers.mean.value, spread)
