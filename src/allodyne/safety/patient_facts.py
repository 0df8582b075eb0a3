"""What may be asked about a patient."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from allodyne.documents import parse_document, read_document
from allodyne.errors import EvidenceError

Kind = Literal["yes_no", "stages", "drug", "number"]
FIELDS: Mapping[Kind, str] = {"yes_no": "conditions", "stages": "conditions", "drug": "drugs", "number": "measured"}
"""Field of the file of a patient in which facts of a kind stand."""


class PatientFact(BaseModel):
    """One thing that may be asked.

    Attributes
    ----------
    id, section, label, question : str
        Its name in files, its section of the questionnaire, its name in messages, and the question in words.
    kind : str
        ``yes_no``, ``stages``, ``drug`` (days since the last dose) or ``number``.
    stages : tuple of str
        What may be said of it, for stages.
    unit, low, high : str, float, float, optional
        Unit of a number, and the range outside of which it is taken for a slip.
    also, members : tuple of str
        Other names of it, and names of what belongs to it: yes to a member is yes to the fact, no says nothing.
    field : str, optional
        Field of the file in which it stands, when that is not the field of its kind.
    sex : str, optional
        Asked of this sex only.
    must_be_given : bool
        ``everything_else: absent`` does not answer it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    section: str
    kind: Kind
    label: str
    question: str
    stages: tuple[str, ...] = ()
    unit: str = ""
    low: float | None = None
    high: float | None = None
    also: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    field: str | None = None
    sex: Literal["female", "male"] | None = None
    must_be_given: bool = False

    @model_validator(mode="after")
    def _as_its_kind(self) -> PatientFact:
        if bool(self.stages) != (self.kind == "stages"):
            raise ValueError(f"stages are for facts of the kind stages; {self.id} is {self.kind}")
        if (None in (self.low, self.high) or not self.unit) == (self.kind == "number"):
            raise ValueError(f"unit, low and high are for numbers; {self.id} is {self.kind}")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """Every name under which it is understood."""
        return (self.id, *self.also, *self.members)

    @property
    def place(self) -> str:
        """Where it stands in the file of a patient, such as ``conditions.copd``."""
        return self.field or f"{FIELDS[self.kind]}.{self.id}"


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    facts: tuple[PatientFact, ...]


@cache
def patient_facts() -> Mapping[str, PatientFact]:
    """Read what may be asked about a patient, by id.

    Raises
    ------
    EvidenceError
        When the file is malformed or a name stands there twice.
    """
    document = read_document(str(files("allodyne.safety") / "patient_facts.yaml"), EvidenceError)
    found: dict[str, PatientFact] = {}
    names: set[str] = set()
    for index, fact in enumerate(parse_document(document, _File, EvidenceError).facts):
        twice = names & set(fact.names)
        if twice:
            raise EvidenceError(f"The name {min(twice)!r} stands there twice.", document.where(("facts", index)))
        names |= set(fact.names)
        found[fact.id] = fact
    return found


def spelled(name: str) -> str:
    """Write a name as ids are written: small letters, underscores."""
    return re.sub(r"[\s\-/]+", "_", name.strip().lower())


def known_names(field: str) -> dict[str, PatientFact]:
    """List every name under which a fact of a field is understood, with the fact."""
    facts = [fact for fact in patient_facts().values() if fact.field is None and FIELDS[fact.kind] == field]
    return {name: fact for fact in facts for name in fact.names}
