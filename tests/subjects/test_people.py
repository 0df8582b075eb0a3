"""People with peripheral neuropathic pain: at rest when they enrol, and with the placebo responses of trials."""

from __future__ import annotations

import math

import numpy as np
import pytest

from allodyne.endpoints.scores import load_scores
from allodyne.evidence.papers import source
from allodyne.network import Network
from allodyne.simulate.solve import solve
from allodyne.simulate.structure import Structure
from allodyne.simulate.timeline import build_timeline
from allodyne.subjects.conditions import find_condition
from allodyne.subjects.people import Reported
from allodyne.subjects.population import typical_subject
from allodyne.subjects.streams import normals

SYNDROMES = ["dpn", "cipn", "phn", "crps", "phantom", "trigeminal"]
WITH_SLEEP = ["dpn", "cipn", "phn"]


def pain(name: str) -> Reported:
    """What people with the syndrome report of their pain."""
    reported = find_condition(name).reported("pain_score")
    assert reported is not None
    return reported


def mean_change(reported: Reported, day: float) -> float:
    """Mean change in a placebo arm, without the ends of the scale."""
    natural = reported.natural.value * (1 - math.exp(-day / reported.natural_days.value))
    return natural + reported.placebo.value * (1 - math.exp(-day / reported.placebo_days.value))


def placebo_arm(name: str, day: float, people: int = 100_000) -> tuple[np.ndarray, np.ndarray]:
    """Scores at enrolment and later of many people on placebo; the species does not change."""
    score, reported = load_scores()["pain_score"], pain(name)
    before = score.baseline(reported.baseline.value, reported.baseline_sd.value, normals(1, "baseline", people))
    change = mean_change(reported, day) + reported.change_sd.value * normals(1, "change", people)
    return before, score.value(np.full((1, people), 2.0), np.full(people, 2.0), before, change)[0]


def share_that_loses(part: float, name: str, day: float) -> float:
    """Percent of people on placebo who lose at least that part of their pain."""
    before, after = placebo_arm(name, day)
    return float(np.mean(after <= (1 - part) * before) * 100)


@pytest.fixture(scope="module")
def logs(structure: Structure) -> dict[str, np.ndarray]:
    """Logarithms of ongoing pain and of disturbed sleep at enrolment and 12 weeks later, by syndrome."""
    found = {}
    for name in SYNDROMES:
        condition = find_condition(name)
        assert condition.established_days is not None
        start = -condition.established_days.value
        line = build_timeline(structure, condition.signals("human"), [], np.array([start, 0.0, 84.0]), start)
        arms = [(line, typical_subject(structure))]
        [arm] = solve(structure, arms, ["spontaneous_pain", "sleep_disturbance"], 3e-3, check=False)
        found[name] = np.log(arm.values[1:, :, 0])
    return found


@pytest.mark.parametrize("name", SYNDROMES)
def test_syndromes_are_of_people_and_rest_on_known_sources_and_drives(name: str, network: Network) -> None:
    condition = find_condition(name)
    assert "human" in condition.animals
    assert condition.site == "peripheral"
    assert all(source(key) for key in condition.source_keys("human"))
    assert all(network.drives[signal.drive].kind == "lesion" for signal in condition.signals("human"))


@pytest.mark.parametrize("name", SYNDROMES)
def test_pain_is_clear_and_at_rest_at_enrolment(name: str, logs: dict[str, np.ndarray]) -> None:
    enrolled, later = logs[name]
    assert 0.6 < enrolled[0] < 1.2
    np.testing.assert_allclose(later, enrolled, rtol=0, atol=0.005)


@pytest.mark.parametrize("name", WITH_SLEEP)
def test_people_who_rate_their_sleep_sleep_badly(name: str, logs: dict[str, np.ndarray]) -> None:
    reported = find_condition(name).reported("sleep_disturbance")
    assert reported is not None
    assert 4 < reported.baseline.value < 7
    assert logs[name][0, 1] > 0.3


def test_only_phantom_pain_has_lost_a_limb() -> None:
    lost = {name for name in SYNDROMES if "deafferentation" in {s.drive for s in find_condition(name).signals("human")}}
    assert lost == {"phantom"}


@pytest.mark.parametrize(
    ("name", "weeks", "lowest", "highest"),
    [
        pytest.param("dpn", 12, 20, 29, id="cepeda2012 20, frisaldi2023 25 (22 to 29)"),
        pytest.param("phn", 8, 10, 20, id="11.5 to 20 in trials and reviews"),
        pytest.param("cipn", 5, 6, 12, id="smith2012-asco 9"),
    ],
)
def test_as_many_lose_half_of_their_pain_on_placebo_as_published(
    name: str, weeks: float, lowest: float, highest: float
) -> None:
    assert lowest <= share_that_loses(0.5, name, 7 * weeks) <= highest


def test_as_many_diabetic_people_lose_a_third_on_placebo_as_published() -> None:
    assert share_that_loses(0.3, "dpn", 84) == pytest.approx(41.1, abs=5)


def test_chemotherapy_pain_changes_on_placebo_and_on_a_waiting_list_as_published() -> None:
    assert mean_change(pain("cipn"), 70) == pytest.approx(-0.34, abs=0.1)
    assert pain("cipn").natural.value == pytest.approx(0.3, abs=1e-9)


def test_sham_in_trigeminal_neuralgia_follows_its_published_course() -> None:
    course = [mean_change(pain("trigeminal"), 7 * weeks) for weeks in (2, 4, 16, 28)]
    assert course == pytest.approx([-0.5, -0.9, -1.4, -1.5], abs=0.1)


def test_spread_of_pain_after_sham_in_complex_regional_pain_is_as_published() -> None:
    _, after = placebo_arm("crps", 45)
    assert after.std() == pytest.approx(1.37, abs=0.15)


def test_placebo_does_most_in_diabetic_and_least_in_chemotherapy_pain_at_equal_time() -> None:
    changes = {name: mean_change(pain(name), 84) for name in ("dpn", "phn", "cipn")}
    assert changes["dpn"] < changes["phn"] < changes["cipn"] < 0
