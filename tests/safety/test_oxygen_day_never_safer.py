"""Several sessions in a day: more pressure, more time, shorter pauses and cutting up never look safer."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from oxygen_plans import HOUR, NO_RAMPS, arm_harms, at, cut, never_safer

Plan = dict[str, Any]
# room air two days later: what is left of a loss is told at the same time, however the sessions before it end
LATER: Plan = {"pressure_ata": 1.0, "fio2": 0.21, "start_day": 3}


@st.composite
def days(draw: st.DrawFn) -> list[Plan]:
    """Sessions of one day with pauses between them, each an entry of its own."""
    made: list[Plan] = []
    begin = draw(st.integers(0, 4 * HOUR))
    for _ in range(draw(st.integers(2, 4))):
        length = draw(st.integers(10, 120))
        plan: Plan = {
            "pressure_ata": draw(st.floats(1.0, 3.5)),
            "minutes": length,
            "fio2": draw(st.sampled_from([0.21, 0.6, 1.0])),
        }
        plan |= {"compression_min": draw(st.integers(0, 30)), "decompression_min": draw(st.integers(0, 30))}
        if draw(st.booleans()):
            plan["air_breaks"] = {"minutes": draw(st.integers(1, 15)), "every_minutes": draw(st.integers(5, 60))}
        made.append(at(begin, plan))
        begin += length + plan["compression_min"] + plan["decompression_min"] + draw(st.integers(0, 90))
    return made


def minute(plan: Plan) -> int:
    hours, minutes = plan["at"].split(":")
    return int(hours) * HOUR + int(minutes)


def length(plan: Plan) -> int:
    ramps = plan["compression_min"] + plan["decompression_min"]
    return plan["minutes"] + (ramps if plan["pressure_ata"] > 1 else 0)


@settings(max_examples=80, deadline=None)
@given(plans=days(), place=st.integers(1, 3), share=st.floats(0, 1))
def test_a_shorter_pause_is_never_safer(plans: list[Plan], place: int, share: float) -> None:
    place = min(place, len(plans) - 1)
    pause = minute(plans[place]) - minute(plans[place - 1]) - length(plans[place - 1])
    earlier = int(pause * share)
    nearer = plans[:place] + [at(minute(plan) - earlier, plan) for plan in plans[place:]]
    never_safer(arm_harms(*plans), arm_harms(*nearer))


@settings(max_examples=80, deadline=None)
@given(plans=days(), place=st.integers(0, 3))
def test_one_session_less_in_a_day_is_never_worse(plans: list[Plan], place: int) -> None:
    # the last one stays, so that what is left of the loss is told at the same time
    place = min(place, len(plans) - 2)
    never_safer(arm_harms(*plans[:place], *plans[place + 1 :]), arm_harms(*plans))


@settings(max_examples=80, deadline=None)
@given(plans=days(), place=st.integers(0, 3), higher=st.floats(1.0, 3.5))
def test_more_pressure_in_one_of_the_sessions_is_never_safer(plans: list[Plan], place: int, higher: float) -> None:
    place = min(place, len(plans) - 1)
    low, high = sorted((plans[place]["pressure_ata"], higher))
    less, more = (
        [*plans[:place], plans[place] | {"pressure_ata": ata}, *plans[place + 1 :], LATER] for ata in (low, high)
    )
    never_safer(arm_harms(*less), arm_harms(*more))


@settings(max_examples=80, deadline=None)
@given(plans=days(), place=st.integers(0, 3), shorter=st.integers(10, 120))
def test_a_longer_session_of_a_day_is_never_safer(plans: list[Plan], place: int, shorter: int) -> None:
    place = min(place, len(plans) - 1)
    short = plans[place] | {"minutes": min(shorter, plans[place]["minutes"])}
    never_safer(arm_harms(*plans[:place], short, *plans[place + 1 :], LATER), arm_harms(*plans, LATER))


@settings(max_examples=80, deadline=None)
@given(plans=days(), place=st.integers(0, 3))
def test_no_air_breaks_in_one_of_the_sessions_is_never_safer(plans: list[Plan], place: int) -> None:
    place = min(place, len(plans) - 1)
    unbroken = {name: value for name, value in plans[place].items() if name != "air_breaks"}
    broken = unbroken | {"air_breaks": {"minutes": 5, "every_minutes": 20}}
    less, more = ([*plans[:place], one, *plans[place + 1 :], LATER] for one in (broken, unbroken))
    # breaks are breathed on air, so that they bring nitrogen
    never_safer(arm_harms(*less, nitrogen=False), arm_harms(*more, nitrogen=False))


@settings(max_examples=60, deadline=None)
@given(pressure=st.floats(1.0, 3.5), parts=st.integers(2, 5), each=st.integers(10, 60))
def test_cutting_a_session_up_is_never_safer(pressure: float, parts: int, each: int) -> None:
    plan = {"pressure_ata": pressure, "minutes": each * parts, **NO_RAMPS}
    whole, cut_up = arm_harms(plan), arm_harms(*cut(plan, parts))
    # how long a session may last is a limit of each session
    for harm in (whole, cut_up):
        harm.pop("gravity")
    never_safer(whole, cut_up)


@settings(max_examples=60, deadline=None)
@given(plans=days(), place=st.integers(0, 3), share=st.floats(0, 1))
def test_hurried_ramps_of_one_of_the_sessions_are_never_safer(plans: list[Plan], place: int, share: float) -> None:
    place = min(place, len(plans) - 1)
    usual = plans[place] | {"compression_min": 15, "decompression_min": 15}
    hurried = usual | {"compression_min": int(15 * share), "decompression_min": int(15 * share)}
    even, fast = (arm_harms(*plans[:place], one, *plans[place + 1 :])["gravity"] for one in (usual, hurried))
    assert fast >= even
