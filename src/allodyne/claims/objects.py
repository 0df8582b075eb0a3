"""Claims for programs: one JSON object each."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from allodyne.claims import wording as say
from allodyne.claims.experiments import agrees
from allodyne.report.results import CONTEXT_OF_USE

if TYPE_CHECKING:
    from allodyne.claims.check import Tested
    from allodyne.claims.verdicts import Verdict


def as_json(found: Sequence[Tested], cut: Mapping[str, bool]) -> str:
    """Write claims as a JSON list.

    Parameters
    ----------
    found : sequence of Tested
    cut : mapping of str to bool
        By id, what `allodyne.claims.check.depends_on_mechanism` found.

    Returns
    -------
    str
        One object for each claim: id, claim, kind, document, answer; verdict, support, reason, weights (for, against,
        for_in_people, against_in_people), parts (the same by letter), sources (key, kind, stance, note, address);
        ran, standing, experiments (name, behaves, comparisons), mechanism and depends_on_mechanism (null where it was
        not cut); check (null, or the rule of plans that it points to); context_of_use. Unknown numbers are null.
    """
    return json.dumps([_object(one, cut) for one in found], indent=1, ensure_ascii=False)


def _object(one: Tested, cut: Mapping[str, bool]) -> dict[str, Any]:
    claim = one.claim
    return {
        "id": claim.id,
        "claim": claim.claim,
        "kind": claim.kind,
        "document": claim.document,
        "answer": claim.answer,
        **_verdict(one.verdict),
        "parts": {part.id: {"claim": part.claim, **_verdict(one.verdict.parts[part.id])} for part in claim.parts},
        "sources": [asdict(line) for line in say.source_lines(one.verdict)],
        "ran": one.ran,
        "standing": one.standing,
        "experiments": [
            {
                "name": experiment.name,
                "behaves": experiment.behaves,
                "comparisons": [
                    {**{name: _known(value) for name, value in asdict(row).items()}, "agrees": agrees(row)}
                    for row in experiment.comparisons
                ],
            }
            for experiment in one.experiments
        ],
        "mechanism": list(claim.mechanism),
        "depends_on_mechanism": cut.get(claim.id),
        "plans": [
            {
                "says": plan.case.says,
                "looked_for": plan.case.finds,
                "level": plan.remark.level if plan.remark else None,
                "behaves": plan.behaves,
            }
            for plan in one.plans
        ],
        "context_of_use": CONTEXT_OF_USE,
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    everything, people = verdict.balance, verdict.in_people
    return {
        "verdict": verdict.word,
        "support": verdict.support,
        "reason": verdict.reason,
        "weights": {
            "for": everything.for_weight,
            "against": everything.against_weight,
            "for_in_people": people.for_weight,
            "against_in_people": people.against_weight,
        },
    }


def _known(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
