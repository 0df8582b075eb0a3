"""Oxygen doses of an arm, session by session and over the course."""

import itertools
import json

import numpy as np
import pytest
from oxygen_plans import BREAKS, NO_RAMPS, course_of, entries

from allodyne.safety.oxygen.breathing import breaths
from allodyne.safety.oxygen.course import OxygenCourse, oxygen_course
from allodyne.safety.planned import Planned
from allodyne.treatments.exercise import Exercise
from allodyne.treatments.hbot import Hbot
from allodyne.treatments.oxygen import oxygenation


def test_an_arm_without_pressure_has_no_course() -> None:
    walk = Exercise.model_validate({"mode": "treadmill", "intensity": "moderate", "minutes": 30, "sessions": 3})
    assert oxygen_course("arm", []) is None
    assert oxygen_course("arm", [Planned("arm", 1, "exercise", walk, "human")]) is None
    assert oxygen_course("other", entries({})) is None


def test_what_is_breathed_follows_the_session_without_gaps() -> None:
    plan = Hbot.model_validate({"pressure_ata": 2.4, "minutes": 45, "sessions": 1, "air_breaks": BREAKS})
    course = breaths(plan, "human")
    assert [one.minutes for one in course] == pytest.approx([15, 20, 5, 20, 15])
    assert [one.to_atm for one in course] == pytest.approx([2.4, 2.4, 0.504, 2.4, 1.0])
    assert all(early.end == late.begin for early, late in itertools.pairwise(course))


def test_arrays_double_the_moment_at_which_the_gas_changes() -> None:
    arrays = course_of({"pressure_ata": 2.4, "minutes": 45, "air_breaks": BREAKS}).sessions[0].arrays
    at = [index for index, minute in enumerate(arrays.minutes) if minute == pytest.approx(35)]
    assert len(at) == 2
    assert arrays.inspired[at[0]] == pytest.approx(1777, abs=0.5)
    assert arrays.inspired[at[1]] == pytest.approx(0.21 * 1777, abs=0.5)
    lengths = {len(values) for values in arrays.model_dump().values()}
    assert lengths == {len(arrays.minutes)}
    assert all(early <= late for early, late in zip(arrays.minutes, arrays.minutes[1:], strict=False))


def test_arrays_begin_and_end_at_the_surface() -> None:
    arrays = course_of({"pressure_ata": 2.0}).sessions[0].arrays
    assert (arrays.minutes[0], arrays.minutes[-1]) == (0, pytest.approx(120))
    assert arrays.pressure_ata[0] == arrays.pressure_ata[-1] == 1
    assert arrays.tissue[0] == pytest.approx(oxygenation(1.0, 1.0, "human").tissue)
    assert max(arrays.tissue) == pytest.approx(oxygenation(2.0, 1.0, "human").tissue)


def test_oxygen_minutes_leave_out_breaks_and_ramps() -> None:
    assert course_of({"minutes": 90, "air_breaks": BREAKS}).sessions[0].oxygen_minutes == pytest.approx(75)


def test_sessions_of_one_day_add_up() -> None:
    single = course_of({"sessions": 1}).lungs
    twice = course_of({"sessions": 4, "per_day": 2}).lungs
    two_entries = course_of({"sessions": 2}, {"sessions": 2, "at": "16:00"}).lungs
    assert single is not None and twice is not None and two_entries is not None
    assert twice.uptd_day == pytest.approx([2 * single.uptd_day[0]] * 2)
    assert two_entries.uptd_day == pytest.approx(twice.uptd_day)
    assert two_entries.vc_loss == pytest.approx(twice.vc_loss)
    assert twice.days == (1, 2)


def test_highest_weekly_mean_counts_the_days_off() -> None:
    daily = course_of({"sessions": 14, "per_week": 7}).lungs
    weekdays = course_of({"sessions": 10, "per_week": 5}).lungs
    assert daily is not None and weekdays is not None
    assert daily.uptd_week == pytest.approx(daily.uptd_day[0])
    assert weekdays.uptd_week == pytest.approx(daily.uptd_day[0] * 5 / 7)


def test_the_loss_falls_in_the_rest_and_rises_in_the_session() -> None:
    lungs = course_of({"pressure_ata": 2.5, "sessions": 3}).lungs
    assert lungs is not None
    losses = np.array(lungs.vc_loss)
    assert losses[0] == 0
    assert np.all(losses[1::2] > losses[:-1:2])
    assert np.all(losses[2::2] < losses[1::2])
    assert lungs.vc_loss_peak == losses.max()
    assert 0 < lungs.vc_loss_left < lungs.vc_loss_peak


def test_a_day_of_rest_takes_away_most_of_a_loss() -> None:
    lungs = course_of({"pressure_ata": 2.5}).lungs
    assert lungs is not None
    assert lungs.vc_loss_left < lungs.vc_loss_peak / 10


def test_seizures_of_a_course_are_at_most_the_sum_of_its_sessions() -> None:
    course = course_of({"pressure_ata": 2.5, "sessions": 40})
    one = course.sessions[0].toxicity
    assert one is not None and course.seizure_percent is not None
    assert 0 < course.seizure_percent < 40 * one.seizures_per_10000 / 100
    assert course.seizure_percent == pytest.approx(100 * (1 - (1 - one.seizures_per_10000 / 1e4) ** 40), rel=1e-9)


def test_the_plan_stands_beside_what_was_published() -> None:
    labels = " ".join(one.label for one in course_of({"pressure_ata": 2.4, "air_breaks": BREAKS}).compared)
    for word in ("seizures per 10,000", "air breaks", "when seizures happen", "vital capacity"):
        assert word in labels


def test_compressed_air_is_no_oxygen_treatment() -> None:
    course = course_of({"pressure_ata": 2.4, "fio2": 0.21, "sessions": 15})
    toxicity = course.sessions[0].toxicity
    assert toxicity is not None and course.eyes is not None and course.lungs is not None
    assert (course.session_count, toxicity.seizures_per_10000, course.eyes.shift_dioptres) == (0, 0, (0, 0))
    assert course.lungs.vc_loss_peak < 0.02
    assert course.compared == ()


def test_room_air_has_no_incidence_rather_than_none_at_all() -> None:
    toxicity = course_of({"pressure_ata": 1.0, "fio2": 0.21}).sessions[0].toxicity
    assert toxicity is not None
    assert (toxicity.uptd, toxicity.vc_loss_percent, toxicity.lung_incidence_percent) == (0, 0, None)


@pytest.mark.parametrize("animal", ["rat", "mouse"])
def test_animals_have_pressures_but_no_doses_of_people(animal: str) -> None:
    course = course_of({"pressure_ata": 2.5}, animal=animal)
    assert (course.lungs, course.eyes, course.seizure_percent, course.sessions[0].toxicity) == (None, None, None, None)
    assert "No formula" in course.not_computed
    assert course.sessions[0].tissue_mmhg == pytest.approx(oxygenation(2.5, 1.0, animal).tissue)


def test_no_shift_beyond_the_largest_one_reported() -> None:
    eyes = course_of({"pressure_ata": 2.5, "sessions": 500}).eyes
    assert eyes is not None
    assert eyes.shift_dioptres == (-3.0, -3.0)


@pytest.mark.parametrize("plan", [{"air_breaks": BREAKS}, NO_RAMPS, {"pressure_ata": 1.0, "fio2": 0.21}])
def test_a_course_goes_through_json(plan: dict[str, object]) -> None:
    course = course_of({"sessions": 3, **plan})
    text = json.dumps(course.model_dump(mode="json"), allow_nan=False)
    assert OxygenCourse.model_validate(json.loads(text)) == course
