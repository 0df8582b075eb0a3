"""Needling: adverse events to expect, current, time and interval."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allodyne.animals import Animal
from allodyne.evidence.papers import fact
from allodyne.safety.limits import load_limits
from allodyne.safety.needling import needling_remarks
from allodyne.safety.planned import Planned
from allodyne.safety.remarks import LEVELS, Remark
from allodyne.treatments import Acupuncture

EXPECTED = {"acupuncture:adverse_events", "acupuncture:serious_events", "acupuncture:bleeding"}


def plan(animal: Animal = "human", **fields: Any) -> Planned:
    return Planned("A", 1, "acupuncture", Acupuncture.model_validate({"minutes": 30, **fields}), animal)


def electro(animal: Animal = "rat", **fields: Any) -> Planned:
    return plan(animal, **{"mode": "electro", "frequency_hz": 2, "current_ma": 1, "days": [1, 4, 7], **fields})


def remarks(*plans: Planned) -> dict[str, Remark]:
    return {one.id: one for one in needling_remarks(plans, load_limits())}


def test_adverse_events_of_a_course_are_the_published_rates_times_its_treatments() -> None:
    found = remarks(plan(mode="manual", sessions=10, points=["ST36", "SP6"]))

    assert set(found) == EXPECTED
    assert "0.94 adverse events are expected in 10 treatments" in found["acupuncture:adverse_events"].what
    assert "80 serious adverse events are expected in a million courses" in found["acupuncture:serious_events"].what
    assert "0.017 slight bleedings are expected of 20 needles" in found["acupuncture:bleeding"].what
    assert {one.level for one in found.values()} == {"note"}


def test_both_counts_of_who_needs_treatment_are_told_with_what_parts_them() -> None:
    found = remarks(plan(mode="manual", sessions=10))["acupuncture:adverse_events"]
    pooled, largest = fact("acu-baumler-need-treatment").value, fact("acu-witt-2009").value

    assert f"{pooled['per_1000_patients']:g} (0 to 7.37) of 1,000 patients" in found.what
    assert f"{largest['required_treatment_percent'] * 10:g} in the largest study" in found.what
    assert "varies between the studies" in found.why
    assert {"acu-baumler-need-treatment", "acu-witt-2009", "witt-consent2009"} <= set(found.sources)


def test_bleeding_is_not_counted_without_points() -> None:
    assert "not known" in remarks(plan(mode="manual", sessions=10))["acupuncture:bleeding"].what


@pytest.mark.parametrize(
    ("animal", "current", "level"),
    [("human", 5, None), ("human", 6, "note"), ("rat", 3, None), ("rat", 3.5, "note"), ("mouse", 5, "caution")],
)
def test_the_current_is_judged_at_its_highest(animal: Animal, current: float, level: str | None) -> None:
    found = remarks(electro(animal, current_ma=[0.5, current]))
    judged = found.get(f"acupuncture:current_{'people' if animal == 'human' else 'animals'}")

    assert (judged.level if judged else None) == level
    if judged:
        assert f"{current:g} mA" in judged.what


@pytest.mark.parametrize(("minutes", "level"), [(30, None), (45, "note"), (90, "caution")])
def test_current_over_a_long_time_is_told(minutes: float, level: str | None) -> None:
    judged = remarks(electro("rat", minutes=minutes)).get("acupuncture:electro_minutes")

    assert (judged.level if judged else None) == level


def test_daily_current_in_rats_is_noted_and_every_third_day_is_not() -> None:
    daily = remarks(electro("rat", days=[1, 2, 3, 4, 5, 6]))["acupuncture:interval_animals"]

    assert daily.level == "note"
    assert {"acu-ea-interval-optimum", "zeng2014"} <= set(daily.sources)
    assert "acupuncture:interval_animals" not in remarks(electro("rat", days=[1, 4, 7, 10, 13, 16]))
    assert "acupuncture:interval_animals" not in remarks(electro("human", days=[1, 2, 3, 4, 5, 6]))


def test_needles_without_current_have_no_limits_of_current() -> None:
    assert remarks(plan("rat", mode="manual", minutes=90, sessions=20)) == {}
    assert remarks(electro("rat", sham=True, minutes=90, current_ma=9)) == {}
    assert set(remarks(electro("human", sham=True, minutes=90))) == EXPECTED


@given(
    animal=st.sampled_from(["human", "rat", "mouse"]),
    current=st.floats(0.1, 9),
    minutes=st.floats(5, 60),
    longer=st.floats(1, 2),
    every=st.integers(1, 7),
    closer=st.integers(0, 6),
)
def test_more_is_never_safer(
    animal: Animal, current: float, minutes: float, longer: float, every: int, closer: int
) -> None:
    def gravity(current: float, minutes: float, every: int) -> int:
        days = [1 + every * turn for turn in range(5)]
        found = needling_remarks([electro(animal, current_ma=current, minutes=minutes, days=days)], load_limits())
        return max((LEVELS.index(one.level) for one in found), default=-1)

    plain = gravity(current, minutes, every)
    assert gravity(current + 1, minutes, every) >= plain
    assert gravity(current, minutes * longer, every) >= plain
    assert gravity(current, minutes, max(1, every - closer)) >= plain
