"""What was done in a published experiment, in the words of a study file."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from allodyne.documents import read_document
from allodyne.network.knockout import Knockout
from allodyne.network.schema import Network
from allodyne.signals import Signal
from allodyne.subjects.conditions import load_conditions
from allodyne.treatments import TREATMENTS, Session
from allodyne.treatments.drug_catalogue import load_catalogue
from allodyne.treatments.drugs import drug_actions, find_drug

ANALGESICS = frozenset(
    {
        "gabapentinoid",
        "opioid agonist",
        "serotonin and noradrenaline reuptake inhibitor",
        "tricyclic antidepressant",
        "adenosine A1 agonist",
    }
)


@dataclass(frozen=True)
class Scenario:
    """What happens to one group: a lesion and treatments, in the words of a study file; and what it lacks."""

    animal: str
    condition: str
    plans: tuple[str, ...] = ()
    knockout: str | None = None

    def signals(self) -> list[Signal]:
        """Signals of the lesion and of the treatments."""
        lesion = load_conditions()[self.condition].signals(self.animal)
        return [*lesion, *(signal for plan in self.models() for signal in plan.signals(self.animal))]

    def models(self) -> list[Any]:
        """The treatments as models."""
        entries = [yaml.safe_load(text) for text in self.plans]
        return [TREATMENTS[name](**fields) for entry in entries for name, fields in entry.items()]

    def cut(self, network: Network) -> list[str]:
        """Ids of the edges that the group lacks."""
        return Knockout(species=(self.knockout,)).cut(network) if self.knockout else []

    def actions(self) -> list[Any]:
        """What the drugs do."""
        return drug_actions([plan.name for plan in self.models() if hasattr(plan, "drug")])


@cache
def load_defaults() -> dict[str, Any]:
    """Load what is taken where a finding does not state it."""
    data: dict[str, Any] = read_document(str(files("allodyne.calibrate") / "defaults.yaml")).data
    return data


def _first(value: Any) -> float:
    if isinstance(value, list):
        return sum(value) / len(value)
    return float(value)


def plans_of(finding: Mapping[str, Any], animal: str) -> tuple[tuple[str, ...], list[float]]:
    """The treatments in the words of a study file, and the ends of their sessions, in days."""
    plans: list[dict[str, Any]] = []
    for entry in finding.get("treatments") or []:
        for name, fields in entry.items():
            plans.append({name: _FIELDS[name](dict(fields), finding, animal)})
    texts = tuple(yaml.safe_dump(plan, default_flow_style=True, sort_keys=True).strip() for plan in plans)
    scenario = Scenario(animal, "naive", texts)
    return texts, sorted(_end(session) for model in scenario.models() for session in model.sessions(animal))


def _end(session: Session) -> float:
    """End of a session, after which the animals are assessed; for a drug, when it has had time to act."""
    return session.end + (load_defaults()["after_dose_hours"] / 24 if session.treatment == "drug" else 0.0)


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
        borrowed = animal == "mouse" and way.animal != "mouse"
        scale = load_catalogue().kinetics.mouse_local_dose.value if borrowed else 1.0
        return {"name": drug.id, "route": way.route, "dose_ug": half.ug * load_defaults()["drug_dose"] * scale}
    usual = float(half.mg_kg or 0.0) * load_defaults()["drug_dose"]
    return {"name": drug.id, "route": way.route, "dose_mg_kg": usual if mg_kg is None else _first(mg_kg)}


_FIELDS = {"hbot": _hbot, "exercise": _exercise, "acupuncture": _acupuncture, "drug": _drug}


def blocker_plan(finding: Mapping[str, Any], animal: str, plans: tuple[str, ...], time: float) -> str:
    """The blocker before every session of a course, or before the last one of a training."""
    blocker = finding["blocker"]
    name = re.split(r",| or ", re.sub(r"\s*\(.*\)", "", blocker["name"]))[0]
    models = Scenario(animal, "naive", plans).models()
    starts = sorted({math.floor(session.start) for model in models for session in model.sessions(animal)})
    days = starts if len(starts) <= 8 else [math.floor(time)]
    dose = _dose(name, blocker.get("route"), None, animal)
    return yaml.safe_dump({"drug": dose | {"days": days}}, default_flow_style=True, sort_keys=True).strip()
