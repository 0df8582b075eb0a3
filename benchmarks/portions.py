"""What a portion costs besides its solution, and what that means for 10^9 subjects.

``python -m benchmarks.portions STUDY PORTIONS WORKERS`` sends portions that do nothing, and then some that make up
their numbers, through a real scheduler of Dask with workers on this machine, and prints JSON.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from allodyne import Study
from allodyne.cohort.chunks import Chunks, compressed
from allodyne.cohort.plan import Plan, plan_of
from allodyne.cohort.portions import Portions, bytes_of_numbers, cut
from allodyne.cohort.running import without_subjects
from allodyne.cohort.scheduler import solve_on, workers_of
from allodyne.cohort.store import Store
from allodyne.pipeline import Prepared, prepare
from allodyne.simulate.solve import UNCHECKED

SUBJECTS = 10**9
WRITTEN = 40
"""Portions whose numbers are made up, received and written."""


def nothing(_plan: Plan, _portions: Portions, _portion: int) -> Chunks:
    """A portion that costs nothing to solve."""
    return {}


def made_up(plan: Plan, portions: Portions, portion: int) -> Chunks:
    """Numbers of the size of a real portion."""
    study, count = json.loads(plan.study), portions.count(portion)
    shape = (len(study["arms"]), study["days"] + 1, count)
    random = np.random.default_rng(portion)
    found = {"status": np.zeros((shape[0], count), np.int8)}
    for name in study["measure"]:
        found[name] = found[f"{name}_true"] = random.standard_normal(shape)
    return compressed(found, portions.size)


def main(file: str, number: int, workers: int) -> None:
    """Measure and print."""
    one = prepare(Study.from_yaml(file), draws=True)
    plan, portions = plan_of(one, dict.fromkeys(one.study.arms, UNCHECKED)), cut(_of(one, SUBJECTS))
    few = Portions(WRITTEN * portions.size, portions.size)
    each = bytes_of_numbers(one.study) / one.study.subjects.n
    with workers_of(f"local:{workers}") as client, tempfile.TemporaryDirectory() as place:
        list(solve_on(client, "local", plan, portions, range(50), nothing))
        empty = _seconds(lambda: list(solve_on(client, "local", plan, portions, range(number), nothing)))
        store = Store.create(Path(place) / "run.unfinished", plan, few, without_subjects(one, {}))

        def received() -> None:
            for portion, chunks in solve_on(client, "local", plan, few, few, made_up):
                store.write(portion, chunks, 0.0)

        full = _seconds(received)
    print(
        json.dumps(
            {
                "subjects_of_a_portion": portions.size,
                "MB_of_a_portion": round(each * portions.size / 1e6, 1),
                "empty_portion_s": [seconds / number for seconds in empty],
                "full_portion_s": [seconds / WRITTEN for seconds in full],
                "portions_of_all": len(portions),
                "TB_of_all": round(each * SUBJECTS / 1e12, 2),
                "hours_of_scheduling": round(empty[0] / number * len(portions) / 3600, 2),
            }
        )
    )


def _of(one: Prepared, subjects: int) -> Prepared:
    many = one.study.subjects.model_copy(update={"n": subjects})
    return replace(one, study=one.study.model_copy(update={"subjects": many}))


def _seconds(action: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the clock, and of the processor in this process, which is client and scheduler."""
    began, busy = time.perf_counter(), time.process_time()
    action()
    return time.perf_counter() - began, time.process_time() - busy


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
