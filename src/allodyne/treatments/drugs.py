"""Drugs and blockers: dose -> concentration over time -> actions on the network."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from allodyne.errors import StudyError, nearest
from allodyne.evidence.cited import Cited
from allodyne.network.actions import Action
from allodyne.signals import Signal
from allodyne.treatments.drug_catalogue import (
    LOCAL_ROUTES,
    Drug,
    HalfEffectDose,
    Route,
    find_drug,
    load_catalogue,
    load_drugs,
)
from allodyne.treatments.quantities import parse
from allodyne.treatments.timing import Session, Timing, clock, spans, valid_clock

__all__ = ["DrugCourse", "concentration_terms", "drug_actions", "find_drug", "load_drugs"]

ANIMALS = ("rat", "mouse", "human")
ROUTES = ("ip", "po", "iv", "sc", "im", "topical", *LOCAL_ROUTES)
NOMINAL_MINUTES = 1.0
_HOURS_PER_DAY = 24.0
_WEIGHT_UNITS = {"mg/kg": 1.0, "ug/kg": 1e-3, "g/kg": 1e3}
_PEOPLE_UNITS = {"mg": 1.0, "ug": 1e-3, "g": 1e3}
_LOCAL_UNITS = {"ug": 1.0, "ng": 1e-3, "mg": 1e3}
_FIELDS = {"dose_mg_kg": "mg/kg", "dose_mg": "mg", "dose_ug": "ug"}
_WHOSE = {"mg/kg": " (animals)", "mg": " (people)"}
_ROUTE_WORDS = {
    "oral": "po",
    "intraperitoneal": "ip",
    "subcutaneous": "sc",
    "intravenous": "iv",
    "intramuscular": "im",
    "patch": "topical",
    "it": "intrathecal",
    "intracerebroventricular": "icv",
}


def drug_actions(names: Iterable[str], animal: str = "rat") -> list[Action]:
    """Gather the actions of several drugs, each drug once.

    Parameters
    ----------
    names : iterable of str
        Ids, labels or aliases.
    animal : {"rat", "mouse", "human"}
        In people an action may have another size.

    Returns
    -------
    list of Action
        In the order of first mention. Species at which a drug is less potent are driven by drives of their own, such as
        ``drug:naloxone:x0.1``, which carry a tenth of the concentration.
    """
    drugs = {drug.id: drug for drug in map(find_drug, names)}
    return [
        Action(drug.drive(action.relative_potency), action.species, action.kind, action.size_in(animal))
        for drug in drugs.values()
        for action in drug.actions
    ]


def concentration_terms(peak: float, absorption_half_life: float, half_life: float) -> tuple[tuple[float, float], ...]:
    """Write the concentration after one dose as a sum of exponentials.

    One compartment with first-order absorption: ``C(t) = peak * g(t) / max g``, ``g(t) = exp(-ke t) - exp(-ka t)``;
    with an absorption half-life of 0, ``C(t) = peak * exp(-ke t)``.

    Parameters
    ----------
    peak : float
        Largest concentration as a multiple of that of half effect.
    absorption_half_life, half_life : float
        Days; they must differ.

    Returns
    -------
    tuple of (float, float)
        Amplitudes and decay rates (1/day).
    """
    out = math.log(2) / half_life
    if absorption_half_life == 0:
        return ((peak, out),)
    into = math.log(2) / absorption_half_life
    time = math.log(into / out) / (into - out)
    height = math.exp(-out * time) - math.exp(-into * time)
    return ((peak / height, out), (-peak / height, into))


def _known_drug(name: str) -> str:
    try:
        return find_drug(name).id
    except StudyError as problem:
        raise ValueError(f"{problem.message} {problem.remedy}") from None


def _known_route(name: str) -> str:
    route = _route_of(name)
    if route not in ROUTES:
        raise ValueError(f"there is no route {name!r}; {nearest(name, [*ROUTES, *_ROUTE_WORDS])}")
    return route


def _route_of(name: str) -> str:
    plain = name.lower().replace(".", "").strip()
    return _ROUTE_WORDS.get(plain, plain)


def _used_in_people() -> str:
    return ", ".join(drug.label for drug in load_drugs().values() if drug.routes_in("human"))


class DrugCourse(Timing):
    """Doses of one drug.

    Parameters
    ----------
    name : str
        Id, label or alias of the drug; the id is kept.
    dose_mg_kg : float, optional
        Each dose per body weight (animals); or `dose_mg`, or `dose_ug`; or `dose`, a text such as ``"50 mg/kg"``.
    dose_mg : float, optional
        Each dose (people).
    dose_ug : float, optional
        Each dose as the amount that is injected locally.
    route : str
        ip, po (oral), iv, sc, im, topical, intrathecal, icv or local.
    at : str
        Time of the first dose of a day; by default half an hour before the sessions of other treatments.
    """

    name: Annotated[str, AfterValidator(_known_drug)]
    dose_mg_kg: Annotated[float | None, Field(gt=0)] = None
    dose_mg: Annotated[float | None, Field(gt=0)] = None
    dose_ug: Annotated[float | None, Field(gt=0)] = None
    route: Annotated[str, AfterValidator(_known_route)]
    at: Annotated[str, BeforeValidator(clock), AfterValidator(valid_clock)] = "09:30"

    @model_validator(mode="before")
    @classmethod
    def _read_dose(cls, data: Any) -> Any:
        if not isinstance(data, Mapping) or "dose" not in data:
            return data
        given = dict(data)
        text = given.pop("dose")
        if not isinstance(text, str):
            raise ValueError(
                f"{text!r} has no unit; write for example '{text} mg/kg' (animals) or '{text} mg' (people)"
            )
        local = _route_of(str(given.get("route", ""))) in LOCAL_ROUTES
        field, units = ("dose_ug", _LOCAL_UNITS) if local else ("dose_mg", _PEOPLE_UNITS)
        if "/" in text:
            field, units = "dose_mg_kg", _WEIGHT_UNITS
        if field in given:
            raise ValueError(f"dose and {field} say the same; give one of them")
        given[field] = parse(text, units)
        return given

    @field_validator(*_FIELDS)
    @classmethod
    def _within_limits(cls, value: float | None, info: Any) -> float | None:
        unit = _FIELDS[info.field_name]
        limit = getattr(load_catalogue().limits, info.field_name.removeprefix("dose_"))
        if value is not None and value > limit.value:
            raise ValueError(
                f"{value:g} is out of range: more than 0 to {limit.value:g} {unit} is accepted ({limit.note})"
            )
        return value

    @model_validator(mode="after")
    def _dose_suits_route(self) -> DrugCourse:
        if sum(getattr(self, field) is not None for field in _FIELDS) != 1:
            raise ValueError("exactly one of dose_mg_kg and dose_ug, or for people dose_mg, is needed")
        ways = [way for way in self.drug.routes if way.route == self.route]
        if not ways:
            routes = ", ".join(dict.fromkeys(way.route for way in self.drug.routes))
            raise ValueError(f"nothing is known of {self.drug.label} by the route {self.route}; known routes: {routes}")
        units = list(dict.fromkeys(way.half_effect_dose.unit for way in ways))
        if self._unit not in units:
            known = " or ".join(f"{unit}{_WHOSE.get(unit, '')}" for unit in units)
            raise ValueError(f"{self.drug.label} {self.route} is dosed in {known}, not in {self._unit}{self._or_who()}")
        return self

    def _or_who(self) -> str:
        """Name the drugs that people can be given, where this one has no route for them."""
        if self._unit != "mg" or self.drug.routes_in("human"):
            return ""
        return f"; no route for people is known, as it is for {_used_in_people()}"

    @property
    def drug(self) -> Drug:
        """The drug of the catalogue."""
        return load_drugs()[self.name]

    @property
    def dose_size(self) -> float:
        """One dose in mg/kg, mg or ug."""
        return self.dose_mg_kg or self.dose_mg or self.dose_ug or 0.0

    @property
    def _unit(self) -> str:
        return next(unit for field, unit in _FIELDS.items() if getattr(self, field) is not None)

    def _way(self, animal: str) -> Route:
        if animal not in ANIMALS:
            raise StudyError(f"No drug kinetics are known for {animal!r}.", remedy=nearest(animal, ANIMALS))
        way = self.drug.route(self.route, animal)
        if way is None:
            raise self._no_way(animal)
        unit = way.half_effect_dose.unit
        if unit != self._unit:
            field = next(name for name, known in _FIELDS.items() if known == unit)
            raise StudyError(
                f"In the {animal}, {self.drug.label} {self.route} is dosed in {unit}, not in {self._unit}.",
                remedy=f"Write {field}, or a text such as dose: '{way.half_effect_dose.size:g} {unit}'"
                + (" (the amount of each dose)." if unit == "mg" else "."),
            )
        return way

    def _no_way(self, animal: str) -> StudyError:
        where = "in people (species 'human')" if animal == "human" else f"in the {animal}"
        routes = ", ".join(dict.fromkeys(way.route for way in self.drug.routes_in(animal)))
        if routes:
            return StudyError(
                f"Nothing is known of {self.drug.label} by the route {self.route} {where}.",
                remedy=f"Known routes there: {routes}.",
            )
        if animal == "human":
            remedy = f"Drugs that people can be given: {_used_in_people()}."
        else:
            remedy = "Its kinetics are known in people only (species: human)."
        return StudyError(f"Nothing is known of {self.drug.label} {where}.", remedy=remedy)

    def _dose_per_half_effect(self, animal: str) -> float:
        way = self._way(animal)
        return way.taken_up(self.dose_size) / way.taken_up(self._half_effect(animal))

    def _half_effect(self, animal: str) -> float:
        way = self._way(animal)
        size = way.half_effect_dose.size
        if way.animal == animal or way.half_effect_dose.ug is None:
            return size
        ratio = load_catalogue().kinetics.mouse_local_dose.value
        return size * ratio if animal == "mouse" else size / ratio

    def _half_life(self, animal: str) -> Cited:
        way, kinetics = self._way(animal), load_catalogue().kinetics
        if way.half_life_h is not None:
            return way.half_life_h
        if way.route in kinetics.local_half_life_h and not self.drug.same_everywhere:
            return kinetics.local_half_life_h[way.route]
        return self.drug.half_life_in(animal)

    def _absorption(self, animal: str) -> Cited:
        way = self._way(animal)
        return way.absorption_half_life_h or load_catalogue().kinetics.absorption_half_life_h[way.route]

    def sessions(self, animal: str) -> list[Session]:
        """List the doses as sessions of a nominal minute."""
        self._way(animal)
        starts = self.starts()
        label = f"{self.drug.label} {self.dose_size:g} {self._unit} {self.route}"
        return spans("drug", starts, NOMINAL_MINUTES, [label] * len(starts))

    def signals(self, animal: str) -> list[Signal]:
        """Give the concentration over the course as multiples of the concentration of half effect.

        Each signal runs from one dose to the next and carries what is left of all doses before; the last has no end.
        A drug that is less potent at some species has one more series of signals for each such potency.

        Parameters
        ----------
        animal : {"rat", "mouse", "human"}

        Returns
        -------
        list of Signal
        """
        potencies = dict.fromkeys(action.relative_potency for action in self.drug.actions)
        return [signal for potency in potencies for signal in self._series(animal, potency)]

    def _series(self, animal: str, potency: float) -> list[Signal]:
        fresh = concentration_terms(
            potency * self._dose_per_half_effect(animal),
            self._absorption(animal).value / _HOURS_PER_DAY,
            self._half_life(animal).value / _HOURS_PER_DAY,
        )
        drive, starts = self.drug.drive(potency), self.starts()
        left = [0.0] * len(fresh)
        series = []
        for index, start in enumerate(starts):
            gap = start - starts[index - 1] if index else 0.0
            left = [old * math.exp(-rate * gap) + new for old, (new, rate) in zip(left, fresh, strict=True)]
            terms = tuple((size, rate) for size, (_, rate) in zip(left, fresh, strict=True))
            series.append(Signal(drive, start, starts[index + 1] if index + 1 < len(starts) else math.inf, 0.0, terms))
        return series

    def doses(self, animal: str) -> list[tuple[str, str]]:
        """Say in words what is given."""
        count = len(self.starts())
        peak = self._dose_per_half_effect(animal)
        return [
            ("dose", f"{self.dose_size:g} {self._unit} {self.route}"),
            ("doses", f"{count}"),
            ("total dose", f"{count * self.dose_size:g} {self._unit}"),
            ("peak after one dose", f"{peak:.3g} times half effect (occupancy {peak / (1 + peak):.0%})"),
            ("half-life", f"{self._half_life(animal).value:g} h"),
        ]

    def source_keys(self, animal: str) -> list[str]:
        """List the keys of all papers and facts behind the numbers used, sorted."""
        way, actions = self._way(animal), self.drug.actions
        numbers: list[Cited | HalfEffectDose] = [
            self._half_life(animal),
            self._absorption(animal),
            way.half_effect_dose,
        ]
        if way.half_saturating_dose_mg:
            numbers.append(way.half_saturating_dose_mg)
        if animal == "human":
            numbers += [action.people_size for action in actions if action.people_size]
        keys = {key for number in numbers for key in number.sources}
        return sorted(keys | {key for action in actions for key in action.sources})
