"""How much sources weigh together: the support of a statement, from graded and independent sources.

``docs/evidence-grading.md`` explains the formula; every weight stands in ``grading.yaml`` and is an assumption.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from allodyne.documents import parse_document, read_document
from allodyne.errors import EvidenceError, nearest
from allodyne.evidence.findings import Finding, load_findings
from allodyne.evidence.papers import Fact, Paper, load_papers

Stance = Literal["for", "against", "context"]
_BLINDED = frozenset({"sham", "vehicle", "unblocked"})
_FACT_DESIGNS = {
    "primary": "measurement",
    "review": "review",
    "guideline": "guideline",
    "textbook": "textbook",
    "secondary": "page",
    "commercial": "vendor",
}
WORDS_OF_PAGES = frozenset({"news", "practice", "vendor"})
"""Kinds of source that only repeat others; all of them together are one group."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Weight(_Strict):
    """A weight and why it is what it is; all of them are assumptions."""

    weight: float = Field(ge=0)
    note: str = Field(min_length=1)


class Design(Weight):
    """The weight of a kind of source; ``people`` is open where a source may speak of either."""

    people: bool | None
    one: str
    many: str


class Size(Weight):
    """The weight of trials with fewer people than ``below``."""

    below: int


class SameData(_Strict):
    """Papers that are one group."""

    papers: tuple[str, ...]
    note: str


class Weights(_Strict):
    """Everything in ``grading.yaml``."""

    designs: dict[str, Design]
    comparators: dict[Literal["people", "animals"], dict[str, Weight]]
    results: dict[Literal["significant", "not_stated", "null_blinded", "null_open"], Weight]
    secondary: Weight
    sizes: tuple[Size, ...]
    size_not_stated: Weight
    provenance: dict[Literal["primary", "secondary"], Weight]
    damping: Weight
    enough: Weight
    twice: Weight
    years_apart: Weight
    laboratories: tuple[SameData, ...]

    def design(self, name: str) -> Design:
        """Look up a kind of source.

        Raises
        ------
        EvidenceError
            When there is none of that name; the message offers the nearest.
        """
        if name not in self.designs:
            raise EvidenceError(f"There is no kind of source {name!r}.", remedy=nearest(name, self.designs))
        return self.designs[name]


@dataclass(frozen=True)
class Item:
    """One thing that one source says about a statement.

    Attributes
    ----------
    source : str
        Key of a paper or fact, or letter of a document.
    design : str
        Kind of the source, a key of ``designs`` in ``grading.yaml``.
    people : bool
        Whether it speaks of people.
    stance : {"for", "against", "context"}
    weight : float
        Weight of this result; 0 for context.
    group : str
        Laboratory or data set; items of one group count once.
    pool : str or None
        Meta-analyses and trials of one pool (treatment and condition) are not independent of each other.
    note : str
        What it says, in brief.
    finding : str or None
        Id of the finding.
    comparator : str or None
        Against what the treatment was compared.
    """

    source: str
    design: str
    people: bool
    stance: Stance
    weight: float
    group: str
    pool: str | None = None
    note: str = ""
    finding: str | None = None
    comparator: str | None = None


@dataclass(frozen=True)
class Balance:
    """The weights on both sides.

    Attributes
    ----------
    for_weight, against_weight : float
        Summed over independent groups.
    damping : float
        ``k`` of the formula.
    """

    for_weight: float
    against_weight: float
    damping: float

    @property
    def total(self) -> float:
        """Weight of both sides."""
        return self.for_weight + self.against_weight

    @property
    def support(self) -> float:
        """(F - A) / (F + A + k), in [-1, 1]; not a probability."""
        return (self.for_weight - self.against_weight) / (self.total + self.damping)


@cache
def load_weights() -> Weights:
    """Load the shipped weights.

    Raises
    ------
    EvidenceError
        With the line, when the file is malformed.
    """
    document = read_document(str(files("allodyne.evidence") / "grading.yaml"), EvidenceError)
    return parse_document(document, Weights, EvidenceError)


def balance(items: Iterable[Item], weights: Weights | None = None) -> Balance:
    """Weigh items against each other.

    Within a group the heaviest result of each side counts, times that side's share of the group's weight. Groups of a
    pool that holds a meta-analysis count, on each side, as the larger of the heaviest meta-analysis and the sum of the
    trials; all other groups add up.

    Parameters
    ----------
    items : iterable of Item
        Context is passed over.
    weights : Weights, optional
        Defaults to the shipped ones.

    Returns
    -------
    Balance
    """
    weights = weights or load_weights()
    groups: dict[tuple[str, str, bool], list[Item]] = defaultdict(list)
    for item in items:
        if item.stance != "context":
            groups[(item.pool or "", item.group, item.design.endswith("meta-analysis"))].append(item)
    single: dict[str, list[tuple[float, float]]] = defaultdict(list)
    pooled: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for (pool, _, is_meta), members in groups.items():
        (pooled if is_meta and pool else single)[pool].append(_sides(members))
    favour = oppose = 0.0
    for pool in single.keys() | pooled.keys():
        favour += max([sum(side[0] for side in single[pool]), *(side[0] for side in pooled[pool])])
        oppose += max([sum(side[1] for side in single[pool]), *(side[1] for side in pooled[pool])])
    return Balance(favour, oppose, weights.damping.weight)


def _sides(members: Iterable[Item]) -> tuple[float, float]:
    """What one group puts on each side; more of one side never adds to the other."""
    favour = [item.weight for item in members if item.stance == "for"]
    oppose = [item.weight for item in members if item.stance == "against"]
    total = sum(favour) + sum(oppose)
    if not total:
        return 0.0, 0.0
    return max(favour, default=0.0) * sum(favour) / total, max(oppose, default=0.0) * sum(oppose) / total


def finding_item(
    finding: Finding, supports: Iterable[str], topic: str, secondary: bool = False, weights: Weights | None = None
) -> Item | None:
    """Grade one finding.

    Parameters
    ----------
    finding : Finding
    supports : iterable of {"up", "down", "none"}
        Directions of the outcome that speak for the statement; every other speaks against it.
    topic : str
        The treatment that is asked about; trials and meta-analyses of one topic and condition are one pool.
    secondary : bool, optional
        Whether the outcome is not the main one.
    weights : Weights, optional
        Defaults to the shipped ones.

    Returns
    -------
    Item or None
        None for a finding without a direction.
    """
    weights = weights or load_weights()
    direction, paper = finding.result.direction, load_papers()[finding.paper]
    if direction is None:
        return None
    # "not significant" is no difference, whichever way the means lean
    direction = "none" if finding.result.significant is False else direction
    people = finding.species == "human"
    design = _design_of(paper, people, finding)
    comparator = finding.comparator or "other"
    weight = weights.design(design).weight * weights.provenance[paper.provenance or "secondary"].weight
    weight *= weights.comparators["people" if people else "animals"][comparator].weight
    weight *= weights.results[_sureness(finding, direction, comparator)].weight
    weight *= weights.secondary.weight if secondary else 1.0
    if people and not design.endswith("meta-analysis"):
        weight *= _size_weight(finding, weights)
    laboratory, pool = laboratory_of(finding.paper), f"{topic} in {finding.condition if people else 'animals'}"
    stance: Stance = "for" if direction in set(supports) else "against"
    group = f"{laboratory}, {pool}" if people else laboratory
    return Item(
        finding.paper, design, people, stance, weight, group, pool, _said(finding, direction), finding.id, comparator
    )


def stated_item(
    paper: Paper, stance: Stance, note: str, kind: str | None = None, comparator: str | None = None
) -> Item:
    """Grade what a paper says beyond its findings; ``kind`` overrides the design of its record."""
    weights = load_weights()
    design = kind or _design_of(paper, paper.species == "human", None)
    people = _speaks_of_people(design, paper.species == "human", weights)
    weight = weights.design(design).weight * weights.provenance[paper.provenance or "secondary"].weight
    if comparator:
        weight *= weights.comparators["people" if people else "animals"][comparator].weight
    return Item(paper.key, design, people, stance, weight, laboratory_of(paper.key), None, note, None, comparator)


def fact_item(fact: Fact, stance: Stance, note: str, kind: str | None = None, people: bool = True) -> Item:
    """Grade a fact by the kind of its source; facts of one source are one group."""
    weights = load_weights()
    design = kind or _FACT_DESIGNS.get(str(fact.source.get("kind")), "page")
    people = _speaks_of_people(design, people, weights)
    title = fact.source.get("title") or fact.source.get("doi") or fact.source.get("url") or fact.id
    return Item(fact.id, design, people, stance, weights.design(design).weight, f"source {title}", None, note)


def _speaks_of_people(design: str, otherwise: bool, weights: Weights) -> bool:
    fixed = weights.design(design).people
    return otherwise if fixed is None else fixed


def _design_of(paper: Paper, people: bool, finding: Finding | None) -> str:
    if paper.design is None:
        return "page"
    if paper.design == "meta-analysis":
        return "meta-analysis" if people else "animal-meta-analysis"
    if paper.design == "review":
        return "review"
    if paper.design == "preclinical" or not people:
        only_drug = finding is not None and {given.kind for given in finding.treatments} == {"drug"}
        return "animal-intervention" if only_drug or (finding and finding.kind == "blocker") else "animal"
    return paper.design


def _sureness(
    finding: Finding, direction: str, comparator: str
) -> Literal["significant", "not_stated", "null_blinded", "null_open"]:
    if direction == "none":
        return "null_blinded" if comparator in _BLINDED else "null_open"
    return "significant" if finding.result.significant else "not_stated"


def _size_weight(finding: Finding, weights: Weights) -> float:
    result = finding.result
    arms = [arm.n for arm in (result.treated, result.control) if arm is not None and arm.n is not None]
    people = (result.effect.n_total if result.effect else None) or (sum(arms) if arms else None)
    if people is None:
        return weights.size_not_stated.weight
    return next((size.weight for size in weights.sizes if people < size.below), 1.0)


def _said(finding: Finding, direction: str) -> str:
    word = {"up": "up", "down": "down", "none": "no difference"}[direction]
    blocker = f" with {finding.blocker.name}" if finding.blocker else ""
    comparator = f" against {finding.comparator.replace('_', ' ')}" if finding.comparator else ""
    return f"{finding.outcome.variable}: {word}{blocker}{comparator} ({finding.condition})"


def laboratory_of(paper: str) -> str:
    """Name the laboratory (or data set) of a paper: the key of the earliest paper that is taken to share it."""
    return _laboratories().get(paper, paper)


@cache
def _laboratories() -> Mapping[str, str]:
    """Group papers: those listed in ``grading.yaml``, and those of one first author on one treatment within some years.

    A surname is no proof of a laboratory; the rule rather counts two laboratories as one than one as two.
    """
    weights, papers = load_weights(), load_papers()
    topics: dict[str, set[str]] = defaultdict(set)
    for finding in load_findings().values():
        topics[finding.paper].update(given.kind for given in finding.treatments)
    listed = {key: same.papers[0] for same in weights.laboratories for key in same.papers}
    by_name: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for key, kinds in topics.items():
        paper = papers[key]
        if paper.first_author and paper.year and key not in listed:
            # a drug is mostly a tool in a paper on another treatment
            for kind in kinds - {"drug"} or kinds:
                by_name[(paper.first_author.lower(), kind)].append((paper.year, key))
    for dated in by_name.values():
        head = previous = sorted(dated)[0]
        for current in sorted(dated)[1:]:
            head = head if current[0] - previous[0] <= weights.years_apart.weight else current
            previous = current
            listed.setdefault(current[1], head[1])
    return listed
