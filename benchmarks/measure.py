"""Clocks, processes and machines."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PACKAGES = ("allodyne", "jax", "jaxlib", "numpy", "scipy", "libroadrunner", "python-libsbml")
BEGAN = "ALLODYNE_BENCHMARK_BEGAN"


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


def child(module: str, cores: int, *arguments: object, cache: Path | None = None) -> dict[str, Any]:
    """Run a module of this package in a process of its own and read the JSON that it prints last."""
    single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    environment = {**os.environ, **single, "ALLODYNE_CORES": str(cores), BEGAN: repr(time.time())}
    if cache is not None:
        environment["ALLODYNE_CACHE"] = str(cache)
    command = [sys.executable, "-m", f"benchmarks.{module}", str(cores), *map(str, arguments)]
    root = Path(__file__).parents[1]
    done = subprocess.run(command, env=environment, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stderr}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def machine() -> dict[str, Any]:
    """What was measured on, and how busy it was."""
    versions = {}
    for package in PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            versions[package] = "not installed"
    return {
        "processor": _processor(),
        "cores": usable_cores(),
        "memory_GiB": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": versions,
        "load": [round(load, 2) for load in os.getloadavg()],
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
