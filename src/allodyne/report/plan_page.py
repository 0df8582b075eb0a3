"""The check of a plan as a section of the report, or as a page of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allodyne.report import plan_wording
from allodyne.report.oxygen_figures import course_figure, session_figure
from allodyne.report.oxygen_rows import course_rows, session_rows
from allodyne.report.templates import Figure, figure_data, template

if TYPE_CHECKING:
    from markupsafe import Markup

    from allodyne.safety.oxygen.course import OxygenCourse
    from allodyne.safety.plan_check import PlanCheck


GENERATOR = "allodyne check"


def render(check: PlanCheck) -> str:
    """Render the check of a plan as a page of its own.

    Parameters
    ----------
    check : PlanCheck

    Returns
    -------
    str
        A whole HTML document that loads nothing from anywhere.
    """
    from plotly.offline import get_plotlyjs

    return template("plan_page.html.j2").render(
        check=check, section=plan_section(check), generator=GENERATOR, plotly_js=get_plotlyjs()
    )


def plan_section(check: PlanCheck) -> Markup:
    """Render the verdict, the remarks and the doses of oxygen with their figures, as a part of a page."""
    from markupsafe import Markup

    from allodyne.evidence.papers import source

    remarks = plan_wording.merged(check.every_remark())
    courses = {arm: one.oxygen for arm, one in check.arms.items() if one.oxygen is not None}
    return Markup(
        template("plan.html.j2").render(
            check=check,
            words=plan_wording,
            grave=[(place, remark) for place, remark in remarks if remark.level != "note"],
            notes=[(place, remark) for place, remark in remarks if remark.level == "note"],
            addresses={key: source(key).address for key in check.sources},
            figures={arm: _figures(index, course) for index, (arm, course) in enumerate(courses.items())},
            rows={arm: [*session_rows(course), *course_rows(course)] for arm, course in courses.items()},
        )
    )


def _figures(arm: int, course: OxygenCourse) -> list[Figure]:
    found = []
    for index, session in enumerate(course.sessions):
        title = f"One session, entry {session.entry}"
        found.append(figure_data(f"oxygen-{arm}-{index}", title, "PO2, mmHg", session_figure(session)))
    whole = course_figure(course)
    if whole is not None:
        found.append(figure_data(f"oxygen-course-{arm}", "Lungs over the course", "UPTD", whole))
    return found
