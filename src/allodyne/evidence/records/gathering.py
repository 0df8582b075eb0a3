"""Statements of one record, put together as a parser finds them."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from allodyne.errors import EvidenceError
from allodyne.evidence.records import impact_factors, normal_forms
from allodyne.evidence.records.record import Author, Field, Format, Record, Said

_CHECKED = {
    "doi": (normal_forms.doi, "a DOI begins with 10. and has a slash, such as 10.1155/prm/3432659"),
    "pmid": (normal_forms.pmid, "a PMID is a whole number, such as 40040749"),
    "pmcid": (normal_forms.pmcid, "a PMCID is PMC and a number, such as PMC11879594"),
}
MAX_TEXT = 200_000
"""Characters of one field; no title or abstract is longer."""


class Gathered:
    """Collects what one record says.

    Parameters
    ----------
    file : Path
        The file that is read.
    line : int
        Line on which the record begins.
    format : str
        Format of the file.
    """

    def __init__(self, file: Path, line: int, format: Format) -> None:
        self.file, self.line, self.format = file, line, format
        self.authors: list[Author] = []
        self.abstract = ""
        self.url = ""
        self.open_access_pdf = ""
        self.publication_types: list[str] = []
        self._said: list[Said] = []

    def say(self, field: Field, value: object, where: str, line: int | None = None) -> None:
        """Note a statement; what is empty is passed over.

        Raises
        ------
        EvidenceError
            When an identifier is malformed or a text is longer than any field of a record.
        """
        text = normal_forms.title_text(value) if field == "title" else normal_forms.plain(value or "")
        if not text:
            return
        if len(text) > MAX_TEXT:
            raise self._malformed(f"The field {where} has {len(text)} characters.", "Check the file.", line)
        if field in _CHECKED:
            normal, rule = _CHECKED[field]
            if not normal(text):
                raise self._malformed(f"{where} is {text[:80]!r}: {rule}.", "Correct or remove it.", line)
            text = normal(text)
        if field == "year":
            text = normal_forms.year(text)
        if field == "impact_factor":
            text = impact_factors.stated_number(text)
        if text:
            self._said.append(Said(field, text, where))

    def say_address(self, url: object, where: str) -> None:
        """Note an address, and the identifier that it contains."""
        text = normal_forms.plain(url or "")
        name, value = normal_forms.named_by_address(text)
        if value and name in get_args(Field):
            self.say(name, value, where)  # type: ignore[arg-type]
        if not self.url and text.startswith(("http://", "https://")) and name != "doi":
            self.url = text

    def say_abstract(self, text: object, where: str) -> None:
        """Note an abstract, and the impact factors that it states."""
        plain = normal_forms.plain(text or "")
        self.abstract = self.abstract or plain[:MAX_TEXT]
        for number in impact_factors.in_text(plain[:MAX_TEXT]):
            self.say("impact_factor", number, where)

    def finish(self) -> Record:
        """The record.

        Raises
        ------
        EvidenceError
            When it has no title, without which it cannot be recognised again.
        """
        first = self._first
        if not first("title"):
            raise self._malformed("This record has no title.", "Add a title or remove the record.")
        return Record(
            title=first("title"),
            authors=tuple(author for author in self.authors if author.family),
            year=int(first("year")) if first("year") else None,
            journal=first("journal"),
            volume=first("volume"),
            pages=first("pages"),
            doi=first("doi"),
            pmid=first("pmid"),
            pmcid=first("pmcid"),
            abstract=self.abstract,
            url=self.url,
            open_access_pdf=self.open_access_pdf,
            publication_type="; ".join(dict.fromkeys(self.publication_types)),
            format=self.format,
            file=self.file,
            line=self.line,
            said=tuple(dict.fromkeys(self._said)),
        )

    def _first(self, field: Field) -> str:
        return next((one.value for one in self._said if one.field == field), "")

    def _malformed(self, message: str, remedy: str, line: int | None = None) -> EvidenceError:
        return EvidenceError(message, f"{self.file}, line {line or self.line}", remedy)
