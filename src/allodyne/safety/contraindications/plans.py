"""Which plans a rule is for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

from allodyne.documents import parse_document, read_document
from allodyne.errors import EvidenceError
from allodyne.evidence.cited import Cited
from allodyne.evidence.papers import fact, source
from allodyne.safety.contraindications.judging import Finding
from allodyne.safety.planned import Planned
from allodyne.treatments import Acupuncture, DrugCourse, Exercise, Hbot
from allodyne.treatments.metabolism import maximal_uptake

Group = Literal["chest", "labour"]


class PlanFilter(BaseModel):
    """What makes a rule concern a plan; every field that is given must hold.

    Attributes
    ----------
    exposure : str, optional
        Of HBOT: ``pressure`` (above 1 ATA), ``oxygen`` (inspired oxygen from the line in exposures.yaml on, also at
        1 ATA) or ``oxygen_under_pressure`` (both).
    modes : tuple of str
        Of exercise and acupuncture. Sham needles carry no current and so are never ``electro``.
    effort : str, optional
        Of exercise: ``vigorous``, from the lower end of that class of intensity on (ex-intensity-zones).
    points : str, optional
        Of acupuncture: a group of points in points.yaml. Cannot be told of a plan that does not name its points.
    drugs : tuple of str
        Ids of the catalogue of drugs.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    exposure: Literal["pressure", "oxygen", "oxygen_under_pressure"] | None = None
    modes: tuple[str, ...] = ()
    effort: Literal["vigorous"] | None = None
    points: Group | None = None
    drugs: tuple[str, ...] = ()

    def judge(self, planned: Planned) -> Finding:
        """Say whether a rule concerns an entry of a study."""
        plan = planned.plan
        if isinstance(plan, Hbot):
            return Finding(self._is_exposed(plan))
        if isinstance(plan, Exercise):
            return Finding(
                (not self.modes or plan.mode in self.modes) and (self.effort is None or _is_vigorous(plan, planned))
            )
        if isinstance(plan, DrugCourse):
            return Finding(not self.drugs or plan.name in self.drugs)
        if isinstance(plan, Acupuncture):
            mode = "manual" if plan.sham else plan.mode
            if self.modes and mode not in self.modes:
                return Finding(False)
            return Finding(True) if self.points is None else _at_points(plan, self.points, planned)
        return Finding(False)

    def _is_exposed(self, plan: Hbot) -> bool:
        pressed = plan.pressure_ata > 1
        oxygen = plan.pressure_ata * plan.fio2 >= _exposures().oxygen_atm.value
        held = {"pressure": pressed, "oxygen": oxygen, "oxygen_under_pressure": pressed and oxygen}
        return self.exposure is None or held[self.exposure]


class _Exposures(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    oxygen_atm: Cited


@cache
def _exposures() -> _Exposures:
    document = read_document(str(files("allodyne.safety.contraindications") / "exposures.yaml"), EvidenceError)
    found = parse_document(document, _Exposures, EvidenceError)
    for key in found.oxygen_atm.sources:
        source(key)
    return found


def _is_vigorous(plan: Exercise, planned: Planned) -> bool:
    share = max(plan.uptakes(planned.animal)) / maximal_uptake(planned.animal) * 100
    return bool(share >= fact("ex-intensity-zones").value["vigorous"]["VO2max"][0])


class PointGroup(BaseModel):
    """Points that share a danger.

    Attributes
    ----------
    points : tuple of str
        In the nomenclature of the WHO.
    basis, sources, note : str, tuple of str, str
        What the list rests on.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    points: tuple[str, ...]
    basis: Literal["fact", "derived", "assumption"]
    sources: tuple[str, ...] = ()
    note: str = ""


class _Points(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    meridians: Mapping[str, str]
    groups: Mapping[Group, PointGroup]


@cache
def _points() -> _Points:
    document = read_document(str(files("allodyne.safety.contraindications") / "points.yaml"), EvidenceError)
    found = parse_document(document, _Points, EvidenceError)
    for group in get_args(Group):
        for key in found.groups[group].sources:
            source(key)
    return found


def _at_points(plan: Acupuncture, group: Group, planned: Planned) -> Finding:
    """Say whether needles go into points of a group."""
    codes = [_code(name) for name in plan.points]
    hits = [str(code) for code in codes if code in _points().groups[group].points]
    if hits:
        return Finding(True, (f"needles at {', '.join(hits)}",))
    if codes and None not in codes:
        return Finding(False)
    place = f"the points of entry {planned.entry} of arm {planned.arm!r} in the study, such as ST36"
    return Finding(None, missing=(place,))


def _code(name: str) -> str | None:
    """Write a point in the nomenclature of the WHO: ``Liv-3`` is LR3; None where it is no such code."""
    found = re.search(r"\b([A-Za-z]{1,3})[\s-]?(\d{1,2})\b", name)
    meridian = _points().meridians.get(found.group(1).upper()) if found else None
    return f"{meridian}{int(found.group(2))}" if found and meridian else None
