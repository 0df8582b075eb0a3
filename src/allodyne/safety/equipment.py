"""The chambers that a plan can be carried out in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from allodyne.animals import Animal
from allodyne.documents import Document, parse_document, read_document
from allodyne.errors import AllodyneError, EvidenceError, UserError, nearest
from allodyne.evidence.cited import Cited
from allodyne.evidence.papers import source
from allodyne.safety.planned import Planned
from allodyne.treatments.constants import number
from allodyne.treatments.hbot import Hbot

Kind = Literal["monoplace", "multiplace", "soft", "rodent", "mask"]
Place = Literal["hospital", "community", "home", "laboratory"]
Gas = Literal["oxygen", "air", "mixtures"]
Delivery = Literal["chamber", "mask", "hood", "concentrator", "none"]


def _own_number(given: Any) -> Any:
    if isinstance(given, int | float) and not isinstance(given, bool):
        return {"value": given, "basis": "assumption", "note": "given without a source"}
    return given


Number = Annotated[Cited, BeforeValidator(_own_number)]
"""A number with its basis; a plain one counts as an assumption, so that an own chamber is quickly written."""


class Statement(BaseModel):
    """Something that a source says of a chamber.

    Attributes
    ----------
    text : str
    basis : str
    sources : tuple of str
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str
    basis: Literal["measured", "derived", "assumption"] = "assumption"
    sources: tuple[str, ...] = ()


class InspiredOxygen(BaseModel):
    """Oxygen fraction that reaches the lungs while oxygen is given.

    Attributes
    ----------
    least, most : Cited
        With the worst and with the best fit and flow.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    least: Number
    most: Number

    @model_validator(mode="after")
    def _are_fractions(self) -> InspiredOxygen:
        if not 0 < self.least.value <= self.most.value <= 1:
            raise ValueError("least and most are oxygen fractions from 0 to 1, and least is not above most")
        return self


class BreaksOnAir(BaseModel):
    """Whether air can be breathed for a while under pressure, and how."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    possible: bool
    how: str
    basis: Literal["measured", "derived", "assumption"] = "assumption"
    sources: tuple[str, ...] = ()


class Compression(BaseModel):
    """How fast the pressure changes (kPa/min).

    Attributes
    ----------
    slowest, fastest : Cited or None
        None where it is not known.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    slowest: Number | None = None
    fastest: Number | None = None

    @model_validator(mode="after")
    def _are_rates(self) -> Compression:
        if any(rate is not None and not rate.value > 0 for rate in (self.slowest, self.fastest)):
            raise ValueError("slowest and fastest are changes of pressure in kPa/min, above 0")
        return self


class Chamber(BaseModel):
    """A kind of chamber, or oxygen without one.

    Attributes
    ----------
    id, label : str
    kind : str
        ``monoplace``, ``multiplace``, ``soft``, ``rodent``, or ``mask`` (no chamber).
    place : str
        Where it stands: ``hospital``, ``community``, ``home`` or ``laboratory``.
    subjects : tuple of str
        Whom it is for.
    occupants : Cited or None
        How many at most.
    maximum_ata : Cited
        Highest absolute pressure (ATA).
    gases : tuple of str
        What can be breathed in it: ``oxygen``, ``air`` (with the oxygen off), ``mixtures`` (any other fraction).
    delivery : str
        How oxygen comes: ``chamber`` (the chamber is filled with it), ``mask``, ``hood``, ``concentrator``, ``none``.
    fio2 : InspiredOxygen
    chamber_oxygen : Cited or None
        Oxygen in the chamber air (percent); None where the chamber is filled with the gas that is breathed.
    air_breaks : BreaksOnAir
    compression : Compression
    supervision : Statement or None
    regulation : tuple of Statement
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str
    kind: Kind
    place: Place
    subjects: Annotated[tuple[Animal, ...], Field(min_length=1)]
    occupants: Number | None = None
    maximum_ata: Number
    gases: Annotated[tuple[Gas, ...], Field(min_length=1)]
    delivery: Delivery
    fio2: InspiredOxygen
    chamber_oxygen: Number | None = None
    air_breaks: BreaksOnAir
    compression: Compression = Compression()
    supervision: Statement | None = None
    regulation: tuple[Statement, ...] = ()

    @model_validator(mode="after")
    def _makes_sense(self) -> Chamber:
        if self.maximum_ata.value < 1:
            raise ValueError("maximum_ata is the absolute pressure in ATA, 1 or more")
        if "oxygen" not in self.gases and self.fio2.most.value > number("oxygen.fio2_air"):
            raise ValueError("where oxygen is not among the gases, fio2.most is that of air")
        if (self.delivery == "chamber") != (self.chamber_oxygen is None):
            raise ValueError("chamber_oxygen is left out where delivery is chamber, and given everywhere else")
        return self

    def source_keys(self) -> list[str]:
        """List the keys of the papers and facts behind it, sorted."""
        return sorted({key for part in self._cited() for key in part.sources})

    def _cited(self) -> Iterator[Cited | Statement | BreaksOnAir]:
        numbers = (self.occupants, self.maximum_ata, self.fio2.least, self.fio2.most, self.chamber_oxygen)
        rates = (self.compression.slowest, self.compression.fastest)
        said = (self.air_breaks, self.supervision, *self.regulation)
        yield from (part for part in (*numbers, *rates, *said) if part is not None)


Equipment = Mapping[str, Chamber]
"""Chambers by id."""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    chambers: tuple[Chamber, ...]


@cache
def load_equipment() -> Equipment:
    """Read the catalogue of chambers, by id.

    Raises
    ------
    EvidenceError
        When the file is malformed, an id stands twice, or a source is not known.
    """
    document = read_document(str(files("allodyne.safety") / "equipment.yaml"), EvidenceError)
    found: dict[str, Chamber] = {}
    for index, one in enumerate(parse_document(document, _File, EvidenceError).chambers):
        if one.id in found:
            raise EvidenceError(f"The chamber {one.id!r} stands there twice.", document.where(("chambers", index)))
        for key in one.source_keys():
            source(key)
        found[one.id] = one
    return found


def chamber(name: str, catalogue: Equipment, where: str | None = None) -> Chamber:
    """Look up one chamber.

    Parameters
    ----------
    name : str
    catalogue : mapping of str to Chamber
    where : str, optional
        Where the name was read, for the message.

    Raises
    ------
    UserError
        When there is none of that id; the message offers the nearest ids.
    """
    if name not in catalogue:
        hint = f"{nearest(name, catalogue)} `allodyne equipment` lists them; an own file of rules can add one."
        raise UserError(f"There is no chamber {name!r}.", where, hint.strip())
    return catalogue[name]


def named_chamber(one: Planned, catalogue: Equipment) -> Chamber | None:
    """The chamber that an entry names; None where it names none.

    Raises
    ------
    UserError
        When there is none of that id.
    """
    name = one.plan.chamber if isinstance(one.plan, Hbot) else None
    return None if name is None else chamber(name, catalogue, f"arm {one.arm}, entry {one.entry}, field chamber")


def own_chambers(given: Mapping[str, Mapping[str, Any]], document: Document) -> Equipment:
    """Read chambers that a user describes.

    Parameters
    ----------
    given : mapping of str to mapping
        By id; the fields of a `Chamber` without the id. A plain number counts as an assumption.
    document : Document
        The file that they stand in, below ``chambers``, for messages.

    Returns
    -------
    mapping of str to Chamber

    Raises
    ------
    UserError
        When a field is wrong or missing, a source is not known, or the id is one of the catalogue.
    """
    return {name: _own(name, fields, document) for name, fields in given.items()}


def _own(name: str, fields: Mapping[str, Any], document: Document) -> Chamber:
    where = document.where(("chambers", name))
    if name in load_equipment():
        raise UserError(f"The chamber {name!r} is in the catalogue already.", where, "Give the own one another id.")
    try:
        one = Chamber.model_validate({**fields, "id": name})
    except ValidationError as problem:
        first = problem.errors(include_url=False)[0]
        place = ("chambers", name, *(part for part in first["loc"] if not str(part).startswith("function-")))
        raise UserError(f"{first['msg']}.", document.where(place), _hint(first["loc"])) from None
    for key in one.source_keys():
        try:
            source(key)
        except AllodyneError as problem:
            raise UserError(problem.message, where, problem.remedy) from None
    return one


def _hint(place: tuple[int | str, ...]) -> str:
    known = [name for name in Chamber.model_fields if name != "id"]
    field = str(place[0]) if place else ""
    if field in known:
        return f"`allodyne equipment --json` shows {field} in the shipped chambers."
    return nearest(field, known) or f"Fields of a chamber: {', '.join(known)}."
