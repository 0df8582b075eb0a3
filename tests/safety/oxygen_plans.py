"""Hyperbaric plans to be judged by the tests."""

from __future__ import annotations

from allodyne.animals import Animal
from allodyne.safety.limits import load_limits
from allodyne.safety.oxygen.course import OxygenCourse, oxygen_course, oxygen_remarks
from allodyne.safety.planned import Planned
from allodyne.safety.remarks import LEVELS, Remark, gravest
from allodyne.treatments.hbot import Hbot

BREAKS = {"minutes": 5, "every_minutes": 20}
NO_RAMPS = {"compression_min": 0, "decompression_min": 0}


def entries(*plans: dict[str, object], animal: Animal = "human") -> list[Planned]:
    """Make an arm of hyperbaric entries; what is left out is a session of 90 min at 2 ATA."""
    usual: dict[str, object] = {"pressure_ata": 2.0, "minutes": 90}
    made = [Hbot.model_validate(usual | ({} if "weeks" in plan else {"sessions": 1}) | plan) for plan in plans]
    return [Planned("arm", number, "hbot", plan, animal) for number, plan in enumerate(made, 1)]


def course_of(*plans: dict[str, object], animal: Animal = "human", **options: object) -> OxygenCourse:
    """Work out the oxygen of an arm."""
    found = oxygen_course("arm", entries(*plans, animal=animal), **options)
    assert found is not None
    return found


def remarks_of(*plans: dict[str, object], animal: Animal = "human") -> list[Remark]:
    """Hold an arm against the shipped limits."""
    made = entries(*plans, animal=animal)
    course = oxygen_course("arm", made)
    assert course is not None
    return oxygen_remarks(course, made, load_limits())


def gravity(remarks: list[Remark]) -> int:
    """How grave remarks are: -1 for none, then in the order of the levels."""
    level = gravest([remark.level for remark in remarks])
    return -1 if level is None else LEVELS.index(level)
