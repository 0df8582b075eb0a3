"""What speaks against a plan in a patient."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from allodyne.evidence.papers import fact, source
from allodyne.safety.contraindications import contraindicated, rules
from allodyne.safety.contraindications.points import needles_at
from allodyne.safety.patient import Patient
from allodyne.safety.patient_facts import patient_facts
from allodyne.safety.planned import Planned, planned
from allodyne.safety.remarks import LEVELS, Remark, gravest
from allodyne.study import Study
from allodyne.treatments import DrugCourse
from allodyne.treatments.drugs import load_drugs

_PAIRS = yaml.safe_load((Path(__file__).parent / "patient_plan_pairs.yaml").read_text(encoding="utf-8"))
_ASKED = {"patient": "A man of 50", "age": 50, "sex": "male", "everything_else": "absent"}


def _study(plans: list[str], species: str = "human") -> Study:
    entries = [_PAIRS["plans"][name] for name in plans]
    condition = "phn" if species == "human" else "snl"  # which says nothing more about a patient
    subjects = {"species": species, "condition": condition, "n": 1}
    measure = ["pain_score"] if species == "human" else ["mechanical_threshold"]
    return Study.from_dict(
        {"study": "pair", "subjects": subjects, "days": 84, "arms": {"arm": entries, "none": []}, "measure": measure}
    )


def _patient(fields: dict[str, Any]) -> Patient:
    return Patient.from_dict({name: value for name, value in {**_ASKED, **fields}.items() if value is not None})


def _remarks(fields: dict[str, Any], plans: list[str]) -> list[Remark]:
    return contraindicated(planned(_study(plans)), _patient(fields))


def _rank(remarks: list[Remark]) -> int:
    level = gravest([remark.level for remark in remarks])
    return -1 if level is None else LEVELS.index(level)


@pytest.mark.parametrize(
    "pair", _PAIRS["pairs"], ids=[f"{number}-{'-'.join(pair['plan'])}" for number, pair in enumerate(_PAIRS["pairs"])]
)
def test_pairs(pair: dict[str, Any]) -> None:
    found = _remarks(pair.get("patient", {}), pair["plan"])
    level = gravest([remark.level for remark in found])
    assert level == pair["level"]
    assert sorted(remark.id.removeprefix("contraindications:") for remark in found) == sorted(pair["rules"])
    if "source" in pair:
        assert any(pair["source"] in remark.sources for remark in found if remark.level == level)


def test_there_are_many_pairs_and_every_absolute_rule_of_the_big_three_is_among_them() -> None:
    assert len(_PAIRS["pairs"]) >= 45
    said = {name for pair in _PAIRS["pairs"] for name in pair["rules"]}
    treatments = {rule.treatment for name, rule in rules().items() if name in said}
    assert treatments == {"hbot", "exercise", "acupuncture", "drug"}


def test_a_remark_says_what_where_and_what_to_do() -> None:
    (remark,) = _remarks({"drugs": {"bleomycin": 200}}, ["needles", "hbot"])
    assert (remark.arm, remark.entry, remark.treatment) == ("arm", 2, "hbot")
    assert "200 days ago" in remark.what and "2.4 ATA" in remark.what and "20 x" in remark.what
    assert remark.why and remark.remedy


def test_without_a_patient_nothing_is_called_safe() -> None:
    (remark,) = contraindicated(planned(_study(["hbot", "walk"])), None)
    assert (remark.id, remark.level) == ("contraindications:no_patient", "unknown")
    assert "hbot" in remark.what and "exercise" in remark.what


def test_an_untreated_study_needs_no_patient() -> None:
    assert contraindicated(planned(_study([])), None) == []


def test_animals_have_no_contraindications() -> None:
    assert contraindicated(planned(_study(["hbot"], "rat")), None) == []
    assert (
        contraindicated(planned(_study(["hbot"], "rat")), _patient({"conditions": {"pneumothorax": "untreated"}})) == []
    )


def test_what_is_missing_is_named_with_its_field() -> None:
    (remark,) = _remarks(
        {"conditions": {"copd": "unknown", "pneumothorax": True}, "drugs": {"bleomycin": "unknown"}}, ["hbot"]
    )
    assert "copd" in remark.what and "drugs: bleomycin" in remark.what
    assert "pneumothorax (which: untreated, treated, spontaneous, traumatic)" in remark.what
    assert remark.level == "unknown" and remark.arm == "arm"


def test_unlisted_names_are_reported_with_the_nearest() -> None:
    found = _remarks({"conditions": {"pneumothorx": "untreated"}, "other_conditions": ["asthma"]}, ["hbot"])
    assert [remark.id for remark in found] == ["contraindications:unknown_condition"] * 2
    assert "Did you mean pneumothorax?" in found[0].remedy
    assert "It is in the list" in found[1].remedy


def test_every_drug_of_people_has_rules() -> None:
    ruled = {name for rule in rules().values() for name in rule.plan.drugs}
    assert {name for name, drug in load_drugs().items() if drug.routes_in("human")} == ruled


def test_a_drug_without_rules_is_not_called_safe() -> None:
    naloxone = DrugCourse(name="naloxone", dose_mg_kg=1, route="sc", sessions=3)
    (remark,) = contraindicated([Planned("arm", 1, "drug", naloxone, "human")], _patient({}))
    assert (remark.id, remark.level) == ("contraindications:drug_without_rules", "unknown")


def test_each_arm_is_judged_with_its_own_drugs() -> None:
    study = Study.from_dict(
        {
            "study": "two arms",
            "subjects": {"species": "human", "condition": "phn", "n": 1},
            "days": 84,
            "arms": {
                "oxygen": [_PAIRS["plans"]["hbot"]],
                "both": [_PAIRS["plans"]["hbot"], _PAIRS["plans"]["tramadol"]],
            },
            "measure": ["pain_score"],
        }
    )
    found = contraindicated(planned(study), _patient({}))
    said = {(remark.arm, remark.id.removeprefix("contraindications:")) for remark in found}
    assert said == {("both", name) for name in ("hbot.seizure_drugs", "hbot.breathing_drugs", "drug_list")}


def test_hbot_is_stopped_by_untreated_pneumothorax_and_by_gas_in_an_eye_only() -> None:
    absolute = [rule.id for rule in rules().values() if rule.treatment == "hbot" and rule.level == "stop"]
    assert absolute == ["hbot.pneumothorax_untreated", "hbot.intraocular_gas"]
    assert fact("safe-absolute-contraindication").value == "untreated pneumothorax"
    assert "emergency" in rules()["hbot.intraocular_gas"].note or "study" in rules()["hbot.intraocular_gas"].note


def test_intervals_are_those_of_the_facts() -> None:
    months, hours = fact("safe-contra-bleomycin").value, fact("safe-contra-doxorubicin").value
    assert rules()["hbot.bleomycin_recent"].when.model_dump()["within_days"] == pytest.approx(
        months * 365.25 / 12, abs=1
    )
    assert rules()["hbot.doxorubicin"].when.model_dump()["within_days"] == hours / 24


def test_every_listed_drug_and_disease_of_the_facts_speaks_against_hbot() -> None:
    for name in fact("safe-contra-drugs-list").value:
        assert _rank(_remarks({"drugs": {name: 0}}, ["hbot"])) == LEVELS.index("assess"), name
    for name in ("co2_retention", "severe"):
        assert _rank(_remarks({"conditions": {"copd": name}}, ["hbot"])) == LEVELS.index("assess")


def test_every_rule_has_sources_or_says_that_it_is_an_assumption() -> None:
    for rule in rules().values():
        assert rule.sources or rule.basis == "assumption"
        assert all(source(key) for key in rule.sources)


def test_every_fact_is_asked_by_a_rule() -> None:
    asked = {name for rule in rules().values() for name in rule.when.facts()}
    assert asked == set(patient_facts())


def test_points_are_known_under_other_spellings() -> None:
    patient = _patient({"conditions": {"emphysema": True}})
    for name in (
        "GB-21",
        "gb 21",
        "GB21 left",
        "B13",
        "UB13",
        "Ren 17",
        "PC6, GB21",
        "ST36/BL15",
        "right GB21 (Jianjing)",
    ):
        plan = {"acupuncture": {"mode": "manual", "minutes": 20, "sessions": 5, "points": [name]}}
        study = Study.from_dict(
            {
                "study": "points",
                "subjects": {"species": "human", "condition": "phn", "n": 1},
                "days": 28,
                "arms": {"arm": [plan], "none": []},
                "measure": ["pain_score"],
            }
        )
        found = [remark.id for remark in contraindicated(planned(study), patient)]
        assert found == ["contraindications:acupuncture.chest_lungs"], name


@pytest.mark.parametrize(
    "names", [["GB20-21"], ["EX-B2"], ["BL99"], ["ST36", "Huatuojiaji"], ["ST36 to GB21"], ["ear"]]
)
def test_names_that_are_no_single_point_are_not_taken_for_harmless(names: list[str]) -> None:
    hits, understood = needles_at(names, "chest")
    assert not hits and not understood


def test_every_point_of_the_nomenclature_is_understood() -> None:
    assert needles_at(["ST36", "bilateral SP6", "LV3"], "chest") == ([], True)
    assert needles_at([], "chest") == ([], False)
    assert needles_at(["ST36 and PC6; CV17"], "chest") == (["CV17"], True)


# Facts of conditions with every answer that says more than the one before it.
_GRAVER: dict[str, list[Any]] = {
    name: [False, *(known.stages or [True])]
    for name, known in patient_facts().items()
    if known.place.startswith("conditions.")
}
_EVERYTHING = ["hbot", "run", "weights", "swim", "electro_chest", "needles_leg", "morphine", "duloxetine"]
_answers = st.dictionaries(st.sampled_from(sorted(_GRAVER)), st.integers(0, 3), max_size=6).map(
    lambda drawn: {name: _GRAVER[name][min(at, len(_GRAVER[name]) - 1)] for name, at in drawn.items()}
)
_added = st.sampled_from(sorted(_GRAVER)).flatmap(
    lambda name: st.tuples(st.just(name), st.sampled_from(_GRAVER[name][1:]))
)


def _female(conditions: dict[str, Any]) -> dict[str, Any]:
    return {"sex": "female", "conditions": conditions}


@settings(max_examples=60, deadline=None)
@given(_answers, _added)
def test_one_more_condition_is_never_safer(conditions: dict[str, Any], added: tuple[str, Any]) -> None:
    name, answer = added
    before = _remarks(_female({**conditions, name: False}), _EVERYTHING)
    after = _remarks(_female({**conditions, name: answer}), _EVERYTHING)
    assert _rank(after) >= _rank(before)
    assert {remark.id for remark in before} <= {remark.id for remark in after}


@settings(max_examples=60, deadline=None)
@given(_answers, st.sampled_from(sorted(_GRAVER)))
def test_what_is_forgotten_is_never_called_safe(conditions: dict[str, Any], name: str) -> None:
    found = _remarks(_female({**conditions, name: "unknown"}), _EVERYTHING)
    asks = any(
        name in rule.when.facts() for rule in rules().values() if rule.treatment in ("hbot", "exercise", "acupuncture")
    )
    if asks:
        assert _rank(found) >= LEVELS.index("unknown") or _settled(conditions, name)


def _settled(conditions: dict[str, Any], name: str) -> bool:
    """Whether nothing that the forgotten fact could be changes what is said."""
    said = [
        {remark.id for remark in _remarks(_female({**conditions, name: answer}), _EVERYTHING)}
        for answer in _GRAVER[name]
    ]
    return all(ids == said[0] for ids in said)


@settings(max_examples=40, deadline=None)
@given(_answers, st.sampled_from([rule for rule in rules().values() if rule.level == "stop" and not rule.plan.drugs]))
def test_an_absolute_contraindication_never_passes(conditions: dict[str, Any], rule: Any) -> None:
    present = _holds(rule.when.model_dump())
    fields = {**present, **_female({**conditions, **present.get("conditions", {})})}
    found = _remarks(fields, _EVERYTHING)
    assert f"contraindications:{rule.id}" in {remark.id for remark in found}
    assert _rank(found) == LEVELS.index("stop")


def _holds(condition: dict[str, Any]) -> dict[str, Any]:
    """Fields of a patient in whom a condition holds, by its first way."""
    if "all" in condition:
        fields: dict[str, Any] = {}
        for part in map(_holds, condition["all"]):
            for field, value in part.items():
                fields[field] = {**fields.get(field, {}), **value} if isinstance(value, dict) else value
        return fields
    if "any" in condition:
        return _holds(condition["any"][0])
    if "number" in condition:
        return {"measured": {condition["number"]: _number(condition)}}
    known = patient_facts()[condition["fact"]]
    answer = (condition["stages"] or known.stages or [True])[0]
    return {known.field: answer} if known.field else {"conditions": {known.id: answer}}


def _number(bounds: dict[str, Any]) -> float:
    """Find a number that keeps the one bound that is given."""
    at, step = next(
        (bounds[name], step)
        for name, step in (("above", 1), ("below", -1), ("at_least", 0), ("at_most", 0))
        if bounds[name] is not None
    )
    return float(at + step)


@pytest.mark.parametrize("disease", ["coronary_disease", "arterial_disease", "stroke", "diabetes", "kidney_disease"])
@pytest.mark.parametrize(
    ("inactive", "symptoms", "plan", "level"),
    [
        (True, False, "walk", "assess"),
        (True, False, "run", "assess"),
        (False, False, "walk", None),
        (False, False, "run", "assess"),
        ("unknown", False, "walk", "unknown"),
        (None, False, "run", "unknown"),
        (False, True, "walk", "assess"),
        (True, True, "walk", "assess"),
        (False, True, "run", "stop"),
    ],
)
def test_clearance_goes_by_activity_symptoms_and_intensity_in_known_disease(
    disease: str, inactive: Any, symptoms: bool, plan: str, level: str | None
) -> None:
    stage = {"stroke": "past", "diabetes": "type_2"}.get(disease, True)
    conditions = {disease: stage, "inactive": inactive, "exertional_symptoms": symptoms}
    given = {name: answer for name, answer in conditions.items() if answer is not None}
    assert gravest([remark.level for remark in _remarks({"conditions": given}, [plan])]) == level


@pytest.mark.parametrize("plan", ["walk", "run", "weights", "swim"])
@pytest.mark.parametrize("inactive", [True, False, "unknown"])
def test_the_healthy_need_no_clearance(plan: str, inactive: Any) -> None:
    assert _remarks({"conditions": {"inactive": inactive}}, [plan]) == []


@settings(max_examples=60, deadline=None)
@given(
    st.floats(20, 249),
    st.floats(0, 229),
    st.sampled_from([{"conditions": {"diabetes": "type_2", "inactive": False}}, {"drugs": {"insulin": 0}}]),
)
def test_lower_glucose_is_never_safer_before_exercise(high: float, fall: float, patient: dict[str, Any]) -> None:
    conditions = {**patient.get("conditions", {}), "glucose_unmeasured": False}
    low = max(high - fall, 20.0)
    before, after = (
        _rank(_remarks({**patient, "conditions": conditions, "measured": {"glucose_mg_dl": glucose}}, ["walk"]))
        for glucose in (high, low)
    )
    assert after >= before
    assert (after == LEVELS.index("stop")) == (low < 72)


@pytest.mark.parametrize(
    "patient",
    [
        {"drugs": {"insulin": 0}},
        {"drugs": {"glimepiride": 1}},
        {"conditions": {"diabetes": "type_1", "inactive": False}},
    ],
)
def test_exercise_without_a_word_on_glucose_is_not_assessed_where_it_may_fall(patient: dict[str, Any]) -> None:
    (remark,) = _remarks(patient, ["walk"])
    assert (remark.id, remark.level) == ("contraindications:not_assessed", "unknown")
    assert "glucose_unmeasured" in remark.what


def test_the_line_of_hypoglycaemia_is_the_published_one() -> None:
    glucose, _ = rules()["exercise.glucose_very_low"].when.model_dump()["all"]
    mg_dl_per_mmol_l = 18.016
    assert glucose["below"] == round(4.0 * mg_dl_per_mmol_l)
    assert "4.0 mmol/L (72 mg/dL)" in (getattr(source("diabetes-exercise-action2019"), "shows", "") or "")


def test_bleeding_on_anticoagulants_is_told_with_all_its_odds_ratios() -> None:
    odds, review = fact("acu-anticoagulant-or").value, fact("acu-anticoagulant-review").value
    (remark,) = _remarks({"drugs": {"warfarin": 0}}, ["needles"])
    for name in ("minor_any", "major_any", "warfarin", "doac", "heparin"):
        assert str(odds[name]) in remark.why, name
    assert f"{review['treatments']:,}" in remark.why and f"{review['blood_spot_percent']} percent" in remark.why


def test_remedies_say_what_would_pass_and_advise_nobody() -> None:
    for rule in rules().values():
        if rule.treatment in ("exercise", "acupuncture"):
            assert rule.remedy.split()[0] in ("A", "An", "The", "Plan", "Choose"), rule.id
