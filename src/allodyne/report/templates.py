"""Templates of pages, and figures as they embed them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jinja2
    import plotly.graph_objects as go


@dataclass(frozen=True)
class Figure:
    """A figure as data for plotly.js, with the words that stand around it."""

    id: str
    title: str
    units: str
    height: int
    json: str


@cache
def template(name: str, package: str = "allodyne.report") -> jinja2.Template:
    """Load a template of a package by its name; what it is given is escaped, and nothing may be missing."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader(package, "."),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


def figure_data(name: str, title: str, units: str, figure: go.Figure) -> Figure:
    """Turn a figure into what a page embeds."""
    return Figure(name, title, units, int(figure.layout.height), embedded(figure))


def embedded(figure: go.Figure) -> str:
    """Write a figure as JSON that may stand in a script element."""
    # Inside a script element nothing but "<" can end the data; Plotly writes it so too, but does not promise to.
    return str(figure.to_json()).replace("<", "\\u003c")
