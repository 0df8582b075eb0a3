"""The papers and facts that every number refers to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from allodyne.documents import read_document
from allodyne.errors import EvidenceError, nearest

_DATA = files("allodyne.evidence") / "data"
_MAX_BYTES = 20_000_000


class Paper(BaseModel):
    """Bibliography of one paper; ``shows`` says what was read in it where no finding does."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    first_author: str | None = None
    year: int | None = None
    title: str | None = None
    doi: str | None = None
    pmid: str | None = None
    url: str | None = None
    design: Literal["preclinical", "rct", "crossover", "cohort", "case-series", "meta-analysis", "review"] | None = None
    species: Literal["rat", "mouse", "human", "other", "mixed"] | None = None
    provenance: Literal["primary", "secondary"] | None = None
    note: str | None = None
    shows: str | None = None

    @property
    def citation(self) -> str:
        """Author, year, title and address in one line."""
        head = " ".join(str(part) for part in (self.first_author, self.year) if part) or self.key
        return ". ".join(part for part in (head, self.title or self.note, self.address) if part)

    @property
    def address(self) -> str:
        """The DOI as a link, else the PubMed page, else the page it was read on."""
        if self.doi:
            return f"https://doi.org/{self.doi}"
        return f"https://pubmed.ncbi.nlm.nih.gov/{self.pmid}/" if self.pmid else _lasting(self.url)


class Fact(BaseModel):
    """One fact of physiology with its source; ``value`` is a number, a text, a list or a mapping."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    domain: str
    fact: str
    value: Any = None
    units: str | None = None
    conditions: str | None = None
    formula: str | None = None
    source: Mapping[str, Any]

    @property
    def citation(self) -> str:
        """Author, year, title and address of the source in one line."""
        source = self.source
        head = " ".join(str(source[key]) for key in ("first_author", "year") if source.get(key))
        title = source.get("title") or self.fact
        return ". ".join(str(part) for part in (head, title, self.address or source.get("address")) if part)

    @property
    def address(self) -> str:
        """Where the source is to be found."""
        source = self.source
        return f"https://doi.org/{source['doi']}" if source.get("doi") else _lasting(source.get("url"))


def _lasting(url: str | None) -> str:
    """An address, unless it is a bare number of a machine, which leads nowhere for long."""
    return "" if not url or re.match(r"https?://[0-9.]+(:|/)", url) else url


@cache
def load_papers() -> dict[str, Paper]:
    """Load every paper that the package cites, by key."""
    papers: dict[str, Paper] = {}
    for name in sorted(entry.name for entry in _DATA.iterdir() if entry.name.startswith("papers")):
        document = read_document(str(_DATA / name), EvidenceError, _MAX_BYTES)
        for key, record in document.data.items():
            if key in papers:
                raise EvidenceError(f"The paper {key!r} is already known from another file.", document.where((key,)))
            papers[key] = Paper(key=key, **record)
    return papers


@cache
def load_facts() -> dict[str, Fact]:
    """Load the facts of physiology, by id."""
    document = read_document(str(_DATA / "physiology.yaml"), EvidenceError, _MAX_BYTES)
    return {record["id"]: Fact(**record) for record in document.data}


def fact(key: str) -> Fact:
    """Look up one fact of physiology.

    Raises
    ------
    EvidenceError
        When there is no fact of that id; the message offers the nearest ids.
    """
    facts = load_facts()
    if key not in facts:
        raise EvidenceError(f"There is no fact {key!r}.", remedy=nearest(key, facts))
    return facts[key]


def source(key: str) -> Paper | Fact:
    """Look up a source key: a paper or a fact.

    Raises
    ------
    EvidenceError
        When the key is neither; the message offers the nearest keys.
    """
    found = load_papers().get(key) or load_facts().get(key)
    if found is None:
        raise EvidenceError(f"There is no source {key!r}.", remedy=nearest(key, [*load_papers(), *load_facts()]))
    return found
