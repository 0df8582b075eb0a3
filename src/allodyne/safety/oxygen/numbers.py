"""Numbers of the oxygen doses that no fact holds as a value, from ``oxygen.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict

from allodyne.documents import parse_document, read_document
from allodyne.errors import EvidenceError, nearest
from allodyne.evidence.cited import Cited
from allodyne.evidence.papers import fact, source
from allodyne.treatments.quantities import PRESSURE

SLACK = 1e-9
"""Rounding that comparisons of pressures, depths and days forgive."""


class SeizureGroup(BaseModel):
    """People who were treated at one pressure, and how often they had a seizure.

    Attributes
    ----------
    up_to_ata : float
        Pressure of the group.
    label, at : str
        The group in words, and the key of its rate in the fact ``safe-seizure-by-pressure``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    up_to_ata: float
    label: str
    at: str


class Told(BaseModel):
    """Something that papers report about a rate of compression (kPa/min), in words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kpa_min: float
    says: str
    sources: tuple[str, ...]


class NoStop(BaseModel):
    """Minutes of air at a depth after which people come up without a stop.

    Attributes
    ----------
    feet : float
        Depth in feet of seawater; it holds for what is deeper than the row before.
    minutes : float or None
        None where time is not limited.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    feet: float
    minutes: float | None


class NoStopTable(BaseModel):
    """The table of no-stop times, from shallow to deep."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sources: tuple[str, ...]
    rows: tuple[NoStop, ...]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    numbers: Mapping[str, Cited]
    seizure_groups: tuple[SeizureGroup, ...]
    ears: tuple[Told, ...]
    no_stop: NoStopTable


@cache
def data() -> _File:
    """Read the file.

    Raises
    ------
    EvidenceError
        When it is malformed or names a source that is not known.
    """
    document = read_document(str(files("allodyne.safety.oxygen") / "oxygen.yaml"), EvidenceError)
    found = parse_document(document, _File, EvidenceError)
    for key in {key for cited in found.numbers.values() for key in cited.sources}:
        source(key)
    for keys in (found.no_stop.sources, *(told.sources for told in found.ears)):
        for key in keys:
            source(key)
    return found


def of(name: str) -> float:
    """Look up one number.

    Raises
    ------
    EvidenceError
        When there is no number of that name.
    """
    numbers = data().numbers
    if name not in numbers:
        raise EvidenceError(f"There is no number {name!r}.", remedy=nearest(name, numbers))
    return numbers[name].value


def value(fact_id: str, *keys: str | int) -> float:
    """Look up one number of a fact, such as ``value("safe-vc-loss-arieli", "coef")``.

    Raises
    ------
    EvidenceError
        When there is no such fact, or it has no number there.
    """
    found: Any = fact(fact_id).value
    for key in keys:
        try:
            found = found[key]
        except (KeyError, IndexError, TypeError):
            raise EvidenceError(f"The fact {fact_id!r} has no {key!r}.") from None
    return float(found)


def kpa(atm: float) -> float:
    """A pressure in atm as kPa."""
    return atm / PRESSURE["kPa"]


def bar(atm: float) -> float:
    """A pressure in atm as bar."""
    return atm / PRESSURE["bar"]
