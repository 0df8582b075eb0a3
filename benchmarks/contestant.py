"""Child process: a solver that prepares, says what it is, and solves whenever it is told to take its turn."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

from benchmarks.measure import Failed, peak_memory, stay_on


def main(cores: int, about: dict[str, Any]) -> None:
    """Listen for ``turn`` and ``memory`` until the parent closes the line."""
    # libraries that print would speak into the answers
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def say(what: dict[str, Any]) -> None:
        answers.write(json.dumps(what) + "\n")
        answers.flush()

    stay_on(cores)
    try:
        subjects, run, ready = _prepared(cores, about)
    except (Failed, ImportError) as why:
        say({"failed": str(why)})
        return
    say(ready)
    for line in sys.stdin:
        if line.strip() == "memory":
            say({"peak_MiB": peak_memory()})
            continue
        began = time.perf_counter()
        run()
        say({"s": time.perf_counter() - began, "subjects": subjects})


def _prepared(cores: int, about: dict[str, Any]) -> tuple[int, Any, dict[str, Any]]:
    began = time.perf_counter()
    if about["solver"] == "allodyne":
        from benchmarks.ours import Ours, chosen
        from benchmarks.study import ARMS

        ours = Ours(about["subjects"], ARMS[:1], chosen("cpu", about["precision"]))
        ours.run()
        return about["subjects"], ours.run, {"setup_s": time.perf_counter() - began}
    from benchmarks.rival import Rival

    rival = Rival(cores, about["solver"], about["reference"], about["rtol"])
    return rival.timed, rival.run, {**rival.ready, "setup_s": time.perf_counter() - began}


if __name__ == "__main__":
    main(int(sys.argv[1]), json.loads(sys.argv[2]))
