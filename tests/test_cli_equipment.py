"""The command that lists chambers and says what each makes of a study."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from allodyne.commands.equipment import equipment
from allodyne.errors import UserError
from allodyne.safety.equipment import load_equipment

app = typer.Typer()
app.command()(equipment)

STUDY = """\
study: HBOT in people
subjects: {species: human, condition: crps, n: 20, seed: 1}
days: 60
arms:
  control: []
  hbot:
    - hbot: {pressure_ata: 2.4, minutes: 90, sessions: 20, per_week: 5, chamber: ms_centre}
measure: [pain_score]
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A study of people with a chamber that cannot run it."""
    path = tmp_path / "study.yaml"
    path.write_text(STUDY)
    return path


def printed(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "80"})
    assert result.exit_code == 0, result.output
    return result.output


def test_without_a_study_the_catalogue_is_listed_with_its_sources() -> None:
    output = printed()
    for part in (*load_equipment(), "510(k) K052866", "https://", "cleared in the United States", "24 to 40"):
        assert part in output
    assert "…" not in output


def test_the_catalogue_as_json_keeps_basis_and_sources() -> None:
    data = json.loads(printed("--json"))
    assert list(data) == list(load_equipment())
    assert data["soft_air"]["maximum_ata"]["value"] == 1.4
    assert data["soft_air"]["maximum_ata"]["basis"] == "measured" and data["soft_air"]["maximum_ata"]["sources"]


def test_with_a_study_every_chamber_says_whether_and_why_not(study: Path) -> None:
    output = printed(str(study))
    assert "planned in ms_centre" in output
    assert "ms_centre: The plan asks for 2.4 ATA" in output and "reaches 2 ATA" in output
    assert "for other subjects: rodent_chamber, rodent_box" in output
    lines = [line.split() for line in output.splitlines()]
    (hood,) = [line for line in lines if line[:1] == ["multiplace_hood"]]
    assert hood[1:4] == ["yes", "2.4", "100"] and hood[-1] == "100"
    (soft,) = [line for line in lines if line[:1] == ["soft_air"]]
    assert soft[1:4] == ["no", "1.4", "21"]
    assert "…" not in output


def test_a_study_as_json(study: Path) -> None:
    (entry,) = json.loads(printed(str(study), "--json"))
    assert (entry["arm"], entry["entry"], entry["chamber"]) == ("hbot", 1, "ms_centre")
    fits = {one["chamber"]: one for one in entry["fits"]}
    assert fits["multiplace_hood"]["can_run"] and not fits["ms_centre"]["can_run"]
    assert fits["ms_centre"]["why_not"][0]["reason"] == "pressure"
    assert fits["rodent_chamber"]["compression_minutes"] is None


def test_a_study_without_a_chamber_says_so(study: Path) -> None:
    given = STUDY.index("    - hbot:"), STUDY.index("measure:")
    needles = "    - acupuncture: {mode: manual, minutes: 30, sessions: 18, per_week: 2}\n"
    study.write_text(STUDY[: given[0]] + needles + STUDY[given[1] :])
    assert "No entry of this study needs a chamber." in printed(str(study))


def test_an_unknown_chamber_in_a_study_is_an_error(study: Path) -> None:
    study.write_text(STUDY.replace("ms_centre", "ms_center"))
    result = CliRunner().invoke(app, [str(study)])
    assert isinstance(result.exception, UserError) and "ms_centre" in str(result.exception)
