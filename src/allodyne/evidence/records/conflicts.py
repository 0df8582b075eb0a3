"""Where a record contradicts itself, another record of the same work, or the evidence base; nothing is resolved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from allodyne.evidence.papers import Paper
from allodyne.evidence.records import normal_forms
from allodyne.evidence.records.duplicates import author_words
from allodyne.evidence.records.record import Field, Record, Said


@dataclass(frozen=True)
class Conflict:
    """Statements about one work that cannot all be right.

    Attributes
    ----------
    field : str
        What they are about, such as ``impact_factor`` or ``pages``.
    said : tuple of Said
        At least two statements that disagree, each with where it stands.
    title : str
        Title of the work.
    inside : bool
        Whether one record contradicts itself.
    """

    field: Field
    said: tuple[Said, ...]
    title: str
    inside: bool

    @property
    def text(self) -> str:
        """The statements in one line."""
        return " against ".join(f"{one.value} ({one.where})" for one in self.said)


def _same_words(one: str, other: str) -> bool:
    return normal_forms.words(one) == normal_forms.words(other)


def _same_text(one: str, other: str) -> bool:
    return one.strip().lower() == other.strip().lower()


AGREE: dict[Field, Callable[[str, str], bool]] = {
    "title": _same_words,
    "first_author": lambda one, other: author_words(one) == author_words(other),
    "year": _same_text,
    "journal": normal_forms.same_journal,
    "volume": _same_text,
    "pages": normal_forms.same_pages,
    "doi": _same_text,
    "pmid": _same_text,
    "pmcid": _same_text,
    "impact_factor": normal_forms.same_number,
    "open_access": _same_text,
}
"""When two statements about a field mean the same."""


def conflicts_inside(record: Record) -> list[Conflict]:
    """Find what a record says in two ways.

    Parameters
    ----------
    record : Record

    Returns
    -------
    list of Conflict
        One for each field, in the order of `AGREE`.
    """
    return _compared(record.said, record.title, inside=True)


def conflicts_between(records: Sequence[Record]) -> list[Conflict]:
    """Find what records of the same work say differently.

    Parameters
    ----------
    records : sequence of Record
        Records of one work.

    Returns
    -------
    list of Conflict
        One for each field; the statements name file and line.
    """
    stated = [one for record in records for one in _stated_by(record)]
    return _compared(stated, records[0].title if records else "", inside=False)


def conflicts_with_paper(record: Record, paper: Paper) -> list[Conflict]:
    """Find what a record says differently from a paper of the evidence base.

    Parameters
    ----------
    record : Record
    paper : Paper
        The paper that the record is of.

    Returns
    -------
    list of Conflict
        One for each field that both state.
    """
    values: dict[Field, object] = {
        "title": paper.title,
        "first_author": paper.first_author,
        "year": paper.year,
        "doi": paper.doi and normal_forms.doi(paper.doi),
        "pmid": paper.pmid,
    }
    known = [Said(field, str(value), f"paper {paper.key}") for field, value in values.items() if value]
    return _compared([*known, *_stated_by(record)], record.title, inside=False)


def _stated_by(record: Record) -> list[Said]:
    values: dict[Field, object] = {
        "title": record.title,
        "first_author": record.first_author,
        "year": record.year,
        "journal": record.journal,
        "volume": record.volume,
        "pages": record.pages,
        "doi": record.doi,
        "pmid": record.pmid,
        "pmcid": record.pmcid,
    }
    said = [Said(field, str(value), record.where) for field, value in values.items() if value]
    first = next((one.value for one in record.said if one.field == "impact_factor"), "")
    return [*said, Said("impact_factor", first, record.where)] if first else said


def _compared(said: Iterable[Said], title: str, inside: bool) -> list[Conflict]:
    by_field: dict[Field, list[Said]] = {field: [] for field in AGREE}
    for one in said:
        by_field[one.field].append(one)
    found = []
    for field, statements in by_field.items():
        different = _disagreeing(statements, AGREE[field])
        if len(different) > 1:
            found.append(Conflict(field, different, title, inside))
    return found


def _disagreeing(said: Sequence[Said], agree: Callable[[str, str], bool]) -> tuple[Said, ...]:
    """The first statement of each view, when there is more than one view."""
    views: list[Said] = []
    by_value = {one.value: one for one in reversed(said)}
    for one in sorted(by_value.values(), key=said.index):
        # a first page alone agrees with every range that begins there, and so stands for no view of its own
        disputed = any(not agree(one.value, other) for other in by_value)
        if disputed and not any(agree(one.value, view.value) for view in views):
            views.append(one)
    return tuple(views)
