"""The JSON record of a literature aggregator: title, authors, doi, journal, PeriodicalIF, publicationDate and so on."""

from __future__ import annotations

from typing import Any

from allodyne.evidence.records.gathering import Gathered
from allodyne.evidence.records.impact_factors import names_impact_factor
from allodyne.evidence.records.json_text import JsonObject, JsonRecord
from allodyne.evidence.records.names import parse_author, parse_authors
from allodyne.evidence.records.record import Field, Record

KNOWN_FIELDS = (
    "title",
    "authors",
    "doi",
    "abstract",
    "journal",
    "PeriodicalName",
    "PeriodicalIF",
    "publicationDate",
    "openAccessPdf",
)
_SAID_BY: dict[str, Field] = {
    "title": "title",
    "PeriodicalName": "journal",
    "venue": "journal",
    "volume": "volume",
    "pages": "pages",
    "doi": "doi",
    "pmid": "pmid",
    "PMCID": "pmcid",
    "publicationDate": "year",
    "EPubDate": "year",
    "year": "year",
}
_IN_JOURNAL: dict[str, Field] = {"name": "journal", "volume": "volume", "pages": "pages"}
_EXTERNAL_IDS: dict[str, Field] = {"DOI": "doi", "PubMed": "pmid", "PubMedCentral": "pmcid"}
_ADDRESSES = ("url", "DOIUrl", "ListUrlMain")
_BY_LOWER = {name.lower(): name for name in (*_SAID_BY, *KNOWN_FIELDS, *_ADDRESSES, "isOpenAccess", "externalIds")}


def read_aggregator(source: JsonRecord) -> Record:
    """Turn one object into a record.

    Raises
    ------
    EvidenceError
        With the line, when a field holds what it cannot hold.
    """
    gathered = Gathered(source.file, source.line, "aggregator JSON")
    for written, value in source.data.all_items():
        name = _BY_LOWER.get(written.lower(), written)
        if value is not None:
            _take(gathered, source, name, written, value)
    _take_open_access(gathered, source)
    return gathered.finish()


def _take(gathered: Gathered, source: JsonRecord, name: str, written: str, value: Any) -> None:
    line = source.line_of(written)
    if name in _SAID_BY:
        gathered.say(_SAID_BY[name], _scalar(source, written, value), written, line)
    elif names_impact_factor(written):
        gathered.say("impact_factor", _scalar(source, written, value), written, line)
    elif name == "authors":
        _take_authors(gathered, source, written, value)
    elif name == "journal":
        _take_inner(gathered, source, written, {"name": value} if isinstance(value, str) else value, _IN_JOURNAL)
    elif name == "externalIds":
        _take_inner(gathered, source, written, value, _EXTERNAL_IDS)
    elif name == "abstract":
        gathered.say_abstract(_scalar(source, written, value), written)
    elif name in _ADDRESSES:
        gathered.say_address(_scalar(source, written, value), written)
    elif name.lower() == "publicationtypes":
        kinds = value if isinstance(value, list) else [value]
        gathered.publication_types += [str(_scalar(source, written, kind)) for kind in kinds]


def _take_inner(gathered: Gathered, source: JsonRecord, name: str, value: Any, fields: dict[str, Field]) -> None:
    if not isinstance(value, dict):
        raise source.malformed(name, f"must be an object with {', '.join(fields)}")
    pairs = value.all_items() if isinstance(value, JsonObject) else iter(value.items())
    for inner, stated in pairs:
        field: Field | None = "impact_factor" if names_impact_factor(inner) else fields.get(inner)
        if field and stated is not None:
            gathered.say(field, _scalar(source, inner, stated), f"{name}.{inner}", source.line_of(inner))


def _take_authors(gathered: Gathered, source: JsonRecord, name: str, value: Any) -> None:
    if isinstance(value, str):
        gathered.authors += parse_authors(value)
    elif isinstance(value, list):
        listed = [one.get("name") if isinstance(one, dict) else one for one in value]
        for one in listed:
            if not isinstance(one, str) or not one.strip():
                raise source.malformed(name, "must list names, or objects with a name")
            gathered.authors.append(parse_author(one))
    else:
        raise source.malformed(name, "must be a text or a list of names")


def _take_open_access(gathered: Gathered, source: JsonRecord) -> None:
    pdf, is_open = source.data.get("openAccessPdf"), source.data.get("isOpenAccess")
    address = pdf.get("url") if isinstance(pdf, dict) else pdf
    if address:
        gathered.open_access_pdf = str(_scalar(source, "openAccessPdf", address)).strip()
        gathered.say_address(gathered.open_access_pdf, "openAccessPdf")
        gathered.say("open_access", "yes", "openAccessPdf")
    if isinstance(is_open, bool):
        gathered.say("open_access", "yes" if is_open else "no", "isOpenAccess")


def _scalar(source: JsonRecord, name: str, value: Any) -> Any:
    if isinstance(value, dict | list | bool):
        raise source.malformed(name, "must be a text or a number")
    return value
