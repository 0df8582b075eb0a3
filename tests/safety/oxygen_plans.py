"""Hyperbaric plans to be judged by the tests."""

from __future__ import annotations

from typing import Any

from allodyne.animals import Animal
from allodyne.safety.limits import load_limits
from allodyne.safety.oxygen.course import OxygenCourse, oxygen_course, oxygen_remarks
from allodyne.safety.planned import Planned
from allodyne.safety.remarks import LEVELS, Remark, gravest
from allodyne.treatments.hbot import Hbot

BREAKS = {"minutes": 5, "every_minutes": 20}
HOUR = 60
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


def at(minute: int, plan: dict[str, Any]) -> dict[str, Any]:
    """Let a plan start at a minute of the day."""
    return plan | {"at": f"{minute // HOUR:02d}:{minute % HOUR:02d}"}


def cut(plan: dict[str, Any], parts: int, pause: int = 0) -> list[dict[str, Any]]:
    """Spread the minutes of a plan over several entries, one after the other."""
    length = plan["minutes"] // parts
    return [at(8 * HOUR + part * (length + pause), plan | {"minutes": length}) for part in range(parts)]


def arm_harms(*plans: dict[str, object], nitrogen: bool = True) -> dict[str, float]:
    """Work out the figures of harm of several entries for people; without nitrogen, also the remarks are."""
    course = course_of(*plans)
    lungs, judged, percent = course.lungs, course.judged, course.seizure_percent
    assert lungs is not None and judged is not None and percent is not None
    remarks = [one for one in remarks_of(*plans) if nitrogen or one.id != "oxygen:nitrogen"]
    return {
        "seizures": max(one.toxicity.seizures_per_10000 for one in course.sessions if one.toxicity),
        "judged seizures": max(judged.seizures_per_10000),
        "course": percent,
        "24 h": lungs.uptd_24h,
        "week": lungs.uptd_week,
        "peak": lungs.vc_loss_peak,
        "left": lungs.vc_loss_left,
        "judged 24 h": judged.uptd_24h,
        "judged peak": judged.vc_loss_peak,
        "gravity": float(gravity(remarks)),
    } | ({"nitrogen": judged.nitrogen_share} if nitrogen else {})


def never_safer(less: dict[str, float], more: dict[str, float]) -> None:
    """Check that no figure of harm falls."""
    assert less.keys() == more.keys()
    for name, value in less.items():
        assert more[name] >= value - 1e-9 * max(abs(value), 1.0), name
