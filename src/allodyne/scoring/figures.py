"""Figures of the page: agreement by group, predicted against published sizes, and calibration."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from allodyne.report.plots import CONTROL_COLOUR, GRID, INK, PALETTE
from allodyne.scoring import wording as say

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from allodyne.scoring.sizes import Sized
    from allodyne.scoring.validation import Validation

ROW, HEAD, FOOT = 34, 70, 56
PANEL, PANELS_A_ROW, MOST_PANELS = 320, 2, 6
"""Height of a panel of sizes in pixels, and how many families are drawn, the largest first."""
LEVELS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
"""Probabilities of the intervals whose coverage is drawn."""
DIRECTION_BINS = 5
MODEL, CLASS, OUTCOME, SHUFFLED, SEEN = PALETTE[0], PALETTE[1], PALETTE[2], CONTROL_COLOUR, PALETTE[5]


def agreement_figure(validation: Validation) -> go.Figure:
    """Held-out agreement of all, of animals and people, of each class and therapy, with the baselines."""
    rows = [row for row in validation.agreement if row.by in ("subjects", "class", "therapy")]
    names = [escape(f"{say.name_text(row.name)} ({row.held_out.count})") for row in rows]
    heights = [len(rows) - 1 - place for place in range(len(rows))]
    figure = _empty(HEAD + FOOT + ROW * max(len(rows), 1))
    shuffled = [100 * row.shuffled.mean for row in rows]
    _dots(figure, shuffled, heights, "shuffled signs", SHUFFLED, "x-thin-open")
    _dots(
        figure,
        [100 * row.of_class_with_own.by_record.value for row in rows],
        heights,
        "majority of class",
        CLASS,
        "triangle-up",
    )
    of_outcome = [100 * row.of_outcome.by_record.value for row in rows]
    _dots(figure, of_outcome, heights, "majority of class, therapy and outcome", OUTCOME, "diamond")
    seen = [100 * row.fitted.by_record.value if row.fitted else None for row in rows]
    _dots(figure, seen, heights, "model, papers seen", SEEN, "circle-open")
    told = [row.held_out.by_record for row in rows]
    error = {
        "type": "data",
        "array": [_gap(one.high, one.value) for one in told],
        "arrayminus": [_gap(one.value, one.low) for one in told],
        "thickness": 2,
        "width": 0,
    }
    values = [100 * one.value for one in told]
    _dots(figure, values, heights, "model, held out (90% interval)", MODEL, "circle", error_x=error)
    figure.update_xaxes(range=[0, 102], title="findings whose direction is predicted, percent")
    figure.update_yaxes(
        tickmode="array", tickvals=heights, ticktext=names, range=[-0.6, len(rows) - 0.4], automargin=True
    )
    for goal in (80, 90):
        figure.add_vline(x=goal, line={"color": CONTROL_COLOUR, "width": 1, "dash": "dot"})
    return figure


def sizes_figure(validation: Validation) -> go.Figure:
    """Predicted against published sizes, a panel for each of the largest families."""
    from plotly.subplots import make_subplots

    families = [row.family for row in validation.sizes if not math.isnan(row.rmse)][:MOST_PANELS]
    rows = max(1, -(-len(families) // PANELS_A_ROW))
    grid = make_subplots(
        rows=rows,
        cols=PANELS_A_ROW,
        subplot_titles=[escape(say.family_text(name)) for name in families],
        vertical_spacing=0.32 / rows,
        horizontal_spacing=0.1,
    )
    figure = _styled(grid, HEAD + PANEL * rows)
    for place, family in enumerate(families):
        some = [one for one in validation.numbers if one.experiment.family == family and one.solved]
        where = {"row": place // PANELS_A_ROW + 1, "col": place % PANELS_A_ROW + 1}
        ends = [value for one in some for value in (one.published, one.prediction.size)]
        figure.add_scatter(
            x=[min(ends), max(ends)],
            y=[min(ends), max(ends)],
            mode="lines",
            line={"color": CONTROL_COLOUR, "width": 1, "dash": "dash"},
            hoverinfo="skip",
            **where,
        )
        for inside, colour in ((True, MODEL), (False, CLASS)):
            _sizes(figure, [one for one in some if one.covered(0.9) is inside], colour, where)
        figure.update_xaxes(title="published", **where)
        figure.update_yaxes(title="predicted", **where)
    return figure


def _sizes(figure: go.Figure, some: Sequence[Sized], colour: str, where: dict[str, int]) -> None:
    half = [one.interval()[1] - one.prediction.size for one in some]
    text = [
        f"{escape(one.experiment.id)}<br>published {say.published_number(one)}<br>predicted {say.predicted_number(one)}"
        for one in some
    ]
    figure.add_scatter(
        x=[one.published for one in some],
        y=[one.prediction.size for one in some],
        error_y={"type": "data", "array": half, "thickness": 1, "width": 0},
        mode="markers",
        marker={"color": colour, "size": 7, "opacity": 0.75},
        text=text,
        hovertemplate="%{text}<extra></extra>",
        **where,
    )


def calibration_figure(validation: Validation) -> go.Figure:
    """Coverage of prediction intervals of sizes, and how often directions come out that were given a chance."""
    from plotly.subplots import make_subplots

    titles = ["sizes: published values inside", "directions: came out so"]
    figure = _styled(make_subplots(rows=1, cols=2, subplot_titles=titles, horizontal_spacing=0.12), HEAD + PANEL)
    for column in (1, 2):
        figure.add_scatter(
            x=[0, 100],
            y=[0, 100],
            mode="lines",
            line={"color": CONTROL_COLOUR, "width": 1, "dash": "dash"},
            hoverinfo="skip",
            showlegend=False,
            row=1,
            col=column,
        )
    for name, colour, some in (
        ("animals", MODEL, [one for one in validation.numbers if not one.experiment.in_people]),
        ("people", CLASS, [one for one in validation.numbers if one.experiment.in_people]),
    ):
        if some:
            inside = [100 * float(np.mean([one.covered(level) for one in some])) for level in LEVELS]
            _curve(figure, [100 * level for level in LEVELS], inside, f"{name} ({len(some)})", colour, 1)
    given, seen, sizes = _reliability(validation)
    _curve(figure, given, seen, "directions", OUTCOME, 2, sizes)
    figure.update_xaxes(title="probability of the interval, percent", range=[0, 100], row=1, col=1)
    figure.update_xaxes(title="predicted chance, percent", range=[0, 100], row=1, col=2)
    figure.update_yaxes(title="percent", range=[0, 102])
    figure.update_layout(showlegend=True, legend={"orientation": "h", "y": 1.22, "x": 0})
    return figure


def _reliability(validation: Validation) -> tuple[list[float], list[float], list[int]]:
    """Mean predicted chance, share that came out, and number, in bins of the chance; all three directions together."""
    pairs = [
        (chance, float(way == one.experiment.direction))
        for one in validation.predictions
        if one.experiment.direction is not None and one.experiment.right is not None
        for way, chance in zip(("down", "none", "up"), one.chances, strict=True)
        if math.isfinite(chance)
    ]
    if not pairs:
        return [], [], []
    table = np.array(pairs)
    bins = np.minimum((table[:, 0] * DIRECTION_BINS).astype(int), DIRECTION_BINS - 1)
    filled = [k for k in range(DIRECTION_BINS) if (bins == k).any()]
    means = [table[bins == k].mean(axis=0) * 100 for k in filled]
    return [float(one[0]) for one in means], [float(one[1]) for one in means], [int((bins == k).sum()) for k in filled]


def _curve(
    figure: go.Figure,
    x: Sequence[float],
    y: Sequence[float],
    name: str,
    colour: str,
    column: int,
    counts: Sequence[int] | None = None,
) -> None:
    text = [f"{escape(name)}: {b:.0f} at {a:.0f} percent" for a, b in zip(x, y, strict=True)]
    if counts is not None:
        text = [f"{told}, {count} chances" for told, count in zip(text, counts, strict=True)]
    figure.add_scatter(
        x=list(x),
        y=list(y),
        mode="lines+markers",
        name=name,
        line={"color": colour, "width": 2},
        text=text,
        hovertemplate="%{text}<extra></extra>",
        showlegend=True,
        row=1,
        col=column,
    )


def _dots(
    figure: go.Figure,
    x: Sequence[float | None],
    y: Sequence[float],
    name: str,
    colour: str,
    symbol: str,
    **more: Any,
) -> None:
    known = [None if value is None or math.isnan(value) else value for value in x]
    marker = {"color": colour, "symbol": symbol, "size": 10, "line": {"color": colour, "width": 2}}
    hover = f"{escape(name)}: %{{x:.0f}}%<extra></extra>"
    figure.add_scatter(x=known, y=list(y), mode="markers", name=name, marker=marker, hovertemplate=hover, **more)


def _gap(upper: float, lower: float) -> float:
    return 0.0 if math.isnan(upper - lower) else 100 * (upper - lower)


def _empty(height: int) -> go.Figure:
    import plotly.graph_objects as go

    figure = _styled(go.Figure(), height)
    figure.update_layout(showlegend=True, legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0})
    return figure


def _styled(figure: go.Figure, height: int) -> go.Figure:
    figure.update_layout(
        template="none",
        height=height,
        showlegend=False,
        hovermode="closest",
        font={"color": INK, "size": 12, "family": "system-ui, sans-serif"},
        paper_bgcolor="white",
        plot_bgcolor="white",
        margin={"l": 60, "r": 14, "t": HEAD, "b": FOOT},
    )
    figure.update_annotations(font={"size": 13, "color": INK})
    axis = {"gridcolor": GRID, "zeroline": False, "linecolor": GRID, "tickcolor": GRID}
    figure.update_xaxes(**axis)
    figure.update_yaxes(**axis)
    return figure
