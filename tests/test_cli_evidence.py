"""Searching the evidence from the command line."""

from __future__ import annotations

import csv
from pathlib import Path

from typer.testing import CliRunner, Result

from allodyne.cli import app
from allodyne.evidence.search import Query, find_findings, find_papers


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["evidence", "search", *arguments], env={"COLUMNS": "250"})


def said(*arguments: str) -> str:
    result = invoke(*arguments)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_search_prints_rows_and_counts_them() -> None:
    output = said("naloxone", "--treatment", "acupuncture", "--species", "rat")

    rows = find_findings(Query(("naloxone",), treatment="acupuncture", species="rat"))
    papers = {row.paper.key for row in rows}
    assert f"{len(rows)} findings of {len(papers)} papers" in output
    assert all(key in output for key in papers)
    assert "blocked with naloxone" in output


def test_papers_are_listed_with_their_titles() -> None:
    output = said("--papers", "--condition", "ms", "--design", "meta-analysis", "--treatment", "hbot")

    rows = find_papers(Query(condition="ms", design="meta-analysis", treatment="hbot"))
    assert f"{len(rows)} papers with {sum(row.count for row in rows)} findings" in output
    assert "bennett2011" in output


def test_rows_are_written_as_csv(tmp_path: Path) -> None:
    file = tmp_path / "found.csv"
    file.write_text("an earlier table", encoding="utf-8")

    said("--condition", "ms", "--outcome", "edss", "--csv", str(file))

    with file.open(encoding="utf-8", newline="") as stream:
        table = list(csv.DictReader(stream))
    found = {row.finding.id: row for row in find_findings(Query(condition="ms", outcome="edss"))}
    assert {row["finding"] for row in table} == set(found)
    for row in table:
        effect = found[row["finding"]].finding.result.effect
        assert row["estimate"] == ("" if effect is None or effect.estimate is None else str(effect.estimate))
        assert row["title"] == (found[row["finding"]].paper.title or "")
    assert [entry.name for entry in tmp_path.iterdir()] == ["found.csv"]


def test_papers_are_written_as_csv_too(tmp_path: Path) -> None:
    file = tmp_path / "papers.csv"

    said("minocycline", "--papers", "--csv", str(file))

    with file.open(encoding="utf-8", newline="") as stream:
        assert [row["paper"] for row in csv.DictReader(stream)] == [
            row.paper.key for row in find_papers(Query(("minocycline",)))
        ]


def test_nothing_found_is_said() -> None:
    assert "0 findings of 0 papers" in said("nobodywroteofthis")


def test_a_mistyped_filter_is_answered_with_the_nearest_name() -> None:
    result = invoke("--condition", "paclitaxle")

    assert result.exit_code == 2
    assert "paclitaxel" in result.output


def test_a_table_that_cannot_be_written_is_a_mistake_of_the_user(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "missing" / "found.csv"):
        result = invoke("naloxone", "--csv", str(place))
        assert result.exit_code == 2
        assert str(place) in result.output.replace("\n", "")
    assert not list(tmp_path.iterdir())
