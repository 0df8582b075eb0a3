"""Exercise: mode, speed or intensity and time make a drive of exertion."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import AfterValidator, model_validator

from allodyne.errors import StudyError
from allodyne.signals import Signal
from allodyne.treatments.constants import check_range, known_animal, number, source_keys
from allodyne.treatments.metabolism import (
    maximal_uptake,
    resting_uptake,
    running_uptake,
    swimming_uptake,
    uptake_at_share,
)
from allodyne.treatments.quantities import SPEED, TIME, take_texts
from allodyne.treatments.timing import Session, Timing, in_range, spans, total_time

_RUNNING = ("treadmill", "wheel", "aerobic")


class Exercise(Timing):
    """A course of exercise.

    How hard it is says `speed_m_min`, `intensity` or `percent_vo2max`, at most one of them. A wheel without any of them
    is voluntary running at the usual speed; swimming without any of them goes by its load.

    Parameters
    ----------
    mode : str
        ``treadmill``, ``swimming``, ``wheel``, ``aerobic``, ``resistance`` or ``mixed``.
    minutes : float, optional
        Length of a session; or `duration` as text. Needed except for a wheel.
    minutes_per_week : float, optional
        Instead of `minutes`: the time of a week, shared among its sessions, as guidelines for people give it.
    speed_m_min : float or [float, float], optional
        Speed of running or walking (m/min), or that of the first and the last session with even steps between; or
        `speed` as text. For treadmill, wheel and aerobic.
    grade_percent : float
        Slope of the treadmill, percent.
    intensity : str, optional
        ``low``, ``moderate`` or ``vigorous``: middle of the class of intensity as share of VO2max (ex-intensity-zones).
        That this holds for animals and for resistance exercise too is an assumption.
    percent_vo2max : float, optional
        Oxygen uptake in percent of the maximum.
    load_percent : float
        Weight that a swimming animal carries, percent of body weight.
    """

    mode: Literal["treadmill", "swimming", "wheel", "aerobic", "resistance", "mixed"]
    minutes: Annotated[float, AfterValidator(in_range("minutes", "exercise.minutes"))] | None = None
    minutes_per_week: float | None = None
    speed_m_min: float | tuple[float, float] | None = None
    grade_percent: Annotated[float, AfterValidator(in_range("grade_percent", "exercise.grade_percent"))] = 0.0
    intensity: Literal["low", "moderate", "vigorous"] | None = None
    percent_vo2max: Annotated[float, AfterValidator(in_range("percent_vo2max", "exercise.percent_vo2max"))] | None = (
        None
    )
    load_percent: Annotated[float, AfterValidator(in_range("load_percent", "exercise.load_percent"))] = 0.0

    @model_validator(mode="before")
    @classmethod
    def _texts(cls, data: Any) -> Any:
        return take_texts(data, {"speed": ("speed_m_min", SPEED), "duration": ("minutes", TIME)})

    @model_validator(mode="after")
    def _how_hard(self) -> Exercise:
        given = [name for name in ("speed_m_min", "intensity", "percent_vo2max") if getattr(self, name) is not None]
        if len(given) > 1:
            raise ValueError(f"{' and '.join(given)} both say how hard the exercise is; give one of them")
        if not given and self.mode not in ("wheel", "swimming"):
            raise ValueError(f"{self.mode} needs speed_m_min, intensity or percent_vo2max to say how hard it is")
        if self.minutes is not None and self.minutes_per_week is not None:
            raise ValueError("minutes and minutes_per_week both say how long a session is; give one of them")
        if self._given_length() is None and self.mode != "wheel":
            raise ValueError(f"{self.mode} needs minutes, the length of a session, or minutes_per_week")
        if self.minutes_per_week is not None:
            check_range("minutes_per_week / sessions of a week", self._given_length() or 0.0, "exercise.minutes")
        if self.speed_m_min is not None and self.mode not in _RUNNING:
            raise ValueError(f"speed_m_min is for {', '.join(_RUNNING)}; {self.mode} takes intensity or percent_vo2max")
        if self.grade_percent and self.speed_m_min is None:
            raise ValueError("grade_percent needs speed_m_min")
        if self.load_percent and (self.mode != "swimming" or given):
            raise ValueError("load_percent is for swimming without intensity or percent_vo2max")
        for speed in self._ends() or ():
            check_range("speed_m_min", speed, "exercise.speed_m_min")
        return self

    def sessions(self, animal: str) -> list[Session]:
        """List the sessions."""
        uptakes = self.uptakes(animal)
        pace = _span([f"{uptake / resting_uptake(animal):.1f}" for uptake in (uptakes[0], uptakes[-1])], " METs")
        return spans("exercise", self.starts(), self.session_minutes(animal), [f"{self.mode}, {pace}"] * len(uptakes))

    def signals(self, animal: str) -> list[Signal]:
        """List the contributions to the drive `exertion`: ln(VO2 / VO2 at rest), constant over each session."""
        rest = resting_uptake(known_animal(animal))
        return [
            Signal("exertion", session.start, session.end, constant=math.log(uptake / rest))
            for session, uptake in zip(self.sessions(animal), self.uptakes(animal), strict=True)
            if uptake > rest
        ]

    def doses(self, animal: str) -> list[tuple[str, str]]:
        """Say how hard and how long the exercise is, for people to read."""
        uptakes = self.uptakes(animal)
        ends = uptakes[:1] if uptakes[0] == uptakes[-1] else [uptakes[0], uptakes[-1]]
        rest, most, minutes = resting_uptake(animal), maximal_uptake(animal), self.session_minutes(animal)
        lines = [
            ("mode", self.mode),
            ("oxygen uptake", _span([f"{uptake:.1f}" for uptake in ends], " mL/kg/min")),
            ("metabolic equivalents", _span([f"{uptake / rest:.1f}" for uptake in ends], " METs")),
            ("share of VO2max", _span([f"{uptake / most * 100:.0f}" for uptake in ends], " %")),
            ("exertion drive", _span([f"{math.log(uptake / rest):.2f}" for uptake in ends], "")),
            ("sessions", f"{len(uptakes)}"),
            ("time of exercise a week", f"{minutes * self.per_week * self.per_day:.0f} min"),
            ("total time of exercise", total_time(len(uptakes), minutes)),
        ]
        speeds = self._speeds(animal)
        if speeds is not None:
            steps = sorted({speeds[0], speeds[-1]}, key=speeds.index)
            lines.insert(1, ("speed", _span([f"{speed:g}" for speed in steps], " m/min")))
            lines.append(("total distance", f"{sum(speeds) * minutes / 1000:.3g} km"))
        return lines

    def source_keys(self, animal: str) -> list[str]:
        """List the papers and facts behind the numbers."""
        return source_keys("exercise", known_animal(animal))

    def session_minutes(self, animal: str) -> float:
        """Length of a session (min)."""
        given = self._given_length()
        return number("exercise.wheel_minutes", animal) if given is None else given

    def _given_length(self) -> float | None:
        if self.minutes_per_week is None:
            return self.minutes
        return self.minutes_per_week / (self.per_week * self.per_day)

    def _ends(self) -> tuple[float, float] | None:
        if self.speed_m_min is None or isinstance(self.speed_m_min, tuple):
            return self.speed_m_min
        return self.speed_m_min, self.speed_m_min

    def _speeds(self, animal: str) -> list[float] | None:
        """Speed of each session (m/min); None where the exercise has none."""
        count, ends = len(self.starts()), self._ends()
        if ends is not None:
            return [float(speed) for speed in np.linspace(*ends, count)]
        if self.mode == "wheel" and self.intensity is None and self.percent_vo2max is None:
            return [number("exercise.wheel_speed", animal)] * count
        return None

    def uptakes(self, animal: str) -> list[float]:
        """List the oxygen uptake of each session (mL/kg/min)."""
        self._check_for(known_animal(animal))
        speeds = self._speeds(animal)
        if speeds is not None:
            return [running_uptake(speed, self.grade_percent / 100, animal) for speed in speeds]
        if self.percent_vo2max is not None:
            uptake = uptake_at_share(self.percent_vo2max / 100, animal)
        elif self.intensity is not None:
            uptake = uptake_at_share(number(f"exercise.{self.intensity}"), animal)
        else:
            uptake = swimming_uptake(self.load_percent, animal)
        return [uptake] * len(self.starts())

    def _check_for(self, animal: str) -> None:
        """Refuse what this animal does not do."""
        measured = self.speed_m_min is not None or self.intensity is not None or self.percent_vo2max is not None
        if animal == "human" and self.mode == "wheel":
            raise StudyError("People do not run in wheels.", remedy="Use treadmill or aerobic.")
        if animal == "human" and not measured:
            raise StudyError("How hard people swim is not known.", remedy="Give intensity or percent_vo2max.")
        for speed in self._ends() or ():
            try:
                check_range("speed_m_min", speed, "exercise.speed", animal)
            except ValueError as problem:
                raise StudyError(f"{problem} for {animal}.", remedy="Choose a speed in that range.") from None


def _span(texts: list[str], unit: str) -> str:
    return " to ".join(dict.fromkeys(texts)) + unit
