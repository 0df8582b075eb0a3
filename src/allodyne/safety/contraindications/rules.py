"""The rules: what a patient has, in which plans it matters, how grave it is and why."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from allodyne.documents import parse_document, read_document
from allodyne.errors import EvidenceError
from allodyne.evidence.papers import source
from allodyne.safety.contraindications.conditions import Condition, unfit
from allodyne.safety.contraindications.plans import PlanFilter
from allodyne.treatments.drug_catalogue import load_drugs

_FILES = (
    "hbot_pressure",
    "hbot_oxygen",
    "hbot_drugs",
    "exercise",
    "exercise_metabolism",
    "exercise_body",
    "acupuncture",
    "drug",
    "drug_ms",
)
TREATMENTS = ("hbot", "exercise", "acupuncture", "drug")
"""Treatments that have rules."""


class Rule(BaseModel):
    """One contraindication.

    Attributes
    ----------
    id : str
        Treatment and name, such as ``hbot.pneumothorax_untreated``.
    label : str
        What it is, in a few words.
    level : str
        ``stop`` (absolute), ``assess`` (relative: a doctor has to judge), ``caution`` or ``note``.
    when : Condition
        What the patient has.
    plan : PlanFilter
        Which plans it concerns; all of the treatment where nothing is given.
    why, remedy : str
        Why it matters, and what would make the plan pass.
    basis, sources, note : str, tuple of str, str
        What the rule rests on; the note says what of it was derived or assumed, and what speaks against it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=rf"^({'|'.join(TREATMENTS)})\.[a-z0-9_]+$")
    label: str
    level: Literal["note", "caution", "assess", "stop"]
    when: Condition
    plan: PlanFilter = PlanFilter()
    why: str
    remedy: str = Field(min_length=1)
    basis: Literal["fact", "measured", "derived", "assumption"]
    sources: tuple[str, ...] = ()
    note: str = ""

    @model_validator(mode="after")
    def _says_what_it_rests_on(self) -> Rule:
        if self.basis != "assumption" and not self.sources:
            raise ValueError(f"a rule with the basis {self.basis} needs a source")
        if self.basis in ("derived", "assumption") and not self.note:
            raise ValueError("a rule that was derived or assumed needs a note that says how")
        problem = unfit(self.when)
        if problem:
            raise ValueError(problem)
        return self

    @property
    def treatment(self) -> str:
        """The treatment that it speaks against."""
        return self.id.partition(".")[0]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    rules: tuple[Rule, ...]


@cache
def rules() -> Mapping[str, Rule]:
    """Read the rules, by id.

    Raises
    ------
    EvidenceError
        When a file is malformed, an id stands twice, or a source, fact or drug is not known.
    """
    found: dict[str, Rule] = {}
    folder = files("allodyne.safety.contraindications")
    for name in _FILES:
        document = read_document(str(folder / f"{name}.yaml"), EvidenceError)
        for index, rule in enumerate(parse_document(document, _File, EvidenceError).rules):
            where = document.where(("rules", index))
            if rule.id in found:
                raise EvidenceError(f"The id {rule.id!r} stands there twice.", where)
            for key in rule.sources:
                source(key)
            for drug in set(rule.plan.drugs) - set(load_drugs()):
                raise EvidenceError(f"There is no drug {drug!r} in the catalogue.", where)
            found[rule.id] = rule
    return found
