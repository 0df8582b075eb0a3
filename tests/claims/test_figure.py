"""The figure of an experiment: its arms, the healthy level and what was published."""

from __future__ import annotations

import json

import pytest

from allodyne.claims.experiments import Experiment, run_experiments
from allodyne.claims.figure import experiment_figure
from allodyne.claims.panels import panels
from allodyne.report import Results
from allodyne.report.published import comparisons

NAME, OUTCOME, DAY = "e10_microcirculation", "perfusion", 7
VALUE, LOW, HIGH = 0.2, 0.1, 0.3


@pytest.fixture(scope="module")
def experiment() -> Experiment:
    """An experiment to which a published difference is added."""
    found = run_experiments([NAME])[NAME].results
    treated = next(arm for arm in found.arms if arm != found.control)
    record = {"arm": treated, "outcome": OUTCOME, "day": DAY, "value": VALUE, "ci": [LOW, HIGH], "source": "liu2017"}
    published = [*json.loads(found.data.attrs["published"]), record]
    results = Results(found.data.assign_attrs(published=json.dumps(published)))
    return Experiment(NAME, results, tuple(comparisons(results)))


def test_a_panel_holds_the_arms_as_they_were_measured(experiment: Experiment) -> None:
    (panel,) = [one for one in panels(experiment) if (one.outcome, one.day) == (OUTCOME, DAY)]
    index = experiment.results.days.index(DAY)

    assert [bar.arm for bar in panel.bars] == experiment.results.arms
    for bar in panel.bars:
        spread = experiment.results.spread(OUTCOME, bar.arm)
        assert (bar.low, bar.value, bar.high) == pytest.approx(
            (spread.low[index], spread.value[index], spread.high[index]), rel=1e-12
        )
    assert (panel.baseline, panel.baseline_name) == (1.0, "healthy")


def test_a_published_difference_stands_on_the_arm_it_was_taken_against(experiment: Experiment) -> None:
    figure = experiment_figure(experiment)
    control = experiment.results.spread(OUTCOME, experiment.results.control or "")
    base = control.value[experiment.results.days.index(DAY)]
    (mark,) = [trace for trace in figure.data if trace.marker.symbol == "diamond-open"]

    assert mark.x[0] == pytest.approx(base + VALUE, rel=1e-9)
    assert mark.error_x.array[0] == pytest.approx(HIGH - VALUE, rel=1e-9)
    assert mark.error_x.arrayminus[0] == pytest.approx(VALUE - LOW, rel=1e-9)


def test_every_panel_has_its_title_its_arms_and_a_dashed_line(experiment: Experiment) -> None:
    figure, shown = experiment_figure(experiment), panels(experiment)

    assert len({(row.outcome, row.day) for row in experiment.comparisons}) == len(shown)
    dashed = [shape.x0 for shape in figure.layout.shapes if shape.line.dash == "dash"]
    assert dashed == [panel.baseline for panel in shown]
    texts = [note.text for note in figure.layout.annotations]
    assert all(any(text.startswith(experiment.results.label(panel.outcome)[:20]) for text in texts) for panel in shown)
    labels = figure.layout.yaxis.ticktext
    assert [label.replace("<br>", " ") for label in labels] == [
        arm.replace("_", " ") for arm in experiment.results.arms
    ]
