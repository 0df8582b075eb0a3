"""More oxygen never looks safer: every figure of harm and the gravest remark keep or rise."""

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oxygen_plans import course_of, gravity, remarks_of

from allodyne.animals import Animal

ANIMALS = st.sampled_from(["human", "rat", "mouse"])
PRESSURES = st.floats(1.0, 6.0)
MINUTES = st.floats(5, 250)
RAMPS = st.floats(1, 40)
BREAKS = st.fixed_dictionaries({"minutes": st.floats(1, 30), "every_minutes": st.floats(5, 120)})


@st.composite
def plans(draw: st.DrawFn) -> dict[str, Any]:
    """Any hyperbaric entry, with or without air breaks."""
    plan: dict[str, Any] = {
        "pressure_ata": draw(PRESSURES),
        "minutes": draw(MINUTES),
        "fio2": draw(st.floats(0.21, 1.0)),
        "compression_min": draw(RAMPS),
        "decompression_min": draw(RAMPS),
        "sessions": draw(st.integers(1, 40)),
        "per_week": draw(st.sampled_from([3, 5, 7])),
        "per_day": draw(st.integers(1, 2)),
    }
    if draw(st.booleans()):
        plan["air_breaks"] = draw(BREAKS)
    return plan


def harms(plan: dict[str, Any], animal: Animal) -> dict[str, float]:
    course = course_of(plan, animal=animal)
    session = course.sessions[0]
    found = {
        "inspired": session.inspired_atm,
        "tissue": session.tissue_mmhg,
        "minutes": session.oxygen_minutes,
        "gravity": float(gravity(remarks_of(plan, animal=animal))),
    }
    if session.toxicity and course.lungs and course.eyes and course.seizure_percent is not None:
        toxicity, lungs = session.toxicity, course.lungs
        found |= {
            "uptd": toxicity.uptd,
            "loss": toxicity.vc_loss_percent,
            "incidence": toxicity.lung_incidence_percent or 0.0,
            "index": toxicity.cns_index,
            "seizures": toxicity.seizures_per_10000,
            "course": course.seizure_percent,
            "day": max(lungs.uptd_day),
            "week": lungs.uptd_week,
            "peak": lungs.vc_loss_peak,
            "myopia": -course.eyes.shift_dioptres[1],
            "dose": course.eyes.equivalent_sessions,
        }
    return found


def never_safer(less: dict[str, float], more: dict[str, float]) -> None:
    assert less.keys() == more.keys()
    for name, value in less.items():
        assert more[name] >= value - 1e-9 * max(abs(value), 1.0), name


@settings(max_examples=60, deadline=None)
@given(plan=plans(), animal=ANIMALS, higher=PRESSURES)
def test_more_pressure_is_never_safer(plan: dict[str, Any], animal: Animal, higher: float) -> None:
    low, high = sorted((plan["pressure_ata"], higher))
    less, more = plan | {"pressure_ata": low}, plan | {"pressure_ata": high}
    never_safer(harms(less, animal), harms(more, animal))


@settings(max_examples=60, deadline=None)
@given(plan=plans(), animal=ANIMALS, longer=MINUTES)
def test_a_longer_session_is_never_safer(plan: dict[str, Any], animal: Animal, longer: float) -> None:
    short, long = sorted((plan["minutes"], longer))
    less, more = harms(plan | {"minutes": short}, animal), harms(plan | {"minutes": long}, animal)
    never_safer(less, more)


def test_a_break_before_the_end_does_not_make_a_longer_session_look_safer() -> None:
    plan = {"pressure_ata": 2.8, "minutes": 30, "air_breaks": {"minutes": 30, "every_minutes": 30}}
    never_safer(harms(plan, "human"), harms(plan | {"minutes": 59}, "human"))


@settings(max_examples=60, deadline=None)
@given(plan=plans(), animal=ANIMALS, more_sessions=st.integers(1, 40))
def test_more_sessions_are_never_safer(plan: dict[str, Any], animal: Animal, more_sessions: int) -> None:
    few, many = sorted((plan["sessions"], more_sessions))
    never_safer(harms(plan | {"sessions": few}, animal), harms(plan | {"sessions": many}, animal))


@settings(max_examples=60, deadline=None)
@given(plan=plans(), animal=ANIMALS, richer=st.floats(0.21, 1.0))
def test_more_oxygen_in_the_gas_is_never_safer(plan: dict[str, Any], animal: Animal, richer: float) -> None:
    poor, rich = sorted((plan["fio2"], richer))
    never_safer(harms(plan | {"fio2": poor}, animal), harms(plan | {"fio2": rich}, animal))


@settings(max_examples=60, deadline=None)
@given(plan=plans(), animal=ANIMALS, breaks=BREAKS)
def test_leaving_out_air_breaks_is_never_safer(plan: dict[str, Any], animal: Animal, breaks: dict[str, float]) -> None:
    without = {name: value for name, value in plan.items() if name != "air_breaks"}
    never_safer(harms(without | {"air_breaks": breaks}, animal), harms(without, animal))


@settings(max_examples=60, deadline=None)
@given(animal=ANIMALS, pressure=PRESSURES, minutes=st.tuples(st.floats(0, 60), st.floats(0, 60)))
def test_faster_compression_is_never_gentler_to_the_ears(
    animal: Animal, pressure: float, minutes: tuple[float, float]
) -> None:
    fast, slow = sorted(minutes)
    # air, because slower compression on oxygen is also more oxygen
    sham = {"pressure_ata": pressure, "fio2": 0.21}
    quick = remarks_of(sham | {"compression_min": fast}, animal=animal)
    gentle = remarks_of(sham | {"compression_min": slow}, animal=animal)
    assert gravity(quick) >= gravity(gentle)


@pytest.mark.parametrize("hours", [5, 12, 24])
def test_a_lighter_session_never_leaves_a_greater_loss_at_any_rest(hours: int) -> None:
    import numpy as np

    from allodyne.safety.oxygen.lungs import Exposure, loss_left

    left = [
        loss_left(Exposure(1.5 * po2**2.285, 1.5), np.array([float(hours)]))[0] for po2 in np.linspace(0.6, 3.0, 200)
    ]
    assert all(late >= early * (1 - 1e-12) for early, late in itertools.pairwise(left))
