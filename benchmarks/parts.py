"""The parts of the benchmark: each in processes of its own, each of use without the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from benchmarks import startup
from benchmarks.growth import AXES
from benchmarks.measure import Failed, child, usable_cores
from benchmarks.study import ARMS
from benchmarks.worker import in_turn

SIZES = (1, 1_000, 10_000)
PRECISIONS = ("double", "single")
CHECKED_WHOLE = (1_024,)
"""Subjects that are all compared with a tighter solution."""
ROUNDS = 3
BESIDE_RIVALS, BESIDE_OURSELVES = 1_024, 2_048
"""Subjects of our engine in a turn: multiples of the group that shares steps."""
DIFFERENTIATED = (8, 64)
STREAMED = 100_000
ON_GPU = (1_000, 10_000, 100_000, 1_000_000)


@dataclass(frozen=True)
class Bench:
    """Where things are kept while the benchmark runs.

    Parameters
    ----------
    scratch : Path
        Goes away with the run: compiled programs.
    kept : Path
        Stays for the next run: the reference, and the model that AMICI compiled.
    """

    scratch: Path
    kept: Path

    @cached_property
    def cores(self) -> list[int]:
        """One core, and two where there are two."""
        return list(range(1, min(2, usable_cores()) + 1))

    @cached_property
    def reference(self) -> str:
        """File of the reference solution."""
        return str(child("reference", max(self.cores), {"folder": str(self.kept)})["place"])

    @property
    def cache(self) -> Path:
        """Compiled programs of this run."""
        return self.scratch / "cache"


def told(module: str, cores: int, about: dict[str, Any], cache: Path) -> dict[str, Any]:
    """What a child process measured; where it cannot be measured here, why."""
    try:
        return {**about, "cores": cores, **child(module, cores, about, cache)}
    except Failed as why:
        return {**about, "cores": cores, "failed": str(why)}


def start(bench: Bench) -> Any:
    """What a user waits for."""
    warm = [told("warm", 1, {"precision": precision}, bench.cache) for precision in PRECISIONS]
    try:
        return {"shell": startup.measure(max(bench.cores)), "warm": warm}
    except Failed as why:
        return {"shell": {"failed": str(why)}, "warm": warm}


def engine(bench: Bench) -> Any:
    """Our engine by cores, precision, and number of subjects; the first runs of each compile."""
    runs = []
    cache = bench.scratch / "engine"
    for cores in bench.cores:
        for precision in PRECISIONS:
            base = {"device": "cpu", "arms": 1, "once": False, "reference": bench.reference, "precision": precision}
            runs += [told("engine", cores, {**base, "subjects": size, "once": True}, cache) for size in SIZES[:2]]
            if "failed" in runs[-1]:
                continue
            runs += [told("engine", cores, {**base, "subjects": size}, cache) for size in SIZES]
            runs.append(told("engine", cores, {**base, "subjects": 1_000, "arms": len(ARMS)}, cache))
    return runs


def turns(bench: Bench) -> Any:
    """Our engine beside itself: one core and two, double precision and single, in turn."""
    ours = [
        (cores, {"solver": "allodyne", "precision": precision, "subjects": BESIDE_OURSELVES})
        for precision in PRECISIONS
        for cores in bench.cores
    ]
    return in_turn([cores for cores, _ in ours], [one for _, one in ours], ROUNDS, bench.cache)


def rival(name: str, bench: Bench) -> Any:
    """Another solver and our engine in turn, on one core and on two."""
    found, rtol = [], None
    ours = [{"solver": "allodyne", "precision": one, "subjects": BESIDE_RIVALS} for one in PRECISIONS]
    for cores in bench.cores:
        other = {"solver": name, "reference": bench.reference, "rtol": rtol}
        several = in_turn([cores] * 3, [other, *ours], ROUNDS, bench.cache)
        if "failed" in several[0]:
            raise Failed(several[0]["failed"])
        rtol = several[0]["rtol"]
        found.append(several)
    return found


def every(bench: Bench) -> Any:
    """The error of every subject of a large population."""
    return [
        told("every", max(bench.cores), {**about, "reference": bench.reference}, bench.cache)
        for about in ({"subjects": size, "precision": precision} for precision in PRECISIONS for size in CHECKED_WHOLE)
    ]


def arithmetic(bench: Bench) -> Any:
    """What the core could do, and the share reached."""
    return [told("arithmetic", 1, {"precision": precision}, bench.cache) for precision in PRECISIONS]


def kernels(bench: Bench) -> Any:
    """Where the time of one group goes."""
    return [told("kernels", 1, {"precision": precision}, bench.cache) for precision in PRECISIONS]


def gradient(bench: Bench) -> Any:
    """The gradient beside the solution."""
    abouts = [{"subjects": count, "reference": bench.reference} for count in DIFFERENTIATED]
    return [told("gradient", 1, about, bench.cache) for about in abouts]


def growth(bench: Bench) -> Any:
    """Cost against each size."""
    return [told("growth", 1, {"axis": axis}, bench.cache) for axis in AXES]


def population(bench: Bench) -> Any:
    """``allodyne run`` of a population too large for memory."""
    return child("streamed", max(bench.cores), {"subjects": STREAMED}, bench.cache)


def gpu(bench: Bench) -> Any:
    """Our engine on a GPU, from single precision and few subjects on."""
    found: list[dict[str, Any]] = []
    base = {"device": "gpu", "arms": 1, "once": False, "reference": bench.reference}
    for precision in PRECISIONS[::-1]:
        for size in ON_GPU:
            found.append(told("engine", 1, {**base, "precision": precision, "subjects": size}, bench.cache))
            if "failed" in found[-1]:
                break
        if len(found) == 1:
            raise Failed(found[0]["failed"])
    return found


PARTS: dict[str, Callable[[Bench], Any]] = {
    "start": start,
    "engine": engine,
    "turns": turns,
    **{name: partial(rival, name) for name in ("roadrunner", "amici", "diffrax", "scipy")},
    "every": every,
    "arithmetic": arithmetic,
    "kernels": kernels,
    "gradient": gradient,
    "growth": growth,
    "population": population,
    "gpu": gpu,
}
