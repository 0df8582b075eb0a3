"""What the check of a plan came to; its JSON is documented by the schema of these models."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from allodyne.animals import Animal
from allodyne.errors import UserError
from allodyne.safety.oxygen.course import OxygenCourse
from allodyne.safety.remarks import LEVELS, Remark, gravest

Verdict = Literal["passes", "caution", "assess", "not_assessed", "stop"]

LONGEST_REASON = 300
"""Characters of the reason for accepting a risk; it stands in the head of every page."""

CONTEXT = (
    "A research tool that compares a plan with published limits. It replaces neither a doctor's assessment nor the "
    "rules of the place; nothing here is dosing advice for a person."
)

_OF_LEVEL: dict[str | None, Verdict] = {
    None: "passes",
    "note": "passes",
    "caution": "caution",
    "assess": "assess",
    "unknown": "not_assessed",
    "stop": "stop",
}


class PlanRefused(UserError):
    """A plan that breaks a hard limit.

    Attributes
    ----------
    mistakes : list of UserError
        One for each hard limit or absolute contraindication, and what to do about them all.
    """

    def __init__(self, stops: list[UserError]) -> None:
        count = "a hard limit" if len(stops) == 1 else f"{len(stops)} hard limits"
        remedy = "Change the plan, or say why it shall run all the same: --accept-risk REASON."
        super().__init__(f"The plan breaks {count}.", remedy=remedy)
        self.mistakes = [*stops, UserError("The plan does not run.", remedy=remedy)]


class ArmCheck(BaseModel):
    """One arm.

    Attributes
    ----------
    verdict : str
        ``passes``, ``caution``, ``assess`` (only after a doctor's assessment), ``not_assessed`` or ``stop``.
    remarks : tuple of Remark
        The gravest first.
    oxygen : OxygenCourse or None
        Oxygen doses; None without hyperbaric sessions.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    verdict: Verdict
    remarks: tuple[Remark, ...]
    oxygen: OxygenCourse | None = None


class PlanCheck(BaseModel):
    """A checked plan.

    Attributes
    ----------
    study : str
        Its title.
    plan : str
        Digest of the study that was checked.
    animal : str
    patient : str or None
        Who was described, in the words of the subject file.
    verdict : str
        The gravest of the arms and of the study as a whole.
    remarks : tuple of Remark
        What concerns the whole study.
    arms : dict of str to ArmCheck
        In the order of the study.
    accepted_risk : str or None
        The reason that was given for a plan that breaks a hard limit.
    own_rules : tuple of str
        Ids of the limits that an own file tightens, and of the chambers that it adds.
    sources : dict of str to str
        Citation of each source by key.
    allodyne_version, context_of_use : str
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    study: str
    plan: str
    animal: Animal
    patient: str | None = None
    verdict: Verdict
    remarks: tuple[Remark, ...] = ()
    arms: dict[str, ArmCheck]
    accepted_risk: str | None = Field(None, min_length=1, max_length=LONGEST_REASON)
    own_rules: tuple[str, ...] = ()
    sources: dict[str, str] = Field(default_factory=dict)
    allodyne_version: str
    context_of_use: str = CONTEXT

    def every_remark(self) -> list[Remark]:
        """All remarks: those on the whole study, then arm by arm."""
        return [*self.remarks, *(remark for arm in self.arms.values() for remark in arm.remarks)]

    def stops(self) -> list[Remark]:
        """Hard limits that the plan breaks, and absolute contraindications."""
        return [remark for remark in self.every_remark() if remark.level == "stop"]


def verdict_of(remarks: Iterable[Remark]) -> Verdict:
    """The verdict that remarks add up to: the gravest of them; notes leave a plan as it is."""
    return _OF_LEVEL[gravest([remark.level for remark in remarks])]


def gravest_first(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """Order remarks by gravity; equal ones keep their order."""
    return tuple(sorted(remarks, key=lambda remark: -LEVELS.index(remark.level)))
