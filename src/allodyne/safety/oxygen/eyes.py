"""The shift of refraction towards myopia in a course of hyperbaric oxygen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from allodyne.safety.oxygen.breathing import Breath, oxygen_minutes
from allodyne.safety.oxygen.numbers import kpa, of, value
from allodyne.treatments.hbot import Hbot

Delivery = Literal["mask", "hood"]
DELIVERIES: tuple[Delivery, ...] = ("mask", "hood")


@dataclass(frozen=True)
class Myopia:
    """Expected change of refraction at the end of a course.

    Attributes
    ----------
    least, most : float
        Shift in dioptres, negative towards myopia; they differ where it is not known how the oxygen reaches the person.
    recovery_weeks : tuple of float
        Weeks after which refraction was back, for the least and the most.
    """

    least: float
    most: float
    recovery_weeks: tuple[float, float]


def equivalent_sessions(plan: Hbot, course: Sequence[Breath]) -> float:
    """Dose of one session as multiples of 90 min at 240 kPa, the session after which myopia was measured.

    The dose is PO2 times minutes at full pressure on a gas richer in oxygen than air. That the shift goes with this
    dose is an assumption; long exposures of divers to 1.3 to 1.4 atm speak for it (safe-myopia-low-po2).
    """
    dose = kpa(plan.pressure_ata * plan.fio2) * oxygen_minutes(course, plan.pressure_ata)
    return dose / (of("myopia_pressure_kpa") * of("myopia_minutes"))


def myopia(doses: Sequence[tuple[float, str | None]]) -> Myopia:
    """Expect the shift of a course (safe-myopia-mask-hood), in proportion to its dose.

    No shift beyond the largest one reported, 3 dioptres (safe-myopia-short-course), is expected of any dose.

    Parameters
    ----------
    doses : sequence of (float, str or None)
        Equivalent sessions of each part of the course, and how the oxygen reaches the person: ``mask``, ``hood`` or
        None where that is not known, which gives the range of both.
    """
    return Myopia(
        least=_total("mask", doses),
        most=_total("hood", doses),
        recovery_weeks=(_weeks("mask", doses), _weeks("hood", doses)),
    )


def _total(otherwise: Delivery, doses: Sequence[tuple[float, str | None]]) -> float:
    shift = sum(
        value("safe-myopia-mask-hood", f"{_known(delivery) or otherwise}_D") * dose / of("myopia_sessions")
        for dose, delivery in doses
    )
    # adding zero makes no dose a shift of 0 and not of -0
    return max(shift, value("safe-myopia-short-course", "max_D")) + 0.0


def _weeks(otherwise: Delivery, doses: Sequence[tuple[float, str | None]]) -> float:
    given = [_known(delivery) or otherwise for dose, delivery in doses if dose > 0]
    return max((value("safe-myopia-mask-hood", f"recovery_weeks_{one}") for one in given), default=0.0)


def _known(delivery: str | None) -> Delivery | None:
    return next((one for one in DELIVERIES if one == delivery), None)
