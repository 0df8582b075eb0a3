"""``python -m allodyne.calibrate``: the least-squares fit behind the shipped gains."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import numpy as np
import typer
from rich.console import Console

from allodyne.calibrate.least_squares import Problem, fit
from allodyne.calibrate.rewriting import write_fit
from allodyne.calibrate.targets import collect, load_findings
from allodyne.network import load_network
from allodyne.simulate.structure import structure_of

NONE_BAND = 0.05
"""A log ratio within this band counts as no difference."""


def main(
    rounds: Annotated[int, typer.Option(help="How often to compute derivatives at most.")] = 6,
    write: Annotated[bool, typer.Option("--write", help="Write the result into the shipped network files.")] = False,
) -> None:
    """Fit gains and turnover times to the shipped animal findings; the agreement that it prints is in-sample."""
    console = Console()
    network = load_network()
    structure = structure_of(network)
    collected = collect(load_findings())
    problem = Problem(network, structure, collected.targets)
    expressed = len({target.id for target in collected.targets})
    console.print(f"{expressed} findings in {len(problem.times)} scenarios; {len(collected.refused)} not expressed")
    with console.status("starting") as status:
        result = fit(problem, rounds, status.update)
    console.print("cost after each round:", ", ".join(f"{cost:.1f}" for cost in result.cost))
    for kind, (hits, count) in agreement(problem, result.predicted).items():
        console.print(f"{kind}: direction of {hits} of {count} findings ({hits / count:.0%}), in-sample")
    if write:
        gains = dict(zip(structure.edges, np.exp(result.log_gains), strict=True))
        turnover = dict(zip(structure.species, np.exp(result.log_turnover), strict=True))
        write_fit(network, gains, turnover)


def agreement(problem: Problem, predicted: np.ndarray) -> dict[str, tuple[int, int]]:
    """Count by kind of finding how often the direction is as published."""
    published = {finding["id"]: finding for finding in load_findings()}
    hits: Counter[str] = Counter()
    count: Counter[str] = Counter()
    for target, value in zip(problem.targets, predicted, strict=True):
        if target.scale == "ceiling":
            continue
        finding = published[target.id]
        change = value / target.baseline if target.scale == "difference" else value
        found = "none" if abs(change) < NONE_BAND else "up" if change > 0 else "down"
        for kind in (finding["kind"], "all"):
            count[kind] += 1
            hits[kind] += found == finding["result"]["direction"]
    return {kind: (hits[kind], count[kind]) for kind in sorted(count)}


if __name__ == "__main__":
    typer.run(main)
