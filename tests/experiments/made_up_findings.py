"""Small findings that nobody published, for the tests of how findings are read."""

from __future__ import annotations

from typing import Any

from allodyne.experiments.experiment import Experiment
from allodyne.experiments.expressing import express

HBOT = {"hbot": {"pressure_ata": 2.0, "minutes": 60, "sessions": 7, "days_per_week": 7, "start_day": 1}}
WALKING = {"exercise": {"mode": "aerobic", "minutes": 45, "sessions_per_week": 3, "weeks": 12}}


def in_rats(**changes: Any) -> dict[str, Any]:
    """Seven sessions of HBOT in rats after spinal nerve ligation."""
    return {
        "id": "made-up",
        "paper": "liu2019",
        "kind": "treatment",
        "species": "rat",
        "condition": "snl",
        "treatments": [HBOT],
        "comparator": "untreated",
        "outcome": {"variable": "mechanical_threshold"},
        "result": {"direction": "up"},
    } | changes


def in_people(**changes: Any) -> dict[str, Any]:
    """Twelve weeks of exercise in people with painful diabetic neuropathy."""
    return (
        in_rats(
            species="human",
            condition="dpn",
            treatments=[WALKING],
            outcome={"variable": "pain_score"},
            comparator="untreated",
        )
        | changes
    )


def expressed(finding: dict[str, Any]) -> Experiment:
    """The experiment of one finding."""
    found = express([finding])
    assert not found.refused, found.refused
    (experiment,) = found.experiments
    return experiment


def reason(finding: dict[str, Any]) -> str:
    """Why a finding is not expressed."""
    found = express([finding])
    assert not found.experiments
    return found.refused[finding["id"]]
