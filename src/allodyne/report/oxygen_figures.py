"""Figures of oxygen: PO2 over a session, and what a course adds up to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allodyne.report.plots import CONTROL_COLOUR, GRID, INK, PALETTE

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from allodyne.safety.oxygen.course import OxygenCourse, OxygenSession

HEIGHT = 340
_MARGIN = {"l": 52, "r": 52, "t": 34, "b": 46}
_TICKS = (20, 50, 100, 200, 500, 1000, 2000, 5000)
_SITES = {"inspired": "inspired", "alveolar": "alveolar", "arterial": "arterial", "tissue": "tissue"}


def session_figure(session: OxygenSession) -> go.Figure:
    """Draw PO2 from the inspired gas to the tissue over one session, with the pressure of the chamber.

    Parameters
    ----------
    session : OxygenSession

    Returns
    -------
    plotly.graph_objects.Figure
        PO2 in mmHg on a logarithmic axis, the pressure in ATA on the right.
    """
    import plotly.graph_objects as go

    figure, arrays = go.Figure(), session.arrays
    figure.add_scatter(
        x=arrays.minutes,
        y=arrays.pressure_ata,
        yaxis="y2",
        name="pressure (ATA)",
        mode="lines",
        line={"color": CONTROL_COLOUR, "width": 1.5, "dash": "dot"},
        hovertemplate="%{y:.2f} ATA",
    )
    for colour, (field, label) in zip(PALETTE, _SITES.items(), strict=False):
        figure.add_scatter(
            x=arrays.minutes,
            y=getattr(arrays, field),
            name=label,
            mode="lines",
            line={"color": colour, "width": 2},
            hovertemplate="%{y:.0f} mmHg",
        )
    _style(figure)
    figure.update_xaxes(title_text="minutes since the start of compression")
    figure.update_yaxes(type="log", tickvals=_TICKS, ticktext=[str(tick) for tick in _TICKS])
    _right_axis(figure, 1.15 * max(arrays.pressure_ata), "ATA")
    return figure


def course_figure(course: OxygenCourse) -> go.Figure | None:
    """Draw what a course adds up to in the lungs: UPTD of each day, and the loss of vital capacity.

    Parameters
    ----------
    course : OxygenCourse

    Returns
    -------
    plotly.graph_objects.Figure or None
        UPTD as bars, the loss in percent on the right; None for animals, and where nothing toxic is breathed.
    """
    import plotly.graph_objects as go

    lungs = course.lungs
    if lungs is None or not any(lungs.uptd_day):
        return None
    figure = go.Figure()
    figure.add_bar(
        x=lungs.days,
        y=lungs.uptd_day,
        name="UPTD of the day",
        marker={"color": PALETTE[5]},
        hovertemplate="day %{x}: %{y:.0f} UPTD",
    )
    figure.add_scatter(
        x=lungs.times_days,
        y=lungs.vc_loss,
        yaxis="y2",
        name="loss of vital capacity before and after each session (%)",
        mode="markers",
        marker={"color": PALETTE[1], "size": 5},
        hovertemplate="%{y:.2f} %",
    )
    _style(figure)
    figure.update_xaxes(title_text="day")
    figure.update_yaxes(rangemode="tozero")
    # a loss far below one percent is drawn small
    _right_axis(figure, max(1.0, 1.15 * lungs.vc_loss_peak), "%")
    return figure


def _right_axis(figure: go.Figure, top: float, unit: str) -> None:
    figure.update_layout(
        yaxis2={
            "overlaying": "y",
            "side": "right",
            "range": [0, top],
            "type": "linear",
            "tickmode": "auto",
            "showgrid": False,
            "title": {"text": unit},
        },
    )


def _style(figure: go.Figure) -> None:
    figure.update_layout(
        template="none",
        height=HEIGHT,
        margin=_MARGIN,
        font={"color": INK, "size": 12},
        hovermode="x unified",
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        bargap=0.35,
    )
    figure.update_xaxes(gridcolor=GRID, zeroline=False)
    figure.update_yaxes(gridcolor=GRID, zeroline=False)
