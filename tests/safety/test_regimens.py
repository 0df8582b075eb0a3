"""Usual regimens: what is outside gets a note, and the ranges come from facts and published protocols."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allodyne.animals import Animal
from allodyne.errors import UserError
from allodyne.evidence.findings import load_findings
from allodyne.evidence.papers import fact, load_papers
from allodyne.safety.planned import Planned
from allodyne.safety.regimens import ANIMALS, load_regimens, regimen_remarks, usual
from allodyne.treatments import TREATMENTS

STUDIED = [
    (
        "human",
        "hbot",
        {
            "pressure_ata": 2.0,
            "minutes": 90,
            "sessions": 60,
            "per_week": 5,
            "air_breaks": {"minutes": 5, "every_minutes": 20},
        },
    ),
    ("human", "hbot", {"pressure_ata": 2.5, "minutes": 60, "sessions": 20, "per_week": 5}),
    (
        "human",
        "exercise",
        {"mode": "aerobic", "intensity": "moderate", "minutes_per_week": 150, "per_week": 3, "weeks": 12},
    ),
    ("human", "exercise", {"mode": "aerobic", "percent_vo2max": 50, "minutes": 20, "per_week": 2, "weeks": 8}),
    ("human", "acupuncture", {"mode": "manual", "minutes": 30, "weeks": 10, "per_week": 1}),
    (
        "human",
        "acupuncture",
        {
            "mode": "electro",
            "frequency_hz": [2, 100],
            "current_ma": [0.5, 5],
            "minutes": 30,
            "sessions": 10,
            "per_week": 2,
        },
    ),
    ("rat", "hbot", {"pressure_ata": 2.5, "minutes": 60, "sessions": 5}),
    ("rat", "exercise", {"mode": "treadmill", "speed_m_min": [10, 20], "minutes": 30, "weeks": 5, "per_week": 5}),
    (
        "rat",
        "acupuncture",
        {"mode": "electro", "frequency_hz": 2, "current_ma": 1, "minutes": 30, "days": [7, 10, 13, 16, 19, 22]},
    ),
    ("mouse", "exercise", {"mode": "treadmill", "speed_m_min": 10, "minutes": 45, "weeks": 4, "per_week": 5}),
]
UNUSUAL = [
    ("human", "hbot", {"pressure_ata": 1.3, "minutes": 60, "sessions": 20, "per_week": 5}, "pressure_ata", "below"),
    ("human", "hbot", {"pressure_ata": 2.0, "minutes": 180, "sessions": 20, "per_week": 5}, "minutes", "above"),
    ("human", "hbot", {"pressure_ata": 2.0, "minutes": 90, "sessions": 100, "per_week": 5}, "sessions", "above"),
    (
        "human",
        "exercise",
        {"mode": "aerobic", "intensity": "moderate", "minutes": 30, "weeks": 2, "per_week": 3},
        "weeks",
        "below",
    ),
    (
        "human",
        "exercise",
        {"mode": "aerobic", "intensity": "low", "minutes": 60, "weeks": 8, "per_week": 7},
        "minutes_per_week",
        "above",
    ),
    (
        "human",
        "acupuncture",
        {"mode": "manual", "minutes": 30, "sessions": 10, "per_week": 7},
        "sessions_per_week",
        "above",
    ),
    (
        "rat",
        "exercise",
        {"mode": "treadmill", "speed_m_min": 45, "minutes": 30, "weeks": 5, "per_week": 5},
        "speed_m_min",
        "above",
    ),
    (
        "rat",
        "acupuncture",
        {"mode": "electro", "frequency_hz": 2, "current_ma": 5, "minutes": 30, "days": [7, 10]},
        "current_ma",
        "above",
    ),
]


def plan(animal: Animal, treatment: str, fields: dict[str, Any]) -> Planned:
    return Planned("A", 1, treatment, TREATMENTS[treatment].model_validate(fields), animal)


@pytest.mark.parametrize(("animal", "treatment", "fields"), STUDIED)
def test_what_was_studied_is_usual(animal: Animal, treatment: str, fields: dict[str, Any]) -> None:
    assert regimen_remarks([plan(animal, treatment, fields)]) == []


@pytest.mark.parametrize("pressure", [1.5, 1.75])
def test_a_pressure_below_all_indications_is_noted_beside_the_trials_that_went_as_low(pressure: float) -> None:
    fields = {"pressure_ata": pressure, "minutes": 60, "sessions": 40, "per_week": 5}
    (remark,) = regimen_remarks([plan("human", "hbot", fields)])

    assert remark.id == "regimen:hbot.pressure_ata" and remark.level == "note"
    assert remark.limit == fact("safe-uhms-pressure-definition").value["indications_ata"]
    assert "1.75 in multiple sclerosis" in remark.why and "1.5 after mild brain injury" in remark.why
    assert {"safe-ms-evidence-2001", "safe-regimen-1p5ata-40"} <= set(remark.sources)


@pytest.mark.parametrize(("animal", "treatment", "fields", "quantity", "side"), UNUSUAL)
def test_what_lies_outside_is_noted_with_its_range_and_a_source(
    animal: Animal, treatment: str, fields: dict[str, Any], quantity: str, side: str
) -> None:
    remarks = {one.id: one for one in regimen_remarks([plan(animal, treatment, fields)])}

    remark = remarks[f"regimen:{treatment}.{quantity}"]
    assert remark.level == "note"
    assert side in remark.what and "Usual:" in remark.why
    assert remark.value is not None and remark.limit is not None
    assert (remark.value > remark.limit) == (side == "above")
    assert remark.sources


def test_protocols_are_counted_from_the_findings() -> None:
    given = {
        (finding.paper, treatment)
        for finding in load_findings().values()
        if finding.species == "rat" and finding.kind in ("treatment", "blocker", "comparison")
        for treatment in finding.treatments
        if treatment.hbot and treatment.hbot.minutes is not None and treatment.hbot.fio2 != 0.21
    }
    minutes = next(one for one in usual("hbot", "rat") if one.quantity.id == "hbot.minutes").protocols

    assert minutes is not None
    assert minutes.count == len(given)
    assert minutes.least == 60 and minutes.median == 60
    assert set(minutes.papers) == {paper for paper, _ in given}


def test_reviews_and_measurements_in_the_healthy_are_no_protocols() -> None:
    papers = {
        key
        for treatment in ("hbot", "exercise", "acupuncture")
        for animal in ANIMALS
        for one in usual(treatment, animal)
        for key in (one.protocols.papers if one.protocols else ())
    }

    assert papers
    assert not {key for key in papers if load_papers()[key].design in ("review", "meta-analysis")}
    # HSP72 of healthy volunteers at 2.8 ATA
    assert "hbo-hsp72-volunteers" in load_papers() and "hbo-hsp72-volunteers" not in papers


def test_a_range_is_the_wider_of_what_is_stated_and_what_was_used() -> None:
    found = {
        one.quantity.id: one for treatment in ("hbot", "exercise", "acupuncture") for one in usual(treatment, "human")
    }
    sessions = found["hbot.sessions"]

    assert sessions.stated is not None and sessions.protocols is not None
    assert sessions.bounds == (sessions.protocols.low, sessions.stated.high)
    for one in found.values():
        for known in (one.stated, one.protocols):
            if known is not None:
                assert all(one.holds(end) for end in (known.low, known.high) if end is not None)


def test_every_number_of_a_regimen_can_be_outside() -> None:
    """No quantity stands in the file that no plan is compared with."""
    hbot = {
        "pressure_ata": 6,
        "minutes": 300,
        "sessions": 1000,
        "per_day": 4,
        "per_week": 0.1,
        "air_breaks": {"minutes": 30, "every_minutes": 120},
    }
    exercise = {"mode": "treadmill", "speed_m_min": 60, "minutes": 700, "weeks": 200, "per_day": 2}
    swimming = {"mode": "swimming", "load_percent": 15, "minutes": 30, "weeks": 4}
    electro = {"mode": "electro", "frequency_hz": 200, "current_ma": 10, "minutes": 120, "weeks": 200, "per_day": 4}
    found = [
        *regimen_remarks([plan("human", "hbot", hbot)]),
        *regimen_remarks([plan("human", "exercise", exercise), plan("rat", "exercise", exercise)]),
        *regimen_remarks([plan("rat", "exercise", swimming)]),
        *regimen_remarks([plan("human", "acupuncture", electro)]),
    ]

    assert {one.id for one in found} == {f"regimen:{quantity.id}" for quantity in load_regimens().quantities}


def test_shams_and_drugs_have_no_usual_regimen() -> None:
    air = plan("human", "hbot", {"pressure_ata": 1.1, "fio2": 0.21, "minutes": 10, "sessions": 500})
    needles = plan("human", "acupuncture", {"mode": "manual", "sham": True, "minutes": 100, "sessions": 100})
    drug = plan("human", "drug", {"name": "gabapentin", "dose_mg": 600, "route": "po", "weeks": 100})

    assert regimen_remarks([air, needles, drug]) == []


def test_an_unknown_treatment_gets_the_nearest() -> None:
    with pytest.raises(UserError, match="acupuncture"):
        usual("acupunture", "human")


@given(
    pressure=st.floats(1, 6),
    minutes=st.floats(5, 300),
    sessions=st.integers(1, 200),
    per_week=st.sampled_from([1, 3, 3.5, 5, 7]),
    animal=st.sampled_from(["human", "rat", "mouse"]),
)
def test_a_regimen_is_never_more_than_a_note(
    pressure: float, minutes: float, sessions: int, per_week: float, animal: Animal
) -> None:
    fields = {"pressure_ata": pressure, "minutes": minutes, "sessions": sessions, "per_week": per_week}

    assert {one.level for one in regimen_remarks([plan(animal, "hbot", fields)])} <= {"note"}
