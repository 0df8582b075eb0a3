import io

import numpy as np
import pytest
from rich.console import Console

from allodyne.report import Results, print_summary


def printed(results, width, folder=None):
    stream = io.StringIO()
    print_summary(results, Console(file=stream, width=width), folder)
    return stream.getvalue()


@pytest.mark.parametrize("width", [80, 100, 140])
def test_summary_fits_the_terminal(failing, width):
    assert max(map(len, printed(failing, width).splitlines())) <= width


@pytest.mark.parametrize("width", [60, 80, 100])
def test_long_names_and_numbers_hide_nothing(make, width):
    results = make()
    label = "Mechanical withdrawal threshold (von Frey)"
    results.data["mechanical_threshold"].attrs["label"] = label
    for name in ("mechanical_threshold", "mechanical_threshold_true"):
        results.data[name] = results.data[name].copy(data=1000 * results.data[name].to_numpy())
    results.data["thermal_latency"][1] = results.data["thermal_latency"][0] * 1.02
    words = printed(results, width).split()
    row = results.effects("thermal_latency", day=28).set_index("arm").loc["hbot"]
    assert f"{row['n_per_group']:,.0f}" in words
    assert f"{results.summary()['p95'].max():.0f})" in words
    assert words.count("hbot") >= 4
    assert not any("…" in word for word in words)


@pytest.mark.parametrize("width", [80, 100])
def test_intervals_are_never_broken_or_cut(results, width):
    text = printed(results, width)
    row = results.effects("mechanical_threshold", day=20).set_index("arm").loc["hbot"]
    assert f"+{row['difference']:.2f} ({row['difference_low']:.2f} to {row['difference_high']:.2f})" in text
    assert f"{row['g']:.2f} ({row['g_low']:.2f} to {row['g_high']:.2f})" in text
    median = results.summary().set_index(["arm", "day", "outcome"]).loc[("untreated", 0.0, "thermal_latency")]
    assert f"{median['median']:.2f} ({median['p5']:.2f} to {median['p95']:.2f})" in text
    assert "…" not in text


def test_summary_says_all_that_was_promised(failing, tmp_path):
    text = printed(failing, 100, tmp_path / "run")
    assert "mechanical threshold (g)" in text
    assert "fold of healthy" in text
    assert "guo2019" in text
    assert "hbot: 2 of 60 (1 not finite, 1 tolerance missed)" in text
    assert "4.0e-04" in text
    assert "never dosing advice" in text
    assert str(tmp_path / "run") in text.replace("\n", "")


def test_names_with_markup_are_printed_as_they_are(make):
    results = make()
    named = Results(results.data.assign_coords(arm=["untreated", "[red]hbot[/red]", "[/]"]))
    text = printed(named, 100)
    assert "[red]hbot[/red]" in text
    assert "[/]" in text


def test_solved_studies_say_so(results):
    assert "All 60 subjects were solved" in printed(results, 100)


def test_an_unknown_error_is_not_given_as_a_number(make):
    assert "not estimated (asked for: 1e-03)" in printed(make(achieved_error=float("nan")), 100)


def test_a_lone_arm_is_summed_up_without_effects(make):
    text = printed(Results(make().data.sel(arm=["hbot"])), 80)
    assert "Median and 5 to 95" in text
    assert "Effect on" not in text


@pytest.mark.parametrize("width", [80, 100, 140])
def test_what_the_parameters_leave_open_stands_beside_the_effect(drawn, width):
    text = printed(drawn, width)
    row = drawn.effects("mechanical_threshold", day=20).set_index("arm").loc["hbot"]
    assert f"+{row['difference']:.2f} ({row['difference_low']:.2f} to {row['difference_high']:.2f})" in text
    assert "0.30 to 5.70" in text
    assert f" {row['g']:.2f}" in text
    assert (f"({row['g_low']:.2f} to {row['g_high']:.2f})" in text) == (width > 80)
    assert max(map(len, text.splitlines())) <= width
    assert "41 draws of the calibrated parameters" in " ".join(text.split())
    assert "Parameters: calibrated on 12 findings." in text


def test_without_draws_nothing_is_said_of_them(results):
    text = printed(results, 100)
    assert "model (90%)" not in text
    assert "draws" not in text


def test_draws_that_failed_are_counted(make):
    lost = make(draws=41)
    lost.data["mechanical_threshold_draws"][0, 3, 40] = np.nan
    lost.data["thermal_latency_draws"] = lost.data["mechanical_threshold_draws"]
    assert "40 of 41 draws" in " ".join(printed(lost, 100).split())
