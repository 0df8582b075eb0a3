"""Words for the check of a plan, the same on the terminal and on the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allodyne.safety.plan_check import PlanCheck, Verdict
    from allodyne.safety.remarks import Level, Remark

VERDICTS: Mapping[Verdict, str] = {
    "passes": "passes",
    "caution": "passes with caution",
    "assess": "only after a doctor's assessment",
    "not_assessed": "not assessed",
    "stop": "does not pass",
}
LEVELS: Mapping[Level, str] = {
    "stop": "does not pass",
    "unknown": "not assessed",
    "assess": "needs a doctor's assessment",
    "caution": "caution",
    "note": "note",
}


def verdict_text(check: PlanCheck) -> str:
    """The verdict in a sentence, with whom it is about and how much was found."""
    sentence = {
        "passes": "The plan keeps every limit that was checked.",
        "caution": "The plan breaks no hard limit; mind the cautions.",
        "assess": "The plan needs a doctor's assessment first.",
        "not_assessed": "Whether the plan is safe was not assessed: facts are missing.",
        "stop": "The plan breaks a hard limit.",
    }[check.verdict]
    subject = f"Subject: {check.patient}." if check.patient else ""
    found = count_text(remark for _, remark in merged(check.every_remark()))
    return " ".join(part for part in (sentence, subject, found) if part)


def count_text(remarks: Iterable[Remark]) -> str:
    """How many remarks there are of each level, the gravest first."""
    words = {
        "stop": ("hard limit", "hard limits"),
        "unknown": ("open question", "open questions"),
        "assess": ("point for a doctor", "points for a doctor"),
        "caution": ("caution", "cautions"),
        "note": ("note", "notes"),
    }
    levels = [remark.level for remark in remarks]
    parts = [
        f"{levels.count(level)} {words[level][levels.count(level) > 1]}" for level in LEVELS if levels.count(level)
    ]
    return f"{', '.join(parts)}." if parts else ""


def place_text(remark: Remark) -> str:
    """Where in the study a remark belongs."""
    if remark.arm is None:
        return "whole study"
    entry = f", entry {remark.entry}" if remark.entry else ""
    return f"{remark.arm}{entry}{f' ({remark.treatment})' if remark.treatment else ''}"


def merged(remarks: Iterable[Remark]) -> list[tuple[str, Remark]]:
    """Say each remark once, with all the places that it is about; what is about the same places stands together.

    Parameters
    ----------
    remarks : iterable of Remark

    Returns
    -------
    list of (str, Remark)
        Places in words, and the remark; graver ones first.
    """
    places: dict[tuple[str, Level, str], list[Remark]] = {}
    for remark in remarks:
        places.setdefault((remark.id, remark.level, remark.what), []).append(remark)
    told = [("; ".join(dict.fromkeys(map(place_text, same))), same[0]) for same in places.values()]
    order = list(dict.fromkeys(place for place, _ in told))
    levels = list(LEVELS)
    return sorted(told, key=lambda item: (levels.index(item[1].level), order.index(item[0])))


def accepted_text(check: PlanCheck) -> str:
    """What stands on every page where a hard limit was passed over; empty where none was."""
    if not check.accepted_risk:
        return ""
    limits = ", ".join(dict.fromkeys(remark.id for remark in check.stops()))
    return f"This plan breaks hard limits ({limits}). It was run all the same. Reason given: {check.accepted_risk}"


def basis_text(remark: Remark) -> str:
    """Basis and sources of a remark."""
    return f"{remark.basis}: {', '.join(remark.sources)}" if remark.sources else remark.basis
