"""The rules that a plan is checked against: the shipped ones, with what an own file tightens or adds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from allodyne.documents import Document, read_document
from allodyne.errors import UserError, nearest
from allodyne.safety.equipment import Equipment, load_equipment, own_chambers
from allodyne.safety.limits import Limits, Tightening, load_limits, tightened


@dataclass(frozen=True)
class Rules:
    """Limits and equipment.

    Attributes
    ----------
    limits : mapping of str to Limit
    equipment : mapping of str to Chamber
    own : tuple of str
        Ids of the limits that an own file tightens, and of the chambers that it adds.
    """

    limits: Limits
    equipment: Equipment
    own: tuple[str, ...] = ()


_FORM = "Write for example: limits: {oxygen.seizures: {stop: 20, reason: our board}}"


class _OwnFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    limits: dict[str, Tightening] = {}
    chambers: dict[str, dict[str, Any]] = {}


def shipped_rules() -> Rules:
    """The rules of the package."""
    return Rules(load_limits(), load_equipment())


def read_rules(path: Path | str) -> Rules:
    """Read an own file of rules on top of the shipped ones.

    Parameters
    ----------
    path : Path or str
        YAML with ``limits`` (id of a limit to own bounds and a ``reason``) and ``chambers`` (id to the fields of a
        chamber); both may be left out.

    Raises
    ------
    UserError
        When it cannot be read, names a limit that does not exist, widens one, or describes a chamber wrongly.
    """
    document = read_document(path, UserError)
    shipped = shipped_rules()
    if document.data is not None and not isinstance(document.data, Mapping):
        raise UserError("A file of rules is a mapping.", document.where(), _FORM)
    try:
        own = _OwnFile.model_validate(document.data or {})
    except ValidationError as problem:
        raise _complaint(problem, document) from None
    return Rules(
        tightened(shipped.limits, own.limits, document),
        {**shipped.equipment, **own_chambers(own.chambers, document)},
        (*own.limits, *own.chambers),
    )


def _complaint(problem: ValidationError, document: Document) -> UserError:
    """Say what is wrong with an own file in the words of its author."""
    first = problem.errors(include_url=False)[0]
    place = [part for part in first["loc"] if isinstance(part, str | int)]
    known: list[str] = list(Tightening.model_fields if place[:1] == ["limits"] else _OwnFile.model_fields)
    field = str(place[-1]) if place else ""
    match first["type"]:
        case "extra_forbidden":
            remedy = nearest(field, known) or f"Fields: {', '.join(known)}."
            return UserError(f"There is no field {field!r} here.", document.where(place), remedy)
        case "missing":
            return UserError(f"The field {field!r} is missing.", document.where(place[:-1]), f"Add {field}.")
        case "model_type" | "dict_type" | "model_attributes_type":
            return UserError(f"{field!r} is not a mapping.", document.where(place), _FORM)
    what = first["msg"].removeprefix("Value error, ")
    return UserError(f"{field!r} does not fit: {what[:1].lower()}{what[1:]}.", document.where(place), _FORM)
