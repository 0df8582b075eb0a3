"""Whether the parts of a study fit each other."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic_core import InitErrorDetails

from allodyne.errors import UserError, nearest
from allodyne.study.mistakes import at, from_user_error, mistake
from allodyne.study.outcomes import find_outcome

if TYPE_CHECKING:
    from allodyne.study.schema import Published, Study


def disagreements(study: Study) -> list[InitErrorDetails]:
    """Find names that do not exist within the study, and days that are not assessed.

    Returns
    -------
    list of InitErrorDetails
        Empty when all is well.
    """
    found: list[InitErrorDetails] = []
    if study.control not in study.arms:
        found.append(
            at(("control",), mistake(f"There is no arm {study.control!r}.", nearest(study.control, study.arms)))
        )
    if not study.assessed_days():
        message = (
            f"Nothing is assessed: the first assessment would be on day {study.assess.every_days} of {study.days}."
        )
        found.append(at(("assess", "every_days"), mistake(message, "Lengthen days, or assess more often.")))
    found += _unknown_in_animal(study)
    found += (
        at(("published", index, field), mistake(message, remedy))
        for index, finding in enumerate(study.published)
        for field, message, remedy in _misfits(study, finding)
    )
    return found


def _unknown_in_animal(study: Study) -> Iterator[InitErrorDetails]:
    from allodyne.subjects.conditions import load_conditions

    subjects, conditions = study.subjects, load_conditions()
    known = conditions[subjects.condition].animals
    if subjects.species not in known:
        message = f"The condition {subjects.condition!r} is known for the {', '.join(known)} only."
        others = ", ".join(name for name, condition in conditions.items() if subjects.species in condition.animals)
        yield at(("subjects", "condition"), mistake(message, f"Known for the {subjects.species}: {others}."))
    for index, name in enumerate(study.measure):
        try:
            find_outcome(name, subjects.species, study.network)
        except UserError as error:
            yield at(("measure", index), from_user_error(error))


def _misfits(study: Study, finding: Published) -> Iterator[tuple[str, str, str]]:
    against = finding.against or study.control
    for field, name in (("arm", finding.arm), ("against", against)):
        if name not in study.arms:
            yield field, f"There is no arm {name!r}.", nearest(name, study.arms)
    if against == finding.arm:
        yield "arm", f"The arm {finding.arm!r} is compared with itself.", "Name another arm under against."
    if finding.outcome not in study.measure:
        yield "outcome", f"The outcome {finding.outcome!r} is not measured.", _measured(study, finding.outcome)
    days = study.assessed_days()
    if math.floor(finding.day) not in days:
        near = sorted(days, key=lambda day: abs(day - finding.day))[:2]
        offer = f"Assessed days nearby: {', '.join(map(str, sorted(near)))}." if near else ""
        yield "day", f"Day {finding.day:g} is not assessed.", offer


def _measured(study: Study, name: str) -> str:
    return f"Add it under measure. {nearest(name, study.measure)}".strip()
