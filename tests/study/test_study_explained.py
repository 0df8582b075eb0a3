"""What `allodyne check` knows about a study."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import pytest

from allodyne.signals import Signal
from allodyne.study import Study, explain
from allodyne.study.explain import peaks

Build = Callable[..., Study]


def test_sessions_doses_drives_and_sources_are_explained(good: dict[str, Any]) -> None:
    explanation = explain(Study.from_dict(good))
    assert explanation.arms["untreated"] == []
    (hbot,) = explanation.arms["hbot"]
    assert (hbot.sessions, hbot.days, hbot.clock_times) == (7, "1-7", ["10:00"])
    assert hbot.first.startswith("day 1, 10:00") and hbot.last.startswith("day 7, 10:00")
    assert hbot.total_minutes >= 7 * 60
    assert hbot.doses and 1.0 < hbot.drives["oxygen"] < 2.5
    assert set(hbot.sources) <= set(explanation.sources)
    assert all(citation for citation in explanation.sources.values())


def test_an_explanation_is_json(good: dict[str, Any]) -> None:
    data = json.loads(json.dumps(explain(Study.from_dict(good)).to_dict()))
    assert data["arms"]["hbot"][0]["sessions"] == 7
    assert [outcome["name"] for outcome in data["measure"]] == good["measure"]


def test_a_sensible_study_has_no_warning(good: dict[str, Any]) -> None:
    assert explain(Study.from_dict(good)).warnings == []


def test_what_a_reader_should_know_is_a_warning(good: dict[str, Any]) -> None:
    hbot = {"hbot": {"pressure_ata": 2.0, "minutes": 60, "sessions": 3, "start_day": -1, "at": "13:30"}}
    subjects = {**good["subjects"], "n": 1}
    warnings = "\n".join(
        explain(Study.from_dict({**good, "subjects": subjects, "arms": {"a": [hbot], "b": [hbot]}})).warnings
    )
    for part in ("a itself", "one subject", "a and b are the same", "during a session", "1 of 3 sessions lie before"):
        assert part in warnings


def test_a_course_borrowed_from_the_other_animal_is_a_warning(good: dict[str, Any]) -> None:
    mouse = {**good["subjects"], "species": "mouse", "condition": "cci"}
    (warning,) = explain(Study.from_dict({**good, "subjects": mouse})).warnings
    assert "no course of its own for the mouse" in warning


def test_peaks_add_what_overlaps_and_forget_what_is_over() -> None:
    decay = Signal("drug:x", 0.0, math.inf, 0.0, ((1.0, 2.0),))
    later = Signal("drug:x", 1.0, math.inf, 0.0, ((1.0, 2.0),))
    assert peaks([decay, later])["drug:x"] == pytest.approx(1 + math.exp(-2), rel=1e-9)
    apart = [Signal("needle", 0.0, 1.0, 0.5), Signal("needle", 1.0, 2.0, 0.7)]
    assert peaks(apart) == {"needle": 0.7}
    assert peaks([Signal("oxygen", 0.0, 1.0, -0.2)])["oxygen"] == pytest.approx(-0.2, rel=1e-12)


def test_a_rise_and_fall_within_a_signal_is_seen() -> None:
    for slow, fast in ((3.0, 9.0), (30.0, 400.0)):
        bateman = Signal("drug:x", 0.0, 1.0, 0.0, ((2.0, slow), (-2.0, fast)))
        top = math.log(fast / slow) / (fast - slow)
        highest = 2 * (math.exp(-slow * top) - math.exp(-fast * top))
        assert peaks([bateman])["drug:x"] == pytest.approx(highest, rel=0.01)
