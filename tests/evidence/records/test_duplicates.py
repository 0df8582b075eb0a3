"""Records of the same work are recognised, and different works are kept apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from allodyne.evidence.papers import load_papers
from allodyne.evidence.records import KnownWorks, Match, Record, read_records

TITLE = "Hyperbaric oxygen relieves neuropathic pain through AKT/TSC2/mTOR pathway activity to induce autophagy"


def record(folder: Path, title: str = TITLE, author: str = "Liu, Y", year: int | str = 2019, **fields: str) -> Record:
    """One record, by way of RIS."""
    file = folder / "one.ris"
    lines = [f"{tag}  - {value}" for tag, value in fields.items()]
    text = ["TY  - JOUR", f"TI  - {title}", f"AU  - {author}", f"PY  - {year}", *lines, "ER  - "]
    file.write_text("\n".join(text), encoding="utf-8")
    return read_records(file)[0]


@pytest.fixture(scope="module")
def known() -> KnownWorks:
    """The works of the evidence base."""
    return KnownWorks(load_papers().values())


@pytest.mark.parametrize(
    "doi", ["10.2147/JPR.S189353", "https://doi.org/10.2147/jpr.s189353", "doi: 10.2147/jpr.S189353."]
)
def test_dois_in_any_spelling(doi: str, known: KnownWorks, tmp_path: Path) -> None:
    assert known.find(record(tmp_path, title="Another heading of it", DO=doi)) == [Match("liu2019", "DOI")]


def test_pmids(known: KnownWorks, tmp_path: Path) -> None:
    found = known.find(record(tmp_path, title="Another heading", AN="PMID: 40040749"))
    assert found == [Match("ghanbari2025", "PMID")]


@pytest.mark.parametrize(
    "title",
    [
        f"{TITLE}.",
        TITLE.upper(),
        TITLE.replace("/", " / ").replace("pain", "p\u00e0in"),
        f"<b>{TITLE}</b>",
    ],
)
def test_titles_without_regard_to_case_punctuation_and_diacritics(
    title: str, known: KnownWorks, tmp_path: Path
) -> None:
    assert known.find(record(tmp_path, title=title)) == [Match("liu2019", "title")]


@pytest.mark.parametrize(
    ("year", "found"), [(2018, True), (2020, True), ("in press", True), (2016, False), (2024, False)]
)
def test_a_title_needs_a_similar_year(year: int | str, found: bool, known: KnownWorks, tmp_path: Path) -> None:
    assert bool(known.find(record(tmp_path, year=year))) is found


def test_a_title_that_goes_on_means_the_same_work(known: KnownWorks, tmp_path: Path) -> None:
    longer = "Hyperbaric oxygen treatment attenuates neuropathic pain by elevating autophagy flux, and more words"
    assert known.find(record(tmp_path, title=longer, year=2017)) == [Match("liu2017", "beginning of the title")]
    assert not known.find(record(tmp_path, title=longer, author="Smith, J", year=2017))


def test_short_titles_need_the_same_author(tmp_path: Path) -> None:
    known = KnownWorks()
    known.add(record(tmp_path, title="Editorial", author="Liu, Y"), "liu2019")
    assert known.find(record(tmp_path, title="Editorial.", author="Liu, Y"))
    assert not known.find(record(tmp_path, title="Editorial.", author="Wang, Z"))


def test_doi_and_pmid_that_lead_to_different_works_are_both_told(known: KnownWorks, tmp_path: Path) -> None:
    found = known.find(record(tmp_path, DO="10.2147/JPR.S189353", AN="PMID: 40040749"))
    assert found == [Match("liu2019", "DOI"), Match("ghanbari2025", "PMID")]


def test_every_paper_of_the_evidence_base_is_recognised_by_its_title(known: KnownWorks, tmp_path: Path) -> None:
    papers = [paper for paper in load_papers().values() if paper.title and paper.year and paper.first_author][::20]
    for paper in papers:
        asked = record(tmp_path, title=f"{paper.title}.", author=f"{paper.first_author}", year=paper.year or "")
        assert [match.key for match in known.find(asked)] == [paper.key]
