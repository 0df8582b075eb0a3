"""Run the first example and draw the figure of the README; put its summary into the README.

``python docs/figures/make.py`` from the root of the repository. The drawing is plain SVG, so that no browser is needed.
"""

from __future__ import annotations

import io
import math
import re
from pathlib import Path

from rich.console import Console

from allodyne import Results, Study
from allodyne.report import print_summary

ROOT = Path(__file__).parents[2]
STUDY = ROOT / "examples" / "hbot_after_nerve_ligation.yaml"
FIGURE = Path(__file__).parent / f"{STUDY.stem}.svg"
COLOURS = {"untreated": "#6b7780", "hbot": "#1b6e8c"}
WIDTH, HEIGHT, LEFT, TOP, GAP = 330, 190, 62, 62, 84
TICKS = {"mechanical_threshold": (0.5, 1, 2, 5, 10, 20), "thermal_latency": (2.5, 5, 10, 15)}


class Panel:
    """Curves of one outcome; the axis of endpoints is logarithmic."""

    def __init__(self, results: Results, outcome: str, column: int, row: int) -> None:
        self.results, self.outcome = results, outcome
        self.x0, self.y0 = LEFT + column * (WIDTH + GAP), TOP + row * (HEIGHT + GAP)
        spreads = [results.spread(outcome, arm) for arm in results.arms]
        low, high = min(s.low.min() for s in spreads), max(s.high.max() for s in spreads)
        self.log = outcome in TICKS
        self.low, self.high = (math.log(low), math.log(high)) if self.log else (0.0, high * 1.05)
        step = 0.5 if high < 3 else 1.0
        self.ticks = [t for t in TICKS.get(outcome, [k * step for k in range(int(high / step) + 1)]) if t <= high]

    def x(self, day: float) -> float:
        """Place of a day."""
        return self.x0 + WIDTH * day / self.results.times[-1]

    def y(self, value: float) -> float:
        """Place of a value."""
        at = math.log(value) if self.log else value
        return self.y0 + HEIGHT * (1 - (at - self.low) / (self.high - self.low))

    def draw(self) -> str:
        """Draw axes, session marks, bands and medians."""
        label = re.sub(
            r" \((von Frey|radiant heat|spinal cord|phosphorylated mTOR)\)", "", self.results.label(self.outcome)
        )
        title = f"{label} ({self.results.units(self.outcome)})"
        parts = [f'<text x="{self.x0}" y="{self.y0 - 10}" font-weight="600">{title}</text>']
        for tick in self.ticks:
            if self.log and math.log(tick) < self.low:
                continue
            at = self.y(tick)
            parts.append(f'<path d="M{self.x0},{at:.1f} h{WIDTH}" stroke="#e3e8ea"/>')
            parts.append(f'<text x="{self.x0 - 8}" y="{at + 4:.1f}" text-anchor="end">{tick:g}</text>')
        for day in range(0, int(self.results.days[-1]) + 1, 7):
            parts.append(f'<text x="{self.x(day):.1f}" y="{self.y0 + HEIGHT + 18}" text-anchor="middle">{day}</text>')
        for mark in (mark for marks in self.results.sessions.values() for mark in marks):
            parts.append(
                f'<path d="M{self.x(mark.start):.1f},{self.y0 + HEIGHT} v-9" stroke="#b5482a" stroke-width="2"/>'
            )
        return "\n".join([*parts, *(self._arm(arm) for arm in self.results.arms)])

    def _arm(self, arm: str) -> str:
        found, days, colour = self.results.spread(self.outcome, arm), self.results.times, COLOURS[arm]
        edge = [*zip(days, found.high, strict=True), *reversed([*zip(days, found.low, strict=True)])]
        band = " ".join(f"{self.x(day):.1f},{self.y(value):.1f}" for day, value in edge)
        line = " ".join(f"{self.x(day):.1f},{self.y(value):.1f}" for day, value in zip(days, found.value, strict=True))
        return (
            f'<polygon points="{band}" fill="{colour}" opacity="0.16"/>'
            f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2.2"/>'
        )


def figure(results: Results) -> str:
    """Draw all outcomes of the study."""
    panels = [Panel(results, outcome, k % 2, k // 2).draw() for k, outcome in enumerate(results.outcomes)]
    width, height = LEFT + 2 * WIDTH + GAP + 20, TOP + 2 * HEIGHT + GAP + 50
    legend = "".join(
        f'<rect x="{LEFT + 130 * k}" y="10" width="18" height="10" fill="{COLOURS[arm]}"/>'
        f'<text x="{LEFT + 130 * k + 25}" y="19">{arm}</text>'
        for k, arm in enumerate(results.arms)
    )
    note = "median and 5 to 95 percent of 200 simulated rats; red marks: sessions; days since the lesion"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'font-family="Helvetica, Arial, sans-serif" font-size="12" fill="#1f2a30">'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{legend}'
        f'<text x="{LEFT + 260}" y="19" fill="#5b6970">{note}</text>\n' + "\n".join(panels) + "\n</svg>\n"
    )


def shown(results: Results) -> str:
    """What the terminal shows of the effects, and through what they come about."""
    console = Console(file=io.StringIO(), width=92)
    print_summary(results, console, Path(f"{STUDY.stem}_results"))
    text = console.file.getvalue()  # type: ignore[attr-defined]
    parts = [text[text.index("Effect on") : text.index("Biomarkers")]]
    parts.append(text[text.index("Through what") : text.index("Published beside")])
    return "\n".join(line.rstrip() for part in parts for line in part.splitlines()).strip()


def main() -> None:
    """Write the figure and the block of the README."""
    results = Study.from_yaml(STUDY).run()
    FIGURE.write_text(figure(results), encoding="utf-8")
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    block = f"<!-- shown by docs/figures/make.py -->\n```text\n{shown(results)}\n```\n<!-- end -->"
    pattern = r"<!-- shown by docs/figures/make.py -->.*?<!-- end -->"
    readme.write_text(re.sub(pattern, lambda _: block, text, flags=re.DOTALL), encoding="utf-8")


if __name__ == "__main__":
    main()
