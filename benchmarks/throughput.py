"""Operations per second of this core, from its first-level cache: in the engine's runtime, and by a C compiler."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.measure import Failed, clock, reason

KINDS = ("fma", "divide", "sqrt", "exp")
PRECISIONS = {"double": "float64", "single": "float32"}
LENGTH, ROUNDS, TRIALS = 1024, 100, 50
REPEATED = {"fma": (8, 24), "divide": (4, 20), "sqrt": (4, 20), "exp": (2, 10)}
"""Operations on each element; the difference of two numbers of them is free of what surrounds them."""
SIDE_BY_SIDE = 8
"""Independent chains of multiply-adds, which hide their latency."""


def in_xla() -> dict[str, dict[str, float]]:
    """Operations per second by precision and kind, compiled by the runtime and with the options of the engine."""
    from allodyne.simulate.backend import devices

    devices()
    return {name: {kind: _xla_rate(kind, dtype) for kind in KINDS} for name, dtype in PRECISIONS.items()}


def _xla_rate(kind: str, dtype: str) -> float:
    import jax.numpy as jnp
    from jax import lax

    from allodyne.simulate.backend import compiled

    start = jnp.linspace(0.5, 1.0, LENGTH, dtype=dtype)
    factors = jnp.linspace(0.5, 0.75, 32, dtype=dtype)

    def multiply_add(x: Any, count: int) -> Any:
        chains = [x * factors[k] for k in range(SIDE_BY_SIDE)]
        for _ in range(count):
            chains = [chain * factors[k] + factors[k + SIDE_BY_SIDE] for k, chain in enumerate(chains)]
        return sum(chains)

    def several(operation: Callable[[Any, Any], Any]) -> Callable[[Any, int], Any]:
        return lambda x, count: sum(operation(x, factors[k]) for k in range(count))

    kinds: dict[str, Callable[[Any, int], Any]] = {
        "fma": multiply_add,
        "divide": several(lambda x, a: a / (x + a)),
        "sqrt": several(lambda x, a: jnp.sqrt(x + a)),
        "exp": several(lambda x, a: jnp.exp(-a * x)),
    }

    def seconds(count: int) -> float:
        row = kinds[kind]
        program = compiled(lambda x: lax.fori_loop(0, ROUNDS, lambda _, x: row(x, count) * 0.01 + 0.5, x))
        program(start).block_until_ready()
        return min(clock(lambda: program(start).block_until_ready(), TRIALS, 10.0))

    few, many = REPEATED[kind]
    operations = (many - few) * LENGTH * ROUNDS * (SIDE_BY_SIDE if kind == "fma" else 1)
    return operations / max(seconds(many) - seconds(few), 1e-9)


def by_compiler() -> dict[str, dict[str, float]]:
    """Operations per second by precision and kind, of a C program compiled for this processor.

    Raises
    ------
    Failed
        When there is no C compiler, or it cannot compile the program.
    """
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise Failed("no C compiler")
    source = Path(__file__).with_name("probe.c")
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, real in (("double", "double"), ("single", "float")):
            program = Path(folder) / name
            options = ("-O3", "-march=native", "-ffast-math", f"-DREAL={real}")
            command = [compiler, *options, str(source), "-o", str(program), "-lm"]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise Failed(reason(done.stderr, done.returncode))
            found[name] = json.loads(subprocess.run([program], capture_output=True, text=True, check=True).stdout)
    return found
