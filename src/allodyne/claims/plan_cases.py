"""Plans that a claim on safety, regimens or equipment names, checked as a user's plan would be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from allodyne.animals import IN_PEOPLE, Animal

if TYPE_CHECKING:
    from allodyne.safety.remarks import Remark


class PlanCase(BaseModel):
    """A plan, and what its check must say.

    Attributes
    ----------
    says : str
        The plan in words.
    species, condition : str
    treatments : tuple of mapping
        Entries of an arm, as in a study file.
    subject : mapping or None
        The person, as in a subject file.
    finds : str
        Id of the remark that the check must make, or must not make.
    level : str
        Level of that remark; ``nothing`` where there must be none.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    says: str
    species: Animal = "human"
    condition: str
    treatments: tuple[Mapping[str, Any], ...]
    subject: Mapping[str, Any] | None = None
    finds: str = Field(pattern=r"^[a-z_]+:[a-z0-9_.]+$")
    level: Literal["nothing", "note", "caution", "assess", "unknown", "stop"]


@dataclass(frozen=True)
class PlanSeen:
    """A plan that was checked.

    Attributes
    ----------
    case : PlanCase
    remark : Remark or None
        What the check says by the id that was looked for; None where it says nothing.
    """

    case: PlanCase
    remark: Remark | None

    @property
    def behaves(self) -> bool:
        """Whether the check says what it must."""
        return (self.remark.level if self.remark else "nothing") == self.case.level


def check_case(case: PlanCase) -> PlanSeen:
    """Check a plan of a claim against the shipped rules."""
    from allodyne.safety.check import check_plan
    from allodyne.safety.patient import Patient
    from allodyne.safety.plan_check import gravest_first
    from allodyne.study import Study

    study = Study.from_dict(
        {
            "study": case.says,
            "subjects": {"species": case.species, "condition": case.condition, "n": 1},
            "days": 3650,
            "arms": {"untreated": [], "treated": list(case.treatments)},
            "measure": ["pain_score" if case.species == IN_PEOPLE else "mechanical_threshold"],
        }
    )
    patient = Patient.from_dict({"patient": case.says, **case.subject}) if case.subject is not None else None
    remarks = gravest_first(check_plan(study, patient).every_remark())
    return PlanSeen(case, next((remark for remark in remarks if remark.id == case.finds), None))
