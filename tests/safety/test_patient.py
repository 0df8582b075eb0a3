"""The file of a patient."""

from pathlib import Path
from typing import Any

import pytest

from allodyne.errors import UserError
from allodyne.safety.contraindications import contraindicated
from allodyne.safety.patient import Patient
from allodyne.safety.patient_facts import known_names, patient_facts
from allodyne.safety.planned import planned
from allodyne.study import Study

EXAMPLES = Path(__file__).parent.parent.parent / "examples"


def _patient(**fields: Any) -> Patient:
    return Patient.from_dict({"patient": "Somebody", **fields})


def test_answers_are_read_as_they_were_given() -> None:
    patient = _patient(
        age=54,
        sex="female",
        pregnant=False,
        conditions={"COPD": "severe", "asthma": False, "pneumothorax": True, "cataract": "unknown"},
        drugs={"bleomycin": 200, "Apixaban": 0, "doxorubicin": False, "cisplatin": True},
        measured={"temperature_c": 36.9},
    )
    asked = ("age", "pregnant", "copd", "asthma", "pneumothorax", "cataract", "epilepsy")
    assert [patient.answer(name) for name in asked] == [54, False, "severe", False, True, None, None]
    assert [patient.answer(name) for name in ("bleomycin", "doac", "doxorubicin", "cisplatin")] == [200, 0, False, True]
    assert patient.answer("temperature_c") == 36.9
    assert patient.answer("doac") is not False


def test_taken_now_is_not_never() -> None:
    assert _patient(drugs={"warfarin": 0}).answer("warfarin") == 0.0
    assert isinstance(_patient(drugs={"warfarin": 0}).answer("warfarin"), float)
    assert _patient(drugs={"warfarin": False}).answer("warfarin") is False


def test_everything_else_absent_answers_the_rest_but_not_the_age() -> None:
    asked = _patient(everything_else="absent", conditions={"copd": "unknown"})
    assert asked.answer("asthma") is False and asked.answer("platelets_per_ul") is False
    assert asked.answer("age") is None and asked.answer("copd") is None
    assert all(_patient().answer(name) is None for name in patient_facts())


def test_a_no_of_the_file_itself_is_told_from_that_of_everything_else() -> None:
    patient = _patient(everything_else="absent", conditions={"diabetes": False, "copd": "unknown", "asthma": True})
    assert patient.answer("diabetes") is False and patient.answer("epilepsy") is False
    assert [patient.denies(name) for name in ("diabetes", "epilepsy", "copd", "asthma")] == [True, False, False, False]


def test_only_women_are_asked_about_pregnancy() -> None:
    assert _patient(sex="male").answer("pregnant") is False
    assert _patient(sex="female").answer("pregnant") is None
    assert _patient().answer("pregnancy_complication") is None


def test_a_member_that_is_absent_says_nothing_about_its_group() -> None:
    assert _patient(conditions={"cystic_fibrosis": False}).answer("emphysema_or_bullae") is None
    assert _patient(drugs={"apixaban": False}).answer("doac") is None
    assert _patient(conditions={"cystic_fibrosis": False, "bullae": True}).answer("emphysema_or_bullae") is True
    assert _patient(conditions={"cystic_fibrosis": "unknown", "bullae": True}).answer("emphysema_or_bullae") is True


def test_of_two_drugs_of_a_class_the_later_counts() -> None:
    assert _patient(drugs={"morphine": 30, "oxycodone": 2}).answer("opioid") == 2


def test_names_that_are_not_in_the_list_are_kept() -> None:
    patient = _patient(
        conditions={"gout": True, "lupus": "severe", "acne": False}, drugs={"metformin": 0}, other_conditions=["a rash"]
    )
    assert patient.unlisted == [
        ("conditions", "gout"),
        ("conditions", "lupus"),
        ("drugs", "metformin"),
        ("conditions", "a rash"),
    ]


@pytest.mark.parametrize(
    ("fields", "where", "says"),
    [
        ({"conditions": {"copd": "sever"}}, "conditions.copd", "Did you mean severe?"),
        ({"conditions": {"asthma": 3}}, "conditions.asthma", "controlled"),
        ({"conditions": {"cataract": "mild"}}, "conditions.cataract", "yes, no"),
        ({"conditoins": {}}, "conditoins", "Did you mean conditions"),
        ({"drugs": {"warfarin": -1}}, "drugs.warfarin", "days since the last dose"),
        ({"drugs": {"warfarin": "often"}}, "drugs.warfarin", "days since the last dose"),
        ({"drugs": {"apixaban": 2, "edoxaban": "unknown"}}, "drugs.edoxaban", "answered twice"),
        ({"measured": {"temperature_c": 98.6}}, "measured.temperature_c", "30 to 44"),
        ({"measured": {"temperature_c": False}}, "measured.temperature_c", "number"),
        ({"measured": {"temperature": 37}}, "measured.temperature", "Did you mean temperature_c?"),
        ({"age": 300}, "age", "0 to 120"),
        ({"age": "old"}, "age", "number"),
        ({"sex": "male", "pregnant": True}, "pregnant", "does not fit sex male"),
        ({"pregnant": "very"}, "pregnant", "first_trimester"),
        ({"everything_else": "fine"}, "everything_else", "absent"),
        ({"conditions": ["copd"]}, "conditions", "dictionary"),
        ({"conditions": {"copd": ["severe"]}}, "conditions.copd", "conditions"),
    ],
)
def test_mistakes_are_named_with_their_field_and_a_remedy(fields: dict[str, Any], where: str, says: str) -> None:
    with pytest.raises(UserError) as caught:
        _patient(**fields)
    assert where in (caught.value.where or "")
    assert says.lower() in str(caught.value).lower()


def test_a_mistake_in_a_file_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "patient.yaml"
    path.write_text("patient: Somebody\nconditions:\n  asthma: no\n  copd: sever\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"patient\.yaml, line 4, field conditions\.copd"):
        Patient.from_yaml(path)


@pytest.mark.parametrize("text", ["", "[1, 2]", "just text", "age: 3"])
def test_what_is_no_patient_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "patient.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as caught:
        Patient.from_yaml(path)
    assert "patient" in (caught.value.remedy or "")


def test_every_answer_that_a_fact_offers_is_accepted() -> None:
    for known in patient_facts().values():
        top = known.field is not None
        for answer in (False, True, *known.stages, "unknown") if known.kind in ("yes_no", "stages") else (1,):
            given = 50 if known.kind == "number" and known.low is not None else answer
            given = (known.low + known.high) / 2 if known.low is not None and known.high is not None else given
            field, _, name = known.place.partition(".")
            patient = _patient(**{field: given if top else {name: given}})
            assert patient.answer(known.id) == (None if given == "unknown" else given)


def test_no_name_means_two_things() -> None:
    for field in ("conditions", "drugs", "measured"):
        names = [name for known in set(known_names(field).values()) for name in known.names]
        assert len(names) == len(set(names)) == len(known_names(field))


@pytest.mark.parametrize("path", sorted((EXAMPLES / "patients").glob("*.yaml")), ids=lambda path: path.stem)
def test_examples_can_be_judged(path: Path) -> None:
    patient = Patient.from_yaml(path)
    found = contraindicated(planned(Study.from_yaml(EXAMPLES / "hbot_in_multiple_sclerosis.yaml")), patient)
    assert {remark.arm for remark in found} >= {"hbot"}


def test_the_example_with_open_questions_does_not_pass() -> None:
    patient = Patient.from_yaml(EXAMPLES / "patients" / "after_chemotherapy.yaml")
    found = contraindicated(planned(Study.from_yaml(EXAMPLES / "hbot_in_multiple_sclerosis.yaml")), patient)
    open_questions = [
        remark for remark in found if remark.id == "contraindications:not_assessed" and remark.arm == "hbot"
    ]
    assert "pneumothorax" in open_questions[0].what
    assert "contraindications:unknown_condition" in {remark.id for remark in found}


def test_what_is_asked_of_women_is_open_while_the_sex_is_not_known() -> None:
    nobody = {"patient": "somebody", "everything_else": "absent"}
    assert Patient.from_dict(nobody).answer("pregnant") is None
    assert Patient.from_dict({**nobody, "sex": "female"}).answer("pregnant") is None
    assert Patient.from_dict({**nobody, "sex": "female", "pregnant": False}).answer("pregnant") is False
    assert Patient.from_dict({**nobody, "sex": "male"}).answer("pregnant") is False


@pytest.mark.parametrize("data", [[1], None, "x", {"patient": "x", "drugs": {"bleomycin": float("inf")}}])
def test_what_is_no_patient_is_a_mistake_of_the_user(data: Any) -> None:
    with pytest.raises(UserError):
        Patient.from_dict(data)
