"""Schedules: which sessions take place when, and which cannot."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from allodyne.errors import ScheduleError
from allodyne.study import Study, build_schedule

Build = Callable[..., Study]


def hbot(**timing: Any) -> dict[str, Any]:
    """An HBOT entry of half an hour without time for compression."""
    return {"hbot": {"pressure_ata": 2.0, "minutes": 30, "compression_min": 0, "decompression_min": 0, **timing}}


def gabapentin(**timing: Any) -> dict[str, Any]:
    """A drug entry."""
    return {"drug": {"name": "gabapentin", "dose_mg_kg": 30, "route": "ip", **timing}}


def morphine(**timing: Any) -> dict[str, Any]:
    """Another drug entry."""
    return {"drug": {"name": "morphine", "dose_mg_kg": 3, "route": "sc", **timing}}


def test_every_arm_has_its_sessions_in_order_and_the_lesion(with_arms: Build) -> None:
    study = with_arms({"untreated": [], "hbot": [hbot(days=[5], at="09:00"), hbot(days=[1, 9])]})
    schedule = build_schedule(study)
    assert list(schedule.arms) == ["untreated", "hbot"]
    assert schedule.arms["untreated"].sessions == []
    starts = [session.start for session in schedule.arms["hbot"].sessions]
    assert starts == pytest.approx([1 + 10 / 24, 5 + 9 / 24, 9 + 10 / 24], abs=1e-12)
    lesion = schedule.arms["untreated"].signals
    assert lesion and schedule.arms["hbot"].signals[: len(lesion)] == lesion
    assert {signal.drive for signal in schedule.arms["hbot"].signals[len(lesion) :]} == {"oxygen"}


def test_it_starts_with_the_day_of_the_first_session_of_any_arm_and_ends_with_the_last_assessment(
    with_arms: Build,
) -> None:
    schedule = build_schedule(with_arms({"late": [hbot(days=[3])], "early": [hbot(sessions=2, start_day=-4)]}))
    assert schedule.start == -4.0
    assert schedule.end == pytest.approx(28 + 14 / 24, abs=1e-12)
    assert build_schedule(with_arms({"late": [hbot(days=[3])]})).start == 0.0


def test_severity_multiplies_the_lesion_and_nothing_else(with_arms: Build, good: dict[str, Any]) -> None:
    arms = {"untreated": [], "hbot": [hbot(days=[3])]}
    usual = build_schedule(with_arms(arms))
    half = build_schedule(with_arms(arms, subjects={**good["subjects"], "severity": 0.5}))
    lesions = len(usual.arms["untreated"].signals)
    for one, other in zip(usual.arms["hbot"].signals[:lesions], half.arms["hbot"].signals[:lesions], strict=True):
        assert other.constant == pytest.approx(one.constant / 2, rel=1e-12)
        assert other.terms == tuple((amplitude / 2, rate) for amplitude, rate in one.terms)
    assert usual.arms["hbot"].signals[lesions:] == half.arms["hbot"].signals[lesions:]


def test_overlapping_sessions_are_named(with_arms: Build) -> None:
    study = with_arms({"hbot": [hbot(sessions=7), hbot(days=[5], at="10:29")]})
    with pytest.raises(ScheduleError) as caught:
        build_schedule(study)
    assert "session 5 of entry 1 (day 5, 10:00 to 10:30)" in caught.value.message
    assert "session 1 of entry 2 (day 5, 10:29 to 10:59)" in caught.value.message
    assert (caught.value.where or "").endswith("arms.hbot.1")


def test_a_session_may_begin_in_the_minute_in_which_the_last_one_ends(with_arms: Build) -> None:
    schedule = build_schedule(with_arms({"hbot": [hbot(sessions=7), hbot(days=[5], at="10:30")]}))
    assert len(schedule.arms["hbot"].sessions) == 8


def test_a_long_session_is_found_behind_a_short_one(with_arms: Build) -> None:
    long = {
        "hbot": {
            "pressure_ata": 1.5,
            "minutes": 180,
            "compression_min": 0,
            "decompression_min": 0,
            "days": [2],
            "at": "09:00",
        }
    }
    with pytest.raises(ScheduleError, match=r"session 1 of entry 1 .* session 1 of entry 2"):
        build_schedule(with_arms({"hbot": [long, hbot(days=[2], at="11:00")]}))


def test_different_treatments_and_different_arms_may_overlap(with_arms: Build) -> None:
    needle = {"acupuncture": {"mode": "electro", "frequency_hz": 2, "current_ma": 1, "minutes": 30, "sessions": 3}}
    schedule = build_schedule(with_arms({"both": [hbot(sessions=3), needle], "hbot": [hbot(sessions=3)]}))
    assert [session.treatment for session in schedule.arms["both"].sessions].count("acupuncture") == 3
    assert len(schedule.arms["hbot"].sessions) == 3


def test_a_drug_is_not_given_twice_in_the_same_minute(with_arms: Build) -> None:
    with pytest.raises(ScheduleError, match=r"drug gabapentin overlap: session 2 of entry 1 .* session 1 of entry 2"):
        build_schedule(with_arms({"drug": [gabapentin(days=[1, 2]), gabapentin(days=[2])]}))
    apart = [gabapentin(days=[1, 2]), gabapentin(days=[2], at="09:31"), morphine(days=[2])]
    assert len(build_schedule(with_arms({"drug": apart})).arms["drug"].sessions) == 4


def test_sessions_after_the_last_assessed_day_are_refused(with_arms: Build) -> None:
    with pytest.raises(ScheduleError, match=r"session 4 of entry 1 \(day 4") as caught:
        build_schedule(with_arms({"hbot": [hbot(sessions=4)]}, days=3))
    assert "days to at least 4" in (caught.value.remedy or "")
    assert build_schedule(with_arms({"hbot": [hbot(sessions=4)]}, days=4)).end == pytest.approx(4 + 14 / 24, abs=1e-12)


def test_untreated_arms_hold_nothing_but_the_lesion(with_arms: Build) -> None:
    arm = build_schedule(with_arms({"untreated": []})).arms["untreated"]
    assert all(signal.drive in {"nerve_injury", "toxic_injury", "hyperglycaemia"} for signal in arm.signals)
    assert all(math.isfinite(signal.start) and signal.start >= 0 for signal in arm.signals)
