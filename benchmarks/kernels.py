"""Where the time of the engine goes: the kernels that XLA made of it, from the profiler of JAX.

``python -m benchmarks.kernels [double|single]`` prints a Markdown table for one group of 64 subjects on one core.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections import Counter
from pathlib import Path

from benchmarks.measure import stay_on

SHOWN = 14
NOT_KERNELS = re.compile(r"while|cond|call|::|^\$|^end|Thunk|jit|local|python", re.IGNORECASE)


def main(precision: str) -> None:
    """Solve one group twice, the second time under the profiler."""
    stay_on(1)
    import jax

    from benchmarks.ours import Ours, chosen

    ours = Ours(64, ("oxygen",), chosen(precision=precision))
    ours.run(check=False)
    with tempfile.TemporaryDirectory() as folder:
        with jax.profiler.trace(folder):
            (found,) = ours.run(check=False)
        (file,) = Path(folder).rglob("*.xplane.pb")
        times, calls = _kernels(file)
    whole, sweeps = sum(times.values()), found.evaluations // 2
    print(f"{precision} precision: {found.steps} steps, {sweeps} sweeps, {whole / 1e6:.0f} ms in kernels.\n")
    print("| kernel | calls per step | microseconds each | share |\n| --- | --- | --- | --- |")
    for name, time in times.most_common(SHOWN):
        print(f"| `{name}` | {calls[name] / found.steps:.1f} | {time / calls[name] / 1e3:.1f} | {time / whole:.0%} |")
    rest = whole - sum(time for _, time in times.most_common(SHOWN))
    print(f"| {len(times) - SHOWN} others | | | {rest / whole:.0%} |")


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
    main(sys.argv[1] if len(sys.argv) > 1 else "double")
