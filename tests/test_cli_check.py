"""The command line: what it prints and how it fails."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from allodyne.cli import app

STUDY = """\
study: HBOT after spinal nerve ligation
subjects: {species: rat, condition: snl, n: 20, seed: 1}
days: 14
arms:
  untreated: []
  hbot:
    - hbot: {pressure_ata: 2.0, fio2: 1.0, minutes: 60, sessions: 7}
measure: [mechanical_threshold, p_mtor]
"""


def call(*arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    command = [sys.executable, "-m", "allodyne.cli", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A study file that makes sense."""
    path = tmp_path / "study.yaml"
    path.write_text(STUDY)
    return path


def test_check_explains_a_study_without_running_it(study: Path) -> None:
    result = CliRunner().invoke(app, ["check", str(study)])
    assert result.exit_code == 0
    for part in ("HBOT after spinal nerve ligation", "7 on days 1-7 at 10:00", "oxygen", "mtorc1", "makes sense"):
        assert part in result.output
    assert [path.name for path in study.parent.iterdir()] == ["study.yaml"]


def test_check_prints_the_same_as_json(study: Path) -> None:
    result = CliRunner().invoke(app, ["check", "--json", str(study)])
    data = json.loads(result.output)
    assert data["arms"]["hbot"][0]["days"] == "1-7"
    assert data["control"] == "untreated"


def test_a_mistake_ends_with_code_2_and_what_where_remedy(study: Path) -> None:
    study.write_text(STUDY.replace("pressure_ata", "presure_ata"))
    result = call("check", str(study))
    assert result.returncode == 2
    assert "There is no field 'presure_ata'" in result.stderr
    assert "line 7, field arms.hbot.0.hbot.presure_ata" in result.stderr
    assert "Did you mean pressure_ata" in result.stderr
    assert "Traceback" not in result.stderr and result.stdout == ""


def test_impossible_sessions_end_with_code_2(study: Path) -> None:
    study.write_text(STUDY.replace("sessions: 7", "sessions: 30"))
    result = call("check", str(study))
    assert result.returncode == 2
    assert "Lengthen days to at least 30" in result.stderr


@pytest.mark.parametrize("command", ["check", "run"])
def test_a_missing_file_ends_with_code_2(tmp_path: Path, command: str) -> None:
    result = call(command, "nowhere.yaml", folder=tmp_path)
    assert result.returncode == 2
    assert "There is no such file" in result.stderr and "Traceback" not in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_existing_folder_is_refused_before_the_run(study: Path) -> None:
    (study.parent / "study_results").mkdir()
    result = call("run", "study.yaml", folder=study.parent)
    assert result.returncode == 2
    assert "--force" in result.stderr
    assert list((study.parent / "study_results").iterdir()) == []


def test_force_does_not_replace_what_is_no_results_folder(study: Path) -> None:
    precious = study.parent / "precious"
    precious.mkdir()
    (precious / "thesis.txt").write_text("years of work")
    result = call("run", "study.yaml", "--out", "precious", "--force", folder=study.parent)
    assert result.returncode == 2
    assert (precious / "thesis.txt").read_text() == "years of work"


def test_a_folder_below_a_file_is_refused(study: Path) -> None:
    result = call("run", "study.yaml", "--out", "study.yaml/results", folder=study.parent)
    assert result.returncode == 2
    assert "error:" in result.stderr and "Traceback" not in result.stderr


def test_interruption_ends_with_code_130_and_one_line(tmp_path: Path) -> None:
    pipe = tmp_path / "study.yaml"
    os.mkfifo(pipe)
    command = [sys.executable, "-m", "allodyne.cli", "check", str(pipe)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    with pipe.open("w"):  # opens once the other side reads, so that the command is under way
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()
    assert process.returncode == 130
    assert said.strip() == "Interrupted."


def test_unknown_species_and_systems_of_the_network_are_named() -> None:
    show = call("network", "show", "microgla")
    assert show.returncode == 2 and "microglia" in show.stderr
    draw = call("network", "draw", "spinal_gla", "-o", "x.svg")
    assert draw.returncode == 2 and "spinal_glia" in draw.stderr


def test_network_list_and_show_name_species_edges_and_sources() -> None:
    listed = CliRunner().invoke(app, ["network", "list"]).output
    assert "mechanical_hypersensitivity" in listed and "@oxygen" in listed
    shown = CliRunner().invoke(app, ["network", "show", "p62"]).output
    assert "autophagy_flux: intervention" in shown and "https://" in shown


def test_version_and_help() -> None:
    assert call("--version").stdout.startswith("allodyne 0.")
    for command in ("run", "check", "network", "doctor"):
        result = CliRunner().invoke(app, [command, "--help"])
        assert result.exit_code == 0 and "allodyne" in result.output


PLAN = """\
study: Oxygen in diabetic neuropathy
subjects: {species: human, condition: dpn, n: 4, seed: 1}
days: 28
arms:
  untreated: []
  hbot:
    - hbot: {pressure_ata: 2.0, minutes: 60, sessions: 10, per_week: 5}
measure: [pain_score]
"""
PERSON = """\
patient: a man of 50
age: 50
sex: male
conditions: {pneumothorax: %s}
everything_else: absent
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN)
    return path


def person(folder: Path, pneumothorax: str) -> Path:
    path = folder / f"person_{pneumothorax}.yaml"
    path.write_text(PERSON % pneumothorax)
    return path


def test_check_without_a_person_is_not_assessed(plan: Path) -> None:
    result = CliRunner().invoke(app, ["check", str(plan)])
    assert result.exit_code == 0
    assert "not assessed" in result.output and "--subject" in result.output


def test_an_absolute_contraindication_ends_with_code_2_and_its_source(plan: Path, tmp_path: Path) -> None:
    ill, healthy = person(tmp_path, "untreated"), person(tmp_path, "no")
    result = CliRunner().invoke(app, ["check", str(plan), "--subject", str(ill)])
    assert result.exit_code == 2
    assert "does not pass" in result.output and "safe-absolute-contraindication" in result.output
    assert CliRunner().invoke(app, ["check", str(plan), "--subject", str(healthy)]).exit_code == 0


def test_check_writes_a_page_and_the_same_as_json(plan: Path, tmp_path: Path) -> None:
    page = tmp_path / "check.html"
    result = CliRunner().invoke(app, ["check", str(plan), "--html", str(page), "--json"])
    checked = json.loads(result.output)["plan_check"]
    assert checked["verdict"] == "not_assessed" and checked["arms"]["hbot"]["oxygen"]["sessions"][0]["count"] == 10
    assert "Is the plan safe?" in page.read_text(encoding="utf-8")
    assert CliRunner().invoke(app, ["check", str(plan), "--html", str(page)]).exit_code == 0


def test_a_page_overwrites_nothing_else(plan: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.html"
    other.write_text("mine")
    for place in (plan, other, Path("/dev/full"), tmp_path / "no" / "check.html"):
        assert CliRunner().invoke(app, ["check", str(plan), "--html", str(place)]).exit_code == 2
    assert other.read_text() == "mine" and plan.read_text() == PLAN


def test_a_value_that_yaml_cannot_read_is_a_mistake_of_the_file(plan: Path, tmp_path: Path) -> None:
    file = tmp_path / "person.yaml"
    file.write_text("{patient: somebody, age: 2020-13-45}")
    result = CliRunner().invoke(app, ["check", str(plan), "--subject", str(file)])
    assert result.exit_code == 2 and "person.yaml" in result.output


def test_own_rules_are_named(plan: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text("limits: {oxygen.seizures: {stop: 0.1, reason: our board}}")
    result = CliRunner().invoke(app, ["check", str(plan), "--rules", str(rules)])
    assert result.exit_code == 2
    assert "oxygen.seizures" in result.output and "our board" in result.output


@pytest.mark.parametrize("command", [("equipment",), ("regimens", "acupuncture"), ("equipment", "--json")])
def test_catalogues_print_without_a_study(command: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, list(command))
    assert result.exit_code == 0 and len(result.output) > 1000
