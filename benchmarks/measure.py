"""Clocks, and child processes that measure."""

from __future__ import annotations

import json
import os
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
BEGAN = "ALLODYNE_BENCHMARK_BEGAN"
LONGEST = 1200.0
"""Seconds after which a child process is given up."""

EXCEPTION = re.compile(r"[\w.]+(Error|Exception|Failed)\b")


class Failed(Exception):
    """A measurement that cannot be made here, and why."""


def clock(action: Callable[[], object], repeats: int, seconds: float) -> list[float]:
    """Seconds that an action takes, several times over, until ``seconds`` have gone by."""
    taken: list[float] = []
    while len(taken) < repeats and (not taken or sum(taken) < seconds):
        began = time.perf_counter()
        action()
        taken.append(time.perf_counter() - began)
    return taken


def median(taken: list[float]) -> float:
    """Median, not a number without any."""
    return statistics.median(taken) if taken else float("nan")


def peak_memory() -> float:
    """Largest resident size of this process so far, in MiB."""
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size / (2**20 if sys.platform == "darwin" else 2**10)


def stay_on(cores: int) -> None:
    """Keep this process on the first cores that it may use."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])


def since_started() -> float:
    """Seconds since the parent started this process."""
    return time.time() - float(os.environ[BEGAN])


def usable_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def environment(cores: int, cache: Path | None = None) -> dict[str, str]:
    """What a child process sees: one thread per library, and where compiled programs are kept."""
    single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    kept = {} if cache is None else {"ALLODYNE_CACHE": str(cache)}
    return {**os.environ, **single, **kept, "ALLODYNE_CORES": str(cores), BEGAN: repr(time.time())}


def child(module: str, cores: int, about: dict[str, Any], cache: Path | None = None) -> dict[str, Any]:
    """Run a module of this package in a process of its own, tell it what is asked, and read its answer, both as JSON.

    Raises
    ------
    Failed
        When the process ends with an error or takes too long.
    """
    command = [sys.executable, "-m", f"benchmarks.{module}", str(cores), json.dumps(about)]
    try:
        done = subprocess.run(
            command,
            env=environment(cores, cache),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST,
        )
    except subprocess.TimeoutExpired as late:
        raise Failed(f"benchmarks.{module} took longer than {LONGEST:g} s") from late
    if done.returncode:
        raise Failed(reason(done.stderr, done.returncode))
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def reason(errors: str, code: int) -> str:
    """The line that says why a process ended: of the last exception, or else the last one."""
    said = [line.strip() for line in errors.splitlines() if line.strip()]
    raised = [line for line in said if EXCEPTION.match(line)] or said
    return raised[-1].removeprefix("benchmarks.measure.Failed: ")[:300] if raised else f"ended with code {code}"
