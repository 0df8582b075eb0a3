"""From a study to results: what a user relies on whatever the gains are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from allodyne import Results, Study
from allodyne.calibrate.posterior import Posterior
from allodyne.errors import NetworkError
from allodyne.pipeline import run_study

HBOT = {"hbot": {"pressure_ata": 2.0, "fio2": 1.0, "minutes": 60, "sessions": 3, "start_day": 1}}
TREADMILL = {"exercise": {"mode": "treadmill", "speed_m_min": 18, "minutes": 30, "sessions": 3, "start_day": 1}}
NEEDLE = {"acupuncture": {"mode": "manual", "minutes": 30, "sessions": 2, "start_day": 2}}
ELECTRO = {"acupuncture": {"mode": "electro", "frequency_hz": [2], "minutes": 30, "sessions": 2, "start_day": 2}}
NALOXONE = {"drug": {"name": "naloxone", "dose_mg_kg": 2.0, "route": "ip", "sessions": 1, "start_day": 2}}


def study(arms: dict[str, list[Any]], **changes: Any) -> Study:
    """A small study; `changes` replaces fields, and `subjects` is merged."""
    data: dict[str, Any] = {
        "study": "small",
        "subjects": {"species": "rat", "condition": "snl", "n": 6, "seed": 3},
        "days": 4,
        "arms": arms,
        "measure": ["mechanical_threshold", "thermal_latency", "p_mtor"],
    }
    data["subjects"] |= changes.pop("subjects", {})
    return Study.from_dict(data | changes)


def truth(results: Results, outcome: str, arm: str) -> np.ndarray:
    return np.asarray(results.data[f"{outcome}_true"].sel(arm=arm).to_numpy())


@pytest.fixture(scope="module")
def treated() -> Results:
    return study({"untreated": [], "hbot": [HBOT]}).run()


def test_the_same_study_gives_the_same_numbers(treated: Results) -> None:
    again = study({"untreated": [], "hbot": [HBOT]}).run()

    for name in treated.outcomes:
        np.testing.assert_array_equal(again.data[name].to_numpy(), treated.data[name].to_numpy())


def test_another_arm_moves_no_number_of_the_first_ones(treated: Results) -> None:
    more = study({"untreated": [], "needle": [NEEDLE], "hbot": [HBOT]}).run()

    for arm in ("untreated", "hbot"):
        for name in treated.outcomes:
            expected = treated.data[name].sel(arm=arm).to_numpy()
            np.testing.assert_array_equal(more.data[name].sel(arm=arm).to_numpy(), expected)


def test_more_subjects_leave_the_first_ones_as_they_were(treated: Results) -> None:
    more = study({"untreated": [], "hbot": [HBOT]}, subjects={"n": 8}).run()

    small, large = truth(treated, "mechanical_threshold", "hbot"), truth(more, "mechanical_threshold", "hbot")
    np.testing.assert_allclose(large[:, :6], small, rtol=2e-3)


def test_another_seed_gives_other_subjects(treated: Results) -> None:
    other = study({"untreated": [], "hbot": [HBOT]}, subjects={"seed": 4}).run()

    assert not np.allclose(truth(other, "p_mtor", "hbot"), truth(treated, "p_mtor", "hbot"), rtol=1e-2)


def test_twins_are_equal_before_the_lesion_and_differ_after_treatment(treated: Results) -> None:
    untreated, hbot = (truth(treated, "mechanical_threshold", arm) for arm in ("untreated", "hbot"))

    np.testing.assert_array_equal(untreated[0], hbot[0])
    assert np.all(hbot[-1] > untreated[-1])


def test_the_lesion_lowers_the_threshold_of_every_subject(treated: Results) -> None:
    untreated = truth(treated, "mechanical_threshold", "untreated")

    assert np.all(untreated[-1] < 0.8 * untreated[0])


def test_naive_subjects_stay_as_they_are() -> None:
    results = study({"untreated": []}, subjects={"condition": "naive"}).run()

    values = truth(results, "mechanical_threshold", "untreated")
    np.testing.assert_allclose(values, np.broadcast_to(values[0], values.shape), rtol=1e-6)


@pytest.mark.parametrize("plan", [HBOT, TREADMILL, NEEDLE, ELECTRO], ids=["hbot", "treadmill", "needle", "electro"])
def test_each_treatment_relieves_and_stays_within_bounds(plan: dict[str, Any]) -> None:
    results = study({"untreated": [], "treated": [plan]}).run()

    untreated, relieved = (truth(results, "mechanical_threshold", arm) for arm in ("untreated", "treated"))
    assert np.all(relieved[-1] >= untreated[-1] * (1 - 1e-3))
    assert np.median(relieved[2:] / untreated[2:]) > 1.0
    assert np.all(np.isfinite(relieved)) and np.all(relieved > 0)


@pytest.mark.parametrize(
    "off",
    [
        {"hbot": HBOT["hbot"] | {"pressure_ata": 1.0, "fio2": 0.21}},
        {"exercise": TREADMILL["exercise"] | {"speed_m_min": 1, "minutes": 1, "sessions": 1}},
        {"acupuncture": NEEDLE["acupuncture"] | {"sham": True}},
        {"drug": NALOXONE["drug"] | {"dose_mg_kg": 1e-9}},
    ],
    ids=["room air", "one minute at rest", "sham needling", "no drug"],
)
def test_an_off_twin_equals_an_absent_treatment(off: dict[str, Any]) -> None:
    results = study({"absent": [], "off": [off]}).run()

    absent, twin = (truth(results, "mechanical_threshold", arm) for arm in ("absent", "off"))
    np.testing.assert_allclose(twin, absent, rtol=2e-3)


def test_naloxone_undoes_electroacupuncture_and_does_little_alone() -> None:
    arms = {"untreated": [], "electro": [ELECTRO], "blocked": [NALOXONE, ELECTRO], "naloxone": [NALOXONE]}
    results = study(arms, assess={"at": "10:45"}).run()

    day = results.days.index(2.0)
    untreated, electro, blocked, alone = (np.median(truth(results, "mechanical_threshold", arm)[day]) for arm in arms)
    assert electro > blocked
    assert electro > untreated
    assert abs(np.log(alone / untreated)) < 0.5 * np.log(electro / untreated)


def test_two_treatments_in_one_arm_relieve_more_than_each() -> None:
    results = study({"untreated": [], "a": [HBOT], "b": [TREADMILL], "both": [HBOT, TREADMILL]}).run()

    last = {arm: np.median(truth(results, "mechanical_threshold", arm)[-1]) for arm in results.arms}
    assert last["both"] > max(last["a"], last["b"]) > last["untreated"]


def test_treatment_before_the_lesion_is_simulated() -> None:
    before = {"exercise": TREADMILL["exercise"] | {"start_day": -10, "sessions": 8}}
    results = study({"untreated": [], "trained": [before]}).run()

    untreated, trained = (truth(results, "mechanical_threshold", arm) for arm in ("untreated", "trained"))
    assert np.all(trained[-1] > untreated[-1])


def test_a_mouse_has_its_own_baseline() -> None:
    results = study({"untreated": []}, subjects={"species": "mouse", "n": 8}).run()

    assert 0.5 < np.median(truth(results, "mechanical_threshold", "untreated")[0]) < 4.0


def test_results_say_where_they_come_from(treated: Results) -> None:
    attributes = treated.data.attrs

    assert attributes["seed"] == 3
    assert attributes["achieved_error"] <= attributes["tolerance"]
    assert "liu2019" in json.loads(attributes["sources"])
    assert len(json.loads(attributes["sessions"])["hbot"]) == 3
    assert Study.from_dict(yaml.safe_load(attributes["study_yaml"])).days == 4


def test_a_network_file_changes_the_result(tmp_path: Path) -> None:
    extra = tmp_path / "stronger.yaml"
    extra.write_text(
        "system: pain\nlabel: Pain\nedges:\n"
        "  - {from: ectopic_activity, to: mechanical_hypersensitivity, sign: '+', gain: 2.0, basis: assumption}\n",
        encoding="utf-8",
    )
    plain = study({"untreated": []}).run()
    changed = study({"untreated": []}, network=[str(extra)]).run()

    assert np.all(
        truth(changed, "mechanical_threshold", "untreated")[-1] < truth(plain, "mechanical_threshold", "untreated")[-1]
    )
    assert "gain: 2.0" in changed.data.attrs["network"]


def test_progress_reaches_the_end() -> None:
    told: list[tuple[str, float]] = []

    study({"untreated": []}).run(progress=lambda what, share: told.append((what, share)))

    assert told[0][1] == 0.0
    assert told[-1][1] == 1.0


def test_a_network_file_that_breaks_a_rule_is_refused(tmp_path: Path) -> None:
    extra = tmp_path / "loop.yaml"
    extra.write_text(
        "system: pain\nlabel: Pain\nedges:\n"
        "  - {from: microglia, to: microglia, sign: '+', gain: 2.0, basis: assumption}\n",
        encoding="utf-8",
    )

    with pytest.raises(NetworkError, match="microglia acts on itself"):
        study({"untreated": []}, network=[str(extra)]).run()


def test_a_network_file_brings_its_own_papers(tmp_path: Path) -> None:
    extra = tmp_path / "own.yaml"
    extra.write_text(
        "system: pain\nlabel: Pain\nedges:\n"
        "  - {from: trpv1, to: mechanical_hypersensitivity, sign: '+', gain: 0.1, basis: review, sources: [own2026]}\n"
        "papers:\n  own2026: {title: Our own experiment, year: 2026, url: 'https://example.org'}\n",
        encoding="utf-8",
    )

    attributes = study({"untreated": []}, network=[str(extra)]).run().data.attrs

    assert "Our own experiment" in json.loads(attributes["own_papers"])["own2026"][0]


def test_the_assessment_of_a_day_counts_as_after_the_session_of_that_day(treated: Results) -> None:
    assert treated.times[3] == pytest.approx(3 + 14 / 24, abs=1e-12)
    assert treated.day_after_treatment == 3.0
    assert list(treated.plot("mechanical_threshold").data[1].x) == pytest.approx(treated.times, abs=1e-12)


def test_times_survive_being_saved(treated: Results, tmp_path: Path) -> None:
    treated.save(tmp_path / "kept")

    assert Results.load(tmp_path / "kept").times == treated.times


def drawn(results: Results, outcome: str, arm: str) -> np.ndarray:
    return np.asarray(results.data[f"{outcome}_draws"].sel(arm=arm).to_numpy())


@pytest.fixture(scope="module")
def varied(posterior: Posterior) -> Results:
    return run_study(study({"untreated": [], "hbot": [HBOT]}), posterior=posterior)


def test_draws_leave_the_subjects_as_they_are(varied: Results) -> None:
    without = run_study(study({"untreated": [], "hbot": [HBOT]}), draws=False)

    assert without.draws == 0
    assert np.isnan(without.effects()["model_low"]).all()
    assert varied.outcomes == without.outcomes
    for name in varied.outcomes:
        np.testing.assert_array_equal(varied.data[name].to_numpy(), without.data[name].to_numpy())


def test_draws_of_the_same_seed_are_the_same_whatever_the_arms(varied: Results, posterior: Posterior) -> None:
    more = run_study(study({"untreated": [], "needle": [NEEDLE], "hbot": [HBOT]}), posterior=posterior)
    other = run_study(study({"untreated": []}, subjects={"seed": 4}), posterior=posterior)

    for arm in varied.arms:
        for name in varied.outcomes:
            np.testing.assert_array_equal(drawn(more, name, arm), drawn(varied, name, arm))
    assert not np.allclose(drawn(other, "p_mtor", "untreated"), drawn(varied, "p_mtor", "untreated"), rtol=1e-2)


def test_draws_are_paired_and_lie_around_the_typical_subject(varied: Results) -> None:
    untreated, hbot = (drawn(varied, "mechanical_threshold", arm) for arm in ("untreated", "hbot"))

    np.testing.assert_array_equal(untreated[0], hbot[0])
    assert np.ptp(untreated[0]) < 1e-9 * untreated[0, 0]
    assert np.ptp(untreated[-1]) > 0.1 * untreated[-1].mean()
    assert np.all(hbot[-1] > untreated[-1])
    found = varied.effects("mechanical_threshold", day=4).iloc[0]
    assert 0 < found["model_low"] < found["twin_median"] < found["model_high"]


def test_a_knocked_out_edge_is_cut_in_every_draw(posterior: Posterior) -> None:
    cut = {"knockout": {"species": "mtorc1"}}
    results = run_study(study({"untreated": [], "cut": [cut]}), posterior=posterior)

    whole, without = (drawn(results, "mechanical_threshold", arm) for arm in ("untreated", "cut"))
    assert np.all(without[-1] > 1.001 * whole[-1])


def test_results_say_what_the_parameters_come_from(varied: Results, tmp_path: Path) -> None:
    attributes = Results.load(varied.save(tmp_path / "kept")).data.attrs

    assert "12 findings of own data (rats.csv)" in attributes["parameters"]
    assert attributes["parameters_digest"] in attributes["calibration"]
    assert Results.load(tmp_path / "kept").draws == varied.draws > 0
