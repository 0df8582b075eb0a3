"""Oxygen uptake at work and rest, in mL/kg/min.

Animals: straight lines between measured points (rest, the slowest and the fastest speed of the measured line), then a
plateau at the maximum. For rats this is VO2 = 51.3 + 0.816 v from 16 to 53.6 m/min (ex-rat-vo2-speed-linear); below the
slowest measured speed the line to rest is interpolated, which nobody measured. Mice: schefer1996, from 3 to 25 m/min.
The cost of climbing in animals is an assumption.

People: the equations of the American College of Sports Medicine for walking (up to 100 m/min, ex-acsm-walking) and
running (from 134 m/min, ex-acsm-running), interpolated between.
"""

from __future__ import annotations

import numpy as np

from allodyne.treatments.constants import number


def resting_uptake(animal: str) -> float:
    """Oxygen uptake at rest (mL/kg/min)."""
    return number("exercise.rest", animal)


def maximal_uptake(animal: str) -> float:
    """Maximal oxygen uptake of an untrained adult (mL/kg/min)."""
    return number("exercise.vo2max", animal)


def uptake_at_share(share: float, animal: str) -> float:
    """Oxygen uptake (mL/kg/min) at a share of the maximum, never below rest."""
    return max(share * maximal_uptake(animal), resting_uptake(animal))


def running_uptake(speed: float, grade: float, animal: str) -> float:
    """Oxygen uptake (mL/kg/min) of walking or running.

    Parameters
    ----------
    speed : float
        m/min.
    grade : float
        Rise per length, dimensionless.
    animal : str
        ``rat``, ``mouse`` or ``human``.
    """
    if animal == "human":
        return _people(speed, grade)
    speeds = (0.0, number("exercise.line_start_speed", animal), number("exercise.line_end_speed", animal))
    uptakes = (resting_uptake(animal), number("exercise.line_start_vo2", animal), maximal_uptake(animal))
    climbing = number("exercise.climbing", animal) * speed * grade
    return min(float(np.interp(speed, speeds, uptakes)) + climbing, maximal_uptake(animal))


def swimming_uptake(load_percent: float, animal: str) -> float:
    """Oxygen uptake (mL/kg/min) of a swimming rat or mouse with a load in percent of body weight (ex-rat-swim-vo2).

    Between no load and 2 percent the multiple of rest is interpolated; heavier loads are not surely harder and count
    as 2.
    """
    loads = (0.0, number("exercise.swimming_load"))
    multiples = (number("exercise.swimming_unloaded"), number("exercise.swimming_loaded"))
    uptake = float(np.interp(load_percent, loads, multiples)) * resting_uptake(animal)
    return min(uptake, maximal_uptake(animal))


def _people(speed: float, grade: float) -> float:
    def walking(at: float) -> float:
        return at * (
            number("exercise.walking_horizontal", "human") + number("exercise.walking_vertical", "human") * grade
        )

    def running(at: float) -> float:
        return at * (
            number("exercise.running_horizontal", "human") + number("exercise.running_vertical", "human") * grade
        )

    slow, fast = number("exercise.walking_until", "human"), number("exercise.running_from", "human")
    if speed <= slow:
        cost = walking(speed)
    elif speed >= fast:
        cost = running(speed)
    else:
        cost = float(np.interp(speed, (slow, fast), (walking(slow), running(fast))))
    return cost + resting_uptake("human")
