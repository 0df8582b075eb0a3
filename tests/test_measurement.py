"""Scores, placebo and relapses of people, through whole studies."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from allodyne import Results, Study
from allodyne.calibrate.posterior import Posterior
from allodyne.errors import StudyError
from allodyne.pipeline import run_studies, run_study
from allodyne.subjects.conditions import find_condition

PLACEBO = {"placebo": {"weeks": 8}}
PREGABALIN = {"drug": {"name": "pregabalin", "dose_mg": 150, "route": "po", "per_day": 2, "weeks": 8}}


def trial(arms: dict[str, list[Any]], **changes: Any) -> Study:
    data: dict[str, Any] = {
        "study": "a trial",
        "subjects": {"species": "human", "condition": "dpn", "n": 40, "seed": 1},
        "days": 56,
        "arms": arms,
        "measure": ["pain_score"],
        "assess": {"every_days": 28},
    }
    return Study.from_dict(data | changes)


@pytest.fixture(scope="module")
def dpn() -> Results:
    return trial({"placebo": [PLACEBO], "pregabalin": [PREGABALIN], "waiting": []}).run()


def mean(results: Results, arm: str, day: float) -> float:
    return float(results.data["pain_score_true"].sel(arm=arm, day=day).mean())


def test_everybody_starts_alike(dpn: Results) -> None:
    baseline = dpn.data["pain_score_true"].sel(day=0).to_numpy()
    np.testing.assert_array_equal(baseline[0], baseline[1])
    assert baseline.min() >= 0 and baseline.max() <= 10


def test_placebo_relieves_and_waiting_does_not(dpn: Results) -> None:
    told = find_condition("dpn").reported("pain_score")
    assert told is not None
    gap = mean(dpn, "placebo", 56) - mean(dpn, "waiting", 56)
    assert gap == pytest.approx(told.placebo.value, abs=0.4)


def test_a_drug_relieves_beyond_placebo(dpn: Results) -> None:
    assert mean(dpn, "pregabalin", 56) < mean(dpn, "placebo", 56) - 0.3


def test_studies_run_together_give_the_numbers_of_each_alone(dpn: Results) -> None:
    other = trial({"waiting": []}, measure=["pain_score", "microglia"])
    together = run_studies([other, trial({"placebo": [PLACEBO], "pregabalin": [PREGABALIN], "waiting": []})])
    np.testing.assert_array_equal(together[1].data["pain_score"].to_numpy(), dpn.data["pain_score"].to_numpy())
    assert together[0].outcomes == ["pain_score", "microglia"]


def test_relapses_are_counted_and_never_undone() -> None:
    relapses = trial(
        {"untreated": []},
        subjects={"species": "human", "condition": "ms", "n": 60, "seed": 1},
        measure=["relapses"],
        days=730,
        assess={"every_days": 73},
    ).run()
    counts = relapses.data["relapses"].sel(arm="untreated").to_numpy()
    expected = relapses.data["relapses_true"].sel(arm="untreated").to_numpy()
    assert relapses.failed == {"untreated": 0}
    assert (counts[0] == 0).all()
    assert (np.diff(counts, axis=0) >= 0).all()
    assert counts[-1].mean() == pytest.approx(expected[-1].mean(), abs=4 * np.sqrt(expected[-1].mean() / 60))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"measure": ["relapses"]}, "does not relapse"),
        ({"measure": ["edss"]}, "not known in people with the condition 'dpn'"),
        ({"measure": ["mechanical_threshold"]}, "no numbers for 'human'"),
        ({"subjects": {"species": "rat", "condition": "cci", "n": 4}, "measure": ["pain_score"]}, "told by people"),
        ({"subjects": {"species": "rat", "condition": "dpn", "n": 4}, "measure": ["microglia"]}, "human only"),
    ],
)
def test_what_makes_no_sense_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(StudyError) as caught:
        trial({"waiting": []}, **changes)
    assert said in str(caught.value)


def test_the_lasting_response_to_needling_outlasts_the_course_in_people() -> None:
    needles = {"acupuncture": {"mode": "manual", "minutes": 30, "per_week": 2, "sessions": 16, "points": ["ST36"]}}
    sham = {"acupuncture": {**needles["acupuncture"], "sham": True}}
    found = trial({"sham": [sham], "needles": [needles]}, days=168).run()

    end, later = (mean(found, "needles", day) - mean(found, "sham", day) for day in (56, 168))
    assert end < -0.5
    assert later < 0.5 * end


def test_responders_to_pregabalin_are_about_as_many_as_published() -> None:
    strong = {"drug": {"name": "pregabalin", "dose_mg": 200, "route": "po", "per_day": 3, "weeks": 8}}
    subjects = {"species": "human", "condition": "dpn", "n": 256, "seed": 1}
    found = trial({"placebo": [PLACEBO], "pregabalin": [strong]}, subjects=subjects, control="placebo").run()

    # pregabalin-pooled: 42 against 16 percent of patients lose half of their pain at 600 mg a day.
    readings = found.data["pain_score"]
    lost = (readings.sel(day=56) <= 0.5 * readings.sel(day=0)).mean("subject")
    assert float(lost.sel(arm="placebo")) == pytest.approx(0.2, abs=0.08)
    assert float(lost.sel(arm="pregabalin") - lost.sel(arm="placebo")) == pytest.approx(0.26, abs=0.1)


def test_draws_of_a_score_start_at_the_mean_baseline_and_follow_the_placebo(posterior: Posterior) -> None:
    arms = {"placebo": [PLACEBO], "pregabalin": [PREGABALIN], "waiting": []}
    found = run_study(trial(arms, control="placebo"), posterior=posterior).data["pain_score_draws"]
    told = find_condition("dpn").reported("pain_score")
    assert told is not None

    np.testing.assert_allclose(found.sel(day=0), told.baseline.value, rtol=1e-12)
    placebo, waiting, drug = (found.sel(arm=arm, day=56).to_numpy() for arm in ("placebo", "waiting", "pregabalin"))
    np.testing.assert_allclose(placebo - waiting, placebo[0] - waiting[0], atol=1e-9)
    assert placebo[0] - waiting[0] == pytest.approx(told.placebo.value, abs=0.4)
    assert np.all(drug < placebo)
    assert np.ptp(drug) > 0.1


def test_draws_of_events_are_expected_numbers_at_the_mean_rate(posterior: Posterior) -> None:
    subjects = {"species": "human", "condition": "ms", "n": 4, "seed": 1}
    changes = {"subjects": subjects, "measure": ["relapses"], "days": 365, "assess": {"every_days": 73}}
    found = run_study(trial({"untreated": []}, **changes), posterior=posterior).data["relapses_draws"]
    told = find_condition("ms").relapses
    assert told is not None

    values = found.sel(arm="untreated").to_numpy()
    assert np.all(values[0] == 0)
    assert np.all(np.diff(values, axis=0) >= 0)
    assert 0.3 * told.rate.value < np.median(values[-1]) < 3 * told.rate.value


def test_draws_of_a_biomarker_start_at_health(posterior: Posterior) -> None:
    changes = {
        "subjects": {"species": "rat", "condition": "cci", "n": 2, "seed": 1},
        "measure": ["microglia"],
        "days": 7,
    }
    found = run_study(trial({"untreated": []}, assess={"every_days": 7}, **changes), posterior=posterior)

    values = found.data["microglia_draws"].sel(arm="untreated").to_numpy()
    np.testing.assert_allclose(values[0], 1.0, rtol=1e-9)
    assert np.all(values[-1] > 1.0)
