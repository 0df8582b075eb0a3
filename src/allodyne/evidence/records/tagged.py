"""Formats of one tag a line (RIS, PubMed NBIB): dividing the text into records of whole fields."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from allodyne.errors import EvidenceError


@dataclass
class TaggedRecord:
    """The fields of one record, each with its continuation lines joined, as ``tag, content, line``."""

    line: int
    fields: list[tuple[str, str, int]] = field(default_factory=list)

    def line_of(self, tag: str) -> int:
        """Line of the first field of that tag, else that of the record."""
        return next((line for name, _, line in self.fields if name == tag), self.line)


@dataclass(frozen=True)
class TaggedForm:
    """How a format writes its fields.

    Attributes
    ----------
    name : str
        Name of the format.
    start, end : str
        Tag that begins a record, and the one that ends it (empty: a blank line or the next start does).
    divide : callable
        Tag and content of a line; None for a line without a tag.
    looks_like_tag : callable
        Whether a line without a tag was meant to have one.
    rule : str
        How a tag is written, for messages.
    """

    name: str
    start: str
    end: str
    divide: Callable[[str], tuple[str, str] | None]
    looks_like_tag: Callable[[str], bool]
    rule: str


def divide_records(text: str, file: Path, form: TaggedForm) -> list[TaggedRecord]:
    """Divide a file into records.

    Raises
    ------
    EvidenceError
        With the line, when a record has no beginning or no end, or a line is neither a field nor its continuation.
    """
    records: list[TaggedRecord] = []
    current: TaggedRecord | None = None
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.rstrip("\r").lstrip("\ufeff")
        tagged = form.divide(line)
        if tagged and tagged[0] == form.start:
            if current and form.end:
                raise _no_end(form, file, current.line, number)
            current = TaggedRecord(number, [(*tagged, number)])
            records.append(current)
        elif tagged and form.end and tagged[0] == form.end:
            if current is None:
                raise _stray(form, file, number)
            current = None
        elif not line.strip():
            current = current if form.end else None
        elif current is None:
            # what stands before the first record is the heading of a database
            if records or tagged:
                raise _stray(form, file, number)
        elif tagged:
            current.fields.append((*tagged, number))
        elif form.looks_like_tag(line):
            where = f"{file}, line {number}"
            raise EvidenceError(f"This line is not a field of {form.name}: {line[:60]!r}.", where, form.rule)
        else:
            tag, content, first = current.fields[-1]
            current.fields[-1] = (tag, f"{content} {line.strip()}", first)
    if current and form.end:
        raise _no_end(form, file, current.line, number)
    return records


def _no_end(form: TaggedForm, file: Path, begun: int, line: int) -> EvidenceError:
    return EvidenceError(
        f"The record that begins on line {begun} has no {form.end} line.",
        f"{file}, line {line}",
        f"Put {form.end!r} on a line behind its last field: the file may have been cut off.",
    )


def _stray(form: TaggedForm, file: Path, line: int) -> EvidenceError:
    return EvidenceError(
        "This line stands outside of any record.",
        f"{file}, line {line}",
        f"A record begins with {form.start}. {form.rule}",
    )
