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
from allodyne.treatments.drug_catalogue import Drug, Route, find_drug, load_catalogue, load_drugs
from allodyne.treatments.quantities import parse
from allodyne.treatments.timing import Session, Timing, clock, spans, valid_clock

__all__ = ["DrugCourse", "concentration_terms", "drug_actions", "find_drug", "load_drugs"]

ANIMALS = ("rat", "mouse")
ROUTES = ("ip", "po", "iv", "sc", "intrathecal", "icv", "local")
NOMINAL_MINUTES = 1.0
_HOURS_PER_DAY = 24.0
_WEIGHT_UNITS = {"mg/kg": 1.0, "ug/kg": 1e-3, "g/kg": 1e3}
_MASS_UNITS = {"ug": 1.0, "ng": 1e-3, "mg": 1e3}
_ROUTE_WORDS = {
    "oral": "po",
    "intraperitoneal": "ip",
    "subcutaneous": "sc",
    "intravenous": "iv",
    "it": "intrathecal",
    "intracerebroventricular": "icv",
}


def drug_actions(names: Iterable[str]) -> list[Action]:
    """Gather the actions of several drugs, each drug once.

    Parameters
    ----------
    names : iterable of str
        Ids, labels or aliases.

    Returns
    -------
    list of Action
        In the order of first mention. Species at which a drug is less potent are driven by drives of their own, such as
        ``drug:naloxone:x0.1``, which carry a tenth of the concentration.
    """
    drugs = {drug.id: drug for drug in map(find_drug, names)}
    return [
        Action(drug.drive(action.relative_potency), action.species, action.kind, action.size)
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
    plain = name.lower().replace(".", "").strip()
    route = _ROUTE_WORDS.get(plain, plain)
    if route not in ROUTES:
        raise ValueError(f"there is no route {name!r}; {nearest(name, [*ROUTES, *_ROUTE_WORDS])}")
    return route


class DrugCourse(Timing):
    """Doses of one drug.

    Parameters
    ----------
    name : str
        Id, label or alias of the drug; the id is kept.
    dose_mg_kg : float, optional
        Each dose per body weight; or `dose_ug`, the amount injected locally; or `dose`, a text such as ``"50 mg/kg"``.
    route : str
        ip, po (oral), iv, sc, intrathecal, icv or local.
    at : str
        Time of the first dose of a day; by default half an hour before the sessions of other treatments.
    """

    name: Annotated[str, AfterValidator(_known_drug)]
    dose_mg_kg: Annotated[float | None, Field(gt=0)] = None
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
            raise ValueError(f"{text!r} has no unit; write for example '{text} mg/kg'")
        per_weight = "/" in text
        given["dose_mg_kg" if per_weight else "dose_ug"] = parse(text, _WEIGHT_UNITS if per_weight else _MASS_UNITS)
        return given

    @field_validator("dose_mg_kg", "dose_ug")
    @classmethod
    def _within_limits(cls, value: float | None, info: Any) -> float | None:
        limits = load_catalogue().limits
        limit, unit = (limits.mg_kg, "mg/kg") if info.field_name == "dose_mg_kg" else (limits.ug, "ug")
        if value is not None and value > limit.value:
            raise ValueError(
                f"{value:g} is out of range: more than 0 to {limit.value:g} {unit} is accepted ({limit.note})"
            )
        return value

    @model_validator(mode="after")
    def _dose_suits_route(self) -> DrugCourse:
        if (self.dose_mg_kg is None) == (self.dose_ug is None):
            raise ValueError("exactly one of dose_mg_kg and dose_ug is needed")
        known = self.drug.route(self.route, "rat")
        if known is None:
            routes = ", ".join(dict.fromkeys(route.route for route in self.drug.routes))
            raise ValueError(f"nothing is known of {self.drug.label} by the route {self.route}; known routes: {routes}")
        if known.half_effect_dose.unit != self._unit:
            raise ValueError(
                f"{self.drug.label} {self.route} is dosed in {known.half_effect_dose.unit}, not in {self._unit}"
            )
        return self

    @property
    def drug(self) -> Drug:
        """The drug of the catalogue."""
        return load_drugs()[self.name]

    @property
    def dose_size(self) -> float:
        """One dose in mg/kg or ug."""
        return self.dose_mg_kg or self.dose_ug or 0.0

    @property
    def _unit(self) -> str:
        return "ug" if self.dose_mg_kg is None else "mg/kg"

    def _way(self, animal: str) -> Route:
        if animal not in ANIMALS:
            raise StudyError(f"No drug kinetics are known for {animal!r}.", remedy=nearest(animal, ANIMALS))
        way = self.drug.route(self.route, animal)
        assert way is not None
        return way

    def _half_effect(self, animal: str) -> float:
        way = self._way(animal)
        size = way.half_effect_dose.mg_kg or way.half_effect_dose.ug or 0.0
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
        known = dict(self.drug.half_life_h)
        return next((value for name, value in known.items() if name == animal), next(iter(known.values())))

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
        animal : {"rat", "mouse"}

        Returns
        -------
        list of Signal
        """
        potencies = dict.fromkeys(action.relative_potency for action in self.drug.actions)
        return [signal for potency in potencies for signal in self._series(animal, potency)]

    def _series(self, animal: str, potency: float) -> list[Signal]:
        fresh = concentration_terms(
            potency * self.dose_size / self._half_effect(animal),
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
        peak = self.dose_size / self._half_effect(animal)
        return [
            ("dose", f"{self.dose_size:g} {self._unit} {self.route}"),
            ("doses", f"{count}"),
            ("total dose", f"{count * self.dose_size:g} {self._unit}"),
            ("peak after one dose", f"{peak:.3g} times half effect (occupancy {peak / (1 + peak):.0%})"),
            ("half-life", f"{self._half_life(animal).value:g} h"),
        ]

    def source_keys(self, animal: str) -> list[str]:
        """List the keys of all papers and facts behind the numbers used, sorted."""
        numbers = (self._half_life(animal), self._absorption(animal), self._way(animal).half_effect_dose)
        keys = {key for number in numbers for key in number.sources}
        return sorted(keys | {key for action in self.drug.actions for key in action.sources})
