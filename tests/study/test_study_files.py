"""Study files: what is read, and what is said about those that make no sense."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from allodyne.errors import StudyError
from allodyne.study import Study, StudyMistakes

Write = Callable[[object], Path]


def change(data: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """Copy a mapping with the value at a dotted path replaced."""
    data = copy.deepcopy(data)
    *above, last = path.split(".")
    node: Any = data
    for part in above:
        node = node[int(part)] if isinstance(node, list) else node.setdefault(part, {})
    node[last] = value
    return data


def test_a_study_survives_being_written_and_read(good: dict[str, Any], write: Write) -> None:
    good["arms"]["all"] = [
        {"hbot": {"pressure": "2.5 ATA", "minutes": 90, "days": [1, 3, 5], "at": "09:30"}},
        {"exercise": {"mode": "treadmill", "speed_m_min": [8, 16], "minutes": 30, "weeks": 2, "per_week": 5}},
        {"acupuncture": {"mode": "electro", "frequency_hz": 2, "current_ma": 1, "minutes": 30, "sessions": 3}},
    ]
    good["assess"] = {"at": ["08:00", "14:00"], "every_days": 7}
    good["published"] = [{"arm": "hbot", "outcome": "p_mtor", "day": 7, "direction": "down", "source": "liu2019"}]
    study = Study.from_dict(good)
    again = Study.from_yaml(write(study.to_yaml()))
    assert again.to_yaml() == study.to_yaml()
    assert again.arms == study.arms
    assert again.output_times() == study.output_times()


def test_the_written_study_states_the_defaults_it_was_run_with(good: dict[str, Any]) -> None:
    text = Study.from_dict(good).to_yaml()
    for line in ("control: untreated", "tolerance: 0.001", "every_days: 1", "severity: 1.0"):
        assert line in text


def test_another_seed_changes_nothing_else(good: dict[str, Any]) -> None:
    study = Study.from_dict(good)
    assert study.with_seed(7).to_yaml() == study.to_yaml().replace("seed: 1", "seed: 7")


def test_repr_is_short(good: dict[str, Any]) -> None:
    text = repr(Study.from_dict(good))
    assert "HBOT after spinal nerve ligation" in text and "20 rat subjects" in text and len(text) < 120


@pytest.mark.parametrize(
    ("path", "value", "said", "remedy"),
    [
        ("day", 28, "There is no field 'day'", "days"),
        ("subjects.sead", 1, "There is no field 'sead'", "seed"),
        ("subjects.species", "rabbit", "'rabbit'", "rat, mouse"),
        ("subjects.condition", "snll", "There is no condition 'snll'", "snl"),
        ("subjects.n", 0, "greater than or equal to 1", "Number of subjects"),
        ("days", -3, "greater than or equal to 1", "3650"),
        ("days", 5000, "less than or equal to 3650", "3650"),
        ("tolerance", 0.5, "less than or equal to 0.01", "ln x"),
        ("measure", [], "at least 1 item", "Outcomes"),
        ("measure", ["mechanical_thresold"], "There is no outcome", "mechanical_threshold"),
        ("measure", ["p_mtor", "p_mtor"], "stands here twice", "Remove"),
        ("measure", ["tnf_alpha"], "several tissues", "tnf_alpha_spinal"),
        ("control", "untretaed", "There is no arm 'untretaed'", "untreated"),
        ("assess", {"at": "25:00"}, "25:00", "14:00"),
        ("assess", {"at": ["14:00", "14:00"]}, "twice", "Clock time"),
        ("assess", {"every_days": 60}, "Nothing is assessed", "Lengthen days"),
        ("arms", {}, "no arm", "[]"),
        ("arms", None, "no arm", "[]"),
        ("arms", ["hbot"], "mapping from name", "[]"),
        ("arms.untreated", None, "The arm 'untreated' is empty", "[]"),
        ("arms.hbot", {"hbot": {"sessions": 7}}, "not a list", "dash"),
        ("arms.hbot", ["hbot"], "does not say how", "pressure_ata"),
        ("arms.hbot", [{}], "names a treatment", "hbot"),
        ("arms.hbot", [{"hbot": None, "minutes": 60}], "2 keys: hbot, minutes", "indent"),
        ("arms.hbot", [{"hbott": {}}], "There is no treatment 'hbott'", "hbot"),
        ("arms.hbot", [{"gabapentin": {}}], "There is no treatment 'gabapentin'", "drug: {name: gabapentin"),
        ("arms.hbot", [{"hbot": 7}], "are a mapping", "hbot: {...}"),
        (
            "arms.hbot",
            [{"drug": {"name": "naloxon", "dose_mg_kg": 1, "route": "ip", "days": [1]}}],
            "naloxon",
            "Naloxone",
        ),
        ("arms.hbot.0.hbot.presure_ata", 2.0, "There is no field 'presure_ata'", "pressure_ata"),
        ("arms.hbot.0.hbot.session", 2.0, "There is no field 'session'", "sessions"),
    ],
)
def test_a_mistake_is_named_with_place_and_remedy(
    good: dict[str, Any], write: Write, path: str, value: object, said: str, remedy: str
) -> None:
    file = write(change(good, path, value))
    with pytest.raises(StudyError) as caught:
        Study.from_yaml(file)
    error = caught.value
    assert said in error.message
    assert remedy in (error.remedy or "")
    assert str(file) in (error.where or "") and "line" in (error.where or "")


@pytest.mark.parametrize(
    ("field", "value"), [("pressure_ata", 0.1), ("pressure_ata", 20), ("minutes", 1800), ("fio2", 30), ("sessions", -1)]
)
def test_absurd_doses_are_refused_where_they_stand(
    good: dict[str, Any], write: Write, field: str, value: float
) -> None:
    file = write(change(good, f"arms.hbot.0.hbot.{field}", value))
    with pytest.raises(StudyError, match=field) as caught:
        Study.from_yaml(file)
    assert "field arms.hbot.0" in (caught.value.where or "")


def test_the_place_is_the_line_of_the_field(write: Write) -> None:
    text = """\
study: x
subjects: {species: rat, condition: cci}
days: 7
arms:
  hbot:
    - hbot:
        minutes: 60
        pressure_ata: 20
        sessions: 3
measure: [p_akt]
"""
    with pytest.raises(StudyError) as caught:
        Study.from_yaml(write(text))
    assert "line 8, field arms.hbot.0.hbot.pressure_ata" in (caught.value.where or "")


def test_several_mistakes_come_together_in_the_order_of_the_file(good: dict[str, Any], write: Write) -> None:
    bad = change(change(change(good, "measure", ["p_mtr"]), "subjects.n", 0), "days", "many")
    with pytest.raises(StudyMistakes) as caught:
        Study.from_yaml(write(bad))
    fields = [(one.where or "").rpartition(" ")[2] for one in caught.value.mistakes]
    assert fields == ["subjects.n", "days", "measure.0"]
    assert all(field in str(caught.value) for field in fields)


def test_missing_fields_are_explained(write: Write) -> None:
    with pytest.raises(StudyMistakes) as caught:
        Study.from_yaml(write("study: x\ndays: 7\n"))
    assert {one.message for one in caught.value.mistakes} == {
        f"The field '{name}' is missing." for name in ("subjects", "arms", "measure")
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("# nothing\n", "empty"),
        ("- hbot\n", "a list"),
        ("just words\n", "mapping"),
        ("study: [unclosed\n", "not valid YAML"),
        ("arms:\n  a: []\n  a: []\n", "twice"),
        ("1: 2\n", "mapping of fields|string"),
    ],
)
def test_files_that_are_no_study(write: Write, text: str, said: str) -> None:
    with pytest.raises(StudyError, match=said):
        Study.from_yaml(write(text))


def test_missing_and_huge_files(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="no such file"):
        Study.from_yaml(tmp_path / "nowhere.yaml")
    huge = tmp_path / "huge.yaml"
    with huge.open("wb") as file:
        file.truncate(100_000_000)
    with pytest.raises(StudyError, match=r"100\.0 MB"):
        Study.from_yaml(huge)


@pytest.mark.parametrize(
    ("finding", "field", "remedy"),
    [
        ({"arm": "hbo"}, "arm", "hbot"),
        ({"against": "untreted"}, "against", "untreated"),
        ({"against": "hbot"}, "arm", "another arm"),
        ({"outcome": "lc3_ii"}, "outcome", "Add it under measure"),
        ({"day": 10}, "day", "7, 14"),
        ({"source": "liu2091"}, "source", "liu2019"),
        ({"value": None}, "published.0", "Give one of them"),
        ({"ci": [3, 1]}, "published.0", "[low, high]"),
    ],
)
def test_published_findings_must_fit_the_study(
    good: dict[str, Any], finding: dict[str, Any], field: str, remedy: str
) -> None:
    whole = {"arm": "hbot", "outcome": "p_mtor", "day": 7, "value": 1.2, "source": "liu2019", **finding}
    with pytest.raises(StudyError) as caught:
        Study.from_dict({**good, "assess": {"every_days": 7}, "published": [whole]})
    assert (caught.value.where or "").endswith(field)
    assert remedy in (caught.value.remedy or "")
