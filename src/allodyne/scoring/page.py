"""The page of the validation: one HTML file that needs nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from allodyne.report import wording as numbers
from allodyne.report.results import CONTEXT_OF_USE
from allodyne.report.templates import embedded, template
from allodyne.scoring import wording as say
from allodyne.scoring.agreement import DIRECTIONS, FAILED
from allodyne.scoring.published_intervals import missed, stated, within_rows

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from allodyne.scoring.validation import Validation

GENERATOR = "allodyne validate"


@dataclass(frozen=True)
class Drawing:
    """A figure as data for plotly.js."""

    id: str
    title: str
    note: str
    height: int
    json: str


def render(validation: Validation) -> str:
    """Render the page.

    Parameters
    ----------
    validation : Validation

    Returns
    -------
    str
        A whole HTML document that loads nothing from anywhere.
    """
    import allodyne

    drawings = {one.id: one for one in _drawings(validation)}
    return template("validation.html.j2", "allodyne.scoring").render(
        v=validation,
        say=say,
        numbers=numbers,
        directions=(*DIRECTIONS, FAILED),
        drawings=drawings,
        within=within_rows(validation.numbers) if stated(validation.numbers) else [],
        missed=missed(validation.numbers),
        generator=GENERATOR,
        version=allodyne.__version__,
        context_of_use=CONTEXT_OF_USE,
        plotly_js=_plotly() if drawings else "",
    )


def _drawings(validation: Validation) -> list[Drawing]:
    from allodyne.scoring.figures import agreement_figure, calibration_figure, sizes_figure

    found = []
    if validation.agreement:
        note = "Numbers of findings in brackets; dotted lines at 80 and 90 percent."
        found.append(_drawing("agreement", "Agreement of directions", note, agreement_figure(validation)))
    if validation.numbers:
        note = "Bars are 90 percent prediction intervals; orange ones do not hold the published value."
        found.append(_drawing("sizes", "Predicted against published sizes", note, sizes_figure(validation)))
    if validation.predictions:
        note = "On the dashed line intervals and chances mean what they say; below it they promise too much."
        found.append(_drawing("calibration", "Calibration", note, calibration_figure(validation)))
    return found


def _drawing(name: str, title: str, note: str, figure: go.Figure) -> Drawing:
    return Drawing(f"figure-{name}", title, note, int(figure.layout.height), embedded(figure))


def _plotly() -> str:
    from plotly.offline import get_plotlyjs

    return str(get_plotlyjs())
