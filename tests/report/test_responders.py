"""Responders and events, on results whose numbers are known."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from allodyne.report import Results
from allodyne.report.event_rates import event_rates
from allodyne.report.page import render
from allodyne.report.responders import responders

DIMS = ("arm", "day", "subject")
BEFORE = np.full(100, 8.0)


def results(treated: np.ndarray, control: np.ndarray, **attrs: object) -> Results:
    """Two arms of people, days 0 and 365.25; arrays of shape (subjects,) for the last day."""
    start = np.zeros(100) if attrs.get("form") == "events" else BEFORE
    both = np.stack([np.stack([start, treated]), np.stack([start, control])])
    known = {"units": "points", "orientation": "down is relief", "kind": "endpoint", "label": "Pain", **attrs}
    days = [0.0, 365.25]
    data = xr.Dataset(
        {"pain": (DIMS, both, known), "pain_true": (DIMS, both, known), "status": (DIMS[::2], both[:, 0] * 0)},
        {"arm": ["treated", "control"], "day": days, "time": ("day", days), "subject": np.arange(100)},
        {"control": "control", "animal": "human", "study": "a trial", "condition": "dpn"},
    )
    return Results(data)


TRIAL = results(np.repeat([3.0, 5.0, 8.0], [40, 20, 40]), np.repeat([3.0, 8.0], [20, 80]), form="score", responders=1)


def test_shares_difference_and_number_to_treat() -> None:
    rows = {(row.arm, row.lost): row for row in responders(TRIAL, 365.25)}
    assert rows["treated", 0.5].share == pytest.approx(0.4)
    assert rows["treated", 0.3].share == pytest.approx(0.6)
    assert rows["treated", 0.5].difference == pytest.approx(0.2)
    assert rows["treated", 0.5].treat == pytest.approx(5.0)
    assert rows["treated", 0.5].low < 0.2 < rows["treated", 0.5].high
    assert np.isnan(rows["control", 0.5].difference)


def test_no_number_to_treat_without_a_clear_benefit() -> None:
    worse = results(np.full(100, 8.0), np.repeat([3.0, 8.0], [20, 80]), form="score", responders=1)
    assert all(np.isnan(row.treat) for row in responders(worse, 365.25))


def test_other_outcomes_have_none() -> None:
    assert responders(results(BEFORE, BEFORE, form="score", responders=0), 365.25) == []
    assert event_rates(TRIAL) == []


def test_events_a_year_share_and_ratio() -> None:
    counted = results(np.repeat([0.0, 1.0], [80, 20]), np.repeat([0.0, 2.0], [80, 20]), form="events")
    treated, control = event_rates(counted)
    assert treated.rate.value == pytest.approx(0.2)
    assert control.rate.value == pytest.approx(0.4)
    assert treated.share.value == pytest.approx(20.0)
    assert treated.ratio is not None and treated.ratio.value == pytest.approx(0.5)
    assert control.ratio is None


def test_the_page_shows_them() -> None:
    assert "Responders" in render(TRIAL)


def test_the_course_of_events_is_a_mean() -> None:
    counted = results(np.repeat([0.0, 1.0], [80, 20]), np.zeros(100), form="events")
    course = counted.spread("pain", "treated")
    assert course.value[-1] == pytest.approx(0.2)
    assert course.low[-1] < 0.2 < course.high[-1]
