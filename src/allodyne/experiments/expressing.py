"""Findings become experiments, or say why not."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from allodyne.animals import IN_PEOPLE
from allodyne.errors import UserError
from allodyne.experiments.comparisons import gain_of, other_group
from allodyne.experiments.defaults import load_defaults
from allodyne.experiments.doses import blocker_plan, drug_of, longest_weeks, people_course, usual_weeks
from allodyne.experiments.experiment import Experiment, Expressed, Reading, Side
from allodyne.experiments.inputs import sources_of_the_model
from allodyne.experiments.outcomes import CannotExpress, FoldOutcome, PeopleOutcome, fold_outcome, people_outcome
from allodyne.experiments.protocols import ends_of, plans_of
from allodyne.experiments.published import number_of
from allodyne.experiments.scenario import Scenario, plan_text
from allodyne.signals import MINUTES_PER_DAY
from allodyne.subjects.conditions import load_conditions

_LONGEST_REASON = 160
_TREATED_ALIKE = ("sham", "vehicle", "other", "drug", "unblocked")
"""Comparators whose group is treated in some way and so has the placebo response."""


def express(findings: Iterable[Mapping[str, Any]]) -> Expressed:
    """Turn findings into experiments.

    Parameters
    ----------
    findings : iterable of mapping
        In the form of the findings files.

    Returns
    -------
    Expressed
        What cannot be expressed carries its reason.
    """
    found = Expressed()
    beyond = load_defaults()["outside_the_model"]
    for finding in findings:
        name = str(finding["id"])
        found.findings[name] = finding
        variable = finding["outcome"]["variable"]
        if variable in beyond:
            found.outside[name] = f"{variable}: {beyond[variable]}"
            continue
        try:
            found.experiments.append(_experiment(finding))
        except (UserError, ValidationError, ValueError, TypeError, KeyError) as reason:
            found.refused[name] = _in_brief(reason)
    return found


def _in_brief(reason: Exception) -> str:
    if isinstance(reason, ValidationError):
        return str(reason.errors(include_url=False)[0]["msg"]).removeprefix("Value error, ")[:_LONGEST_REASON]
    text = reason.message if isinstance(reason, UserError) else str(reason)
    return text.splitlines()[0][:_LONGEST_REASON]


def _experiment(finding: Mapping[str, Any]) -> Experiment:
    animal = {"other": "rat"}.get(finding["species"], finding["species"])
    condition = _condition(finding, animal)
    left, right, time = _groups(finding, animal, condition)
    told = people_outcome(finding, condition) if animal == IN_PEOPLE else None
    if told is not None:
        sides = _people_sides(finding, told, left, right, time)
        number = None if told.proxy else number_of(finding, sides[0].measure, in_unit=True)
    else:
        outcome = fold_outcome(finding, animal)
        sides = _fold_sides(finding, outcome, left, right, time)
        number = number_of(finding, outcome.measure, outcome.healthy_unit)
    entry = other_group(finding["id"])
    if entry is not None and entry.direction_only:
        number = None
    direction = finding["result"].get("direction")
    if direction is None and number is None:
        raise CannotExpress(f"a {finding['kind']} of {finding['outcome']['variable']} in a form that is not simulated")
    return Experiment(
        finding["id"],
        finding["paper"],
        finding["kind"],
        animal,
        condition,
        therapy_of(finding),
        finding["outcome"]["variable"],
        *sides,
        direction,
        number,
        finding["paper"] in sources_of_the_model(),
    )


def therapy_of(finding: Mapping[str, Any]) -> str:
    """The treatments of a finding in a word: hbot, exercise, acupuncture, drug, their combination, or none."""
    names = sorted({name for entry in finding.get("treatments") or [] for name in entry})
    return " + ".join(names) if names else "none"


def _condition(finding: Mapping[str, Any], animal: str) -> str:
    """The condition of the model that stands for the published one."""
    defaults, published = load_defaults(), finding["condition"]
    note = str(finding.get("condition_note") or "").lower()
    table = defaults["people"]["conditions"] if animal == IN_PEOPLE else defaults["conditions"]
    by_note = table.get("by_note", {})
    told = [name for name, words in by_note.items() if published == "other" and any(w in note for w in words)]
    name = told[0] if told else table.get(published, published)
    if name not in load_conditions():
        raise CannotExpress(f"condition {published}" + (f" ({note[:60]})" if note and published == "other" else ""))
    if animal not in load_conditions()[name].animals:
        raise CannotExpress(f"condition {published} is not modelled in {animal}s")
    return str(name)


def _groups(finding: Mapping[str, Any], animal: str, condition: str) -> tuple[Scenario, Scenario | None, float]:
    """Both groups, and when they are assessed."""
    kind = finding["kind"]
    if kind == "comparison":
        left, right = _compared(finding, animal, condition)
        return left, right, _time(finding, ends_of(left), animal)
    shared, finding = _shared(finding, animal)
    plans, ends = plans_of(finding, animal)
    left, time = Scenario(animal, condition, plans), _time(finding, ends, animal)
    if kind == "rate":
        return left, None, time
    if kind == "injury":
        return left, Scenario(animal, "naive"), time
    if kind == "blocker":
        lacking = load_defaults()["knockouts"].get(finding["blocker"]["name"])
        blocked = plans if lacking else (*plans, blocker_plan(finding, left, time))
        return Scenario(animal, condition, blocked, lacking), left, time
    return left, Scenario(animal, condition, shared), time


def _compared(finding: Mapping[str, Any], animal: str, condition: str) -> tuple[Scenario, Scenario]:
    """Two treated groups: as the table of comparisons says, or against a drug that the comparator names."""
    entry = other_group(finding["id"])
    if entry is not None:
        return entry.groups(finding, animal, condition)
    plans, _ = plans_of(finding, animal)
    if animal != IN_PEOPLE or finding.get("comparator") not in ("drug", "standard_care"):
        raise CannotExpress("a comparison whose other group is told in words only")
    text = str(finding.get("comparator_text") or "")
    standard = load_defaults()["people"]["standard_drug"].get(condition)
    words = text.removesuffix(" alone")
    named = standard if finding["comparator"] == "standard_care" or "standard" in text else words
    if named is None:
        raise CannotExpress(f"no standard drug is known in {condition}")
    left = Scenario(animal, condition, plans)
    weeks = math.ceil(_time(finding, ends_of(left), animal) / 7)
    return left, Scenario(animal, condition, (plan_text("drug", people_course(drug_of(named), weeks)),))


def _shared(finding: Mapping[str, Any], animal: str) -> tuple[tuple[str, ...], Mapping[str, Any]]:
    """Plans that both groups of an add-on trial get, and the finding without those the model does not know."""
    text = str(finding.get("comparator_text") or "").lower()
    entries = list(finding.get("treatments") or [])
    if finding["kind"] != "treatment" or len(entries) < 2 or not text:
        return (), finding
    plans: list[str] = []
    kept = []
    for entry in entries:
        try:
            known, _ = plans_of({**finding, "treatments": [entry]}, animal)
        except (UserError, ValidationError, ValueError):
            if not _named(entry, text):
                raise
            continue
        kept.append(entry)
        plans += known if _named(entry, text) else ()
    return tuple(plans), {**finding, "treatments": kept}


def _named(entry: Mapping[str, Any], text: str) -> bool:
    """Whether a text names a treatment, and not as a sham."""
    (kind, fields), *_ = entry.items()
    words = {"drug": str(fields.get("name", "")).lower().split(" (")[0], "hbot": "hyperbaric"}
    return bool(re.search(rf"(?<!sham )(?<!sham electro){re.escape(words.get(kind, kind))}", text))


def _fold_sides(
    finding: Mapping[str, Any], outcome: FoldOutcome, left: Scenario, right: Scenario | None, time: float
) -> tuple[Side, Side | None]:
    species, measure = outcome.species, outcome.measure
    first = Side((Reading(left, species, time),), measure)
    if right is None:
        return first, None
    at_enrolment = left.animal == IN_PEOPLE and finding.get("comparator") == "baseline"
    entry = other_group(finding["id"])
    moved = entry.right_finding(finding, right) if entry else None
    other = 0.0 if at_enrolment else time if moved is None else _time(moved, ends_of(right), right.animal)
    if entry is not None and entry.relative:
        return gain_of(left, species, measure, time), gain_of(right, species, measure, other)
    return first, Side((Reading(right, species, other),), measure)


def _people_sides(
    finding: Mapping[str, Any], told: PeopleOutcome, left: Scenario, right: Scenario | None, time: float
) -> tuple[Side, Side | None]:
    kind, comparator = finding["kind"], finding.get("comparator")
    begins = [start for start, _ in left.sessions()]
    from_day = min(begins) if begins else 1.0
    treated, horizon = bool(finding.get("treatments")), _horizon(finding["outcome"])
    first = Side(_read(left, told, time), told.measure(time, from_day if treated else None, horizon))
    if right is None:
        return first, None
    if comparator == "baseline" and kind != "comparison":
        if told.form in ("rate", "free"):
            return first, Side(_read(right, told, time), told.measure(time, None, horizon))
        at_enrolment = told.measure(0.0, None)
        return first, Side(_read(right, told, 0.0), at_enrolment)
    alike = comparator in _TREATED_ALIKE or kind == "comparison"
    return first, Side(_read(right, told, time), told.measure(time, from_day if alike and treated else None, horizon))


def _horizon(outcome: Mapping[str, Any]) -> float | None:
    """Days over which events were counted, as far as they are stated."""
    weeks = outcome.get("weeks_of_treatment")
    return 7 * float(weeks) if weeks else outcome.get("time_days")


def _read(scenario: Scenario, told: PeopleOutcome, day: float) -> tuple[Reading, ...]:
    return tuple(Reading(scenario, told.species, one) for one in told.days(day))


def _time(finding: Mapping[str, Any], ends: list[float], animal: str) -> float:
    """When the outcome was read: shortly after a session on days that have one, else at the usual hour."""
    outcome, defaults = finding["outcome"], load_defaults()
    pause = defaults["after_session_minutes"] / MINUTES_PER_DAY
    hours, minutes = defaults["assessed_at"].split(":")
    clock = (int(hours) + int(minutes) / 60) / 24
    if outcome["variable"] in defaults["during"] and ends:
        return float(ends[-1] - pause / 3)
    after = outcome.get("days_after_last_session")
    soon = pause if after is None else _soon(float(after), finding, pause)
    day = _stated_day(outcome, ends, animal)
    if day is not None and day < 1:
        return day
    if day is not None:
        same_day = [end for end in ends if math.floor(end) == math.floor(day)]
        return max(same_day) + (soon if (after or 0) < 1 else pause) if same_day else math.floor(day) + clock
    if ends and (ends[-1] > 0 or animal == IN_PEOPLE):
        return ends[-1] + soon if (after or 0) < 1 else float(math.floor(ends[-1] + after)) + clock
    if animal == IN_PEOPLE:
        return usual_weeks(outcome["variable"]) * 7 + clock
    return float(defaults["outcome_day"]) + clock


def _soon(after: float, finding: Mapping[str, Any], pause: float) -> float:
    """Days from the end of a session to a reading some hours later; of a dose, from when it has had time to act."""
    wait = float(load_defaults()["after_dose_hours"]) / 24
    dosed = all("drug" in entry for entry in finding.get("treatments") or [])
    return max(pause, after) - wait if dosed else max(pause, after)


def _stated_day(outcome: Mapping[str, Any], ends: list[float], animal: str) -> float | None:
    """The day of the assessment as far as it is stated; trials count it from the start of treatment."""
    weeks = outcome.get("weeks_of_treatment")
    if animal != IN_PEOPLE:
        if "time_days" in outcome:
            return float(outcome["time_days"])
        within = bool(weeks and ends) and math.floor(ends[0]) + 7 * float(weeks or 0) < math.floor(ends[-1])
        return math.floor(ends[0]) + 7 * float(weeks or 0) if within else None
    if weeks is not None:
        day = 7 * min(float(weeks), longest_weeks(outcome["variable"]))
        last = math.floor(ends[-1]) if ends else day
        return float(last) if abs(last - day) <= 3 else day
    return float(outcome["time_days"]) if not ends and "time_days" in outcome else None
