"""The page of the study file: every field, from the models that read it."""

from __future__ import annotations

import inspect
import re
import types
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from allodyne.endpoints import load_endpoints
from allodyne.study.schema import Assessment, Published, Study, Subjects
from allodyne.subjects.conditions import load_conditions
from allodyne.treatments import TREATMENTS, AirBreaks, Timing
from allodyne.treatments.constants import Constant, constants
from allodyne.treatments.drug_catalogue import load_catalogue
from allodyne.treatments.quantities import CURRENT, FREQUENCY, PRESSURE, SPEED, TIME
from pages.markdown import code, number, table

HEAD = ("field", "type", "unit", "default", "accepted", "meaning")
TEXTS = {
    "hbot": {"pressure": ("pressure_ata", PRESSURE), "duration": ("minutes", TIME)},
    "exercise": {"speed": ("speed_m_min", SPEED), "duration": ("minutes", TIME)},
    "acupuncture": {
        "duration": ("minutes", TIME),
        "frequency": ("frequency_hz", FREQUENCY),
        "current": ("current_ma", CURRENT),
    },
    "drug": {"dose": ("dose_mg_kg or dose_ug", {"mg/kg": 1, "ug/kg": 1, "g/kg": 1, "ug": 1, "ng": 1, "mg": 1})},
}
EXAMPLES = {
    "hbot": "- hbot: {pressure_ata: 2.0, fio2: 1.0, minutes: 60, sessions: 7, start_day: 1}",
    "exercise": "- exercise: {mode: treadmill, speed_m_min: [8, 14], minutes: 30, weeks: 3, per_week: 5, start_day: 7}",
    "acupuncture": "- acupuncture: {mode: electro, frequency_hz: 2, current_ma: 1.0, minutes: 30, points: [ST36], "
    "sessions: 6, per_week: 3.5, start_day: 7}",
    "drug": '- drug: {name: gabapentin, dose: "50 mg/kg", route: ip, days: [7, 14], at: "13:00"}',
}
DESCRIBED = {"dose_ug": "Each dose as the amount that is injected locally."}
UNITS = {"days": "days", "every_days": "days", "start_day": "day", "day": "day", "tolerance": "ln x"}


def page() -> str:
    """Write the page."""
    endpoints = ", ".join(code(name) for name in load_endpoints())
    conditions = ", ".join(f"{code(name)} ({one.label})" for name, one in load_conditions().items())
    return "\n".join(
        [
            "# The study file\n",
            "A study file is YAML. Unknown fields, unknown names and values out of range are refused with file, line "
            "and remedy; `allodyne check STUDY` explains a study without running it.\n",
            "Time counts in days since the lesion: day d begins at time d, day 0 is the day of the lesion, and 10:00 "
            "of day d is d + 10/24. A session contains its start and not its end.\n",
            "## Study\n",
            _fields(Study),
            "## subjects\n",
            _fields(Subjects),
            f"Conditions: {conditions}. See [conditions.md](conditions.md).\n",
            "## assess\n",
            _fields(Assessment),
            "The baseline, just before the lesion, is always recorded as day 0.\n",
            "## measure\n",
            f"Endpoints: {endpoints}. Further every species of the network and every published variable that stands "
            "for exactly one species ([network.md](network.md)), as fold of healthy.\n",
            "## published\n",
            "Each entry is printed beside the simulated value and changes nothing.\n",
            _fields(Published),
            "## arms\n",
            "Each arm is a list of treatments; `[]` is untreated. Every entry names one treatment. Entries of one arm "
            "are given together. Overlapping sessions of the same treatment are refused.\n",
            "### Fields of every treatment\n",
            _fields(Timing, "timing"),
            *(_treatment(name, kind) for name, kind in TREATMENTS.items()),
        ]
    )


def _treatment(name: str, kind: type[BaseModel]) -> str:
    own = [field for field in kind.model_fields if field not in Timing.model_fields]
    own += ["at"] if name == "drug" else []
    texts = [
        f"`{text}` stands for `{field}` and takes {', '.join(units)}" for text, (field, units) in TEXTS[name].items()
    ]
    parts = [f"### {name}\n", f"```yaml\n{EXAMPLES[name]}\n```\n", _fields(kind, name, own)]
    parts.append(f"As text with a unit: {'; '.join(texts)}.\n")
    if name == "hbot":
        parts += ["`air_breaks` is a mapping:\n", _fields(AirBreaks, "hbot")]
    if name == "drug":
        known = ", ".join(f"`{drug.id}`" for drug in load_catalogue().drugs)
        parts.append(f"Drugs: {known}. Numbers and routes: [treatments.md](treatments.md#drugs-and-blockers).\n")
    return "\n".join(parts)


def _fields(model: type[BaseModel], section: str = "", only: list[str] | None = None) -> str:
    described = _described(model)
    rows = []
    for name in only or list(model.model_fields):
        field = model.model_fields[name]
        shown = field.alias or name
        meaning = described.get(shown, "")
        limits = _range(shown, field, section)
        rows.append(
            (
                code(shown),
                _type(field.annotation),
                _unit(shown, limits),
                _default(field),
                _accepted(field, limits, shown, section),
                field.description or meaning or DESCRIBED.get(shown, ""),
            )
        )
    return table(HEAD, rows)


def _described(model: type[BaseModel]) -> dict[str, str]:
    """Meaning of each field, from the section Parameters of the docstring."""
    text = inspect.getdoc(model) or ""
    _, _, block = text.partition("Parameters\n----------\n")
    found = re.findall(r"^(\w[\w, ]*?) : .+\n((?:    .+\n?)+)", block, re.MULTILINE)
    rows: dict[str, str] = {}
    for names, meaning in found:
        plain = re.sub(r"``([^`]+)``", r"`\1`", " ".join(meaning.split()))
        rows |= dict.fromkeys(names.split(", "), plain)
    return rows


def _range(name: str, field: FieldInfo, section: str) -> Constant | None:
    """Range of the constants that the validator of a field asks for, or that has the name of the field."""
    for extra in field.metadata:
        check = getattr(extra, "func", None)
        known = inspect.getclosurevars(check).nonlocals.get("name") if inspect.isfunction(check) else None
        if known in constants():
            return constants()[known]
    if "ramp" in name or name in ("compression_min", "decompression_min"):
        return constants()["hbot.ramp_minutes"]
    named = constants().get(f"{section}.{name}")
    return named if named is not None and named.low is not None else None


def _unit(name: str, limits: Constant | None) -> str:
    if limits is not None:
        return "" if limits.unit == "1" else limits.unit
    return {"dose_mg_kg": "mg/kg", "dose_ug": "ug"}.get(name, UNITS.get(name, ""))


def _accepted(field: FieldInfo, limits: Constant | None, name: str, section: str) -> str:
    if limits is not None:
        return f"{number(limits.low or 0.0)} to {number(limits.high or 0.0)}"
    if section == "drug" and name.startswith("dose"):
        largest = load_catalogue().limits
        return f"more than 0 to {number((largest.mg_kg if name == 'dose_mg_kg' else largest.ug).value)}"
    bounds = {type(extra).__name__: extra for extra in field.metadata}
    low, high = bounds.get("Ge") or bounds.get("Gt"), bounds.get("Le") or bounds.get("Lt")
    ends = [_limit(one) for one in (low, high) if one is not None]
    if len(ends) == 2:
        last = ends[1] - 1 if "Lt" in bounds else ends[1]
        return f"{number(ends[0])} to {number(last)}"
    return f"from {number(ends[0])}" if low is not None and ends else ""


def _limit(bound: Any) -> float:
    """Value of one bound of annotated_types."""
    return next(float(getattr(bound, name)) for name in ("ge", "gt", "le", "lt") if hasattr(bound, name))


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    if field.default_factory is not None:
        return ""
    if field.default is None:
        return ""
    if isinstance(field.default, bool):
        return code(str(field.default).lower())
    shown = list(field.default) if isinstance(field.default, tuple) else field.default
    if isinstance(shown, list):
        return code(f"[{', '.join(map(repr, shown))}]".replace("'", '"')) if shown else ""
    return code(f'"{shown}"') if isinstance(shown, str) else code(f"{shown:g}" if isinstance(shown, float) else shown)


def _type(annotation: Any) -> str:
    """Write a type as words."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if annotation is type(None):
        return ""
    if origin is Annotated:
        return _type(inner[0])
    if origin is Literal:
        return " or ".join(code(choice) for choice in inner)
    if origin in (Union, types.UnionType):
        return " or ".join(filter(None, map(_type, inner)))
    if origin in (list, tuple):
        if origin is tuple and inner[-1] is not Ellipsis:
            return "pair [low, high]"
        return f"list of {_type(inner[0])}".replace("list of mapping", "list")
    if origin is dict:
        return "mapping"
    names = {str: "text", int: "whole number", float: "number", bool: "true or false"}
    return names.get(annotation, "mapping")
