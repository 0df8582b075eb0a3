"""The figure of an experiment: its arms beside each other, with what was published."""

from __future__ import annotations

import math
import textwrap
from html import escape
from typing import TYPE_CHECKING, Any

from allodyne.claims.panels import Panel, panels
from allodyne.report.plots import CONTROL_COLOUR, GRID, INK, ArmStyle, arm_styles
from allodyne.report.wording import interval

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from allodyne.claims.experiments import Experiment

ROW_HEIGHT, HEAD_HEIGHT, FOOT_HEIGHT = 30, 46, 24
"""Pixels for an arm, for the title of a panel and for the numbers below it."""
LABEL_WIDTH, TITLE_WIDTH = 24, 52
"""Characters in a line."""
MARGIN_SHARE = 0.06
# A published value stands a little below the arm that it belongs to, where it hides nothing.
MARK_SHIFT = 0.3


def experiment_figure(experiment: Experiment) -> go.Figure:
    """Draw an experiment: a panel for each compared outcome, with a line for each arm.

    Parameters
    ----------
    experiment : Experiment

    Returns
    -------
    plotly.graph_objects.Figure
        Dots are medians, bars 5 to 95 percent of the subjects as measured; the dashed line is the baseline (for
        biomarkers, healthy); diamonds are published differences on top of the median of the arm that they were taken
        against.
    """
    from plotly.subplots import make_subplots

    shown = panels(experiment)
    styles = arm_styles(experiment.results)
    inner = [ROW_HEIGHT * len(panel.bars) for panel in shown]
    gaps = (HEAD_HEIGHT + FOOT_HEIGHT) * (len(shown) - 1)
    total = max(sum(inner) + gaps, 1)
    figure = make_subplots(
        rows=max(len(shown), 1),
        cols=1,
        row_heights=inner or [1],
        vertical_spacing=(HEAD_HEIGHT + FOOT_HEIGHT) / total if len(shown) > 1 else 0,
        subplot_titles=["<br>".join(map(escape, textwrap.wrap(panel.title, TITLE_WIDTH))) for panel in shown],
    )
    figure.update_annotations(x=0, xanchor="left", align="left", font={"size": 13, "color": INK})
    for row, panel in enumerate(shown, start=1):
        _draw(figure, panel, styles, {"row": row, "col": 1})
    figure.update_layout(
        template="none",
        height=total + HEAD_HEIGHT + FOOT_HEIGHT,
        showlegend=False,
        hovermode="closest",
        font={"color": INK, "size": 12, "family": "system-ui, sans-serif"},
        paper_bgcolor="white",
        plot_bgcolor="white",
        margin={"l": 10, "r": 14, "t": HEAD_HEIGHT, "b": FOOT_HEIGHT},
    )
    return figure


def _draw(figure: go.Figure, panel: Panel, styles: dict[str, ArmStyle], place: dict[str, int]) -> None:
    heights = {bar.arm: len(panel.bars) - 1 - position for position, bar in enumerate(panel.bars)}
    for bar in panel.bars:
        text = f"{escape(_spelt(bar.arm))}<br>{interval(bar.value, bar.low, bar.high)}, 5 to 95 percent of subjects"
        dot = {"color": styles[bar.arm].colour, "size": 9}
        _add(figure, (bar.value, bar.low, bar.high), heights[bar.arm], dot, text, place, thickness=3)
    for mark in panel.marks:
        text = f"published, {escape(mark.source)}: at {interval(mark.value, mark.low, mark.high)}"
        dot = {"symbol": "diamond-open", "size": 9, "color": styles[mark.arm].colour, "line": {"width": 2}}
        _add(figure, (mark.value, mark.low, mark.high), heights[mark.arm] - MARK_SHIFT, dot, text, place, thickness=1)
    low, high = panel.extent
    margin = MARGIN_SHARE * ((high - low) or 1.0)
    if math.isfinite(panel.baseline):
        figure.add_vline(
            x=panel.baseline,
            line={"color": CONTROL_COLOUR, "width": 1, "dash": "dash"},
            annotation={
                "text": panel.baseline_name,
                "font": {"size": 10, "color": CONTROL_COLOUR},
                "yanchor": "bottom",
                "yshift": -2,
            },
            annotation_position="top left" if panel.baseline > (low + high) / 2 else "top right",
            **place,
        )
    axis: dict[str, Any] = {"gridcolor": GRID, "zeroline": False, "linecolor": GRID, "tickcolor": GRID}
    figure.update_xaxes(range=[low - margin, high + margin], nticks=6, ticks="outside", **axis, **place)
    figure.update_yaxes(
        range=[-0.6, len(panel.bars) - 0.4],
        tickmode="array",
        tickvals=list(heights.values()),
        ticktext=["<br>".join(map(escape, textwrap.wrap(_spelt(arm), LABEL_WIDTH))) for arm in heights],
        automargin=True,
        showgrid=False,
        fixedrange=True,
        **axis,
        **place,
    )


def _add(
    figure: go.Figure,
    values: tuple[float, float, float],
    height: float,
    marker: dict[str, Any],
    text: str,
    place: dict[str, int],
    thickness: float,
) -> None:
    value, low, high = values
    if not math.isfinite(value):
        return
    figure.add_scatter(
        x=[value],
        y=[height],
        error_x={
            "array": [high - value],
            "arrayminus": [value - low],
            "visible": math.isfinite(low),
            "thickness": thickness,
            "width": 0,
            "color": marker["color"],
        },
        mode="markers",
        marker=marker,
        text=[text],
        hovertemplate="%{text}<extra></extra>",
        **place,
    )


def _spelt(arm: str) -> str:
    return arm.replace("_", " ")
