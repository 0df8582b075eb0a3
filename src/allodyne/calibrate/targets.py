"""Published findings as targets: what was done to whom, what was measured, and what came out."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from allodyne.calibrate.protocols import Scenario, blocker_plan, load_defaults, plans_of
from allodyne.documents import read_document
from allodyne.endpoints.catalogue import load_endpoints
from allodyne.errors import UserError
from allodyne.evidence.papers import load_papers
from allodyne.network import load_network
from allodyne.signals import MINUTES_PER_DAY
from allodyne.subjects.conditions import load_conditions

TOPICS = ("hbot", "exercise", "acupuncture", "drugs", "injury", "central_extra")
_NOT_BEHAVIOUR = ("responder", "analgesia", "dose_response")


@dataclass(frozen=True)
class Target:
    """One published comparison.

    Attributes
    ----------
    id, paper : str
        Of the finding.
    left, right : Scenario
        The two groups.
    species, exponent : str and float
        The outcome is proportional to the species to the power of ``exponent``.
    baseline : float
        Value of the outcome in a healthy animal, for differences.
    time : float
        Days.
    value, sd : float
        The published log ratio of left to right, or their difference, and its standard deviation.
    scale : {"log", "difference", "direction", "ceiling"}
        With ``direction`` a log ratio of at least ``value`` is asked for, with ``ceiling`` one of at most ``value``.
    weight : float
        Share of this record when a paper has several.
    """

    id: str
    paper: str
    left: Scenario
    right: Scenario
    species: str
    exponent: float
    baseline: float
    time: float
    value: float
    sd: float
    scale: str
    weight: float = 1.0


@dataclass
class Collected:
    """Targets, and why other findings are not among them."""

    targets: list[Target] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


class _CannotExpress(Exception):
    pass


def load_findings(topics: Iterable[str] = TOPICS) -> list[dict[str, Any]]:
    """Load the shipped findings of some topics."""
    folder = files("allodyne.evidence") / "data" / "findings"
    return [record for topic in topics for record in read_document(str(folder / f"{topic}.yaml")).data]


def collect(findings: Iterable[Mapping[str, Any]]) -> Collected:
    """Turn findings into targets; each that reports relief also asks for no more relief than health.

    Parameters
    ----------
    findings : iterable of mapping
        In the form of the findings files.

    Returns
    -------
    Collected
        The records of one paper weigh as much as one together, except those of a meta-analysis, which pool many papers;
        what cannot be expressed carries its reason.
    """
    collected = Collected()
    for finding in findings:
        try:
            target = _target(finding)
            collected.targets += [target, *_ceiling(finding, target)]
        except (_CannotExpress, UserError, ValueError) as reason:
            collected.refused[str(finding["id"])] = str(reason).splitlines()[0][:120]
    count: dict[str, int] = {}
    for target in collected.targets:
        count[target.paper] = count.get(target.paper, 0) + (target.scale != "ceiling")
    papers = load_papers()
    pooled = {key for key in count if key in papers and papers[key].design == "meta-analysis"}
    weighted = [
        dataclasses.replace(target, weight=1.0 if target.paper in pooled else 1.0 / math.sqrt(count[target.paper]))
        for target in collected.targets
    ]
    return Collected(weighted, collected.refused)


def _target(finding: Mapping[str, Any]) -> Target:
    kind = finding["kind"]
    if kind not in ("injury", "treatment", "blocker", "healthy"):
        raise _CannotExpress(f"kind {kind}")
    animal = {"other": "rat"}.get(finding["species"], finding["species"])
    if animal not in ("rat", "mouse"):
        raise _CannotExpress(f"species {animal}")
    condition = _condition(finding, animal)
    plans, ends = plans_of(finding, animal)
    time = _time(finding, ends)
    left = Scenario(animal, condition, plans)
    right = Scenario(animal, condition)
    if kind == "injury":
        right = Scenario(animal, "naive")
    if kind == "blocker":
        right = left
        lacking = load_defaults()["knockouts"].get(finding["blocker"]["name"])
        blocked = plans if lacking else (*plans, blocker_plan(finding, animal, plans, time))
        left = Scenario(animal, condition, blocked, lacking)
    species, exponent, baseline = _outcome(finding, animal)
    value, sd, scale = _result(finding, baseline)
    return Target(finding["id"], finding["paper"], left, right, species, exponent, baseline, time, value, sd, scale)


def _ceiling(finding: Mapping[str, Any], target: Target) -> list[Target]:
    """Relief of injured animals should not carry them far beyond healthy ones; assumption."""
    behaviour = target.baseline != 1.0 and target.exponent < 0
    if finding["kind"] != "treatment" or not behaviour or target.left.condition == "naive":
        return []
    most = load_defaults()["ceiling"]
    right = Scenario(target.left.animal, "naive")
    change = {"right": right, "value": most["size"], "sd": most["sd"], "scale": "ceiling"}
    return [dataclasses.replace(target, **change)]


def _condition(finding: Mapping[str, Any], animal: str) -> str:
    name = load_defaults()["conditions"].get(finding["condition"], finding["condition"])
    if name not in load_conditions() or animal not in load_conditions()[name].animals:
        raise _CannotExpress(f"condition {finding['condition']}")
    return str(name)


def _time(finding: Mapping[str, Any], ends: list[float]) -> float:
    """When the outcome was measured: shortly after a session on days that have one, else at the usual hour."""
    outcome, defaults = finding["outcome"], load_defaults()
    pause = defaults["after_session_minutes"] / MINUTES_PER_DAY
    hours, minutes = defaults["assessed_at"].split(":")
    clock = (int(hours) + int(minutes) / 60) / 24
    if outcome["variable"] in defaults["during"] and ends:
        return float(ends[-1] - pause / 3)
    if "time_days" in outcome:
        day = float(outcome["time_days"])
        if day < 1:
            return day
        same_day = [end for end in ends if math.floor(end) == math.floor(day)]
        return max(same_day) + pause if same_day else math.floor(day) + clock
    if ends:
        after = float(outcome.get("days_after_last_session", 0))
        return ends[-1] + max(pause, after) if after < 1 else float(math.floor(ends[-1] + after)) + clock
    return float(defaults["outcome_day"]) + clock


def _outcome(finding: Mapping[str, Any], animal: str) -> tuple[str, float, float]:
    variable = finding["outcome"]["variable"]
    tissue = str(finding["outcome"].get("tissue", "")).lower()
    alias = {"pain_behaviour": "mechanical_threshold", "pain_threshold": "mechanical_threshold"}
    reverse = -1.0 if variable == "pain_behaviour" else 1.0
    endpoints = load_endpoints()
    name = alias.get(variable, variable)
    if name in endpoints:
        endpoint = endpoints[name]
        return endpoint.species, -endpoint.exponent.value * reverse, endpoint.measure(animal).mean.value
    if variable.startswith(_NOT_BEHAVIOUR):
        raise _CannotExpress(f"variable {variable}")
    if variable == "acute_nociception":
        return "thermal_hypersensitivity", 1.0, 1.0
    behind = [
        (one, link) for one in load_network().species.values() for link in one.stands_for if link.variable == variable
    ]
    fitting = [(one, link) for one, link in behind if not link.tissue or any(w.lower() in tissue for w in link.tissue)]
    if not tissue and not fitting:
        fitting = [(one, link) for one, link in behind if any("spinal" in word.lower() for word in link.tissue)]
    if not fitting:
        raise _CannotExpress(f"variable {variable}" + (f" in {tissue}" if tissue else ""))
    one, link = fitting[0]
    return one.id, -1.0 if link.reversed else 1.0, 1.0


def _result(finding: Mapping[str, Any], baseline: float) -> tuple[float, float, str]:
    result, defaults = finding["result"], load_defaults()
    effect = result.get("effect") or {}
    behaviour = baseline != 1.0
    if effect.get("type") == "MD" and behaviour and "ci_low" in effect:
        return effect["estimate"], (effect["ci_high"] - effect["ci_low"]) / 3.92, "difference"
    if effect.get("type") == "ratio" and effect["estimate"] > 0:
        return math.log(effect["estimate"]), defaults["number_sd"], "log"
    treated, control = result.get("treated") or {}, result.get("control") or {}
    left = treated.get("mean", treated.get("median"))
    right = control.get("mean", control.get("median"))
    if left and right and left > 0 and right > 0:
        return math.log(left / right), defaults["number_sd"], "log"
    if left and behaviour and finding["kind"] == "injury" and result.get("units") in ("g", "s"):
        return math.log(left / baseline), defaults["number_sd"], "log"
    bounds = result.get("range")
    if bounds and None not in bounds:
        middle = sum(bounds) / 2
        if result.get("units") == "fold":
            return math.log(middle), defaults["number_sd"], "log"
        if str(result.get("units", "")).startswith("percent") and middle > -100:
            return math.log(1 + middle / 100), defaults["number_sd"], "log"
    guess = defaults["direction"]
    signs = {"up": 1.0, "down": -1.0, "none": 0.0}
    if result.get("direction") not in signs:
        raise _CannotExpress("no direction")
    sign = signs[result["direction"]]
    return sign * guess["size"], guess["sd"], "direction" if sign else "log"
