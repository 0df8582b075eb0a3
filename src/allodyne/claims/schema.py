"""What a claim is: what it says, what is asked of the evidence, and what else speaks to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from allodyne.claims.plan_cases import PlanCase
from allodyne.evidence.conditions import CONDITIONS
from allodyne.evidence.findings import FindingKind

ClaimKind = Literal["mechanism", "effect", "evidence", "safety", "regimen", "equipment", "context"]
Letter = Literal["A", "B", "C", "D", "E", "X"]

_NEUROPATHIC = frozenset(CONDITIONS) - {
    *("naive", "inflammatory", "fibromyalgia", "other", "ms", "eae", "herpes_zoster", "carpal_tunnel")
}
CONDITION_GROUPS = {
    "neuropathic": _NEUROPATHIC,
    "peripheral": _NEUROPATHIC - {"sci", "central", "neuropathic_mixed"},
}
"""Words for several conditions at once."""

SPECIES_GROUPS = {"animal": frozenset({"rat", "mouse", "other"})}


def _several(value: Any) -> Any:
    """Let one word stand for a list of one."""
    return (value,) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_several)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Question(_Strict):
    """A query over the findings; each field that is given narrows it.

    Every matching finding speaks for the statement when its direction is in ``supports``, else against it. A finding
    added later is asked as well. ``secondary`` marks outcomes that are not the main one; they weigh less. ``open``
    marks a question that no finding answers yet.
    """

    asks: str = Field(min_length=10)
    treatment: Names = ()
    drug: Names = ()
    mode: Names = ()
    condition: Names = ()
    species: Names = ()
    outcome: Names
    tissue: Names = ()
    kind: Annotated[tuple[FindingKind, ...], BeforeValidator(_several)] = ("treatment",)
    comparator: Names = ()
    blocker: Names = ()
    supports: Annotated[tuple[Literal["up", "down", "none"], ...], BeforeValidator(_several)]
    secondary: bool = False
    open: bool = False


class Statement(_Strict):
    """What a source says beyond its findings.

    ``source`` is the key of a paper or fact, or the letter of a document. ``kind`` overrides the kind of the source
    and ``comparator`` names the control group, both as in ``evidence/grading.yaml``.
    """

    source: str
    stance: Literal["for", "against", "context"]
    note: str = Field(min_length=10)
    kind: str | None = None
    comparator: str | None = None
    people: bool = True


class Attribution(_Strict):
    """A document says that a paper measured something; the findings of the paper are looked up."""

    paper: str
    outcome: str


class RecordCheck(_Strict):
    """A field of a record in ``evidence/data/records/``, compared with the record itself and the evidence base."""

    record: str = Field(pattern=r"^[a-z0-9_]+$")
    field: str
    expects: Literal["conflict", "agreement"]


class Limit(_Strict):
    """Values that a claim names, looked up in the range that plans accept (``treatments/constants.yaml``)."""

    what: str
    constant: str
    low: float
    high: float
    unit: str


class Check(_Strict):
    """How a safety, regimen or equipment row is checked.

    ``plans`` are checked as a user's plan would be; ``facts`` and ``limits`` are looked up.
    """

    plans: tuple[PlanCase, ...] = Field(min_length=1)
    facts: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()


class Asked(_Strict):
    """What is asked of the evidence, for a claim or for a part of one.

    ``about: animals`` marks a statement on animals, which needs no evidence in people. ``network`` asks of every edge
    of the shipped network whether it names a source or says that it is an assumption.
    """

    claim: str = Field(min_length=10)
    about: Literal["people", "animals"] = "people"
    questions: tuple[Question, ...] = ()
    statements: tuple[Statement, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    records: tuple[RecordCheck, ...] = ()
    network: bool = False


class Part(Asked):
    """One half of a claim that has several; ``main`` marks the one with which the claim stands or falls."""

    id: str = Field(pattern=r"^[a-z]$")
    main: bool = False


class Claim(Asked):
    """One row: what a source document says, how it is tested, and what the evidence says about it.

    Attributes
    ----------
    experiments : tuple of str
        Files in ``evidence/claims/experiments/`` without their ending; the first is shown in lists.
    mechanism : tuple of str
        Edges ``a>b`` whose removal must change the outcome of an experiment.
    facts : tuple of str
        Ids of facts and keys of papers behind a context row.
    answer : str
        What the evidence says, in one or two sentences.
    """

    id: str = Field(pattern=r"^[A-EX][0-9]+$")
    kind: ClaimKind
    document: Letter
    parts: tuple[Part, ...] = ()
    experiments: Names = ()
    mechanism: Names = ()
    facts: tuple[str, ...] = ()
    check: Check | None = None
    answer: str = Field(min_length=10)

    @model_validator(mode="after")
    def _hangs_together(self) -> Claim:
        if not self.id.startswith(self.document):
            raise ValueError(f"the claim {self.id} is not one of document {self.document}")
        if sum(part.main for part in self.parts) > 1:
            raise ValueError("at most one part can be the main one")
        if len({part.id for part in self.parts}) < len(self.parts):
            raise ValueError("two parts have the same letter")
        if self.kind in ("safety", "regimen", "equipment") and self.check is None:
            raise ValueError(f"a row of kind {self.kind} needs a check")
        return self

    def asked(self) -> Iterator[Asked]:
        """Go through the claim itself and its parts."""
        yield self
        yield from self.parts

    def source_keys(self) -> tuple[str, ...]:
        """Keys of the papers and facts that the claim names, each once; its findings name further papers."""
        stated = [one.source for asked in self.asked() for one in asked.statements if len(one.source) > 1]
        papers = [one.paper for asked in self.asked() for one in asked.attributions]
        checked = self.check.facts if self.check else ()
        return tuple(dict.fromkeys([*stated, *papers, *self.facts, *checked]))


class SourceDocument(_Strict):
    """One of the five documents that make the claims.

    ``repeats`` is the paper that it is about: both together count once.
    """

    kind: Literal["news", "vendor", "practice", "record"]
    about: str
    repeats: str | None = None
    note: str | None = None
