"""BibTeX and CSL-JSON of papers and facts."""

from __future__ import annotations

import json

import bibtexparser
import pytest
from pylatexenc.latex2text import LatexNodes2Text

from allodyne.evidence.bibliography import bibtex, csl_json
from allodyne.evidence.papers import Fact, Paper, load_facts, load_papers, source

PLAIN = LatexNodes2Text(strict_latex_spaces=True)
AWKWARD = r"100% of $5 & TNF-α_1 in #3 {groups}: a^b ~ c\d, p < 0.05 > 0, López ×2"


def plain(latex: str) -> str:
    """The text behind LaTeX; the reader takes the circumflex for an accent."""
    return PLAIN.latex_to_text(latex).replace("ˆ", "^")


def parsed(text: str) -> dict[str, dict[str, str]]:
    """Entries of a BibTeX text, their fields as plain words."""
    library = bibtexparser.parse_string(text)
    assert not library.failed_blocks
    verbatim = ("doi", "url", "pmid")
    return {
        entry.key: {
            name: field.value if name in verbatim else plain(field.value) for name, field in entry.fields_dict.items()
        }
        for entry in library.entries
    }


def same_words(one: str, other: str) -> bool:
    """TeX reads two hyphens as a dash."""
    return " ".join(one.split()).replace("--", "–") == " ".join(other.split()).replace("--", "–")


def test_every_source_comes_back_from_a_bibtex_parser() -> None:
    sources = {**load_papers(), **load_facts()}

    entries = parsed(bibtex(sources.values()))

    assert list(entries) == list(sources)
    for key, paper in load_papers().items():
        entry = entries[key]
        assert same_words(entry.get("title", ""), paper.title or "")
        assert entry.get("year", "") == str(paper.year or "")
        assert entry.get("doi", "") == (paper.doi or "")
        assert entry.get("pmid", "") == (paper.pmid or "")
        assert paper.shows is None or paper.shows.split()[0] in entry.get("annote", entry.get("note", ""))


def test_specials_of_latex_are_escaped() -> None:
    text = bibtex([Paper(key="own2026", title=AWKWARD, note=AWKWARD, url="https://example.org/a_b?c=100%25&d={e}")])

    entry = parsed(text)["own2026"]
    assert entry["title"] == AWKWARD
    assert entry["annote"] == f"{AWKWARD}."
    assert entry["url"] == "https://example.org/a_b?c=100%25&d=%7Be%7D"
    assert r"100\% of \$5 \& TNF-\ensuremath{\alpha}\_1 in \#3 \{groups\}" in text


@pytest.mark.parametrize(
    ("name", "bib", "csl"),
    [
        ("Kim", "Kim and others", {"family": "Kim"}),
        ("Chen YW", "Chen, Y. W. and others", {"family": "Chen", "given": "Y. W."}),
        ("de Araujo Lucas", "{de Araujo Lucas} and others", {"family": "de Araujo Lucas"}),
        ("Cochrane CD001331", "{Cochrane CD001331}", {"literal": "Cochrane CD001331"}),
        ("MS International Federation", "{MS International Federation}", {"literal": "MS International Federation"}),
    ],
)
def test_authors(name: str, bib: str, csl: dict[str, str]) -> None:
    paper = Paper(key="own2026", first_author=name, title="A title")

    assert f"author = {{{bib}}}" in bibtex([paper])
    assert json.loads(csl_json([paper]))[0]["author"] == [csl]


def test_what_has_a_doi_or_pmid_is_an_article() -> None:
    text = bibtex([Paper(key="a", doi="10.1/x"), Paper(key="b", pmid="1"), Paper(key="c", url="https://example.org")])

    assert [line for line in text.splitlines() if line.startswith("@")] == ["@article{a,", "@article{b,", "@misc{c,"]


def test_a_paper_without_a_title_prints_what_is_known_of_it() -> None:
    entry = parsed(bibtex([source("abuaisha1998")]))["abuaisha1998"]

    assert "diabetic neuropathy" in entry["note"]
    assert "not the paper" in entry["note"]


def test_an_address_of_a_bare_machine_is_left_out() -> None:
    paper = Paper(key="own2026", title="A title", url="http://10.1.2.3:8080/page")

    assert "url" not in parsed(bibtex([paper]))["own2026"]
    assert "URL" not in json.loads(csl_json([paper]))[0]


def test_a_fact_keeps_its_id_and_says_what_was_taken() -> None:
    fact = source("oxy-inspired-po2-2p4")
    assert isinstance(fact, Fact)

    entry = parsed(bibtex([fact]))[fact.id]
    assert entry["title"] == fact.source["title"]
    assert "1777 mmHg" in entry["annote"]


def test_order_is_kept_and_each_key_stands_once() -> None:
    keys = ["kim2005", "ali2020", "kim2005", "oxy-inspired-po2-2p4"]
    sources = [source(key) for key in keys]

    assert list(parsed(bibtex(sources))) == ["kim2005", "ali2020", "oxy-inspired-po2-2p4"]
    assert [item["id"] for item in json.loads(csl_json(sources))] == ["kim2005", "ali2020", "oxy-inspired-po2-2p4"]


def test_csl_items_hold_the_same_as_the_papers() -> None:
    items = {item["id"]: item for item in json.loads(csl_json(load_papers().values()))}

    assert set(items) == set(load_papers())
    for key, paper in load_papers().items():
        item = items[key]
        assert item["type"] in ("article-journal", "webpage", "document")
        assert item.get("title") == paper.title
        assert item.get("DOI") == paper.doi
        assert item.get("PMID") == paper.pmid
        assert item.get("issued", {}).get("date-parts", [[None]])[0][0] == paper.year


def test_nothing_to_cite_is_an_empty_bibliography() -> None:
    assert bibtex([]) == ""
    assert json.loads(csl_json([])) == []
