"""More oxygen never looks safer: every figure of harm and the gravest remark keep or rise."""

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oxygen_plans import course_of, gravity, never_safer, remarks_of

from allodyne.animals import Animal
from allodyne.safety.remarks import LEVELS

ANIMALS = st.sampled_from(["human", "rat", "mouse"])
PRESSURES = st.floats(1.0, 6.0)
MINUTES = st.floats(5, 250)
RAMPS = st.floats(1, 40)
NITROGEN = "oxygen:nitrogen"
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


def harms(plan: dict[str, Any], animal: Animal, but: str = "") -> dict[str, float]:
    """Figures of harm; the gravest remark is told without those of the id `but`."""
    course = course_of(plan, animal=animal)
    session = course.sessions[0]
    remarks = [one for one in remarks_of(plan, animal=animal) if one.id != but]
    found = {
        "inspired": session.inspired_atm,
        "tissue": session.tissue_mmhg,
        "minutes": session.oxygen_minutes,
        "gravity": float(gravity(remarks)),
    }
    if course.judged and not but:
        found["nitrogen"] = course.judged.nitrogen_share
    if session.animal_exposure:
        found |= session.animal_exposure.model_dump()
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
            "24 h": lungs.uptd_24h,
            "week": lungs.uptd_week,
            "peak": lungs.vc_loss_peak,
            "left": lungs.vc_loss_left,
            "myopia": -course.eyes.shift_dioptres[1],
            "dose": course.eyes.equivalent_sessions,
        }
    return found


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
    less, more = harms(plan | {"sessions": few}, animal), harms(plan | {"sessions": many}, animal)
    # what is left is told a day after the last session, which may come after days off
    for harm in (less, more):
        harm.pop("left", None)
    never_safer(less, more)


@settings(max_examples=60, deadline=None)
@given(plan=plans(), animal=ANIMALS, richer=st.floats(0.21, 1.0))
def test_more_oxygen_in_the_gas_is_never_safer(plan: dict[str, Any], animal: Animal, richer: float) -> None:
    poor, rich = sorted((plan["fio2"], richer))
    less, more = plan | {"fio2": poor}, plan | {"fio2": rich}
    # oxygen takes the place of nitrogen, so that this one harm falls
    never_safer(harms(less, animal, but=NITROGEN), harms(more, animal, but=NITROGEN))


@settings(max_examples=60, deadline=None)
@given(plan=plans(), animal=ANIMALS, breaks=BREAKS)
def test_leaving_out_air_breaks_is_never_safer(plan: dict[str, Any], animal: Animal, breaks: dict[str, float]) -> None:
    without = {name: value for name, value in plan.items() if name != "air_breaks"}
    # breaks are breathed on air, so that they bring nitrogen
    never_safer(harms(without | {"air_breaks": breaks}, animal, but=NITROGEN), harms(without, animal, but=NITROGEN))


@settings(max_examples=60, deadline=None)
@given(animal=ANIMALS, pressure=PRESSURES, minutes=st.tuples(st.floats(0, 60), st.floats(0, 60)))
def test_faster_compression_is_never_gentler_to_the_ears(
    animal: Animal, pressure: float, minutes: tuple[float, float]
) -> None:
    fast, slow = sorted(minutes)
    # air, because slower compression on oxygen is also more oxygen; on air it is more nitrogen, which is not looked at
    sham = {"pressure_ata": pressure, "fio2": 0.21}
    quick, gentle = (
        [one for one in remarks_of(sham | {"compression_min": ramp}, animal=animal) if one.id != NITROGEN]
        for ramp in (fast, slow)
    )
    assert gravity(quick) >= gravity(gentle)


@settings(max_examples=60, deadline=None)
@given(plan=plans(), richer=st.floats(0.21, 1.0), breaks=BREAKS)
def test_oxygen_in_the_gas_and_no_air_breaks_leave_less_nitrogen(
    plan: dict[str, Any], richer: float, breaks: dict[str, float]
) -> None:
    poor, rich = sorted((plan["fio2"], richer))
    without = {name: value for name, value in plan.items() if name != "air_breaks"} | {"fio2": rich}
    shares = [
        found.nitrogen_share
        for found in (
            course_of(one).judged
            for one in (without, without | {"fio2": poor}, without | {"air_breaks": breaks}, without | {"fio2": 0.21})
        )
        if found is not None
    ]
    assert len(shares) == 4
    assert shares[0] <= min(shares[1:]) + 1e-9
    assert shares[3] >= max(shares) - 1e-9


@settings(max_examples=60, deadline=None)
@given(
    plan=plans(), animal=ANIMALS, ramp=st.sampled_from(["compression_min", "decompression_min"]), share=st.floats(0, 1)
)
def test_ramps_faster_than_the_usual_ones_are_never_safer(
    plan: dict[str, Any], animal: Animal, ramp: str, share: float
) -> None:
    usual = 15 if animal == "human" else 10
    even = plan | {ramp: usual}
    fast = plan | {ramp: usual * share}
    assert gravity(remarks_of(fast, animal=animal)) >= gravity(remarks_of(even, animal=animal))
    by_id = {one.id: LEVELS.index(one.level) for one in remarks_of(fast, animal=animal)}
    for one in remarks_of(even, animal=animal):
        assert by_id.get(one.id, -1) >= LEVELS.index(one.level), one.id


@pytest.mark.parametrize("hours", [5, 12, 24])
def test_a_lighter_session_never_leaves_a_greater_loss_at_any_rest(hours: int) -> None:
    import numpy as np

    from allodyne.safety.oxygen.vital_capacity import Exposure, loss_left

    left = [
        loss_left(Exposure(1.5 * po2**2.285, 1.5), np.array([float(hours)]))[0] for po2 in np.linspace(0.6, 3.0, 200)
    ]
    assert all(late >= early * (1 - 1e-12) for early, late in itertools.pairwise(left))
