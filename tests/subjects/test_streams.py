"""Named streams: one number per subject and quantity, whatever else is drawn."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from allodyne.subjects.streams import normals, uniforms

SEEDS = st.integers(-(2**40), 2**40)
NAMES = st.text(max_size=30)


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, name=NAMES, few=st.integers(0, 50), more=st.integers(0, 50))
def test_more_subjects_move_no_earlier_one(seed: int, name: str, few: int, more: int) -> None:
    np.testing.assert_array_equal(uniforms(seed, name, few + more)[:few], uniforms(seed, name, few))
    np.testing.assert_array_equal(normals(seed, name, few + more)[:few], normals(seed, name, few))


@settings(max_examples=120, deadline=None)
@given(seed=SEEDS, name=NAMES, first=st.integers(0, 300), count=st.integers(0, 70))
def test_a_portion_is_a_slice_of_the_whole(seed: int, name: str, first: int, count: int) -> None:
    end = first + count
    np.testing.assert_array_equal(uniforms(seed, name, count, first), uniforms(seed, name, end)[first:])
    np.testing.assert_array_equal(normals(seed, name, count, first), normals(seed, name, end)[first:])


def test_a_subject_far_away_is_drawn_without_those_before_it() -> None:
    far = 10**15
    np.testing.assert_array_equal(uniforms(1, "gain", 6, far + 3), uniforms(1, "gain", 9, far)[3:])


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, name=NAMES, other=NAMES)
def test_drawing_something_else_first_moves_nothing(seed: int, name: str, other: str) -> None:
    before = normals(seed, name, 5)
    normals(seed, other, 99)
    np.testing.assert_array_equal(normals(seed, name, 5), before)


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, first=NAMES, second=NAMES)
def test_two_names_are_two_streams(seed: int, first: str, second: str) -> None:
    same = np.array_equal(uniforms(seed, first, 4), uniforms(seed, second, 4))
    assert same == (first == second)


def test_two_seeds_are_two_streams() -> None:
    assert not np.array_equal(uniforms(1, "gain", 4), uniforms(2, "gain", 4))
    # the seed is no part of the name
    assert not np.array_equal(uniforms(1, "1|gain", 4), uniforms(11, "gain", 4))


def test_streams_of_different_names_and_seeds_are_independent() -> None:
    draws = np.stack([normals(seed, name, 4000) for seed in (1, 2) for name in ("a", "b", "gain/a>b", "gain/a>c")])
    correlation = np.corrcoef(draws) - np.eye(len(draws))
    assert np.abs(correlation).max() < 5 / np.sqrt(4000)


def test_uniform_numbers_are_uniform_and_never_0_or_1() -> None:
    drawn = uniforms(3, "anything", 50_000)
    assert 0 < drawn.min() < drawn.max() < 1
    counts, _ = np.histogram(drawn, bins=20, range=(0, 1))
    # 2500 expected per bin, standard deviation 49
    assert np.abs(counts - 2500).max() < 5 * 49


def test_normal_numbers_are_standard_normal() -> None:
    drawn = normals(3, "anything", 50_000)
    assert np.isfinite(drawn).all()
    assert abs(drawn.mean()) < 5 / np.sqrt(50_000)
    assert abs(drawn.std() - 1) < 5 / np.sqrt(100_000)
    assert abs((drawn**4).mean() - 3) < 0.25


def test_numbers_stay_the_same_from_version_to_version() -> None:
    pinned = [0.8029040281886685, 0.7604267283378218, 0.5636547139592089]
    np.testing.assert_allclose(uniforms(1, "gain/a>b", 3), pinned, rtol=0, atol=1e-15)
