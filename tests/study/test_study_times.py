"""Arms, outcomes and assessment times of a study."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allodyne.study import Study, find_outcome
from allodyne.study.clock import clock_of, compress, day_and_clock, minutes_of, span


def test_assessed_daily_at_two_in_the_afternoon_after_a_baseline(good: dict[str, Any]) -> None:
    times = Study.from_dict({**good, "days": 3, "arms": {"untreated": []}}).output_times()
    assert [label for label, _ in times] == [0.0, 1.0, 2.0, 3.0]
    assert [time for _, time in times] == pytest.approx([0.0, 1 + 14 / 24, 2 + 14 / 24, 3 + 14 / 24], abs=1e-12)


def test_several_clock_times_a_day_have_labels_with_fractions(good: dict[str, Any]) -> None:
    assess = {"at": ["18:00", "06:00"], "every_days": 2}
    times = Study.from_dict({**good, "days": 5, "arms": {"untreated": []}, "assess": assess}).output_times()
    assert times == [(0.0, 0.0), (2.25, 2.25), (2.75, 2.75), (4.25, 4.25), (4.75, 4.75)]


def test_an_unquoted_clock_time_means_what_it_says(good: dict[str, Any], tmp_path: Any) -> None:
    file = tmp_path / "study.yaml"
    file.write_text(Study.from_dict(good).to_yaml().replace("- '14:00'", "- 15:30"))
    assert Study.from_yaml(file).assess.at == ("15:30",)


@given(
    days=st.integers(1, 60),
    every=st.integers(1, 9),
    clocks=st.lists(st.integers(0, 1439), min_size=1, max_size=4, unique=True),
)
def test_output_times_rise_and_stay_within_the_study(days: int, every: int, clocks: list[int]) -> None:
    if every > days:
        return
    study = Study.model_validate(
        {
            "study": "x",
            "subjects": {"species": "rat", "condition": "cci"},
            "days": days,
            "arms": {"a": []},
            "measure": ["p_akt"],
            "assess": {"at": [clock_of(minutes) for minutes in clocks], "every_days": every},
        }
    )
    labels, times = zip(*study.output_times(), strict=True)
    assert len(times) == 1 + len(clocks) * (days // every)
    assert all(a < b for a, b in pairwise(times))
    assert all(a < b for a, b in pairwise(labels))
    assert max(times) < days + 1


def test_the_control_is_the_first_untreated_arm_else_the_first_arm(good: dict[str, Any]) -> None:
    hbot = good["arms"]["hbot"]
    assert Study.from_dict({**good, "arms": {"hbot": hbot, "later": [], "last": []}}).control == "later"
    assert Study.from_dict({**good, "arms": {"hbot": hbot, "more": hbot}}).control == "hbot"
    assert Study.from_dict({**good, "control": "hbot"}).control == "hbot"


def test_outcomes_are_endpoints_then_species_then_published_variables() -> None:
    endpoint, species, variable = map(find_outcome, ("mechanical_threshold", "microglia", "p_mtor"))
    assert (endpoint.kind, endpoint.species) == ("endpoint", "mechanical_hypersensitivity")
    assert (species.kind, species.species) == ("biomarker", "microglia")
    assert (variable.name, variable.kind, variable.species) == ("p_mtor", "biomarker", "mtorc1")


@given(st.integers(0, 1439))
def test_clock_times_are_read_as_written(minutes: int) -> None:
    assert minutes_of(clock_of(minutes)) == minutes


@pytest.mark.parametrize("wrong", ["24:00", "9", "12:60", "noon", 1440, -1, 9.5, True, None])
def test_what_is_no_clock_time(wrong: object) -> None:
    with pytest.raises(ValueError, match="clock time"):
        minutes_of(wrong)


def test_times_in_words() -> None:
    assert day_and_clock(-1 + 10 / 24) == (-1, "10:00")
    assert day_and_clock(2 - 1e-9) == (2, "00:00")
    assert span(3 + 10 / 24, 3 + 11 / 24) == "day 3, 10:00 to 11:00"
    assert span(3 + 23.5 / 24, 4 + 0.5 / 24) == "day 3, 23:30 to day 4, 00:30"
    assert span(3.5, 3.5) == "day 3, 12:00"
    assert compress([1, 2, 3, 5, 8, 9]) == "1-3, 5, 8 to 9"
    assert compress([-2, -1, 0]) == "-2 to 0"
