"""Child process: the engine on one number of subjects; prints its times and its errors as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import clock, peak_memory, since_started, stay_on
from benchmarks.study import ARMS, CHECKED, errors_of

REPEATS, SECONDS = 5, 8.0


def main(cores: int, about: dict[str, Any]) -> None:
    """Solve once; and then, unless ``about["once"]``, several times more, and compare with the reference."""
    stay_on(cores)
    from benchmarks.ours import Ours, chosen

    machine = chosen(about["device"], about["precision"])
    arms = ARMS[: about["arms"]]
    ours = Ours(about["subjects"], arms, machine)
    built = since_started()
    found = ours.run()
    first = since_started()
    answer = {
        "build_s": built,
        "first_s": first - built,
        "process_s": first,
        "estimated_error": max(one.error for one in found),
        "steps": sum(one.steps for one in found),
        "evaluations": sum(one.evaluations for one in found),
        "unsolved": int(sum(np.count_nonzero(one.status) for one in found)),
    }
    del found
    if not about["once"]:
        answer["steady_s"] = clock(ours.run, REPEATS, SECONDS)
        answer["peak_MiB"] = peak_memory()
        exact = np.load(Path(about["reference"]))[: len(arms), ..., : about["subjects"]]
        errors = errors_of(ours.first(CHECKED), exact)
        answer |= {"error": float(errors.max()), "checked": len(errors)}
    print(json.dumps(answer))


if __name__ == "__main__":
    main(int(sys.argv[1]), json.loads(sys.argv[2]))
