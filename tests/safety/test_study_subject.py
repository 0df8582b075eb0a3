"""What the condition of a study says about a patient, and from which oxygen on rules of HBOT speak."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allodyne.evidence.papers import fact
from allodyne.safety.contraindications import contraindicated, rules
from allodyne.safety.contraindications.plans import exposures
from allodyne.safety.contraindications.study_subject import study_conditions
from allodyne.safety.patient import Patient
from allodyne.safety.planned import Planned, planned
from allodyne.safety.remarks import LEVELS, Remark, gravest
from allodyne.study import Study
from allodyne.treatments import DrugCourse, Hbot
from allodyne.treatments.drugs import load_drugs

_HBOT = {"hbot": {"pressure_ata": 2.4, "minutes": 90, "sessions": 20, "per_week": 5}}
_WALK = {"exercise": {"mode": "treadmill", "intensity": "moderate", "minutes": 30, "sessions": 24, "per_week": 3}}


def _found(condition: str, plan: dict[str, Any], **fields: Any) -> list[Remark]:
    asked = {"patient": "A man of 50", "age": 50, "sex": "male", "everything_else": "absent", **fields}
    study = Study.from_dict(
        {
            "study": "condition",
            "subjects": {"species": "human", "condition": condition, "n": 1},
            "days": 84,
            "arms": {"arm": [plan], "none": []},
            "measure": ["pain_score"],
        }
    )
    return contraindicated(planned(study), Patient.from_dict(asked))


def _ids(remarks: list[Remark]) -> set[str]:
    return {remark.id.removeprefix("contraindications:") for remark in remarks}


def _rank(remarks: list[Remark]) -> int:
    level = gravest([remark.level for remark in remarks])
    return -1 if level is None else LEVELS.index(level)


def test_a_study_in_multiple_sclerosis_has_subjects_with_it() -> None:
    heat = {"conditions": {"heat_sensitivity": True, "inactive": False}}
    assert "exercise.heat_sensitivity" in _ids(_found("ms", _WALK, **heat))
    assert _found("phn", _HBOT) == []


def test_a_study_in_diabetic_neuropathy_asks_for_the_type_and_the_feet() -> None:
    found = _found("dpn", _HBOT)
    assert _ids(found) == {"not_assessed"}
    assert "diabetes (which: type_1, type_2)" in found[0].what
    assert _found("dpn", _HBOT, conditions={"diabetes": "type_2"}) == []
    walking = {"diabetes": "type_2", "inactive": False, "glucose_unmeasured": False}
    assert "exercise.loss_of_foot_sensation" in _ids(_found("dpn", _WALK, conditions=walking))
    feeling = {**walking, "loss_of_foot_sensation": False}
    assert "exercise.loss_of_foot_sensation" not in _ids(_found("dpn", _WALK, conditions=feeling))


def test_chemotherapy_neuropathy_leaves_cancer_and_its_drugs_to_be_answered() -> None:
    (remark,) = _found("cipn", _HBOT)
    assert remark.level == "unknown"
    for asked in ("active_cancer", "cisplatin", "doxorubicin", "bleomycin"):
        assert asked in remark.what
    denied = {"active_cancer": False, "chemotherapy_planned": False}
    drugs = dict.fromkeys(("bleomycin", "cisplatin", "doxorubicin"), False)
    assert _found("cipn", _HBOT, conditions=denied, drugs=drugs) == []


@pytest.mark.parametrize(
    ("condition", "denied"), [("ms", "multiple_sclerosis"), ("dpn", "diabetes"), ("hiv_neuropathy", "hiv")]
)
def test_a_patient_without_the_condition_of_the_study_is_not_assessed(condition: str, denied: str) -> None:
    found = [remark for remark in _found(condition, _HBOT, conditions={denied: False}) if "mismatch" in remark.id]
    assert [remark.level for remark in found] == ["unknown"]
    assert denied in found[0].remedy
    assert not [remark for remark in _found(condition, _HBOT) if "mismatch" in remark.id]


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(study_conditions())),
    st.dictionaries(st.sampled_from(["copd", "epilepsy", "foot_ulcer", "ketosis", "hiv"]), st.booleans()),
    st.sampled_from([_HBOT, _WALK]),
)
def test_the_condition_of_a_study_never_makes_a_patient_safer(
    condition: str, conditions: dict[str, bool], plan: dict[str, Any]
) -> None:
    asked = {**conditions, "inactive": False}
    assert _rank(_found(condition, plan, conditions=asked)) >= _rank(_found("phn", plan, conditions=asked))


@pytest.mark.parametrize("name", [name for name, drug in load_drugs().items() if drug.routes_in("human")])
def test_every_plan_with_a_drug_is_told_that_its_list_is_not_complete(name: str) -> None:
    course = DrugCourse(name=name, dose_mg=1, route=load_drugs()[name].routes_in("human")[0].route, sessions=3)
    found = contraindicated([Planned("arm", 1, "drug", course, "human")], Patient.from_dict({"patient": "Somebody"}))
    (remark,) = [one for one in found if one.id == "contraindications:drug_list"]
    assert remark.level == "note" and name in remark.what and "not complete" in remark.what


def test_oxygen_counts_from_the_published_pressures_on() -> None:
    zones, recovery = fact("safe-toxicity-zones").value, fact("safe-cns-recovery-at-reduced-po2-rat").value
    line = {name: exposure.oxygen_atm.value for name, exposure in exposures().items() if exposure.oxygen_atm}
    assert line["oxygen"] == zones["safe_below_atm"]
    assert line["oxygen_to_brain"] * 101.325 == pytest.approx(132, abs=0.1) and recovery["132kPa"] > 100
    assert line["oxygen_to_brain"] < zones["cns_first_above_atm"]
    assert "1.3" in fact("safe-myopia-low-po2").fact and line["oxygen_to_eyes"] == 1.3


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(sorted(exposures())),
    st.floats(1, 3),
    st.floats(0, 1),
    st.floats(0.21, 1),
    st.floats(0, 0.5),
)
def test_more_pressure_or_oxygen_never_ends_an_exposure(
    name: Any, pressure: float, more: float, fio2: float, richer: float
) -> None:
    low = Hbot(pressure_ata=pressure, fio2=fio2, minutes=60, sessions=1)
    high = Hbot(pressure_ata=pressure + more, fio2=min(fio2 + richer, 1), minutes=60, sessions=1)
    assert exposures()[name].holds(high) or not exposures()[name].holds(low)


@pytest.mark.parametrize("pressure", [1.1, 1.3, 1.5, 2.0])
def test_pressurised_air_of_a_sham_is_no_oxygen_to_brain_or_eyes(pressure: float) -> None:
    sham = {"hbot": {"pressure_ata": pressure, "fio2": 0.21, "minutes": 60, "sessions": 20, "per_week": 5}}
    asked = {"epilepsy": "uncontrolled", "fever": True, "cataract": True, "myopia": True, "hypertension": "controlled"}
    assert _found("phn", sham, conditions=asked, drugs={"bupropion": 0}) == []


def test_remedies_of_hbot_and_drugs_say_what_would_pass_and_advise_nobody() -> None:
    for rule in rules().values():
        if rule.treatment in ("hbot", "drug"):
            assert rule.remedy.split()[0] in ("A", "An", "The", "It", "Plan", "Choose"), rule.id
