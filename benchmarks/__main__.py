"""Run the benchmark: ``python -m benchmarks [--json FILE] [--only PART ...]``."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.machine import load, machine
from benchmarks.measure import Failed
from benchmarks.parts import PARTS, Bench
from benchmarks.study import Study
from benchmarks.tables import markdown


def main() -> None:
    """Measure, print the tables, and keep the numbers if asked to."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the numbers to this file")
    parser.add_argument("--only", nargs="+", choices=tuple(PARTS), metavar="PART", help=f"of {', '.join(PARTS)}")
    asked = parser.parse_args()
    print(markdown(measure(asked.only or list(PARTS), asked.json)))


def measure(names: list[str], keep: Path | None = None) -> dict[str, Any]:
    """Measure some parts; one that fails says why and does not lose the others, and each is kept when it is done."""
    from allodyne.simulate.backend import cache_folder

    network = Study().network
    kept = cache_folder().parent / "benchmarks"
    os.environ["ALLODYNE_BENCHMARK_KEPT"] = str(kept)
    numbers: dict[str, Any] = {
        "machine": machine(),
        "network": {"species": len(network.species), "edges": len(network.edges)},
        "parts": {},
        "seconds": {},
    }
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), kept)
        for name in names:
            print(f"... {name}", file=sys.stderr, flush=True)
            began = time.perf_counter()
            try:
                numbers["parts"][name] = PARTS[name](bench)
            except Failed as why:
                numbers["parts"][name] = {"failed": str(why)}
            numbers["seconds"][name] = round(time.perf_counter() - began, 1)
            numbers["load_after"] = load()
            if keep is not None:
                keep.write_text(json.dumps(numbers, indent=1) + "\n", encoding="utf-8")
    return numbers


if __name__ == "__main__":
    main()
