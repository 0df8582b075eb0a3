"""How many claims ran, how many behave as published, and how many depend on their mechanism."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from allodyne.claims import wording as say

if TYPE_CHECKING:
    from allodyne.claims.check import Tested
    from allodyne.report.published import Comparison


class Line(NamedTuple):
    """A count in a sentence, and what stands out against it."""

    text: str
    alarms: list[str]


def counted(found: Sequence[Tested], cut: Mapping[str, bool]) -> list[Line]:
    """Count what ran and what behaves.

    Parameters
    ----------
    found : sequence of Tested
    cut : mapping of str to bool
        By id, what `allodyne.claims.check.depends_on_mechanism` found.

    Returns
    -------
    list of Line
        Rows that ran; mechanisms that behave, and that change when cut; effects with direction and size.
    """
    mechanisms = [one for one in found if one.claim.kind == "mechanism"]
    effects = [one for one in found if one.claim.kind == "effect"]
    others = [one for one in found if one not in mechanisms and one not in effects and (one.experiments or one.plans)]
    idle = [f"{one.claim.id}: a claim of kind {one.claim.kind} without an experiment" for one in found if not one.ran]
    lines = [Line(f"{len(found) - len(idle)} of {len(found)} rows ran", idle)]
    if mechanisms:
        lines += [_behaving("mechanism", mechanisms), _depending(mechanisms, cut)]
    if effects:
        lines += [_behaving("effect", effects), _sized(effects)]
    if others:
        lines.append(_behaving("other", others))
    return lines


def sizes_inside(one: Tested) -> bool | None:
    """Whether every published size holds the simulated one in its interval; None where no size was published."""
    inside = [row.inside for experiment in one.experiments for row in experiment.comparisons if _has_size(row)]
    return all(inside) if inside else None


def _has_size(row: Comparison) -> bool:
    return row.inside is not None and row.limits == "published"


def _behaving(kind: str, rows: Sequence[Tested]) -> Line:
    behave = [one for one in rows if one.standing == "behaves"]
    fail = [f"{one.claim.id}: {miss}" for one in rows if one.standing == "fails" for miss in say.misses(one)]
    return Line(f"{len(behave)} of {len(rows)} {kind} rows behave as published", fail)


def _depending(rows: Sequence[Tested], cut: Mapping[str, bool]) -> Line:
    depend = [one for one in rows if cut.get(one.claim.id)]
    others = [f"{one.claim.id}: {_why_not(one, cut)}" for one in rows if not cut.get(one.claim.id)]
    return Line(f"{len(depend)} of {len(rows)} mechanism rows no longer behave when their mechanism is cut", others)


def _why_not(one: Tested, cut: Mapping[str, bool]) -> str:
    if not one.experiments:
        return "no experiment"
    return say.cut_text(one, dict(cut)) or "no mechanism is named"


def _sized(rows: Sequence[Tested]) -> Line:
    inside = [one for one in rows if one.standing == "behaves" and sizes_inside(one)]
    outside = []
    for one in rows:
        if sizes_inside(one) is None and one.ran:
            outside.append(f"{one.claim.id}: no size with an interval was published")
        outside += [f"{one.claim.id}: outside: {text}" for text in _outside(one)]
    return Line(f"{len(inside)} of {len(rows)} effect rows have direction and size inside what was published", outside)


def _outside(one: Tested) -> list[str]:
    return [
        f"{experiment.name}: {say.outcome_in_brief(row)}, {say.compared_text(row)}: "
        f"published {say.published_text(row)}, simulated {say.simulated_text(row)}"
        for experiment in one.experiments
        for row in experiment.comparisons
        if _has_size(row) and not row.inside
    ]
