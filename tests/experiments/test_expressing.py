"""Findings of every kind become experiments, or say why not."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from made_up_findings import expressed, in_people, in_rats, reason

from allodyne.experiments.experiment import Experiment, Reading, Side
from allodyne.experiments.expressing import express
from allodyne.experiments.measures import EventFree, Points, ShareBelow
from allodyne.subjects.conditions import find_condition
from allodyne.treatments.drugs import DrugCourse

ELECTRO = {"acupuncture": {"mode": "electro", "frequency_hz": [2], "minutes": 30, "sessions": 6, "start_day": 7}}
TRAINING = {"exercise": {"mode": "treadmill", "minutes": 60, "sessions_per_week": 5, "weeks": 3, "start_day": 3}}
NALOXONE = {"name": "naloxone", "target": "opioid_all"}
TWICE = np.log(np.array([[2.0], [2.0]]))


def right_of(experiment: Experiment) -> Side:
    assert experiment.right is not None
    return experiment.right


def read(side: Side) -> Reading:
    return side.readings[0]


def points(side: Side) -> Points:
    assert isinstance(side.measure, Points)
    return side.measure


def blocked(**changes: Any) -> dict[str, Any]:
    return (
        in_rats(
            kind="blocker", blocker=NALOXONE, comparator="unblocked", treatments=[ELECTRO], result={"direction": "down"}
        )
        | changes
    )


def doses(side: Side) -> list[float]:
    """Starts of the doses of the last drug."""
    *_, drug = (plan for plan in read(side).scenario.models() if isinstance(plan, DrugCourse))
    return [one.start for one in drug.sessions("rat")]


def test_a_treatment_is_compared_with_the_same_injury_without_it() -> None:
    found = expressed(in_rats())

    left, right = read(found.left), read(right_of(found))
    assert (left.species, found.therapy, found.direction) == ("mechanical_hypersensitivity", "hbot", "up")
    assert (left.scenario.condition, right.scenario.condition) == ("snl", "snl")
    assert left.scenario.plans and not right.scenario.plans
    assert left.day == right.day


def test_a_treatment_is_assessed_shortly_after_its_last_session() -> None:
    last = read(expressed(in_rats()).left)

    assert last.day == pytest.approx(last.scenario.sessions()[-1][1] + 15 / 1440, abs=1e-9)
    assert math.floor(last.day) == 7


def test_a_stated_day_is_kept() -> None:
    between = expressed(in_rats(outcome={"variable": "mechanical_threshold", "time_days": 20}))
    same_day = expressed(in_rats(outcome={"variable": "mechanical_threshold", "time_days": 5}))

    assert read(between.left).day == pytest.approx(20 + 11.5 / 24, abs=1e-9)
    assert math.floor(read(same_day.left).day) == 5
    assert any(end < read(same_day.left).day < end + 0.02 for _, end in read(same_day.left).scenario.sessions())


def test_hours_after_a_session_are_kept() -> None:
    late = read(expressed(in_rats(outcome={"variable": "mechanical_threshold", "days_after_last_session": 0.25})).left)

    assert late.day == pytest.approx(late.scenario.sessions()[-1][1] + 0.25, abs=1e-9)


def test_hours_after_a_dose_are_counted_from_the_dose() -> None:
    dose = {"drug": {"name": "gabapentin", "dose_mg_kg": 50, "route": "ip"}}
    outcome = {"variable": "mechanical_threshold", "days_after_last_session": 0.2}

    found = read(expressed(in_rats(treatments=[dose], outcome=outcome)).left)

    assert found.day - found.scenario.sessions()[-1][0] == pytest.approx(0.2, abs=0.02)


def test_hours_after_a_dose_are_kept_when_the_day_is_stated_too() -> None:
    dose = {"drug": {"name": "gabapentin", "dose_mg_kg": 50, "route": "ip"}}
    outcome = {"variable": "mechanical_threshold", "time_days": 7, "days_after_last_session": 0.2}

    found = read(expressed(in_rats(treatments=[dose], outcome=outcome)).left)

    assert found.day - found.scenario.sessions()[-1][0] == pytest.approx(0.2, abs=0.02)


def test_a_week_within_a_longer_course_is_read_in_that_week() -> None:
    course = {"exercise": {"mode": "treadmill", "weeks": 5, "sessions_per_week": 5, "start_day": 14}}
    found = expressed(
        in_rats(treatments=[course], outcome={"variable": "mechanical_threshold", "weeks_of_treatment": 2})
    )

    assert read(found.left).day == pytest.approx(28, abs=3.5)


def test_what_training_before_an_injury_does_is_read_after_the_injury() -> None:
    before = {"exercise": {"mode": "wheel", "weeks": 6, "start_day": -42}}

    found = expressed(in_rats(treatments=[before]))

    assert read(found.left).scenario.start() == -42
    assert read(found.left).day > 1


def test_a_published_mean_difference_keeps_its_interval() -> None:
    effect = {"type": "MD", "estimate": 3.48, "ci_low": 2.7, "ci_high": 4.26}
    number = expressed(in_rats(result={"direction": "up", "effect": effect})).number

    assert number is not None
    assert (number.statistic, number.value, number.stated) == ("difference", 3.48, True)
    assert number.se == pytest.approx(0.398, abs=1e-3)


def test_an_injury_is_compared_with_healthy_animals() -> None:
    found = expressed(in_rats(kind="injury", treatments=[], comparator="sham", result={"direction": "down"}))

    assert (read(found.left).scenario.condition, read(right_of(found)).scenario.condition) == ("snl", "naive")
    assert read(found.left).day == pytest.approx(14 + 11.5 / 24, abs=1e-9)


def test_hours_after_an_injury_are_kept() -> None:
    early = in_rats(kind="injury", treatments=[], outcome={"variable": "cold_response", "time_days": 0.083})

    assert read(expressed(early).left).day == 0.083


def test_a_treatment_of_healthy_animals_has_no_injury() -> None:
    found = expressed(in_rats(kind="healthy", condition="naive", treatments=[ELECTRO], comparator="baseline"))

    assert (read(found.left).scenario.condition, read(right_of(found)).scenario.condition) == ("naive", "naive")


def test_a_blocker_is_given_before_every_session_to_the_left_group_alone() -> None:
    found = expressed(blocked())

    sessions = [start for start, _ in read(right_of(found)).scenario.sessions()]
    given = doses(found.left)
    assert len(given) == len(sessions) == 6
    assert all(0 < start - dose < 0.1 for dose, start in zip(given, sessions, strict=True))
    assert read(right_of(found)).scenario.plans == read(found.left).scenario.plans[:-1]
    assert any(action.species == "mu_activity" for action in read(found.left).scenario.actions())


def test_a_long_training_is_blocked_before_its_last_session() -> None:
    found = expressed(blocked(treatments=[TRAINING]))

    start, end = read(right_of(found)).scenario.sessions()[-1]
    (given,) = doses(found.left)
    assert 0 < start - given < 0.1
    assert end < read(found.left).day < end + 0.05


def test_a_blocker_keeps_its_printed_dose() -> None:
    dosed = expressed(blocked(blocker=NALOXONE | {"dose_text": "2 mg/kg", "route": "ip"}))

    assert "dose_mg_kg: 2.0" in read(dosed.left).scenario.plans[-1]


def test_a_knock_out_takes_a_species_away() -> None:
    found = expressed(blocked(blocker={"name": "A1 receptor knockout", "target": "adenosine_a1"}))

    assert read(found.left).scenario.knockout == "a1_activity"
    assert read(right_of(found)).scenario.knockout is None
    assert read(found.left).scenario.plans == read(right_of(found)).scenario.plans


@pytest.mark.parametrize(
    ("comparator", "placebo"), [("sham", True), ("vehicle", True), ("untreated", False), ("standard_care", False)]
)
def test_groups_of_people_that_are_treated_in_any_way_have_the_placebo_response(comparator: str, placebo: bool) -> None:
    found = expressed(in_people(comparator=comparator))

    told = find_condition("dpn").reported("pain_score")
    assert told is not None
    left, right = points(found.left), points(right_of(found))
    expected = told.placebo.value if placebo else 0.0
    assert right.change - left.change == pytest.approx(expected - told.placebo.value, abs=0.02)
    assert read(right_of(found)).scenario.plans == ()
    assert [one.day for one in found.left.readings] == [one.day for one in right_of(found).readings]
    assert found.left.readings[1].day == 0.0


def test_people_may_be_compared_with_themselves_at_enrolment() -> None:
    found = expressed(in_people(comparator="baseline"))

    assert [one.day for one in right_of(found).readings] == [0.0, 0.0]
    assert points(right_of(found)).change == 0.0
    assert right_of(found).measure.value(TWICE) == pytest.approx(points(found.left).baseline, rel=1e-3)
    assert points(found.left).change < 0


def test_a_marker_of_people_may_be_compared_with_enrolment() -> None:
    found = expressed(in_people(comparator="baseline", outcome={"variable": "nerve_conduction"}))

    assert read(right_of(found)).day == 0.0
    assert read(found.left).day > 80


def test_placebo_against_baseline_is_the_placebo_response() -> None:
    given = in_people(treatments=[{"drug": {"name": "placebo"}}], comparator="baseline")
    found = expressed(given | {"outcome": {"variable": "pain_score", "weeks_of_treatment": 8}})

    told = find_condition("dpn").reported("pain_score")
    assert told is not None
    assert points(found.left).change == pytest.approx(told.natural.value + told.placebo.value, abs=0.1)


def test_weeks_of_trials_are_kept() -> None:
    course = {"drug": {"name": "pregabalin", "dose_text": "600 mg/day"}}
    outcome = {"variable": "responder_50", "weeks_of_treatment": 12}
    found = expressed(in_people(treatments=[course], comparator="vehicle", outcome=outcome))

    assert isinstance(found.left.measure, ShareBelow)
    assert read(found.left).day == pytest.approx(84, abs=1)
    (drug,) = read(found.left).scenario.models()
    assert (drug.dose_mg, drug.per_day) == (300, 2)


def test_a_share_of_one_group_has_no_other_group() -> None:
    placebo = in_people(kind="rate", treatments=[{"drug": {"name": "placebo"}}], outcome={"variable": "responder_50"})
    found = expressed(placebo | {"result": {"effect": {"type": "percent", "estimate": 20}, "units": "percent"}})

    assert (found.right, found.direction) == (None, None)
    assert found.number is not None
    assert (found.number.statistic, found.number.value) == ("value", 0.2)
    assert isinstance(found.left.measure, ShareBelow)
    assert found.left.measure.points.change < -1


def test_a_treatment_may_be_compared_with_a_drug() -> None:
    trial = in_people(
        kind="comparison",
        treatments=[{"acupuncture": {"mode": "manual"}}],
        comparator="drug",
        comparator_text="pregabalin",
    )
    found = expressed(trial)

    (drug,) = read(right_of(found)).scenario.models()
    assert drug.name == "pregabalin"
    assert points(found.left).change == points(right_of(found)).change


def test_the_drug_that_a_treatment_is_compared_with_lasts_as_long() -> None:
    long = {"hbot": {"sessions": 60, "days_per_week": 5}}
    trial = in_people(kind="comparison", treatments=[long], comparator="drug", comparator_text="pregabalin")

    other = read(right_of(expressed(trial)))

    assert other.scenario.sessions()[-1][1] > other.day - 1


def test_a_drug_that_both_groups_get_is_left_out() -> None:
    both = in_people(
        treatments=[{"acupuncture": {"mode": "manual"}}, {"drug": {"name": "methylcobalamin"}}],
        comparator="drug",
        comparator_text="methylcobalamin alone",
    )

    (plan,) = read(expressed(both).left).scenario.plans
    assert plan.startswith("{acupuncture")


def test_another_treatment_that_both_groups_get_is_no_difference() -> None:
    both = in_people(
        treatments=[{"acupuncture": {"mode": "electro"}}, {"drug": {"name": "pregabalin"}}],
        comparator="vehicle",
        comparator_text="electroacupuncture with placebo",
    )
    found = expressed(both)

    names = [
        {plan.split(":")[0].strip("{") for plan in read(side).scenario.plans} for side in (found.left, right_of(found))
    ]
    assert names[0] - names[1] == {"drug"}


@pytest.mark.parametrize(("weeks", "years"), [(52, 1.0), (104, 2.0)])
def test_people_without_a_relapse_are_counted_over_the_whole_trial(weeks: int, years: float) -> None:
    trial = in_people(
        condition="ms",
        treatments=[{"drug": {"name": "fingolimod"}}],
        comparator="vehicle",
        outcome={"variable": "relapse_free_share", "weeks_of_treatment": weeks},
    )
    found = expressed(trial)

    assert isinstance(found.left.measure, EventFree)
    assert found.left.measure.years == pytest.approx(years, abs=0.02)


def test_a_year_without_treatment_is_a_year() -> None:
    rate = in_people(kind="rate", condition="ms", treatments=[], result={"effect": {"type": "percent", "estimate": 57}})
    found = expressed(rate | {"outcome": {"variable": "relapse_free_share", "time_days": 365}})

    assert isinstance(found.left.measure, EventFree)
    assert found.left.measure.years == pytest.approx(1.0, abs=0.02)


def test_a_variable_that_stands_for_another_gives_its_direction_only() -> None:
    effect = {"type": "SMD", "estimate": 0.5, "ci_low": 0.1, "ci_high": 0.9}
    found = expressed(in_people(outcome={"variable": "quality_of_life"}, result={"direction": "up", "effect": effect}))

    assert found.number is None
    eased, as_before = (found.left.measure.value(np.array([[ease], [1.0]])) for ease in (0.5, 1.0))
    assert eased > as_before


@pytest.mark.parametrize(
    ("finding", "words"),
    [
        (in_rats(outcome={"variable": "walking_time"}), "no species of the network stands for walking_time"),
        (
            in_rats(outcome={"variable": "iba1", "tissue": "corpus callosum"}),
            "no species of the network stands for iba1",
        ),
        (in_rats(condition="trigeminal_neuroma"), "condition trigeminal_neuroma"),
        (in_rats(condition="other", condition_note="cerebral ischaemia"), "condition other (cerebral ischaemia)"),
        (in_rats(condition="phn"), "condition phn is not modelled in rats"),
        (in_rats(treatments=[{"drug": {"name": "unheard of"}}]), "There is no drug 'unheard of'."),
        (in_rats(kind="comparison"), "a comparison whose other group is told in words only"),
        (in_people(outcome={"variable": "fatigue"}), "nothing is known of fatigue in"),
        (in_people(outcome={"variable": "relapse_rate"}), "no relapses are known in"),
        (in_people(treatments=[{"drug": {"name": "ultrasound (no drug)"}}]), "ultrasound (no drug) is none of"),
        (
            in_people(kind="rate", result={"effect": {"estimate": 9}, "units": "weeks"}),
            "a rate of pain_score in a form",
        ),
    ],
)
def test_what_cannot_be_expressed_says_why(finding: dict[str, Any], words: str) -> None:
    assert reason(finding).startswith(words)


def test_a_dose_out_of_range_is_told_in_words() -> None:
    much = in_rats(treatments=[{"hbot": {"pressure_ata": 9.0, "sessions": 7}}])

    assert "9" in reason(much)
    assert "Value error" not in reason(much)


def test_one_that_cannot_be_expressed_leaves_the_others() -> None:
    found = express([in_rats(id="a", condition="unheard of"), in_rats(id="b")])

    assert [one.id for one in found.experiments] == ["b"]
    assert list(found.refused) == ["a"]
    assert list(found.findings) == ["a", "b"]


def test_what_no_model_of_pain_shows_stands_apart() -> None:
    found = express([in_people(outcome={"variable": "ms_prevalence"})])

    assert found.outside == {"made-up": "ms_prevalence: epidemiology"}
    assert not found.refused
