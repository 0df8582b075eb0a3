"""Why a chamber cannot carry out a plan."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from allodyne.animals import Animal
from allodyne.safety.equipment import Chamber
from allodyne.safety.remarks import Basis
from allodyne.treatments.constants import number
from allodyne.treatments.hbot import Hbot

SLACK = 1e-9
"""Rounding that is forgiven, nothing more."""

_NAMES: dict[Animal, str] = {"human": "people", "rat": "rats", "mouse": "mice"}

Reason = Literal["subject", "pressure", "oxygen", "air_breaks"]


class Obstacle(BaseModel):
    """One reason why a chamber cannot carry out a plan.

    Attributes
    ----------
    reason : str
        ``subject``, ``pressure``, ``oxygen`` or ``air_breaks``.
    what, change : str
        What it cannot do, and what to change in the plan.
    basis : str
    sources : tuple of str
    value, limit, unit : float, float, str or None
        What the plan asks for and what the chamber can do.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: Reason
    what: str
    change: str
    basis: Basis
    sources: tuple[str, ...]
    value: float | None = None
    limit: float | None = None
    unit: str | None = None


def obstacles(plan: Hbot, animal: Animal, one: Chamber) -> tuple[Obstacle, ...]:
    """List the reasons why a chamber cannot carry out a plan; none where it can.

    Parameters
    ----------
    plan : Hbot
    animal : str
    one : Chamber
    """
    found = (_subject(animal, one), _pressure(plan, one), _oxygen(plan, one), _breaks(plan, one))
    return tuple(obstacle for obstacle in found if obstacle)


def _subject(animal: Animal, one: Chamber) -> Obstacle | None:
    if animal in one.subjects:
        return None
    return Obstacle(
        reason="subject",
        what=f"The {one.label} is for {' and '.join(_NAMES[known] for known in one.subjects)}, not {_NAMES[animal]}.",
        change=f"Name a chamber for {_NAMES[animal]}.",
        basis="fact",
        sources=("cham-nfpa-classes",),
    )


def _pressure(plan: Hbot, one: Chamber) -> Obstacle | None:
    most = one.maximum_ata
    if plan.pressure_ata <= most.value + SLACK:
        return None
    return Obstacle(
        reason="pressure",
        what=f"The plan asks for {plan.pressure_ata:g} ATA; the {one.label} reaches {most.value:g} ATA.",
        change=f"Plan at most {most.value:g} ATA.",
        basis=most.basis,
        sources=most.sources,
        value=plan.pressure_ata,
        limit=most.value,
        unit="ATA",
    )


def _oxygen(plan: Hbot, one: Chamber) -> Obstacle | None:
    """Air needs the gas air; oxygen must not be above what is reached, nor below it where nothing is mixed."""
    air, least, most = number("oxygen.fio2_air"), one.fio2.least, one.fio2.most
    asked = f"The plan asks for {plan.fio2 * 100:g} % oxygen; in the {one.label}"
    if plan.fio2 <= air:
        if "air" in one.gases:
            return None
        what, change, told = f"{asked} air cannot be breathed.", "Name a chamber with air.", least
    elif plan.fio2 > most.value + SLACK:
        what = f"{asked} at most {most.value * 100:g} % reaches the lungs."
        change, told = f"Plan at most {most.value * 100:g} % oxygen.", most
    elif plan.fio2 < least.value - SLACK and "mixtures" not in one.gases:
        what = f"{asked} at least {least.value * 100:g} % reaches the lungs, and no other mixture is at hand."
        change, told = f"Plan at least {least.value * 100:g} % oxygen, or air.", least
    else:
        return None
    return Obstacle(
        reason="oxygen",
        what=what,
        change=change,
        basis=told.basis,
        sources=told.sources,
        value=plan.fio2 * 100,
        limit=told.value * 100,
        unit="percent",
    )


def _breaks(plan: Hbot, one: Chamber) -> Obstacle | None:
    breaks = one.air_breaks
    if plan.air_breaks is None or breaks.possible or plan.fio2 <= number("oxygen.fio2_air"):
        return None
    asked = f"{plan.air_breaks.minutes:g} min after every {plan.air_breaks.every_minutes:g} min"
    return Obstacle(
        reason="air_breaks",
        what=f"The plan asks for air breaks ({asked}); the {one.label} has none: {breaks.how}.",
        change="Plan without air breaks, or name a chamber that has them.",
        basis=breaks.basis,
        sources=breaks.sources,
    )
