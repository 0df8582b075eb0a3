"""What was aimed at, and what was reached; a target that is missed is shown as one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.measure import median
from benchmarks.study import ERROR

Parts = dict[str, Any]


@dataclass(frozen=True)
class Target:
    """One aim.

    Attributes
    ----------
    aim : str
    reached : callable
        The number reached, from the parts; raises ``LookupError`` where it was not measured.
    met : callable
        Whether a number is good enough.
    show : str
        Format of the number.
    """

    aim: str
    reached: Callable[[Parts], float]
    met: Callable[[float], bool]
    show: str


def found(runs: Any, **wanted: Any) -> dict[str, Any]:
    """The run with these properties.

    Raises
    ------
    LookupError
        When there is none, or it failed.
    """
    if isinstance(runs, dict):
        raise LookupError(runs.get("failed", "not measured"))
    for run in runs:
        if "failed" not in run and all(run.get(name) == value for name, value in wanted.items()):
            return dict(run)
    raise LookupError("not measured")


def _rate(precision: str) -> Callable[[Parts], float]:
    return lambda parts: float(found(parts["turns"], cores=1, precision=precision)["subjects_per_s"])


def _two_cores(precision: str) -> Callable[[Parts], float]:
    def reached(parts: Parts) -> float:
        one, two = (found(parts["turns"], cores=cores, precision=precision)["rates"] for cores in (1, 2))
        return median([b / a for a, b in zip(one, two, strict=True)])

    return reached


def _beside_roadrunner(parts: Parts) -> float:
    several = parts["roadrunner"]
    if isinstance(several, dict):
        raise LookupError(several["failed"])
    return float(found(several[0], solver="allodyne", precision="double")["times_first"]["median"])


def _worst(parts: Parts) -> float:
    runs = [run for name in ("engine", "every") if isinstance(parts[name], list) for run in parts[name]]
    if any(run.get("unsolved") for run in runs):
        return float("inf")
    checked = [run["error"] for run in runs if "error" in run]
    if not checked:
        raise LookupError("not measured")
    return float(max(checked))


def _share(precision: str) -> Callable[[Parts], float]:
    return lambda parts: float(found(parts["arithmetic"], precision=precision)["share"])


def _shell(name: str) -> Callable[[Parts], float]:
    def reached(parts: Parts) -> float:
        shell = parts["start"]["shell"]
        if "failed" in shell:
            raise LookupError(shell["failed"])
        return float(shell[name])

    return reached


def _streamed(parts: Parts) -> float:
    if "failed" in parts["population"]:
        raise LookupError(parts["population"]["failed"])
    return float(parts["population"]["peak_MiB"]) / 1024


TARGETS = (
    Target(f"error of ln x below {ERROR:g} in every subject", _worst, lambda x: x < ERROR, "{:.1e}"),
    Target("100 times libRoadRunner per core", _beside_roadrunner, lambda x: x >= 100, "{:.0f} times"),
    Target("500 subjects/s per core in double precision", _rate("double"), lambda x: x >= 500, "{:.0f}/s"),
    Target("1,000 subjects/s per core in single precision", _rate("single"), lambda x: x >= 1000, "{:.0f}/s"),
    Target("two cores 1.8 times one, double precision", _two_cores("double"), lambda x: x >= 1.8, "{:.2f} times"),
    Target("two cores 1.8 times one, single precision", _two_cores("single"), lambda x: x >= 1.8, "{:.2f} times"),
    Target("half of the arithmetic limit, double precision", _share("double"), lambda x: x >= 0.5, "{:.0%}"),
    Target("half of the arithmetic limit, single precision", _share("single"), lambda x: x >= 0.5, "{:.0%}"),
    Target(
        "one warm subject under 10 ms",
        lambda parts: 1000 * float(found(parts["start"]["warm"], precision="double")["s"]),
        lambda x: x < 10,
        "{:.1f} ms",
    ),
    Target("`allodyne run` of an example under 5 s once compiled", _shell("run_s"), lambda x: x < 5, "{:.1f} s"),
    Target("`allodyne --help` under 0.3 s", _shell("help_s"), lambda x: x < 0.3, "{:.2f} s"),
    *(
        Target(
            f"gradient at most 6 forward solves, {count} subjects",
            lambda parts, count=count: float(found(parts["gradient"], subjects=count)["solves"]),  # type: ignore[misc]
            lambda x: x <= 6,
            "{:.1f}",
        )
        for count in (8, 64)
    ),
    Target("100,000 subjects in under 4 GiB", _streamed, lambda x: x < 4, "{:.1f} GiB"),
    Target(
        "1 million subjects on a GPU under 60 s in single precision",
        lambda parts: median(found(parts["gpu"], subjects=1_000_000, precision="single")["steady_s"]),
        lambda x: x < 60,
        "{:.0f} s",
    ),
)


def judged(parts: Parts) -> list[tuple[str, str, str]]:
    """Aim, what was reached, and whether that is enough."""
    rows = []
    for target in TARGETS:
        try:
            value = target.reached(parts)
        except KeyError:
            rows.append((target.aim, "not measured", "-"))
        except LookupError as why:
            rows.append((target.aim, str(why), "-"))
        else:
            rows.append((target.aim, target.show.format(value), "met" if target.met(value) else "**not met**"))
    return rows
