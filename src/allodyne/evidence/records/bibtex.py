"""BibTeX and BibLaTeX."""

from __future__ import annotations

import logging
import re
from pathlib import Path

from bibtexparser.entrypoint import parse_string
from bibtexparser.model import DuplicateBlockKeyBlock, Entry, ImplicitComment, ParsingFailedBlock
from pylatexenc.latex2text import LatexNodes2Text

from allodyne.errors import EvidenceError
from allodyne.evidence.records.gathering import Gathered
from allodyne.evidence.records.impact_factors import names_impact_factor
from allodyne.evidence.records.names import is_group, parse_author
from allodyne.evidence.records.record import Author, Field, Record

_SAID_BY: dict[str, Field] = {
    "title": "title",
    "journal": "journal",
    "journaltitle": "journal",
    "shortjournal": "journal",
    "volume": "volume",
    "pages": "pages",
    "year": "year",
    "date": "year",
    "doi": "doi",
    "pmid": "pmid",
    "pmcid": "pmcid",
}
_TEXT = LatexNodes2Text(math_mode="text", keep_braced_groups=False)


def read_bibtex(text: str, file: Path) -> list[Record]:
    """Read a BibTeX file.

    Raises
    ------
    EvidenceError
        With the line, when an entry is malformed.
    """
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    library = parse_string(text)
    entries: list[Entry] = []
    for block in library.blocks:
        if isinstance(block, DuplicateBlockKeyBlock) and isinstance(block.ignore_error_block, Entry):
            entries.append(block.ignore_error_block)
        elif isinstance(block, ParsingFailedBlock):
            raise _malformed(file, block.start_line, getattr(block.error, "abort_reason", None) or str(block.error))
        elif isinstance(block, ImplicitComment):
            _check_comment(file, block)
        elif isinstance(block, Entry):
            entries.append(block)
    return [_record(entry, file) for entry in entries]


def _record(entry: Entry, file: Path) -> Record:
    gathered = Gathered(file, _line(entry.start_line), "BibTeX")
    for field in entry.fields:
        name, value, line = field.key.lower(), str(field.value), _line(field.start_line)
        if name in ("doi", "url"):
            value = value.replace("\\", "")
        if name in _SAID_BY:
            text = value if name == "doi" else _decoded(value)
            gathered.say(_SAID_BY[name], text.replace("--", "-") if name == "pages" else text, field.key, line)
        elif names_impact_factor(name):
            gathered.say("impact_factor", value, field.key, line)
        elif name == "author":
            gathered.authors += _authors(value)
        elif name in ("abstract", "note", "annote"):
            gathered.say_abstract(_decoded(value), field.key)
        elif name == "url":
            gathered.say_address(value, field.key)
    gathered.publication_types.append(entry.entry_type)
    return gathered.finish()


def _authors(value: str) -> list[Author]:
    found = []
    for name in _outside_braces(" ".join(value.split())):
        if name == "others":
            continue
        text = _decoded(name)
        whole = name.startswith("{") and _closes_at(name) == len(name) - 1
        found.append(Author(text, group=True) if whole or is_group(text) else parse_author(text))
    return found


def _outside_braces(names: str) -> list[str]:
    """Divide at every ``and`` that stands outside of braces, as BibTeX does."""
    pieces, depth, begin = [], 0, 0
    for place, letter in enumerate(names):
        depth += (letter == "{") - (letter == "}")
        if depth == 0 and names.startswith(" and ", place):
            pieces.append(names[begin:place])
            begin = place + len(" and ")
    return [piece.strip() for piece in (*pieces, names[begin:]) if piece.strip()]


def _closes_at(name: str) -> int:
    depth = 0
    for place, letter in enumerate(name):
        depth += (letter == "{") - (letter == "}")
        if depth == 0:
            return place
    return -1


def _decoded(value: str) -> str:
    # a bare % would begin a comment of LaTeX and swallow the rest
    return str(_TEXT.latex_to_text(re.sub(r"(?<!\\)%", r"\\%", value))).strip()


def _check_comment(file: Path, block: ImplicitComment) -> None:
    found = re.search(r"^\s*@(?!comment)\w+", str(block.comment), re.MULTILINE | re.IGNORECASE)
    if found:
        lines = str(block.comment).count("\n", 0, found.end())
        raise _malformed(file, (block.start_line or 0) + lines, f"{found[0].strip()} is not followed by an open brace")


def _line(start: int | None) -> int:
    return (start or 0) + 1


def _malformed(file: Path, start: int | None, what: str) -> EvidenceError:
    reason = " ".join(what.split()).rstrip(". ")
    where = f"{file}, line {_line(start)}"
    return EvidenceError(
        f"This BibTeX entry cannot be read: {reason}.", where, "Write @article{key, title = {...}, year = {2025}}."
    )
