"""What a chamber makes of a planned session: whether it can run it, and the oxygen that reaches the subject.

The dose is the drive of tissue oxygen above room air, summed over the course, as the simulation takes it. The delivered
dose is that of the same plan with the pressure and the oxygen fraction that the chamber reaches, without the air breaks
where it has none, and with a compression no faster than it manages.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from allodyne.animals import Animal
from allodyne.safety.chamber_obstacles import SLACK, Obstacle, obstacles
from allodyne.safety.equipment import Chamber, Equipment, named_chamber
from allodyne.safety.fire import fire_remarks
from allodyne.safety.limits import Limits
from allodyne.safety.oxygen.numbers import kpa
from allodyne.safety.planned import Planned
from allodyne.safety.remarks import Remark
from allodyne.treatments.constants import number
from allodyne.treatments.hbot import Hbot
from allodyne.treatments.oxygen import oxygen_drive, oxygenation


class Reached(BaseModel):
    """Oxygen at full pressure.

    Attributes
    ----------
    pressure_ata, fio2 : float
    inspired, alveolar, arterial, tissue : float
        PO2 (mmHg); the inspired gas is humid.
    drive : float
        Drive `oxygen`: ln of tissue PO2 over that on room air.
    share : float or None
        Delivered dose over planned dose, above 1 where air breaks fall away or compression takes longer; None where
        the plan holds no oxygen dose.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    pressure_ata: float
    fio2: float
    inspired: float
    alveolar: float
    arterial: float
    tissue: float
    drive: float
    share: float | None


class ChamberFit(BaseModel):
    """What a chamber makes of a plan.

    Attributes
    ----------
    chamber, label : str
    can_run : bool
    why_not : tuple of Obstacle
        Empty where it can run the plan.
    best, least : Reached
        With the highest and the lowest oxygen fraction that the chamber gives, never above the planned one.
    compression_minutes : float or None
        Shortest time to the pressure that it reaches; None where the rate is not known.
    compression_too_fast : bool
        Whether the plan asks for less than that.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    chamber: str
    label: str
    can_run: bool
    why_not: tuple[Obstacle, ...]
    best: Reached
    least: Reached
    compression_minutes: float | None
    compression_too_fast: bool


class PlannedFits(BaseModel):
    """One entry of an arm in every chamber.

    Attributes
    ----------
    arm : str
    entry : int
        Its number in the arm, from 1.
    plan : str
        The session in words.
    chamber : str or None
        The chamber that the plan names.
    planned : Reached
        What the plan asks for.
    fits : tuple of ChamberFit
        In the order of the catalogue.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    arm: str
    entry: int
    plan: str
    chamber: str | None
    planned: Reached
    fits: tuple[ChamberFit, ...]


def fit(plan: Hbot, animal: Animal, one: Chamber) -> ChamberFit:
    """Work out what a chamber makes of a plan.

    Parameters
    ----------
    plan : Hbot
    animal : str
    one : Chamber

    Returns
    -------
    ChamberFit
    """
    against = obstacles(plan, animal, one)
    pressure = min(plan.pressure_ata, one.maximum_ata.value)
    shortest = _shortest(pressure, one)
    asked = compression_minutes(plan, animal)
    too_fast = shortest is not None and asked < shortest - SLACK
    delivered = plan.model_copy(
        update={
            "pressure_ata": pressure,
            "compression_min": max(asked, shortest or 0.0),
            "air_breaks": plan.air_breaks if one.air_breaks.possible else None,
        }
    )
    best, least = (
        delivered.model_copy(update={"fio2": _inspired_fraction(plan.fio2, most)})
        for most in (one.fio2.most.value, one.fio2.least.value)
    )
    return ChamberFit(
        chamber=one.id,
        label=one.label,
        can_run=not against,
        why_not=against,
        best=_reached(best, plan, animal),
        least=_reached(least, plan, animal),
        compression_minutes=shortest,
        compression_too_fast=too_fast,
    )


def fits_of(plans: Sequence[Planned], catalogue: Equipment) -> list[PlannedFits]:
    """Work out what every chamber makes of each hyperbaric entry of a study."""
    return [
        PlannedFits(
            arm=one.arm,
            entry=one.entry,
            plan=one.plan.sessions(one.animal)[0].label,
            chamber=one.plan.chamber,
            planned=_reached(one.plan, one.plan, one.animal),
            fits=tuple(fit(one.plan, one.animal, candidate) for candidate in catalogue.values()),
        )
        for one in plans
        if isinstance(one.plan, Hbot)
    ]


def compression_minutes(plan: Hbot, animal: Animal) -> float:
    """Time that a plan takes to reach its pressure (min)."""
    return sum(phase.minutes for phase in plan.phases(animal) if phase.to_ata > phase.from_ata)


def delivery_of(plan: object, catalogue: Equipment) -> Literal["mask", "hood"] | None:
    """Say by what oxygen comes to the face; None where no known chamber is named, or it is neither mask nor hood."""
    name = plan.chamber if isinstance(plan, Hbot) else None
    delivery = catalogue[name].delivery if name is not None and name in catalogue else None
    return delivery if delivery in ("mask", "hood") else None


def chamber_remarks(plans: Sequence[Planned], catalogue: Equipment, limits: Limits) -> list[Remark]:
    """Say what the chambers that the plans name cannot do, what they leak, and what burns in them.

    Parameters
    ----------
    plans : sequence of Planned
    catalogue : mapping of str to Chamber
    limits : mapping of str to Limit
        With ``chambers.delivered_share`` and the limits of fire.

    Raises
    ------
    UserError
        When a plan names a chamber that does not exist.
    """
    found: list[Remark] = []
    for one in plans:
        named = named_chamber(one, catalogue)
        if named is None or not isinstance(one.plan, Hbot):
            continue
        fitted = fit(one.plan, one.animal, named)
        found += _cannot(one, fitted, _able(one.plan, one.animal, catalogue))
        found += _too_fast(one, one.plan, fitted, named)
        found += _leaks(one, fitted, limits)
        found += fire_remarks(one, one.plan, named, limits)
    return found


def _able(plan: Hbot, animal: Animal, catalogue: Equipment) -> str:
    names = [one.id for one in catalogue.values() if not obstacles(plan, animal, one)]
    return f"Chambers that can run it: {', '.join(names)}." if names else "No known chamber can run it."


def _cannot(one: Planned, fitted: ChamberFit, able: str) -> list[Remark]:
    return [
        one.said(
            f"equipment:{obstacle.reason}",
            "stop",
            obstacle.what,
            "The chamber that the plan names cannot carry it out, so another dose or none would be given.",
            f"{obstacle.change} {able}",
            basis=obstacle.basis,
            sources=obstacle.sources,
            value=obstacle.value,
            limit=obstacle.limit,
            unit=obstacle.unit,
        )
        for obstacle in fitted.why_not
    ]


def _too_fast(one: Planned, plan: Hbot, fitted: ChamberFit, named: Chamber) -> list[Remark]:
    fastest = named.compression.fastest
    if fastest is None or fitted.compression_minutes is None or not fitted.compression_too_fast:
        return []
    asked = compression_minutes(plan, one.animal)
    return [
        one.said(
            "equipment:compression",
            "caution",
            f"The plan compresses in {asked:g} min; the {named.label} takes {fitted.compression_minutes:.3g} min.",
            f"It changes pressure by at most {fastest.value:g} kPa/min.",
            f"Write compression_min: {math.ceil(fitted.compression_minutes)}.",
            basis=fastest.basis,
            sources=fastest.sources,
            value=asked,
            limit=fitted.compression_minutes,
            unit="min",
        )
    ]


def _leaks(one: Planned, fitted: ChamberFit, limits: Limits) -> list[Remark]:
    share = fitted.least.share
    if share is None or not fitted.can_run:
        return []
    least = fitted.least
    what = (
        f"With the worst fit and flow the {fitted.label} gives {least.fio2 * 100:g} % oxygen, "
        f"{share * 100:.0f} % of the planned oxygen dose."
    )
    return one.remark(limits["chambers.delivered_share"], share * 100, what)


def _inspired_fraction(asked: float, reachable: float) -> float:
    """A chamber gives no more than is asked for; air stays air, also where it is a little stale."""
    return asked if asked <= number("oxygen.fio2_air") else min(asked, reachable)


def _shortest(pressure: float, one: Chamber) -> float | None:
    fastest = one.compression.fastest
    return None if fastest is None else kpa(pressure - 1) / fastest.value


def _reached(delivered: Hbot, plan: Hbot, animal: Animal) -> Reached:
    pressure, fio2 = delivered.pressure_ata, delivered.fio2
    oxygen = oxygenation(pressure, fio2, animal)
    dose = _dose(plan, animal)
    return Reached(
        pressure_ata=pressure,
        fio2=fio2,
        inspired=fio2 * (number("oxygen.atmosphere") * pressure - number("oxygen.water_vapour")),
        alveolar=oxygen.alveolar,
        arterial=oxygen.arterial,
        tissue=oxygen.tissue,
        drive=oxygen_drive(pressure, fio2, animal),
        share=_dose(delivered, animal) / dose if dose > 0 else None,
    )


def _dose(plan: Hbot, animal: Animal) -> float:
    return sum(signal.constant * (signal.end - signal.start) for signal in plan.signals(animal))
