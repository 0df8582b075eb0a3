"""Every format becomes the same record; what is malformed is refused with its line."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest

from allodyne.errors import EvidenceError
from allodyne.evidence.records import Author, Record, read_records

SAMPLES = Path(__file__).parent / "samples"
DATA = Path(str(files("allodyne.evidence") / "data" / "records"))


def read_text(text: str, folder: Path, name: str = "export.txt") -> list[Record]:
    """Read records from a text."""
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return read_records(file)


@pytest.mark.parametrize(
    "file",
    [DATA / "ghanbari2025.json", SAMPLES / "ghanbari2025.ris", SAMPLES / "ghanbari2025.nbib"],
    ids=lambda f: f.name,
)
def test_formats_tell_the_same_of_one_paper(file: Path) -> None:
    (record,) = read_records(file)
    assert record.title == "Beneficial Effects of Exercise in Neuropathic Pain: An Overview of the Mechanisms Involved"
    assert record.authors == (Author("Ghanbari", "Ali"),)
    assert (record.year, record.doi, record.volume) == (2025, "10.1155/prm/3432659", "2025")
    assert (record.pages, record.pmcid) == ("3432659", "PMC11879594")


@pytest.mark.parametrize("name", ["liu2019.json", "liu2019.xml"])
def test_csl_and_pubmed_xml_tell_the_same(name: str) -> None:
    (record,) = read_records(SAMPLES / name)
    assert record.first_author == "Liu"
    assert [author.given for author in record.authors] == ["Yong-Da", "Ping"]
    assert (record.year, record.volume, record.doi) == (2019, "12", "10.2147/jpr.s189353")
    assert record.journal.lower() == "journal of pain research"


def test_xml_keeps_abstracts_with_markup_and_not_the_dois_of_references() -> None:
    (record,) = read_records(SAMPLES / "liu2019.xml")
    assert record.abstract == "Oxygen under pressure & autophagy. In a few words of a test."
    assert {one.value for one in record.said if one.field == "doi"} == {"10.2147/jpr.s189353"}


def test_bibtex_resolves_strings_braces_and_percent_signs() -> None:
    (record,) = read_records(SAMPLES / "guo2019.bib")
    assert record.title.startswith("Meta-Analysis of the Effect")
    assert record.journal == "Frontiers in Neurology"
    assert record.abstract == "Pooled rat studies; 95% intervals."
    assert record.line == 4


def test_bibtex_decodes_accents_particles_and_groups(tmp_path: Path) -> None:
    text = r"""@article{a, title = {L{\'o}pez on \textit{rats}}, year = {2018},
  author = {L{\'o}pez-{\'A}lvarez, V. M. and van der Molen, Anna and {Study Group of Oxygen and Pain}}}"""
    (record,) = read_text(text, tmp_path)
    assert [author.family for author in record.authors] == [
        "López-Álvarez",
        "van der Molen",
        "Study Group of Oxygen and Pain",
    ]
    assert [author.group for author in record.authors] == [False, False, True]
    assert record.title == "López on rats"


def test_aggregator_states_its_impact_factor_and_the_file_it_came_from() -> None:
    (record,) = read_records(DATA / "ghanbari2025.json")
    assert record.impact_factors == ((2.5, "PeriodicalIF"),)
    assert record.open_access_pdf.endswith("PMC11879594/pdf/")
    assert record.where == "ghanbari2025.json, line 1"


def test_a_list_of_records_knows_the_line_of_each(tmp_path: Path) -> None:
    one = json.loads((DATA / "ghanbari2025.json").read_text(encoding="utf-8"))
    records = read_text(json.dumps([one, one], indent=1), tmp_path)
    assert records[1].line == records[0].line + json.dumps([one], indent=1).count("\n") - 1


@pytest.mark.parametrize("suffix", [".txt", ".json", ".xml"])
def test_the_format_is_told_from_the_content(suffix: str, tmp_path: Path) -> None:
    text = (SAMPLES / "ghanbari2025.ris").read_text(encoding="utf-8")
    (record,) = read_text(
        f"\ufeffProvider: a database\r\n\r\n{text}".replace("\n", "\r\n"), tmp_path, f"export{suffix}"
    )
    assert record.format == "RIS"


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ('{\n "title": "A",\n "doi": \n}', 4, "not valid JSON"),
        ('[{"title": "A", "doi": "10.1/x"},\n]', 2, "comma"),
        ('{"title": "A", "year": 2020,\n "doi": "doi.org/nothing"}', 2, "DOI begins with 10."),
        ('{"title": "A",\n "authors": 5}', 2, "'authors'"),
        ('{"title": "A",\n "year": 2020,\n "journal": [1]}', 3, "'journal'"),
        ('{"titel": "A", "authors": "B", "abstract": "C"}', 1, "not a bibliographic record"),
        ('{"title": "", "authors": "B"}', 1, "no title"),
        ('{"title": "A", "volume": NaN, "authors": "B"}', 1, "NaN"),
        ("[" * 100_000, 1, "nested too deeply"),
        ("TY  - JOUR\nTI  - A\nTY  - JOUR\n", 3, "no ER line"),
        ("TY  - JOUR\nTI  - A\n", 3, "no ER line"),
        ("TY  - JOUR\nTI - A\nER  - \n", 2, "not a field of RIS"),
        ("TY  - JOUR\nTI  - A\nER  - \nTI  - B\n", 4, "outside of any record"),
        ("TY  - JOUR\nTI  - A\nPY  - 2020\nDO  - unknown\nER  - \n", 4, "DOI begins with 10."),
        ("TY  - JOUR\nTI  - A\nEP  - 9\nER  - \n", 3, "last page"),
        ("PMID- 12345\nTI - A\n", 2, "not a field of PubMed NBIB"),
        ("PMID- 12345\nTI  - A\n\nAU  - B\n", 4, "outside of any record"),
        ("PMID- 12x45\nTI  - A\n", 1, "whole number"),
        ("\n@article{a,\n title = {A,\n year = 2020\n}\n", 2, "cannot be read"),
        ("@article{a, title = {A}}\n@article b, title = {B}}\n", 2, "brace"),
        ("@article{a, title = {A},\n title = {B}}\n", 1, "cannot be read"),
        ("<PubmedArticleSet>\n<PubmedArticle>\n</PubmedArticleSet>", 3, "not well formed"),
        ("<html>\n</html>", 1, "<html>"),
        ("<PubmedArticleSet>\n<PubmedBookArticle/></PubmedArticleSet>", 2, "not an article"),
        ("\n\nJust a text.\n", 3, "none of the known formats"),
    ],
)
def test_malformed_files_are_refused_with_their_line(text: str, line: int, part: str, tmp_path: Path) -> None:
    with pytest.raises(EvidenceError) as error:
        read_text(text, tmp_path)
    assert part in error.value.message
    assert error.value.where is not None and f"export.txt, line {line}" in error.value.where
    assert error.value.remedy


def test_entity_bombs_are_refused_unread(tmp_path: Path) -> None:
    nested = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">\n' for n in range(9))
    text = f'<?xml version="1.0"?>\n<!DOCTYPE PubmedArticleSet [\n<!ENTITY e0 "pain">\n{nested}]>\n'
    with pytest.raises(EvidenceError, match="declares entities") as error:
        read_text(f"{text}<PubmedArticleSet>&e9;</PubmedArticleSet>", tmp_path)
    assert error.value.where is not None and error.value.where.endswith("line 3")


def test_files_of_other_machines_are_not_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("do not read", encoding="utf-8")
    text = (
        f'<!DOCTYPE PubmedArticleSet [<!ENTITY x SYSTEM "{secret.as_uri()}">]><PubmedArticleSet>&x;</PubmedArticleSet>'
    )
    with pytest.raises(EvidenceError, match="declares entities"):
        read_text(text, tmp_path)


def test_files_that_are_not_text_are_refused(tmp_path: Path) -> None:
    latin, binary, large = tmp_path / "latin.ris", tmp_path / "paper.pdf", tmp_path / "large.ris"
    latin.write_bytes(b"TY  - JOUR\nTI  - caf\xe9\nER  - \n")
    binary.write_bytes(b"%PDF-1.7\n\0\0")
    large.write_bytes(b"\n" * 20_000_001)
    for file, part in ((latin, "UTF-8"), (binary, "not text"), (large, "MB"), (tmp_path, "folder")):
        with pytest.raises(EvidenceError, match=part):
            read_records(file)
    with pytest.raises(EvidenceError, match="no such file") as error:
        read_records(tmp_path / "latin.rsi")
    assert error.value.remedy and error.value.remedy.startswith("Did you mean latin.ris")
