"""A lesion of the cord moves the cord and the brain, a lesion of a nerve moves the nerve."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from allodyne import Results, Study
from allodyne.evidence.papers import source
from allodyne.network import Network
from allodyne.subjects.conditions import find_condition

CORD = ["kcc2", "gaba_tone", "apoptosis", "tnf_alpha_spinal", "il1_beta_spinal", "il6_spinal", "microglia"]
NERVE = ["injury_signal", "axon_integrity", "tnf_alpha_nerve", "macrophages_nerve"]
BEHAVIOUR = ["mechanical_threshold", "thermal_latency", "cold_response", "spontaneous_pain"]
MORPHINE = {"drug": {"name": "morphine", "dose_mg_kg": 5, "route": "ip", "sessions": 1, "start_day": 14}}
TREADMILL = {
    "exercise": {"mode": "treadmill", "intensity": "moderate", "minutes": 30, "per_week": 5, "weeks": 4, "start_day": 5}
}
ELECTRO = {"acupuncture": {"mode": "electro", "frequency_hz": [2], "minutes": 30, "sessions": 10, "start_day": 4}}
SUBJECTS = {"species": "rat", "n": 8, "seed": 1}


def run(condition: str, arms: dict[str, list[Any]], days: int, measure: list[str], every: int) -> Results:
    data = {"study": "lesion", "subjects": SUBJECTS | {"condition": condition}, "days": days, "arms": arms}
    return Study.from_dict(data | {"measure": measure, "assess": {"every_days": every}}).run()


def typical(results: Results, outcome: str, arm: str = "untreated") -> np.ndarray:
    """Median over subjects of the true value, over the days."""
    values = results.data[f"{outcome}_true"].sel(arm=arm)
    return np.asarray(values.median("subject").to_numpy())


@pytest.fixture(scope="module")
def cord() -> Results:
    arms = {"untreated": [], "exercise": [TREADMILL], "acupuncture": [ELECTRO]}
    return run("sci", arms, 42, [*BEHAVIOUR, *CORD, *NERVE, "thalamic_activity"], 14)


@pytest.fixture(scope="module")
def nerve() -> Results:
    return run("cci", {"untreated": []}, 14, [*NERVE, "thalamic_activity"], 14)


def test_thresholds_and_latencies_fall_and_stay_low(cord: Results) -> None:
    for name in ("mechanical_threshold", "thermal_latency"):
        before, *later = typical(cord, name)
        assert max(later) < 0.8 * before
    for name in ("cold_response", "spontaneous_pain"):
        before, *later = typical(cord, name)
        assert min(later) > 1.2 * before


@pytest.mark.parametrize(("name", "sign"), [(name, -1 if name in ("kcc2", "gaba_tone") else 1) for name in CORD])
def test_the_cord_changes_as_published(cord: Results, name: str, sign: int) -> None:
    before, *later = np.log(typical(cord, name))
    assert all(sign * (level - before) > 0.1 for level in later)


def test_a_lesion_of_the_cord_leaves_the_nerve_as_it_is(cord: Results) -> None:
    for name in NERVE:
        before, *later = typical(cord, name)
        np.testing.assert_allclose(later, before, rtol=0.03)


def test_a_lesion_of_a_nerve_leaves_the_thalamus_nearly_as_it_is(nerve: Results, cord: Results) -> None:
    before, later = typical(nerve, "thalamic_activity")
    assert later == pytest.approx(before, rel=0.1)
    assert typical(cord, "thalamic_activity")[-1] > 1.5 * typical(cord, "thalamic_activity")[0]
    for name in ("injury_signal", "tnf_alpha_nerve", "macrophages_nerve"):
        assert typical(nerve, name)[-1] > 1.1 * typical(nerve, name)[0]


def test_exercise_and_electroacupuncture_relieve(cord: Results) -> None:
    for arm in ("exercise", "acupuncture"):
        assert typical(cord, "mechanical_threshold", arm)[1] > typical(cord, "mechanical_threshold")[1]
    for name in ("tnf_alpha_spinal", "il1_beta_spinal", "il6_spinal", "apoptosis"):
        assert typical(cord, name, "acupuncture")[1] < typical(cord, name)[1]


def test_morphine_relieves_more_than_gabapentin_and_amitriptyline() -> None:
    def once(name: str, dose: float) -> list[Any]:
        return [{"drug": MORPHINE["drug"] | {"name": name, "dose_mg_kg": dose}}]

    arms = {"untreated": [], "morphine": [MORPHINE], "gabapentin": once("gabapentin", 100)}
    arms["amitriptyline"] = once("amitriptyline", 10)
    data = {"study": "drugs", "subjects": SUBJECTS | {"condition": "sci"}, "days": 14, "arms": arms}
    late_morning = {"assess": {"every_days": 14, "at": "11:30"}}
    results = Study.from_dict(data | {"measure": ["mechanical_threshold"]} | late_morning).run()

    untreated = typical(results, "mechanical_threshold")[-1]
    gain = {arm: np.log(typical(results, "mechanical_threshold", arm)[-1] / untreated) for arm in arms}
    assert gain["morphine"] > 0.3
    assert max(abs(gain["gabapentin"]), abs(gain["amitriptyline"])) < 0.6 * gain["morphine"]


def test_the_drive_reaches_afferents_only_with_a_source(network: Network) -> None:
    edges = network.out_of("@cord_injury")
    outside = [edge for edge in edges if network.species[edge.target].system in ("ganglion", "peripheral_nerve")]
    assert outside
    assert all(edge.sources and edge.basis != "assumption" for edge in edges)
    assert all(source(key) for edge in edges for key in edge.sources)
    assert sum(edge.gain for edge in outside) < 0.5 * sum(edge.gain for edge in edges)


def test_cord_injury_lasts() -> None:
    [signal] = find_condition("sci").signals("rat")
    assert signal.drive == "cord_injury"
    assert 0.4 < signal.constant < 1


def test_people_with_central_pain_are_enrolled_long_after_the_lesion_and_hardly_answer_placebo() -> None:
    central = find_condition("central")
    [signal] = central.signals("human")
    report = central.reported("pain_score")
    assert report is not None
    assert signal.drive == "cord_injury"
    assert signal.start == pytest.approx(-730)
    assert report.placebo.value == pytest.approx(-0.44)
    assert 6 < report.baseline.value < 7
