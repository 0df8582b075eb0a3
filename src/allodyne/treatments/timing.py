"""When the sessions of a treatment take place."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from allodyne.signals import MINUTES_PER_DAY
from allodyne.treatments.constants import check_range

HOURS_BETWEEN = 6.0
# Whole numbers of days a week are spread as a laboratory or clinic would, with the weekend last.
_SPREAD = {
    1: (0,),
    2: (0, 3),
    3: (0, 2, 4),
    4: (0, 1, 3, 4),
    5: (0, 1, 2, 3, 4),
    6: (0, 1, 2, 3, 4, 5),
    7: tuple(range(7)),
}


@dataclass(frozen=True)
class Session:
    """One session.

    Attributes
    ----------
    treatment : str
        ``hbot``, ``exercise``, ``acupuncture`` or ``drug``.
    start, end : float
        Days since the lesion; the start is inside, the end outside.
    label : str
        What happens, for people to read.
    """

    treatment: str
    start: float
    end: float
    label: str


def clock(given: Any) -> Any:
    """Turn the minutes of the day that YAML 1.1 makes of an unquoted ``10:30`` back into text."""
    if isinstance(given, int) and not isinstance(given, bool) and 0 <= given < MINUTES_PER_DAY:
        return f"{given // 60:02d}:{given % 60:02d}"
    return given


def valid_clock(text: str) -> str:
    """Return a time of day if it is one."""
    hours, _, minutes = text.partition(":")
    if not (hours.isdigit() and minutes.isdigit() and len(minutes) == 2 and int(hours) < 24 and int(minutes) < 60):
        raise ValueError(f"at {text!r} is no time of day; write it as '10:00', from '00:00' to '23:59'")
    return text


def in_range(field: str, name: str) -> Callable[[float], float]:
    """Make a validator that accepts the range `name` of the constants for the field `field`."""

    def check(value: Any) -> Any:
        return check_range(field, value, name)

    return check


class Timing(BaseModel):
    """Days and hours of the sessions; every treatment has these fields.

    Exactly one of `sessions`, `weeks` and `days` says how long the course is.

    Parameters
    ----------
    sessions : int, optional
        Number of sessions. (The attribute is called `session_count`; the method `sessions` of a treatment lists them.)
    weeks : float, optional
        Length of the course.
    days : list of int, optional
        The very days since the lesion; then `per_week` and `start_day` are not accepted.
    per_week : float
        Days with sessions in a week: 7 daily, 5 the first five days of each week, 3 days 0, 2 and 4, 3.5 every other
        day; a number that is not whole means every 7 / per_week days, rounded.
    per_day : int
        Sessions a day, 6 h apart.
    start_day : int
        Day of the first session since the lesion, negative before it.
    at : str
        Time of the first session of a day.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    session_count: int | None = Field(default=None, alias="sessions")
    weeks: float | None = None
    days: list[int] | None = None
    per_week: Annotated[float, AfterValidator(in_range("per_week", "timing.per_week"))] = 7
    per_day: Annotated[int, AfterValidator(in_range("per_day", "timing.per_day"))] = 1
    start_day: Annotated[int, AfterValidator(in_range("start_day", "timing.start_day"))] = 1
    at: Annotated[str, BeforeValidator(clock), AfterValidator(valid_clock)] = "10:00"

    @model_validator(mode="after")
    def _one_length(self) -> Timing:
        given = [
            name
            for name, value in (("sessions", self.session_count), ("weeks", self.weeks), ("days", self.days))
            if value is not None
        ]
        if len(given) != 1:
            found = f"{' and '.join(given)} are given" if given else "none is given"
            raise ValueError(f"exactly one of sessions, weeks and days says how long the course is; {found}")
        if self.session_count is not None:
            check_range("sessions", self.session_count, "timing.sessions")
        if self.weeks is not None:
            check_range("weeks", self.weeks, "timing.weeks")
        if self.days is not None:
            self._check_days(self.days)
        return self

    def _check_days(self, days: list[int]) -> None:
        surplus = sorted({"per_week", "start_day"} & self.model_fields_set)
        if surplus:
            raise ValueError(f"days names the very days, so {' and '.join(surplus)} must not be given with it")
        if not days or len(set(days)) != len(days):
            raise ValueError("days must name at least one day, and none twice")
        for day in days:
            check_range("days", day, "timing.start_day")

    def starts(self) -> list[float]:
        """List the start of each session in days since the lesion, in order."""
        hours, minutes = (int(part) for part in self.at.split(":"))
        first = (hours * 60 + minutes) / MINUTES_PER_DAY
        starts = [day + first + turn * HOURS_BETWEEN / 24 for day in self._course() for turn in range(self.per_day)]
        return starts[: self.session_count]

    def _course(self) -> list[int]:
        if self.days is not None:
            return sorted(self.days)
        if self.weeks is not None:
            return [self.start_day + day for day in _until(self.weeks * 7, self.per_week)]
        wanted = math.ceil((self.session_count or 0) / self.per_day)
        offsets = _offsets(self.per_week)
        return [self.start_day + next(offsets) for _ in range(wanted)]


def _until(end: float, per_week: float) -> Iterator[int]:
    for offset in _offsets(per_week):
        if offset >= end:
            return
        yield offset


def _offsets(per_week: float) -> Iterator[int]:
    """Count the days with sessions from the first one on, without end."""
    if per_week in _SPREAD:
        yield from (7 * week + day for week in count() for day in _SPREAD[int(per_week)])
    interval = 7 / per_week
    # 2.33 a week means every third day, not a day's slip after a hundred sessions.
    interval = round(interval) if abs(interval - round(interval)) < 0.05 else interval
    yield from (round(turn * interval) for turn in count())


def spans(treatment: str, starts: list[float], minutes: float, labels: list[str]) -> list[Session]:
    """Make one session of `minutes` from each start, with its label."""
    return [
        Session(treatment, start, start + minutes / MINUTES_PER_DAY, label)
        for start, label in zip(starts, labels, strict=True)
    ]


def total_time(count: int, minutes: float) -> str:
    """Say how long so many sessions of so many minutes are together, in hours or minutes."""
    total = count * minutes
    return f"{total / 60:.4g} h" if total >= 120 else f"{total:.4g} min"
