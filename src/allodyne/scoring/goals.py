"""What was aimed at, and whether it was reached."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from allodyne.scoring.agreement import ANIMALS, PEOPLE
from allodyne.scoring.bootstrap import NOTHING, Estimate

if TYPE_CHECKING:
    from allodyne.scoring.comparing import AgreementRow
    from allodyne.scoring.scope import Scope
    from allodyne.scoring.sizes import SizeRow

ALL_DIRECTIONS = 0.90
BLOCKER_DIRECTIONS = 0.80
WIDE_COVERAGE = (0.85, 0.95)
ANIMAL_SCOPE, PEOPLE_SCOPE = 0.85, 0.70

Standing = Literal["reached", "missed", "not shown", "nothing to score"]


@dataclass(frozen=True)
class Goal:
    """One aim.

    Attributes
    ----------
    id, what, wanted : str
        Name for programs, what is counted, and the aim in words.
    found : Estimate
        What was reached.
    as_share : bool
        Whether it is a share, else a difference of mean log densities.
    standing : str
        ``not shown`` where an interval over papers holds both better and worse.
    """

    id: str
    what: str
    wanted: str
    found: Estimate
    as_share: bool
    standing: Standing


def goals(rows: list[AgreementRow], sizes: list[SizeRow], scope: Scope) -> list[Goal]:
    """Hold the scores against the aims.

    Parameters
    ----------
    rows : list of AgreementRow
    sizes : list of SizeRow
    scope : Scope

    Returns
    -------
    list of Goal
        A share reaches its aim by its value; being better than a baseline is reached where the whole 90 percent
        interval of the difference lies above 0.
    """
    by_name = {(row.by, row.name): row for row in rows}
    whole, blockers = by_name.get(("subjects", "all")), by_name.get(("class", "blocker"))
    size = sizes[0] if sizes else None
    over = (whole.over_class, whole.over_outcome, whole.over_shuffled) if whole else (NOTHING, NOTHING, NOTHING)
    found = [
        _at_least("directions", "directions, held out", whole.held_out.by_record if whole else NOTHING, ALL_DIRECTIONS),
        _at_least(
            "blockers",
            "blockers and knock-outs",
            blockers.held_out.by_record if blockers else NOTHING,
            BLOCKER_DIRECTIONS,
        ),
        _better("beats_class", "directions: model less majority of the class", over[0]),
        _better("beats_outcome", "directions: model less majority of class and outcome", over[1]),
        _better("beats_shuffled", "directions: model less networks with shuffled signs", over[2]),
        _between("coverage", "sizes in their 90 percent interval", size.wide if size else NOTHING, WIDE_COVERAGE),
        _better(
            "beats_pooled",
            "sizes: log score less that of the pooled mean",
            size.gain if size else NOTHING,
            as_share=False,
        ),
    ]
    for name, wanted in ((ANIMALS, ANIMAL_SCOPE), (PEOPLE, PEOPLE_SCOPE)):
        share = scope.counts[name].share
        told = Estimate(share, math.nan, math.nan)
        found.append(_at_least(f"scope_{name}", f"findings of {name} expressed", told, wanted))
    return found


def _at_least(name: str, what: str, found: Estimate, wanted: float) -> Goal:
    standing: Standing = "reached" if found.value >= wanted else "missed"
    return Goal(name, what, f"at least {wanted:.0%}", found, True, _or_nothing(found, standing))


def _between(name: str, what: str, found: Estimate, wanted: tuple[float, float]) -> Goal:
    standing: Standing = "reached" if wanted[0] <= found.value <= wanted[1] else "missed"
    return Goal(name, what, f"{wanted[0]:.0%} to {wanted[1]:.0%}", found, True, _or_nothing(found, standing))


def _better(name: str, what: str, found: Estimate, as_share: bool = True) -> Goal:
    standing: Standing = "reached" if found.low > 0 else "missed" if found.value <= 0 else "not shown"
    return Goal(name, what, "above 0", found, as_share, _or_nothing(found, standing))


def _or_nothing(found: Estimate, standing: Standing) -> Standing:
    return "nothing to score" if math.isnan(found.value) else standing
