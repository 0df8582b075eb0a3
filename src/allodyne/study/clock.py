"""Days and clock times: ``10:00`` of day ``d`` is the time ``d + 10/24`` in days since the lesion."""

from __future__ import annotations

import math
import re

from allodyne.signals import MINUTES_PER_DAY

_DAY = int(MINUTES_PER_DAY)
_CLOCK = re.compile(r"^(\d{1,2}):([0-5]\d)$")


def minutes_of(clock: object) -> int:
    """Read a clock time.

    Parameters
    ----------
    clock : object
        Text such as ``"14:00"``. A whole number counts as minutes since midnight, because YAML 1.1 reads an unquoted
        ``14:00`` as 840.

    Returns
    -------
    int
        Minutes since midnight, 0 to 1439.

    Raises
    ------
    ValueError
        When it is no clock time.
    """
    if isinstance(clock, int) and not isinstance(clock, bool) and 0 <= clock < _DAY:
        return clock
    match = _CLOCK.match(clock.strip()) if isinstance(clock, str) else None
    if match is None or int(match[1]) > 23:
        raise ValueError(f'{clock!r} is no clock time between "00:00" and "23:59".')
    return 60 * int(match[1]) + int(match[2])


def clock_of(minutes: int) -> str:
    """Write minutes since midnight as ``14:00``."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def to_minutes(time: float) -> int:
    """Round a time in days to whole minutes since the lesion, the resolution of a schedule."""
    return math.floor(time * MINUTES_PER_DAY + 0.5)


def day_and_clock(time: float) -> tuple[int, str]:
    """Split a time in days since the lesion into its day and its clock time."""
    day, minutes = divmod(to_minutes(time), _DAY)
    return day, clock_of(minutes)


def span(start: float, end: float) -> str:
    """Write a stretch of time as ``day 3, 10:00 to 11:00``."""
    first_day, first = day_and_clock(start)
    last_day, last = day_and_clock(end)
    if to_minutes(start) == to_minutes(end):
        return f"day {first_day}, {first}"
    return (
        f"day {first_day}, {first} to {last}"
        if first_day == last_day
        else f"day {first_day}, {first} to day {last_day}, {last}"
    )


def compress(days: list[int]) -> str:
    """Write a list of days with runs joined, such as ``1-5, 8-12``."""
    runs: list[list[int]] = []
    for day in sorted(set(days)):
        if runs and day == runs[-1][1] + 1:
            runs[-1][1] = day
        else:
            runs.append([day, day])
    return ", ".join(str(a) if a == b else f"{a}-{b}" if b > a + 1 and a >= 0 else f"{a} to {b}" for a, b in runs)


def total_time(minutes: int) -> str:
    """Write minutes as ``7 h`` or ``50 min``; nothing for no time."""
    hours, rest = divmod(minutes, 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest else "") if part)
