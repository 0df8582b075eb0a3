"""Child process: one subject, again and again, in a process that has solved one before; prints JSON."""

from __future__ import annotations

import json
import sys
from typing import Any

from benchmarks.measure import clock, median, stay_on
from benchmarks.ours import Ours, chosen
from benchmarks.study import ARMS

CALLS = 30


def main(cores: int, about: dict[str, Any]) -> None:
    """Time each call with the check of its accuracy, and without."""
    stay_on(cores)
    ours = Ours(1, ARMS[:1], chosen("cpu", about["precision"]))
    ours.run()
    answer = {
        "calls": CALLS,
        "checked_s": median(clock(ours.run, CALLS, 60.0)),
        "s": median(clock(lambda: ours.run(check=False), CALLS, 60.0)),
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main(int(sys.argv[1]), json.loads(sys.argv[2]))
