"""RIS, as publishers and reference managers export it."""

from __future__ import annotations

import re
from pathlib import Path

import rispy
from rispy.config import TAG_KEY_MAPPING

from allodyne.errors import EvidenceError
from allodyne.evidence.records.gathering import Gathered
from allodyne.evidence.records.names import is_group, parse_author
from allodyne.evidence.records.record import Author, Field, Record
from allodyne.evidence.records.tagged import TaggedForm, TaggedRecord, divide_records

_SAID_BY: dict[str, Field] = {
    "TI": "title",
    "T1": "title",
    "JO": "journal",
    "JF": "journal",
    "JA": "journal",
    "J2": "journal",
    "VL": "volume",
    "DO": "doi",
    "PY": "year",
    "Y1": "year",
    "DA": "year",
}
_JOURNAL_TYPES = frozenset({"JOUR", "EJOUR", "JFULL", "MGZN", "ABST", "INPR"})
_TAG = re.compile(r"([A-Z][A-Z0-9])  -(?: (.*))?$")
_NEARLY = re.compile(r"[A-Z][A-Z0-9]\s{0,3}-{1,2}\s")


def _divide(line: str) -> tuple[str, str] | None:
    found = _TAG.match(line)
    return (found[1], (found[2] or "").strip()) if found else None


FORM = TaggedForm(
    "RIS",
    "TY",
    "ER",
    _divide,
    lambda line: bool(_NEARLY.match(line)),
    "A field is two capitals, two blanks, a hyphen and a blank: 'TI  - Title'.",
)


def read_ris(text: str, file: Path) -> list[Record]:
    """Read a RIS file.

    Raises
    ------
    EvidenceError
        With the line, when the file breaks the format.
    """
    return [_record(record, file) for record in divide_records(text, file, FORM)]


def _record(divided: TaggedRecord, file: Path) -> Record:
    fields = _parsed(divided)
    gathered = Gathered(file, divided.line, "RIS")
    for tag, field in _SAID_BY.items():
        for value in fields.get(tag, ()):
            gathered.say(field, value, tag, divided.line_of(tag))
    kind = fields["TY"][0]
    if kind in _JOURNAL_TYPES:
        for value in fields.get("T2", ()):
            gathered.say("journal", value, "T2")
    gathered.authors += [_author(name) for tag in ("A1", "AU") for name in fields.get(tag, ())]
    _take_pages(gathered, fields, divided, file)
    _take_identifiers(gathered, fields)
    for tag in ("AB", "N2", "N1"):
        for value in fields.get(tag, ()):
            gathered.say_abstract(value, tag)
    for tag in ("UR", "L1", "L2"):
        for value in fields.get(tag, ()):
            gathered.say_address(value, tag)
    gathered.publication_types += [kind, *fields.get("M3", ())]
    return gathered.finish()


def _parsed(divided: TaggedRecord) -> dict[str, list[str]]:
    # every tag is a list, so that a second DO or PY is not lost
    tags = {tag: tag for tag in TAG_KEY_MAPPING}
    lines = [f"{tag}  - {content}" for tag, content, _ in divided.fields]
    parsed = rispy.loads(
        "\n".join([*lines, "ER  - "]),
        mapping=tags,
        list_tags=list(tags),
        delimiter_tags_mapping={},
        skip_unknown_tags=True,
    )[0]
    return {tag: value if isinstance(value, list) else [value] for tag, value in parsed.items()}


def _author(name: str) -> Author:
    return Author(name.rstrip(" ,"), group=True) if is_group(name) else parse_author(name)


def _take_pages(gathered: Gathered, fields: dict[str, list[str]], divided: TaggedRecord, file: Path) -> None:
    first, last = fields.get("SP", []), fields.get("EP", [])
    if len(last) > len(first):
        where = f"{file}, line {divided.line_of('EP')}"
        raise EvidenceError("There is a last page (EP) without a first one (SP).", where, "Add SP or remove EP.")
    for place, page in enumerate(first):
        end = last[place] if place < len(last) else ""
        whole = page if not end or end == page or "-" in page else f"{page}-{end}"
        gathered.say("pages", whole, "SP, EP" if end else "SP", divided.line_of("SP"))


def _take_identifiers(gathered: Gathered, fields: dict[str, list[str]]) -> None:
    from_pubmed = "pubmed" in " ".join([*fields.get("DB", ()), *fields.get("DP", ())]).lower()
    for tag in ("AN", "C2", "C7", "N1"):
        for value in fields.get(tag, ()):
            for found in re.findall(r"\bPMC\d+\b", value):
                gathered.say("pmcid", found, tag)
            for found in re.findall(r"\bPMID:?\s*(\d+)", value):
                gathered.say("pmid", found, tag)
            if tag == "AN" and from_pubmed and value.isdigit():
                gathered.say("pmid", value, tag)
