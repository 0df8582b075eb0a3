"""Conditions: what was done to the animals or befell the people, as drives over time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Annotated, Literal

import numpy as np
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from allodyne.animals import IN_PEOPLE, Animal
from allodyne.documents import parse_document, read_document
from allodyne.errors import EvidenceError, StudyError, nearest
from allodyne.evidence.cited import Cited
from allodyne.signals import Signal
from allodyne.subjects.people import Relapses, Reported

_FOLDER = files("allodyne.subjects") / "conditions"


def _positive(number: Cited) -> Cited:
    if not number.value > 0:
        raise ValueError("must be greater than 0")
    return number


def _share(number: Cited) -> Cited:
    if not 0 <= number.value <= 1:
        raise ValueError("must lie between 0 and 1")
    return number


class Course(BaseModel):
    """How the drive of a lesion rises and falls.

    The shape is ``(1 - p) exp(-t/recovery) + p exp(-t/late) - exp(-t/onset)`` with ``p`` the plateau share, scaled so
    that its largest value is `peak`: it starts at 0, rises with the onset time, loses its transient part with the
    recovery time and its lasting part with the late recovery time, or never when that is not given.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    drive: str
    peak: Annotated[Cited, AfterValidator(_positive), Field(description="Largest value of the drive.")]
    onset_days: Annotated[Cited, AfterValidator(_positive)]
    plateau_share: Annotated[Cited, AfterValidator(_share)]
    recovery_days: Annotated[Cited | None, Field(description="Not given when all of it is plateau.")] = None
    late_recovery_days: Annotated[Cited | None, Field(description="Not given when the plateau lasts.")] = None

    @model_validator(mode="after")
    def _rises_before_it_falls(self) -> Course:
        if (self.recovery_days is None) != (self.plateau_share.value == 1):
            raise ValueError("recovery_days belongs to every course that is not all plateau, and to no other")
        times = [
            number for number in (self.onset_days, self.recovery_days, self.late_recovery_days) if number is not None
        ]
        if any(not early.value < late.value for early, late in pairwise(times)):
            raise ValueError("onset, recovery and late recovery must be longer one after the other")
        return self

    def numbers(self) -> list[Cited]:
        """List the numbers of the course."""
        given = (self.peak, self.onset_days, self.plateau_share, self.recovery_days, self.late_recovery_days)
        return [number for number in given if number is not None]

    def signal(self, begin: float = 0.0) -> Signal:
        """Give the drive from day `begin` on, without end."""
        lasting = self.plateau_share.value
        late = 1 / self.late_recovery_days.value if self.late_recovery_days else 0.0
        shape = [(lasting, late), (-1.0, 1 / self.onset_days.value)]
        if self.recovery_days is not None:
            shape.append((1 - lasting, 1 / self.recovery_days.value))
        scale = self.peak.value / _largest(shape)
        terms = tuple((scale * size, rate) for size, rate in shape if size and rate)
        constant = scale * sum(size for size, rate in shape if not rate)
        return Signal(self.drive, begin, math.inf, constant, terms)


def _largest(shape: list[tuple[float, float]]) -> float:
    """Find the largest value of a sum of exponentials after 0, to about one part in a million."""
    rates = [rate for size, rate in shape if size and rate]
    days = np.geomspace(1e-2 / max(rates), 50 / min(rates), 20_000)
    return float(np.sum([size * np.exp(-rate * days) for size, rate in shape], axis=0).max())


class Condition(BaseModel):
    """What was done to the animals, or which disease the people have.

    Attributes
    ----------
    severity_sd : Cited
        Spread between subjects of the size of all drives of the condition, as SD of its logarithm.
    courses : mapping of str to tuple of Course
        By animal; an animal without courses of its own has those given first.
    established_days : Cited or None
        In people: how long before day 0, their enrolment, the courses begin.
    people : tuple of Reported
        What people report, one entry for each endpoint.
    relapses : Relapses or None
        For a relapsing disease of people.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str
    description: str
    site: Literal["peripheral", "central", "none"]
    animals: tuple[Animal, ...]
    severity_sd: Cited
    courses: Mapping[Animal, tuple[Course, ...]]
    established_days: Annotated[Cited, AfterValidator(_positive)] | None = None
    people: tuple[Reported, ...] = ()
    relapses: Relapses | None = None

    @model_validator(mode="after")
    def _people_are_enrolled_late(self) -> Condition:
        if (IN_PEOPLE in self.animals and bool(self.courses)) != (self.established_days is not None):
            raise ValueError("established_days belongs to every disease of people, and to nothing else")
        return self

    def reported(self, endpoint: str) -> Reported | None:
        """Look up what people report, by endpoint."""
        return next((one for one in self.people if one.endpoint == endpoint), None)

    def signals(self, animal: str) -> list[Signal]:
        """Give the drives of a subject of usual severity: from day 0 on, in people from long before.

        Parameters
        ----------
        animal : str
            One of `animals`.

        Raises
        ------
        StudyError
            When the condition is not known in that animal.
        """
        begin = -self.established_days.value if self.established_days and animal == IN_PEOPLE else 0.0
        return [course.signal(begin) for course in self._courses(animal)]

    def source_keys(self, animal: str) -> list[str]:
        """List the keys of all papers behind the numbers used, sorted."""
        numbers = [self.severity_sd, *(number for course in self._courses(animal) for number in course.numbers())]
        if animal == IN_PEOPLE:
            numbers += [number for one in self.people for number in one.numbers()]
            numbers += self.relapses.numbers() if self.relapses else []
            numbers += [self.established_days] if self.established_days else []
        return sorted({key for number in numbers for key in number.sources})

    def _courses(self, animal: str) -> tuple[Course, ...]:
        if animal not in self.animals:
            raise StudyError(f"{self.label} is not known in {animal!r}.", remedy=nearest(animal, self.animals))
        own = [courses for name, courses in self.courses.items() if name == animal]
        return next(iter([*own, *self.courses.values()]), ())


@cache
def load_conditions() -> dict[str, Condition]:
    """Load the conditions, by id.

    Raises
    ------
    EvidenceError
        When a file of the package is malformed.
    """
    conditions: dict[str, Condition] = {}
    for name in sorted(entry.name for entry in _FOLDER.iterdir() if entry.name.endswith(".yaml")):
        document = read_document(str(_FOLDER / name), EvidenceError)
        condition = parse_document(document, Condition, EvidenceError)
        conditions[condition.id] = condition
    return conditions


def find_condition(name: str) -> Condition:
    """Look up a condition.

    Raises
    ------
    StudyError
        When there is none of that name; the message offers the nearest names.
    """
    conditions = load_conditions()
    if name not in conditions:
        raise StudyError(f"There is no condition {name!r}.", remedy=nearest(name, conditions))
    return conditions[name]
