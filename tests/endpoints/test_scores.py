"""What people report."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allodyne.endpoints.scores import DAYS_PER_YEAR, load_events, load_scores
from allodyne.network import Network

SCORES = load_scores()
RELAPSES = load_events()["relapses"]


@pytest.mark.parametrize("score", SCORES.values(), ids=list(SCORES))
def test_a_score_is_the_baseline_at_enrolment_and_its_low_end_in_health(score) -> None:
    x0, baseline = np.array([2.0, 3.0]), np.array([score.low + 2, score.low + 4])
    assert score.value(x0[None], x0, baseline)[0] == pytest.approx(baseline)
    assert score.value(np.ones((1, 2)), x0, baseline)[0] == pytest.approx([score.low, score.low])


@pytest.mark.parametrize("score", SCORES.values(), ids=list(SCORES))
def test_scores_stay_on_their_scale(score) -> None:
    x = np.array([[0.2], [1.0], [50.0]])
    values = score.value(x, np.array([2.0]), np.array([score.high]), change=-30.0)
    assert (values >= score.low).all() and (values <= score.high).all()
    assert (score.measured(values, np.array([[-9.0], [0.0], [9.0]])) <= score.high).all()


@given(st.floats(1.1, 20), st.floats(1.1, 20))
def test_more_of_the_species_is_never_a_better_score(a: float, b: float) -> None:
    low, high = sorted((a, b))
    value = SCORES["pain_score"].value(np.array([[low], [high]]), np.array([2.0]), np.array([6.0]))
    assert value[0, 0] <= value[1, 0]


def test_a_person_without_the_symptom_gets_a_number() -> None:
    assert np.isfinite(SCORES["pain_score"].value(np.ones((1, 1)), np.ones(1), np.array([6.0]))).all()


def test_a_steady_rate_adds_up_over_a_year() -> None:
    x = np.full((3, 2), 4.0)
    expected = RELAPSES.expected(x, [0.0, 100.0, DAYS_PER_YEAR], np.array([0.5, 1.0]))
    assert expected[0] == pytest.approx([0, 0])
    assert expected[-1] == pytest.approx([0.5, 1.0])


def test_half_the_log_of_the_activity_is_half_the_rate() -> None:
    x = np.array([[4.0], [2.0], [2.0]])
    expected = RELAPSES.expected(x, [0.0, 1e-6, DAYS_PER_YEAR], np.array([1.0]))
    assert expected[-1, 0] == pytest.approx(0.5, rel=1e-3)


def test_species_behind_them_exist(network: Network) -> None:
    behind = [*(score.species for score in SCORES.values()), RELAPSES.species]
    assert set(behind) <= set(network.species)
