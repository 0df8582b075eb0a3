"""Rates of compression and decompression, and what compression did to the ears of people.

The rate is compared with published ones; no share of hurt ears is computed from it. That very slow compression went
with more pain in one report (safe-slow-compression-paradox) is told as contrary evidence and not modelled.
"""

from __future__ import annotations

from collections.abc import Sequence

from allodyne.safety.oxygen.breathing import Breath
from allodyne.safety.oxygen.numbers import Told, data, kpa


def compression_rate(course: Sequence[Breath]) -> float | None:
    """Mean rate of compression in kPa/min.

    Returns
    -------
    float or None
        None where nothing is compressed, or where the plan reaches its pressure in no time.
    """
    if not course or course[0].to_ata <= course[0].from_ata:
        return None
    return kpa(course[0].to_ata - course[0].from_ata) / course[0].minutes


def decompression_rate(course: Sequence[Breath]) -> float | None:
    """Mean rate of decompression in kPa/min.

    Returns
    -------
    float or None
        None where nothing is decompressed, or where the plan leaves its pressure in no time.
    """
    if not course or course[-1].to_ata >= course[-1].from_ata:
        return None
    return kpa(course[-1].from_ata - course[-1].to_ata) / course[-1].minutes


def is_instant(course: Sequence[Breath]) -> bool:
    """Whether a session begins under pressure, so that no rate of compression can be told."""
    return bool(course) and course[0].from_ata > 1


def ends_at_once(course: Sequence[Breath]) -> bool:
    """Whether a session ends under pressure, so that no rate of decompression can be told."""
    return bool(course) and course[-1].to_ata > 1


def reported(rate: float) -> tuple[Told, ...]:
    """What papers report about this rate of compression (kPa/min) and slower ones, the fastest last."""
    return tuple(told for told in data().ears if told.kpa_min <= rate)
