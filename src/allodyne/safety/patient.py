"""A patient as a study may meet one: what was asked, and what was answered."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    StrictBool,
    StrictFloat,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, InitErrorDetails

from allodyne.documents import Document, Location, read_document
from allodyne.errors import UserError, nearest
from allodyne.safety.patient_facts import PatientFact, known_names, patient_facts, spelled
from allodyne.study.mistakes import MISTAKE, at, mistake, refuse

Given = StrictBool | float | str
Answer = bool | float | str | None
"""What is known of a fact: False absent, normal or never taken; True there, without a stage or day; a stage; days since
the last dose, or a number; None not known."""

NOT_KNOWN = "unknown"
_FORM = "Begin with the line patient; then age, sex, pregnant, conditions, drugs, measured and everything_else."


class Patient(BaseModel):
    """A patient.

    Names of conditions and drugs that are not in the list are kept in ``unlisted`` and reported as not assessed.

    Examples
    --------
    >>> patient = Patient.from_dict({"patient": "A woman of 54", "conditions": {"copd": "severe"}})
    >>> patient.answer("copd"), patient.answer("asthma")
    ('severe', None)
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    patient: str = Field(min_length=1, max_length=200, description="A label for messages; no name of a person.")
    age: StrictFloat | None = Field(None, description="Years.")
    sex: Literal["female", "male"] | None = Field(None, description="female or male.")
    pregnant: Given | None = Field(None, description="no, yes, first_trimester, later or unknown.")
    conditions: dict[str, Given] = Field(
        default_factory=dict, description="Conditions: no, yes, a stage that the fact names, or unknown."
    )
    drugs: dict[str, Given] = Field(
        default_factory=dict, description="Days since the last dose; 0 is taken now, no is never, yes is some day."
    )
    measured: dict[str, Given] = Field(default_factory=dict, description="Measurements, in the unit of their name.")
    other_conditions: tuple[str, ...] = Field((), description="Conditions that are not in the list, in words.")
    other_drugs: tuple[str, ...] = Field((), description="Drugs that are not in the list.")
    everything_else: Literal["absent"] | None = Field(
        None, description="absent: every other fact of the list was asked, and is absent or normal."
    )

    _answers: dict[str, Answer] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def _read_answers(self) -> Patient:
        wrong: list[InitErrorDetails] = []
        answers: dict[str, Answer] = {}
        for location, fact, given in self._given():
            try:
                answer = _answer(fact, given)
                if answer is False and spelled(str(location[-1])) in fact.members:
                    continue
                if answer not in (False, None) and fact.sex is not None and self.sex not in (None, fact.sex):
                    raise ValueError(f"{fact.label} does not fit sex {self.sex}.")
                answers[fact.id] = _both(answers[fact.id], answer, fact) if fact.id in answers else answer
            except ValueError as problem:
                wrong.append(at(location, mistake(str(problem), _how_to_write(fact, given)), given))
        for name in self.measured:
            if spelled(name) not in known_names("measured"):
                remedy = nearest(name, known_names("measured"))
                wrong.append(at(("measured", name), mistake(f"There is no measurement {name!r}.", remedy), None))
        if wrong:
            refuse(wrong)
        self._answers = answers
        return self

    @classmethod
    def from_yaml(cls, path: Path | str) -> Patient:
        """Read the file of a patient.

        Raises
        ------
        UserError
            When it cannot be read or does not make sense; the error names file, line, field and remedy.
        """
        return _parse(read_document(path))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Patient:
        """Build a patient from a mapping in the form of the file.

        Raises
        ------
        UserError
            When it does not make sense.
        """
        return _parse(Document(Path("patient"), data, {}))

    def answer(self, name: str) -> Answer:
        """What is known of a fact, by its id.

        Returns
        -------
        bool, float, str or None
            False absent, normal or never taken; True there; a stage; days since the last dose; a number; None not
            known.
        """
        fact = patient_facts()[name]
        if name in self._answers:
            return self._answers[name]
        if fact.sex is not None and self.sex not in (None, fact.sex):
            return False
        answered = self.everything_else == "absent" and not fact.must_be_given and (fact.sex is None or self.sex)
        return False if answered else None

    def denies(self, name: str) -> bool:
        """Whether the file itself says no to a fact, and not only `everything_else`."""
        return self._answers.get(name) is False

    @property
    def unlisted(self) -> list[tuple[str, str]]:
        """Conditions and drugs that no fact of the list covers: the field of the file and the name."""
        found = [
            (field, name)
            for field, given in (("conditions", self.conditions), ("drugs", self.drugs))
            for name, value in given.items()
            if spelled(name) not in known_names(field) and value is not False
        ]
        return [
            *found,
            *(("conditions", name) for name in self.other_conditions),
            *(("drugs", name) for name in self.other_drugs),
        ]

    def _given(self) -> Iterator[tuple[Location, PatientFact, Given]]:
        """List what was answered: place in the file, fact, answer."""
        for fact in patient_facts().values():
            given = getattr(self, fact.field) if fact.field else None
            if fact.field and given is not None:
                yield (fact.field,), fact, given
        for field in ("conditions", "drugs", "measured"):
            names = known_names(field)
            for name, value in getattr(self, field).items():
                if spelled(name) in names:
                    yield (field, name), names[spelled(name)], value


def _answer(fact: PatientFact, given: Given) -> Answer:
    if given == NOT_KNOWN:
        return None
    if isinstance(given, str):
        if fact.kind == "stages" and spelled(given) in fact.stages:
            return spelled(given)
        raise ValueError(f"{given!r} says nothing about {fact.label}.")
    if isinstance(given, bool):
        if fact.kind == "number":
            raise ValueError(f"{fact.label} is a number.")
        return given
    if fact.kind == "drug" and 0 <= given < math.inf:
        return given
    if fact.kind == "number" and fact.low is not None and fact.high is not None and fact.low <= given <= fact.high:
        return given
    raise ValueError(f"{given:g} cannot be right for {fact.label}.")


def _both(first: Answer, second: Answer, fact: PatientFact) -> Answer:
    """Join what was said of two members of one fact."""
    if fact.kind == "yes_no":
        return True if True in (first, second) else None if None in (first, second) else False
    days = [answer for answer in (first, second) if isinstance(answer, float)]
    if fact.kind == "drug" and len(days) == 2:
        return min(days)
    raise ValueError(f"{fact.label[:1].upper()}{fact.label[1:]} is answered twice.")


def _how_to_write(fact: PatientFact, given: Given) -> str:
    match fact.kind:
        case "number":
            return f"Write a number from {fact.low:g} to {fact.high:g} {fact.unit}, or {NOT_KNOWN}."
        case "drug":
            return f"Write the days since the last dose: 0 taken now, no never, yes some day, or {NOT_KNOWN}."
        case "stages":
            near = nearest(given, fact.stages, 1) if isinstance(given, str) else ""
            offer = f"{near} " if near.startswith("Did") else ""
            return f"{offer}Write one of: no, yes, {', '.join(fact.stages)}, {NOT_KNOWN}."
    return f"Write yes, no or {NOT_KNOWN}."


def _parse(document: Document) -> Patient:
    if not isinstance(document.data, Mapping):
        raise UserError("This is not the file of a patient.", document.where(), _FORM)
    try:
        return Patient.model_validate(document.data)
    except ValidationError as problem:
        errors = problem.errors(include_url=False)
        raise _complaint(min(errors, key=lambda error: _line(error, document)), document) from None


def _line(error: ErrorDetails, document: Document) -> int:
    return document.lines.get(_location(error)[:2], 0)


def _location(error: ErrorDetails) -> Location:
    # pydantic names the kinds of value that it tried below the key, which the file does not know
    return tuple(error["loc"][:2]) if error["loc"][:1] != ("pregnant",) else ("pregnant",)


def _complaint(error: ErrorDetails, document: Document) -> UserError:
    location = _location(error)
    where = document.where(location)
    context: dict[str, Any] = error.get("ctx") or {}
    field = str(location[-1]) if location else ""
    known = Patient.model_fields
    if error["type"] == MISTAKE:
        return UserError(context["message"], where, context["remedy"] or None)
    if error["type"] == "extra_forbidden":
        return UserError(f"There is no field {field!r} here.", where, nearest(field, known) or _FORM)
    if error["type"] == "missing":
        return UserError(f"The field {field!r} is missing.", document.where(), _FORM)
    meaning = known[str(location[0])].description if location and str(location[0]) in known else None
    return UserError(f"This does not fit {field!r}: {error['msg']}.", where, meaning)
