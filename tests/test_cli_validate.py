"""Validation from the command line, on findings from outside."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from allodyne.cli import app

PAPERS = "made2030:\n  first_author: Made\n  year: 2030\n  title: Made up\n  doi: 10.0000/made\n"
INJURY = """
- id: made-injury
  paper: made2030
  kind: injury
  species: rat
  condition: snl
  treatments: []
  comparator: naive
  outcome: {variable: mechanical_threshold, time_days: 14}
  result: {direction: down}
"""
OTHERS = """
- id: made-wrong
  paper: made2030
  kind: injury
  species: rat
  condition: snl
  treatments: []
  comparator: naive
  outcome: {variable: mechanical_threshold, time_days: 14}
  result: {direction: up}
- id: made-size
  paper: made2030
  kind: treatment
  species: rat
  condition: snl
  treatments:
  - drug: {name: gabapentin, dose_mg_kg: 100, route: intraperitoneal}
  comparator: vehicle
  outcome: {variable: mechanical_threshold, time_days: 14}
  result: {direction: up, treated: {mean: 8, sem: 1, n: 8}, control: {mean: 4, sem: 1, n: 8}, units: g}
- id: made-refused
  paper: made2030
  kind: injury
  species: rat
  condition: snl
  treatments: []
  comparator: naive
  outcome: {variable: unheard_of}
  result: {direction: up}
"""


def invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["validate", *map(str, arguments)], env={"COLUMNS": "100"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "made"
    (made / "findings").mkdir(parents=True)
    (made / "papers.yaml").write_text(PAPERS, encoding="utf-8")
    (made / "findings" / "new.yaml").write_text(INJURY + OTHERS, encoding="utf-8")
    return made


def test_findings_that_nobody_here_has_seen_are_scored(folder: Path, tmp_path: Path) -> None:
    scores = tmp_path / "scores"
    outcome = invoke("--findings", folder, "--out", scores)

    assert outcome.exit_code == 0, outcome.output
    assert "4 findings from outside" in " ".join(outcome.stdout.split())
    assert sorted(file.name for file in scores.iterdir()) == ["predictions.csv", "validation.html", "validation.json"]
    found = json.loads((scores / "validation.json").read_text(encoding="utf-8"), parse_constant=pytest.fail)
    assert found["agreement"][0]["held_out"]["count"] == 3
    assert found["agreement"][0]["fitted"] is None
    assert (scores / "validation.html").read_text(encoding="utf-8").rstrip().endswith("</html>")
    with (scores / "predictions.csv").open(encoding="utf-8") as stream:
        status = {row["id"]: row["status"] for row in csv.DictReader(stream)}
    # A nerve ligation lowers the threshold, so of two opposite findings the model cannot have both.
    assert (status["made-injury"], status["made-wrong"], status["made-refused"]) == ("hit", "miss", "refused")
    assert invoke("--findings", folder, "--out", scores).exit_code == 0


def test_programs_get_one_object_and_nothing_else(folder: Path) -> None:
    (folder / "findings" / "new.yaml").write_text(INJURY, encoding="utf-8")
    outcome = invoke("--findings", folder, "--json")

    assert outcome.exit_code == 0, outcome.output
    found = json.loads(outcome.stdout, parse_constant=pytest.fail)
    assert [one["id"] for one in found["predictions"]] == ["made-injury"]
    assert found["failures"] == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (INJURY.replace("made2030", "made2031"), "unknown paper 'made2031'"),
        (INJURY + INJURY, "stands here twice"),
        (INJURY.replace("direction", "direktion"), "no field 'direktion'"),
    ],
)
def test_a_mistake_in_a_file_is_one_message(folder: Path, text: str, message: str) -> None:
    (folder / "findings" / "new.yaml").write_text(text, encoding="utf-8")
    outcome = invoke("--findings", folder)

    assert outcome.exit_code == 2
    assert message in " ".join(outcome.stderr.split())
    assert "line" in outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_a_place_that_is_not_there_is_a_mistake(tmp_path: Path, folder: Path) -> None:
    missing = invoke("--findings", tmp_path / "mode")
    assert missing.exit_code == 2
    assert "Did you mean made?" in missing.stderr

    nowhere = invoke("--findings", folder, "--out", tmp_path / "none" / "scores")
    assert nowhere.exit_code == 2
    assert "does not exist" in nowhere.stderr

    file = folder / "papers.yaml"
    assert invoke("--findings", folder, "--out", file).exit_code == 2
    assert file.read_text(encoding="utf-8") == PAPERS
