"""The treatments of a study, each with its place in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from allodyne.animals import Animal
from allodyne.study.entries import Plan, treatment_name

if TYPE_CHECKING:
    from allodyne.safety.limits import Limit
    from allodyne.safety.remarks import Level, Remark
    from allodyne.study.schema import Study


@dataclass(frozen=True)
class Planned:
    """One entry of an arm.

    Attributes
    ----------
    arm : str
    entry : int
        Its number in the arm, from 1.
    treatment : str
        Name under which it stands in the study, such as ``hbot``.
    plan : Plan
    animal : str
    condition : str
        Lesion or disease of the subjects, by its id; empty where it does not matter.
    """

    arm: str
    entry: int
    treatment: str
    plan: Plan
    animal: Animal
    condition: str = ""

    def remark(self, limit: Limit, value: float, what: str) -> list[Remark]:
        """Say what a limit has against a number of this entry.

        Parameters
        ----------
        limit : Limit
        value : float
            In the unit of the limit.
        what : str
            What is the matter, in one sentence with the number.

        Returns
        -------
        list of Remark
            One, or none where the number keeps the limit or the limit is not for this animal.
        """
        return limit.remarks(value, what, self.animal, arm=self.arm, entry=self.entry, treatment=self.treatment)

    def said(self, name: str, level: Level, what: str, why: str, remedy: str = "", **basis: object) -> Remark:
        """Make a remark about this entry that no limit is behind; `basis` holds ``basis`` and ``sources``."""
        from allodyne.safety.remarks import Remark

        place = {"arm": self.arm, "entry": self.entry, "treatment": self.treatment}
        return Remark.model_validate(
            {"id": name, "level": level, "what": what, "why": why, "remedy": remedy, **place, **basis}
        )


def planned(study: Study) -> list[Planned]:
    """List the treatments of a study, arm by arm, in its order."""
    return [
        Planned(arm, entry, treatment_name(plan), plan, study.subjects.species, study.subjects.condition)
        for arm, plans in study.arms.items()
        for entry, plan in enumerate(plans, 1)
    ]
