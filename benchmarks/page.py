"""Write the measured tables into the page on speed: ``python -m benchmarks.page NUMBERS.json``.

The prose of the page is written by hand; a table stands between ``<!-- measured: Title -->`` and ``<!-- end -->``.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from benchmarks.figure import drawing
from benchmarks.measure import ROOT
from benchmarks.tables import tables

PAGE, FIGURE = ROOT / "docs" / "speed.md", ROOT / "docs" / "figures" / "speed_growth.svg"
BLOCK = re.compile(r"<!-- measured: (.*?) -->\n.*?<!-- end -->", re.DOTALL)


def main(source: Path) -> None:
    """Replace each table that the numbers have, and the drawing."""
    numbers = json.loads(source.read_text(encoding="utf-8"))
    texts = tables(numbers)

    def filled(block: re.Match[str]) -> str:
        title = block.group(1)
        return f"<!-- measured: {title} -->\n{texts[title]}\n<!-- end -->" if title in texts else block.group(0)

    PAGE.write_text(BLOCK.sub(filled, PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    growth = numbers["parts"].get("growth", [])
    if isinstance(growth, list) and any("failed" not in run for run in growth):
        FIGURE.write_text(drawing(growth), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
