"""Oxygen on its way from the chamber to the tissue over one session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allodyne.safety.oxygen.breathing import Breath
from allodyne.treatments.constants import number
from allodyne.treatments.hbot import Hbot
from allodyne.treatments.oxygen import oxygenation

_STEPS = 8


@dataclass(frozen=True)
class Pressures:
    """PO2 in mmHg from the inspired gas to the tissue.

    Attributes
    ----------
    inspired : float
        Of gas that is humid as in the airways.
    alveolar, arterial, tissue : float
        See `allodyne.treatments.oxygen`.
    """

    inspired: float
    alveolar: float
    arterial: float
    tissue: float


@dataclass(frozen=True)
class PressureCourse:
    """PO2 over a session; each array has shape (n,).

    Attributes
    ----------
    minutes : tuple of float
        Since the start of compression; doubled where the gas changes at once.
    pressure_ata : tuple of float
        Pressure in the chamber.
    inspired, alveolar, arterial, tissue : tuple of float
        PO2 in mmHg.
    """

    minutes: tuple[float, ...]
    pressure_ata: tuple[float, ...]
    inspired: tuple[float, ...]
    alveolar: tuple[float, ...]
    arterial: tuple[float, ...]
    tissue: tuple[float, ...]


def pressures_at(pressure_ata: float, fio2: float, animal: str) -> Pressures:
    """PO2 from inspired gas to tissue, in steady breathing of one gas at one pressure.

    Inspired PO2 is that of humid gas, ``FiO2 (760 ATA - 47)`` (oxy-alveolar-gas-equation).
    """
    oxygen = oxygenation(pressure_ata, fio2, animal)
    inspired = fio2 * (number("oxygen.atmosphere") * pressure_ata - number("oxygen.water_vapour"))
    return Pressures(inspired, oxygen.alveolar, oxygen.arterial, oxygen.tissue)


def plateau(plan: Hbot, animal: str) -> Pressures:
    """PO2 at full pressure on the treatment gas."""
    return pressures_at(plan.pressure_ata, plan.fio2, animal)


def pressure_course(course: Sequence[Breath], animal: str) -> PressureCourse:
    """Follow PO2 over a session, with both ends of every part and points between where the pressure changes."""
    points = [point for one in course for point in _points(one)]
    found = [pressures_at(ata, fio2, animal) for _, ata, fio2 in points]
    return PressureCourse(
        minutes=tuple(minute for minute, _, _ in points),
        pressure_ata=tuple(ata for _, ata, _ in points),
        inspired=tuple(one.inspired for one in found),
        alveolar=tuple(one.alveolar for one in found),
        arterial=tuple(one.arterial for one in found),
        tissue=tuple(one.tissue for one in found),
    )


def _points(one: Breath) -> list[tuple[float, float, float]]:
    steps = 1 if one.from_ata == one.to_ata else _STEPS
    shares = [step / steps for step in range(steps + 1)]
    return [
        (one.begin + share * one.minutes, one.from_ata + share * (one.to_ata - one.from_ata), one.fio2)
        for share in shares
    ]
