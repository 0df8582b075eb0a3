"""Whether two records are of the same work: by DOI, by PMID, or by title and year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from allodyne.evidence.papers import Paper
from allodyne.evidence.records import normal_forms
from allodyne.evidence.records.record import Record

YEARS_APART = 1
"""A paper that appears online in December is often dated to the next year in print."""
SHORT_TITLE_WORDS = 4
"""Below this a title such as ``Editorial`` says too little: the first author must be the same too."""
CUT_TITLE_WORDS = 8
"""A title that is the beginning of another one means the same work only from this length on."""

By = Literal["DOI", "PMID", "title", "beginning of the title"]


@dataclass(frozen=True)
class Match:
    """A work that is known already.

    Attributes
    ----------
    key : str
        Its key.
    by : str
        How it was recognised.
    """

    key: str
    by: By


@dataclass(frozen=True)
class _Identity:
    key: str
    doi: str
    pmid: str
    title: tuple[str, ...]
    year: int | None
    first_author: tuple[str, ...]


class KnownWorks:
    """The works that are known, to look records up in.

    Parameters
    ----------
    papers : iterable of Paper, optional
        Papers to begin with.
    """

    def __init__(self, papers: Iterable[Paper] = ()) -> None:
        self._by_doi: dict[str, str] = {}
        self._by_pmid: dict[str, str] = {}
        self._by_title: dict[tuple[str, ...], list[_Identity]] = {}
        self._by_beginning: dict[tuple[str, ...], list[_Identity]] = {}
        for paper in papers:
            self._add(_of_paper(paper))

    def add(self, record: Record, key: str) -> None:
        """Make a record known under a key."""
        self._add(_of_record(record, key))

    def find(self, record: Record) -> list[Match]:
        """Find the works that a record is of.

        Returns
        -------
        list of Match
            The surest first. More than one when the DOI leads to one work and the PMID to another; a title is only
            asked when neither is known.
        """
        wanted = _of_record(record, "")
        found = [Match(self._by_doi[wanted.doi], "DOI")] if wanted.doi in self._by_doi else []
        other = self._by_pmid.get(wanted.pmid)
        if other is not None and all(match.key != other for match in found):
            found.append(Match(other, "PMID"))
        if found:
            return found
        same = [one for one in self._by_title.get(wanted.title, ()) if _fits(one, wanted)]
        if same:
            return [Match(same[0].key, "title")]
        begun = self._by_beginning.get(wanted.title[:CUT_TITLE_WORDS], ())
        cut = [one for one in begun if _begins(one.title, wanted.title) and _fits(one, wanted)]
        return [Match(cut[0].key, "beginning of the title")] if cut else []

    def _add(self, one: _Identity) -> None:
        if one.doi:
            self._by_doi.setdefault(one.doi, one.key)
        if one.pmid:
            self._by_pmid.setdefault(one.pmid, one.key)
        if one.title:
            self._by_title.setdefault(one.title, []).append(one)
        if len(one.title) >= CUT_TITLE_WORDS:
            self._by_beginning.setdefault(one.title[:CUT_TITLE_WORDS], []).append(one)


def author_words(name: str) -> tuple[str, ...]:
    """Family name of a paper's first author, without the initials that some papers carry behind it."""
    parts = name.split()
    initials = len(parts) > 1 and parts[-1].isupper() and len(parts[-1]) <= 3
    return normal_forms.words(" ".join(parts[:-1] if initials else parts))


def _of_paper(paper: Paper) -> _Identity:
    title = normal_forms.words(paper.title or "")
    author = author_words(paper.first_author or "")
    return _Identity(paper.key, normal_forms.doi(paper.doi or ""), paper.pmid or "", title, paper.year, author)


def _of_record(record: Record, key: str) -> _Identity:
    title, author = normal_forms.words(record.title), author_words(record.first_author)
    return _Identity(key, record.doi, record.pmid, title, record.year, author)


def _fits(known: _Identity, wanted: _Identity) -> bool:
    if known.year and wanted.year and abs(known.year - wanted.year) > YEARS_APART:
        return False
    stated = known.first_author and wanted.first_author
    if len(wanted.title) < SHORT_TITLE_WORDS or len(wanted.title) != len(known.title):
        short = len(wanted.title) < SHORT_TITLE_WORDS
        return known.first_author == wanted.first_author if stated else not short
    return True


def _begins(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= CUT_TITLE_WORDS and long[: len(short)] == short
