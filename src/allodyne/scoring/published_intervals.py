"""How many predictions lie inside the interval that was published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allodyne.scoring.sizes import Sized

_HALF = 1.96
"""Standard errors on both sides of a 95 percent interval."""


@dataclass(frozen=True)
class Within:
    """Published sizes whose error is printed, by the therapy of the finding.

    Attributes
    ----------
    name : str
        ``all`` or the therapy.
    count : int
    held_out, fitted : int
        Predictions inside the published 95 percent interval, held out and with the shipped parameters.
    """

    name: str
    count: int
    held_out: int
    fitted: int


def published_interval(one: Sized) -> tuple[float, float]:
    """Ends of the published 95 percent interval, in the statistic of the number."""
    number = one.experiment.number
    assert number is not None
    return number.value - _HALF * number.se, number.value + _HALF * number.se


def inside(one: Sized, size: float) -> bool:
    """Whether a size lies inside the published interval; never where it is NaN."""
    low, high = published_interval(one)
    return bool(low <= size <= high)


def stated(numbers: Sequence[Sized]) -> list[Sized]:
    """Numbers whose error is printed."""
    return [one for one in numbers if one.experiment.number and one.experiment.number.stated]


def missed(numbers: Sequence[Sized]) -> list[Sized]:
    """Numbers whose held-out prediction lies outside the published interval, by id."""
    outside = [one for one in stated(numbers) if not inside(one, one.prediction.size)]
    return sorted(outside, key=lambda one: one.experiment.id)


def within_rows(numbers: Sequence[Sized]) -> list[Within]:
    """A row for all, then for each therapy by falling number."""
    known = stated(numbers)
    groups: dict[str, list[Sized]] = {}
    for one in known:
        groups.setdefault(one.experiment.therapy, []).append(one)
    ordered = sorted(groups, key=lambda name: (-len(groups[name]), name))
    return [_row(name, some) for name, some in [("all", known), *((name, groups[name]) for name in ordered)]]


def _row(name: str, some: Sequence[Sized]) -> Within:
    return Within(
        name,
        len(some),
        sum(inside(one, one.prediction.size) for one in some),
        sum(inside(one, one.prediction.fitted_size) for one in some),
    )
