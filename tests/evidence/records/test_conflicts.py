"""What contradicts is reported, and nothing else is. Numbers that no source states are made up for these tests."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from allodyne.evidence.papers import load_papers
from allodyne.evidence.records import KnownWorks, read_records, record_conflicts, take_in

SAMPLES = Path(__file__).parent / "samples"
DATA = Path(str(files("allodyne.evidence") / "data" / "records"))


def variant(folder: Path, **changes: Any) -> Path:
    """The shipped record with other fields."""
    data = json.loads((DATA / "ghanbari2025.json").read_text(encoding="utf-8"))
    file = folder / "variant.json"
    file.write_text(json.dumps({**data, "isOpenAccess": True, **changes}), encoding="utf-8")
    return file


def found(file: Path) -> dict[str, str]:
    """Field and text of every conflict in a file."""
    return {conflict.field: conflict.text for conflict in record_conflicts(file)}


def test_the_shipped_record_states_one_impact_factor_and_denies_its_own_open_access() -> None:
    assert found(DATA / "ghanbari2025.json") == {"open_access": "yes (openAccessPdf) against no (isOpenAccess)"}


def test_the_heading_of_the_news_piece_is_not_the_title_of_the_paper() -> None:
    conflicts = found(DATA / "liu2017_news.json")
    assert list(conflicts) == ["title"]
    assert "54465542" in conflicts["title"] and "paper liu2017" in conflicts["title"]


def test_a_record_without_contradictions_has_no_conflicts(tmp_path: Path) -> None:
    assert found(variant(tmp_path)) == {}
    for sample in SAMPLES.iterdir():
        assert found(sample) == {}, sample.name


@pytest.mark.parametrize(
    "changes",
    [
        {"IF": 3.1},
        {"impactFactor": "3.1"},
        {"abstract": "A review in a journal with an impact factor (2023) of 3.1."},
        {"abstract": "Pain Res Manag, IF: 3.1"},
        {"journal": {"name": "Pain Research & Management", "impact_factor": 3.1}},
    ],
)
def test_two_impact_factors_in_one_record(changes: dict[str, Any], tmp_path: Path) -> None:
    conflicts = record_conflicts(variant(tmp_path, **changes))
    assert [conflict.field for conflict in conflicts] == ["impact_factor"]
    assert conflicts[0].inside
    assert {one.value for one in conflicts[0].said} == {"2.5", "3.1"}


def test_a_name_that_stands_twice_in_a_record_is_not_lost(tmp_path: Path) -> None:
    file = variant(tmp_path)
    file.write_text(file.read_text().replace('"PeriodicalIF": 2.5', '"PeriodicalIF": 2.5, "PeriodicalIF": 3.1'))
    assert found(file) == {"impact_factor": "2.5 (PeriodicalIF) against 3.1 (PeriodicalIF)"}


@pytest.mark.parametrize("same", [{"IF": "2.500"}, {"IF": 2.493}, {"abstract": "15.5 IFs and 3.2 buts"}])
def test_the_same_impact_factor_at_another_precision(same: dict[str, Any], tmp_path: Path) -> None:
    assert found(variant(tmp_path, **same)) == {}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"EPubDate": "2023/1/1 0:00:00"}, "year"),
        ({"PeriodicalName": "Journal of Pain Research"}, "journal"),
        ({"url": "https://doi.org/10.2147/JPR.S189353"}, "doi"),
        ({"PMCID": "PMC1234567"}, "pmcid"),
        ({"pages": "1-12"}, "pages"),
        ({"volume": 30}, "volume"),
        ({"title": "Beneficial Effects of Rest in Neuropathic Pain"}, "title"),
        ({"authors": "Ping Zhao"}, "first_author"),
        ({"pmid": "31000000"}, "pmid"),
    ],
)
def test_each_field_is_compared(changes: dict[str, Any], field: str, tmp_path: Path) -> None:
    assert field in found(variant(tmp_path, **changes))


def test_abbreviated_journals_and_page_ranges_agree(tmp_path: Path) -> None:
    same = {"PeriodicalName": "Pain Res Manag", "pages": "p. 3432659"}
    assert found(variant(tmp_path, **same)) == {}


def test_records_of_one_work_with_other_pages(tmp_path: Path) -> None:
    file = tmp_path / "two.ris"
    one = "TY  - JOUR\nTI  - Oxygen relieves pain\nPY  - 2017\nSP  - {}\nEP  - {}\nDO  - 10.1000/x\nER  - \n"
    file.write_text(one.format(110, 119) + one.format(210, 219) + one.format(110, 19), encoding="utf-8")
    assert found(file) == {"pages": "110-119 (two.ris, line 1) against 210-219 (two.ris, line 8)"}


def test_a_first_page_does_not_hide_that_two_ranges_differ(tmp_path: Path) -> None:
    file = tmp_path / "three.ris"
    one = "TY  - JOUR\nTI  - Oxygen relieves pain in rats\nPY  - 2017\nSP  - {}\nDO  - 10.1000/x\nER  - \n"
    file.write_text(one.format("10") + one.format("10-19") + one.format("10-29"), encoding="utf-8")
    assert "10-19" in found(file)["pages"] and "10-29" in found(file)["pages"]


def test_identifiers_of_two_works_in_one_record(tmp_path: Path) -> None:
    file = variant(tmp_path, doi="10.2147/JPR.S189353", ListUrlMain=None, pmid="40040749")
    assert found(file)["identity"] == "liu2019 (by DOI) against ghanbari2025 (by PMID)"


def test_conflicts_are_not_resolved() -> None:
    records = read_records(DATA / "ghanbari2025.json")
    papers = load_papers()
    intake = take_in(records, KnownWorks(papers.values()), papers)
    assert [one.status for one in intake.taken] == ["known"]
    assert load_papers()["ghanbari2025"].year == records[0].year
