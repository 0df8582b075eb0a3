"""Days and hours of sessions."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from allodyne.treatments.timing import Timing


def course_days(**fields: object) -> list[int]:
    return [int(start // 1) for start in Timing.model_validate(fields).starts()]


@pytest.mark.parametrize(
    ("per_week", "days"),
    [
        (7, [0, 1, 2, 3, 4, 5, 6, 7]),
        (5, [0, 1, 2, 3, 4, 7, 8, 9]),
        (3, [0, 2, 4, 7, 9, 11, 14, 16]),
        (3.5, [0, 2, 4, 6, 8, 10, 12, 14]),
        (2.33, [0, 3, 6, 9, 12, 15, 18, 21]),
        (1, [0, 7, 14, 21, 28, 35, 42, 49]),
        (0.5, [0, 14, 28, 42, 56, 70, 84, 98]),
    ],
)
def test_spread_over_the_week(per_week: float, days: list[int]) -> None:
    assert course_days(sessions=8, per_week=per_week, start_day=0) == days


def test_every_third_day_does_not_slip() -> None:
    assert course_days(sessions=200, per_week=2.33, start_day=0) == list(range(0, 600, 3))


@pytest.mark.parametrize("per_week", [1, 2, 3, 4, 5, 6, 7])
def test_weeks_hold_so_many_sessions(per_week: int) -> None:
    assert len(Timing(weeks=6, per_week=per_week).starts()) == 6 * per_week


def test_start_is_the_clock_time_of_the_day() -> None:
    assert Timing(sessions=1, start_day=3, at="18:30").starts() == [pytest.approx(3 + 18.5 / 24)]


def test_sessions_of_a_day_are_six_hours_apart() -> None:
    starts = Timing(sessions=3, per_day=2, start_day=0, at="08:00").starts()
    assert starts == pytest.approx([8 / 24, 14 / 24, 1 + 8 / 24])


def test_sessions_may_lie_before_the_lesion() -> None:
    assert course_days(sessions=3, start_day=-5) == [-5, -4, -3]


def test_explicit_days_are_sorted() -> None:
    assert course_days(days=[9, -2, 4]) == [-2, 4, 9]


def test_clock_without_quotes_as_yaml_reads_it() -> None:
    assert Timing.model_validate({"sessions": 1, "at": 630}).at == "10:30"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "exactly one of sessions, weeks and days"),
        ({"sessions": 3, "weeks": 2}, "sessions and weeks are given"),
        ({"sessions": 0}, "1 to 1000"),
        ({"sessions": 5, "per_week": 8}, "per_week 8 is out of range: 0.1 to 7"),
        ({"sessions": 5, "per_day": 5}, "1 to 4"),
        ({"weeks": float("inf")}, "finite"),
        ({"sessions": 5, "at": "25:00"}, "00:00"),
        ({"days": [1, 1]}, "none twice"),
        ({"days": []}, "at least one day"),
        ({"days": [1, 2], "per_week": 3}, "per_week must not be given"),
        ({"sessions": 5, "weekly": 3}, "weekly"),
    ],
)
def test_impossible_timing_is_refused(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Timing.model_validate(fields)


@given(
    sessions=st.integers(1, 60),
    per_week=st.floats(0.2, 7),
    per_day=st.integers(1, 4),
    start_day=st.integers(-30, 30),
)
def test_starts_are_in_order_and_complete(sessions: int, per_week: float, per_day: int, start_day: int) -> None:
    starts = Timing(sessions=sessions, per_week=per_week, per_day=per_day, start_day=start_day).starts()
    assert len(starts) == sessions
    assert all(early < late for early, late in pairwise(starts))
    assert int(starts[0] // 1) == start_day
