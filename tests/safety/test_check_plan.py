"""The whole check of a plan: verdicts by arm, refusal, own rules, and its JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from allodyne import Study
from allodyne.errors import UserError
from allodyne.safety.check import check_plan, refuse
from allodyne.safety.patient import Patient
from allodyne.safety.plan_check import PlanCheck, PlanRefused
from allodyne.safety.rules import read_rules

# Diabetes of which type: the condition of the study says that it is there.
HEALTHY = {
    "patient": "a man of 50",
    "age": 50,
    "sex": "male",
    "conditions": {"diabetes": "type_2"},
    "everything_else": "absent",
}
TOO_LONG = {"hbot": {"pressure_ata": 2.8, "minutes": 120, "sessions": 20, "per_week": 5}}
USUAL = {"hbot": {"pressure_ata": 2.0, "minutes": 60, "sessions": 5, "per_week": 5}}


def a_study(species: str = "human", **arms: Any) -> Study:
    condition = "dpn" if species == "human" else "cci"
    return Study.from_dict(
        {
            "study": "A plan",
            "subjects": {"species": species, "condition": condition, "n": 4},
            "days": 60,
            "arms": {"untreated": [], **arms},
            "measure": ["pain_score" if species == "human" else "mechanical_threshold"],
        }
    )


def test_a_usual_plan_in_a_described_person_passes() -> None:
    found = check_plan(a_study(hbot=[USUAL]), Patient.from_dict(HEALTHY))
    assert found.verdict in ("passes", "caution") and not found.stops()
    assert found.arms["untreated"].verdict == "passes"
    assert found.patient == "a man of 50"


def test_without_a_person_no_treated_arm_passes() -> None:
    found = check_plan(a_study(hbot=[USUAL]))
    assert found.verdict == "not_assessed"
    assert found.arms["hbot"].verdict == "not_assessed" and found.arms["untreated"].verdict == "passes"


def test_animals_need_no_person_and_get_limits_of_animals() -> None:
    found = check_plan(a_study("rat", hbot=[{"hbot": {"pressure_ata": 2.0, "minutes": 60, "sessions": 7}}]))
    assert found.verdict in ("passes", "caution")
    assert not [one for one in found.every_remark() if one.id.startswith("contraindications:")]
    with pytest.raises(UserError, match="describes a person"):
        check_plan(a_study("rat", hbot=[USUAL]), Patient.from_dict(HEALTHY))


def test_a_hard_limit_is_refused_with_its_place_and_source(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(a_study(hbot=[USUAL, {**TOO_LONG, "hbot": {**TOO_LONG["hbot"], "at": "16:00"}}]).to_yaml())
    study = Study.from_yaml(file)
    found = check_plan(study)
    assert found.verdict == "stop" and found.arms["hbot"].verdict == "stop"
    assert found.arms["hbot"].remarks[0].level == "stop"
    with pytest.raises(PlanRefused) as refused:
        refuse(found, study)
    stops = refused.value.mistakes[:-1]
    assert "arms.hbot.1" in (stops[0].where or "") and str(file) in (stops[0].where or "")
    assert any("safe-seizure-by-pressure" in (one.remedy or "") for one in stops)
    assert "--accept-risk" in (refused.value.remedy or "")


def test_an_accepted_risk_is_kept_with_its_reason_and_only_where_there_is_one() -> None:
    study = a_study(hbot=[TOO_LONG])
    accepted = check_plan(study, accept_risk="a chamber test without people")
    refuse(accepted, study)
    assert accepted.accepted_risk == "a chamber test without people" and accepted.verdict == "stop"
    assert check_plan(a_study(hbot=[USUAL]), accept_risk="not needed").accepted_risk is None
    for wrong in ("  ", "x" * 301, "bell \x07"):
        with pytest.raises(UserError, match="reason"):
            check_plan(study, accept_risk=wrong)
    assert check_plan(study, accept_risk="two\nlines").accepted_risk == "two lines"


def test_a_check_is_good_for_its_own_study_alone() -> None:
    mild, risky = a_study(hbot=[USUAL]), a_study(hbot=[TOO_LONG])
    with pytest.raises(UserError, match="another study"):
        refuse(check_plan(mild), risky)


def test_missing_facts_outweigh_a_relative_contraindication() -> None:
    ill = {"patient": "a man", "age": 50, "sex": "male", "conditions": {"copd": "severe"}}
    found = check_plan(a_study(hbot=[USUAL]), Patient.from_dict(ill))
    levels = {one.level for one in found.arms["hbot"].remarks}
    assert {"assess", "unknown"} <= levels and found.arms["hbot"].verdict == "not_assessed"


def test_every_part_of_the_check_has_its_say() -> None:
    arm = [
        {"hbot": {"pressure_ata": 2.8, "minutes": 90, "sessions": 70, "per_week": 5, "chamber": "soft_air"}},
        {"exercise": {"mode": "aerobic", "percent_vo2max": 95, "minutes": 60, "weeks": 2, "per_week": 5}},
        {"acupuncture": {"mode": "electro", "frequency_hz": 2, "current_ma": 8, "minutes": 30, "sessions": 8}},
        {"drug": {"name": "pregabalin", "dose_mg": 150, "route": "oral", "weeks": 2, "per_day": 2}},
    ]
    areas = {one.id.split(":")[0] for one in check_plan(a_study(treated=arm)).every_remark()}
    wanted = "oxygen contraindications equipment supervision fire exercise acupuncture regimen adverse"
    assert set(wanted.split()) <= areas


def test_own_rules_tighten_a_limit_and_add_a_chamber(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(
        """
limits:
  oxygen.seizures: {caution: 1, stop: 2, reason: decision of our board}
chambers:
  our_chamber:
    label: our own chamber
    kind: multiplace
    place: hospital
    subjects: [human]
    maximum_ata: 1.8
    gases: [oxygen, air]
    delivery: mask
    fio2: {least: 0.9, most: 1.0}
    chamber_oxygen: 22
    air_breaks: {possible: true, how: the mask comes off}
    compression: {}
"""
    )
    rules = read_rules(file)
    plain = check_plan(a_study(hbot=[USUAL]), rules=rules)
    (seizures,) = (one for one in plain.every_remark() if one.id == "oxygen:seizures")
    assert seizures.level == "stop" and "decision of our board" in seizures.why
    assert plain.own_rules == ("oxygen.seizures", "our_chamber")
    named = {"hbot": {**USUAL["hbot"], "chamber": "our_chamber"}}
    found = check_plan(a_study(hbot=[named]), rules=rules)
    assert "equipment:pressure" in [one.id for one in found.stops()]
    with pytest.raises(UserError, match="our_chamber"):
        check_plan(a_study(hbot=[named]))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("limits: {oxygen.seizurs: {stop: 1, reason: x}}", "oxygen.seizures"),
        ("limits: {oxygen.seizures: {stop: 99, reason: x}}", "tightened"),
        ("limits: {oxygen.seizures: {stopp: 1, reason: x}}", "stop"),
        ("limits: {oxygen.seizures: {stop: .nan, reason: x}}", "stop"),
        ("limits: {oxygen.seizures: {stop: 5}}", "reason"),
        ("limits: {oxygen.seizures: {reason: x}}", "bound"),
        ("limits: 3", "mapping"),
        ("[]", "mapping"),
        ("limit: {}", "limits"),
        ("chambers: {ours: {label: ours, kind: tent}}", "ours"),
    ],
)
def test_a_wrong_file_of_rules_says_where_and_what_to_do(text: str, told: str, tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(text)
    with pytest.raises(UserError) as problem:
        read_rules(file)
    assert told in str(problem.value) and str(file) in (problem.value.where or "")


def test_the_check_survives_json_and_fits_its_schema() -> None:
    found = check_plan(a_study(hbot=[TOO_LONG]), Patient.from_dict(HEALTHY))
    text = found.model_dump_json()
    assert PlanCheck.model_validate_json(text) == found
    written = json.loads((Path(__file__).parents[2] / "docs" / "plan-check.schema.json").read_text(encoding="utf-8"))
    assert set(json.loads(text)) <= set(written["properties"])
    assert {key for one in found.every_remark() for key in one.sources} == set(found.sources)


def test_every_remark_says_what_why_and_how_to_pass() -> None:
    for one in check_plan(a_study(hbot=[TOO_LONG])).every_remark():
        assert one.what and one.why
        assert one.level == "note" or one.remedy
        assert one.sources or one.basis == "assumption"
