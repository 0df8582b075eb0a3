"""The numbers as Markdown."""

from __future__ import annotations

from typing import Any

from benchmarks.measure import median
from benchmarks.study import CHECKED, ERROR, MINUTES, OXYGEN, PER_WEEK, SESSIONS, WEEKS

Numbers = dict[str, Any]


def markdown(numbers: Numbers) -> str:
    """Everything that was measured as a Markdown text."""
    return "\n\n".join([_head(numbers), _speed(numbers), _start(numbers), _gradient(numbers["gradient"])])


def _head(numbers: Numbers) -> str:
    machine = numbers["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    return (
        f"# Benchmarks\n\n{WEEKS} weeks, two arms: untreated, and {SESSIONS} sessions of {MINUTES:g} min "
        f"({PER_WEEK} per week, oxygen drive {OXYGEN:g}), after a nerve lesion; {numbers['network']}. One subject is "
        f"solved in both arms. Everybody is asked for an error of ln x below {ERROR:g}; error is the largest over all "
        f"species and days of {CHECKED} subjects against SciPy LSODA at rtol 1e-10.\n\n"
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_GiB']} GiB, {machine['system']}, Python "
        f"{machine['python']}. {versions}. Load before {machine['load'][0]}, after {numbers['load_after'][0]}."
    )


def _speed(numbers: Numbers) -> str:
    rows: list[tuple[Any, ...]] = [
        (
            "allodyne",
            run["subjects"],
            run["cores"],
            f"{run['subjects'] / median(run['steady_s']):.3g}",
            f"{median(run['steady_s']):.2f}",
            f"{run['error']:.1e}",
            f"{run['estimated_error']:.1e}",
            f"{run['peak_MiB']:.0f}",
        )
        for run in numbers["engine"]
    ]
    for name, rival in numbers["rivals"].items():
        if "missing" in rival:
            rows.append((f"{name}: {rival['missing']}", *["-"] * 7))
            continue
        rows += [
            (
                f"{name}, rtol {rival['rtol']:.0e}",
                CHECKED,
                cores,
                f"{rate:.3g}",
                f"{CHECKED / rate:.2f}",
                f"{rival['error']:.1e}",
                "-",
                f"{rival['peak_MiB']:.0f}",
            )
            for cores, rate in rival["subjects_per_s"].items()
        ]
    head = ("solver", "subjects", "cores", "subjects/s", "steady, s", "error", "its own estimate", "peak memory, MiB")
    return "## Steady\n\n" + _table(head, rows)


def _start(numbers: Numbers) -> str:
    rows = [
        (
            run["subjects"],
            run["cores"],
            "empty" if run["empty_cache"] else "filled",
            f"{run['build_s']:.2f}",
            f"{run['first_s']:.2f}",
            f"{run['process_s']:.2f}",
        )
        for run in (*numbers["cold"], *numbers["engine"])
    ]
    head = ("subjects", "cores", "disk cache", "import and draw, s", "first call, s", "from start to results, s")
    return "## From a cold process\n\n" + _table(head, rows)


def _gradient(cost: Numbers) -> str:
    return (
        f"## Gradient\n\nOne arm, {cost['subjects']} subjects, derivatives by {cost['parameters']} gains and turnover "
        f"times, one core: adaptive solution {cost['solve_s']:.2f} s, the same steps again {cost['forward_s']:.2f} s, "
        f"gradient {cost['gradient_s']:.2f} s, {cost['gradient_s'] / cost['solve_s']:.1f} times the adaptive solution "
        f"and {cost['gradient_s'] / cost['forward_s']:.1f} times the same steps; recorded and compiled in "
        f"{cost['prepare_s']:.1f} s; peak memory {cost['peak_MiB']:.0f} MiB."
    )


def _table(head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)
