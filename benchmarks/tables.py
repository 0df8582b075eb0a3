"""The numbers as Markdown tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.measure import median
from benchmarks.study import CHECKED, DAYS, ERROR, MINUTES, OXYGEN, PER_WEEK, SESSIONS
from benchmarks.targets import judged

Numbers = dict[str, Any]
Row = tuple[Any, ...]
SHOWN = 14
"""Kernels in the table of where the time goes."""


def markdown(numbers: Numbers) -> str:
    """Everything that was measured as a Markdown text."""
    sections = [f"## {title}\n\n{text}" for title, text in tables(numbers).items()]
    return "\n\n".join(["# Benchmarks", *sections])


def tables(numbers: Numbers) -> dict[str, str]:
    """Text of each section by its title; what was not measured is left out."""
    parts = numbers["parts"]
    rivals = [
        parts[name] | {"solver": name} if isinstance(parts[name], dict) else parts[name]
        for name in _RIVALS
        if name in parts
    ]
    found = {
        "Machine": _machine(numbers),
        "Targets": table(("target", "reached", ""), judged(parts)),
    }
    if rivals:
        found["Beside other solvers"] = _rivals(rivals)
    makers: dict[str, tuple[str, Callable[[Any], str]]] = {
        "turns": ("One core and two", _turns),
        "engine": ("By number of subjects", _engine),
        "every": ("Every subject", _every),
        "start": ("What a user waits for", _start),
        "arithmetic": ("The arithmetic limit", _arithmetic),
        "kernels": ("Where the time goes", _kernels),
        "gradient": ("Gradient", _gradient),
        "growth": ("Growth", _growth),
        "population": ("A large population", _population),
        "gpu": ("GPU", _engine),
    }
    for name, (title, maker) in makers.items():
        if name in parts:
            part = parts[name]
            failed = isinstance(part, dict) and "failed" in part
            found[title] = f"Not measured: {part['failed']}." if failed else maker(part)
    return found


_RIVALS = {"roadrunner": "libRoadRunner", "amici": "AMICI", "diffrax": "diffrax", "scipy": "SciPy"}


def table(head: tuple[str, ...], rows: list[Row] | list[tuple[str, str, str]]) -> str:
    """A Markdown table."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)


def _machine(numbers: Numbers) -> str:
    machine, network = numbers["machine"], numbers["network"]
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    spent = ", ".join(f"{name} {taken:.0f} s" for name, taken in numbers["seconds"].items())
    return (
        f"One subject is {DAYS // 7} weeks and {SESSIONS} sessions of {MINUTES:g} min ({PER_WEEK} per week, oxygen "
        f"drive {OXYGEN:g}) after a nerve lesion; {network['species']} species, {network['edges']} edges. Everybody is "
        f"asked for an error of ln x below {ERROR:g}; error is the largest over all species and days, of up to "
        f"{CHECKED} subjects against SciPy LSODA at rtol 1e-10. Times are medians.\n\n"
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_GiB']} GiB, {machine['system']}, Python "
        f"{machine['python']}. {versions}. Load before {machine['load'][0]}, after {numbers['load_after'][0]}. Parts: "
        f"{spent}."
    )


def _rivals(rivals: list[Any]) -> str:
    rows: list[Row] = []
    for several in rivals:
        if isinstance(several, dict):
            rows.append((f"{_RIVALS[several['solver']]}: {several['failed']}", *["-"] * 7))
            continue
        for turn in several:
            rival, *ours = turn
            named = f"{rival['label']}, rtol {rival['rtol']:.0e}"
            times = [_times(one) for one in ours]
            rows.append(
                (
                    named,
                    rival["cores"],
                    f"{rival['error']:.1e}",
                    f"{rival['subjects_per_s']:.3g}",
                    f"{rival['peak_MiB']:.0f}",
                    *times,
                    len(rival["rates"]),
                )
            )
    head = ("solver", "cores", "error", "subjects/s", "MiB", "ours, double: times", "ours, single: times", "rounds")
    return (
        "In turn: the other solver, ours in double precision, ours in single, and again. Ours over the other in the "
        "same round: median (least to most).\n\n" + table(head, rows)
    )


def _times(one: dict[str, Any]) -> str:
    if "failed" in one or one["times_first"] is None:
        return f"- ({one.get('failed', 'not measured')})"
    ratio = one["times_first"]
    return f"{ratio['median']:.0f} ({ratio['least']:.0f} to {ratio['most']:.0f})"


def _turns(part: list[Any]) -> str:
    rows: list[Row] = []
    for one in part:
        if "failed" in one:
            rows.append((one["precision"], one["cores"], one["failed"], "-", "-"))
            continue
        ratio = one["times_first"]
        spread = f"{ratio['median']:.2f} ({ratio['least']:.2f} to {ratio['most']:.2f})"
        rows.append((one["precision"], one["cores"], f"{one['subjects_per_s']:.0f}", spread, f"{one['peak_MiB']:.0f}"))
    subjects = part[0].get("subjects", 0)
    return f"In turn, {subjects:,} subjects.\n\n" + table(
        ("precision", "cores", "subjects/s", "times the first", "MiB"), rows
    )


def _engine(part: list[Any]) -> str:
    rows: list[Row] = []
    for run in part:
        who = (f"{run['subjects']:,}", run["arms"], run["precision"], run["cores"])
        if "failed" in run:
            rows.append((*who, run["failed"], *["-"] * 6))
            continue
        waits = (f"{run['first_s']:.2f}", f"{run['process_s']:.2f}")
        if run["once"]:
            rows.append((*who, "nothing compiled", *waits, *["-"] * 4))
            continue
        steady = median(run["steady_s"])
        rows.append(
            (
                *who,
                f"{run['subjects'] / steady:.3g}",
                *waits,
                f"{steady:.3g}",
                f"{run['error']:.1e}" + (f", {run['unsolved']} unsolved" if run["unsolved"] else ""),
                f"{run['estimated_error']:.1e}",
                f"{run['peak_MiB']:.0f}",
            )
        )
    return table(
        (
            *("subjects", "arms", "precision", "cores", "subjects/s", "first call, s", "from start, s"),
            *("steady, s", "error", "its own estimate", "MiB"),
        ),
        rows,
    )


def _every(part: list[Any]) -> str:
    rows: list[Row] = []
    for run in part:
        who = (f"{run['subjects']:,}", run["precision"])
        if "failed" in run:
            rows.append((*who, run["failed"], *["-"] * 5))
            continue
        errors = (run["median"], run["of_99_percent"], run["error"], run["error_of_tighter"])
        rows.append((*who, *(f"{value:.1e}" for value in errors), run["above"], run["unsolved"]))
    return (
        "Error of each subject against our own solution at a 30 times tighter tolerance, whose error against LSODA "
        "stands beside it.\n\n"
        + table(
            (
                *("subjects", "precision", "median", "99 percent below", "largest", "tighter against LSODA"),
                *(f"above {ERROR:g}", "unsolved"),
            ),
            rows,
        )
    )


def _start(part: dict[str, Any]) -> str:
    rows: list[Row] = []
    shell = part["shell"]
    if "failed" in shell:
        rows.append(("command line", shell["failed"]))
    else:
        rows += [
            ("`allodyne --help`", f"{shell['help_s']:.2f} s"),
            (f"`allodyne run {shell['example']}`, compiled before", f"{shell['run_s']:.2f} s"),
            (f"`allodyne run {shell['example']}`, nothing compiled", f"{shell['run_compiling_s']:.2f} s"),
        ]
    for warm in part["warm"]:
        named = f"one warm subject, {warm['precision']} precision"
        if "failed" in warm:
            rows.append((named, warm["failed"]))
            continue
        rows.append((f"{named}, median of {warm['calls']} calls", f"{1000 * warm['s']:.1f} ms"))
        rows.append((f"{named}, with the check of its accuracy", f"{1000 * warm['checked_s']:.1f} ms"))
    return table(("what", "time"), rows)


def _arithmetic(part: list[Any]) -> str:
    texts = []
    for run in part:
        if "failed" in run:
            texts.append(f"{run['precision'].capitalize()} precision: {run['failed']}.")
            continue
        kinds = ("fma", "divide", "sqrt", "exp")
        rows = [
            *(
                (f"{name}, 1e9/s", *(f"{rates[run['precision']][kind] / 1e9:.2f}" for kind in kinds))
                for name, rates in run["rates"].items()
            ),
            ("one evaluation needs", *(f"{run['evaluation'][kind]:.0f}" for kind in kinds)),
            ("one step needs besides", *(f"{run['step'][kind]:.0f}" for kind in kinds)),
        ]
        limit = run["limit_evaluations_per_s"]
        said = (
            f"Limit {limit:.3g} evaluations of one subject per second, {run['limit_of_XLA']:.3g} at the rates of XLA. "
        )
        said += (
            f"A subject takes {run['evaluations_per_subject']:.0f} evaluations and "
            f"{run['steps_per_subject']:.0f} steps: at most {run['limit_subjects_per_s']:.0f} subjects/s; reached "
            f"{run['subjects_per_s']:.0f}: {run['share']:.0%} of the limit, "
            f"{run['share_of_XLA']:.0%} of that at the rates of XLA."
        )
        head = (f"{run['precision']} precision", "multiply-add", "division", "square root", "exponential")
        texts.append(f"{table(head, rows)}\n\n{said}")
    return "\n\n".join(texts)


def _kernels(part: list[Any]) -> str:
    texts = []
    for run in part:
        if "failed" in run:
            texts.append(f"{run['precision'].capitalize()} precision: {run['failed']}.")
            continue
        whole = sum(one["s"] for one in run["kernels"])
        shown = run["kernels"][:SHOWN]
        rows: list[Row] = [
            (f"`{one['name']}`", f"{one['calls_per_step']:.1f}", f"{one['us']:.1f}", f"{one['s'] / whole:.0%}")
            for one in shown
        ]
        rest = whole - sum(one["s"] for one in shown)
        calls = sum(one["calls_per_step"] for one in run["kernels"][SHOWN:])
        rows.append((f"{len(run['kernels']) - SHOWN} others", f"{calls:.1f}", "", f"{rest / whole:.0%}"))
        said = (
            f"{run['steps']} steps, {run['sweeps']} sweeps, {1000 * run['taken_s']:.0f} ms without the profiler. "
            f"Kernels add up to {1000 * whole:.0f} ms, {run['profiler_us']:.1f} microseconds taken off each call."
        )
        head = (f"{run['precision']} precision", "calls per step", "microseconds each", "share")
        texts.append(f"{table(head, rows)}\n\n{said}")
    return "\n\n".join(texts)


def _gradient(part: list[Any]) -> str:
    rows: list[Row] = []
    for run in part:
        if "failed" in run:
            rows.append((run["subjects"], run["failed"], *["-"] * 7))
            continue
        rows.append(
            (
                run["subjects"],
                f"{run['parameters']:,}",
                f"{run['solve_s']:.3f}",
                f"{run['forward_s']:.3f}",
                f"{run['gradient_s']:.3f}",
                f"{run['solves']:.1f} ({run['least']:.1f} to {run['most']:.1f})",
                f"{run['error']:.1e}",
                f"{run['prepare_s']:.0f}",
                f"{run['peak_MiB']:.0f}",
            )
        )
    return table(
        (
            *("subjects", "parameters", "solution, s", "same steps, s", "gradient, s", "gradient in solutions"),
            *("error", "compiled in, s", "MiB"),
        ),
        rows,
    )


def _growth(part: list[Any]) -> str:
    rows: list[Row] = []
    for run in part:
        if "failed" in run:
            rows.append((run["axis"], run["failed"], *["-"] * 3))
            continue
        points = "; ".join(
            f"{point['size']:,}: {point['cost']:.3g}" + (" (some unsolved)" if point["unsolved"] else "")
            for point in run["points"]
        )
        rows.append(
            (run["axis"], run["unit"], points, f"{run['exponent']['all']:.2f}", f"{run['exponent']['upper']:.2f}")
        )
    return table(("cost against", "unit", "cost", "exponent", "of the larger half"), rows)


def _population(part: dict[str, Any]) -> str:
    return (
        f"`allodyne run`, {part['subjects']:,} subjects of one arm, streamed to disk on {part['cores']} core(s): "
        f"{part['s']:.0f} s, {part['subjects_per_s']:.0f} subjects/s, peak memory {part['peak_MiB']:.0f} MiB, "
        f"{part['written_MiB']:.0f} MiB written."
    )
