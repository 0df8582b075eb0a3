"""Child process: the arithmetic that the model needs, what this core could do of it, and the share reached."""

from __future__ import annotations

import json
import sys
from typing import Any

from allodyne.simulate.structure import Structure
from benchmarks.measure import Failed, clock, median, stay_on
from benchmarks.ours import Ours, chosen
from benchmarks.study import ARMS
from benchmarks.throughput import KINDS, by_compiler, in_xla

SUBJECTS = 1024
DRIVES = ("@nerve_injury", "@oxygen")
Count = dict[str, float]


def of_evaluation(structure: Structure) -> Count:
    """Operations of one evaluation of the right-hand side of one subject, by the formulas of the model.

    An edge is one fused multiply-add. The signal of a species is one division and three simple operations, and where
    its share in health is below 1 one square root and four more. A target is one exponential. The relaxation of a
    species towards its target is four simple operations, and two say whether it still moves.
    """
    inner = [name for name in structure.edges if not name.startswith("@") or name.split(">")[0] in DRIVES]
    sources = {name.split(">")[0] for name in structure.edges if not name.startswith("@")}
    bent = sum(bool(structure.tonic[structure.row(name)] < 1) for name in sources)
    species = len(structure.species)
    return {
        "fma": len(inner) + 3 * len(sources) + 4 * bent + 6 * species,
        "divide": len(sources),
        "sqrt": bent,
        "exp": species,
    }


def of_step(structure: Structure) -> Count:
    """Operations of one step of one subject beside its evaluations: per species the weights, prediction, and error.

    The weights are one exponential, one division and 32 simple operations (``simulate/collocation.py``), the prediction
    14, the error 4.
    """
    species = len(structure.species)
    return {"fma": 50 * species, "divide": species, "sqrt": 0, "exp": species}


def seconds(count: Count, rates: Count) -> float:
    """Time that operations take when none overlap."""
    return sum(count[kind] / rates[kind] for kind in KINDS)


def main(cores: int, about: dict[str, Any]) -> None:
    """Measure throughputs, then the engine without its check of accuracy."""
    stay_on(cores)
    precision = about["precision"]
    rates = {"XLA": in_xla()}
    answer: dict[str, Any] = {"rates": rates}
    try:
        rates["C"] = by_compiler()
    except Failed as why:
        answer["no_compiler"] = str(why)
    ours = Ours(SUBJECTS, ARMS[:1], chosen("cpu", precision))
    (found,) = ours.run(check=False)
    taken = median(clock(lambda: ours.run(check=False), 3, 15.0))
    best = {kind: max(probe[precision][kind] for probe in rates.values()) for kind in KINDS}
    each, step = of_evaluation(ours.structure), of_step(ours.structure)
    answer |= {
        "best": best,
        "evaluation": each,
        "step": step,
        "limit_evaluations_per_s": 1.0 / seconds(each, best),
        "limit_of_XLA": 1.0 / seconds(each, rates["XLA"][precision]),
        "subjects_per_s": SUBJECTS / taken,
    }
    # groups are full, so that every evaluation and step of a group is one of each of its subjects
    width = ours.machine.group
    evaluations, steps = float(width * found.evaluations), float(width * found.steps)

    def needed(rates: Count) -> float:
        return evaluations * seconds(each, rates) + steps * seconds(step, rates)

    answer |= {
        "evaluations_per_subject": evaluations / SUBJECTS,
        "steps_per_subject": steps / SUBJECTS,
        "evaluations_per_s": evaluations / taken,
        "share": needed(best) / taken,
        "share_of_XLA": needed(rates["XLA"][precision]) / taken,
        "limit_subjects_per_s": SUBJECTS / needed(best),
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main(int(sys.argv[1]), json.loads(sys.argv[2]))
