"""Forest plot: the effect of every study, their mean and where a new study is to be expected."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from allodyne.evidence.pooled_report import usual_size
from allodyne.evidence.pooling import MEASURES, Pooled
from allodyne.report.plots import CONTROL_COLOUR, GRID, INK, PALETTE
from allodyne.report.wording import interval, number

if TYPE_CHECKING:
    import plotly.graph_objects as go

ROW, HEAD, FOOT = 34, 84, 62
STUDY, MEAN = PALETTE[0], PALETTE[1]
SMALLEST, LARGEST = 6.0, 19.0
"""Width of a study's square in pixels; its area follows the weight."""
HALF_DIAMOND = 0.28
MARGIN = 0.04
"""Free share of the effect axis beyond the outermost interval."""
LONGEST_LABEL = 44
TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)


def forest_plot(pooled: Pooled, title: str = "", units: str = "", sides: tuple[str, str] = ("", "")) -> go.Figure:
    """Draw studies with their weights, the pooled mean as a diamond and the prediction interval.

    Parameters
    ----------
    pooled : Pooled
    title : str, optional
        What was pooled; k, I2 and tau stand in the line below it.
    units : str, optional
        Unit of a mean difference, in words.
    sides : tuple of str, optional
        What effects on the left and on the right mean.

    Returns
    -------
    plotly.graph_objects.Figure
        Ratios stand on a logarithmic axis.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    rows = pooled.k + (2 if pooled.prediction else 1)
    heights = [rows - 1 - index for index in range(rows)]
    largest = usual_size(pooled.studies, pooled.measure)
    for height, study, weight in zip(heights, pooled.studies, pooled.weights, strict=False):
        said = _numbers(pooled, study.estimate, study.low, study.high, largest)
        hover = f"{escape(study.label)}<br>{said}, weight {100 * weight:.1f}%<br>{escape(study.derivation)}"
        _line(figure, pooled, (study.low, study.high), height, STUDY, 1.8)
        size = SMALLEST + (LARGEST - SMALLEST) * math.sqrt(weight)
        marker = {"symbol": "square", "size": size, "color": STUDY}
        _points(figure, [pooled.shown(study.estimate)], [height], mode="markers", marker=marker, hovertext=hover)
    _diamond(figure, pooled, heights[pooled.k])
    if pooled.prediction:
        _line(figure, pooled, pooled.prediction, heights[-1], MEAN, 3.2)
    names, numbers = _texts(pooled, largest)
    # A second axis on the right carries the numbers; it only shows once something is drawn on it.
    figure.add_scatter(x=[pooled.shown(pooled.estimate)], y=[0], yaxis="y2", mode="none", hoverinfo="skip")
    null, middle = pooled.shown(0.0), pooled.shown(pooled.estimate)
    figure.add_vline(x=null, line={"color": CONTROL_COLOUR, "width": 1})
    figure.add_vline(x=middle, line={"color": MEAN, "width": 1, "dash": "dot"})
    figure.add_hline(y=heights[pooled.k] + 0.5, line={"color": GRID, "width": 1})
    span = [-0.6, rows - 0.4]
    side: dict[str, Any] = {"tickmode": "array", "tickvals": heights, "range": span, "showgrid": False, "ticks": ""}
    quantity = MEASURES[pooled.measure] + (f", {units}" if units else "")
    figure.update_layout(
        template="none",
        height=HEAD + FOOT + ROW * rows,
        showlegend=False,
        hovermode="closest",
        font={"color": INK, "size": 13, "family": "system-ui, sans-serif"},
        paper_bgcolor="white",
        plot_bgcolor="white",
        margin={"l": 10, "r": 30, "t": HEAD, "b": FOOT},
        title={"text": f"<b>{escape(title)}</b><br>{_heterogeneity(pooled)}", "x": 0.01, "font": {"size": 15}},
        xaxis={
            "title": {"text": escape(quantity), "font": {"size": 13}, "standoff": 12},
            "range": _span(pooled),
            "gridcolor": GRID,
            "zeroline": False,
            "linecolor": GRID,
        },
        yaxis={**side, "ticktext": names, "automargin": True, "zeroline": False},
        yaxis2={**side, "ticktext": numbers, "automargin": True, "zeroline": False, "overlaying": "y", "side": "right"},
    )
    if pooled.ratio:
        figure.update_xaxes(type="log", tickvals=TICKS, ticktext=[f"{tick:g}" for tick in TICKS])
    for text, place in zip(sides, (0, 1), strict=True):
        _name_side(figure, text, place)
    return figure


def _diamond(figure: go.Figure, pooled: Pooled, height: float) -> None:
    x = [pooled.low, pooled.estimate, pooled.high, pooled.estimate, pooled.low]
    y = [height, height + HALF_DIAMOND, height, height - HALF_DIAMOND, height]
    said = _numbers(pooled, pooled.estimate, pooled.low, pooled.high, usual_size(pooled.studies, pooled.measure))
    _points(
        figure,
        [pooled.shown(value) for value in x],
        y,
        mode="lines",
        fill="toself",
        fillcolor=MEAN,
        line={"color": MEAN, "width": 1},
        hoveron="fills",
        text=f"mean {said}",
    )


def _line(
    figure: go.Figure, pooled: Pooled, ends: tuple[float, float], height: float, colour: str, width: float
) -> None:
    line = {"color": colour, "width": width}
    _points(figure, [pooled.shown(end) for end in ends], [height] * 2, mode="lines", line=line, hoverinfo="skip")


def _points(figure: go.Figure, x: Sequence[float], y: Sequence[float], **style: Any) -> None:
    style.setdefault("hoverinfo", "text")
    figure.add_scatter(x=list(x), y=list(y), **style)


def _texts(pooled: Pooled, largest: float) -> tuple[list[str], list[str]]:
    names = [escape(_short(one.label)) for one in pooled.studies] + ["<b>Mean</b>"]
    said = [
        f"{_numbers(pooled, one.estimate, one.low, one.high, largest)}  {100 * weight:4.0f}%"
        for one, weight in zip(pooled.studies, pooled.weights, strict=True)
    ]
    said.append(f"<b>{_numbers(pooled, pooled.estimate, pooled.low, pooled.high, largest)}</b>")
    if pooled.prediction:
        low, high = (number(pooled.shown(end), largest) for end in pooled.prediction)
        names.append("Prediction interval")
        said.append(f"({low} to {high})")
    return [f"{name}  " for name in names], [f"  {text}" for text in said]


def _heterogeneity(pooled: Pooled) -> str:
    chance = f"Q {pooled.q:.1f} (p {pooled.q_p:.2g})"
    return f"{pooled.k} studies, I<sup>2</sup> {100 * pooled.i2:.0f}%, tau {math.sqrt(pooled.tau2):.2g}, {chance}"


def _numbers(pooled: Pooled, middle: float, low: float, high: float, largest: float) -> str:
    return interval(pooled.shown(middle), pooled.shown(low), pooled.shown(high), like=largest)


def _span(pooled: Pooled) -> list[float]:
    """Range of the effect axis: every interval, the null and a margin; decimal logarithms for ratios."""
    ends = [0.0, pooled.low, pooled.high, *(pooled.prediction or ())]
    ends += [end for one in pooled.studies for end in (one.low, one.high)]
    scale, margin = (math.log(10) if pooled.ratio else 1.0), MARGIN * (max(ends) - min(ends))
    return [(min(ends) - margin) / scale, (max(ends) + margin) / scale]


def _name_side(figure: go.Figure, text: str, place: int) -> None:
    if text:
        arrow = f"← {escape(text)}" if place == 0 else f"{escape(text)} →"
        anchor = "left" if place == 0 else "right"
        where = {"x": place, "xref": "paper", "xanchor": anchor, "y": 1, "yref": "paper", "yanchor": "bottom"}
        figure.add_annotation(text=arrow, showarrow=False, font={"size": 12, "color": CONTROL_COLOUR}, **where)


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"
