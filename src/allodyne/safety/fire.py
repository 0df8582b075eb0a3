"""Fire: how much oxygen stands in the air of the chamber."""

from __future__ import annotations

from allodyne.safety.equipment import Chamber
from allodyne.safety.limits import Limits
from allodyne.safety.planned import Planned
from allodyne.safety.remarks import Remark
from allodyne.treatments.hbot import Hbot


def chamber_oxygen(plan: Hbot, one: Chamber) -> float:
    """Oxygen in the air of the chamber during a plan (percent).

    A chamber that is filled with the gas that is breathed holds the planned fraction. In one that is filled with air
    the number of the catalogue holds while oxygen is given, because masks and hoods leak into it.
    """
    if one.chamber_oxygen is None or plan.fio2 * 100 < one.chamber_oxygen.value:
        return plan.fio2 * 100
    return one.chamber_oxygen.value


def fire_remarks(one: Planned, plan: Hbot, named: Chamber, limits: Limits) -> list[Remark]:
    """Compare the oxygen in the chamber air with the limits on fire.

    Parameters
    ----------
    one : Planned
    plan : Hbot
        The plan of the entry.
    named : Chamber
        The chamber that it names.
    limits : mapping of str to Limit
        With ``fire.chamber_oxygen`` and ``fire.burning_rate`` (burning-rate-atmosphere: percent of oxygen times the
        square root of the pressure in atmospheres).
    """
    percent = chamber_oxygen(plan, named)
    place = f"In the air of the {named.label} there is up to {percent:g} % oxygen"
    found = one.remark(limits["fire.chamber_oxygen"], percent, f"{place}.")
    if found:
        return found
    what = f"{place} at {plan.pressure_ata:g} ATA."
    return one.remark(limits["fire.burning_rate"], percent * plan.pressure_ata**0.5, what)
