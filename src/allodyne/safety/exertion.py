"""How hard exercise is for those who do it: limits, and the risks in numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

from allodyne.animals import IN_PEOPLE
from allodyne.evidence.papers import fact
from allodyne.safety.limits import Limits
from allodyne.safety.planned import Planned
from allodyne.safety.remarks import Remark
from allodyne.treatments import Exercise
from allodyne.treatments.metabolism import maximal_uptake, resting_uptake

_WEEK = 7.0


def exertion_remarks(plans: Sequence[Planned], limits: Limits) -> list[Remark]:
    """Say what speaks against the exercise of a study.

    Of people: the class of intensity with the risks of vigorous exertion, the minutes of a week and their rise. Of rats
    and mice: speed and load against the maximal lactate steady state, uptake against the maximum, and the length of
    forced sessions; running in a wheel of its own will is no forced exercise.

    Parameters
    ----------
    plans : sequence of Planned
        Entries of any treatment.
    limits : mapping of str to Limit

    Returns
    -------
    list of Remark
        Ids ``exercise:...``.
    """
    trained = [one for one in plans if isinstance(one.plan, Exercise)]
    found: list[Remark] = []
    for one in trained:
        found += _of_a_person(one, limits) if one.animal == IN_PEOPLE else _of_an_animal(one, limits)
    for arm in dict.fromkeys(one.arm for one in trained if one.animal == IN_PEOPLE):
        found += _of_an_arm(arm, [one for one in trained if one.arm == arm], limits)
    return found


def peak_share(plan: Exercise, animal: str) -> float:
    """Largest oxygen uptake of the course in percent of the maximum of an untrained adult."""
    return max(plan.uptakes(animal)) / maximal_uptake(animal) * 100


def weekly_loads(plans: Sequence[Planned]) -> list[float]:
    """MET-minutes of each week of one arm.

    Of a course with a steady rhythm every week in which it has sessions counts as a full one, so that every other day
    makes no rise; of named days those of the week count.

    Parameters
    ----------
    plans : sequence of Planned
        Entries of exercise of one arm.

    Returns
    -------
    list of float
        From the week of the first session on; 0 in a week without any.
    """
    rest = resting_uptake(IN_PEOPLE)
    return _by_week(plans, lambda uptake: uptake / rest)


def weekly_minutes(plans: Sequence[Planned]) -> list[float]:
    """Moderate minutes of each week of one arm.

    Vigorous minutes count twice, as the targets of guidelines have it (150 moderate or 75 vigorous minutes,
    ex-diabetes-guideline-150); lighter exercise than moderate (ex-intensity-zones) does not count.

    Parameters
    ----------
    plans : sequence of Planned
        Entries of exercise of one arm.

    Returns
    -------
    list of float
    """
    target = fact("ex-diabetes-guideline-150").value
    zones = fact("ex-intensity-zones").value
    double = target["moderate_min_per_week"] / target["vigorous_min_per_week"]

    moderate, vigorous = (
        zones[name]["VO2max"][0] / 100 * maximal_uptake(IN_PEOPLE) for name in ("moderate", "vigorous")
    )

    def counted(uptake: float) -> float:
        if uptake < moderate:
            return 0.0
        return double if uptake >= vigorous else 1.0

    return _by_week(plans, counted)


def _by_week(plans: Sequence[Planned], weight: Callable[[float], float]) -> list[float]:
    """Sum the minutes of an arm of people week by week, weighted by oxygen uptake (mL/kg/min)."""
    timed = [(one.plan, one.plan.starts()) for one in plans if isinstance(one.plan, Exercise)]
    if not timed:
        return []
    first = min(math.floor(starts[0]) for _, starts in timed)
    weeks = [0.0] * (max(math.floor((starts[-1] - first) / _WEEK) for _, starts in timed) + 1)
    for plan, starts in timed:
        sizes: dict[int, list[float]] = {}
        for start, uptake in zip(starts, plan.uptakes(IN_PEOPLE), strict=True):
            sizes.setdefault(math.floor((start - first) / _WEEK), []).append(weight(uptake))
        rhythm = min(max(plan.per_week, 1.0) * plan.per_day, len(starts))
        for week, found in sizes.items():
            sessions = rhythm if plan.days is None else len(found)
            weeks[week] += sum(found) / len(found) * sessions * plan.session_minutes(IN_PEOPLE)
    return weeks


def _of_a_person(one: Planned, limits: Limits) -> list[Remark]:
    plan = one.plan
    assert isinstance(plan, Exercise)
    limit, share = limits["exercise.share_of_vo2max"], peak_share(plan, one.animal)
    found = one.remark(limit, share, f"The exercise takes {share:.0f} % of the VO2max of an untrained adult.")
    return [*found, *_risks(one, len(plan.starts()))] if found else []


def _risks(one: Planned, sessions: int) -> list[Remark]:
    """Say how rare sudden death and heart attacks are, and how much more frequent than at rest."""
    death, attack, tests = (fact(key).value for key in ("ex-scd-risk", "ex-mi-trigger", "ex-stress-test-risk"))
    episodes = death["absolute_one_per_episodes"]
    low, high = death["ci"]
    return [
        one.said(
            "exercise:sudden_death",
            "note",
            f"Vigorous exertion in {sessions} sessions: one sudden death is expected in {episodes / sessions:,.0f}"
            " courses.",
            f"In {episodes:,} episodes of vigorous exertion of healthy men there was one sudden death, "
            f"{death['RR']:g} ({low:g} to {high:g}) times as many as at rest; habitual exercise lowers the ratio.",
            basis="derived",
            sources=("ex-scd-risk",),
        ),
        one.said(
            "exercise:heart_attack",
            "note",
            f"Episodes of exertion bring on heart attacks {attack['RR']:g} ({attack['ci'][0]:g} to {attack['ci'][1]:g})"
            " times as often as rest.",
            f"In exercise tests of patients with known or suspected heart disease {tests['death_per_10000']:g} in"
            f" 10,000 dies and {tests['major_event_per_10000'][0]:g} to {tests['major_event_per_10000'][1]:g} have a"
            " major event.",
            basis="fact",
            sources=("ex-mi-trigger", "ex-stress-test-risk"),
        ),
    ]


def _of_an_arm(arm: str, plans: Sequence[Planned], limits: Limits) -> list[Remark]:
    minutes, loads = max(weekly_minutes(plans)), weekly_loads(plans)
    rises = [(after / before - 1) * 100 for before, after in pairwise(loads) if before > 0]
    found = limits["exercise.minutes_per_week"].remarks(
        minutes,
        f"The exercise amounts to {minutes:.0f} moderate minutes in a week.",
        "human",
        arm=arm,
        treatment="exercise",
    )
    if rises:
        found += limits["exercise.weekly_rise"].remarks(
            max(rises),
            f"The weekly amount of exercise rises by {max(rises):.0f} % from one week to the next.",
            "human",
            arm=arm,
            treatment="exercise",
        )
    return found


def _of_an_animal(one: Planned, limits: Limits) -> list[Remark]:
    plan = one.plan
    assert isinstance(plan, Exercise)
    if plan.mode == "wheel":
        return []
    share, minutes = peak_share(plan, one.animal), plan.session_minutes(one.animal)
    found = one.remark(
        limits["exercise.share_of_vo2max_animals"],
        share,
        f"The exercise takes {share:.0f} % of the VO2max of an untrained {one.animal}.",
    )
    found += one.remark(
        limits["exercise.forced_minutes"], minutes, f"A session of forced exercise lasts {minutes:g} min."
    )
    if plan.speed_m_min is not None:
        speed = max(plan.speed_m_min) if isinstance(plan.speed_m_min, tuple) else plan.speed_m_min
        found += one.remark(limits[f"exercise.speed_{one.animal}"], speed, f"The treadmill runs at {speed:g} m/min.")
    if plan.mode == "swimming":
        load = plan.load_percent
        what = f"The animal swims with {load:g} % of its weight."
        found += one.remark(limits[f"exercise.swimming_load_{one.animal}"], load, what)
    return found
