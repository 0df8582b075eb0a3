"""Reading a file of bibliographic records, whatever its format."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from pathlib import Path

from allodyne.errors import EvidenceError
from allodyne.evidence.records.record import Record

MAX_BYTES = 20_000_000
MAX_RECORDS = 20_000
FORMATS = "the JSON of a literature aggregator, CSL-JSON, RIS, BibTeX, PubMed NBIB and PubMed XML"
_MARKS = re.compile(r"^(?:(?P<ris>TY  - ?)|(?P<nbib>PMID- ?)|(?P<bibtex>[ \t]*@[A-Za-z]+[ \t]*[{(]))", re.MULTILINE)


def read_records(path: Path | str) -> list[Record]:
    """Read every record of a file; its format is told from its content.

    Parameters
    ----------
    path : Path or str
        A file of one record or more.

    Returns
    -------
    list of Record
        At least one, in the order of the file.

    Raises
    ------
    EvidenceError
        When the file is missing, too large, not text, of no known format, malformed or without records; with the line.
    """
    file = Path(path)
    text = _text(file)
    records = _reader(text, file)(text, file)
    if not records:
        raise EvidenceError("The file holds no record.", str(file), f"Formats: {FORMATS}.")
    if len(records) > MAX_RECORDS:
        message = f"The file holds {len(records)} records; at most {MAX_RECORDS} are taken in at once."
        raise EvidenceError(message, f"{file}, line {records[MAX_RECORDS].line}", "Divide the file.")
    return records


def _reader(text: str, file: Path) -> Callable[[str, Path], list[Record]]:
    begin = text.lstrip()[:1]
    if not begin:
        raise EvidenceError("The file is empty.", str(file), f"Formats: {FORMATS}.")
    if begin in "{[":
        return _read_json
    if begin == "<":
        from allodyne.evidence.records.pubmed_xml import read_pubmed_xml

        return read_pubmed_xml
    found = _MARKS.search(text)
    if found and found["ris"]:
        from allodyne.evidence.records.ris import read_ris

        return read_ris
    if found and found["nbib"]:
        from allodyne.evidence.records.nbib import read_nbib

        return read_nbib
    if found:
        from allodyne.evidence.records.bibtex import read_bibtex

        return read_bibtex
    line = len(text) - len(text.lstrip())
    where = f"{file}, line {text.count(chr(10), 0, line) + 1}"
    raise EvidenceError("This is none of the known formats of records.", where, f"Known are {FORMATS}.")


def _read_json(text: str, file: Path) -> list[Record]:
    from allodyne.evidence.records.aggregator import KNOWN_FIELDS, read_aggregator
    from allodyne.evidence.records.csl import MARKS, read_csl
    from allodyne.evidence.records.json_text import json_records

    records = []
    for source in json_records(text, file):
        names = set(source.data)
        if names & MARKS or {"DOI", "author"} <= names:
            records.append(read_csl(source))
        elif "title" in names and len(names & set(KNOWN_FIELDS)) > 1:
            records.append(read_aggregator(source))
        else:
            wanted = [name for name in KNOWN_FIELDS if name not in names]
            near = {name: difflib.get_close_matches(name, wanted, n=1, cutoff=0.75) for name in sorted(names)}
            hints = [f"{name!r} is perhaps {close[0]!r}" for name, close in near.items() if close]
            raise EvidenceError(
                "This JSON object is not a bibliographic record: it lacks title and the fields beside it.",
                f"{file}, line {source.line}",
                f"{'; '.join(hints)}." if hints else f"A record has {', '.join(KNOWN_FIELDS)}, or is CSL-JSON.",
            )
    return records


def _text(file: Path) -> str:
    try:
        if file.is_dir():
            raise EvidenceError("This is a folder, not a file.", str(file), "Name a file of records in it.")
        size = file.stat().st_size
        if not file.is_file():
            raise EvidenceError("This is not a regular file.", str(file), "Save the records in a file first.")
        if size > MAX_BYTES:
            message = f"The file has {size / 1e6:.1f} MB; at most {MAX_BYTES / 1e6:.0f} MB are read."
            raise EvidenceError(message, str(file), "Divide the file.")
        raw = file.read_bytes()
    except FileNotFoundError:
        raise EvidenceError("There is no such file.", str(file), _neighbours(file)) from None
    except OSError as problem:
        message = f"The file cannot be read: {problem.strerror}."
        raise EvidenceError(message, str(file), "Check its permissions.") from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw.count(b"\n", 0, problem.start) + 1
        raise EvidenceError("The file is not UTF-8 text.", f"{file}, line {line}", "Save it as UTF-8.") from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise EvidenceError("The file is not text.", f"{file}, line {line}", f"Known are {FORMATS}.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _neighbours(file: Path) -> str:
    folder = file.parent
    names = [one.name for one in folder.iterdir() if one.is_file()] if folder.is_dir() else []
    close = difflib.get_close_matches(file.name, names, n=3, cutoff=0.5)
    return f"Did you mean {', '.join(close)}?" if close else "Check the path."
