"""Loading the claims and the documents that make them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from pydantic import RootModel, ValidationError

from allodyne.claims.schema import CONDITION_GROUPS, SPECIES_GROUPS, Asked, Claim, Question, SourceDocument
from allodyne.documents import Document, parse_document, read_document
from allodyne.errors import EvidenceError, nearest
from allodyne.evidence.conditions import CONDITIONS
from allodyne.evidence.findings import Blocker, load_findings
from allodyne.evidence.grading import load_weights
from allodyne.evidence.papers import load_facts, load_papers

FILES = ("hbot_pain", "hbot_ms", "exercise_pain", "exercise_mechanisms", "acupuncture_pain", "across")
_TREATMENTS = frozenset({"hbot", "exercise", "acupuncture", "drug"})


class _Claims(RootModel[list[Claim]]):
    pass


class _Documents(RootModel[dict[str, SourceDocument]]):
    pass


def _read(name: str) -> Document:
    return read_document(str(files("allodyne.evidence") / "claims" / f"{name}.yaml"), EvidenceError)


@cache
def load_documents() -> dict[str, SourceDocument]:
    """Load the documents that make the claims, by letter."""
    return parse_document(_read("documents"), _Documents, EvidenceError).root


@cache
def load_claims() -> dict[str, Claim]:
    """Load every claim, by id, in the order of the documents.

    Returns
    -------
    dict of str to Claim

    Raises
    ------
    EvidenceError
        With file and line, when a file is malformed, a claim stands twice, or something that it names is not known.
    """
    claims: dict[str, Claim] = {}
    for name in FILES:
        document = _read(name)
        for index, claim in enumerate(parse_document(document, _Claims, EvidenceError).root):
            if claim.id in claims:
                raise EvidenceError(f"The claim {claim.id} stands twice.", document.where((index,)))
            _check_names(claim, document.where((index,)))
            claims[claim.id] = claim
    return claims


def claim(name: str) -> Claim:
    """Look up one claim.

    Raises
    ------
    EvidenceError
        When there is none of that id; the message offers the nearest.
    """
    claims = load_claims()
    if name.upper() not in claims:
        raise EvidenceError(f"There is no claim {name!r}.", remedy=nearest(name.upper(), claims) or "Ids run from A1.")
    return claims[name.upper()]


def _check_names(claim: Claim, where: str) -> None:
    """Refuse a claim that names an unknown source, condition, variable or kind of source."""
    sources = {**load_papers(), **load_facts()}
    for key in claim.source_keys():
        _require(key, sources, "source", claim, where)
    for asked in claim.asked():
        for statement in asked.statements:
            if len(statement.source) == 1:
                _require(statement.source, load_documents(), "document", claim, where)
            if statement.kind:
                _require(statement.kind, load_weights().designs, "kind of source", claim, where)
        for question in asked.questions:
            _check_question(question, claim, where)
        _check_says_something(asked, claim, where)


def _check_question(question: Question, claim: Claim, where: str) -> None:
    findings = load_findings().values()
    known = {
        "treatment": _TREATMENTS,
        "condition": {*CONDITIONS, *CONDITION_GROUPS},
        "species": {"rat", "mouse", "human", "other", *SPECIES_GROUPS},
        "comparator": {one.comparator for one in findings if one.comparator},
    }
    if not question.open:
        known["outcome"] = {one.outcome.variable for one in findings}
    for field, names in known.items():
        for name in getattr(question, field):
            _require(name, names, field, claim, where)
    for name in question.blocker:
        try:
            Blocker(name="asked for", target=name)
        except ValidationError as problem:
            message = str(problem.errors()[0]["msg"]).removeprefix("Value error, ")
            raise EvidenceError(f"The claim {claim.id}: {message}", where) from None


def _require(name: str, known: Iterable[str], what: str, claim: Claim, where: str) -> None:
    names = set(known)
    if name not in names:
        raise EvidenceError(f"The claim {claim.id} names an unknown {what} {name!r}.", where, nearest(name, names))


def _check_says_something(asked: Asked, claim: Claim, where: str) -> None:
    has_own = asked.questions or asked.statements or asked.attributions or asked.records or asked.network
    if not has_own and not (asked is claim and (claim.parts or claim.facts or claim.check)):
        raise EvidenceError(f"The claim {claim.id} asks nothing.", where, "Give it questions, statements or facts.")
