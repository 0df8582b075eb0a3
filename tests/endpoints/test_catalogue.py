"""Endpoints: fold changes become grams and seconds, with spread, error and cut-off."""

import numpy as np
import pytest

from allodyne.endpoints import biomarker, load_endpoints
from allodyne.errors import StudyError
from allodyne.evidence.papers import source
from allodyne.network import load_network

ENDPOINTS = load_endpoints()
BOTH = [(name, animal) for name in ENDPOINTS for animal in ("rat", "mouse")]


def normal(shape, seed=1):
    return np.random.default_rng(seed).standard_normal(shape)


@pytest.mark.parametrize(("name", "animal"), BOTH)
def test_species_and_sources_exist(name, animal):
    assert ENDPOINTS[name].species in load_network().species
    assert all(source(key) for key in ENDPOINTS[name].source_keys(animal))


@pytest.mark.parametrize(("name", "animal"), BOTH)
def test_health_gives_the_baseline(name, animal):
    endpoint = ENDPOINTS[name]
    baselines = endpoint.baseline(animal, normal(5))
    assert endpoint.value(np.ones((3, 5)), animal, baselines) == pytest.approx(np.tile(baselines, (3, 1)), rel=1e-12)
    assert endpoint.value(1.0, animal) == pytest.approx(endpoint.measure(animal).mean.value, rel=1e-12)


def test_more_hypersensitivity_is_a_lower_threshold_and_a_larger_cold_response():
    x = np.array([0.5, 1.0, 2.0, 4.0])
    for name in ("mechanical_threshold", "thermal_latency"):
        assert (np.diff(ENDPOINTS[name].value(x, "rat")) < 0).all()
    for name in ("cold_response", "spontaneous_pain"):
        assert (np.diff(ENDPOINTS[name].value(x, "rat")) > 0).all()


def test_published_baselines():
    assert ENDPOINTS["mechanical_threshold"].measure("rat").mean.value == pytest.approx(13.4, abs=0.6)
    assert 1.4 <= ENDPOINTS["mechanical_threshold"].measure("mouse").mean.value <= 1.8
    assert ENDPOINTS["thermal_latency"].measure("rat").mean.value == pytest.approx(10.5, abs=0.1)


def test_spread_of_naive_mice_agrees_with_the_published_one():
    endpoint = ENDPOINTS["mechanical_threshold"]
    draws = normal((2, 100_000))
    seen = endpoint.measured(endpoint.baseline("mouse", draws[0]), "mouse", draws[1], cutoff=np.inf)
    assert seen.mean() == pytest.approx(1.6, rel=0.02)
    assert seen.std() == pytest.approx(1.15, rel=0.1)  # 1.08 to 1.29 g on the four days


@pytest.mark.parametrize(("name", "animal"), BOTH)
def test_error_and_spread_leave_the_mean_where_it_was(name, animal):
    endpoint = ENDPOINTS[name]
    draws = normal((2, 200_000))
    assert endpoint.baseline(animal, draws[0]).mean() == pytest.approx(endpoint.measure(animal).mean.value, rel=0.01)
    assert endpoint.measured(2.0, animal, draws[1], cutoff=np.inf).mean() == pytest.approx(2.0, rel=0.01)


def test_the_test_shows_no_more_than_its_cutoff():
    endpoint = ENDPOINTS["mechanical_threshold"]
    high = np.full(1000, 20.0)
    assert endpoint.measured(high, "rat", normal(1000), cutoff=15).max() == 15
    assert endpoint.measured(high, "rat", normal(1000)).max() <= endpoint.default_cutoff("rat") == 26
    assert ENDPOINTS["cold_response"].default_cutoff("rat") == np.inf


def test_without_error_what_is_measured_is_the_mean_of_the_log_normal():
    endpoint = ENDPOINTS["thermal_latency"]
    sd = endpoint.measure("rat").measurement_sd.value
    assert endpoint.measured(8.0, "rat", sd / 2) == pytest.approx(8.0, rel=1e-12)


def test_a_biomarker_is_the_fold_change_itself():
    marker = biomarker("lc3_ii", "LC3-II")
    x = np.array([[0.5, 1.0], [2.0, 3.0]])
    assert (marker.id, marker.kind, marker.unit) == ("lc3_ii", "biomarker", "fold of healthy")
    assert marker.value(x, "rat") == pytest.approx(x, rel=1e-12)
    assert marker.default_cutoff("mouse") == np.inf


def test_an_animal_without_numbers_is_a_user_error():
    with pytest.raises(StudyError, match="human"):
        ENDPOINTS["thermal_latency"].value(1.0, "human")
