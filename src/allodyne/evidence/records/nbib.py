"""PubMed NBIB (MEDLINE), as PubMed exports it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import ClassVar

from rispy import RisParser

from allodyne.evidence.records.gathering import Gathered
from allodyne.evidence.records.names import parse_author
from allodyne.evidence.records.record import Author, Field, Record
from allodyne.evidence.records.tagged import TaggedForm, TaggedRecord, divide_records

_SAID_BY: dict[str, Field] = {
    "PMID": "pmid",
    "TI": "title",
    "BTI": "title",
    "JT": "journal",
    "TA": "journal",
    "VI": "volume",
    "PG": "pages",
    "DP": "year",
    "DEP": "year",
    "PMC": "pmcid",
}
_TAGS = (*_SAID_BY, "AU", "FAU", "CN", "FED", "AB", "PT", "LID", "AID", "GN")
_TAG = re.compile(r"([A-Z][A-Z0-9]{1,3}) *$")
_NEARLY = re.compile(r"[A-Z][A-Z0-9]{1,3}\s{0,4}-\s?")


def _divide(line: str) -> tuple[str, str] | None:
    found = _TAG.match(line[:4]) if line[4:5] == "-" else None
    return (found[1], line[5:].strip()) if found else None


FORM = TaggedForm(
    "PubMed NBIB",
    "PMID",
    "",
    _divide,
    lambda line: bool(_NEARLY.match(line)) or not line.startswith("    "),
    "A field is a tag filled up to four characters, a hyphen and a blank ('TI  - Title'); further lines are indented.",
)


class _NbibParser(RisParser):  # type: ignore[misc, unused-ignore]
    START_TAG = "PMID"
    DEFAULT_MAPPING: ClassVar[dict[str, str]] = {tag: tag for tag in _TAGS}
    DEFAULT_LIST_TAGS: ClassVar[list[str]] = list(_TAGS)
    DEFAULT_DELIMITER_MAPPING: ClassVar[dict[str, str]] = {}

    def parse_line(self, line: str) -> tuple[str, str]:
        """Tag and content of a line."""
        return line[:4].strip(), line[6:].strip()


def read_nbib(text: str, file: Path) -> list[Record]:
    """Read an NBIB file.

    Raises
    ------
    EvidenceError
        With the line, when the file breaks the format.
    """
    return [_record(record, file) for record in divide_records(text, file, FORM)]


def _record(divided: TaggedRecord, file: Path) -> Record:
    lines = [f"{tag:<4}- {content}" for tag, content, _ in divided.fields]
    parsed = _NbibParser(skip_unknown_tags=True).parse("\n".join([*lines, "ER  - "]))[0]
    fields: dict[str, list[str]] = {}
    for tag, value in parsed.items():
        fields[tag] = value if isinstance(value, list) else [value]
    gathered = Gathered(file, divided.line, "PubMed NBIB")
    for tag, field in _SAID_BY.items():
        for value in fields.get(tag, ()):
            gathered.say(field, value, tag, divided.line_of(tag))
    for tag in ("LID", "AID"):
        for value in fields.get(tag, ()):
            if value.endswith("[doi]"):
                gathered.say("doi", value.removesuffix("[doi]"), tag, divided.line_of(tag))
    gathered.authors += [parse_author(name) for name in fields.get("FAU") or fields.get("AU") or []]
    gathered.authors += [Author(name, group=True) for name in fields.get("CN", ())]
    for tag in ("AB", "GN"):
        for value in fields.get(tag, ()):
            gathered.say_abstract(value, tag)
    gathered.publication_types += fields.get("PT", [])
    return gathered.finish()
