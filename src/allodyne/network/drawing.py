"""Drawing a physiological system as SVG: its species, the edges among them, and what enters from outside."""

from __future__ import annotations

import math
from html import escape

from allodyne.errors import NetworkError, nearest
from allodyne.network.schema import Edge, Network

NODE_WIDTH, NODE_HEIGHT = 150, 34
INK, RISE, FALL, PAPER = "#1f2a30", "#1b6e8c", "#b5482a", "#ffffff"
BASIS_DASH = {"intervention": "", "association": "6 3", "review": "2 3", "assumption": "1 5"}


def draw_system(network: Network, system: str) -> str:
    """Draw one system.

    Parameters
    ----------
    network : Network
    system : str
        Id of the system.

    Returns
    -------
    str
        An SVG document. Blue arrows raise, red bars lower; the dash pattern says what an edge rests on, and hovering
        shows its gain and sources. What enters from other systems and from drives stands on an outer ring in grey.

    Raises
    ------
    NetworkError
        When there is no such system.
    """
    if system not in network.systems:
        raise NetworkError(f"There is no system {system!r}.", remedy=nearest(system, network.systems))
    own = [name for name, species in network.species.items() if species.system == system]
    edges = [edge for edge in network.edges.values() if edge.target in own]
    outside = list(dict.fromkeys(edge.source for edge in edges if edge.source not in own))
    places, size = _places(own, outside)
    label = {name: network.species[name].label for name in network.species} | {
        f"@{name}": one.label for name, one in network.drives.items()
    }
    parts = [_arrow(edge, places) for edge in edges]
    parts += [_node(name, label[name], places[name], name in own) for name in [*own, *outside]]
    return _page(network.systems[system], parts, size)


def _places(own: list[str], outside: list[str]) -> tuple[dict[str, tuple[float, float]], tuple[float, float]]:
    """Own species on an inner ellipse, the rest on an outer one."""
    inner = max(150.0, len(own) * 26.0)
    outer = max(inner + 190.0, len(outside) * 24.0)
    width, height = 2 * outer * 1.25 + NODE_WIDTH + 40, 2 * outer + 130
    centre = (width / 2, height / 2 + 25)
    places = {}
    for names, radius, turn in ((own, inner, 0.0), (outside, outer, 0.5)):
        for index, name in enumerate(names):
            angle = 2 * math.pi * (index + turn) / max(len(names), 1) - math.pi / 2
            places[name] = (centre[0] + 1.25 * radius * math.cos(angle), centre[1] + radius * math.sin(angle))
    return places, (width, height)


def _rim(start: tuple[float, float], end: tuple[float, float]) -> tuple[float, float]:
    """Where the line from the start meets the box around the end."""
    dx, dy = start[0] - end[0], start[1] - end[1]
    scale = max(abs(dx) / (NODE_WIDTH / 2 + 5), abs(dy) / (NODE_HEIGHT / 2 + 5), 1e-9)
    return end[0] + dx / scale, end[1] + dy / scale


def _arrow(edge: Edge, places: dict[str, tuple[float, float]]) -> str:
    start, end = places[edge.source], places[edge.target]
    middle = (
        (start[0] + end[0]) / 2 + (end[1] - start[1]) * 0.12,
        (start[1] + end[1]) / 2 - (end[0] - start[0]) * 0.12,
    )
    first, last = _rim(middle, start), _rim(middle, end)
    colour, mark = (RISE, "rise") if edge.sign == "+" else (FALL, "fall")
    dash = f' stroke-dasharray="{BASIS_DASH[edge.basis]}"' if BASIS_DASH[edge.basis] else ""
    thick = 0.8 + 1.6 * min(edge.gain, 1.5)
    support = ", ".join(edge.sources) or "no source"
    text = f"{edge.source} {edge.sign} {edge.target}, gain {edge.gain:g}, {edge.basis}: {support}"
    path = f"M{first[0]:.1f},{first[1]:.1f} Q{middle[0]:.1f},{middle[1]:.1f} {last[0]:.1f},{last[1]:.1f}"
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{thick:.1f}" opacity="0.75"{dash} '
        f'marker-end="url(#{mark})"><title>{escape(text)}</title></path>'
    )


def _node(name: str, label: str, place: tuple[float, float], own: bool) -> str:
    fill, border = (PAPER, INK) if own else ("#eef1f2", "#8a979d")
    corner = 17 if name.startswith("@") else 6
    shown = label if len(label) <= 26 else label[:25] + "\u2026"
    x, y = place[0] - NODE_WIDTH / 2, place[1] - NODE_HEIGHT / 2
    return (
        f"<g><title>{escape(name)}: {escape(label)}</title>"
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{NODE_WIDTH}" height="{NODE_HEIGHT}" '
        f'rx="{corner}" fill="{fill}" stroke="{border}"/><text x="{place[0]:.1f}" y="{place[1] + 4:.1f}" '
        f'text-anchor="middle" fill="{INK}">{escape(shown)}</text></g>'
    )


def _page(title: str, parts: list[str], size: tuple[float, float]) -> str:
    width, height = size
    legend = (
        "blue arrow: raises   red bar: lowers   solid: intervention   dashed: association   dotted: review, assumption"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}" '
        'font-family="Helvetica, Arial, sans-serif" font-size="11">'
        f'<rect width="100%" height="100%" fill="{PAPER}"/>'
        '<defs><marker id="rise" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9" '
        f'markerUnits="userSpaceOnUse" orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="{RISE}"/></marker>'
        '<marker id="fall" viewBox="0 0 8 8" refX="5" refY="4" markerWidth="10" markerHeight="10" '
        f'markerUnits="userSpaceOnUse" orient="auto"><path d="M5,0 V8" stroke="{FALL}" stroke-width="2"/></marker>'
        "</defs>"
        f'<text x="20" y="28" font-size="18" fill="{INK}">{escape(title)}</text>'
        f'<text x="20" y="46" fill="#5b6970" xml:space="preserve">{legend}</text>{"".join(parts)}</svg>\n'
    )
