"""CSL-JSON, as reference managers and Crossref write it."""

from __future__ import annotations

import re
from typing import Any

from allodyne.evidence.records.gathering import Gathered
from allodyne.evidence.records.json_text import JsonRecord
from allodyne.evidence.records.names import is_group, parse_author
from allodyne.evidence.records.record import Author, Field, Record

MARKS = frozenset({"issued", "container-title", "non-dropping-particle", "citation-key", "container-title-short"})
_SAID_BY: dict[str, Field] = {
    "title": "title",
    "container-title": "journal",
    "container-title-short": "journal",
    "journalAbbreviation": "journal",
    "volume": "volume",
    "page": "pages",
    "page-first": "pages",
    "DOI": "doi",
    "PMID": "pmid",
    "PMCID": "pmcid",
}
_DATES = ("issued", "published-print", "published-online", "epub-date", "available-date")
_IN_NOTE: dict[str, Field] = {"pmid": "pmid", "pmcid": "pmcid", "doi": "doi"}
_NAME_PARTS = ("dropping-particle", "non-dropping-particle", "family", "given", "literal", "suffix", "name")


def read_csl(source: JsonRecord) -> Record:
    """Turn one CSL item into a record.

    Raises
    ------
    EvidenceError
        With the line, when a field holds what it cannot hold.
    """
    gathered = Gathered(source.file, source.line, "CSL-JSON")
    for name, value in source.data.all_items():
        if value is None:
            continue
        line = source.line_of(name)
        if name in _SAID_BY:
            for one in value if isinstance(value, list) else [value]:
                gathered.say(_SAID_BY[name], _scalar(source, name, one), name, line)
        elif name in _DATES:
            gathered.say("year", _year(source, name, value), name, line)
        elif name == "author":
            gathered.authors += _authors(source, value)
        elif name == "abstract":
            gathered.say_abstract(_scalar(source, name, value), name)
        elif name == "URL":
            gathered.say_address(_scalar(source, name, value), name)
        elif name in ("note", "annote"):
            _take_note(gathered, str(_scalar(source, name, value)), name)
        elif name in ("type", "genre"):
            gathered.publication_types.append(str(_scalar(source, name, value)))
    return gathered.finish()


def _year(source: JsonRecord, name: str, value: Any) -> str:
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, dict):
        parts = value.get("date-parts")
        if parts is None:
            return str(value.get("raw") or value.get("literal") or "")
        if isinstance(parts, list) and parts and isinstance(parts[0], list) and parts[0]:
            return str(parts[0][0] or "")
    raise source.malformed(name, 'must be a date such as {"date-parts": [[2025, 2, 25]]}')


def _authors(source: JsonRecord, value: Any) -> list[Author]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise source.malformed("author", "must be a list of objects with family and given, or literal")
    return [_author(source, one) for one in value]


def _author(source: JsonRecord, value: dict[str, Any]) -> Author:
    part = {name: str(_scalar(source, "author", value.get(name) or "")).strip() for name in _NAME_PARTS}
    whole = part["literal"] or part["name"]
    if whole:
        return Author(whole, group=True) if is_group(whole) else parse_author(whole)
    if not part["family"]:
        raise source.malformed("author", "has an author without family or literal")
    particles = (part["dropping-particle"], part["non-dropping-particle"], part["family"])
    family = " ".join(piece for piece in particles if piece)
    if is_group(family) and not part["given"]:
        return Author(family, group=True)
    read = parse_author(f"{family}, {part['given']}") if part["given"] else Author(family)
    return Author(read.family, read.given)


def _take_note(gathered: Gathered, note: str, name: str) -> None:
    # Zotero puts what CSL has no field for into the note, a line each
    for key, value in re.findall(r"(?im)^\s*(pmid|pmcid|doi):\s*(\S+)\s*$", note):
        gathered.say(_IN_NOTE[key.lower()], value, f"{name}, {key}")


def _scalar(source: JsonRecord, name: str, value: Any) -> Any:
    if isinstance(value, dict | list | bool):
        raise source.malformed(name, "must be a text or a number")
    return value
