"""The page of claims: what the source documents say, what the evidence says, and how each claim is tested."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from typing import get_args

from allodyne.claims.experiments import load_experiment
from allodyne.claims.loading import load_claims, load_documents
from allodyne.claims.plan_cases import check_case
from allodyne.claims.schema import Claim, ClaimKind
from allodyne.claims.verdicts import LimitSeen, Verdict, judge
from allodyne.claims.wording import plan_text
from allodyne.evidence.papers import load_facts, load_papers
from allodyne.study.expectations import Published
from pages.markdown import cite, code, number, table

EXPERIMENTS = "../src/allodyne/evidence/claims/experiments"
KINDS = {
    "mechanism": "a path in the network, with an experiment that fails when the path is cut",
    "effect": "an experiment whose result is laid beside published ones",
    "evidence": "a verdict from graded sources",
    "safety": "sources, and plans whose check must say what the claim says",
    "regimen": "sources, plans inside and outside, and the ranges that a study file accepts",
    "equipment": "sources, plans for chambers that can and cannot run them, and the ranges that a study file accepts",
    "context": "facts with their sources",
}


def page() -> str:
    """Write the page."""
    claims = list(load_claims().values())
    counts = Counter(claim.kind for claim in claims)
    kinds = ((name, counts[name], KINDS[name]) for name in get_args(ClaimKind))
    verdicts = Counter(judge(claim).word for claim in claims)
    return "\n".join(
        [
            "# Claims\n",
            f"{len(claims)} claims of five documents on hyperbaric oxygen, exercise and acupuncture, and of this "
            "project on their comparison. Each has a verdict from graded sources "
            "([how they are graded](evidence-grading.md)), and a claim on a mechanism or an effect has an experiment "
            "besides: a study with published results, which the network reproduces or not. What it simulates is not "
            "printed here, because it follows the network: `allodyne claims` runs all experiments, `allodyne claims "
            "A7` shows one claim in full, and `allodyne claims --check` also cuts each mechanism "
            "([how to](how-to/check-the-claims.md)). Checks of plans are named here; the package does not run them "
            "yet.\n",
            "A verdict is a statement on published evidence, not on the simulation. That an experiment behaves as "
            "published says that the network holds what its sources say; many of its numbers were fitted to the same "
            "papers.\n",
            table(("kind", "claims", "tested by"), kinds),
            "Verdicts: " + ", ".join(f"{count} {word}" for word, count in verdicts.most_common()) + ".\n",
            *(_document(letter, list(rows)) for letter, rows in groupby(claims, key=lambda claim: claim.document)),
        ]
    )


def _document(letter: str, claims: list[Claim]) -> str:
    document = load_documents().get(letter)
    if document is None:
        head = f"## {letter}: across treatments\n"
    else:
        repeats = f" It is about {cite([document.repeats])}." if document.repeats else ""
        note = f" {_capital(document.note)}." if document.note else ""
        head = f"## {letter}: {document.about}\n\nA {document.kind} document.{repeats}{note}\n"
    return "\n".join([head, *map(_claim, claims)])


def _claim(claim: Claim) -> str:
    verdict = judge(claim)
    parts = [
        f"### {claim.id}\n",
        f"**{claim.claim}.** *{claim.kind}*\n",
        f"{claim.answer}\n",
        "\n".join([f"- Verdict: **{verdict.word}**. {verdict.reason}", *_lines(claim, verdict)]) + "\n",
    ]
    return "\n".join(parts)


def _lines(claim: Claim, verdict: Verdict) -> Iterable[str]:
    for part in claim.parts:
        yield f"- Part {part.id}: {part.claim}. *{_capital(verdict.parts[part.id].word)}.*"
    for name in claim.experiments:
        expected = "; ".join(map(_expected, load_experiment(name).published))
        yield f"- Experiment [{name}]({EXPERIMENTS}/{name}.yaml): {expected}."
    if claim.mechanism:
        edges = ", ".join(f"[{code(edge)}](network.md#{edge.split('>')[1]})" for edge in claim.mechanism)
        yield f"- Mechanism, without which the outcome must change: {edges}."
    if claim.check:
        for seen in map(check_case, claim.check.plans):
            yield f"- Plan that was checked: {plan_text(seen)}."
    yield from map(_limit, verdict.limits)
    keys = weighed(claim)
    if keys:
        yield f"- Sources: {cite(keys)}."


def weighed(claim: Claim) -> list[str]:
    """List the papers and facts that a claim names or that its verdict weighs."""
    known = {**load_papers(), **load_facts()}
    return sorted(key for key in {*judge(claim).sources, *claim.source_keys()} if key in known)


def _expected(one: Published) -> str:
    """What was published, in a few words."""
    against = f" against {one.against}" if one.against else ""
    size = "" if one.value is None else f" {one.statistic.replace('_', ' ')} {number(one.value)}"
    interval = f" ({number(one.ci[0])} to {number(one.ci[1])})" if one.ci else ""
    direction = f" {'unchanged' if one.direction == 'none' else one.direction}" if one.direction else ""
    return (
        f"{one.arm}{against}: {one.outcome}{direction}{size}{interval} on day {number(one.day)} ({cite([one.source])})"
    )


def _limit(seen: LimitSeen) -> str:
    named, (low, high) = seen.limit, seen.accepted
    said = "within" if seen.passes else "not within"
    return (
        (
            f"- {_capital(named.what)}: {number(named.low)} to {number(named.high)} {_unit(named.unit)}, {said} "
            f"the usual {number(low)} to {number(high)} of plans."
        )
        .replace("  ", " ")
        .replace(" ,", ",")
    )


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _unit(unit: str) -> str:
    return "" if unit == "1" else unit
