"""The catalogue of drugs and blockers: kinetics, potency and actions, from ``drugs.yaml``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from allodyne.documents import parse_document, read_document
from allodyne.errors import EvidenceError, StudyError, nearest
from allodyne.evidence.cited import Cited
from allodyne.network.schema import Basis

RouteName = Literal["ip", "po", "iv", "sc", "intrathecal", "icv", "local"]
Animal = Literal["rat", "mouse"]


class HalfEffectDose(BaseModel):
    """The dose whose peak concentration gives half of the largest effect, per body weight or as an amount."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mg_kg: Annotated[float | None, Field(gt=0)] = None
    ug: Annotated[float | None, Field(gt=0)] = None
    basis: Literal["measured", "derived", "assumption"]
    sources: tuple[str, ...] = ()
    note: str = ""

    @model_validator(mode="after")
    def _supported(self) -> HalfEffectDose:
        if (self.mg_kg is None) == (self.ug is None):
            raise ValueError("give exactly one of mg_kg and ug")
        Cited(value=self.mg_kg or self.ug or 0.0, basis=self.basis, sources=self.sources, note=self.note)
        return self

    @property
    def unit(self) -> str:
        """``mg/kg`` or ``ug``."""
        return "ug" if self.mg_kg is None else "mg/kg"


class Route(BaseModel):
    """One way of giving a drug to one animal."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    route: RouteName
    animal: Animal
    half_effect_dose: HalfEffectDose
    absorption_half_life_h: Cited | None = None
    half_life_h: Cited | None = None


class DrugAction(BaseModel):
    """What a drug does to one species, and how that is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    species: str
    kind: Literal["block", "shift"]
    size: float
    relative_potency: Annotated[float, Field(gt=0, le=1)] = 1.0
    basis: Basis
    size_basis: Literal["measured", "derived", "assumption"]
    sources: tuple[str, ...] = ()
    note: str = ""

    @model_validator(mode="after")
    def _possible(self) -> DrugAction:
        if self.kind == "block" and not 0 < self.size <= 1:
            raise ValueError("a block removes a share between 0 and 1")
        if not self.sources and self.basis != "assumption":
            raise ValueError(f"an action with the basis {self.basis} needs a source")
        return self


class Drug(BaseModel):
    """One drug of the catalogue."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str
    aliases: tuple[str, ...] = ()
    drug_class: str = Field(alias="class")
    same_everywhere: bool = False
    half_life_h: Mapping[Animal, Cited]
    routes: tuple[Route, ...]
    actions: tuple[DrugAction, ...]

    def route(self, name: str, animal: str) -> Route | None:
        """Find how the drug is given by a route, in the animal if known, else in the other one."""
        found = [route for route in self.routes if route.route == name]
        return next((route for route in found if route.animal == animal), found[0] if found else None)

    def drive(self, relative_potency: float = 1.0) -> str:
        """Name the drive that carries the concentration as the species with this potency feel it."""
        return f"drug:{self.id}" if relative_potency == 1 else f"drug:{self.id}:x{relative_potency:g}"


class Kinetics(BaseModel):
    """Rules of the kinetics that hold for all drugs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    absorption_half_life_h: Mapping[RouteName, Cited]
    local_half_life_h: Mapping[RouteName, Cited]
    mouse_local_dose: Cited


class Limits(BaseModel):
    """The largest doses that are accepted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mg_kg: Cited
    ug: Cited


class Catalogue(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kinetics: Kinetics
    limits: Limits
    drugs: tuple[Drug, ...]


@cache
def load_catalogue() -> Catalogue:
    """Read the catalogue."""
    document = read_document(str(files("allodyne.treatments") / "drugs.yaml"), EvidenceError)
    return parse_document(document, Catalogue, EvidenceError)


@cache
def load_drugs() -> dict[str, Drug]:
    """Load the catalogue, by id."""
    return {drug.id: drug for drug in load_catalogue().drugs}


@cache
def _by_name() -> dict[str, Drug]:
    names: dict[str, Drug] = {}
    for drug in load_drugs().values():
        for name in (drug.id, drug.label, *drug.aliases):
            if names.setdefault(_plain(name), drug) is not drug:
                raise EvidenceError(f"{name!r} names both {drug.id} and {names[_plain(name)].id}.")
    return names


def _plain(name: str) -> str:
    # "rapamycin (mTOR inhibitor)" and "STO609" are written so in papers.
    return re.sub(r"[^a-z0-9]", "", re.sub(r"\(.*?\)", "", name).lower())


def find_drug(name: str) -> Drug:
    """Look up a drug by id, label or alias; case, hyphens and words in brackets do not matter.

    Raises
    ------
    StudyError
        When no drug is called so; the message offers the nearest names.
    """
    drug = _by_name().get(_plain(name))
    if drug is None:
        known = [word for entry in load_drugs().values() for word in (entry.label, *entry.aliases)]
        remedy = nearest(name, known) or f"Known drugs: {', '.join(entry.label for entry in load_drugs().values())}."
        raise StudyError(f"There is no drug {name!r}.", remedy=remedy)
    return drug
