"""Claims, verdicts and experiments in words, for the terminal and the page alike."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from allodyne.claims.check import SIMULATED
from allodyne.claims.experiments import agrees
from allodyne.claims.loading import load_documents
from allodyne.errors import EvidenceError
from allodyne.evidence.grading import Item, load_weights
from allodyne.evidence.papers import Fact, source
from allodyne.report import wording as say
from allodyne.report.plan_wording import LEVELS

if TYPE_CHECKING:
    from allodyne.claims.check import Tested
    from allodyne.claims.experiments import Experiment
    from allodyne.claims.plan_cases import PlanSeen
    from allodyne.claims.schema import Claim
    from allodyne.claims.verdicts import LimitSeen, Verdict
    from allodyne.report.published import Comparison

NOT_A_PROBABILITY = "support, not a probability"
WORDS = ("supported", "supported in animals only", "mixed", "contradicted", "not testable")
"""Words of verdicts, from the best to the weakest."""
KINDS = ("mechanism", "effect", "evidence", "safety", "regimen", "equipment", "context")
NETWORK = "network"
"""Key under which verdicts count the network itself."""


@dataclass(frozen=True)
class SourceLine:
    """One source of a verdict, with everything that it said for and against.

    Attributes
    ----------
    key : str
    kind, stance, note : str
        Of its heaviest result; where its results or the parts of the claim differ, the stance says so.
    more : int
        Further results of the same source.
    text, address : str
        Citation, and where the source is; the address is empty where there is none.
    """

    key: str
    kind: str
    stance: str
    note: str
    more: int
    text: str
    address: str


def document_text(letter: str) -> str:
    """Name a document with its kind."""
    documents = load_documents()
    if letter not in documents:
        return "across the documents"
    document = documents[letter]
    repeated = f", repeats {document.repeats}" if document.repeats else ""
    return f"{document.about} ({load_weights().design(document.kind).one}{repeated})"


def tested_how(claim: Claim) -> str:
    """Say how a claim was tested."""
    ways = []
    if claim.experiments:
        count = len(claim.experiments)
        ways.append("experiment" if count == 1 else f"experiments ({count})")
    elif claim.kind in SIMULATED:
        ways.append("no experiment yet")
    if claim.check is not None:
        count = len(claim.check.plans)
        ways.append("check of a plan" if count == 1 else f"checks of {count} plans")
    if claim.questions or claim.parts or claim.statements or claim.attributions:
        ways.append("sources")
    elif claim.facts:
        ways.append("facts")
    if any(asked.network for asked in claim.asked()):
        ways.append("the network itself")
    return " + ".join(ways)


def verdict_text(verdict: Verdict) -> str:
    """Write a verdict with its support."""
    return f"{verdict.word} ({support_text(verdict)})"


def support_text(verdict: Verdict) -> str:
    """Write the support, from -1 to 1."""
    return f"{verdict.support:+.2f}"


def weights_text(verdict: Verdict) -> str:
    """Write the weights of both sides, of all sources and of those in people."""
    everything, people = verdict.balance, verdict.in_people
    return (
        f"weights for {everything.for_weight:.2f}, against {everything.against_weight:.2f}; "
        f"in people for {people.for_weight:.2f}, against {people.against_weight:.2f}"
    )


def kinds_counted(verdict: Verdict) -> str:
    """Count the sources by kind, such as ``3 rct, 1 meta-analysis``."""
    counts = Counter(item.design for item in verdict.sources.values())
    return ", ".join(f"{counts[kind]} {kind_text(kind)}" for kind in load_weights().designs if counts[kind]) or "none"


def kind_text(kind: str) -> str:
    """Name a kind of source in one or two words."""
    return kind.replace("animal-", "animal ")


def source_lines(verdict: Verdict) -> list[SourceLine]:
    """List the sources of a verdict, the heaviest first."""
    found = []
    for key, item in sorted(verdict.sources.items(), key=lambda pair: -pair[1].weight):
        said = {part: _said(one, key) for part, one in verdict.parts.items() if _said(one, key)} or {
            "": _said(verdict, key)
        }
        results = {name for items in said.values() for name in items}
        stances = {part: _stance(items.values()) for part, items in said.items()}
        stance = next(iter(stances.values()))
        if len(set(stances.values())) > 1:
            stance = ", ".join(f"{one} in part {part}" for part, one in stances.items())
        found.append(SourceLine(key, kind_text(item.design), stance, item.note, len(results) - 1, *_cited(key)))
    return found


def _said(verdict: Verdict, key: str) -> dict[str, Item]:
    """What a source says, each finding once."""
    return {item.finding or item.note: item for item in verdict.items if item.source == key}


def _stance(items: Iterable[Item]) -> str:
    stances = {item.stance for item in items} - {"context"}
    return " and ".join(sorted(stances, reverse=True)) or "context"


def _cited(key: str) -> tuple[str, str]:
    if key in load_documents():
        return f"document {key}: {document_text(key)}", ""
    if key == NETWORK:
        return "the shipped network", ""
    try:
        found = source(key)
    except EvidenceError:
        return "not in this version's list of sources", ""
    address = found.address if found.address.startswith(("https://", "http://")) else ""
    text = found.citation.removesuffix(address).rstrip(". ") if address else found.citation
    return text, address


def address_of(key: str) -> str:
    """Where a source is; empty where it has no address that a page can link to."""
    return _cited(key)[1]


def facts(claim: Claim) -> list[tuple[str, str, str]]:
    """List the facts behind a claim or its check: key, what it says with its value, and its address."""
    keys = dict.fromkeys([*claim.facts, *(claim.check.facts if claim.check else ())])
    return [(key, _fact_text(key), _cited(key)[1]) for key in keys]


def _fact_text(key: str) -> str:
    found = source(key)
    if not isinstance(found, Fact):
        return found.shows or found.title or found.note or ""
    value = _plain(found.value)
    measured = " ".join(filter(None, [value, found.units or ""]))
    return f"{found.fact} [{measured}]" if value and value not in found.fact else found.fact


def _plain(value: Any) -> str:
    """Write the value of a fact without the marks of a programming language."""
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_plain(one)}" for name, one in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_plain, value))
    return "" if value is None else str(value)


def plan_text(seen: PlanSeen) -> str:
    """Say what the check of a plan found."""
    found = f"{LEVELS[seen.remark.level]} ({seen.case.finds})" if seen.remark else f"nothing on {seen.case.finds}"
    return f"{seen.case.says}: {found}{'' if seen.behaves else ' - NOT as it must be'}"


def limit_text(seen: LimitSeen) -> str:
    """Say whether a range that a claim names is accepted by plans."""
    limit, (low, high) = seen.limit, seen.accepted
    named = f"{limit.what}: the claim names {limit.low:g} to {limit.high:g} {limit.unit}"
    return f"{named}, plans accept {low:g} to {high:g}: {'inside' if seen.passes else 'NOT inside'}"


def listed(tested: Tested) -> Comparison | None:
    """Choose the comparison that stands for a claim in lists: what does not come out, else the headline."""
    missed = [row for one in tested.experiments for row in one.misses]
    return missed[0] if missed else tested.headline


def chosen(experiment: Experiment) -> Comparison | None:
    """Choose the comparison that stands for an experiment: what does not come out, else the first with a value."""
    valued = [row for row in experiment.comparisons if not math.isnan(row.published)]
    return next(iter([*experiment.misses, *valued, *experiment.comparisons]), None)


def outcome_in_brief(row: Comparison) -> str:
    """Name an outcome for a narrow column."""
    return row.outcome.replace("_", " ")


def figures_in_brief(row: Comparison) -> tuple[str, str]:
    """Write the simulated figure and the published one; directions where only these were published."""
    published = _value(row)
    if published == "-":
        return _direction(row.simulated_direction), _direction(row.published_direction)
    return f"{say.number(row.simulated, sign=row.signed)} {_unit(row)}".rstrip(), published


def published_text(row: Comparison) -> str:
    """Write what was published: the value with its interval, and the direction."""
    return _with_direction(_value(row), row.published_direction)


def _value(row: Comparison) -> str:
    if math.isnan(row.published) and not math.isnan(row.published_low):
        limits = " (assumed limits)" if row.limits == "assumption" else ""
        return f"{say.number(row.published_low)} to {say.number(row.published_high)}{limits}"
    return say.interval(row.published, row.published_low, row.published_high, sign=row.signed)


def simulated_text(row: Comparison) -> str:
    """Write the simulated value with its 90 percent interval, and the direction."""
    value = say.interval(row.simulated, row.simulated_low, row.simulated_high, sign=row.signed)
    return _with_direction(value, row.simulated_direction)


def _with_direction(value: str, direction: str | None) -> str:
    if direction is None:
        return value
    return _direction(direction) if value == "-" else f"{value}, {_direction(direction)}"


def _direction(direction: str | None) -> str:
    return "no change" if direction == "none" else direction or "-"


def _unit(row: Comparison) -> str:
    return {"fold of healthy": "fold", "percent of the loss": "%", "percent": "%", "percentage points": "pp"}.get(
        row.units, row.units
    )


def compared_text(row: Comparison) -> str:
    """Say which arms are compared, and by what."""
    return say.compared(row).replace("_", " ")


def agreement(row: Comparison) -> str:
    """Say whether a simulated result agrees with the published one."""
    if agrees(row):
        return say.verdict(row)
    if row.inside:
        return "inside, but ANOTHER DIRECTION"
    return "NOT COMPARABLE" if row.direction_agrees is None and row.inside is None else "DISAGREES"


def standing_text(tested: Tested) -> str:
    """Say whether the network behaves as published; what fails is written large."""
    if not (tested.experiments or tested.plans):
        return "-" if tested.ran else "NOT RUN"
    return "behaves" if tested.standing == "behaves" else "FAILS"


def cut_text(tested: Tested, cut: dict[str, bool]) -> str:
    """Say what happens when the mechanism of a claim is cut."""
    claim = tested.claim
    if not claim.mechanism or claim.id not in cut:
        return ""
    edges = ", ".join(claim.mechanism)
    if cut[claim.id]:
        return f"With {edges} cut, what was published no longer comes out: the result depends on the mechanism."
    if tested.standing == "fails":
        return f"With {edges} cut nothing more can fail: the network fails with the mechanism as well."
    return f"With {edges} cut, what was published still comes out: the result does NOT depend on the mechanism."


def misses(tested: Tested) -> list[str]:
    """Say what was expected and what was found, for everything that does not come out."""
    return [
        f"{one.name}: {outcome_in_brief(row)}, {compared_text(row)}, day {say.day_text(row.day)}: "
        f"expected {published_text(row)}, found {simulated_text(row)}"
        for one in tested.experiments
        for row in one.misses
    ] + [plan_text(plan) for plan in tested.plans if not plan.behaves]


def summary_text(found: Sequence[Tested]) -> str:
    """Count verdicts and experiments in a sentence."""
    words: Counter[str] = Counter(one.verdict.word for one in found)
    counted = ", ".join(f"{words[word]} {word}" for word in WORDS if words[word])
    simulated = [one for one in found if one.experiments]
    behave = sum(one.standing == "behaves" for one in simulated)
    missing = [one.claim.id for one in found if not one.ran]
    text = f"{len(found)} {'claim' if len(found) == 1 else 'claims'}: {counted}."
    if simulated:
        text += f" The network behaves as published in {behave} of {len(simulated)} with an experiment."
    return text + (f" Not run: {', '.join(missing)}." if missing else "")
