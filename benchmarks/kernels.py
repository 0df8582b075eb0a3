"""Child process: where the time of the engine goes, by the kernels that XLA made of it; prints JSON.

The profiler of JAX lengthens every kernel by about as much, which is most of what it reports for the briefest ones (a
sum of two numbers). That much is taken off each of them.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.measure import clock, stay_on

GROUP = 64
NOT_KERNELS = re.compile(r"while|cond|call|::|^\$|^end|Thunk|jit|local|python", re.IGNORECASE)
BRIEFEST = 0.1
"""Share of the kernels, the briefest, that tell what the profiler adds."""


def main(cores: int, about: dict[str, Any]) -> None:
    """Solve one group with and without the profiler."""
    stay_on(cores)
    import jax

    from benchmarks.ours import Ours, chosen

    ours = Ours(GROUP, ("oxygen",), chosen(precision=about["precision"]))

    def solve() -> list[Any]:
        return ours.run(check=False)

    (found,) = solve()
    taken = min(clock(solve, 5, 5.0))
    with tempfile.TemporaryDirectory() as folder:
        with jax.profiler.trace(folder):
            solve()
        (file,) = Path(folder).rglob("*.xplane.pb")
        times, calls = _kernels(file)
    added = sorted(times[name] / calls[name] for name in times)[int(BRIEFEST * len(times))]
    own = {name: max(times[name] - added * calls[name], 0.0) for name in times}
    kernels = [
        {
            "name": name,
            "calls_per_step": calls[name] / found.steps,
            "us": own[name] / calls[name] / 1e3,
            "s": own[name] / 1e9,
        }
        for name in sorted(own, key=lambda name: -own[name])
    ]
    print(
        json.dumps(
            {
                "subjects": GROUP,
                "steps": found.steps,
                "sweeps": found.evaluations // 2,
                "taken_s": taken,
                "profiler_us": added / 1e3,
                "kernels": kernels,
            }
        )
    )


def _kernels(file: Path) -> tuple[Counter[str], Counter[str]]:
    """Nanoseconds and calls of each kernel."""
    from jax.profiler import ProfileData

    times: Counter[str] = Counter()
    calls: Counter[str] = Counter()
    for plane in ProfileData.from_file(str(file)).planes:
        for line in plane.lines:
            for event in line.events:
                if not NOT_KERNELS.search(event.name):
                    times[event.name] += int(event.duration_ns)
                    calls[event.name] += 1
    return times, calls


if __name__ == "__main__":
    main(int(sys.argv[1]), json.loads(sys.argv[2]))
