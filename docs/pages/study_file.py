"""The page of the study file: every field, from the models that read it."""

from __future__ import annotations

import inspect
import re
import types
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from allodyne.animals import IN_PEOPLE
from allodyne.endpoints import load_endpoints
from allodyne.endpoints.scores import load_events, load_scores
from allodyne.network.knockout import Knockout
from allodyne.study.expectations import Published
from allodyne.study.schema import Assessment, Study, Subjects
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
    "drug": {
        "dose": ("dose_mg_kg`, `dose_mg` or `dose_ug", dict.fromkeys(("mg/kg", "ug/kg", "g/kg", "g", "mg", "ug", "ng")))
    },
}
EXAMPLES = {
    "hbot": "- hbot: {pressure_ata: 2.0, fio2: 1.0, minutes: 60, sessions: 7, start_day: 1}",
    "exercise": "- exercise: {mode: treadmill, speed_m_min: [8, 14], minutes: 30, weeks: 3, per_week: 5, start_day: 7}",
    "acupuncture": "- acupuncture: {mode: electro, frequency_hz: 2, current_ma: 1.0, minutes: 30, points: [ST36], "
    "sessions: 6, per_week: 3.5, start_day: 7}",
    "drug": '- drug: {name: gabapentin, dose: "50 mg/kg", route: ip, days: [7, 14], at: "13:00"}',
    "placebo": "- placebo: {weeks: 12}",
    "knockout": '- knockout: {species: hsp72, edges: ["training_state>il10_nerve"]}',
}
AFTER = {
    "drug": "One of the doses is needed: `dose_mg_kg` in rats and mice, `dose_mg` (the amount of each dose, not of a "
    "day) in people, `dose_ug` for local routes. A dose as text is told apart by its unit and its route.\n",
    "placebo": "It reaches no part of the network. In people it brings the placebo response of the condition, which "
    "every other treatment of an arm, sham included, brings as well; an arm that is treated twice has it once. "
    "Animals have none.\n",
}
UNITS = {
    "days": "days",
    "every_days": "days",
    "start_day": "day",
    "minutes_per_week": "min",
    "day": "day",
    "tolerance": "ln x",
}


def page() -> str:
    """Write the page."""
    endpoints = ", ".join(code(name) for name in load_endpoints())
    told = ", ".join(code(name) for name in (*load_scores(), *load_events()))
    conditions = ", ".join(f"{code(name)} ({one.label})" for name, one in load_conditions().items())
    return "\n".join(
        [
            "# The study file\n",
            "A study file is YAML. Unknown fields, unknown names and values out of range are refused with file, line "
            "and remedy; `allodyne check STUDY` explains a study without running it.\n",
            "Time counts in days since the lesion: day d begins at time d, day 0 is the day of the lesion, and 10:00 "
            "of day d is d + 10/24. A session contains its start and not its end. In people (`species: human`) time "
            "counts in days since enrolment, and the lesion is old by then.\n",
            "## Study\n",
            _fields(Study),
            "## subjects\n",
            _fields(Subjects),
            f"Conditions: {conditions}. See [conditions.md](conditions.md).\n",
            "## assess\n",
            _fields(Assessment),
            "The baseline, just before the lesion or at enrolment, is always recorded as day 0.\n",
            "## measure\n",
            f"Endpoints of rats and mice: {endpoints}. Of people, where their condition knows them: {told} "
            "([conditions.md](conditions.md#what-people-report)). Of all subjects further every species of the network "
            "and every published variable that stands for exactly one species ([network.md](network.md)), as fold of "
            "healthy.\n",
            "## published\n",
            "Each entry is printed beside the simulated value and changes nothing. The `statistic` is computed from "
            "the measured values of the simulated subjects; statistics of one arm need no `against`. "
            "A number needed to treat is 100 divided by `responder_50`.\n",
            _fields(Published),
            "## arms\n",
            "Each arm is a list of treatments; `[]` is untreated. Every entry names one treatment. Entries of one arm "
            "are given together. Overlapping sessions of the same treatment are refused. A knock-out stands in the "
            "same list.\n",
            "### Fields of every treatment\n",
            _fields(Timing, "timing"),
            *(_treatment(name, kind) for name, kind in TREATMENTS.items()),
            _knockout(),
        ]
    )


def _treatment(name: str, kind: type[BaseModel]) -> str:
    own = [field for field in kind.model_fields if field not in Timing.model_fields]
    own += ["at"] if name == "drug" else []
    texts = [
        f"`{text}` stands for `{field}` and takes {', '.join(units)}"
        for text, (field, units) in TEXTS.get(name, {}).items()
    ]
    parts = [f"### {name}\n", f"```yaml\n{EXAMPLES[name]}\n```\n"]
    parts.append(_fields(kind, name, own) if own else "It has the fields of every treatment, and no others.\n")
    if texts:
        parts.append(f"As text with a unit: {'; '.join(texts)}.\n")
    if name in AFTER:
        parts.append(AFTER[name])
    if name == "hbot":
        parts += ["`air_breaks` is a mapping:\n", _fields(AirBreaks, "hbot")]
    if name == "drug":
        known = ", ".join(f"`{drug.id}`" for drug in load_catalogue().drugs)
        people = ", ".join(f"`{drug.id}`" for drug in load_catalogue().drugs if drug.routes_in(IN_PEOPLE))
        parts.append(
            f"Drugs: {known}. In people: {people}. Numbers and routes: "
            "[treatments.md](treatments.md#drugs-and-blockers).\n"
        )
    return "\n".join(parts)


def _knockout() -> str:
    return "\n".join(
        [
            "### knockout\n",
            f"```yaml\n{EXAMPLES['knockout']}\n```\n",
            _fields(Knockout, "knockout"),
            "Not a treatment but an experiment on the network: it holds from the start to the end of the arm, has no "
            "days and brings no placebo response. One name may stand without brackets. In health nothing changes; what "
            "the species or edge adds to the lesion or the treatment is gone. How to use it: "
            "[knock out a mechanism](how-to/knock-out-a-mechanism.md).\n",
        ]
    )


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
                field.description or meaning,
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
    return {"dose_mg_kg": "mg/kg", "dose_mg": "mg", "dose_ug": "ug"}.get(name, UNITS.get(name, ""))


def _accepted(field: FieldInfo, limits: Constant | None, name: str, section: str) -> str:
    if limits is not None:
        return f"{number(limits.low or 0.0)} to {number(limits.high or 0.0)}"
    if section == "drug" and name.startswith("dose"):
        largest = load_catalogue().limits
        return f"more than 0 to {number(getattr(largest, name.removeprefix('dose_')).value)}"
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
