"""Exertion: classes of intensity, amounts and steps of people; steady state and load of animals."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allodyne.animals import Animal
from allodyne.evidence.cited import Cited
from allodyne.evidence.papers import fact
from allodyne.safety.exertion import exertion_remarks, weekly_loads, weekly_minutes
from allodyne.safety.limits import load_limits
from allodyne.safety.planned import Planned
from allodyne.safety.remarks import LEVELS, Remark
from allodyne.treatments import Exercise


def plan(animal: Animal = "human", entry: int = 1, **fields: Any) -> Planned:
    return Planned("A", entry, "exercise", Exercise.model_validate(fields), animal)


def remarks(*plans: Planned) -> dict[str, Remark]:
    return {one.id: one for one in exertion_remarks(plans, load_limits())}


def gravity(*plans: Planned) -> int:
    return max((LEVELS.index(one.level) for one in exertion_remarks(plans, load_limits())), default=-1)


@pytest.mark.parametrize(
    "fields",
    [
        {"mode": "aerobic", "intensity": "moderate", "minutes_per_week": 150, "per_week": 3, "weeks": 12},
        {"mode": "treadmill", "speed_m_min": 80, "minutes": 30, "per_week": 5, "weeks": 8},
        {"mode": "resistance", "intensity": "low", "minutes": 30, "per_week": 2, "weeks": 8},
    ],
)
def test_what_guidelines_recommend_passes_without_a_word(fields: dict[str, Any]) -> None:
    assert remarks(plan(**fields)) == {}


@pytest.mark.parametrize(("percent", "level"), [(63, None), (70, "note"), (95, "caution")])
def test_people_are_judged_by_class_of_intensity(percent: float, level: str | None) -> None:
    found = remarks(plan(mode="aerobic", percent_vo2max=percent, minutes=20, per_week=3, weeks=8))
    share = found.get("exercise:share_of_vo2max")

    assert (share.level if share else None) == level
    if share:
        assert f"{percent} %" in share.what and "ex-intensity-zones" in share.sources


def test_a_speed_beyond_an_untrained_adult_is_for_a_doctor() -> None:
    assert (
        remarks(plan(mode="treadmill", speed_m_min=250, minutes=20, weeks=4, per_week=3))[
            "exercise:share_of_vo2max"
        ].level
        == "assess"
    )


def test_the_risks_of_vigorous_exertion_are_told_in_absolute_numbers() -> None:
    found = remarks(plan(mode="aerobic", intensity="vigorous", minutes=20, weeks=8, per_week=5))
    episodes = fact("ex-scd-risk").value["absolute_one_per_episodes"]

    assert f"{episodes / 40:,.0f} courses" in found["exercise:sudden_death"].what
    assert "16.9 (10.5 to 27)" in found["exercise:sudden_death"].why
    assert "3.45 (2.33 to 5.13)" in found["exercise:heart_attack"].what
    assert {found[name].level for name in ("exercise:sudden_death", "exercise:heart_attack")} == {"note"}


def test_vigorous_minutes_count_twice_and_light_ones_do_not() -> None:
    def week(intensity: str) -> float:
        return weekly_minutes([plan(mode="aerobic", intensity=intensity, minutes=30, per_week=5, weeks=4)])[0]

    assert [week(name) for name in ("low", "moderate", "vigorous")] == pytest.approx([0, 150, 300])


def test_much_in_a_week_is_noted_over_all_entries_of_the_arm() -> None:
    walks = plan(mode="aerobic", intensity="moderate", minutes=40, per_week=5, weeks=8)
    runs = plan(mode="aerobic", intensity="vigorous", minutes=30, per_week=2, weeks=8, entry=2, at="17:00")

    assert "exercise:minutes_per_week" not in remarks(walks)
    noted = remarks(walks, runs)["exercise:minutes_per_week"]
    assert noted.value == pytest.approx(320)
    assert noted.arm == "A" and noted.entry is None


@pytest.mark.parametrize("per_week", [1, 2, 2.33, 3, 3.5, 5, 7])
def test_a_steady_rhythm_is_no_rise(per_week: float) -> None:
    loads = weekly_loads([plan(mode="aerobic", intensity="moderate", minutes=30, per_week=per_week, weeks=9)])

    assert loads == pytest.approx([loads[0]] * len(loads))


def test_a_jump_from_one_entry_to_the_next_is_noted() -> None:
    slow = plan(mode="aerobic", intensity="moderate", minutes=20, per_week=3, weeks=4)
    more = plan(mode="aerobic", intensity="moderate", minutes=40, per_week=3, weeks=4, start_day=29, entry=2)
    step = plan(mode="aerobic", intensity="moderate", minutes=25, per_week=3, weeks=4, start_day=29, entry=2)

    assert remarks(slow, more)["exercise:weekly_rise"].value == pytest.approx(100)
    assert "exercise:weekly_rise" not in remarks(slow, step)


@pytest.mark.parametrize(
    ("animal", "speed", "level"),
    [("rat", 15, None), ("rat", 20, "note"), ("rat", 25, "caution"), ("mouse", 15, None), ("mouse", 22, "note")],
)
def test_animals_are_judged_by_their_steady_state(animal: Animal, speed: float, level: str | None) -> None:
    found = remarks(plan(animal, mode="treadmill", speed_m_min=[10, speed], minutes=30, per_week=5, weeks=5))
    judged = found.get(f"exercise:speed_{animal}")

    assert (judged.level if judged else None) == level


def test_animals_near_their_maximum_or_forced_for_long_get_a_caution() -> None:
    fast = remarks(plan("rat", mode="treadmill", speed_m_min=50, minutes=150, per_week=5, weeks=5))

    assert fast["exercise:share_of_vo2max_animals"].level == "caution"
    assert fast["exercise:forced_minutes"].level == "caution"


@pytest.mark.parametrize(("load", "level"), [(0, None), (5, None), (6, "note"), (9, "caution")])
def test_swimming_rats_are_judged_by_their_load(load: float, level: str | None) -> None:
    found = remarks(plan("rat", mode="swimming", load_percent=load, minutes=30, per_week=5, weeks=5))
    judged = found.get("exercise:swimming_load_rat")

    assert (judged.level if judged else None) == level


def test_a_wheel_is_no_forced_exercise_and_animals_get_no_limits_of_people() -> None:
    assert remarks(plan("mouse", mode="wheel", weeks=8)) == {}
    found = remarks(plan("rat", mode="treadmill", speed_m_min=40, minutes=60, per_day=2, weeks=8))
    assert not {"exercise:share_of_vo2max", "exercise:minutes_per_week", "exercise:sudden_death"} & set(found)


def test_a_tighter_limit_holds() -> None:
    limit = load_limits()["exercise.share_of_vo2max"]
    tight = limit.model_copy(update={"bounds": {**limit.bounds, "stop": Cited(value=50, basis="assumption")}})
    limits = {**load_limits(), limit.id: tight}
    found = exertion_remarks([plan(mode="aerobic", intensity="moderate", minutes=20, per_week=3, weeks=8)], limits)

    assert [one.level for one in found if one.id == "exercise:share_of_vo2max"] == ["stop"]


@given(
    animal=st.sampled_from(["human", "rat", "mouse"]),
    percent=st.floats(20, 99),
    more=st.floats(0, 1),
    minutes=st.floats(5, 300),
    longer=st.floats(1, 2),
    per_week=st.sampled_from([1, 3, 3.5, 5, 7]),
    weeks=st.integers(1, 12),
)
def test_harder_and_longer_is_never_safer(
    animal: Animal, percent: float, more: float, minutes: float, longer: float, per_week: float, weeks: int
) -> None:
    fields = {"mode": "aerobic", "per_week": per_week}
    plain = gravity(plan(animal, percent_vo2max=percent, minutes=minutes, weeks=weeks, **fields))

    assert (
        gravity(plan(animal, percent_vo2max=percent + (100 - percent) * more, minutes=minutes, weeks=weeks, **fields))
        >= plain
    )
    assert gravity(plan(animal, percent_vo2max=percent, minutes=minutes * longer, weeks=weeks, **fields)) >= plain
    assert gravity(plan(animal, percent_vo2max=percent, minutes=minutes, weeks=weeks + 4, **fields)) >= plain


@given(animal=st.sampled_from(["rat", "mouse"]), speed=st.floats(1, 60), faster=st.floats(0, 7))
def test_faster_is_never_safer_for_animals(animal: Animal, speed: float, faster: float) -> None:
    def grave(at: float) -> int:
        return gravity(plan(animal, mode="treadmill", speed_m_min=at, minutes=30, per_week=5, weeks=4))

    assert grave(speed + faster) >= grave(speed)
