"""Findings from outside the package with their own papers."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from allodyne.errors import EvidenceError
from allodyne.evidence.papers import load_papers
from allodyne.scoring.findings_given import findings_from, shipped_findings

PAPERS = "made2030:\n  first_author: Made\n  year: 2030\n  title: Made up\n  doi: 10.0000/made\n"


def record(name: str, paper: str = "made2030") -> str:
    return (
        f"- id: {name}\n  paper: {paper}\n  kind: treatment\n  species: rat\n  condition: snl\n"
        "  treatments:\n  - hbot: {pressure_ata: 2.0, sessions: 7}\n  comparator: untreated\n"
        "  outcome: {variable: mechanical_threshold}\n  result: {direction: up}\n"
    )


def write(folder: Path, findings: str, papers: str = PAPERS) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "papers.yaml").write_text(papers, encoding="utf-8")
    (folder / "new.yaml").write_text(findings, encoding="utf-8")
    return folder


def test_a_folder_and_a_file_in_it_are_the_same(tmp_path: Path) -> None:
    folder = write(tmp_path, record("one") + record("two"))

    both = findings_from([folder]), findings_from([folder / "new.yaml", folder])
    assert both[0] == both[1]
    assert [one["id"] for one in both[0].findings] == ["one", "two"]
    assert both[0].papers["made2030"].title == "Made up"
    assert not both[0].shipped


def test_findings_in_a_folder_of_their_own_have_their_papers_above(tmp_path: Path) -> None:
    write(tmp_path / "findings", record("one"), papers="{}\n")
    (tmp_path / "papers.yaml").write_text(PAPERS, encoding="utf-8")

    assert len(findings_from([tmp_path]).findings) == 1


def test_what_was_written_is_what_is_expressed(tmp_path: Path) -> None:
    (finding,) = findings_from([write(tmp_path, record("one"))]).findings

    assert finding == yaml.safe_load(record("one"))[0]


def test_a_known_paper_under_another_key_counts_as_seen(tmp_path: Path) -> None:
    known = next(paper for paper in load_papers().values() if paper.doi)
    papers = f"other2030:\n  title: The same\n  doi: HTTPS://doi.org/{known.doi.upper()}\n"
    (finding,) = findings_from([write(tmp_path, record("one", "other2030"), papers)]).findings

    assert finding["paper"] == known.key


def test_another_paper_of_a_known_key_is_refused(tmp_path: Path) -> None:
    known = next(paper for paper in load_papers().values() if paper.doi)
    folder = write(tmp_path, record("one", known.key), f"{known.key}:\n  doi: 10.0000/another\n")

    with pytest.raises(EvidenceError, match="another paper of the key"):
        findings_from([folder])


@pytest.mark.parametrize(
    ("findings", "message", "where"),
    [
        (record("one", "made2031"), "unknown paper 'made2031'", "new.yaml, line 2"),
        (record("one") + record("one"), "stands here twice", "new.yaml, line 11"),
        (record("one").replace("snl", "snx"), "no condition 'snx'", "new.yaml, line 5"),
        ("[]\n", "no findings here", "new.yaml"),
    ],
)
def test_mistakes_name_file_and_line(tmp_path: Path, findings: str, message: str, where: str) -> None:
    with pytest.raises(EvidenceError, match=message) as caught:
        findings_from([write(tmp_path, findings)])

    assert where in str(caught.value.where)


def test_an_id_may_stand_in_one_file_only(tmp_path: Path) -> None:
    folder = write(tmp_path, record("one"))
    (folder / "more.yaml").write_text(record("one"), encoding="utf-8")

    with pytest.raises(EvidenceError, match=r"more\.yaml too"):
        findings_from([folder])


def test_a_paper_that_does_not_fit_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="In the paper 'made2030', titel") as caught:
        findings_from([write(tmp_path, record("one"), PAPERS.replace("title", "titel"))])

    assert "papers.yaml, line 1" in str(caught.value.where)
    assert "title" in str(caught.value.remedy)


def test_the_shipped_findings_have_their_papers() -> None:
    given = shipped_findings()

    assert given.shipped
    assert len({one["id"] for one in given.findings}) == len(given.findings) > 1000
    assert all(one["paper"] in given.papers for one in given.findings)
