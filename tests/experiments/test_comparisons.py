"""Findings that compare two treated groups know what the other group got."""

from __future__ import annotations

import math
from importlib.resources import files
from typing import Any

import numpy as np
import pytest
import yaml
from pydantic import ValidationError

from allodyne.experiments.comparisons import OtherGroup, other_group
from allodyne.experiments.experiment import Experiment
from allodyne.experiments.expressing import express
from allodyne.experiments.levels import jobs_of, log_ratios, shipped_columns, solve_levels
from allodyne.network import load_network
from allodyne.pipeline import arrays_of
from allodyne.simulate.structure import FloatArray

FINDINGS = {
    record["id"]: record
    for path in sorted((files("allodyne.evidence") / "data" / "findings").iterdir(), key=lambda path: path.name)
    for record in yaml.safe_load(path.read_text())
    if record["kind"] == "comparison"
}
TABLE = list(yaml.safe_load((files("allodyne.experiments") / "comparisons.yaml").read_text()))

TEN_SESSIONS = "han2014-hbot-cci-mechanical_threshold-d28"
LATE_DOSE = "duloxetine-amitriptyline-snl2015-duloxetine-snl-mechanical_threshold-d28"
LATE = "leinders2013-comparison-snt-iba1-d98"
NORMAL_RATS = "morphine-mononeuropathy1991-morphine-cci-mechanical_threshold"
AREA = "ursini2011-acupuncture-herpes_zoster-pain_score"


def experiment(name: str) -> Experiment:
    (found,) = express([FINDINGS[name]]).experiments
    return found


def simulated(experiments: list[Experiment]) -> FloatArray:
    network = load_network()
    structure = arrays_of(network)
    levels = solve_levels(structure, jobs_of(structure, network, experiments), shipped_columns(network, structure))
    return log_ratios(experiments, levels, 1)[:, 0]


@pytest.mark.parametrize("name", TABLE)
def test_an_entry_is_a_comparison_whose_groups_differ_and_that_lacks_at_most_its_measure(name: str) -> None:
    expressed = express([FINDINGS[name]])

    if not expressed.experiments:
        assert "species of the network stands for" in expressed.refused[name]
        return
    (found,) = expressed.experiments
    assert found.right is not None
    assert found.left.readings != found.right.readings


def test_the_right_group_gets_what_the_entry_says() -> None:
    found = experiment(TEN_SESSIONS)

    counts = [len(side.readings[0].scenario.sessions()) for side in (found.left, found.right) if side]
    assert counts == [10, 5]
    assert found.right and found.left.readings[0].day == found.right.readings[0].day


def test_a_group_is_read_on_its_own_day() -> None:
    found = experiment(LATE)

    assert found.right
    assert [math.floor(side.readings[0].day) for side in (found.left, found.right)] == [98, 28]


def test_a_dose_is_given_on_the_day_of_its_own_assessment() -> None:
    found = experiment(LATE_DOSE)

    assert found.right
    days = [math.floor(side.readings[0].scenario.sessions()[-1][0]) for side in (found.left, found.right)]
    assert days == [28, 14]


def test_an_effect_is_read_against_the_same_group_without_treatment() -> None:
    found = experiment(NORMAL_RATS)

    assert found.right
    treated, untreated = found.right.readings
    assert (treated.scenario.condition, untreated.scenario.condition) == ("naive", "naive")
    assert treated.scenario.plans and not untreated.scenario.plans
    twice = np.log(np.array([[2.0], [2.0]]))
    assert found.right.measure.value(twice) == pytest.approx(1.0, rel=1e-12)


def test_a_size_of_another_quantity_is_left_out() -> None:
    assert FINDINGS[AREA]["result"]["treated"]["mean"] > 100
    assert experiment(AREA).number is None
    assert experiment(AREA).direction == "none"


def test_more_sessions_of_oxygen_relieve_more_and_late_microglia_are_fewer() -> None:
    sessions, microglia = simulated([experiment(TEN_SESSIONS), experiment(LATE)])

    assert sessions > 0.05
    assert microglia < -0.05


def test_what_the_model_does_not_know_stays_out() -> None:
    strains = "yoon1999-comparison-snl-mechanical_threshold-d14"

    assert other_group(strains) is None
    assert express([FINDINGS[strains]]).refused[strains].startswith("a comparison whose other group")


def test_an_entry_with_an_unknown_field_is_refused() -> None:
    entry: dict[str, Any] = {"note": "made up", "comparator": []}

    with pytest.raises(ValidationError, match="comparator"):
        OtherGroup.model_validate(entry)
