"""The other group of findings that compare two treatments, regimens or groups, which their records tell in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, TypeAdapter

from allodyne.documents import read_document
from allodyne.experiments.experiment import Reading, Side
from allodyne.experiments.measures import Fold
from allodyne.experiments.protocols import ends_of, plans_of
from allodyne.experiments.scenario import Scenario, plan_text
from allodyne.simulate.structure import FloatArray

Entries = tuple[dict[str, Any], ...]


class OtherGroup(BaseModel):
    """One comparison.

    Attributes
    ----------
    right : tuple of mapping
        Treatments of the comparator in the form of a finding; the usual protocol fills what is not stated.
    left : tuple of mapping or None
        The same of the first group, where its record does not hold all of it.
    left_plans, right_plans : tuple of mapping
        Further treatments, in the words of a study file.
    condition : str or None
        Of the comparator where it is another.
    right_day : float, "last" or None
        Day on which the comparator is assessed where that is another: a day after the lesion, or that of its own last
        session.
    relative : bool
        Whether the effects of the treatments are compared: each group against the same without its treatments. For
        groups that differ in condition or in the time of assessment.
    direction_only : bool
        Whether the printed size is another quantity than the one that is simulated.
    note : str
        What the record says, and what was taken.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    right: Entries = ()
    left: Entries | None = None
    left_plans: Entries = ()
    right_plans: Entries = ()
    condition: str | None = None
    right_day: float | Literal["last"] | None = None
    relative: bool = False
    direction_only: bool = False
    note: str

    def groups(self, finding: Mapping[str, Any], animal: str, condition: str) -> tuple[Scenario, Scenario]:
        """Both groups."""
        first = finding if self.left is None else {**finding, "treatments": list(self.left)}
        second = {**self._dated(finding, self.right_day), "treatments": list(self.right)}
        return (
            _group(first, animal, condition, self.left_plans),
            _group(second, animal, self.condition or condition, self.right_plans),
        )

    def right_finding(self, finding: Mapping[str, Any], right: Scenario) -> Mapping[str, Any] | None:
        """The finding with the day of the comparator; None where both groups are assessed at the same time."""
        if self.right_day is None:
            return None
        day = math.floor(ends_of(right)[-1]) if self.right_day == "last" else self.right_day
        return self._dated(finding, day)

    @staticmethod
    def _dated(finding: Mapping[str, Any], day: float | str | None) -> Mapping[str, Any]:
        if not isinstance(day, int | float):
            return finding
        return {**finding, "outcome": {**finding["outcome"], "time_days": day}}


def _group(finding: Mapping[str, Any], animal: str, condition: str, further: Entries) -> Scenario:
    plans, _ = plans_of(finding, animal)
    written = (plan_text(name, dict(fields)) for entry in further for name, fields in entry.items())
    return Scenario(animal, condition, (*plans, *written))


@dataclass(frozen=True)
class Gain:
    """What treatment does to a measure of animals, as a ratio: treated over untreated.

    Attributes
    ----------
    measure : Fold
        The measure itself.
    """

    measure: Fold

    @property
    def sd(self) -> float:
        """SD between subjects of a ratio of two readings, with 1 as the value of no effect."""
        return self.measure.relative_sd * math.sqrt(2)

    def value(self, levels: FloatArray) -> FloatArray:
        """Ratio of the outcome; readings: treated, untreated."""
        return np.asarray(np.exp(self.measure.exponent * (levels[0] - levels[1])))


def gain_of(group: Scenario, species: str, measure: Fold, day: float) -> Side:
    """What the treatments of a group do, against the same group without them."""
    untreated = Scenario(group.animal, group.condition)
    return Side((Reading(group, species, day), Reading(untreated, species, day)), Gain(measure))


@cache
def _table() -> dict[str, OtherGroup]:
    data = read_document(str(files("allodyne.experiments") / "comparisons.yaml")).data or {}
    return TypeAdapter(dict[str, OtherGroup]).validate_python(data)


def other_group(finding: str) -> OtherGroup | None:
    """Look up a comparison by the id of its finding; None where the table does not hold it."""
    return _table().get(finding)
