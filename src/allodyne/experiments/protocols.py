"""What was done in a published experiment, in the words of a study file."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from allodyne.animals import IN_PEOPLE
from allodyne.experiments.defaults import load_defaults, usual
from allodyne.experiments.doses import dose_in_animals, dose_in_people
from allodyne.experiments.scenario import Scenario, plan_text


def plans_of(finding: Mapping[str, Any], animal: str) -> tuple[tuple[str, ...], list[float]]:
    """The treatments in the words of a study file, and when an assessment after each session may begin, in days.

    Parameters
    ----------
    finding : mapping
        In the form of the findings files.
    animal : str

    Raises
    ------
    UserError, ValueError
        When a treatment is none that the model knows.
    """
    texts: list[str] = []
    for entry in finding.get("treatments") or []:
        for name, fields in entry.items():
            texts.append(_plan(name, dict(fields), finding, animal))
    return tuple(texts), ends_of(Scenario(animal, "naive", tuple(texts)))


def _plan(name: str, fields: dict[str, Any], finding: Mapping[str, Any], animal: str) -> str:
    if name != "drug":
        return plan_text(name, _FIELDS[name](fields, finding, animal))
    if animal != IN_PEOPLE:
        return plan_text("drug", dose_in_animals(fields, finding, animal))
    return dose_in_people(fields, finding)


def ends_of(scenario: Scenario) -> list[float]:
    """Ends of the sessions, after which subjects are assessed; of a dose, when it has had time to act."""
    wait = load_defaults()["after_dose_hours"] / 24
    sessions = [one for plan in scenario.models() for one in plan.sessions(scenario.animal)]
    return sorted(one.end + (wait if one.treatment == "drug" else 0.0) for one in sessions)


def _first(value: Any) -> float:
    if isinstance(value, list):
        return sum(value) / len(value)
    return float(value)


def _hbot(fields: dict[str, Any], finding: Mapping[str, Any], animal: str) -> dict[str, Any]:
    taken = usual("hbot", animal)
    per_day = int(fields.get("sessions_per_day", 1))
    plan = {
        "pressure_ata": _first(fields.get("pressure_ata", taken["pressure_ata"])),
        "fio2": fields.get("fio2", taken["fio2"]),
        "minutes": _first(fields.get("minutes", taken["minutes"])),
        "per_week": _first(fields.get("days_per_week", taken["per_week"])),
        "start_day": int(fields.get("start_day", taken["start_day"])),
        "sessions": int(fields.get("sessions", taken["sessions"])),
    }
    time = finding["outcome"].get("time_days")
    span = math.ceil(math.ceil(plan["sessions"] / per_day) * 7 / plan["per_week"])
    dated = animal != IN_PEOPLE and time is not None and "start_day" not in fields
    if dated and plan["start_day"] + span - 1 > time:
        plan["start_day"] = max(0, int(time) - span + 1)
    return plan | ({"per_day": per_day} if per_day > 1 else {})


def _exercise(fields: dict[str, Any], finding: Mapping[str, Any], animal: str) -> dict[str, Any]:
    taken = usual("exercise", animal)
    outcome = finding["outcome"]
    mode = fields.get("mode", taken["mode"])
    plan: dict[str, Any] = {
        "mode": _mode(mode, animal),
        "per_week": _first(fields.get("sessions_per_week", taken["per_week"])),
        "start_day": int(fields.get("start_day", taken["start_day"])),
    }
    weeks = fields.get("weeks") or outcome.get("weeks_of_treatment")
    dated = animal != IN_PEOPLE and outcome.get("time_days") is not None
    if weeks is None and dated and outcome["time_days"] > plan["start_day"]:
        weeks = (outcome["time_days"] - plan["start_day"]) / 7
    plan["weeks"] = _first(weeks or taken["weeks"])
    if plan["mode"] != "wheel":
        plan["minutes"] = _first(fields.get("minutes", taken["minutes"]))
    if "speed_m_min" in fields and plan["mode"] == "treadmill":
        plan["speed_m_min"] = fields["speed_m_min"]
    elif plan["mode"] not in ("wheel", "swimming"):
        plan["intensity"] = _intensity(str(fields.get("intensity_text", "")), taken["intensity"])
    elif plan["mode"] == "swimming" and animal in ("rat", "mouse"):
        plan.setdefault("minutes", taken["minutes"])
    if plan["per_week"] > 7:
        plan["per_day"], plan["per_week"] = 2, plan["per_week"] / 2
    return plan


def _intensity(text: str, usual_one: str) -> str:
    """The class of intensity that a text names."""
    words = text.lower()
    if words.startswith("low"):
        return "low"
    return "vigorous" if words.startswith(("high", "vigorous", "intense")) else usual_one


def _mode(mode: str, animal: str) -> str:
    """The mode of the model that stands for a published one."""
    if animal == IN_PEOPLE:
        return "mixed" if mode == "balance" else mode
    return "treadmill" if mode in ("mixed", "aerobic", "resistance", "balance") else mode


def _acupuncture(fields: dict[str, Any], finding: Mapping[str, Any], animal: str) -> dict[str, Any]:
    taken = usual("acupuncture", animal)
    mode = fields.get("mode", "unspecified")
    time = finding["outcome"].get("time_days")
    acute = finding["kind"] in ("blocker", "healthy") and "sessions" not in fields
    plan: dict[str, Any] = {
        "mode": taken["mode"] if mode == "unspecified" else mode,
        "minutes": _first(fields.get("minutes", taken["minutes"])),
        "per_week": min(7.0, _first(fields.get("sessions_per_week", taken["per_week"]))),
        "start_day": int(fields.get("start_day", taken["start_day"])),
        "sessions": int(fields.get("sessions", 1 if acute else taken["sessions"])),
    }
    if plan["mode"] == "electro":
        plan["frequency_hz"] = fields.get("frequency_hz", taken["frequency_hz"])
        if fields.get("pattern") in ("alternating", "simultaneous"):
            plan["pattern"] = fields["pattern"]
        elif len(plan["frequency_hz"]) > 1:
            plan["frequency_hz"] = plan["frequency_hz"][:1]
        if "current_ma" in fields:
            plan["current_ma"] = fields["current_ma"]
    if fields.get("sham"):
        plan["sham"] = True
    if animal != IN_PEOPLE and time is not None and "start_day" not in fields:
        span = math.ceil((plan["sessions"] - 1) * 7 / plan["per_week"])
        plan["start_day"] = max(1, min(plan["start_day"], int(time) - span)) if span else int(time)
    return plan


_FIELDS = {"hbot": _hbot, "exercise": _exercise, "acupuncture": _acupuncture}
