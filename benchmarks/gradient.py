"""Child process: what the gradient of an outcome costs beside the solution of the same subjects; prints JSON."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import clock, median, peak_memory, stay_on
from benchmarks.study import ERROR, Study, errors_of

OUTCOME = "mechanical_hypersensitivity"
ROUNDS = 5


def main(cores: int, about: dict[str, Any]) -> None:
    """Differentiate the mean log outcome of the oxygen arm by all gains and turnover times of all subjects."""
    stay_on(cores)
    import jax
    import jax.numpy as jnp

    from allodyne.simulate.gradient import Differentiable
    from allodyne.simulate.solve import STEP_SHARE, solve

    study, subjects = Study(), int(about["subjects"])
    parameters = study.subjects(subjects)
    line = study.line("oxygen")
    outcome = study.structure.row(OUTCOME)

    def adaptive() -> object:
        return solve(study.structure, [(line, parameters)], [OUTCOME], ERROR, check=False)

    adaptive()
    began = time.perf_counter()
    arm = Differentiable(study.structure, line, parameters, tolerance=STEP_SHARE * ERROR)
    at = (jnp.log(parameters.turnover), jnp.asarray(parameters.gains))
    forward = jax.jit(lambda turnover, gains: jnp.mean(jnp.log(arm.trajectories(turnover, gains)[:, outcome])))
    backward = jax.jit(jax.grad(forward, argnums=(0, 1)))

    def derivatives() -> object:
        return [part.block_until_ready() for part in backward(*at)]

    def same_steps() -> object:
        return forward(*at).block_until_ready()

    same_steps()
    derivatives()
    prepared = time.perf_counter() - began
    # in turn, so that a machine that slows down slows all three
    actions = {"solve_s": adaptive, "forward_s": same_steps, "gradient_s": derivatives}
    taken: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(ROUNDS):
        for name, action in actions.items():
            taken[name] += clock(action, 1, 0.0)
    ratios = [gradient / solution for gradient, solution in zip(taken["gradient_s"], taken["solve_s"], strict=True)]
    exact = np.load(Path(about["reference"]))[0, ..., :subjects]
    found = np.asarray(arm.trajectories(*at))[..., : exact.shape[-1]]
    answer = {
        "parameters": int(np.size(parameters.gains) + np.size(parameters.turnover)),
        **{name: median(times) for name, times in taken.items()},
        "solves": median(ratios),
        "least": min(ratios),
        "most": max(ratios),
        "error": float(errors_of(found, exact).max()),
        "prepare_s": prepared,
        "peak_MiB": peak_memory(),
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main(int(sys.argv[1]), json.loads(sys.argv[2]))
