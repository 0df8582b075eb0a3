"""The numbers of a plan that make its regimen."""

from __future__ import annotations

import math
from collections.abc import Mapping

from allodyne.evidence.given import AIR_FIO2
from allodyne.safety.planned import Planned
from allodyne.treatments import Acupuncture, Exercise, Hbot, Timing


def planned_doses(plan: Planned) -> Mapping[str, tuple[float, ...]]:
    """List the numbers of one entry, by id of the quantity in ``regimens.yaml``.

    Parameters
    ----------
    plan : Planned
        Of any treatment.

    Returns
    -------
    mapping of str to tuple of float
        One number, or one for each end of a range; nothing for drugs, placebo and shams.
    """
    if isinstance(plan.plan, Hbot):
        return {} if plan.plan.fio2 <= AIR_FIO2 else _hbot(plan.plan)
    if isinstance(plan.plan, Exercise):
        return _exercise(plan.plan, plan.animal)
    if isinstance(plan.plan, Acupuncture) and not plan.plan.sham:
        return _acupuncture(plan.plan)
    return {}


def sessions_per_week(plan: Timing) -> float | None:
    """Sessions a week, as planned or, of named days, on average; None of a single session."""
    starts = plan.starts()
    if len(starts) < 2:
        return None
    return plan.per_week * plan.per_day if plan.days is None else (len(starts) - 1) / (starts[-1] - starts[0]) * 7


def weeks_with_sessions(plan: Timing) -> int:
    """Weeks from the first session to the last, the begun one counted."""
    starts = plan.starts()
    return math.floor((starts[-1] - starts[0]) / 7) + 1


def _hbot(plan: Hbot) -> dict[str, tuple[float, ...]]:
    found: dict[str, tuple[float, ...]] = {
        "hbot.pressure_ata": (plan.pressure_ata,),
        "hbot.minutes": (plan.minutes,),
        "hbot.sessions": (float(len(plan.starts())),),
        "hbot.sessions_per_day": (float(plan.per_day),),
    }
    a_week = sessions_per_week(plan)
    if a_week is not None:
        found["hbot.days_per_week"] = (a_week / plan.per_day,)
    if plan.air_breaks:
        found["hbot.air_break_minutes"] = (plan.air_breaks.minutes,)
        found["hbot.air_break_every_minutes"] = (plan.air_breaks.every_minutes,)
    return found


def _exercise(plan: Exercise, animal: str) -> dict[str, tuple[float, ...]]:
    minutes = plan.session_minutes(animal)
    found: dict[str, tuple[float, ...]] = {
        "exercise.minutes": (minutes,),
        "exercise.weeks": (float(weeks_with_sessions(plan)),),
        "exercise.load_percent": (plan.load_percent,),
    }
    a_week = sessions_per_week(plan)
    if a_week is not None:
        found["exercise.sessions_per_week"] = (a_week,)
        found["exercise.minutes_per_week"] = (a_week * minutes,)
    if isinstance(plan.speed_m_min, tuple):
        found["exercise.speed_m_min"] = tuple(dict.fromkeys(plan.speed_m_min))
    elif plan.speed_m_min is not None:
        found["exercise.speed_m_min"] = (plan.speed_m_min,)
    return found


def _acupuncture(plan: Acupuncture) -> dict[str, tuple[float, ...]]:
    found: dict[str, tuple[float, ...]] = {
        "acupuncture.minutes": (plan.minutes,),
        "acupuncture.sessions": (float(len(plan.starts())),),
        "acupuncture.weeks": (float(weeks_with_sessions(plan)),),
        "acupuncture.frequency_hz": tuple(plan.frequency_hz),
    }
    a_week = sessions_per_week(plan)
    if a_week is not None:
        found["acupuncture.sessions_per_week"] = (a_week,)
    if isinstance(plan.current_ma, tuple):
        found["acupuncture.current_ma"] = tuple(dict.fromkeys(plan.current_ma))
    elif plan.current_ma is not None:
        found["acupuncture.current_ma"] = (plan.current_ma,)
    return found
