"""In which courses of HBOT an adverse effect was counted; its number says nothing about milder ones."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, model_validator

from allodyne.evidence.cited import Cited
from allodyne.safety.planned import Planned
from allodyne.treatments import Hbot


class CountedIn(BaseModel):
    """Courses above bounds, each of which must be passed; a number on a bound does not pass it.

    Attributes
    ----------
    above_ata : Cited or None
        Pressure of the chamber (ATA).
    above_oxygen_atm : Cited or None
        Inspired oxygen pressure (atm), pressure times fraction.
    above_sessions : Cited or None
        Sessions of the arm, counted over all its entries of HBOT that pass the other bounds.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    above_ata: Cited | None = None
    above_oxygen_atm: Cited | None = None
    above_sessions: Cited | None = None

    @model_validator(mode="after")
    def _has_a_bound(self) -> CountedIn:
        if self.above_ata is None and self.above_oxygen_atm is None and self.above_sessions is None:
            raise ValueError("where an effect was counted needs at least one bound")
        return self

    def holds(self, one: Planned, plans: Sequence[Planned]) -> bool:
        """Whether an entry of HBOT passes all bounds.

        Parameters
        ----------
        one : Planned
        plans : sequence of Planned
            All entries of the study, which hold the other sessions of the arm.
        """
        if not self._is_as_high(one):
            return False
        arm = [other for other in plans if other.arm == one.arm and self._is_as_high(other)]
        return _is_above(
            sum(len(other.plan.starts()) for other in arm if isinstance(other.plan, Hbot)), self.above_sessions
        )

    def _is_as_high(self, one: Planned) -> bool:
        if not isinstance(one.plan, Hbot):
            return False
        oxygen = one.plan.pressure_ata * one.plan.fio2
        return _is_above(one.plan.pressure_ata, self.above_ata) and _is_above(oxygen, self.above_oxygen_atm)


def _is_above(value: float, bound: Cited | None) -> bool:
    return bound is None or value > bound.value
