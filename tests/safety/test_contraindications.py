"""What speaks against a plan in a patient."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from allodyne.evidence.papers import fact, source
from allodyne.safety.contraindications import contraindicated, rules
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
    condition = "dpn" if species == "human" else "snl"
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
    assert "pneumothorax (which: untreated, treated)" in remark.what
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
            "subjects": {"species": "human", "condition": "dpn", "n": 1},
            "days": 84,
            "arms": {
                "oxygen": [_PAIRS["plans"]["hbot"]],
                "both": [_PAIRS["plans"]["hbot"], _PAIRS["plans"]["tramadol"]],
            },
            "measure": ["pain_score"],
        }
    )
    found = contraindicated(planned(study), _patient({}))
    assert [(remark.arm, remark.id) for remark in found] == [("both", "contraindications:hbot.seizure_drugs")]


def test_the_only_absolute_contraindication_of_hbot_is_untreated_pneumothorax() -> None:
    absolute = [rule.id for rule in rules().values() if rule.treatment == "hbot" and rule.level == "stop"]
    assert absolute == ["hbot.pneumothorax_untreated"]
    assert fact("safe-absolute-contraindication").value == "untreated pneumothorax"


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
    for name in ("GB-21", "gb 21", "GB21 left", "B13", "UB13", "Ren 17"):
        plan = {"acupuncture": {"mode": "manual", "minutes": 20, "sessions": 5, "points": [name]}}
        study = Study.from_dict(
            {
                "study": "points",
                "subjects": {"species": "human", "condition": "dpn", "n": 1},
                "days": 28,
                "arms": {"arm": [plan], "none": []},
                "measure": ["pain_score"],
            }
        )
        found = [remark.id for remark in contraindicated(planned(study), patient)]
        assert found == ["contraindications:acupuncture.chest_lungs"], name


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
    found = _remarks(_female({**conditions, **present}), _EVERYTHING)
    assert f"contraindications:{rule.id}" in {remark.id for remark in found}
    assert _rank(found) == LEVELS.index("stop")


def _holds(condition: dict[str, Any]) -> dict[str, Any]:
    """Answers with which a condition holds, by its first way."""
    if "any" in condition:
        return _holds(condition["any"][0])
    return {condition["fact"]: condition["stages"][0] if condition["stages"] else True}
