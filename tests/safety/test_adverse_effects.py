"""Adverse effects: what was published is told as published, to people, with its source."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allodyne.animals import Animal
from allodyne.errors import UserError
from allodyne.evidence.papers import fact
from allodyne.safety.adverse_effects import AdverseEffect, adverse_effects, adverse_remarks, load_adverse_effects
from allodyne.safety.planned import Planned
from allodyne.safety.remarks import Remark
from allodyne.treatments import TREATMENTS, Exercise
from allodyne.treatments.drug_catalogue import load_drugs

# nice-summary-table2018, read there
HARMED = {
    "amitriptyline": (13.4, 9.3, 24.4),
    "duloxetine": (11.8, 9.5, 15.2),
    "venlafaxine": (11.8, 9.5, 15.2),
    "pregabalin": (13.9, 11.6, 17.4),
    "gabapentin": (25.6, 15.3, 78.6),
    "tramadol": (12.6, 8.4, 25.3),
    "morphine": (11.7, 8.4, 19.3),
    "oxycodone": (11.7, 8.4, 19.3),
}
# luna2020, per 1,000 person-years
INFECTIONS = {"interferon_beta": 8.9, "glatiramer": 8.9, "natalizumab": 11.4, "fingolimod": 14.3}
SUPPRESSING = {
    "natalizumab",
    "fingolimod",
    "dimethyl_fumarate",
    "teriflunomide",
    "alemtuzumab",
    "ocrelizumab",
    "cladribine",
}


def plan(treatment: str, fields: dict[str, Any], animal: Animal = "human") -> Planned:
    return Planned("A", 1, treatment, TREATMENTS[treatment].model_validate(fields), animal)


def drug(name: str) -> Planned:
    way = load_drugs()[name].routes_in("human")[0].route
    return plan("drug", {"name": name, "dose_mg": 1, "route": way, "weeks": 4})


def effect(name: str, which: str) -> AdverseEffect:
    return next(one for one in adverse_effects("drug", name) if one.effect == which)


def remarks(*plans: Planned) -> dict[str, Remark]:
    return {one.id: one for one in adverse_remarks(plans)}


@pytest.mark.parametrize("name", [one.id for one in load_drugs().values() if one.routes_in("human")])
def test_every_drug_that_people_take_has_adverse_effects(name: str) -> None:
    found = remarks(drug(name))

    assert found
    assert {one.level for one in found.values()} <= {"note", "caution"}
    assert all(one.sources and one.id.startswith(f"adverse:{name}.") for one in found.values())


@pytest.mark.parametrize(("name", "numbers"), HARMED.items())
def test_numbers_needed_to_harm_are_the_published_ones(name: str, numbers: tuple[float, float, float]) -> None:
    harm = effect(name, "harm")

    assert (harm.value, harm.low, harm.high) == numbers
    assert (
        f"every {numbers[0]:g} ({numbers[1]:g} to {numbers[2]:g})" in remarks(drug(name))[f"adverse:{name}.harm"].what
    )


@pytest.mark.parametrize("name", HARMED)
def test_a_number_needed_to_harm_says_which_harm_and_that_its_table_does_not(name: str) -> None:
    told = remarks(drug(name))[f"adverse:{name}.harm"]

    assert "taken as stopping because of adverse effects" in told.what
    assert "does not say what harm is" in told.why
    assert "soliman2025" in told.sources


def test_the_numbers_of_tramadol_are_told_apart() -> None:
    told = remarks(drug("tramadol"))["adverse:tramadol.harm"]

    assert "every 12.6" in told.what
    assert "8.2 (5.8 to 14) for stopping and 4.2 (2.8 to 8.3) for any adverse effect" in told.why


@pytest.mark.parametrize(("name", "rate"), INFECTIONS.items())
def test_serious_infections_stand_beside_those_of_the_population(name: str, rate: float) -> None:
    told = remarks(drug(name))[f"adverse:{name}.infection"]

    assert f"{rate:g} in 1,000 person-years, against 5.2 in the population" in told.what
    assert "luna2020" in told.sources


def test_only_drugs_that_suppress_the_immune_system_get_a_caution() -> None:
    cautioned = {
        name for name, effects in load_adverse_effects().items() if any(one.level == "caution" for one in effects)
    }

    assert cautioned == SUPPRESSING
    assert remarks(drug("cladribine"))["adverse:cladribine.infection"].remedy


@pytest.mark.parametrize(
    ("which", "treated", "control"),
    [
        ("nausea", [19, 32, 32, 14], [11, 7, 10, 3]),
        ("drowsiness", [23, 9, 19, 21], [9, 1, 5, 14]),
        ("dizziness", [11, 18, 6, 4], [8, 6, 4, 2]),
        ("stopping", [15, 17, 5, 10], [6, 8, 3, 9]),
    ],
)
def test_shares_of_duloxetine_are_those_of_four_trials(which: str, treated: list[int], control: list[int]) -> None:
    """skljarevski2012: 60 mg in 114, 114, 116 and 86, placebo in 115, 108, 116 and 167 people."""
    found = effect("duloxetine", which)

    assert found.value == pytest.approx(sum(treated) / (114 + 114 + 116 + 86) * 100, abs=0.05)
    assert found.control == pytest.approx(sum(control) / (115 + 108 + 116 + 167) * 100, abs=0.05)


def test_effects_of_the_treatments_are_the_facts() -> None:
    def value(treatment: str, which: str) -> float | None:
        return next(one.value for one in adverse_effects(treatment) if one.effect == which)

    needles, chambers, training = (
        fact(key).value for key in ("acu-witt-2009", "safe-ae-meta-2023", "ex-ms-safety-2023")
    )
    assert value("acupuncture", "any") == needles["any_percent"]
    assert value("acupuncture", "bruise") == needles["bleeding_haematoma_percent"]
    assert value("acupuncture", "pneumothorax") == pytest.approx(needles["pneumothorax_cases"] / 2.2923, abs=0.005)
    assert value("hbot", "any") == chambers["hbot_percent"]
    assert value("hbot", "ear_barotrauma") == fact("safe-ae-hadanny-2334").value["meb_patients_percent"]
    monoplace = fact("safe-monoplace-ae-share").value
    assert value("hbot", "confinement") == pytest.approx(
        monoplace["rate_percent"] * monoplace["confinement_anxiety_share"] * 10
    )
    needed = next(one for one in adverse_effects("acupuncture") if one.effect == "needs_treatment")
    assert needed.value == needles["required_treatment_percent"]
    assert f"{fact('acu-baumler-need-treatment').value['per_1000_patients'] / 10:.2g} percent" in needed.note
    assert value("hbot", "myopia") == fact("safe-myopia-incidence").value["eyes_percent"]
    assert value("exercise", "ms_any") == training["RR_ae"]
    assert value("exercise", "ms_relapse") == training["RR_relapse"]
    slight = fact("ex-dpn-safety").value
    assert value("exercise", "dpn_slight") == pytest.approx(slight["nonserious_AE"] / slight["participants"], abs=0.005)


def test_compressed_air_has_the_ears_and_the_closed_space_only() -> None:
    oxygen = {"pressure_ata": 2.0, "minutes": 60, "sessions": 20}

    assert set(remarks(plan("hbot", {**oxygen, "fio2": 0.21}))) == {
        "adverse:hbot.ear_barotrauma",
        "adverse:hbot.confinement",
    }


EARS_AND_ROOM = {"ear_barotrauma", "confinement"}


@pytest.mark.parametrize(
    ("pressure", "fio2", "sessions", "effects"),
    [
        (1.0, 1.0, 60, set()),
        (1.3, 0.24, 60, EARS_AND_ROOM),
        (1.5, 1.0, 10, EARS_AND_ROOM),
        (1.5, 1.0, 11, {"any", *EARS_AND_ROOM}),
        (2.0, 1.0, 10, EARS_AND_ROOM),
        (2.2, 1.0, 5, {"any", *EARS_AND_ROOM}),
        (2.0, 1.0, 60, {"any", *EARS_AND_ROOM}),
        (2.4, 1.0, 10, {"any", *EARS_AND_ROOM}),
        (2.4, 1.0, 20, {"any", "myopia", *EARS_AND_ROOM}),
        (2.4, 0.21, 20, EARS_AND_ROOM),
    ],
)
def test_effects_of_hbot_are_told_where_they_were_counted(
    pressure: float, fio2: float, sessions: int, effects: set[str]
) -> None:
    found = remarks(plan("hbot", {"pressure_ata": pressure, "fio2": fio2, "minutes": 90, "sessions": sessions}))

    assert set(found) == {f"adverse:hbot.{one}" for one in effects}


@settings(deadline=None)
@given(
    pressure=st.floats(1, 2.9),
    higher=st.floats(0, 0.1),
    fio2=st.floats(0.21, 1),
    richer=st.floats(0, 1),
    sessions=st.integers(2, 60),
    more=st.integers(0, 20),
)
def test_more_of_hbot_never_has_fewer_adverse_effects(
    pressure: float, higher: float, fio2: float, richer: float, sessions: int, more: int
) -> None:
    def told(*courses: tuple[float, float, int]) -> set[str]:
        return set(
            remarks(
                *(
                    plan("hbot", {"pressure_ata": ata, "fio2": share, "minutes": 60, "sessions": count})
                    for ata, share, count in courses
                )
            )
        )

    plain = told((pressure, fio2, sessions))
    assert told((pressure + higher, fio2, sessions)) >= plain
    assert told((pressure, fio2 + (1 - fio2) * richer, sessions)) >= plain
    assert told((pressure, fio2, sessions + more)) >= plain
    assert told((pressure, fio2, sessions // 2), (pressure, fio2, sessions - sessions // 2)) == plain


def test_a_share_or_rate_says_of_whom_it_is() -> None:
    hbot = remarks(plan("hbot", {"pressure_ata": 2.4, "minutes": 90, "sessions": 20}))

    assert "20 sessions of 90 min at 240 kPa" in hbot["adverse:hbot.myopia"].what
    assert "1 in 1,000 sessions in monoplace chambers" in hbot["adverse:hbot.confinement"].what
    eyes = remarks(drug("fingolimod"))["adverse:fingolimod.macular_oedema"].what
    assert eyes == "Macular oedema: 17 % of those with earlier uveitis, against 0.6 % in those without earlier uveitis."


def test_animals_and_placebo_get_none() -> None:
    rat = plan("drug", {"name": "gabapentin", "dose_mg_kg": 50, "route": "ip", "sessions": 1}, "rat")

    assert adverse_remarks([rat, plan("placebo", {"sessions": 5})]) == []


def test_a_drug_without_an_entry_is_unknown_and_never_silent() -> None:
    found = adverse_remarks([plan("drug", {"name": "naloxone", "dose_mg_kg": 1, "route": "ip", "sessions": 1})])

    assert [(one.id, one.level) for one in found] == [("adverse:naloxone.not_known", "unknown")]
    assert "Naloxone" in found[0].what and found[0].remedy


def test_names_are_looked_up_as_in_a_study() -> None:
    assert adverse_effects("drug", "Interferon beta") == adverse_effects("drug", "interferon_beta") != ()
    assert adverse_effects("drug", "naloxone") == ()
    with pytest.raises(UserError, match=r"Gabapentin"):
        adverse_effects("drug", "gabapentine")
    with pytest.raises(UserError, match="exercise"):
        adverse_effects("exercize")


def test_an_effect_that_is_not_complete_is_refused() -> None:
    whole = {
        "of": ["hbot"],
        "effect": "x",
        "label": "x",
        "kind": "share",
        "value": 1,
        "basis": "measured",
        "sources": ["luna2020"],
    }

    AdverseEffect.model_validate(whole)
    for wrong in (
        {"value": None},
        {"kind": "named"},
        {"kind": "rate"},
        {"low": 0.5},
        {"low": 2, "high": 3},
        {"basis": "derived"},
        {"kind": "rate", "per": "in 100 sessions", "among": "of patients"},
        {"where": [{}]},
        {"of": ["exercise"], "where": [{"above_ata": {"value": 1, "basis": "assumption"}}]},
    ):
        with pytest.raises(ValueError):
            AdverseEffect.model_validate({**whole, **wrong})


def test_effects_of_one_condition_are_not_told_in_another() -> None:
    def told(condition: str) -> set[str]:
        plan = Exercise(mode="aerobic", intensity="moderate", minutes=30, weeks=8, per_week=3)
        return {one.id for one in adverse_remarks([Planned("arm", 1, "exercise", plan, "human", condition)])}

    assert {"adverse:exercise.ms_relapse"} <= told("ms") and "adverse:exercise.dpn_slight" not in told("ms")
    assert told("dpn") == {"adverse:exercise.dpn_slight"}
    assert told("phn") == set()
