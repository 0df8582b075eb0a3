"""Where needles go: names of points, and groups of points that share a danger."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

from allodyne.documents import parse_document, read_document
from allodyne.errors import EvidenceError
from allodyne.evidence.papers import source

Group = Literal["chest", "labour"]

_BETWEEN = re.compile(r"[,;/+&]|\band\b", re.IGNORECASE)
_SIDE = r"(?:left|right|both|both sides|bilateral|bilaterally|contralateral|ipsilateral)"
_CODE = r"(?P<meridian>[A-Z]{1,3})[ -]?(?P<number>[0-9]{1,2})"
_POINT = re.compile(rf"(?:{_SIDE} )?{_CODE}(?: [(][^()0-9]*[)])?(?: {_SIDE}| [(]{_SIDE}[)])?", re.IGNORECASE)


class PointGroup(BaseModel):
    """Points that share a danger.

    Attributes
    ----------
    points : tuple of str
        In the nomenclature of the WHO.
    basis, sources, note : str, tuple of str, str
        What the list rests on.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    points: tuple[str, ...]
    basis: Literal["fact", "derived", "assumption"]
    sources: tuple[str, ...] = ()
    note: str = ""


class _Last(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    points: Mapping[str, int]
    basis: Literal["fact", "derived", "assumption"]
    sources: tuple[str, ...]
    note: str


class _Points(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    meridians: Mapping[str, str]
    last: _Last
    groups: Mapping[Group, PointGroup]


def needles_at(names: Sequence[str], group: Group) -> tuple[list[str], bool]:
    """Find the points of a group among those that a plan names.

    Parameters
    ----------
    names : sequence of str
        As the plan names them; several may stand in one text.
    group : str

    Returns
    -------
    list of str, bool
        Points of the group in the nomenclature of the WHO, and whether every name was understood: at least one, each a
        point of a meridian.
    """
    codes = [_code(part) for name in names for part in _BETWEEN.split(name) if part.strip()]
    return [code for code in codes if code in _points().groups[group].points], bool(codes) and None not in codes


@cache
def _points() -> _Points:
    document = read_document(str(files("allodyne.safety.contraindications") / "points.yaml"), EvidenceError)
    found = parse_document(document, _Points, EvidenceError)
    for keys in (found.last.sources, *(found.groups[group].sources for group in get_args(Group))):
        for key in keys:
            source(key)
    return found


def _code(name: str) -> str | None:
    """Write a point in the nomenclature of the WHO: ``Liv-3`` is LR3; None where it is no such point."""
    found = _POINT.fullmatch(" ".join(name.split()))
    meridian = _points().meridians.get(found["meridian"].upper()) if found else None
    if found is None or meridian is None:
        return None
    number = int(found["number"])
    return f"{meridian}{number}" if 1 <= number <= _points().last.points[meridian] else None
