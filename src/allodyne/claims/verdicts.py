"""From a claim to its verdict: the evidence is asked, graded and weighed."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from allodyne.claims.loading import load_documents
from allodyne.claims.schema import (
    CONDITION_GROUPS,
    SPECIES_GROUPS,
    Asked,
    Attribution,
    Check,
    Claim,
    Limit,
    Question,
    RecordCheck,
    Statement,
)
from allodyne.errors import EvidenceError, nearest
from allodyne.evidence.findings import Finding, load_findings
from allodyne.evidence.grading import (
    WORDS_OF_PAGES,
    Balance,
    Item,
    Stance,
    balance,
    fact_item,
    finding_item,
    laboratory_of,
    load_weights,
    stated_item,
)
from allodyne.evidence.papers import Fact, source
from allodyne.treatments.constants import constants

Word = Literal["supported", "supported in animals only", "mixed", "contradicted", "not testable"]


@dataclass(frozen=True)
class LimitSeen:
    """A range that a claim names and the range that plans accept."""

    limit: Limit
    accepted: tuple[float, float]

    @property
    def passes(self) -> bool:
        """Whether plans accept all that the claim names."""
        return self.accepted[0] <= self.limit.low and self.limit.high <= self.accepted[1]


@dataclass(frozen=True)
class Verdict:
    """What the evidence says about a claim or a part of it.

    Attributes
    ----------
    word : str
        supported, supported in animals only, mixed, contradicted or not testable.
    reason : str
        One sentence, made from the counts.
    balance, in_people : Balance
        Weights of all sources, and of those in people alone.
    items : tuple of Item
        What was weighed, heaviest first; the kind of each source is its ``design``.
    parts : mapping of str to Verdict
        Of a claim in several parts, by letter.
    limits : tuple of LimitSeen
        Ranges that were looked up.
    """

    word: Word
    reason: str
    balance: Balance
    in_people: Balance
    items: tuple[Item, ...]
    parts: Mapping[str, Verdict] = dataclasses.field(default_factory=dict)
    limits: tuple[LimitSeen, ...] = ()

    @property
    def support(self) -> float:
        """From -1 to 1; never a probability."""
        return self.balance.support

    @property
    def sources(self) -> dict[str, Item]:
        """One item for each source, the heaviest, by key."""
        found: dict[str, Item] = {}
        for part in (self, *self.parts.values()):
            for item in part.items:
                if item.source not in found or item.weight > found[item.source].weight:
                    found[item.source] = item
        return found

    @property
    def findings(self) -> tuple[str, ...]:
        """Ids of the findings that were weighed."""
        own = [item.finding for item in self.items if item.finding]
        return tuple(dict.fromkeys([*own, *(one for part in self.parts.values() for one in part.findings)]))


def judge(claim: Claim, findings: Mapping[str, Finding] | None = None) -> Verdict:
    """Weigh the evidence on one claim.

    Parameters
    ----------
    claim : Claim
    findings : mapping of str to Finding, optional
        Defaults to the shipped ones; new ones count by themselves.

    Returns
    -------
    Verdict
        Of a claim in parts: that of its main part; without one, the common word of the parts, or mixed, with the
        support of the weakest.
    """
    asked_of = load_findings() if findings is None else findings
    own = _weigh(claim, _items(claim, claim, asked_of))
    if not claim.parts:
        return own
    parts = {part.id: _weigh(part, _items(part, claim, asked_of)) for part in claim.parts}
    main = next((part.id for part in claim.parts if part.main), None)
    words = {verdict.word for verdict in parts.values()}
    if main:
        head = parts[main]
        others = "; ".join(f"part {key}: {one.word}" for key, one in parts.items() if key != main)
        return dataclasses.replace(own, **_headline(head), reason=f"{head.reason} Beside it {others}.", parts=parts)
    told = "; ".join(f"part {key}: {one.word}" for key, one in parts.items())
    weakest = min(parts.values(), key=lambda one: one.support)
    joint = {(one.source, one.finding, one.stance): one for part in parts.values() for one in part.items}
    return dataclasses.replace(
        weakest,
        word=_together(words),
        reason=f"{'All parts' if len(words) == 1 else 'The parts stand differently'}: {told}.",
        items=_ordered(joint.values()),
        parts=parts,
        limits=own.limits,
    )


def _together(words: set[Word]) -> Word:
    """The word of a claim whose parts all belong to it."""
    if len(words) == 1:
        return next(iter(words))
    return "supported in animals only" if words == {"supported", "supported in animals only"} else "mixed"


def matching(question: Question, findings: Mapping[str, Finding] | None = None) -> list[Finding]:
    """List the findings that answer a question."""
    return [one for one in (load_findings() if findings is None else findings).values() if _matches(question, one)]


def _headline(verdict: Verdict) -> dict[str, Any]:
    return {name: getattr(verdict, name) for name in ("word", "balance", "in_people", "items")}


def _matches(question: Question, finding: Finding) -> bool:
    given = {one.kind for one in finding.treatments}
    if finding.kind not in question.kind or finding.outcome.variable not in question.outcome:
        return False
    if question.treatment and (not given or not given <= set(question.treatment)):
        return False
    if any(one.acupuncture and one.acupuncture.sham for one in finding.treatments):
        return False
    if question.drug and not any(name in one for name in question.drug for one in _drugs(finding)):
        return False
    if question.mode and not set(question.mode) & _modes(finding):
        return False
    if question.tissue and not any(word in (finding.outcome.tissue or "").lower() for word in question.tissue):
        return False
    if question.blocker and (finding.blocker is None or finding.blocker.target not in question.blocker):
        return False
    return (
        _within(finding.condition, question.condition, CONDITION_GROUPS)
        and _within(finding.species, question.species, SPECIES_GROUPS)
        and _within(finding.comparator or "", question.comparator, {})
    )


def _drugs(finding: Finding) -> list[str]:
    return [one.drug.name.lower() for one in finding.treatments if one.drug]


def _modes(finding: Finding) -> set[str]:
    return {one.exercise.mode for one in finding.treatments if one.exercise} | {
        one.acupuncture.mode for one in finding.treatments if one.acupuncture
    }


def _within(value: str, wanted: Iterable[str], groups: Mapping[str, frozenset[str]]) -> bool:
    names = tuple(wanted)
    return not names or any(value == name or value in groups.get(name, ()) for name in names)


def _items(asked: Asked, claim: Claim, findings: Mapping[str, Finding]) -> list[Item]:
    """Everything that speaks to a claim or a part of it, each finding once."""
    found: dict[str, Item] = {}
    for question in asked.questions:
        topic = "+".join((*question.treatment, *question.drug)) or "lesion"
        for finding in matching(question, findings):
            item = finding_item(finding, question.supports, topic, question.secondary)
            if item is not None:
                found.setdefault(finding.id, item)
    items = list(found.values())
    items += [_stated(statement) for statement in asked.statements]
    items += [_attributed(one, findings) for one in asked.attributions]
    items += [_compared(one) for one in asked.records]
    if asked.network:
        items.append(_network())
    if asked is claim:
        seen = {item.source for item in items}
        keys = [*claim.facts, *(claim.check.facts if claim.check else ())]
        items += [_cited(key) for key in dict.fromkeys(keys) if key not in seen]
    if claim.document != "X":
        items.append(_document(claim.document, "for", "makes the claim"))
    return _of_one_source(items)


def _of_one_source(items: list[Item]) -> list[Item]:
    """Put what a paper states, and a document that repeats it, into the group of the paper's findings."""
    homes = {item.source: item for item in items if item.finding}
    labs = {laboratory_of(item.source): item for item in items if item.finding and not item.people}
    joined = []
    for item in items:
        home = homes.get(item.source) or labs.get(item.group)
        joined.append(dataclasses.replace(item, group=home.group, pool=home.pool) if home else item)
    return joined


def _stated(statement: Statement) -> Item:
    if len(statement.source) == 1:
        return _document(statement.source, statement.stance, statement.note, statement.kind)
    found = source(statement.source)
    if isinstance(found, Fact):
        return fact_item(found, statement.stance, statement.note, statement.kind, statement.people)
    return stated_item(found, statement.stance, statement.note, statement.kind, statement.comparator)


def _cited(key: str) -> Item:
    found = source(key)
    if isinstance(found, Fact):
        return fact_item(found, "for", found.fact)
    return stated_item(found, "for", found.shows or found.title or found.note or "")


def _document(letter: str, stance: Stance, note: str, kind: str | None = None) -> Item:
    """The word of a document: of a record it is the word of its paper, of a page next to nothing."""
    document, weights = load_documents()[letter], load_weights()
    repeated = source(document.repeats) if document.repeats else None
    if document.kind == "record" and repeated is not None and not isinstance(repeated, Fact):
        item = stated_item(repeated, stance, note)
        return dataclasses.replace(item, source=letter)
    design = kind or document.kind
    group = laboratory_of(document.repeats) if document.repeats else "words of pages"
    group = group if design in WORDS_OF_PAGES else f"document {letter}"
    return Item(letter, design, document.repeats is None, stance, weights.design(design).weight, group, None, note)


def _attributed(attribution: Attribution, findings: Mapping[str, Finding]) -> Item:
    """Look up whether a paper measured what a document says that it measured."""
    measured = sorted({one.outcome.variable for one in findings.values() if one.paper == attribution.paper})
    holds = attribution.outcome in measured
    among = "is among them" if holds else "is not among them"
    note = f"its findings are on {', '.join(measured) or 'nothing'}; {attribution.outcome} {among}"
    weight = load_weights().design("record").weight
    return Item(
        attribution.paper, "record", True, "for" if holds else "against", weight,
        f"record of {attribution.paper}", None, note,
    )  # fmt: skip


def _compared(check: RecordCheck) -> Item:
    """Look up whether a record conflicts with itself or with the evidence base on a field."""
    from allodyne.evidence.records import record_conflicts

    path = Path(str(files("allodyne.evidence") / "data" / "records" / f"{check.record}.json"))
    conflicts = [one for one in record_conflicts(path) if one.field == check.field]
    note = "; ".join(one.text for one in conflicts) or f"no two statements on {check.field} that disagree"
    stance: Stance = "for" if bool(conflicts) == (check.expects == "conflict") else "against"
    if check.expects == "conflict" and not conflicts:
        # a copy of a record can lack one of the statements
        stance = "context"
    weight = 0.0 if stance == "context" else load_weights().design("record").weight
    return Item(f"record {check.record}", "record", True, stance, weight, f"record {check.record}", None, note)


def _network() -> Item:
    """Look up whether every edge of the shipped network names a source or says that it is an assumption."""
    from allodyne.network import load_network

    edges = load_network().edges.values()
    sourced = sum(bool(edge.sources) for edge in edges)
    silent = [edge for edge in edges if not edge.sources and edge.basis != "assumption"]
    note = f"{sourced} of {len(edges)} edges name sources, {len(edges) - sourced - len(silent)} are marked assumptions"
    weight = load_weights().design("record").weight
    return Item("network", "record", True, "against" if silent else "for", weight, "network", None, note)


def _weigh(asked: Asked, items: list[Item]) -> Verdict:
    weights = load_weights()
    everything = balance(items, weights)
    in_people = balance((item for item in items if item.people), weights)
    limits = tuple(_limits(asked.check)) if isinstance(asked, Claim) and asked.check else ()
    word = _word(asked, everything, in_people)
    return Verdict(
        word, _reason(word, items, everything, in_people), everything, in_people, _ordered(items), {}, limits
    )


def _ordered(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(sorted(items, key=lambda item: (-item.weight, item.source, item.finding or "")))


def _word(asked: Asked, everything: Balance, in_people: Balance) -> Word:
    """Evidence in people decides as soon as there is enough of it, but not on claims about animals."""
    weights = load_weights()
    if everything.total < weights.enough.weight:
        return "not testable"
    people_decide = asked.about == "people" and in_people.total >= weights.enough.weight
    deciding = in_people if people_decide else everything
    if deciding.against_weight >= weights.twice.weight * deciding.for_weight:
        return "contradicted"
    if deciding.for_weight < weights.twice.weight * deciding.against_weight:
        return "mixed"
    return "supported" if people_decide or asked.about == "animals" else "supported in animals only"


def _reason(word: Word, items: list[Item], everything: Balance, in_people: Balance) -> str:
    favour, oppose = (_counted(items, stance) for stance in ("for", "against"))
    if word == "not testable":
        if not oppose and not favour:
            return "No source was found that speaks to it."
        said = f"{favour} for it" + (f", {oppose} against it" if oppose else "")
        return f"Too little to weigh, hence unsupported: {said}."
    weighed = f"weights {everything.for_weight:.2f} for, {everything.against_weight:.2f} against"
    people = f", in people {in_people.for_weight:.2f} and {in_people.against_weight:.2f}" if in_people.total else ""
    return f"For it {favour or 'no group'}; against it {oppose or 'no group'} ({weighed}{people})."


def _counted(items: list[Item], stance: str) -> str:
    """Count the independent groups that lean to one side by the kind of their heaviest source on it."""
    groups: dict[tuple[str, str], list[Item]] = defaultdict(list)
    for item in items:
        groups[(item.group, item.pool or "")].append(item)
    heaviest = []
    for members in groups.values():
        leaning = [item for item in members if item.stance == stance]
        others = [item for item in members if item.stance not in (stance, "context")]
        if leaning and sum(item.weight for item in leaning) >= sum(item.weight for item in others):
            heaviest.append(max(leaning, key=lambda item: item.weight))
    designs = load_weights().designs
    counts = Counter(item.design for item in heaviest)
    ordered = [name for name in designs if name in counts]
    told = [f"{counts[name]} {designs[name].one if counts[name] == 1 else designs[name].many}" for name in ordered]
    blinded = sum(item.people and _is_blinded(item) for item in heaviest)
    return ", ".join(told) + (f" ({blinded} with sham or placebo)" if blinded else "")


def _is_blinded(item: Item) -> bool:
    return item.comparator in ("sham", "vehicle")


def _limits(check: Check) -> Iterable[LimitSeen]:
    for limit in check.limits:
        accepted = constants().get(limit.constant)
        if accepted is None or accepted.low is None or accepted.high is None:
            remedy = nearest(limit.constant, constants())
            raise EvidenceError(f"There is no accepted range {limit.constant!r}.", remedy=remedy)
        yield LimitSeen(limit, (accepted.low, accepted.usual_high or accepted.high))
