"""Treatments: doses become sessions, drives and numbers for people to read."""

from allodyne.treatments.acupuncture import Acupuncture
from allodyne.treatments.drugs import DrugCourse
from allodyne.treatments.exercise import Exercise
from allodyne.treatments.hbot import AirBreaks, Hbot
from allodyne.treatments.placebo import Placebo
from allodyne.treatments.timing import Session, Timing

Treatment = Hbot | Exercise | Acupuncture | DrugCourse | Placebo

TREATMENTS: dict[str, type[Treatment]] = {
    "hbot": Hbot,
    "exercise": Exercise,
    "acupuncture": Acupuncture,
    "drug": DrugCourse,
    "placebo": Placebo,
}

__all__ = [
    "TREATMENTS",
    "Acupuncture",
    "AirBreaks",
    "DrugCourse",
    "Exercise",
    "Hbot",
    "Placebo",
    "Session",
    "Timing",
    "Treatment",
]
