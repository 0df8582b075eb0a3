"""One limit, and what it has against a number."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from allodyne.animals import Animal
from allodyne.evidence.cited import Cited
from allodyne.safety.remarks import LEVELS, Level, Remark

BoundLevel = Literal["note", "caution", "assess", "stop"]


class Limit(BaseModel):
    """A limit with its bounds, from light to grave.

    Attributes
    ----------
    id : str
        Area and name, such as ``oxygen.seizures``.
    label, unit : str
        What is limited.
    animals : tuple of str
        Whom it concerns.
    keep : str
        ``below``: numbers above a bound break it; ``above``: numbers below it do. A number on the bound keeps it.
    bounds : mapping of str to Cited
        Bound by level: ``note``, ``caution``, ``assess``, ``stop``.
    why, remedy : str
        Why it matters, and what would make a plan pass.
    tightened : str
        The reason that a user gave for own bounds; empty for the shipped ones.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z_]+\.[a-z0-9_]+$")
    label: str
    unit: str
    animals: Annotated[tuple[Animal, ...], Field(min_length=1)] = ("human",)
    keep: Literal["below", "above"] = "below"
    bounds: Annotated[Mapping[BoundLevel, Cited], Field(min_length=1)]
    why: str
    remedy: str
    tightened: str = ""

    @model_validator(mode="after")
    def _graver_is_farther(self) -> Limit:
        values = [self.bounds[level].value for level in LEVELS if level != "unknown" and level in self.bounds]
        ordered = values if self.keep == "below" else values[::-1]
        if ordered != sorted(ordered):
            raise ValueError(f"the bounds of {self.id} do not rise with their level")
        return self

    def broken(self, value: float) -> Level | None:
        """The gravest level whose bound a number breaks; None where it keeps them all."""
        for level in reversed(LEVELS):
            if level != "unknown" and level in self.bounds and self._beyond(value, self.bounds[level].value):
                return level
        return None

    def remarks(
        self,
        value: float,
        what: str,
        animal: Animal,
        arm: str | None = None,
        entry: int | None = None,
        treatment: str | None = None,
    ) -> list[Remark]:
        """Say what the limit has against a number.

        Returns
        -------
        list of Remark
            One, or none where the number keeps the limit or the limit is not for this animal.
        """
        level = self.broken(value) if animal in self.animals else None
        if level is None or level == "unknown":
            return []
        bound = self.bounds[level]
        side = "at most" if self.keep == "below" else "at least"
        unit = "" if self.unit == "1" else f" {self.unit}"
        why = f"{self.why} The bound is {side} {bound.value:g}{unit}{f' ({bound.note})' if bound.note else ''}."
        return [
            Remark(
                id=self.id.replace(".", ":", 1),
                level=level,
                what=what,
                why=f"{why} Tightened: {self.tightened}" if self.tightened else why,
                remedy=self.remedy,
                basis=bound.basis,
                sources=bound.sources,
                arm=arm,
                entry=entry,
                treatment=treatment,
                value=value if math.isfinite(value) else None,
                limit=bound.value,
                unit=self.unit,
            )
        ]

    def _beyond(self, value: float, bound: float) -> bool:
        # the margin forgives rounding of sums of minutes, nothing more
        margin = 1e-9 * max(abs(bound), 1.0)
        return value > bound + margin if self.keep == "below" else value < bound - margin


Limits = Mapping[str, Limit]
