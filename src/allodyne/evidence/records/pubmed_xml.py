"""PubMed XML (PubmedArticleSet)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from lxml import etree

from allodyne.errors import EvidenceError
from allodyne.evidence.records.gathering import Gathered
from allodyne.evidence.records.record import Author, Field, Record

_SAID_BY: dict[str, Field] = {
    "MedlineCitation/PMID": "pmid",
    "MedlineCitation/Article/ArticleTitle": "title",
    "MedlineCitation/Article/Journal/Title": "journal",
    "MedlineCitation/Article/Journal/ISOAbbreviation": "journal",
    "MedlineCitation/Article/Journal/JournalIssue/Volume": "volume",
    "MedlineCitation/Article/Journal/JournalIssue/PubDate": "year",
    "MedlineCitation/Article/ArticleDate": "year",
    "MedlineCitation/Article/ELocationID[@EIdType='doi']": "doi",
    "PubmedData/ArticleIdList/ArticleId[@IdType='doi']": "doi",
    "PubmedData/ArticleIdList/ArticleId[@IdType='pubmed']": "pmid",
    "PubmedData/ArticleIdList/ArticleId[@IdType='pmc']": "pmcid",
}
_ARTICLE = "MedlineCitation/Article"


def read_pubmed_xml(text: str, file: Path) -> list[Record]:
    """Read a set of PubMed articles.

    Raises
    ------
    EvidenceError
        With the line, when the file is not well formed, declares entities, or holds something else than articles.
    """
    root = _parsed(text, file)
    articles = [root] if root.tag == "PubmedArticle" else list(root)
    if root.tag not in ("PubmedArticle", "PubmedArticleSet"):
        raise _wrong(file, root.sourceline, f"The XML holds a <{root.tag}>, not a PubmedArticleSet")
    for article in articles:
        if article.tag != "PubmedArticle":
            raise _wrong(file, article.sourceline, f"<{article.tag}> is not an article")
    return [_record(article, file) for article in articles]


def _parsed(text: str, file: Path) -> Any:
    declared = re.search(r"<!ENTITY", text)
    if declared:
        line = text.count("\n", 0, declared.start()) + 1
        raise _wrong(file, line, "The XML declares entities, which may unfold into more than memory holds")
    # with the encoding given, a declaration in the text has no say: the text was read as UTF-8
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True
    )
    try:
        return etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError as problem:
        reason = re.sub(r",? line \d+(, column \d+)?.*$", "", problem.msg or "it is empty")
        raise _wrong(file, problem.lineno or 1, f"The XML is not well formed: {reason}") from None


def _record(article: Any, file: Path) -> Record:
    gathered = Gathered(file, article.sourceline, "PubMed XML")
    for path, field in _SAID_BY.items():
        for element in article.iterfind(path):
            text = _text(element) if field != "year" else _date(element)
            gathered.say(field, text, _name(element), element.sourceline)
    _take_pages(gathered, article.find(f"{_ARTICLE}/Pagination"))
    gathered.authors += [_author(one) for one in article.iterfind(f"{_ARTICLE}/AuthorList/Author")]
    parts = [_text(part) for part in article.iterfind(f"{_ARTICLE}/Abstract/AbstractText")]
    gathered.say_abstract(" ".join(parts), "Abstract")
    kinds = article.iterfind(f"{_ARTICLE}/PublicationTypeList/PublicationType")
    gathered.publication_types += [_text(kind) for kind in kinds]
    return gathered.finish()


def _take_pages(gathered: Gathered, pagination: Any) -> None:
    if pagination is None:
        return
    for whole in pagination.iterfind("MedlinePgn"):
        gathered.say("pages", _text(whole), "MedlinePgn", whole.sourceline)
    first, last = (_text(pagination.find(name)) for name in ("StartPage", "EndPage"))
    if first:
        gathered.say("pages", f"{first}-{last}" if last and last != first else first, "StartPage, EndPage")


def _author(element: Any) -> Author:
    group = _text(element.find("CollectiveName"))
    if group:
        return Author(group, group=True)
    given = _text(element.find("ForeName")) or _text(element.find("Initials"))
    return Author(_text(element.find("LastName")), given)


def _date(element: Any) -> str:
    return _text(element.find("Year")) or _text(element.find("MedlineDate"))


def _name(element: Any) -> str:
    kind = element.get("IdType") or element.get("EIdType")
    return f"{element.tag} {kind}" if kind else str(element.tag)


def _text(element: Any) -> str:
    return "" if element is None else " ".join("".join(element.itertext()).split())


def _wrong(file: Path, line: int | None, what: str) -> EvidenceError:
    remedy = "Export the articles from PubMed again, as XML, NBIB or RIS."
    return EvidenceError(f"{what}.", f"{file}, line {line or 1}", remedy)
