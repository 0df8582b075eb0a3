"""``allodyne evidence add``: what it prints, what it writes, and what it refuses."""

from __future__ import annotations

import shutil
import stat
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from allodyne.cli import app
from allodyne.evidence.papers import Paper

SAMPLES = Path(__file__).parent / "evidence/records/samples"
RECORDS = Path(str(files("allodyne.evidence") / "data" / "records"))
NEW = """\
TY  - JOUR
TI  - A trial that the evidence base does not have
AU  - van der Molen, Anna
PY  - 2031
DO  - 10.1000/made.up.for.this.test
M3  - Randomized Controlled Trial
ER  -
"""


def add(*arguments: object) -> Result:
    """Call the command in this process."""
    return CliRunner().invoke(app, ["evidence", "add", *map(str, arguments)], env={"COLUMNS": "200"})


@pytest.fixture
def export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with one new record, in the current folder."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "export.ris"
    file.write_text(NEW, encoding="utf-8")
    return file


def test_new_papers_are_written_in_the_form_of_the_evidence_base(export: Path) -> None:
    result = add(export)
    assert result.exit_code == 0, result.output
    assert "Written: 1 new paper to my_papers.yaml" in result.output
    written = yaml.safe_load(Path("my_papers.yaml").read_text(encoding="utf-8"))
    assert list(written) == ["vandermolen2031"]
    paper = Paper(key="vandermolen2031", **written["vandermolen2031"])
    assert (paper.first_author, paper.year, paper.design) == ("van der Molen", 2031, "rct")
    assert paper.doi == "10.1000/made.up.for.this.test"
    assert paper.note is not None and "export.ris, line 1" in paper.note


def test_what_is_known_is_told_and_not_written(export: Path) -> None:
    shutil.copy(RECORDS / "ghanbari2025.json", export)
    result = add(export)
    assert result.exit_code == 0
    assert "known" in result.output and "ghanbari2025" in result.output and "DOI" in result.output
    assert "open_access: the record contradicts itself: yes (openAccessPdf) against no (isOpenAccess)" in result.output
    assert "nothing was written" in result.output
    assert not Path("my_papers.yaml").exists()


def test_a_second_call_knows_what_the_first_one_wrote(export: Path) -> None:
    assert add(export).exit_code == 0
    before = Path("my_papers.yaml").read_bytes()
    result = add(export)
    assert "known" in result.output and "nothing was written" in result.output
    assert Path("my_papers.yaml").read_bytes() == before


def test_new_papers_are_put_behind_the_ones_of_the_file(export: Path) -> None:
    own = Path("own.yaml")
    own.write_text("# mine\nmolen2030:\n  first_author: Molen\n  title: Another\n  url: https://example.org\n")
    own.chmod(0o640)
    assert add(export, "--into", own).exit_code == 0
    text = own.read_text(encoding="utf-8")
    assert text.startswith("# mine\n")
    assert list(yaml.safe_load(text)) == ["molen2030", "vandermolen2031"]
    assert stat.S_IMODE(own.stat().st_mode) == 0o640
    assert sorted(file.name for file in Path().iterdir()) == ["export.ris", "own.yaml"]


def test_keys_are_unique(export: Path) -> None:
    other = NEW.replace("A trial that", "Another trial that").replace("made.up", "also.made.up")
    export.write_text(f"{NEW}{other}", encoding="utf-8")
    assert add(export).exit_code == 0
    assert list(yaml.safe_load(Path("my_papers.yaml").read_text())) == ["vandermolen2031", "vandermolen2031b"]


def test_duplicates_inside_a_file_and_their_conflicts(export: Path) -> None:
    again = NEW.replace("2031", "2032").replace("A trial that", "A  TRIAL  that")
    export.write_text(f"{NEW}{again}", encoding="utf-8")
    result = add(export)
    assert "duplicate" in result.output
    assert "year: statements differ: 2031 (export.ris, line 1) against 2032 (export.ris, line 8)" in result.output
    assert len(yaml.safe_load(Path("my_papers.yaml").read_text())) == 1


def test_a_record_that_contradicts_itself_carries_that_into_the_file(export: Path) -> None:
    export.write_text(NEW.replace("M3  -", "Y1  - 2029\nM3  -"), encoding="utf-8")
    assert add(export).exit_code == 0
    note = yaml.safe_load(Path("my_papers.yaml").read_text())["vandermolen2031"]["note"]
    assert "year contradicts itself: 2031 (PY) against 2029 (Y1)" in note


def test_a_record_without_address_is_not_taken_in(export: Path) -> None:
    export.write_text(NEW.replace("DO  - 10.1000/made.up.for.this.test\n", ""), encoding="utf-8")
    result = add(export)
    assert result.exit_code == 0
    assert "no address" in result.output and not Path("my_papers.yaml").exists()


def test_dry_run_writes_nothing(export: Path) -> None:
    result = add(export, "--dry-run")
    assert "vandermolen2031" in result.output and "nothing was written" in result.output
    assert [file.name for file in Path().iterdir()] == ["export.ris"]


@pytest.mark.parametrize("name", sorted(file.name for file in SAMPLES.iterdir()))
def test_every_sample_is_known(name: str, export: Path) -> None:
    result = add(SAMPLES / name, "--into", export.parent / "mine.yaml")
    assert result.exit_code == 0 and " known" in result.output and "No conflicts." in result.output


@pytest.mark.parametrize(
    ("into", "part"),
    [
        (RECORDS.parent / "papers_mine.yaml", "part of the package"),
        ("missing/mine.yaml", "no such folder"),
        (".", "folder"),
        ("export.ris", "not a file of papers"),
    ],
)
def test_places_that_papers_cannot_be_written_to(into: Path | str, part: str, export: Path) -> None:
    result = add(export, "--into", into)
    assert result.exit_code == 2
    assert part in result.stderr
    assert export.read_text(encoding="utf-8") == NEW


def test_a_file_of_papers_that_is_malformed_is_left_alone(export: Path) -> None:
    own = Path("own.yaml")
    own.write_text("molen2030:\n  titel: Another\n")
    result = add(export, "--into", own)
    assert result.exit_code == 2 and "own.yaml, line 1" in result.stderr
    assert own.read_text() == "molen2030:\n  titel: Another\n"


def test_a_malformed_file_ends_with_code_2_and_its_line(export: Path) -> None:
    export.write_text(NEW.replace("ER  -\n", ""), encoding="utf-8")
    command = [sys.executable, "-m", "allodyne.cli", "evidence", "add", str(export)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "no ER line" in result.stderr and "line 7" in result.stderr and "remedy" in result.stderr
    assert "Traceback" not in result.stderr and not Path("my_papers.yaml").exists()
