"""Taking records in: which are new, which are known, and what contradicts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from allodyne.evidence.papers import Paper, load_papers
from allodyne.evidence.records import normal_forms
from allodyne.evidence.records.conflicts import Conflict, conflicts_between, conflicts_inside, conflicts_with_paper
from allodyne.evidence.records.duplicates import KnownWorks, Match
from allodyne.evidence.records.reading import read_records
from allodyne.evidence.records.record import Record, Said

Status = Literal["new", "known", "duplicate", "no address"]
Design = Literal["rct", "meta-analysis", "review"]
_DESIGNS: tuple[tuple[str, Design], ...] = (
    ("meta-analysis", "meta-analysis"),
    ("randomized controlled trial", "rct"),
    ("review", "review"),
)
_TITLE_WORDS_IN_KEY = 3


@dataclass(frozen=True)
class Taken:
    """What became of one record.

    Attributes
    ----------
    record : Record
    status : str
        ``new``; ``known`` in the evidence base; ``duplicate`` of an earlier record of the file; or ``no address``, when
        neither DOI nor PMID nor an address says where to find the work.
    key : str
        Key of the paper; empty without an address.
    match : Match or None
        How it was recognised.
    paper : Paper or None
        The paper to write, when it is new.
    """

    record: Record
    status: Status
    key: str
    match: Match | None = None
    paper: Paper | None = None


@dataclass(frozen=True)
class Intake:
    """What became of the records of a file, and everything in them that contradicts."""

    taken: tuple[Taken, ...]
    conflicts: list[Conflict]

    @property
    def papers(self) -> list[Paper]:
        """The new papers."""
        return [one.paper for one in self.taken if one.paper is not None]


def take_in(records: Sequence[Record], known: KnownWorks, papers: Mapping[str, Paper]) -> Intake:
    """Sort records into new and known ones and compare them.

    Parameters
    ----------
    records : sequence of Record
    known : KnownWorks
        The works of ``papers``; the new ones are added to it.
    papers : mapping of str to Paper
        The papers that are known, by key.

    Returns
    -------
    Intake
    """
    taken: list[Taken] = []
    conflicts: list[Conflict] = []
    of_work: dict[str, list[Record]] = {}
    used = set(papers)
    for record in records:
        inside = conflicts_inside(record)
        matches = known.find(record)
        one = _taken(record, matches, of_work, used, inside)
        if one.status == "new":
            known.add(record, one.key)
            used.add(one.key)
        if one.key:
            of_work.setdefault(one.key, []).append(record)
        taken.append(one)
        conflicts += inside
        for match in matches:
            conflicts += conflicts_with_paper(record, papers[match.key]) if match.key in papers else []
        conflicts += _divided(record, matches)
    for same in of_work.values():
        conflicts += conflicts_between(same)
    return Intake(tuple(taken), conflicts)


def record_conflicts(path: Path | str) -> list[Conflict]:
    """Find every conflict of the records of a file: inside, between them, and with the evidence base.

    Parameters
    ----------
    path : Path or str
        A file of bibliographic records.

    Returns
    -------
    list of Conflict
        In the order of the file.

    Raises
    ------
    EvidenceError
        When the file is malformed.
    """
    papers = load_papers()
    return take_in(read_records(path), KnownWorks(papers.values()), papers).conflicts


def _taken(
    record: Record, matches: list[Match], of_work: Mapping[str, list[Record]], used: set[str], inside: list[Conflict]
) -> Taken:
    if matches:
        key = matches[0].key
        return Taken(record, "duplicate" if key in of_work else "known", key, matches[0])
    if not (record.doi or record.pmid or _address(record)):
        return Taken(record, "no address", "")
    key = _key(record, used)
    return Taken(record, "new", key, None, _paper(record, key, inside))


def _divided(record: Record, matches: list[Match]) -> list[Conflict]:
    if len(matches) < 2:
        return []
    said = tuple(Said("identity", match.key, f"by {match.by}") for match in matches)
    return [Conflict("identity", said, record.title, inside=False)]


def _paper(record: Record, key: str, inside: list[Conflict]) -> Paper:
    kind = record.publication_type.lower()
    return Paper(
        key=key,
        first_author=record.first_author or None,
        year=record.year,
        title=record.title,
        doi=record.doi or None,
        pmid=record.pmid or None,
        url=_address(record) or None,
        design=next((design for word, design in _DESIGNS if word in kind), None),
        note=_note(record, inside),
    )


def _address(record: Record) -> str:
    pubmed_central = f"https://pmc.ncbi.nlm.nih.gov/articles/{record.pmcid}" if record.pmcid else ""
    return record.url or record.open_access_pdf or pubmed_central


def _note(record: Record, inside: list[Conflict]) -> str:
    journal = ", ".join(part for part in (record.journal, record.volume, record.pages) if part)
    parts = [journal, f"from {record.where}", *(f"{one.field} contradicts itself: {one.text}" for one in inside)]
    return "; ".join(part for part in parts if part)


def _key(record: Record, used: set[str]) -> str:
    author = record.authors[0] if record.authors else None
    if author and not author.group:
        stem = _latin(author.family)
    else:
        stem = "-".join(_latin(author.family if author else record.title, " ").split()[:_TITLE_WORDS_IN_KEY])
    base = f"{stem or 'paper'}{record.year or ''}"
    return next(key for key in _candidates(base) if key not in used)


def _latin(text: str, between: str = "") -> str:
    return re.sub(r"[^a-z0-9 ]", "", between.join(normal_forms.words(text)))


def _candidates(base: str) -> Iterator[str]:
    letters = "abcdefghijklmnopqrstuvwxyz"
    yield base
    yield from (f"{base}{letter}" for letter in letters[1:])
    yield from (f"{base}{one}{other}" for one in letters for other in letters)
    number = 1
    while True:
        yield f"{base}-{number}"
        number += 1
