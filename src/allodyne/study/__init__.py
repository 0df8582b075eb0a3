"""What the user writes: a study with its subjects, arms and outcomes, and the schedule that follows from it."""

from allodyne.study.complaints import StudyMistakes
from allodyne.study.expectations import Published
from allodyne.study.explain import Explanation, explain
from allodyne.study.outcomes import Outcome, find_outcome
from allodyne.study.schedule import ArmSchedule, Schedule, build_schedule
from allodyne.study.schema import Assessment, Study, Subjects

__all__ = [
    "ArmSchedule",
    "Assessment",
    "Explanation",
    "Outcome",
    "Published",
    "Schedule",
    "Study",
    "StudyMistakes",
    "Subjects",
    "build_schedule",
    "explain",
    "find_outcome",
]
