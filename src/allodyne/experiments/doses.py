"""Drugs of published experiments: doses as printed, or the usual ones."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from allodyne.errors import StudyError
from allodyne.experiments.defaults import load_defaults, usual
from allodyne.experiments.scenario import Scenario, plan_text
from allodyne.treatments.drug_catalogue import Drug, Route, find_drug, load_catalogue

_ANALGESICS = frozenset(
    {
        "gabapentinoid",
        "opioid agonist",
        "opioid agonist and reuptake inhibitor",
        "serotonin and noradrenaline reuptake inhibitor",
        "tricyclic antidepressant",
        "adenosine A1 agonist",
    }
)
_ROUTES = {"oral": "po", "intraperitoneal": "ip"}
_MANY_DOSES = 8
"""A course of more sessions is blocked before its last one only; in published experiments so."""


def drug_of(text: str) -> Drug:
    """Find the drug that a text of a finding names, the first known one where it names several.

    Raises
    ------
    StudyError
        When none of them is known.
    """
    plain = re.sub(r"\s*\(.*?\)", "", text).strip()
    replaced = load_defaults()["drug_names"].get(plain, plain)
    candidates = [replaced, *re.split(r"/|,\s| or | and |\+", replaced)]
    for candidate in candidates:
        try:
            return find_drug(candidate.strip())
        except StudyError:
            continue
    return find_drug(replaced)


def dose_in_animals(fields: Mapping[str, Any], finding: Mapping[str, Any], animal: str) -> dict[str, Any]:
    """A drug course of an experiment in animals, as fields of a study file."""
    if "(no drug)" in str(fields["name"]):
        raise StudyError(f"{fields['name']} is none of the treatments of the model.")
    drug = drug_of(str(fields["name"]))
    time = finding["outcome"].get("time_days")
    last = int(load_defaults()["drug_day"] if time is None else time)
    course = 1 if drug.drug_class in _ANALGESICS else int(load_defaults()["tool_doses"])
    daily = re.search(r"daily from day (\d+)", str(fields.get("dose_text", "")))
    first = int(daily[1]) if daily else max(0, last - course + 1)
    dose = _animal_dose(drug, fields.get("route"), fields.get("dose_mg_kg"), animal)
    return dose | {"start_day": first, "sessions": last - first + 1}


def _animal_dose(drug: Drug, route: str | None, mg_kg: Any, animal: str) -> dict[str, Any]:
    """A dose of a drug; where it is not stated, a multiple of the half-effect dose by a route that is known."""
    ways: dict[str, Route] = {way.route: way for way in drug.routes_in(animal)}
    if not ways:
        raise StudyError(f"Nothing is known of {drug.label} in the {animal}.")
    wanted = _ROUTES.get(str(route), str(route))
    way = ways.get(wanted) or ways[next(iter(ways))]
    half, multiple = way.half_effect_dose, load_defaults()["drug_dose"]
    if half.ug is not None:
        borrowed = animal == "mouse" and way.animal != "mouse"
        scale = load_catalogue().kinetics.mouse_local_dose.value if borrowed else 1.0
        return {"name": drug.id, "route": way.route, "dose_ug": half.ug * multiple * scale}
    stated = float(half.mg_kg or 0.0) * multiple if mg_kg is None else _middle(mg_kg)
    return {"name": drug.id, "route": way.route, "dose_mg_kg": stated}


def dose_in_people(fields: Mapping[str, Any], finding: Mapping[str, Any]) -> str:
    """A drug course of a trial, or placebo, as an entry of an arm."""
    name = str(fields["name"])
    if "(no drug)" in name:
        raise StudyError(f"{name} is none of the treatments of the model.")
    weeks = _weeks(finding)
    if name == "placebo":
        return plan_text("placebo", {"weeks": weeks})
    drug = drug_of(name)
    return plan_text("drug", people_course(drug, weeks, fields))


def people_course(drug: Drug, weeks: float, fields: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The usual course of a drug in people, at the printed daily dose where there is one; fields of a study file."""
    ways = drug.routes_in("human")
    known = usual("drugs", "human").get(drug.id)
    if not ways or known is None:
        raise StudyError(f"Nothing is known of the use of {drug.label} in people.")
    course = dict(known)
    daily = _printed_daily(str((fields or {}).get("dose_text", "")))
    if daily is not None and "days" not in course:
        course["dose_mg"] = daily / course.get("per_day", 1)
    course |= {"name": drug.id} | ({} if "days" in course else {"weeks": weeks})
    if "days" in course:
        course["days"] = [day for day in course["days"] if day <= math.ceil(weeks * 7)] or course["days"][:1]
    return course


def _printed_daily(text: str) -> float | None:
    """Milligrams a day that a text states; the middle of a range."""
    low_high = re.search(r"(\d+(?:\.\d+)?) (?:to|or) (\d+(?:\.\d+)?) mg ?(?:/day|a day)", text)
    if low_high:
        return (float(low_high[1]) + float(low_high[2])) / 2
    daily = re.search(r"(\d+(?:\.\d+)?) mg ?(?:/day|a day)", text)
    return float(daily[1]) if daily else None


def _weeks(finding: Mapping[str, Any]) -> float:
    outcome = finding["outcome"]
    weeks = outcome.get("weeks_of_treatment") or usual_weeks(outcome["variable"])
    return min(float(weeks), longest_weeks(outcome["variable"]))


def longest_weeks(variable: str) -> float:
    """What trials show later is read then."""
    taken = load_defaults()["people"]
    return float(taken["events_weeks"] if _counts_events(variable) else taken["longest_weeks"])


def usual_weeks(variable: str) -> float:
    """How long trials of a variable last: those that count events longer than others."""
    taken = load_defaults()["people"]
    entry = taken["outcomes"].get(variable, {})
    return float(entry.get("weeks", taken["events_weeks"] if _counts_events(variable) else taken["drug_weeks"]))


def _counts_events(variable: str) -> bool:
    entry = load_defaults()["people"]["outcomes"].get(variable, {})
    return "rate" in entry or "free" in entry


def blocker_plan(finding: Mapping[str, Any], scenario: Scenario, time: float) -> str:
    """The blocker before every session of a course, or before the last one of a training; an entry of an arm."""
    blocker = finding["blocker"]
    starts = sorted({math.floor(start) for start, _ in scenario.sessions()})
    days = starts if len(starts) <= _MANY_DOSES else [math.floor(time)]
    stated = re.search(r"(\d+(?:\.\d+)?) ?mg/kg", str(blocker.get("dose_text") or ""))
    mg_kg = float(stated[1]) if stated else None
    dose = _animal_dose(drug_of(blocker["name"]), blocker.get("route"), mg_kg, scenario.animal)
    return plan_text("drug", dose | {"days": days})


def _middle(value: Any) -> float:
    return sum(value) / len(value) if isinstance(value, list) else float(value)
