"""Published findings as targets: what was done to whom, what was measured, and what came out."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from allodyne.documents import read_document
from allodyne.endpoints.catalogue import load_endpoints
from allodyne.errors import UserError
from allodyne.evidence.papers import load_papers
from allodyne.network import load_network
from allodyne.signals import MINUTES_PER_DAY, Signal
from allodyne.subjects.conditions import load_conditions
from allodyne.treatments import TREATMENTS, Session
from allodyne.treatments.drugs import drug_actions, find_drug

TOPICS = ("hbot", "exercise", "acupuncture", "drugs", "injury")
DRUG_HOURS = 1.5
"""Hours between a dose and the assessment where the finding does not say it; assumption."""
ANALGESICS = frozenset(
    {
        "gabapentinoid",
        "opioid agonist",
        "serotonin and noradrenaline reuptake inhibitor",
        "tricyclic antidepressant",
        "adenosine A1 agonist",
    }
)
_NOT_BEHAVIOUR = ("responder", "analgesia", "dose_response")


@dataclass(frozen=True)
class Scenario:
    """What happens to one group: a lesion and treatments, in the words of a study file."""

    animal: str
    condition: str
    plans: tuple[str, ...] = ()

    def signals(self) -> list[Signal]:
        """Signals of the lesion and of the treatments."""
        lesion = load_conditions()[self.condition].signals(self.animal)
        return [*lesion, *(signal for plan in self.models() for signal in plan.signals(self.animal))]

    def models(self) -> list[Any]:
        """The treatments as models."""
        entries = [yaml.safe_load(text) for text in self.plans]
        return [TREATMENTS[name](**fields) for entry in entries for name, fields in entry.items()]

    def actions(self) -> list[Any]:
        """What the drugs do."""
        return drug_actions([plan.name for plan in self.models() if hasattr(plan, "drug")])


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


@cache
def load_defaults() -> dict[str, Any]:
    """Load what is taken where a finding does not state it."""
    data: dict[str, Any] = read_document(str(files("allodyne.calibrate") / "defaults.yaml")).data
    return data


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
    condition = _condition(finding)
    plans, ends = _plans(finding, animal)
    time = _time(finding, ends)
    left = Scenario(animal, condition, plans)
    right = Scenario(animal, condition)
    if kind == "injury":
        right = Scenario(animal, "naive")
    if kind == "blocker":
        right = left
        left = Scenario(animal, condition, (*plans, _blocker(finding, animal, plans, time)))
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


def _condition(finding: Mapping[str, Any]) -> str:
    name = load_defaults()["conditions"].get(finding["condition"], finding["condition"])
    if name not in load_conditions():
        raise _CannotExpress(f"condition {finding['condition']}")
    return str(name)


def _first(value: Any) -> float:
    if isinstance(value, list):
        return sum(value) / len(value)
    return float(value)


def _plans(finding: Mapping[str, Any], animal: str) -> tuple[tuple[str, ...], list[float]]:
    """The treatments in the words of a study file, and the ends of their sessions, in days."""
    plans: list[dict[str, Any]] = []
    for entry in finding.get("treatments") or []:
        for name, fields in entry.items():
            plans.append({name: _FIELDS[name](dict(fields), finding, animal)})
    texts = tuple(yaml.safe_dump(plan, default_flow_style=True, sort_keys=True).strip() for plan in plans)
    scenario = Scenario(animal, "naive", texts)
    return texts, sorted(_end(session) for model in scenario.models() for session in model.sessions(animal))


def _end(session: Session) -> float:
    """End of a session; a drug is assessed two hours after its dose."""
    return session.end + (DRUG_HOURS / 24 if session.treatment == "drug" else 0.0)


def _hbot(fields: dict[str, Any], finding: Mapping[str, Any], _animal: str) -> dict[str, Any]:
    usual = load_defaults()["hbot"]
    per_day = int(fields.get("sessions_per_day", 1))
    plan = {
        "pressure_ata": _first(fields.get("pressure_ata", usual["pressure_ata"])),
        "fio2": fields.get("fio2", usual["fio2"]),
        "minutes": _first(fields.get("minutes", usual["minutes"])),
        "per_week": _first(fields.get("days_per_week", usual["per_week"])),
        "start_day": int(fields.get("start_day", usual["start_day"])),
        "sessions": int(fields.get("sessions", usual["sessions"])),
    }
    time = finding["outcome"].get("time_days")
    if time is not None and "start_day" not in fields and plan["start_day"] + plan["sessions"] - 1 > time:
        plan["start_day"] = max(0, int(time) - plan["sessions"] + 1)
    return plan | ({"per_day": per_day} if per_day > 1 else {})


def _exercise(fields: dict[str, Any], finding: Mapping[str, Any], animal: str) -> dict[str, Any]:
    usual = load_defaults()["exercise"]
    outcome = finding["outcome"]
    mode = fields.get("mode", usual["mode"])
    plan: dict[str, Any] = {
        "mode": "treadmill" if mode in ("mixed", "aerobic", "resistance", "balance") else mode,
        "per_week": _first(fields.get("sessions_per_week", usual["per_week"])),
        "start_day": int(fields.get("start_day", usual["start_day"])),
    }
    weeks = fields.get("weeks") or outcome.get("weeks_of_treatment")
    if weeks is None and outcome.get("time_days") is not None and outcome["time_days"] > plan["start_day"]:
        weeks = (outcome["time_days"] - plan["start_day"]) / 7
    plan["weeks"] = _first(weeks or usual["weeks"])
    if plan["mode"] != "wheel":
        plan["minutes"] = _first(fields.get("minutes", usual["minutes"]))
    if "speed_m_min" in fields and plan["mode"] == "treadmill":
        plan["speed_m_min"] = fields["speed_m_min"]
    elif plan["mode"] == "treadmill":
        text = str(fields.get("intensity_text", ""))
        plan["intensity"] = "low" if text.startswith("low") else usual["intensity"]
    elif plan["mode"] == "swimming" and animal in ("rat", "mouse"):
        plan.setdefault("minutes", usual["minutes"])
    if plan["per_week"] > 7:
        plan["per_day"], plan["per_week"] = 2, plan["per_week"] / 2
    return plan


def _acupuncture(fields: dict[str, Any], finding: Mapping[str, Any], _animal: str) -> dict[str, Any]:
    usual = load_defaults()["acupuncture"]
    mode = fields.get("mode", "unspecified")
    time = finding["outcome"].get("time_days")
    acute = finding["kind"] in ("blocker", "healthy") and "sessions" not in fields
    plan: dict[str, Any] = {
        "mode": usual["mode"] if mode == "unspecified" else mode,
        "minutes": _first(fields.get("minutes", usual["minutes"])),
        "per_week": min(7.0, _first(fields.get("sessions_per_week", usual["per_week"]))),
        "start_day": int(fields.get("start_day", usual["start_day"])),
        "sessions": int(fields.get("sessions", 1 if acute else usual["sessions"])),
    }
    if plan["mode"] == "electro":
        plan["frequency_hz"] = fields.get("frequency_hz", usual["frequency_hz"])
        if fields.get("pattern") in ("alternating", "simultaneous"):
            plan["pattern"] = fields["pattern"]
        elif len(plan["frequency_hz"]) > 1:
            plan["frequency_hz"] = plan["frequency_hz"][:1]
        if "current_ma" in fields:
            plan["current_ma"] = fields["current_ma"]
    if fields.get("sham"):
        plan["sham"] = True
    if time is not None and "start_day" not in fields:
        span = math.ceil((plan["sessions"] - 1) * 7 / plan["per_week"])
        plan["start_day"] = max(1, min(plan["start_day"], int(time) - span)) if span else int(time)
    return plan


def _drug(fields: dict[str, Any], finding: Mapping[str, Any], animal: str) -> dict[str, Any]:
    name = re.sub(r"\s*\(.*\)", "", str(fields["name"]))
    time = finding["outcome"].get("time_days")
    last = int(load_defaults()["drug_day"] if time is None else time)
    course = 1 if find_drug(name).drug_class in ANALGESICS else int(load_defaults()["tool_doses"])
    daily = re.search(r"daily from day (\d+)", str(fields.get("dose_text", "")))
    first = int(daily[1]) if daily else max(0, last - course + 1)
    dose = _dose(name, fields.get("route"), fields.get("dose_mg_kg"), animal)
    return dose | {"start_day": first, "sessions": last - first + 1}


def _dose(name: str, route: str | None, mg_kg: Any, animal: str) -> dict[str, Any]:
    """A dose of a drug; where it is not stated, a multiple of the half-effect dose by a route that is known."""
    drug = find_drug(name)
    words = {"oral": "po", "intraperitoneal": "ip"}
    ways: dict[str, Any] = {way.route: way for way in drug.routes}
    wanted = words.get(str(route), route)
    way = ways.get(str(wanted)) or ways[next(iter(ways))]
    half = way.half_effect_dose
    if half.ug is not None:
        scale = 0.25 if animal == "mouse" and way.animal != "mouse" else 1.0
        return {"name": drug.id, "route": way.route, "dose_ug": half.ug * load_defaults()["drug_dose"] * scale}
    usual = float(half.mg_kg or 0.0) * load_defaults()["drug_dose"]
    return {"name": drug.id, "route": way.route, "dose_mg_kg": usual if mg_kg is None else _first(mg_kg)}


_FIELDS = {"hbot": _hbot, "exercise": _exercise, "acupuncture": _acupuncture, "drug": _drug}


def _blocker(finding: Mapping[str, Any], animal: str, plans: tuple[str, ...], time: float) -> str:
    """The blocker before every session of a course, or before the last one of a training."""
    blocker = finding["blocker"]
    name = re.split(r",| or ", re.sub(r"\s*\(.*\)", "", blocker["name"]))[0]
    models = Scenario(animal, "naive", plans).models()
    starts = sorted({math.floor(session.start) for model in models for session in model.sessions(animal)})
    days = starts if len(starts) <= 8 else [math.floor(time)]
    dose = _dose(name, blocker.get("route"), None, animal)
    return yaml.safe_dump({"drug": dose | {"days": days}}, default_flow_style=True, sort_keys=True).strip()


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
    if name in endpoints and name != "biomarker":
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
