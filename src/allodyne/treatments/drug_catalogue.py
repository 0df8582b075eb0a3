"""The catalogue of drugs and blockers: kinetics, potency and actions, from ``drugs.yaml`` and ``drugs_*.yaml``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from allodyne.documents import parse_document, read_document
from allodyne.errors import EvidenceError, StudyError, nearest
from allodyne.evidence.cited import Cited
from allodyne.network.schema import Basis

RouteName = Literal["ip", "po", "iv", "sc", "im", "topical", "intrathecal", "icv", "local"]
Animal = Literal["rat", "mouse", "human"]
LOCAL_ROUTES = ("intrathecal", "icv", "local")
"""Routes that are dosed by the amount injected (ug), in every species."""


class HalfEffectDose(BaseModel):
    """The dose whose peak concentration gives half of the largest effect.

    Per body weight (animals), as the amount of one dose (people), or as the amount injected locally.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    mg_kg: Annotated[float | None, Field(gt=0)] = None
    mg: Annotated[float | None, Field(gt=0)] = None
    ug: Annotated[float | None, Field(gt=0)] = None
    basis: Literal["measured", "derived", "assumption"]
    sources: tuple[str, ...] = ()
    note: str = ""

    @model_validator(mode="after")
    def _supported(self) -> HalfEffectDose:
        if sum(size is not None for size in (self.mg_kg, self.mg, self.ug)) != 1:
            raise ValueError("give exactly one of mg_kg, mg and ug")
        Cited(value=self.size, basis=self.basis, sources=self.sources, note=self.note)
        return self

    @property
    def size(self) -> float:
        """The dose in `unit`."""
        return self.mg_kg or self.mg or self.ug or 0.0

    @property
    def unit(self) -> str:
        """``mg/kg``, ``mg`` or ``ug``."""
        return "mg/kg" if self.mg_kg is not None else "mg" if self.mg is not None else "ug"


class Route(BaseModel):
    """One way of giving a drug to one animal, or to people.

    `half_saturating_dose_mg` stands where uptake saturates: the dose of which half as much is taken up as would be
    without saturation.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    route: RouteName
    animal: Animal
    half_effect_dose: HalfEffectDose
    absorption_half_life_h: Cited | None = None
    half_life_h: Cited | None = None
    half_saturating_dose_mg: Cited | None = None

    @model_validator(mode="after")
    def _dosed_as_usual(self) -> Route:
        unit = "ug" if self.route in LOCAL_ROUTES else "mg" if self.animal == "human" else "mg/kg"
        if self.half_effect_dose.unit != unit:
            raise ValueError(f"the route {self.route} is dosed in {unit} in the {self.animal}")
        return self

    def taken_up(self, dose: float) -> float:
        """Give the dose that would lead to the same concentration if uptake did not saturate."""
        saturating = self.half_saturating_dose_mg
        return dose if saturating is None else dose / (1 + dose / saturating.value)


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
    people_size: Cited | None = None

    @model_validator(mode="after")
    def _possible(self) -> DrugAction:
        sizes = [self.size, *([self.people_size.value] if self.people_size else [])]
        if self.kind == "block" and not all(0 < size <= 1 for size in sizes):
            raise ValueError("a block removes a share between 0 and 1")
        if not self.sources and self.basis != "assumption":
            raise ValueError(f"an action with the basis {self.basis} needs a source")
        return self

    def size_in(self, animal: str) -> float:
        """Give the size in an animal or, where it differs, in people."""
        return self.people_size.value if animal == "human" and self.people_size else self.size


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

    @model_validator(mode="after")
    def _has_half_lives(self) -> Drug:
        for animal in ("rat", "human"):
            needed = any(way.half_life_h is None for way in self.routes_in(animal))
            if needed and not self._half_lives(animal):
                who = "people and no half-life in them" if animal == "human" else "animals and no half-life in one"
                raise ValueError(f"{self.id} has a route for {who}")
        return self

    def routes_in(self, animal: str) -> tuple[Route, ...]:
        """List the routes that serve an animal: people have their own, rat and mouse serve each other."""
        return tuple(way for way in self.routes if (way.animal == "human") == (animal == "human"))

    def route(self, name: str, animal: str) -> Route | None:
        """Find how the drug is given by a route: in the animal if known, else (rat and mouse) in the other one."""
        found = [way for way in self.routes_in(animal) if way.route == name]
        return next((way for way in found if way.animal == animal), found[0] if found else None)

    def half_life_in(self, animal: str) -> Cited:
        """Give the half-life in the blood, which rat and mouse take from each other where one is not known."""
        known = self._half_lives(animal)
        return known.get(animal, next(iter(known.values())))

    def _half_lives(self, animal: str) -> dict[str, Cited]:
        return {name: one for name, one in self.half_life_h.items() if (name == "human") == (animal == "human")}

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
    mg: Cited
    ug: Cited


class InPeople(BaseModel):
    """What another file says about people for a drug whose entry stands elsewhere.

    `people_size` holds the size of the action on each species where it differs from that in animals.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    drug: str
    half_life_h: Cited
    routes: Annotated[tuple[Route, ...], Field(min_length=1)]
    people_size: Mapping[str, Cited] = {}

    @model_validator(mode="after")
    def _about_people(self) -> InPeople:
        if any(way.animal != "human" for way in self.routes):
            raise ValueError("the routes below people are those of people (animal: human)")
        return self


class Supplement(BaseModel):
    """A file ``drugs_*.yaml``: more drugs, and what people add to drugs of any file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    drugs: tuple[Drug, ...] = ()
    people: tuple[InPeople, ...] = ()


class Catalogue(BaseModel):
    """All files together."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kinetics: Kinetics
    limits: Limits
    drugs: tuple[Drug, ...]


@cache
def load_catalogue() -> Catalogue:
    """Read ``drugs.yaml`` and every ``drugs_*.yaml`` beside it."""
    return read_catalogue(Path(str(files("allodyne.treatments"))))


def read_catalogue(folder: Path) -> Catalogue:
    """Read the catalogue of a folder.

    Parameters
    ----------
    folder : Path
        Holds ``drugs.yaml`` (with the rules for all drugs) and any number of ``drugs_*.yaml``.

    Raises
    ------
    EvidenceError
        When a file is malformed, an id stands twice, or people are added to a drug or species that is not there.
    """
    main = parse_document(read_document(folder / "drugs.yaml", EvidenceError), Catalogue, EvidenceError)
    drugs: dict[str, Drug] = {}
    _add_drugs(drugs, main.drugs, folder / "drugs.yaml")
    added = {
        path: parse_document(read_document(path, EvidenceError), Supplement, EvidenceError)
        for path in sorted(folder.glob("drugs_*.yaml"))
    }
    for path, more in added.items():
        _add_drugs(drugs, more.drugs, path)
    for path, more in added.items():
        for entry in more.people:
            drugs[entry.drug] = _with_people(drugs, entry, path)
    return main.model_copy(update={"drugs": tuple(drugs.values())})


def _add_drugs(drugs: dict[str, Drug], more: tuple[Drug, ...], path: Path) -> None:
    for drug in more:
        if drug.id in drugs:
            raise EvidenceError(f"The drug {drug.id!r} stands there twice.", str(path), "Rename or remove one of them.")
        drugs[drug.id] = drug


def _with_people(drugs: Mapping[str, Drug], entry: InPeople, path: Path) -> Drug:
    drug = drugs.get(entry.drug)
    if drug is None:
        raise EvidenceError(f"There is no drug {entry.drug!r}.", str(path), nearest(entry.drug, drugs))
    if drug.routes_in("human"):
        raise EvidenceError(f"People are added to {entry.drug!r} twice.", str(path), "Keep one of the entries.")
    targets = [action.species for action in drug.actions]
    for species in entry.people_size:
        if species not in targets:
            raise EvidenceError(
                f"{drug.label} does not act on {species!r}.", f"{path}, people_size", nearest(species, targets)
            )
    actions = [{**dict(action), "people_size": entry.people_size.get(action.species)} for action in drug.actions]
    fields = {
        **drug.model_dump(by_alias=True),
        "half_life_h": {**drug.half_life_h, "human": entry.half_life_h},
        "routes": (*drug.routes, *entry.routes),
        "actions": actions,
    }
    try:
        return Drug.model_validate(fields)
    except ValidationError as problem:
        raise EvidenceError(f"{drug.label}: {problem.errors()[0]['msg']}.", str(path)) from None


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
