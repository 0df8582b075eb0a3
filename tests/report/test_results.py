import numpy as np
import pytest

from allodyne.errors import UserError
from allodyne.report import Results


def test_frame_holds_every_value_in_one_row(failing):
    frame = failing.to_frame()
    assert list(frame.columns) == ["arm", "day", "subject", "outcome", "value", "true_value", "units", "status"]
    assert len(frame) == 4 * 3 * 29 * 60
    row = frame.query("arm == 'hbot' and day == 7 and subject == 9 and outcome == 'thermal_latency'").iloc[0]
    where = {"arm": "hbot", "day": 7, "subject": 9}
    assert row["value"] == failing.data["thermal_latency"].sel(where).item()
    assert row["true_value"] == failing.data["thermal_latency_true"].sel(where).item()
    assert (row["units"], row["status"]) == ("s", "solved")
    failed = frame[frame["status"] != "solved"]
    assert set(failed["subject"]) == {0, 5}
    assert failed["value"].isna().all()


def test_summary_counts_failed_subjects_and_leaves_them_out(failing):
    summary = failing.summary().set_index(["arm", "day", "outcome"])
    row = summary.loc[("hbot", 14.0, "mechanical_threshold")]
    values = failing.data["mechanical_threshold"].sel(arm="hbot", day=14).dropna("subject").to_numpy()
    assert row[["median", "p5", "p95"]].tolist() == pytest.approx(np.quantile(values, [0.5, 0.05, 0.95]).tolist())
    assert (row["n_solved"], row["n_failed"]) == (58, 2)
    assert (summary.loc["untreated"]["n_failed"] == 0).all()
    assert not summary["median"].isna().any()


def test_effects_find_what_was_put_in(results):
    row = results.effects("mechanical_threshold", day=20).set_index("arm").loc["hbot"]
    assert row["against"] == "untreated"
    assert row["difference_low"] < 3 < row["difference_high"]
    assert row["twin_median"] == pytest.approx(3, abs=0.4)
    assert row["twin_p5"] > 1.4
    assert row["improved_share"] == 1
    assert row["n_per_group"] < 10


def test_before_treatment_twins_do_not_differ_and_nobody_improves(results):
    row = results.effects("thermal_latency", day=1).set_index("arm").loc["hbot"]
    assert row["twin_p5"] == row["twin_p95"] == 0
    assert row["improved_share"] == 0
    assert row["g_low"] < 0 < row["g_high"]


def test_effects_cover_every_arm_day_and_outcome(results):
    frame = results.effects()
    assert len(frame) == 2 * 29 * 4
    assert "untreated" not in set(frame["arm"])
    assert not frame["g"].isna().any()
    assert frame[frame["outcome"] == "p_mtor"]["improved_share"].isna().all()


def test_effects_count_failed_subjects(failing):
    frame = failing.effects("mechanical_threshold", day=7).set_index("arm")
    assert frame.loc["hbot", ["n", "n_control", "n_twins", "n_failed"]].tolist() == [58, 60, 58, 2]
    assert frame.loc["hbot + exercise", ["n", "n_twins", "n_failed"]].tolist() == [60, 60, 0]
    assert not frame["difference"].isna().any()


def test_measurement_error_widens_g_but_not_the_twins(make):
    quiet, noisy = make(), make()
    extra = np.random.default_rng(8).normal(0, 6, noisy.data["mechanical_threshold"].shape)
    noisy.data["mechanical_threshold"] = noisy.data["mechanical_threshold"] + extra
    before, after = (r.effects("mechanical_threshold", day=20).set_index("arm").loc["hbot"] for r in (quiet, noisy))
    assert after["g"] < before["g"] / 2
    assert after["n_per_group"] > before["n_per_group"]
    assert after["twin_median"] == before["twin_median"]


def test_an_arm_without_survivors_has_counts_and_no_numbers(make):
    lost = make()
    lost.data["status"][1] = 1
    lost.data["mechanical_threshold"][1] = np.nan
    row = lost.effects("mechanical_threshold", day=7).set_index("arm").loc["hbot"]
    assert np.isnan(row["difference"])
    assert row["n_failed"] == 60
    assert "60 of 60" in repr(lost)


def test_without_a_control_arm_there_are_no_effects(make):
    lone = Results(make().data.sel(arm=["hbot"]))
    assert lone.control is None
    assert len(lone.effects()) == 0
    assert "difference" in lone.effects()
    assert "Results of" in repr(lone)


def test_unknown_names_and_days_are_answered_with_the_nearest(results):
    with pytest.raises(UserError, match="mechanical_threshold"):
        results.effects("mechanical_treshold")
    with pytest.raises(UserError, match="nearest recorded days are 7"):
        results.effects(day=7.3)
    with pytest.raises(UserError, match="p_mtor"):
        results.plot("pmtor")


def test_key_days_are_few_and_sensible(make):
    days = make(days=85).key_days()
    assert len(days) <= 8
    assert (days[0], days[-1]) == (0, 84)
    assert 20 in days
    assert sum(day % 7 == 0 for day in days) >= 6
    assert make(days=6).key_days() == [0, 1, 2, 3, 4, 5]


def test_day_after_treatment_is_the_first_one_recorded_after_the_last_session(make):
    assert make().day_after_treatment == 20
    assert make(sessions="{}").day_after_treatment == 28


def test_repr_fits_a_screen_and_says_the_context(results):
    lines = repr(results).splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 120
    assert "never dosing advice" in lines[-1]


def test_notebook_view_is_a_small_escaped_table(make):
    html = make(study="<script>alert(1)</script>")._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert html.count("<tr>") == 1 + 4 * 2
    assert "never dosing advice" in html


def test_effects_say_what_the_parameters_leave_open(drawn, results):
    frame = drawn.effects("mechanical_threshold", day=20).set_index("arm")
    # relief of 3 and 5 g times 0 to 2, from the 5th to the 95th percentile
    assert frame.loc["hbot", ["model_low", "model_high"]].tolist() == pytest.approx([0.3, 5.7], rel=1e-9)
    assert frame.loc["hbot + exercise", ["model_low", "model_high"]].tolist() == pytest.approx([0.5, 9.5], rel=1e-9)
    assert drawn.effects("thermal_latency")[["model_low", "model_high"]].isna().all(axis=None)
    assert results.effects()[["model_low", "model_high"]].isna().all(axis=None)


def test_parameters_have_a_band_and_an_interval_of_their_own(drawn, results):
    band = drawn.parameter_band("mechanical_threshold", "hbot")
    assert (band.value[20], band.low[20], band.high[20]) == pytest.approx((8, 5.3, 10.7), rel=1e-9)
    assert drawn.parameter_interval("mechanical_threshold", "hbot", 20) == pytest.approx((3, 0.3, 5.7), rel=1e-9)
    assert np.isnan(results.parameter_band("mechanical_threshold", "hbot").value).all()
    assert np.isnan(results.parameter_interval("mechanical_threshold", "hbot", 20)).all()
    with pytest.raises(UserError, match="hbot"):
        drawn.parameter_band("mechanical_threshold", "hbott")
    with pytest.raises(UserError, match="nearest recorded days are 7"):
        drawn.parameter_interval("mechanical_threshold", "hbot", 7.3)


def test_draws_that_failed_are_left_out_of_pairs(make):
    lost = make(draws=41)
    lost.data["mechanical_threshold_draws"][0, 3, 40] = np.nan
    found = lost.parameter_interval("mechanical_threshold", "hbot", 20)
    assert found.high == pytest.approx(3 * np.quantile(np.linspace(0, 2, 41)[:40], 0.95), rel=1e-9)
    assert not np.isnan(lost.parameter_band("mechanical_threshold", "hbot").high).any()


def test_draws_are_no_outcome(drawn, results):
    assert (drawn.draws, results.draws) == (41, 0)
    assert drawn.outcomes == results.outcomes
