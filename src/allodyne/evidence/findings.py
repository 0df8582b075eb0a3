"""The published findings: one record each, as ``data/SCHEMA.md`` describes them."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError, model_validator

from allodyne.documents import Document, read_document
from allodyne.errors import EvidenceError, nearest
from allodyne.evidence.conditions import CONDITIONS
from allodyne.evidence.given import Given, Record
from allodyne.evidence.papers import load_papers

_MAX_BYTES = 20_000_000
_TARGET_NAMES = """
opioid_mu opioid_delta opioid_kappa opioid_all adenosine_a1 adenosine_a2a alpha1 alpha2 beta_adrenergic 5ht_all 5ht1a
5ht2 5ht3 serotonin_synthesis catecholamine_synthesis muscarinic nicotinic nos nnos inos enos cgmp_pkg cb1 cb2 il4 il10
il1 tnf trkb_bdnf gdnf_receptor ampk camkk mtor akt autophagy nrf2 sirt1 p2x3 p2x4 p2x7 nmda cck trpv1 microglia
astrocyte dnmt glutamate_transporter nerve_conduction other
"""
_TARGETS = frozenset(_TARGET_NAMES.split())

FindingKind = Literal["injury", "treatment", "blocker", "comparison", "healthy", "rate"]
FindingSpecies = Literal["rat", "mouse", "human", "other"]
Direction = Literal["up", "down", "none"]


def _condition(name: str) -> str:
    if name not in CONDITIONS:
        raise ValueError(f"There is no condition {name!r}. {nearest(name, CONDITIONS)}".strip())
    return name


def _target(name: str) -> str:
    if name not in _TARGETS:
        raise ValueError(f"There is no target {name!r}. {nearest(name, _TARGETS)}".strip())
    return name


class Blocker(Record):
    """What was blocked, knocked out or undone, and with what."""

    name: str = Field(min_length=1)
    target: Annotated[str, AfterValidator(_target)]
    dose_text: str | None = None
    route: str | None = None
    site: str | None = None


class Measured(Record):
    """What was measured, where and when; times in days or weeks as their names say."""

    variable: str = Field(pattern=r"^[a-z0-9][a-z0-9_]*$")
    tissue: str | None = None
    time_days: float | None = None
    weeks_of_treatment: float | None = None
    days_after_last_session: float | None = None

    @property
    def label(self) -> str:
        """Variable, tissue and time in brief."""
        day = f"day {self.time_days:g}" if self.time_days is not None else ""
        week = f"week {self.weeks_of_treatment:g} of treatment" if self.weeks_of_treatment is not None else ""
        after = self.days_after_last_session
        late = f"{after:.3g} days after the last session" if after is not None else ""
        return ", ".join(part for part in (self.variable, self.tissue, day, week, late) if part)


class ArmValues(Record):
    """Numbers of one arm, in the units of the result."""

    mean: float | None = None
    median: float | None = None
    sd: float | None = None
    sem: float | None = None
    n: float | None = None

    @property
    def middle(self) -> float | None:
        """The mean, else the median."""
        return self.median if self.mean is None else self.mean


class Effect(Record):
    """An effect with its interval; the sign follows the variable."""

    type: Literal["MD", "SMD", "OR", "RR", "HR", "RD", "percent", "ratio", "t", "d", "slope", "correlation"] | None = (
        None
    )
    estimate: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    k_studies: float | None = None
    n_total: float | None = None
    i2: float | None = None


class Outcome(Record):
    """What came out."""

    direction: Direction | None = None
    significant: bool | None = None
    p: float | None = Field(None, ge=0, le=1)
    p_bound: float | None = Field(None, ge=0, le=1)
    treated: ArmValues | None = None
    control: ArmValues | None = None
    effect: Effect | None = None
    range: tuple[float | None, float | None] | None = None
    units: str | None = None


class Finding(Record):
    """One finding of one paper."""

    id: str = Field(pattern=r"^[a-z0-9_+-]+$")
    paper: str
    kind: FindingKind
    species: FindingSpecies
    sex: Literal["male", "female", "mixed"] | None = None
    strain: str | None = None
    condition: Annotated[str, AfterValidator(_condition)]
    condition_note: str | None = None
    treatments: tuple[Given, ...]
    blocker: Blocker | None = None
    comparator: (
        Literal["untreated", "sham", "vehicle", "naive", "baseline", "unblocked", "standard_care", "drug", "other"]
        | None
    ) = None
    comparator_text: str | None = None
    comparator_assumed: Literal[True] | None = None
    outcome: Measured
    result: Outcome
    note: str | None = None

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Finding:
        if (self.kind == "blocker") != (self.blocker is not None):
            raise ValueError("A finding of kind blocker, and no other, names its blocker.")
        if (self.kind == "rate") != (self.result.direction is None):
            raise ValueError("Every finding but one of kind rate has a direction.")
        return self


_FINDINGS = TypeAdapter(list[Finding])


def read_findings(path: Path | str) -> dict[str, Finding]:
    """Read one file of findings.

    Parameters
    ----------
    path : Path or str
        A YAML file in the form of ``data/SCHEMA.md``.

    Returns
    -------
    dict of str to Finding
        By id, in the order of the file.

    Raises
    ------
    EvidenceError
        With file and line, when the file is malformed or an id stands in it twice.
    """
    document = read_document(path, EvidenceError, _MAX_BYTES)
    try:
        records = _FINDINGS.validate_python(document.data if document.data is not None else [])
    except ValidationError as problem:
        raise _malformed(document, problem.errors(include_url=False)[0]) from None
    found: dict[str, Finding] = {}
    for index, record in enumerate(records):
        if record.id in found:
            where = document.where((index, "id"))
            raise EvidenceError(f"The finding {record.id!r} stands here twice.", where, "Give one of them another id.")
        found[record.id] = record
    return found


@cache
def load_findings() -> dict[str, Finding]:
    """Load every shipped finding, by id.

    Returns
    -------
    dict of str to Finding

    Raises
    ------
    EvidenceError
        With file and line, when a file is malformed, an id is used twice or a paper is not known.
    """
    folder = files("allodyne.evidence") / "data" / "findings"
    papers = load_papers()
    found: dict[str, Finding] = {}
    for path in sorted(str(entry) for entry in folder.iterdir() if entry.name.endswith(".yaml")):
        for key, finding in read_findings(path).items():
            if key in found:
                raise EvidenceError(f"The finding {key!r} is already known from another file.", path)
            if finding.paper not in papers:
                remedy = nearest(finding.paper, papers)
                raise EvidenceError(f"The finding {key!r} names an unknown paper {finding.paper!r}.", path, remedy)
            found[key] = finding
    return found


def _malformed(document: Document, problem: Any) -> EvidenceError:
    """The first fault of a file, with its line and, where few values are valid, the nearest of them."""
    # pydantic names the members of its own unions in the path, which the file does not know
    known = [part for part in problem["loc"] if not str(part).startswith(("function-", "tuple", "float"))]
    where, remedy = document.where(known), None
    message = str(problem["msg"]).removeprefix("Value error, ")
    if problem["type"] == "literal_error":
        message = f"{problem['input']!r} is not a valid value."
        remedy = nearest(str(problem["input"]), re.findall(r"'([^']*)'", problem["ctx"]["expected"]))
    elif problem["type"] == "extra_forbidden":
        message, remedy = f"There is no field {known[-1]!r} here.", "data/SCHEMA.md names the fields."
    elif problem["type"] == "missing":
        message, remedy = f"The field {known[-1]!r} is missing.", "data/SCHEMA.md says what it holds."
    return EvidenceError(message, where, remedy)
