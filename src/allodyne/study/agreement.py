"""Whether the parts of a study fit each other."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic_core import InitErrorDetails

from allodyne.errors import StudyError, UserError, nearest
from allodyne.network.knockout import Knockout
from allodyne.study.expectations import SINGLE_ARM
from allodyne.study.mistakes import at, from_user_error, mistake
from allodyne.study.outcomes import Outcome, find_outcome

if TYPE_CHECKING:
    from allodyne.study.expectations import Published
    from allodyne.study.schema import Study
    from allodyne.subjects.conditions import Condition


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
    found += _impossible_knockouts(study)
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
            _unreported(conditions[subjects.condition], find_outcome(name, subjects.species, study.network))
        except UserError as error:
            yield at(("measure", index), from_user_error(error))


def _unreported(condition: Condition, outcome: Outcome) -> None:
    """Refuse what people with this condition are not known to report."""
    if outcome.form == "score" and condition.reported(outcome.name) is None:
        known = ", ".join(one.endpoint for one in condition.people)
        raise StudyError(
            f"{outcome.label} is not known in people with the condition {condition.id!r}.",
            remedy=f"Known there: {known}." if known else "Choose a condition of people, or measure biomarkers.",
        )
    if outcome.form == "events" and condition.relapses is None:
        raise StudyError(f"The condition {condition.id!r} does not relapse.", remedy="Relapses are known for ms.")


def _impossible_knockouts(study: Study) -> Iterator[InitErrorDetails]:
    from allodyne.network import load_network

    for arm, plans in study.arms.items():
        for index, plan in enumerate(plans):
            if isinstance(plan, Knockout):
                try:
                    plan.cut(load_network(study.network))
                except UserError as error:
                    yield at(("arms", arm, index), from_user_error(error))


def _misfits(study: Study, finding: Published) -> Iterator[tuple[str, str, str]]:
    against = finding.against or study.control
    alone = finding.statistic in SINGLE_ARM
    for field, name in (("arm", finding.arm), ("against", against)):
        if name not in study.arms:
            yield field, f"There is no arm {name!r}.", nearest(name, study.arms)
    if against == finding.arm and not alone:
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
