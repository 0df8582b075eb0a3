"""What is breathed when in one session of hyperbaric oxygen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allodyne.safety.oxygen.integrals import mean_power
from allodyne.safety.oxygen.numbers import SLACK
from allodyne.treatments.constants import number
from allodyne.treatments.hbot import Hbot


@dataclass(frozen=True)
class Breath:
    """A part of a session in which one gas is breathed while the pressure changes evenly, or stays.

    Attributes
    ----------
    begin, end : float
        Minutes since the start of compression.
    from_ata, to_ata : float
        Absolute pressure at both ends (ATA).
    fio2 : float
        Inspired oxygen fraction.
    """

    begin: float
    end: float
    from_ata: float
    to_ata: float
    fio2: float

    @property
    def minutes(self) -> float:
        """Length in minutes."""
        return self.end - self.begin

    @property
    def from_atm(self) -> float:
        """Inspired PO2 at the start in atm, of dry gas: pressure times oxygen fraction."""
        return self.from_ata * self.fio2

    @property
    def to_atm(self) -> float:
        """Inspired PO2 at the end in atm."""
        return self.to_ata * self.fio2

    @property
    def is_treatment(self) -> bool:
        """Whether the gas is richer in oxygen than air."""
        return self.fio2 > number("oxygen.fio2_air")


def breaths(plan: Hbot, animal: str) -> tuple[Breath, ...]:
    """List what is breathed in a session, from compression to decompression.

    Parameters
    ----------
    plan : Hbot
    animal : str
        Whose usual times of compression hold where the plan names none.

    Returns
    -------
    tuple of Breath
        Without gaps, in order.
    """
    found: list[Breath] = []
    begin = 0.0
    for phase in plan.phases(animal):
        end = begin + phase.minutes
        # a ramp so short that rounding swallows it takes no time
        if end > begin:
            found.append(Breath(begin, end, phase.from_ata, phase.to_ata, phase.fio2))
        begin = end
    return tuple(found)


def without_air_breaks(plan: Hbot) -> Hbot:
    """The same session with the treatment gas breathed in the breaks too."""
    return plan.model_copy(update={"air_breaks": None})


def with_usual_ramps(plan: Hbot, animal: str) -> Hbot:
    """The same session with compression and decompression that take no less than the usual time of the animal.

    Hurried ramps leave less time on oxygen. Limits judge this session, so that haste does not make a plan look lighter.
    """
    given = {"compression": plan.compression_min, "decompression": plan.decompression_min}
    usual = {name: number(f"hbot.{name}", animal) for name in given}
    longer = {f"{name}_min": max(minutes or 0.0, usual[name]) for name, minutes in given.items() if minutes is not None}
    return plan.model_copy(update=longer)


def oxygen_minutes(course: Sequence[Breath], full_ata: float) -> float:
    """Minutes at full pressure on a gas richer than air; compression and decompression are not counted."""
    at_pressure = (one for one in course if one.from_ata == one.to_ata == full_ata)
    return sum(one.minutes for one in at_pressure if one.is_treatment)


def minutes_above(course: Sequence[Breath], atm: float) -> float:
    """Minutes with an inspired PO2 above a bound in atm."""
    return sum(one.minutes * _share_above(one, atm) for one in course)


def atm_minutes(course: Sequence[Breath], above_atm: float) -> float:
    """Integral of PO2 over the time in which it is above a bound, in atm times minutes."""
    return sum(one.minutes * mean_power(one.from_atm, one.to_atm, 1.0, above_atm) for one in course)


def highest_po2(course: Sequence[Breath]) -> float:
    """Highest inspired PO2 of a session in atm."""
    return max((max(one.from_atm, one.to_atm) for one in course), default=0.0)


def _share_above(one: Breath, atm: float) -> float:
    # a PO2 that stays on the bound is not above it
    return 0.0 if max(one.from_atm, one.to_atm) <= atm * (1 + SLACK) else mean_power(one.from_atm, one.to_atm, 0.0, atm)
