import numpy as np
import pytest

from allodyne.report import Results
from allodyne.report.plots import arm_styles, forest


def lines(figure, name):
    return [trace for trace in figure.data if trace.name == name and trace.mode == "lines"]


def test_curves_draw_the_median_and_the_band_of_every_arm(results):
    figure = results.plot("mechanical_threshold")
    summary = results.summary().query("arm == 'hbot' and outcome == 'mechanical_threshold'")
    (line,) = lines(figure, "hbot")
    np.testing.assert_allclose(line.y, summary["median"])
    bands = [trace for trace in figure.data if trace.fill == "toself"]
    assert len(bands) == 3
    np.testing.assert_allclose(bands[1].y[:29], summary["p95"])
    np.testing.assert_allclose(bands[1].y[29:], summary["p5"][::-1])


def test_every_outcome_has_a_panel_with_its_name(results):
    titles = [note.text for note in results.plot().layout.annotations]
    assert [title for title in titles if title != "lesion"] == [results.label(name) for name in results.outcomes]


def test_sessions_are_marked_at_their_start(results):
    figure = results.plot("thermal_latency")
    ticks = [trace for trace in figure.data if trace.marker.symbol == "line-ns"]
    starts = {trace.legendgroup: list(trace.x) for trace in ticks}
    assert starts["hbot"] == [mark.start for mark in results.sessions["hbot"]]
    assert len(starts["hbot + exercise"]) == 17
    assert "untreated" not in starts


def test_lesion_stands_at_day_zero_unless_there_is_none(make):
    assert [shape.x0 for shape in make().plot("thermal_latency").layout.shapes] == [0]
    assert not make(condition="naive").plot("thermal_latency").layout.shapes


def test_published_difference_stands_on_the_control_arm(results):
    figure = results.plot("mechanical_threshold")
    (point,) = [trace for trace in figure.data if trace.marker.symbol == "diamond-open"]
    base = results.spread("mechanical_threshold", "untreated").value[7]
    assert (point.x[0], point.y[0]) == pytest.approx((7, base + 2.9))
    assert (point.error_y.array[0], point.error_y.arrayminus[0]) == pytest.approx((0.8, 0.8))
    assert not [trace for trace in results.plot("p_mtor").data if trace.marker.symbol == "diamond-open"]


def test_names_with_markup_are_drawn_as_they_are(make):
    named = Results(make(subjects=3, days=3).data.assign_coords(arm=["untreated", "<b>a</b>", "c"]))
    for figure in (named.plot(), forest(named)):
        names = {trace.name for trace in figure.data}
        assert "&lt;b&gt;a&lt;/b&gt;" in names
        assert "<b>a</b>" not in names


def test_every_arm_looks_different(make):
    base = make(subjects=2, days=2).data
    many = Results(base.isel(arm=[0, *[1] * 12]).assign_coords(arm=["untreated", *[f"arm {i}" for i in range(12)]]))
    assert len(set(arm_styles(many).values())) == 13


def test_forest_shows_g_with_its_interval(results):
    figure = forest(results)
    trace = next(trace for trace in figure.data if trace.name == "hbot")
    frame = results.effects(day=20).query("arm == 'hbot'")
    assert list(trace.x) == frame["g"].tolist()
    np.testing.assert_allclose(trace.error_x.array, frame["g_high"] - frame["g"])
    assert list(figure.layout.yaxis.ticktext) == [results.label(name) for name in results.outcomes]
    assert "day 20" in figure.layout.xaxis.title.text


def test_the_band_of_the_parameters_is_dashed_and_explained(drawn, results):
    figure = drawn.plot("mechanical_threshold")
    bands = lines(figure, "parameters")
    found = drawn.parameter_band("mechanical_threshold", "hbot")
    assert len(bands) == 3
    np.testing.assert_allclose(np.array(bands[1].y[:29], dtype=float), found.low)
    np.testing.assert_allclose(np.array(bands[1].y[30:], dtype=float), found.high)
    assert {band.fill for band in bands} == {None}
    assert all(band.line.dash not in (None, "solid") for band in bands)
    legend = {trace.name for trace in figure.data if trace.showlegend is not False}
    assert {"90% of subjects", "90% over parameters, typical subject"} <= legend
    assert not lines(results.plot("mechanical_threshold"), "parameters")
