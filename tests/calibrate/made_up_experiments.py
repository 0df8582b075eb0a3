"""Experiments that nobody did, and linear models of them with known answers."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from allodyne.calibrate.fitting import Linear
from allodyne.calibrate.likelihood import Noise
from allodyne.experiments.experiment import Experiment, Number, Reading, Side
from allodyne.experiments.measures import Fold
from allodyne.experiments.scenario import Scenario

SIDE = Side((Reading(Scenario("rat", "snl"), "mechanical_hypersensitivity", 14.0),), Fold(-1.0, 13.0, 0.3))
_COUNT = itertools.count()


def experiment(**changes: Any) -> Experiment:
    """A direction in rats, of a paper of its own."""
    name = f"made-up-{next(_COUNT)}"
    told: dict[str, Any] = {
        "id": name,
        "paper": name,
        "kind": "treatment",
        "animal": "rat",
        "condition": "snl",
        "therapy": "hbot",
        "variable": "mechanical_threshold",
        "left": SIDE,
        "right": SIDE,
        "direction": "up",
        "number": None,
    }
    return Experiment(**(told | changes))


def log_ratio(value: float, se: float = 0.1, **changes: Any) -> Experiment:
    """A published log ratio."""
    return experiment(number=Number("log_ratio", value, se, True), **changes)


def share(value: float, se: float = 0.1, **changes: Any) -> Experiment:
    """A published value of a single group, in which laboratories do not differ."""
    return experiment(number=Number("value", value, se, True), right=None, direction=None, **changes)


def noise(**changes: Any) -> Noise:
    """Widths that are easy to reckon with."""
    told: dict[str, Any] = {
        "size": {"animals, fold, log_ratio": 0.4, "animals, fold, value": 0.3},
        "laboratory": 0.5,
        "direction": {"animals": 0.3, "people": 0.15},
        "none": 0.1,
    }
    return Noise(**(told | changes))


def linear(experiments: int, parameters: int, seed: int = 1, spread: float = 1.0) -> Linear:
    """Random predictions around a point that is not the centre of the priors."""
    random = np.random.default_rng(seed)
    return Linear(
        0.3 * random.normal(size=parameters),
        random.normal(size=experiments),
        spread * random.normal(size=(experiments, parameters)),
    )
