"""Who has to be there, which rules on equipment hold, and what must stay outside."""

from __future__ import annotations

from typing import Any

import pytest

from allodyne.errors import UserError
from allodyne.safety.equipment import load_equipment
from allodyne.safety.planned import Planned
from allodyne.safety.remarks import Remark
from allodyne.safety.supervision import supervision_remarks, supervision_rules
from allodyne.treatments import TREATMENTS
from allodyne.treatments.hbot import Hbot

CHAMBERS = load_equipment()


def said(animal: str = "human", pressure: float = 2.0, fio2: float = 1.0, **fields: Any) -> dict[str, Remark]:
    plan = Hbot.model_validate({"pressure_ata": pressure, "fio2": fio2, "minutes": 60, "sessions": 2, **fields})
    found = supervision_remarks([Planned("hbot", 1, "hbot", plan, animal)], CHAMBERS)  # type: ignore[arg-type]
    assert len({one.id for one in found}) == len(found)
    return {one.id: one for one in found}


def test_every_rule_says_why_what_to_do_and_on_which_source() -> None:
    for rule in supervision_rules().values():
        assert rule.why and rule.remedy
        assert rule.sources or rule.basis == "assumption"
        assert "{" not in rule.why + rule.remedy


def test_every_rule_speaks_somewhere() -> None:
    spoken: set[str] = set()
    for animal in ("human", "rat"):
        for name in (None, *CHAMBERS):
            spoken |= set(said(animal, 1.3, 0.3, **({"chamber": name} if name else {})))
    assert spoken == set(supervision_rules())


@pytest.mark.parametrize("name", ["monoplace_oxygen", "monoplace_air_mask", "multiplace_mask", "multiplace_hood"])
def test_hard_chambers_of_hospitals_bring_notes_only(name: str) -> None:
    found = said(chamber=name)
    assert {one.level for one in found.values()} == {"note"}
    team = "supervision:team_monoplace" if name.startswith("mono") else "supervision:team_multiplace"
    assert {"supervision:staff", "fire:prohibited_items", team} <= set(found)


def test_oxygen_in_a_soft_chamber_is_a_stop_and_air_is_not() -> None:
    with_oxygen, with_air = (said(pressure=1.3, fio2=fio2, chamber="soft_concentrator") for fio2 in (0.3, 0.21))
    assert with_oxygen["fire:oxygen_in_soft_chamber"].level == "stop"
    assert "30 %" in with_oxygen["fire:oxygen_in_soft_chamber"].what
    assert "cham-soft-fda" in with_oxygen["fire:oxygen_in_soft_chamber"].sources
    assert {one.level for one in with_air.values()} == {"note", "caution"}


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("soft_air", {"supervision:home", "supervision:soft_chamber"}),
        ("ms_centre", {"supervision:community"}),
    ],
)
def test_places_without_a_doctor_are_cautioned(name: str, rules: set[str]) -> None:
    found = said(pressure=1.3, fio2=0.21, chamber=name)
    assert {one.id for one in found.values() if one.level == "caution"} == rules


def test_a_plan_without_a_chamber_says_that_it_was_not_checked() -> None:
    found = said()
    assert found["supervision:chamber_not_named"].level == "note"
    assert "2 ATA" in found["supervision:chamber_not_named"].what
    assert "supervision:chamber_not_named" not in said(chamber="multiplace_hood")


def test_animals_get_the_rules_for_animals_only() -> None:
    assert set(said("rat", chamber="rodent_chamber")) == {"fire:animals"}
    assert set(said("mouse", 1.0, 0.21, chamber="rodent_chamber")) == set()


def test_air_at_normal_pressure_asks_for_nothing_of_a_chamber() -> None:
    assert set(said(pressure=1.0, fio2=0.21)) == {"supervision:chamber_not_named"}


def test_other_treatments_need_no_chamber() -> None:
    exercise = TREATMENTS["exercise"].model_validate(
        {"mode": "treadmill", "intensity": "moderate", "minutes": 30, "weeks": 4}
    )
    assert supervision_remarks([Planned("a", 1, "exercise", exercise, "human")], CHAMBERS) == []


def test_an_unknown_chamber_is_an_error_with_its_place() -> None:
    with pytest.raises(UserError, match="no chamber 'monoplace'") as caught:
        said(chamber="monoplace")
    assert "arm hbot, entry 1" in (caught.value.where or "")
    assert "monoplace_oxygen" in (caught.value.remedy or "")
