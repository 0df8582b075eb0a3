"""The machine and the versions that the numbers belong to."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from pathlib import Path
from typing import Any

from benchmarks.measure import usable_cores

PACKAGES = (
    *("allodyne", "jax", "jaxlib", "numpy", "scipy", "libroadrunner", "python-libsbml"),
    *("amici", "diffrax", "equinox"),
)


def machine() -> dict[str, Any]:
    """What was measured on, and how busy it was."""
    return {
        "processor": _processor(),
        "cores": usable_cores(),
        "memory_GiB": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": {package: _version(package) for package in PACKAGES},
        "load": load(),
    }


def load() -> list[float]:
    """How busy the machine has been over 1, 5 and 15 minutes."""
    return [round(value, 2) for value in os.getloadavg()]


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
