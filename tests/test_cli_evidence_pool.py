"""``allodyne evidence pool``: what it prints and writes, and how it fails."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from allodyne.cli import app as whole
from allodyne.commands.evidence import evidence

PREGABALIN = ("--treatment", "pregabalin", "--condition", "dpn", "--outcome", "pain_score")
SHAM = ("--treatment", "acupuncture", "--condition", "cipn", "--outcome", "pain_score", "--comparator", "sham")


@pytest.fixture(scope="module")
def app() -> typer.Typer:
    """The commands of ``allodyne evidence``, with the errors of the whole command line."""
    line = typer.Typer(cls=whole.info.cls, pretty_exceptions_enable=False)
    line.add_typer(evidence, name="evidence")
    return line


def call(app: typer.Typer, *arguments: str) -> Result:
    """Run the command."""
    return CliRunner(env={"COLUMNS": "160"}).invoke(app, ["evidence", "pool", *arguments])


def test_it_prints_studies_the_mean_and_what_it_says(app: typer.Typer) -> None:
    result = call(app, *PREGABALIN)
    assert result.exit_code == 0
    for part in ("trial 1008-014", "trial A0081071", "mean of 3 arms", "Mean difference over", "prediction interval"):
        assert part in result.output
    assert "Left out" in result.output and "count twice" in result.output


def test_too_few_studies_are_said_to_be_too_few(app: typer.Typer, tmp_path: Path) -> None:
    result = call(
        app, "--treatment", "hbot", "--condition", "crps", "--outcome", "edema", "--html", f"{tmp_path}/x.html"
    )
    assert result.exit_code == 0
    assert "Too few studies to pool" in result.output and "Kiralp 2004" in result.output
    assert "prediction" not in result.output and "I2" not in result.output
    assert not (tmp_path / "x.html").exists()


def test_a_comparator_keeps_to_one_kind_of_controls(app: typer.Typer) -> None:
    result = call(app, *SHAM)
    assert result.exit_code == 0
    assert "compared with untreated" in result.output


def test_values_and_page_are_written(app: typer.Typer, tmp_path: Path) -> None:
    table, page = tmp_path / "values.csv", tmp_path / "page.html"
    result = call(app, *PREGABALIN, "--csv", str(table), "--html", str(page))
    assert result.exit_code == 0
    rows = list(csv.DictReader(table.open(encoding="utf-8")))
    studies = [row for row in rows if row["row"] == "study"]
    (mean,) = (row for row in rows if row["row"] == "mean")
    assert sum(float(row["weight_percent"]) for row in studies) == pytest.approx(100)
    weighted = sum(float(row["weight_percent"]) / 100 * float(row["estimate"]) for row in studies)
    assert float(mean["estimate"]) == pytest.approx(weighted)
    assert any(row["row"] == "left out" and row["how"] for row in rows)
    text = page.read_text(encoding="utf-8")
    assert "default-src 'none'" in text and "trial 1008-014" in text and "10.2147/JPR.S78303" in text


def test_a_measure_may_be_chosen(app: typer.Typer) -> None:
    question = ("--treatment", "hbot", "--condition", "ms", "--outcome", "edss_worsened")
    assert "from 2 of 17 against 11 of 20 patients" in call(app, *question, "--measure", "rr").output


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (("--treatment", "pregablin", *PREGABALIN[2:]), "Did you mean pregabalin"),
        ((*PREGABALIN, "--measure", "WMD"), "MD"),
        ((*PREGABALIN, "--species", "humans"), "human"),
        ((*PREGABALIN, "--csv", "/nowhere/at/all.csv"), "folder that exists"),
    ],
)
def test_mistakes_end_with_code_2_and_a_remedy(app: typer.Typer, arguments: tuple[str, ...], remedy: str) -> None:
    result = call(app, *arguments)
    assert result.exit_code == 2
    assert remedy in result.stderr and "Traceback" not in result.output
