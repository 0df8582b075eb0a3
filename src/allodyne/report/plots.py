"""Figures: courses with bands and session marks, and effect sizes side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

from allodyne.report.effects import effect_rows
from allodyne.report.published import comparisons
from allodyne.report.wording import day_text, interval, origin, standardised_text

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from allodyne.report.results import Results

# Okabe and Ito's colours, told apart with every common colour blindness; the yellow is left out, it vanishes on white.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
CONTROL_COLOUR = "#808080"
# Of the band of the parameters; the lines of arms have other dashes and twice its width.
BAND_DASH, BAND_WIDTH = "4px,3px", 1.1
DASHES = ("solid", "dash", "dot")
BAND_OPACITY = 0.16
GRID = "rgba(128,128,128,0.22)"
INK = "#3c3c3c"
PANEL_HEIGHT, STRIP_HEIGHT, MARGIN_HEIGHT = 270, 14, 110
# A session shorter than this share of the time axis is a tick, a longer one a bar.
TICK_SHARE = 0.01


class ArmStyle(NamedTuple):
    """How an arm looks in every figure."""

    colour: str
    dash: str


def arm_styles(results: Results) -> dict[str, ArmStyle]:
    """Give every arm its colour: the control arm is grey, dashes begin where the colours end."""
    treated = [arm for arm in results.arms if arm != results.control]
    styles = {
        arm: ArmStyle(PALETTE[index % len(PALETTE)], DASHES[index // len(PALETTE) % len(DASHES)])
        for index, arm in enumerate(treated)
    }
    return {arm: styles.get(arm, ArmStyle(CONTROL_COLOUR, "solid")) for arm in results.arms}


def curves(results: Results, outcomes: Sequence[str]) -> go.Figure:
    """Draw courses: median and 5 to 95 percent of subjects per arm, one panel per outcome, sessions as ticks below.

    Thin dashed outlines are 5 to 95 percent over draws of the calibrated parameters, in the typical subject.

    Parameters
    ----------
    results : Results
    outcomes : sequence of str

    Returns
    -------
    plotly.graph_objects.Figure
        Diamonds are published differences on top of the simulated median of the arm that they were taken against.
    """
    from plotly.subplots import make_subplots

    treated = [arm for arm, marks in results.sessions.items() if marks]
    columns = 1 if len(outcomes) <= 3 else 2
    panels = -(-len(outcomes) // columns)
    strip = STRIP_HEIGHT * len(treated) + 8 if treated else 0
    heights = [PANEL_HEIGHT] * panels + ([strip] if treated else [])
    figure = make_subplots(
        rows=len(heights),
        cols=columns,
        shared_xaxes="all",
        row_heights=heights,
        vertical_spacing=min(0.06, 0.3 / len(heights)),
        subplot_titles=[escape(results.label(outcome)) for outcome in outcomes],
    )
    _style(figure, height=sum(heights) + MARGIN_HEIGHT)
    for position, outcome in enumerate(outcomes):
        place = {"row": position // columns + 1, "col": position % columns + 1}
        _draw_course(figure, results, outcome, place, legend=position == 0)
    if results.draws:
        _explain_bands(figure)
    for column in range(1, columns + 1) if treated else ():
        _draw_sessions(figure, results, treated, {"row": len(heights), "col": column})
    title = f"days since {origin(results)}" + (" (ticks: sessions)" if treated else "")
    for column in range(1, columns + 1):
        figure.update_xaxes(title_text=title, showticklabels=True, row=len(heights), col=column)
    return figure


def forest(results: Results, day: float | None = None) -> go.Figure:
    """Draw the standardised effect of every arm on every outcome on one day.

    Parameters
    ----------
    results : Results
    day : float, optional
        A recorded day; the first one after treatment without it.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    import plotly.graph_objects as go

    day = results.day_after_treatment if day is None else day
    frame = results.effects(day=day).dropna(subset=["g"])
    styles, figure = arm_styles(results), go.Figure()
    outcomes = [outcome for outcome in results.outcomes if outcome in set(frame["outcome"])]
    arms = [arm for arm in results.arms if arm in set(frame["arm"])]
    heights = {outcome: len(outcomes) - 1 - position for position, outcome in enumerate(outcomes)}
    for index, arm in enumerate(arms):
        rows = frame[frame["arm"] == arm]
        # Arms share the row of their outcome, one below the other.
        shift = 0.6 * (0.5 - (index + 0.5) / len(arms))
        figure.add_scatter(
            x=rows["g"].tolist(),
            y=[heights[outcome] + shift for outcome in rows["outcome"]],
            error_x={
                "array": (rows["g_high"] - rows["g"]).tolist(),
                "arrayminus": (rows["g"] - rows["g_low"]).tolist(),
                "width": 0,
                "thickness": 2,
            },
            mode="markers",
            marker={"color": styles[arm].colour, "size": 8},
            name=escape(arm),
            hovertext=[
                f"{escape(arm)}<br>{escape(results.label(row.outcome))}: "
                f"g {standardised_text(row.g, row.g_low, row.g_high)}"
                for row in effect_rows(rows)
            ],
            hoverinfo="text",
        )
    figure.add_vline(x=0, line={"color": CONTROL_COLOUR, "width": 1})
    figure.update_yaxes(
        tickmode="array",
        tickvals=[heights[outcome] for outcome in outcomes],
        ticktext=[escape(results.label(outcome)) for outcome in outcomes],
        range=[-0.6, len(outcomes) - 0.4],
    )
    figure.update_xaxes(title_text=f"Hedges g against {escape(results.control or '')} on day {day_text(day)}")
    _style(figure, height=MARGIN_HEIGHT + len(outcomes) * max(30, 14 * len(arms) + 8))
    figure.update_layout(hovermode="closest")
    figure.update_yaxes(automargin=True)
    return figure


def _draw_course(figure: go.Figure, results: Results, outcome: str, place: dict[str, int], legend: bool) -> None:
    times = results.times
    for arm, style in arm_styles(results).items():
        found = results.spread(outcome, arm)
        figure.add_scatter(
            x=[*times, *times[::-1]],
            y=[*found.high, *found.low[::-1]],
            fill="toself",
            fillcolor=_faded(style.colour),
            line={"width": 0},
            mode="lines",
            hoverinfo="skip",
            legendgroup=arm,
            showlegend=False,
            **place,
        )
        figure.add_scatter(
            x=times,
            y=found.value,
            mode="lines" if len(times) > 1 else "markers",
            line={"color": style.colour, "dash": style.dash, "width": 2.2},
            name=escape(arm),
            legendgroup=arm,
            showlegend=legend,
            text=[
                interval(float(v), float(a), float(b))
                for v, a, b in zip(found.value, found.low, found.high, strict=True)
            ],
            hovertemplate="%{text}",
            **place,
        )
        if results.draws:
            _draw_parameter_band(figure, results, outcome, arm, place)
    _draw_published(figure, results, outcome, place)
    _mark_lesion(figure, results, place)
    title = "fold of healthy" if outcome in results.biomarkers else results.units(outcome)
    figure.update_yaxes(title_text=escape(title), **place)


def _draw_parameter_band(figure: go.Figure, results: Results, outcome: str, arm: str, place: dict[str, int]) -> None:
    found = results.parameter_band(outcome, arm)
    figure.add_scatter(
        x=[*results.times, None, *results.times],
        y=[*found.low, None, *found.high],
        mode="lines",
        line={"color": arm_styles(results)[arm].colour, "dash": BAND_DASH, "width": BAND_WIDTH},
        name="parameters",
        hoverinfo="skip",
        legendgroup=arm,
        showlegend=False,
        **place,
    )


def _explain_bands(figure: go.Figure) -> None:
    """Say in the legend which band is which."""
    line = {"color": CONTROL_COLOUR, "dash": BAND_DASH, "width": BAND_WIDTH}
    marker = {"symbol": "square", "size": 12, "color": _faded(CONTROL_COLOUR)}
    figure.add_scatter(x=[None], y=[None], mode="markers", marker=marker, name="90% of subjects")
    figure.add_scatter(x=[None], y=[None], mode="lines", line=line, name="90% over parameters, typical subject")


def _draw_published(figure: go.Figure, results: Results, outcome: str, place: dict[str, int]) -> None:
    styles = arm_styles(results)
    for row in comparisons(results):
        if row.outcome != outcome or not row.drawable:
            continue
        recorded = results.days.index(row.day)
        base = float(results.spread(outcome, row.against).value[recorded])
        figure.add_scatter(
            x=[results.times[recorded]],
            y=[base + row.published],
            error_y={
                "array": [row.published_high - row.published],
                "arrayminus": [row.published - row.published_low],
                "visible": not math.isnan(row.published_low),
                "thickness": 1.5,
                "width": 4,
            },
            mode="markers",
            marker={"symbol": "diamond-open", "size": 10, "color": styles[row.arm].colour, "line": {"width": 2}},
            legendgroup=row.arm,
            showlegend=False,
            text=[
                f"published difference against {escape(row.against)}: "
                f"{interval(row.published, row.published_low, row.published_high, sign=True)} {escape(row.units)}"
                f"<br>{escape(row.source)}"
            ],
            hovertemplate="%{text}<extra></extra>",
            **place,
        )


def _draw_sessions(figure: go.Figure, results: Results, arms: Sequence[str], place: dict[str, int]) -> None:
    shortest = TICK_SHARE * (results.times[-1] - results.times[0])
    for row, arm in enumerate(reversed(arms)):
        colour, marks = arm_styles(results)[arm].colour, results.sessions[arm]
        bars = [mark for mark in marks if mark.end - mark.start > shortest]
        figure.add_scatter(
            x=[time for mark in bars for time in (mark.start, min(mark.end, results.times[-1]), None)],
            y=[row for _ in bars for _ in range(3)],
            mode="lines",
            line={"color": colour, "width": 5},
            hoverinfo="skip",
            legendgroup=arm,
            showlegend=False,
            **place,
        )
        figure.add_scatter(
            x=[mark.start for mark in marks],
            y=[row] * len(marks),
            mode="markers",
            marker={"symbol": "line-ns", "size": 9, "line": {"color": colour, "width": 1.5}},
            text=[f"{escape(arm)}: {escape(mark.label)}, day {day_text(mark.start)}" for mark in marks],
            hovertemplate="%{text}<extra></extra>",
            legendgroup=arm,
            showlegend=False,
            **place,
        )
    figure.update_yaxes(
        range=[-0.8, len(arms) - 0.2],
        showticklabels=False,
        ticks="",
        showgrid=False,
        zeroline=False,
        fixedrange=True,
        **place,
    )


def _mark_lesion(figure: go.Figure, results: Results, place: dict[str, int]) -> None:
    if results.data.attrs.get("condition") != "naive" and results.times[0] <= 0 <= results.times[-1]:
        line = {"color": CONTROL_COLOUR, "width": 1, "dash": "dot"}
        font = {"size": 11, "color": CONTROL_COLOUR}
        figure.add_vline(
            x=0,
            line=line,
            annotation={"text": origin(results).removeprefix("the "), "font": font},
            annotation_position="top right",
            **place,
        )


def _style(figure: go.Figure, height: int) -> None:
    axis: dict[str, Any] = {
        "gridcolor": GRID,
        "zeroline": False,
        "linecolor": GRID,
        "ticks": "outside",
        "tickcolor": GRID,
    }
    figure.update_xaxes(**axis)
    figure.update_yaxes(**axis)
    figure.update_layout(
        template="none",
        height=height,
        hovermode="x unified",
        font={"color": INK, "size": 13, "family": "system-ui, sans-serif"},
        paper_bgcolor="white",
        plot_bgcolor="white",
        margin={"l": 62, "r": 18, "t": 56, "b": 48},
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "top", "yref": "container"},
    )


def _faded(colour: str) -> str:
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red},{green},{blue},{BAND_OPACITY})"
