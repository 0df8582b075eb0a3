"""Exercise, against published oxygen uptake."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from allodyne.errors import StudyError
from allodyne.evidence.papers import fact
from allodyne.signals import MINUTES_PER_DAY, Signal
from allodyne.treatments.exercise import Exercise
from allodyne.treatments.metabolism import maximal_uptake, resting_uptake, running_uptake, swimming_uptake

COURSE = {"mode": "treadmill", "speed_m_min": 16, "minutes": 60, "sessions": 3}


def course(**fields: object) -> Exercise:
    return Exercise.model_validate(COURSE | fields)


def only(**fields: object) -> Exercise:
    return Exercise.model_validate({"minutes": 60, "sessions": 3} | fields)


def dose(signals: list[Signal]) -> float:
    return sum(signal.constant * (signal.end - signal.start) * MINUTES_PER_DAY for signal in signals)


def drive(exercise: Exercise, animal: str) -> float:
    return exercise.signals(animal)[0].constant


@pytest.mark.parametrize("speed", [16, 20, 30, 40, 53.6])
def test_rats_run_on_the_measured_line(speed: float) -> None:
    assert running_uptake(speed, 0.0, "rat") == pytest.approx(51.3 + 0.816 * speed, abs=0.1)


def test_rats_at_rest_at_the_maximum_and_beyond() -> None:
    value = fact("ex-rat-vo2-speed-linear").value
    assert running_uptake(0.0, 0.0, "rat") == pytest.approx(10 * value["rest"])
    assert running_uptake(67.0, 0.0, "rat") == pytest.approx(10 * value["max"])


def test_rats_slower_than_measured_are_between_rest_and_the_line() -> None:
    assert resting_uptake("rat") < running_uptake(8.0, 0.0, "rat") < running_uptake(16.0, 0.0, "rat")


@pytest.mark.parametrize(("speed", "per_hour"), [(0, 3064.67), (3, 5908.06), (25, 10861.99)])
def test_mice_run_on_the_measured_line(speed: float, per_hour: float) -> None:
    assert running_uptake(speed, 0.0, "mouse") == pytest.approx(per_hour / 60, abs=0.01)


@pytest.mark.parametrize(
    ("speed", "grade", "uptake"),
    [(50, 0, 8.5), (100, 0, 13.5), (80, 0.05, 18.7), (134, 0, 30.3), (200, 0.02, 47.1)],
)
def test_people_walk_and_run_by_the_equations(speed: float, grade: float, uptake: float) -> None:
    assert running_uptake(speed, grade, "human") == pytest.approx(uptake, abs=0.01)


@pytest.mark.parametrize(("load", "key"), [(0.0, "unloaded"), (2.0, "load_2_percent_bw"), (8.0, "load_2_percent_bw")])
def test_swimming_rats(load: float, key: str) -> None:
    multiple = swimming_uptake(load, "rat") / resting_uptake("rat")
    assert multiple == pytest.approx(fact("ex-rat-swim-vo2").value[key])


def test_drive_is_the_logarithm_of_metabolic_equivalents() -> None:
    assert drive(course(), "rat") == pytest.approx(math.log(64.4 / 24.2))


@pytest.mark.parametrize(("intensity", "zone"), [("low", "light"), ("moderate", "moderate"), ("vigorous", "vigorous")])
@pytest.mark.parametrize("animal", ["rat", "mouse", "human"])
def test_intensity_lies_inside_its_class(intensity: str, zone: str, animal: str) -> None:
    low, high = fact("ex-intensity-zones").value[zone]["VO2max"]
    exercise = only(mode="aerobic", intensity=intensity)
    share = math.exp(drive(exercise, animal)) * resting_uptake(animal) / maximal_uptake(animal) * 100
    assert low <= share <= high


def test_share_of_the_maximum() -> None:
    exercise = only(mode="aerobic", percent_vo2max=60)
    assert drive(exercise, "human") == pytest.approx(math.log(0.6 * maximal_uptake("human") / 3.5))


def test_speed_progresses_evenly_from_first_to_last_session() -> None:
    exercise = course(speed_m_min=[16, 32], sessions=5)
    expected = [math.log(running_uptake(speed, 0, "rat") / 24.2) for speed in (16, 20, 24, 28, 32)]
    assert [signal.constant for signal in exercise.signals("rat")] == pytest.approx(expected)
    assert dict(exercise.doses("rat"))["speed"] == "16 to 32 m/min"


def test_start_is_inside_and_end_outside() -> None:
    exercise = course()
    session, signal = exercise.sessions("rat")[0], exercise.signals("rat")[0]
    assert (signal.start, signal.end) == (session.start, session.end)
    assert (session.end - session.start) * MINUTES_PER_DAY == pytest.approx(60)


def test_voluntary_wheel_needs_neither_minutes_nor_speed() -> None:
    wheel = Exercise.model_validate({"mode": "wheel", "sessions": 1})
    assert drive(wheel, "rat") > 0
    session = wheel.sessions("mouse")[0]
    assert (session.end - session.start) * 24 == pytest.approx(3)


def test_swimming_is_harder_than_standing_and_easier_than_the_maximum() -> None:
    for animal in ("rat", "mouse"):
        assert 0 < drive(only(mode="swimming"), animal) < math.log(maximal_uptake(animal) / resting_uptake(animal))


@given(
    slow=st.floats(1, 67),
    fast=st.floats(1, 67),
    grade=st.floats(0, 50),
    animal=st.sampled_from(["rat", "mouse", "human"]),
)
def test_faster_is_never_a_smaller_drive(slow: float, fast: float, grade: float, animal: str) -> None:
    slow, fast = sorted((slow, fast))
    drives = [drive(course(speed_m_min=speed, grade_percent=grade), animal) for speed in (slow, fast)]
    assert 0 < drives[0] <= drives[1] + 1e-9


@given(speed=st.floats(1, 400))
def test_people_never_save_oxygen_by_going_faster(speed: float) -> None:
    assert running_uptake(speed + 1, 0.0, "human") > running_uptake(speed, 0.0, "human")


@given(short=st.floats(1, 720), long=st.floats(1, 720))
def test_longer_is_never_less_dose(short: float, long: float) -> None:
    short, long = sorted((short, long))
    assert dose(course(minutes=short).signals("rat")) <= dose(course(minutes=long).signals("rat")) * (1 + 1e-9)


def test_quantities_as_text() -> None:
    exercise = only(mode="treadmill", speed=["12 m/min", "1.872 km/h"])
    assert exercise.speed_m_min == pytest.approx((12, 31.2))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"mode": "treadmill", "speed_m_min": 900}, "1 to 400 m/min"),
        ({"mode": "treadmill", "speed_m_min": [12, 900]}, "1 to 400 m/min"),
        ({"mode": "treadmill", "speed_m_min": -3}, "1 to 400 m/min"),
        ({"mode": "treadmill"}, "needs speed_m_min, intensity or percent_vo2max"),
        ({"mode": "treadmill", "speed_m_min": 16, "intensity": "low"}, "both say how hard"),
        ({"mode": "treadmill", "speed_m_min": 16, "minutes": 1800}, "1 to 720 min"),
        ({"mode": "treadmill", "speed_m_min": 16, "minutes": None}, "needs minutes"),
        ({"mode": "swimming", "speed_m_min": 16}, "speed_m_min is for treadmill"),
        ({"mode": "swimming", "load_percent": 60}, "0 to 15"),
        ({"mode": "treadmill", "speed_m_min": 16, "load_percent": 2}, "load_percent is for swimming"),
        ({"mode": "aerobic", "intensity": "extreme"}, "'low', 'moderate' or 'vigorous'"),
        ({"mode": "aerobic", "percent_vo2max": 150}, "20 to 100"),
        ({"mode": "flying", "intensity": "low"}, "treadmill"),
    ],
)
def test_absurd_doses_are_refused_with_the_accepted_range(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        only(**fields)


def test_what_an_animal_does_not_do_is_refused() -> None:
    with pytest.raises(StudyError, match="1 to 67 m/min"):
        course(speed_m_min=100).signals("rat")
    with pytest.raises(StudyError, match="wheels"):
        Exercise.model_validate({"mode": "wheel", "sessions": 1}).signals("human")
    with pytest.raises(StudyError, match="swim"):
        only(mode="swimming").signals("human")


def test_doses_for_people_to_read() -> None:
    doses = dict(course().doses("rat"))
    assert doses["metabolic equivalents"] == "2.7 METs"
    assert doses["share of VO2max"] == "68 %"
    assert doses["total time of exercise"] == "3 h"
    assert doses["total distance"] == "2.88 km"


def test_minutes_of_a_week_are_shared_among_its_sessions():
    plan = Exercise(mode="aerobic", minutes_per_week=150, per_week=3, percent_vo2max=60, weeks=4)
    lengths = {round((one.end - one.start) * 1440, 6) for one in plan.sessions("human")}
    assert lengths == {50.0}
    assert dict(plan.doses("human"))["time of exercise a week"] == "150 min"


def test_minutes_and_minutes_of_a_week_exclude_each_other():
    with pytest.raises(ValueError, match="both say how long"):
        Exercise(mode="aerobic", minutes=30, minutes_per_week=150, percent_vo2max=60, weeks=4)
