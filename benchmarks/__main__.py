"""Run everything: ``python -m benchmarks [--json FILE]``."""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import child, machine, usable_cores
from benchmarks.study import Study, error_of
from benchmarks.table import markdown

SIZES = (1, 200, 1000)
NEEDS = {"scipy": ("scipy",), "roadrunner": ("roadrunner", "libsbml")}
NAMES = {"scipy": "SciPy LSODA", "roadrunner": "libRoadRunner CVODE"}


def main() -> None:
    """Measure, print the table, and keep the numbers if asked to."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the numbers to this file")
    keep: Path | None = parser.parse_args().json
    with tempfile.TemporaryDirectory() as folder:
        numbers = measure(Path(folder))
    print(markdown(numbers))
    if keep is not None:
        keep.write_text(json.dumps(numbers, indent=2) + "\n", encoding="utf-8")


def measure(folder: Path) -> dict[str, Any]:
    """Measure the engine, the rivals and the gradient, each in processes of their own."""
    about, exact = machine(), folder / "exact.npy"
    most = min(2, usable_cores())
    _say("reference")
    child("reference", 1, exact)
    cold, engine = [], []
    for cores in range(1, most + 1):
        cache = folder / f"cache_{cores}"
        cold += [_engine(cores, size, True, cache / str(size), exact) for size in SIZES[:2]]
        engine += [_engine(cores, size, False, cache / str(min(size, SIZES[1])), exact) for size in SIZES]
    rivals = {NAMES[name]: _rival(name, most, exact) for name in NEEDS}
    _say("gradient")
    gradient = child("gradient", 1, cache=folder / "cache_1" / str(SIZES[0]))
    return {
        "machine": about,
        "network": repr(Study().network),
        "engine": engine,
        "cold": cold,
        "rivals": rivals,
        "gradient": gradient,
        "load_after": [round(load, 2) for load in os.getloadavg()],
    }


def _engine(cores: int, subjects: int, once: bool, cache: Path, exact: Path) -> dict[str, Any]:
    _say(f"allodyne, {subjects} subjects on {cores} core(s){', nothing compiled yet' if once else ''}")
    kept = exact.with_name("ours.npy")
    found = child("engine", cores, subjects, "once" if once else "often", kept, cache=cache)
    values = np.load(kept)
    error = error_of(values, np.load(exact)[..., : values.shape[-1]])
    return {**found, "subjects": subjects, "cores": cores, "empty_cache": once, "error": error}


def _rival(name: str, cores: int, exact: Path) -> dict[str, Any]:
    missing = [module for module in NEEDS[name] if importlib.util.find_spec(module) is None]
    if missing:
        return {"missing": f"not installed ({', '.join(missing)}); pip install '.[benchmark]'"}
    _say(NAMES[name])
    return child("rival", cores, name, exact)


def _say(what: str) -> None:
    print(f"... {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
