"""The numbers of the treatments, each with unit, basis and sources, from ``constants.yaml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from allodyne.documents import read_document
from allodyne.errors import EvidenceError, UserError, nearest
from allodyne.evidence.papers import fact

ANIMALS = ("rat", "mouse", "human")


@dataclass(frozen=True)
class Constant:
    """One number, or one accepted range, with its support.

    Attributes
    ----------
    name : str
        Dotted name, such as ``oxygen.haemoglobin.rat``.
    value : float or None
        The number in ``unit``; None for a range.
    low, high : float or None
        Both ends of a range, both accepted; None for a number.
    usual_high : float or None
        Where a range goes beyond what is usual.
    unit, note : str
    basis : str
        ``fact`` (a fact of physiology.yaml), ``measured``, ``derived`` or ``assumption``.
    sources : tuple of str
        Keys of papers and facts.
    """

    name: str
    value: float | None
    low: float | None
    high: float | None
    usual_high: float | None
    unit: str
    basis: str
    sources: tuple[str, ...]
    note: str


@cache
def constants() -> Mapping[str, Constant]:
    """Load every number of the treatments, by dotted name."""
    document = read_document(str(files("allodyne.treatments") / "constants.yaml"), EvidenceError)
    return {name: _constant(name, leaf) for name, leaf in _leaves("", document.data)}


def number(name: str, animal: str | None = None) -> float:
    """Look up one number.

    Parameters
    ----------
    name : str
        Dotted name without the animal.
    animal : str, optional
        ``rat``, ``mouse`` or ``human``, for numbers that differ between them.

    Raises
    ------
    EvidenceError
        When there is no number of that name.
    """
    value = _lookup(name, animal).value
    if value is None:
        raise EvidenceError(f"{name!r} is a range, not a number.")
    return value


def check_range(field: str, value: float, name: str, animal: str | None = None) -> float:
    """Return `value` if it lies in the range `name`.

    Raises
    ------
    ValueError
        When it lies outside; the message names the accepted range and why it is so.
    """
    accepted = _lookup(name, animal)
    if accepted.low is None or accepted.high is None:
        raise EvidenceError(f"{name!r} is a number, not a range.")
    if not accepted.low <= value <= accepted.high:
        unit = "" if accepted.unit == "1" else f" {accepted.unit}"
        span = f"{accepted.low:g} to {accepted.high:g}{unit}"
        raise ValueError(f"{field} {value:g} is out of range: {span} is accepted ({accepted.note})")
    return value


def range_of(name: str) -> Constant:
    """Look up one range."""
    return _lookup(name, None)


def source_keys(section: str, animal: str) -> list[str]:
    """List the keys of all papers and facts behind one section for one animal, sorted."""
    others = {other for other in ANIMALS if other != animal}
    used = (c for c in constants().values() if c.name.startswith(f"{section}.") and c.name.split(".")[-1] not in others)
    return sorted({key for constant in used for key in constant.sources})


def known_animal(animal: str) -> str:
    """Return `animal` if the treatments know it.

    Raises
    ------
    UserError
        When they do not; the message offers the nearest names.
    """
    if animal not in ANIMALS:
        raise UserError(f"There is no animal {animal!r}.", remedy=nearest(animal, ANIMALS))
    return animal


def _lookup(name: str, animal: str | None) -> Constant:
    full = f"{name}.{animal}" if animal else name
    if full not in constants():
        raise EvidenceError(f"There is no number {full!r}.", remedy=nearest(full, constants()))
    return constants()[full]


def _leaves(prefix: str, node: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for key, child in node.items():
        name = f"{prefix}.{key}" if prefix else str(key)
        if "unit" in child:
            yield name, child
        else:
            yield from _leaves(name, child)


def _constant(name: str, leaf: Mapping[str, Any]) -> Constant:
    if "fact" in leaf:
        known = fact(leaf["fact"])
        value = known.value if leaf["at"] is None else known.value[leaf["at"]]
        note = leaf.get("note", known.fact)
        return Constant(
            name, value * leaf.get("times", 1.0), None, None, None, leaf["unit"], "fact", (leaf["fact"],), note
        )
    ends = (leaf.get("value"), leaf.get("low"), leaf.get("high"), leaf.get("usual_high"))
    return Constant(name, *ends, leaf["unit"], leaf["basis"], tuple(leaf["sources"]), leaf["note"])
