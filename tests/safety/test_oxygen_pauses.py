"""Sessions that follow each other: what those before left counts, and cutting a session in two makes nothing safer."""

import json
import math

import numpy as np
import pytest
from oxygen_plans import HOUR, NO_RAMPS, at, course_of, cut, remarks_of

from allodyne.safety.oxygen.vital_capacity import Exposure, loss_left, loss_over


@pytest.mark.parametrize("parts", [2, 3, 4])
@pytest.mark.parametrize("pressure", [2.0, 2.8])
def test_a_session_in_parts_without_a_pause_weighs_as_the_whole(pressure: float, parts: int) -> None:
    plan = {"pressure_ata": pressure, "minutes": 240, **NO_RAMPS}
    whole, cut_up = course_of(plan), course_of(*cut(plan, parts))
    assert whole.lungs and cut_up.lungs
    single, last = whole.sessions[0].toxicity, cut_up.sessions[-1].toxicity
    assert single and last
    assert last.cns_index == pytest.approx(single.cns_index, rel=1e-9)
    assert last.seizures_per_10000 == pytest.approx(single.seizures_per_10000, rel=1e-9)
    assert last.seizures_alone < last.seizures_per_10000 / 2
    assert cut_up.lungs.vc_loss_peak == pytest.approx(whole.lungs.vc_loss_peak, rel=1e-9)
    assert cut_up.lungs.vc_loss_left == pytest.approx(whole.lungs.vc_loss_left, rel=1e-9)
    assert cut_up.lungs.uptd_24h == pytest.approx(whole.lungs.uptd_24h, rel=1e-9)


def test_cutting_a_stopped_session_in_four_is_stopped_too() -> None:
    starts = ("10:00", "11:30", "13:00", "14:30")
    plan = {"pressure_ata": 2.8, "minutes": 60}
    stops = [one for one in remarks_of(*(plan | {"at": start} for start in starts)) if one.level == "stop"]
    assert {one.id for one in stops} == {"oxygen:seizures", "oxygen:vc_loss"}
    # the first of the four is as it would be alone
    assert {one.entry for one in stops if one.id == "oxygen:seizures"} == {2, 3, 4}
    assert "for one such session alone it would be" in stops[0].what


def test_what_a_session_left_is_gone_on_the_next_day() -> None:
    single, daily = course_of({"pressure_ata": 2.4}), course_of({"pressure_ata": 2.4, "sessions": 5})
    alone, after = single.sessions[0].toxicity, daily.sessions[0].toxicity
    assert alone and after
    assert after.cns_index == pytest.approx(alone.cns_index, rel=1e-12)
    assert after.seizures_alone == pytest.approx(after.seizures_per_10000, rel=1e-12)


@pytest.mark.parametrize("sessions", [2, 3])
def test_losses_of_days_add_up(sessions: int) -> None:
    lungs = course_of({"pressure_ata": 2.4, "sessions": sessions}).lungs
    assert lungs is not None
    first = lungs.vc_loss[1]
    before, after = lungs.vc_loss[-3:-1]
    assert before > first / 50
    # of what two sessions do together more than their sum, a day leaves less than a hundredth
    assert after == pytest.approx(before + first, rel=0.01)
    assert after > before + first


def test_the_worst_session_of_an_entry_counts_and_each_in_the_course() -> None:
    plan = {"pressure_ata": 2.8, "minutes": 60}
    # the second day has a session of the other entry right before it
    alone, joined = (
        course_of(plan | {"sessions": 2}),
        course_of(plan | {"sessions": 2}, plan | {"start_day": 2, "at": "08:30"}),
    )
    first, worst = alone.sessions[0].toxicity, joined.sessions[0].toxicity
    assert first and worst and alone.seizure_percent and joined.seizure_percent
    assert worst.seizures_per_10000 > 2 * worst.seizures_alone
    assert worst.seizures_alone == first.seizures_per_10000
    single = 1 - first.seizures_per_10000 / 1e4
    expected = 1 - single**2 * (1 - worst.seizures_per_10000 / 1e4)
    assert joined.seizure_percent == pytest.approx(100 * expected, rel=1e-9)


def test_air_breaks_count_in_what_the_next_session_finds() -> None:
    breaks = {"air_breaks": {"minutes": 5, "every_minutes": 20}}
    plans = cut({"pressure_ata": 2.8, "minutes": 180}, 2, pause=40)
    broken = course_of(*(plan | breaks for plan in plans)).sessions[1].toxicity
    assert broken is not None
    second_unbroken = course_of(plans[0] | breaks, plans[1]).sessions[1].toxicity
    assert second_unbroken is not None
    assert broken.seizures_without_breaks == second_unbroken.seizures_per_10000
    assert broken.seizures_per_10000 < broken.seizures_without_breaks


def test_toxic_dose_of_a_day_does_not_depend_on_the_clock() -> None:
    plan = {"pressure_ata": 2.0, "minutes": 120, "sessions": 3, "per_day": 3}
    found = []
    for start in ("00:30", "10:00", "14:00", "20:00", "23:59"):
        course = course_of(plan | {"at": start})
        assert course.lungs is not None and course.sessions[0].toxicity is not None
        assert course.lungs.uptd_24h == pytest.approx(3 * course.sessions[0].toxicity.uptd, rel=1e-9)
        (remark,) = (one for one in remarks_of(plan | {"at": start}) if one.id == "oxygen:uptd_day")
        found.append((remark.level, round(remark.value or 0, 6)))
    assert len(set(found)) == 1


@pytest.mark.parametrize("start", ["10:00", "20:00"])
def test_daily_sessions_are_a_day_apart(start: str) -> None:
    lungs = course_of({"sessions": 60, "at": start}).lungs
    assert lungs is not None
    assert lungs.uptd_24h == pytest.approx(lungs.uptd_day[0], rel=1e-9)
    assert lungs.uptd_week == pytest.approx(lungs.uptd_day[0], rel=1e-9)


def test_seven_days_do_not_depend_on_the_clock_either() -> None:
    weeks = [
        course_of({"sessions": 28, "per_day": 4, "minutes": 60, "at": start}).lungs for start in ("00:00", "20:00")
    ]
    assert weeks[0] and weeks[1]
    assert weeks[0].uptd_week == pytest.approx(weeks[1].uptd_week, rel=1e-9)


@pytest.mark.parametrize("minutes", [150, 296])
def test_loss_that_is_left_does_not_fall_where_the_loss_is_capped(minutes: int) -> None:
    found = [
        course_of({"pressure_ata": ata, "minutes": minutes, **NO_RAMPS}).lungs for ata in (3.0, 3.5, 4.0, 4.4, 6.0)
    ]
    peaks, left = [one.vc_loss_peak for one in found if one], [one.vc_loss_left for one in found if one]
    assert peaks == sorted(peaks) and max(peaks) <= 100
    assert left == pytest.approx([left[0]] * 5, rel=1e-9)


def test_no_risk_is_a_plain_zero() -> None:
    for plan in ({"pressure_ata": 2.0, "fio2": 0.21}, {"pressure_ata": 1.0, "fio2": 0.21}):
        course = course_of(plan)
        assert course.seizure_percent == 0
        assert "-0.0" not in json.dumps(course.model_dump(mode="json"))


@pytest.mark.parametrize("minutes", [5, 15, 30])
def test_oxygen_on_the_way_out_counts_towards_a_seizure(minutes: float) -> None:
    plan = {"pressure_ata": 2.8, "minutes": 60, "compression_min": 0}
    at_once, evenly = (course_of(plan | {"decompression_min": ramp}).sessions[0].toxicity for ramp in (0, minutes))
    assert at_once and evenly
    steps = 20_000
    level = 132 / 101.325
    falling = (2.8 - 1.8 * (step + 0.5) / steps for step in range(steps))
    expected = sum(po2**3.38 for po2 in falling if po2 > level) * minutes / steps
    assert evenly.cns_index**0.5 - at_once.cns_index**0.5 == pytest.approx(expected, rel=1e-3)


def test_slow_compression_is_no_excuse_for_what_the_session_before_left() -> None:
    light = {"pressure_ata": 1.4, "minutes": 20, "at": "09:30", "compression_min": 1}
    course = course_of(at(8 * HOUR, {"pressure_ata": 2.8, "minutes": 60}), light)
    toxicity, judged = course.sessions[1].toxicity, course.judged
    assert toxicity and judged
    # with the usual compression more of it would be gone, so the plan is judged as it stands
    slow = course_of(at(8 * HOUR, {"pressure_ata": 2.8, "minutes": 60}), light | {"compression_min": 15})
    assert slow.sessions[1].toxicity and slow.sessions[1].toxicity.seizures_per_10000 < toxicity.seizures_per_10000
    assert judged.seizures_per_10000[1] == toxicity.seizures_per_10000


def test_the_next_session_finds_the_oxygen_of_the_way_out_too() -> None:
    before = at(8 * HOUR, {"pressure_ata": 2.8, "minutes": 60, "compression_min": 0, "decompression_min": 30})
    after = at(9 * HOUR + 30, {"pressure_ata": 2.8, "minutes": 60, **NO_RAMPS})
    way_out, alone, joined = (
        course_of(*plans).sessions[-1].toxicity for plans in ([before], [before | NO_RAMPS], [before, after])
    )
    assert way_out and alone and joined
    bottom = alone.cns_index**0.5
    # the last sixth of the way out is below the level of recovery
    recovering = 30 * (132 / 101.325 - 1) / 1.8
    decayed = bottom * math.exp(-0.079 / 2 * recovering)
    assert joined.cns_index**0.5 == pytest.approx(decayed + (way_out.cns_index**0.5 - bottom) + bottom, rel=1e-9)


def test_hurried_sessions_without_a_pause_do_not_hide_the_one_before_them() -> None:
    # with the usual ramps the first two would overlap
    first, second, third = cut({"pressure_ata": 2.8, "minutes": 180, **NO_RAMPS}, 3)
    third = at(12 * HOUR, third)
    all_three, last_two = course_of(first, second, third).judged, course_of(second, third).judged
    assert all_three and last_two
    assert all_three.seizures_per_10000[-1] > last_two.seizures_per_10000[-1]


@pytest.mark.parametrize("hours", [0.5, 2.0, 5.0, 10.0, 24.0])
def test_unlike_sessions_leave_the_most_that_any_pressure_would(hours: float) -> None:
    light, heavy = Exposure(2 * 1.3**2.285, 2), Exposure(1 * 2.8**2.285, 1)
    moment = np.array([(3 + hours) / 24])
    rest = np.array([hours])
    together = loss_over([(0, 2 / 24, light), (2 / 24, 3 / 24, heavy)], moment)[0]
    pair = together - loss_left(light, rest)[0] - loss_left(heavy, rest)[0]
    bars = np.linspace(1.1, 4, 100_001)
    left = np.minimum(2 * 1.3**2.285, 2 * (bars / 1.01325) ** 2.285)
    left *= np.minimum(2.8**2.285, (bars / 1.01325) ** 2.285) * np.exp(-(0.384 * bars - 0.42) * hours)
    assert pair == pytest.approx(2 * 0.0082 * left.max(), rel=1e-5)
