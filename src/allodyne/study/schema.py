"""What a study file may say.

Time counts in days since the lesion: day ``d`` begins at time ``d``, and ``10:00`` of day ``d`` is ``d + 10/24``. Day 0
is the day of the lesion; in people, whose disease is old by then, it is the day of enrolment. Unless a study says
otherwise, sessions begin at 10:00 (drugs are given at 09:30) and subjects are assessed at 14:00, so that an assessment
on a day of treatment sees the state some hours after that day's session.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    field_validator,
    model_validator,
)

from allodyne.animals import IN_PEOPLE, Animal
from allodyne.documents import Document
from allodyne.signals import MINUTES_PER_DAY
from allodyne.study.clock import clock_of, minutes_of
from allodyne.study.entries import Entry
from allodyne.study.expectations import Published
from allodyne.study.known import known_condition, known_outcome
from allodyne.study.mistakes import at, mistake, refuse
from allodyne.study.outcomes import Outcome, find_outcome

if TYPE_CHECKING:
    from allodyne.report.results import Results
    from allodyne.safety.patient import Patient
    from allodyne.safety.plan_check import PlanCheck
    from allodyne.safety.rules import Rules
    from allodyne.simulate.machine import DeviceName, Precision

_UNTREATED = "Write [] for an untreated arm, for example: untreated: []"


def _clock_times(value: object) -> tuple[str, ...]:
    listed = value if isinstance(value, list | tuple) else [value]
    minutes = sorted(minutes_of(clock) for clock in listed)
    if len(set(minutes)) < len(minutes):
        raise ValueError("A clock time stands here twice.")
    return tuple(clock_of(minute) for minute in minutes)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Subjects(_Part):
    """Who is studied; every arm has the same virtual subjects, so that arms differ by treatment alone."""

    species: Animal = Field(description="Who: rat, mouse or human.")
    condition: Annotated[str, AfterValidator(known_condition)] = Field(
        description="The lesion or disease, such as snl or cci."
    )
    n: int = Field(200, ge=1, le=1_000_000_000, description="Number of subjects in each arm, 1 to 1000000000.")
    seed: int = Field(
        1, ge=0, lt=2**32, description="Seed of every random draw; the same seed gives the same subjects."
    )
    severity: float = Field(1.0, ge=0, le=3, description="Multiplier of the lesion, 0 to 3; 1 is the usual course.")


class Assessment(_Part):
    """When subjects are assessed."""

    at: Annotated[tuple[str, ...], BeforeValidator(_clock_times)] = Field(
        ("14:00",), min_length=1, description='Clock time or list of clock times in quotes, such as "14:00".'
    )
    every_days: int = Field(1, ge=1, le=730, description="Days between assessments: 7 assesses on days 7, 14, 21, ...")


class Study(_Part):
    """A study: subjects, arms with their treatments, and what is measured when.

    Examples
    --------
    >>> study = Study.from_yaml("examples/hbot_after_nerve_ligation.yaml")  # doctest: +SKIP
    >>> results = study.run()  # doctest: +SKIP
    """

    study: str = Field(min_length=1, max_length=200, description="The title.")
    subjects: Subjects = Field(description="Who is studied: species, condition, n, seed, severity.")
    days: int = Field(
        ge=1, le=3650, description="Days from the lesion, in people from enrolment, to the end of the study, 1 to 3650."
    )
    arms: dict[str, list[Entry]] = Field(
        description="Name of each arm with the list of its treatments; [] is untreated."
    )
    control: str = Field(
        default_factory=lambda data: _first_untreated(data.get("arms", {})),
        description="The arm that others are compared with; left out: the first untreated arm, else the first arm.",
    )
    network: tuple[Path, ...] = Field(
        (), description="Files that add to the shipped network or replace parts of it; relative to the study file."
    )
    measure: list[Annotated[str, AfterValidator(known_outcome)]] = Field(
        min_length=1, description="Outcomes: endpoints, species of the network, or published variables."
    )
    assess: Assessment = Field(default_factory=Assessment, description="When subjects are assessed: at, every_days.")
    tolerance: float = Field(1e-3, ge=1e-5, le=1e-2, description="Largest error of the solution in ln x, 1e-5 to 1e-2.")
    published: list[Published] = Field(
        default_factory=list, description="What papers found, to print beside the simulation."
    )
    notes: str | None = Field(None, description="Anything a reader should know.")

    _document: Document | None = PrivateAttr(None)

    @field_validator("arms", mode="before")
    @classmethod
    def _arms_are_lists(cls, arms: object) -> object:
        if arms is None or arms == {}:
            raise mistake("The study has no arm.", _UNTREATED)
        if not isinstance(arms, Mapping):
            raise mistake("The arms are a mapping from name to a list of treatments.", _UNTREATED)
        wrong = [
            at((str(name),), _arm_mistake(name, plans), plans)
            for name, plans in arms.items()
            if not _is_arm(name, plans)
        ]
        if wrong:
            refuse(wrong)
        return arms

    @field_validator("measure")
    @classmethod
    def _no_outcome_twice(cls, measure: list[str]) -> list[str]:
        wrong = [
            at((index,), mistake(f"The outcome {name!r} stands here twice.", "Remove one of them."), name)
            for index, name in enumerate(measure)
            if name in measure[:index]
        ]
        if wrong:
            refuse(wrong)
        return measure

    @model_validator(mode="after")
    def _names_agree(self) -> Study:
        from allodyne.study.agreement import disagreements

        wrong = disagreements(self)
        if wrong:
            refuse(wrong)
        return self

    @classmethod
    def from_yaml(cls, path: Path | str) -> Study:
        """Read a study file.

        Parameters
        ----------
        path : Path or str
            A YAML file.

        Returns
        -------
        Study

        Raises
        ------
        StudyError
            When it cannot be read or does not make sense; the error names file, line, field and remedy.
        """
        from allodyne.study.loading import read_study

        return read_study(path)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Study:
        """Build a study from a mapping in the form of a study file.

        Raises
        ------
        StudyError
            When it does not make sense; the error names field and remedy.
        """
        from allodyne.study.loading import parse_study

        return parse_study(Document(Path("study"), data, {}))

    def to_yaml(self) -> str:
        """Write the study as text that :meth:`from_yaml` reads back; defaults of the study are written out."""
        from allodyne.study.loading import write_study

        return write_study(self)

    def check(
        self, patient: Patient | None = None, rules: Rules | None = None, accept_risk: str | None = None
    ) -> PlanCheck:
        """Check whether the plan is safe and can be carried out.

        Parameters
        ----------
        patient : Patient, optional
            The person that it is meant for; without one contraindications are not assessed.
        rules : Rules, optional
            What an own file tightens or adds; the shipped rules when not given.
        accept_risk : str, optional
            Why a plan that breaks a hard limit shall run all the same.

        Returns
        -------
        PlanCheck
        """
        from allodyne.safety.check import check_plan

        return check_plan(self, patient, rules, accept_risk)

    def run(
        self,
        progress: Callable[[str, float], None] | None = None,
        patient: Patient | None = None,
        rules: Rules | None = None,
        accept_risk: str | None = None,
        device: DeviceName = "auto",
        precision: Precision | None = None,
    ) -> Results:
        """Simulate the study.

        Parameters
        ----------
        progress : callable, optional
            Called with what is being done and the share that is done, 0 to 1.
        patient : Patient, optional
            The person that the plan is meant for; the subjects are not made after them.
        rules : Rules, optional
            What an own file tightens or adds.
        accept_risk : str, optional
            Why a plan that breaks a hard limit shall run all the same; the report says it.
        device : {"auto", "cpu", "gpu"}, optional
            What to solve on; with "auto" an accelerator where there is one and the population is large.
        precision : {"double", "single"}, optional
            Without it double on processor cores and single on an accelerator.

        Returns
        -------
        Results

        Raises
        ------
        PlanRefused
            When the plan breaks a hard limit and no reason was given.
        UserError
            When an accelerator is asked for and there is none.
        """
        from allodyne.pipeline import run_study

        checked = self.check(patient, rules, accept_risk)
        return run_study(self, progress=progress, check=checked, device=device, precision=precision)

    @property
    def origin(self) -> str:
        """What day 0 is: the lesion, in people enrolment."""
        return "enrolment" if self.subjects.species == IN_PEOPLE else "the lesion"

    @property
    def outcomes(self) -> list[Outcome]:
        """What is measured, in the order of ``measure``."""
        return [find_outcome(name, self.subjects.species, self.network) for name in self.measure]

    def assessed_days(self) -> list[int]:
        """Days on which subjects are assessed, without the baseline: every ``every_days`` days up to ``days``."""
        return list(range(self.assess.every_days, self.days + 1, self.assess.every_days))

    def output_times(self) -> list[tuple[float, float]]:
        """When subjects are assessed.

        Returns
        -------
        list of (float, float)
            Day label and time in days since the lesion, rising. The first is the baseline: label 0 at time 0, just
            before the lesion. With one clock time a day the label is the day, 7.0 for 14:00 of day 7 (time 7 + 14/24);
            with several, label and time are the same.
        """
        clocks = [minutes_of(clock) / MINUTES_PER_DAY for clock in self.assess.at]
        times = [(float(day), day + clock) for day in self.assessed_days() for clock in clocks]
        return [(0.0, 0.0), *((label if len(clocks) == 1 else time, time) for label, time in times)]

    def with_seed(self, seed: int) -> Study:
        """Return the same study with other random draws."""
        subjects = Subjects.model_validate({**self.subjects.model_dump(), "seed": seed})
        return self.model_copy(update={"subjects": subjects})

    def where(self, *location: str | int) -> str:
        """Name file, line and field of a part of the study, as far as they are known."""
        return (self._document or Document(Path("study"), None, {})).where(location)

    def __repr__(self) -> str:
        who = f"{self.subjects.n} {self.subjects.species} subjects, {self.subjects.condition}"
        return f"Study({self.study!r}: {who}, {len(self.arms)} arms, {self.days} days)"


def _first_untreated(arms: Mapping[str, list[Any]]) -> str:
    return next((name for name, plans in arms.items() if not plans), next(iter(arms), ""))


def _is_arm(name: object, plans: object) -> bool:
    return isinstance(name, str) and bool(name.strip()) and isinstance(plans, list | tuple)


def _arm_mistake(name: object, plans: object) -> Any:
    if not isinstance(name, str) or not name.strip():
        return mistake(f"The name of an arm is text; this is {name!r}.", "Put the name in quotes.")
    if plans is None:
        return mistake(f"The arm {name!r} is empty.", _UNTREATED)
    example = f"Put a dash before each treatment, for example: {name}: [hbot: {{...}}]. {_UNTREATED}"
    return mistake(f"The arm {name!r} is not a list of treatments.", example)
