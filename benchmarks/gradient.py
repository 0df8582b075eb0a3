"""Child process: what the gradient of an outcome costs beside one solution; prints its times as JSON."""

from __future__ import annotations

import json
import sys
import time

import numpy as np

from benchmarks.measure import clock, median, peak_memory, stay_on
from benchmarks.study import ERROR, Study, output_days

SUBJECTS = 8
REPEATS, SECONDS = 3, 8.0


def main(cores: int) -> None:
    """Differentiate the mean log outcome of the oxygen arm by all gains and turnover times of eight subjects."""
    stay_on(cores)
    import jax
    import jax.numpy as jnp

    from allodyne.simulate.gradient import Differentiable
    from allodyne.simulate.solve import solve
    from allodyne.simulate.timeline import build_timeline

    study = Study()
    parameters = study.subjects(SUBJECTS)
    line = build_timeline(study.structure, study.signals("oxygen"), [], output_days(), 0.0)
    outcome = study.structure.row("mechanical_hypersensitivity")

    def adaptive() -> object:
        return solve(study.structure, [(line, parameters)], ["mechanical_hypersensitivity"], ERROR, check=False)

    adaptive()
    began = time.perf_counter()
    arm = Differentiable(study.structure, line, parameters, tolerance=4 * ERROR)
    at = (jnp.log(parameters.turnover), jnp.asarray(parameters.gains))
    forward = jax.jit(lambda turnover, gains: jnp.mean(jnp.log(arm.trajectories(turnover, gains)[:, outcome])))
    backward = jax.jit(jax.grad(forward, argnums=(0, 1)))

    def value() -> object:
        return forward(*at).block_until_ready()

    def derivatives() -> object:
        return [part.block_until_ready() for part in backward(*at)]

    value()
    derivatives()
    prepared = time.perf_counter() - began
    answer = {
        "subjects": SUBJECTS,
        "parameters": int(np.size(parameters.gains) + np.size(parameters.turnover)),
        "solve_s": median(clock(adaptive, REPEATS, SECONDS)),
        "forward_s": median(clock(value, REPEATS, SECONDS)),
        "gradient_s": median(clock(derivatives, REPEATS, SECONDS)),
        "prepare_s": prepared,
        "peak_MiB": peak_memory(),
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main(int(sys.argv[1]))
