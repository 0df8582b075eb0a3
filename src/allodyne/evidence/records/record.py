"""What every format of bibliographic records is turned into."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Format = Literal["aggregator JSON", "CSL-JSON", "RIS", "BibTeX", "PubMed NBIB", "PubMed XML"]
Field = Literal[
    "title",
    "first_author",
    "year",
    "journal",
    "volume",
    "pages",
    "doi",
    "pmid",
    "pmcid",
    "impact_factor",
    "open_access",
    "identity",
]


@dataclass(frozen=True)
class Author:
    """One author.

    Attributes
    ----------
    family : str
        Family name with its particles, or the whole name of a group.
    given : str
        Given names or initials, as far as they are stated.
    group : bool
        Whether this is a consortium or society instead of a person.
    """

    family: str
    given: str = ""
    group: bool = False


@dataclass(frozen=True)
class Said:
    """One statement of a record.

    Attributes
    ----------
    field : str
        What it is about.
    value : str
        What it says; DOI, PMID, PMCID and year in their normal form.
    where : str
        The field of the file that says so, such as ``PeriodicalIF``.
    """

    field: Field
    value: str
    where: str


@dataclass(frozen=True)
class Record:
    """One bibliographic record.

    Where a record states something twice, the attribute has what was stated first and ``said`` has everything, so that
    `allodyne.evidence.records.conflicts` can compare.

    Attributes
    ----------
    title, journal, volume, pages, doi, pmid, pmcid, abstract, url, open_access_pdf, publication_type : str
        Empty where the record does not say.
    authors : tuple of Author
        In the order of the record.
    year : int or None
        Year of publication.
    format : str
        Format of the file.
    file : Path
        The file.
    line : int
        Line (from 1) on which the record begins.
    said : tuple of Said
        Every statement, in the order of the format.
    """

    title: str
    authors: tuple[Author, ...]
    year: int | None
    journal: str
    volume: str
    pages: str
    doi: str
    pmid: str
    pmcid: str
    abstract: str
    url: str
    open_access_pdf: str
    publication_type: str
    format: Format
    file: Path
    line: int
    said: tuple[Said, ...] = field(default=(), repr=False)

    @property
    def first_author(self) -> str:
        """Family name of the first author, or the name of the group; empty where none is stated."""
        return self.authors[0].family if self.authors else ""

    @property
    def impact_factors(self) -> tuple[tuple[float, str], ...]:
        """Every impact factor of the journal that the record states, each with where it is said."""
        return tuple((float(one.value), one.where) for one in self.said if one.field == "impact_factor")

    @property
    def where(self) -> str:
        """File and line of the record."""
        return f"{self.file.name}, line {self.line}"
