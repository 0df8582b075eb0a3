"""Small predictions with known answers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import yaml

from allodyne.evidence.papers import load_papers
from allodyne.experiments.experiment import Experiment, Number, Reading, Side
from allodyne.experiments.expressing import express
from allodyne.experiments.measures import Fold
from allodyne.experiments.scenario import Scenario, plan_text
from allodyne.network import Network
from allodyne.scoring.findings_given import GivenFindings
from allodyne.scoring.predictions import Prediction
from allodyne.scoring.validation import Validation, assess
from allodyne.simulate.structure import Structure

Make = Callable[..., Prediction]


@pytest.fixture
def make() -> Make:
    """Make a prediction: ``make("up", 0.3, paper="a")`` predicts a rise of a finding that was published as ``up``."""
    count = iter(range(1000))

    def one(direction: str | None, log_ratio: float, **more: Any) -> Prediction:
        plans = (plan_text("hbot", {"sessions": 1}),)
        reading = Reading(Scenario("rat", "snl", plans), "mechanical_hypersensitivity", 14.0)
        side = Side((reading,), Fold(-1.0))
        number = more.get("number")
        experiment = Experiment(
            id=f"finding-{next(count)}",
            paper=more.get("paper", "liu2019"),
            kind=more.get("kind", "treatment"),
            animal=more.get("animal", "rat"),
            condition="snl",
            therapy=more.get("therapy", "hbot"),
            variable=more.get("variable", "mechanical_threshold"),
            left=side,
            right=side,
            direction=direction,  # type: ignore[arg-type]
            number=Number("log_ratio", number, more.get("se", 0.1), True) if number is not None else None,
        )
        return Prediction(
            experiment,
            more.get("fold", 0),
            log_ratio,
            more.get("chances", (0.2, 0.3, 0.5)),
            more.get("size", math.nan),
            more.get("size_sd", math.nan),
            more.get("fitted", log_ratio),
            more.get("size", math.nan),
            np.array(more.get("shuffled", [])),
        )

    return one


FINDINGS = """
- id: seen
  paper: liu2019
  kind: treatment
  species: rat
  condition: snl
  treatments: [{hbot: {pressure_ata: 2.0, minutes: 60, sessions: 7, start_day: 1}}]
  comparator: untreated
  outcome: {variable: mechanical_threshold, time_days: 8}
  result: {direction: up, treated: {mean: 8, sem: 1}, control: {mean: 4, sem: 1}, units: g}
- id: missed
  paper: guo2019
  kind: injury
  species: rat
  condition: snl
  treatments: []
  comparator: naive
  outcome: {variable: mechanical_threshold, time_days: 8}
  result: {direction: up}
- id: refused
  paper: guo2019
  kind: injury
  species: rat
  condition: snl
  treatments: []
  comparator: naive
  outcome: {variable: <b>unheard_of</b>}
  result: {direction: up}
- id: beyond
  paper: guo2019
  kind: treatment
  species: human
  condition: dpn
  treatments: [{drug: {name: pregabalin}}]
  comparator: untreated
  outcome: {variable: adverse_events}
  result: {direction: up}
"""


@pytest.fixture(scope="session")
def small(network: Network, structure: Structure) -> Validation:
    """Four findings: one predicted, one missed, one not expressed and one outside the model."""
    given = GivenFindings(tuple(yaml.safe_load(FINDINGS)), load_papers(), False, ("made up",))
    expressed = express(given.findings)
    invented = {"seen": (0.6, (0.1, 0.1, 0.8)), "missed": (-0.9, (0.8, 0.1, 0.1))}
    predictions = [
        Prediction(
            one,
            None,
            invented[one.id][0],
            invented[one.id][1],
            invented[one.id][0] if one.number else math.nan,
            0.2 if one.number else math.nan,
            invented[one.id][0],
            invented[one.id][0],
            np.array([-0.1, 0.2]),
        )
        for one in expressed.experiments
    ]
    return assess(given, expressed, predictions, expressed.experiments, network, structure)
