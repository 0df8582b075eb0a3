"""Which plans a rule is for."""

from __future__ import annotations

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
from allodyne.safety.contraindications.points import Group, needles_at
from allodyne.safety.planned import Planned
from allodyne.treatments import Acupuncture, DrugCourse, Exercise, Hbot
from allodyne.treatments.metabolism import maximal_uptake

ExposureName = Literal[
    "pressure", "oxygen_to_lungs", "oxygen_to_breathing", "oxygen", "oxygen_to_brain", "oxygen_to_eyes"
]


class PlanFilter(BaseModel):
    """What makes a rule concern a plan; every field that is given must hold.

    Attributes
    ----------
    exposure : str, optional
        Of HBOT: what the patient is exposed to, by a name in exposures.yaml, such as ``pressure``.
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

    exposure: ExposureName | None = None
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
        return self.exposure is None or exposures()[self.exposure].holds(plan)


class Exposure(BaseModel):
    """What a session exposes to, in so far as a contraindication depends on it.

    Attributes
    ----------
    under_pressure : bool
        Only above 1 ATA.
    oxygen_atm : Cited, optional
        Inspired oxygen pressure (dry, atm) from which on it counts; without it any gas does.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    under_pressure: bool
    oxygen_atm: Cited | None = None

    def holds(self, plan: Hbot) -> bool:
        """Say whether a plan exposes to it."""
        pressed = plan.pressure_ata > 1 or not self.under_pressure
        return pressed and (self.oxygen_atm is None or plan.pressure_ata * plan.fio2 >= self.oxygen_atm.value)


class _Exposures(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    exposures: Mapping[ExposureName, Exposure]


@cache
def exposures() -> Mapping[ExposureName, Exposure]:
    """Read the exposures that rules name.

    Raises
    ------
    EvidenceError
        When the file is malformed, an exposure is missing or a source is not known.
    """
    document = read_document(str(files("allodyne.safety.contraindications") / "exposures.yaml"), EvidenceError)
    found = parse_document(document, _Exposures, EvidenceError).exposures
    missing = set(get_args(ExposureName)) - set(found)
    if missing:
        raise EvidenceError(f"The exposure {min(missing)!r} is missing.", document.where(("exposures",)))
    for exposure in found.values():
        for key in exposure.oxygen_atm.sources if exposure.oxygen_atm else ():
            source(key)
    return found


def _is_vigorous(plan: Exercise, planned: Planned) -> bool:
    share = max(plan.uptakes(planned.animal)) / maximal_uptake(planned.animal) * 100
    return bool(share >= fact("ex-intensity-zones").value["vigorous"]["VO2max"][0])


def _at_points(plan: Acupuncture, group: Group, planned: Planned) -> Finding:
    """Say whether needles go into points of a group."""
    hits, understood = needles_at(plan.points, group)
    if hits:
        return Finding(True, (f"needles at {', '.join(hits)}",))
    if understood:
        return Finding(False)
    place = f"the points of entry {planned.entry} of arm {planned.arm!r} in the study, such as ST36"
    return Finding(None, missing=(place,))
