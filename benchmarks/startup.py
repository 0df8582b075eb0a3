"""What a user waits for: the command line from a cold shell, and one subject in a process that is running."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.measure import ROOT, Failed, environment, median, reason

EXAMPLE = ROOT / "examples" / "hbot_after_nerve_ligation.yaml"
REPEATS = 3


def measure(cores: int) -> dict[str, Any]:
    """Start the commands in new processes; the first run of the example compiles, the later ones do not."""
    with tempfile.TemporaryDirectory() as folder:
        place, cache = Path(folder), Path(folder) / "cache"
        run = ["run", str(EXAMPLE), "--out", str(place / "results"), "--force"]
        first = _seconds(run, cores, cache, place)
        return {
            "cores": cores,
            "help_s": median([_seconds(["--help"], cores, cache, place) for _ in range(2 * REPEATS)]),
            "run_s": median([_seconds(run, cores, cache, place) for _ in range(REPEATS)]),
            "run_compiling_s": first,
            "example": EXAMPLE.name,
        }


def _seconds(arguments: list[str], cores: int, cache: Path, folder: Path) -> float:
    program = Path(sys.executable).with_name("allodyne")
    began = time.perf_counter()
    done = subprocess.run(
        [program, *arguments], env=environment(cores, cache), cwd=folder, capture_output=True, text=True, check=False
    )
    taken = time.perf_counter() - began
    if done.returncode:
        raise Failed(reason(done.stderr or done.stdout, done.returncode))
    return taken
