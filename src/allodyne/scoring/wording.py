"""Scores in words, the same on the terminal and on the page."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from allodyne.report.wording import number
from allodyne.scoring.bootstrap import Estimate

if TYPE_CHECKING:
    from allodyne.scoring.comparing import AgreementRow
    from allodyne.scoring.failures import Failure
    from allodyne.scoring.findings_given import GivenFindings
    from allodyne.scoring.goals import Goal
    from allodyne.scoring.sizes import Sized
    from allodyne.scoring.validation import Validation

HELD_OUT = (
    "Held out: predicted with parameters fitted to other papers only. The papers of the package are divided into "
    "parts; each part is predicted by parameters that were fitted without it. Findings from outside are predicted by "
    "the shipped parameters, which never saw them."
)
NOT_IN_FIT = (
    "The form of the network, its edges and the equations of the treatments were written by people who had read many "
    "of these papers: held out means the numbers, not the knowledge of what was found."
)
BASELINES = (
    "Class: the most frequent direction of the same class, the paper itself included, which favours this baseline. "
    "Outcome: the most frequent direction of the same class, therapy and outcome in other papers, which is what a "
    "reader of the literature would say. Shuffled: the same network with its "
    "signs dealt out anew. Pooled: random-effects mean of the same class, treatment and outcome in at least 3 other "
    "papers, else of a wider question, with its prediction interval, which is what a meta-analyst would answer."
)
MOST_PLACES = 3
BY = {
    "subjects": "Subjects",
    "class": "Class",
    "paper": "Paper",
    "therapy": "Therapy",
    "species": "Species",
    "condition": "Condition",
    "outcome": "Outcome",
}
_MEASURES = {
    "fold": "levels",
    "points": "scores",
    "turned": "well-being",
    "sharebelow": "shares",
    "eventrate": "event rates",
    "eventfree": "without event",
    "log_ratio": "ln ratio",
    "log_odds": "ln odds ratio",
    "smd": "SMD",
}
"""Words for measures and statistics in the name of a family."""


def family_text(family: str) -> str:
    """Write the name of a family as people do."""
    return ", ".join(_MEASURES.get(part, part) for part in family.split(", "))


def share(value: float) -> str:
    """Write a share as percent; NaN is a hyphen."""
    return "-" if math.isnan(value) else f"{100 * value:.0f}%"


def share_text(found: Estimate) -> str:
    """Write a share and its interval, such as ``72% (68 to 76)``."""
    if math.isnan(found.value) or math.isnan(found.low):
        return share(found.value)
    return f"{share(found.value)} ({100 * found.low:.0f} to {100 * found.high:.0f})"


def difference_text(found: Estimate, as_share: bool = True) -> str:
    """Write a difference and its interval: of shares in percentage points, else with two decimals."""
    if math.isnan(found.value):
        return "-"
    factor, digits = (100, 0) if as_share else (1, 2)
    parts = [f"{factor * part:+.{digits}f}" for part in (found.value, found.low, found.high)]
    return parts[0] if math.isnan(found.low) else f"{parts[0]} ({parts[1]} to {parts[2]})"


def goal_text(goal: Goal) -> str:
    """Write what was found for an aim."""
    if goal.wanted != "above 0":
        return share_text(goal.found)
    unit = " points" if goal.as_share else ""
    return difference_text(goal.found, goal.as_share) + unit


def name_text(name: str) -> str:
    """Write the name of a group as people do."""
    return name.replace("_", " ")


def fitted_text(row: AgreementRow | None) -> str:
    """Agreement of the shipped parameters with findings that they saw; a hyphen where they saw none."""
    return "-" if row is None or row.fitted is None else share(row.fitted.by_record.value)


def shuffled_text(row: AgreementRow) -> str:
    """Mean agreement of shuffled networks with its range over them."""
    found = row.shuffled
    return "-" if not found.networks else f"{share(found.mean)} ({100 * found.low:.0f} to {100 * found.high:.0f})"


def source_text(given: GivenFindings) -> str:
    """Say which findings these are."""
    count = len(given.findings)
    if given.shipped:
        return f"the {count} findings of the package"
    places = [*given.places[:MOST_PLACES], *(["..."] if len(given.places) > MOST_PLACES else [])]
    return f"{count} finding{'' if count == 1 else 's'} from outside: {', '.join(places)}"


def headline(validation: Validation) -> str:
    """The main score in a sentence."""
    whole = validation.whole
    if whole is None or not whole.held_out.count:
        return "No finding with a direction could be expressed: there is no agreement to report."
    told = whole.held_out
    seen = f"; {fitted_text(whole)} by the shipped parameters, which saw them" if whole.fitted else ""
    failed = f"; {told.failed} could not be solved and count as misses" if told.failed else ""
    return (
        f"The direction of {told.hits} of {told.count} findings of {told.papers} papers is predicted held out: "
        f"{share_text(told.by_record)}, 90 percent interval over papers{seen}{failed}."
    )


def edges_text(failure: Failure, most: int | None = None) -> str:
    """Name the edges most responsible with what they carry, at most so many."""
    if failure.predicted == "failed":
        return "not solved"
    told = [f"{one.edge} ({one.basis}, {number(one.change, sign=True)})" for one in failure.edges[:most]]
    return "; ".join(told) or "no edge carries a change to the outcome"


def published_number(one: Sized) -> str:
    """A published number with its standard error."""
    told = one.experiment.number
    if told is None:
        return "-"
    usual = "" if told.stated else ", usual error"
    return f"{number(told.value)} (SE {number(told.se)}{usual})"


def predicted_number(one: Sized) -> str:
    """A predicted number with its 90 percent prediction interval."""
    if not one.solved:
        return "failed"
    low, high = one.interval()
    return f"{number(one.prediction.size)} ({number(low)} to {number(high)})"
