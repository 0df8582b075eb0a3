"""Cost against each size as plain SVG, so that no browser is needed; one panel per size, both axes logarithmic."""

from __future__ import annotations

import math
from typing import Any

WIDTH, HEIGHT, LEFT, TOP, GAP, COLUMNS = 250, 170, 62, 54, 86, 3
INK, QUIET, GRID, LINE = "#1f2a30", "#5b6970", "#e3e8ea", "#1b6e8c"


def drawing(runs: list[dict[str, Any]]) -> str:
    """Draw all axes that were measured.

    Parameters
    ----------
    runs : list of dict
        As ``benchmarks.growth`` gives them.

    Returns
    -------
    str
        SVG.
    """
    measured = [run for run in runs if "failed" not in run]
    panels = [
        _panel(run, LEFT + (k % COLUMNS) * (WIDTH + GAP), TOP + (k // COLUMNS) * (HEIGHT + GAP))
        for k, run in enumerate(measured)
    ]
    rows = -(-len(measured) // COLUMNS)
    width = LEFT + COLUMNS * WIDTH + (COLUMNS - 1) * GAP + 20
    height = TOP + rows * HEIGHT + (rows - 1) * GAP + 52
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="Helvetica, Arial, sans-serif" font-size="12" fill="{INK}">'
        f'<rect width="100%" height="100%" fill="#ffffff"/>'
        f'<text x="{LEFT}" y="20" fill="{QUIET}">one core, double precision; dashed: power law through the '
        "larger half of the points</text>\n" + "\n".join(panels) + "\n</svg>\n"
    )


def _panel(run: dict[str, Any], x0: float, y0: float) -> str:
    sizes, costs = ([point[key] for point in run["points"]] for key in ("size", "cost"))
    low, high = math.floor(math.log10(min(costs))), math.ceil(math.log10(max(costs)))
    first, last = math.log10(min(sizes)), math.log10(max(sizes))

    def x(size: float) -> float:
        return x0 + WIDTH * (math.log10(size) - first) / (last - first)

    def y(cost: float) -> float:
        return y0 + HEIGHT * (1 - (math.log10(cost) - low) / (high - low))

    slope = run["exponent"]["upper"]
    parts = [
        f'<text x="{x0}" y="{y0 - 10}" font-weight="600">{run["axis"]}, {run["unit"]}: exponent {slope:.2f}</text>'
    ]
    for power in range(low, high + 1):
        parts.append(f'<path d="M{x0},{y(10**power):.1f} h{WIDTH}" stroke="{GRID}"/>')
        parts.append(f'<text x="{x0 - 8}" y="{y(10**power) + 4:.1f}" text-anchor="end">{10.0**power:g}</text>')
    parts += [f'<text x="{x(size):.1f}" y="{y0 + HEIGHT + 18}" text-anchor="middle">{size:,}</text>' for size in sizes]
    upper = run["points"][len(sizes) // 2 :]
    middle = sum(math.log10(point["cost"]) - slope * math.log10(point["size"]) for point in upper) / len(upper)
    ends = [(point["size"], 10 ** (middle + slope * math.log10(point["size"]))) for point in (upper[0], upper[-1])]
    law = " ".join(f"{x(size):.1f},{y(cost):.1f}" for size, cost in ends)
    line = " ".join(f"{x(point['size']):.1f},{y(point['cost']):.1f}" for point in run["points"])
    parts.append(f'<polyline points="{line}" fill="none" stroke="{LINE}" stroke-width="2"/>')
    parts.append(f'<polyline points="{law}" fill="none" stroke="{QUIET}" stroke-dasharray="5 4"/>')
    parts += [f'<circle cx="{x(p["size"]):.1f}" cy="{y(p["cost"]):.1f}" r="3" fill="{LINE}"/>' for p in run["points"]]
    return "\n".join(parts)
