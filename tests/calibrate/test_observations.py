"""Findings as arrays: what counts as size, what as direction, in which unit and of which laboratory."""

from __future__ import annotations

import numpy as np
import pytest
from made_up_experiments import SIDE, experiment, log_ratio, share

from allodyne.calibrate.observations import observe, starting_width, unit_of
from allodyne.experiments.experiment import Number, Side
from allodyne.experiments.measures import Points

SCORE = Side(SIDE.readings, Points(0, 10, 6.5, 1.5, -1.0, 1.8))
IN_GRAMS = experiment(number=Number("difference", 3.9, 1.3, True))
IN_POINTS = experiment(number=Number("difference", -1.2, 0.3, True), left=SCORE, right=SCORE, animal="human")


def test_a_size_is_not_counted_as_a_direction_too() -> None:
    found = observe([log_ratio(0.5), experiment(direction="down"), share(0.3), experiment(direction=None)])

    assert found.sized.tolist() == [True, False, True, False]
    assert found.directed.tolist() == [False, True, False, False]
    assert found.sign.tolist() == [1, -1, 0, 0]
    np.testing.assert_array_equal(found.value, [0.5, np.nan, 0.3, np.nan])


def test_laboratories_differ_in_effects_and_not_in_shares_of_one_group() -> None:
    assert observe([log_ratio(0.5), share(0.3)]).relative.tolist() == [True, False]


def test_papers_and_families_are_numbered() -> None:
    found = observe([log_ratio(0.1, paper="b"), log_ratio(0.2, paper="a"), experiment(paper="b"), IN_POINTS])

    assert [found.papers[k] for k in found.laboratory[:3]] == ["b", "a", "b"]
    assert [found.families[k] for k in found.family if k >= 0] == [
        "animals, fold, log_ratio",
        "animals, fold, log_ratio",
        "people, points, difference",
    ]
    assert found.people.tolist() == [False, False, False, True]


def test_thresholds_are_divided_by_their_healthy_value() -> None:
    assert unit_of(IN_GRAMS) == 13.0
    assert unit_of(IN_POINTS) == unit_of(log_ratio(0.3)) == 1.0


def test_some_of_the_findings_keep_their_numbers() -> None:
    found = observe([log_ratio(0.1, paper="b"), IN_POINTS, experiment(paper="a")])

    some = found.only(np.array([False, True, True]))

    assert [one.paper for one in some.experiments] == [found.papers[k] for k in some.laboratory]
    assert some.families == found.families
    assert some.family.tolist() == [found.families.index("people, points, difference"), -1]
    assert some.value[0] == -1.2


@pytest.mark.parametrize(("one", "width"), [(log_ratio(0.1), 0.5), (IN_GRAMS, 0.2), (IN_POINTS, 0.7)])
def test_widths_start_in_the_unit_of_the_size(one: object, width: float) -> None:
    assert starting_width(one, {"log_ratio": 0.5, "difference": 0.2}, in_points=0.7) == width  # type: ignore[arg-type]


def test_nothing_is_no_mistake() -> None:
    assert observe([]).sized.shape == (0,)
