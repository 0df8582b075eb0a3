"""What the limits have against plans of people and of animals."""

import pytest
from oxygen_plans import BREAKS, NO_RAMPS, entries, gravity, remarks_of

from allodyne.safety.limits import Limit, load_limits
from allodyne.safety.oxygen.course import oxygen_course, oxygen_remarks
from allodyne.safety.remarks import LEVELS

STOP = LEVELS.index("stop")


@pytest.mark.parametrize("pressure", [1.5, 1.75, 2.0, 2.4, 2.5])
@pytest.mark.parametrize("minutes", [60, 90, 120])
@pytest.mark.parametrize("sessions", [20, 40, 60])
def test_usual_clinical_courses_break_no_hard_limit(pressure: float, minutes: int, sessions: int) -> None:
    # two hours at 2.4 ATA and more are usual with air breaks only
    breaks = {"air_breaks": BREAKS} if minutes > 90 and pressure > 2.0 else {}
    plan = {"pressure_ata": pressure, "minutes": minutes, "sessions": sessions, "per_week": 5, **breaks}
    assert gravity(remarks_of(plan)) < LEVELS.index("assess")


def test_2_8_ata_passes_with_air_breaks_only() -> None:
    plan = {"pressure_ata": 2.8, "minutes": 90, "sessions": 20, "per_week": 5}
    assert gravity(remarks_of({**plan, "air_breaks": BREAKS})) == LEVELS.index("caution")
    assert [one.id for one in remarks_of(plan) if one.level == "stop"] == ["oxygen:seizures"]
    # nobody can be decompressed in no time, so that this plan has a second hard limit against it
    stops = {one.id for one in remarks_of({**plan, **NO_RAMPS}) if one.level == "stop"}
    assert stops == {"oxygen:seizures", "oxygen:decompression"}


@pytest.mark.parametrize(
    ("plan", "broken"),
    [
        ({"pressure_ata": 2.8, "minutes": 120}, "oxygen:seizures"),
        ({"pressure_ata": 3.0, "minutes": 120}, "oxygen:seizures"),
        ({"pressure_ata": 3.1, "minutes": 10, "fio2": 0.21}, "oxygen:pressure"),
        ({"pressure_ata": 2.5, "minutes": 300}, "oxygen:vc_loss"),
        ({"pressure_ata": 2.0, "minutes": 180, "sessions": 8, "per_day": 4}, "oxygen:uptd_day"),
    ],
)
def test_plans_beyond_a_hard_limit_are_stopped(plan: dict[str, object], broken: str) -> None:
    stops = {one.id: one for one in remarks_of(plan) if one.level == "stop"}
    assert broken in stops
    assert stops[broken].remedy and stops[broken].sources
    assert stops[broken].value is not None and stops[broken].limit is not None
    assert stops[broken].value > stops[broken].limit


@pytest.mark.parametrize(("pressure", "minutes"), [(1.3, 90), (1.3, 300), (2.0, 90), (2.4, 60)])
def test_shams_of_compressed_air_have_nothing_but_ears(pressure: float, minutes: int) -> None:
    sham = {"pressure_ata": pressure, "minutes": minutes, "fio2": 0.21, "sessions": 40, "per_week": 5}
    assert remarks_of(sham) == []
    fast = remarks_of({**sham, "compression_min": 1})
    assert {one.id for one in fast} == {"oxygen:compression"}


def test_room_air_has_nothing() -> None:
    assert remarks_of({"pressure_ata": 1.0, "fio2": 0.21, "sessions": 60}) == []


@pytest.mark.parametrize("animal", ["rat", "mouse"])
@pytest.mark.parametrize("pressure", [2.0, 2.5, 3.0])
@pytest.mark.parametrize("minutes", [60, 90])
def test_usual_courses_of_animals_pass(animal: str, pressure: float, minutes: int) -> None:
    plan = {"pressure_ata": pressure, "minutes": minutes, "sessions": 60, "per_day": 2}
    assert remarks_of(plan, animal=animal) == []


@pytest.mark.parametrize(
    ("pressure", "level"),
    [(3.5, "caution"), (3.9, "caution"), (4.0, "assess"), (4.5, "assess"), (4.6, "stop"), (6.0, "stop")],
)
def test_animals_are_stopped_where_they_have_seizures(pressure: float, level: str) -> None:
    (remark,) = remarks_of({"pressure_ata": pressure, "minutes": 20}, animal="rat")
    assert (remark.id, remark.level) == ("oxygen:inspired_animals", level)


def test_limits_of_people_and_of_animals_are_kept_apart() -> None:
    people = {one.id for one in remarks_of({"pressure_ata": 6.0, "compression_min": 1})}
    animals = {one.id for one in remarks_of({"pressure_ata": 6.0, "compression_min": 1}, animal="rat")}
    assert {"oxygen:inspired_animals", "oxygen:compression_animals", "oxygen:minutes_animals"} <= animals
    assert all(one.endswith("_animals") for one in animals)
    assert people and not people & animals


@pytest.mark.parametrize("animal", ["human", "rat"])
def test_compression_in_no_time_is_not_assessed(animal: str) -> None:
    remarks = remarks_of({"fio2": 0.21, "compression_min": 0}, animal=animal)
    assert [(one.id.split("_")[0], one.level) for one in remarks] == [("oxygen:compression", "unknown")]
    assert "compression_min" in remarks[0].remedy


def test_a_tightened_limit_is_the_one_that_counts() -> None:
    plans = entries({"pressure_ata": 2.0, "sessions": 5})
    course = oxygen_course("arm", plans)
    assert course is not None
    limits = dict(load_limits())
    own = limits["oxygen.pressure"].model_dump()
    own["bounds"] = {"stop": {"value": 1.5, "basis": "assumption"}}
    limits["oxygen.pressure"] = Limit.model_validate(own)
    found = {one.id: one.level for one in oxygen_remarks(course, plans, limits)}
    assert found["oxygen:pressure"] == "stop"


def test_instant_compression_is_stopped_where_the_own_rule_stops_fast_ones() -> None:
    plans = entries({"compression_min": 0})
    course = oxygen_course("arm", plans)
    assert course is not None
    limits = dict(load_limits())
    own = limits["oxygen.compression"].model_dump()
    own["bounds"] = {"stop": {"value": 30.0, "basis": "assumption"}}
    limits["oxygen.compression"] = Limit.model_validate(own)
    found = {one.id: one.level for one in oxygen_remarks(course, plans, limits)}
    assert found["oxygen:compression"] == "stop"


def test_a_remark_names_its_place_and_what_breaks_do() -> None:
    remarks = remarks_of({}, {"pressure_ata": 2.5, "minutes": 120, "air_breaks": BREAKS, "start_day": 30})
    (seizures,) = (one for one in remarks if one.id == "oxygen:seizures")
    assert (seizures.arm, seizures.entry, seizures.treatment) == ("arm", 2, "hbot")
    assert "without its air breaks" in seizures.what
    assert "15 were observed at 2.4 to 2.5 ATA" in seizures.what


@pytest.mark.parametrize(
    ("pressure", "minutes", "level"),
    [(2.0, 215, "caution"), (2.0, 220, "assess"), (2.4, 90, "assess"), (2.8, 45, "caution"), (2.8, 120, "stop")],
)
def test_air_under_pressure_is_held_against_no_stop_times(pressure: float, minutes: int, level: str) -> None:
    plan = {"pressure_ata": pressure, "minutes": minutes, "fio2": 0.21}
    (remark,) = (one for one in remarks_of(plan) if one.id == "oxygen:nitrogen")
    assert remark.level == level
    assert "feet of seawater" in remark.what and remark.remedy


def test_two_sessions_of_air_on_one_day_add_up() -> None:
    sham = {"pressure_ata": 2.0, "minutes": 105, "fio2": 0.21, "sessions": 10}
    assert remarks_of({**sham, "per_day": 1}) == []
    (remark,) = remarks_of({**sham, "per_day": 2})
    assert (remark.id, remark.level) == ("oxygen:nitrogen", "assess")
    assert "less than 12 h before" in remark.what


def test_nitrogen_is_not_counted_in_animals() -> None:
    plan = {"pressure_ata": 2.8, "minutes": 240, "fio2": 0.21}
    assert "oxygen:nitrogen" not in {one.id for one in remarks_of(plan, animal="rat")}


@pytest.mark.parametrize(
    ("minutes", "level"), [(15, None), (4, None), (2.9, "caution"), (1.6, "assess"), (1.0, "stop"), (0, "stop")]
)
def test_fast_decompression_of_people(minutes: float, level: str | None) -> None:
    plan = {"pressure_ata": 2.0, "fio2": 0.21, "decompression_min": minutes}
    assert [one.level for one in remarks_of(plan)] == ([] if level is None else [level])


@pytest.mark.parametrize(("minutes", "level"), [(10, None), (1.2, "note"), (1.0, "caution"), (0, "unknown")])
def test_fast_decompression_of_animals(minutes: float, level: str | None) -> None:
    plan = {"pressure_ata": 2.4, "decompression_min": minutes}
    found = {one.id: one.level for one in remarks_of(plan, animal="rat")}
    assert found == ({} if level is None else {"oxygen:decompression_animals": level})


def test_compression_faster_than_chambers_of_patients_is_for_a_doctor() -> None:
    (remark,) = remarks_of({"fio2": 0.21, "compression_min": 2})
    assert (remark.id, remark.level) == ("oxygen:compression", "assess")


def test_hurried_ramps_are_judged_as_usual_ones() -> None:
    plan = {"pressure_ata": 2.8, "minutes": 70}
    usual, hurried = (
        next(one for one in remarks_of({**plan, **ramps}) if one.id == "oxygen:seizures")
        for ramps in ({}, {"compression_min": 5, "decompression_min": 5})
    )
    assert (hurried.level, hurried.value) == (usual.level, usual.value)
    assert "usual times" in hurried.what and "usual times" not in usual.what


@pytest.mark.parametrize(("minutes", "level"), [(60, None), (80, "assess"), (150, "stop")])
def test_time_above_3_atm_counts_in_animals(minutes: float, level: str | None) -> None:
    found = {one.id: one.level for one in remarks_of({"pressure_ata": 4.0, "minutes": minutes}, animal="rat")}
    assert found.get("oxygen:minutes_animals") == level


@pytest.mark.parametrize(("hours", "level"), [(2, None), (4, "caution")])
def test_hours_of_oxygen_at_2_ata_hurt_the_lungs_of_mice(hours: int, level: str | None) -> None:
    found = {one.id: one.level for one in remarks_of({"minutes": 60 * hours}, animal="mouse")}
    assert found == ({} if level is None else {"oxygen:lungs_animals": level})


def test_the_expected_return_of_vision_is_an_average() -> None:
    (remark,) = (one for one in remarks_of({"pressure_ata": 2.4, "sessions": 20}) if one.id == "oxygen:myopia")
    assert "on average" in remark.what
