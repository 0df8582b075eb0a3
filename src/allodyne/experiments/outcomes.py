"""Which species stands behind a published variable, and how its level becomes a value."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from allodyne.animals import IN_PEOPLE
from allodyne.endpoints.catalogue import biomarker, load_endpoints
from allodyne.endpoints.scores import Score, load_events, load_scores
from allodyne.errors import UserError, nearest
from allodyne.experiments.defaults import load_defaults
from allodyne.experiments.measures import EventFree, EventRate, Fold, Points, ShareBelow, Turned, approach
from allodyne.network import load_network
from allodyne.subjects.conditions import load_conditions
from allodyne.subjects.people import Relapses, Reported

_QUARTER = 91.0
DAYS_PER_YEAR = 365.25


class CannotExpress(UserError):
    """A finding that the model has no words for."""


@dataclass(frozen=True)
class FoldOutcome:
    """A variable that goes with a power of one species.

    Attributes
    ----------
    healthy_unit : bool
        Whether the measure has a healthy value in the unit of its publication, so that differences can be compared.
    """

    species: str
    measure: Fold
    healthy_unit: bool


@dataclass(frozen=True)
class PeopleOutcome:
    """A variable that people report or that is counted in them.

    Attributes
    ----------
    form : {"score", "below", "above", "rate", "free"}
    score : Score or None
    told : Reported or None
        What patients with the condition report.
    relapses : Relapses or None
    part, offset : float
        Of the limit of a share.
    reversed : bool
        Whether the variable rises as the score falls.
    """

    species: str
    form: str
    score: Score | None = None
    told: Reported | None = None
    relapses: Relapses | None = None
    part: float = 1.0
    offset: float = 0.0
    reversed: bool = False
    proxy: bool = False

    def days(self, day: float) -> tuple[float, ...]:
        """When the species is read: at the time and at enrolment; for events along the way."""
        if self.form not in ("rate", "free"):
            return (day, 0.0)
        count = max(1, round(day / _QUARTER))
        return tuple(day * k / count for k in range(count + 1))

    def measure(
        self, day: float, treated_from: float | None, horizon: float | None = None
    ) -> Points | Turned | ShareBelow | EventRate | EventFree:
        """The measure of one group.

        Parameters
        ----------
        day : float
        treated_from : float or None
            When the first treatment begins, sham and placebo included; None in an untreated group.
        horizon : float, optional
            Days over which an event-free share was counted; by default the day itself.
        """
        if self.form in ("rate", "free"):
            assert self.relapses is not None
            events = EventRate(self.relapses.rate.value, self.days(day))
            if self.form == "rate":
                return events
            return EventFree(events, self.relapses.frailty_sd.value, (horizon or day) / DAYS_PER_YEAR)
        assert self.score is not None and self.told is not None
        told, score = self.told, self.score
        change = told.natural.value * approach(day, told.natural_days.value)
        if treated_from is not None:
            change += told.placebo.value * approach(day - treated_from, told.placebo_days.value)
        spread = told.change_sd.value * approach(day, told.placebo_days.value)
        points = Points(score.low, score.high, told.baseline.value, told.baseline_sd.value, change, spread)
        if self.form == "score":
            return Turned(points) if self.reversed else points
        return ShareBelow(points, self.part, self.offset, above=self.form == "above")


def fold_outcome(finding: Mapping[str, Any], animal: str) -> FoldOutcome:
    """Find the species behind a measure of animals, or behind a biomarker of anyone.

    Raises
    ------
    CannotExpress
        When no species of the network stands for the variable in that tissue.
    """
    defaults = load_defaults()
    variable = finding["outcome"]["variable"]
    tissue = str(finding["outcome"].get("tissue", "") or "").lower()
    alias = defaults["variables"].get(variable, {"as": variable})
    name, sign = alias["as"], -1.0 if alias.get("reversed") else 1.0
    endpoints = load_endpoints()
    if name in endpoints and animal != IN_PEOPLE:
        endpoint = endpoints[name]
        numbers = endpoint.measure(animal)
        spread = math.hypot(numbers.between_sd.value, numbers.measurement_sd.value)
        has_unit = endpoint.unit in ("g", "s") and alias["as"] == variable
        healthy = numbers.mean.value if has_unit else 1.0
        return FoldOutcome(endpoint.species, Fold(-endpoint.exponent.value * sign, healthy, spread), has_unit)
    if name in endpoints:
        return FoldOutcome(endpoints[name].species, Fold(-endpoints[name].exponent.value * sign), False)
    species, turned = _species_behind(name, tissue)
    shared = biomarker(species, species).measure("rat")
    spread = math.nan if animal == IN_PEOPLE else math.hypot(shared.between_sd.value, shared.measurement_sd.value)
    return FoldOutcome(species, Fold(-sign if turned else sign, 1.0, spread), False)


@lru_cache(maxsize=512)
def _species_behind(variable: str, tissue: str) -> tuple[str, bool]:
    """Species that stands for a variable in a tissue, and whether it is turned round; a species stands for its id."""
    behind = [
        (one, link) for one in load_network().species.values() for link in one.stands_for if link.variable == variable
    ]
    fitting = [(one, link) for one, link in behind if not link.tissue or any(w.lower() in tissue for w in link.tissue)]
    if not tissue and not fitting:
        fitting = [(one, link) for one, link in behind if any("spinal" in word.lower() for word in link.tissue)]
    if not fitting and not behind and variable in load_network().species:
        return variable, False
    if not fitting:
        where = f" in {tissue}" if tissue and behind else ""
        raise CannotExpress(f"no species of the network stands for {variable}{where}")
    one, link = fitting[0]
    return one.id, link.reversed


def people_outcome(finding: Mapping[str, Any], condition: str) -> PeopleOutcome | None:
    """Find what people report; None where the variable is a fold change as in animals.

    Raises
    ------
    CannotExpress
        When nothing is known of it in people with the condition.
    """
    variable = finding["outcome"]["variable"]
    entry = load_defaults()["people"]["outcomes"].get(variable)
    if entry is None:
        return None
    form, name = next((form, entry[form]) for form in ("score", "below", "above", "rate", "free") if form in entry)
    told = load_conditions()[condition]
    if form in ("rate", "free"):
        if told.relapses is None:
            raise CannotExpress(f"no relapses are known in {told.label}")
        return PeopleOutcome(load_events()[name].species, form, relapses=told.relapses)
    reported = told.reported(name)
    if reported is None and entry.get("else_fold"):
        return None
    if reported is None:
        known = [one.endpoint for one in told.people]
        raise CannotExpress(f"nothing is known of {name} in {told.label}; {nearest(name, known)}".rstrip("; "))
    score = load_scores()[name]
    turned, proxy = (bool(entry.get(key, False)) for key in ("reversed", "proxy"))
    part, offset = float(entry.get("part", 1.0)), float(entry.get("offset", 0.0))
    return PeopleOutcome(score.species, form, score, reported, None, part, offset, turned, proxy)
