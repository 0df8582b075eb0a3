"""Papers and facts as entries of a bibliography: BibTeX and CSL-JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from allodyne.evidence.papers import Fact, Paper

_GREEK = {"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "κ": "kappa", "μ": "mu"}
_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\ensuremath{<}",
    ">": r"\ensuremath{>}",
    **{sign: f"\\{sign}" for sign in "{}$&%#_"},
    **{sign: f"\\ensuremath{{\\{name}}}" for sign, name in _GREEK.items()},
}
_GROUP = re.compile(r"\d|\b(Agency|Collaboration|Committee|Consortium|Federation|Group|Organi[sz]ation|Society)$")
_INITIALS = re.compile(r"(?P<family>.+) (?P<initials>[A-Z]{1,3})")
_NOT_ARTICLES = ("textbook", "guideline", "commercial")
_SECONDARY = "Read on a page that is not the paper or its abstract."


@dataclass(frozen=True)
class _Entry:
    """What a bibliography says of a paper, or of the source of a fact."""

    key: str
    article: bool
    first_author: str | None
    year: int | None
    title: str | None
    doi: str | None
    pmid: str | None
    url: str | None
    remark: str
    """Our own words: what was read in it, and how."""


def bibtex(sources: Iterable[Paper | Fact]) -> str:
    """Write sources as BibTeX.

    Parameters
    ----------
    sources : iterable of Paper or Fact
        Each becomes one entry under its own key, in this order; a second of the same key is left out.

    Returns
    -------
    str
        UTF-8 text; an ``article`` where a DOI or a PubMed number is known, else ``misc``. Authors after the first are
        "others", because only the first is recorded. What was read in the source stands in ``annote``, which
        bibliography styles do not print; in ``note`` where there is no title.
    """
    return "\n".join(_bibtex_entry(entry) for entry in _entries(sources))


def csl_json(sources: Iterable[Paper | Fact]) -> str:
    """Write sources as CSL-JSON.

    Parameters
    ----------
    sources : iterable of Paper or Fact
        As for `bibtex`.

    Returns
    -------
    str
        A list of items, with the first author only; what was read in the source stands in ``annote``.
    """
    return json.dumps([_csl_item(entry) for entry in _entries(sources)], indent=2, ensure_ascii=False) + "\n"


def _entries(sources: Iterable[Paper | Fact]) -> list[_Entry]:
    entries = (_of_fact(one) if isinstance(one, Fact) else _of_paper(one) for one in sources)
    unique: dict[str, _Entry] = {}
    for entry in entries:
        unique.setdefault(entry.key, entry)
    return list(unique.values())


def _of_paper(paper: Paper) -> _Entry:
    remarks = [paper.shows, paper.note, _SECONDARY if paper.provenance == "secondary" else None]
    return _Entry(
        paper.key,
        bool(paper.doi or paper.pmid),
        paper.first_author,
        paper.year,
        paper.title,
        paper.doi,
        paper.pmid,
        _lasting(paper.url),
        _sentences(remarks),
    )


def _of_fact(fact: Fact) -> _Entry:
    source = fact.source
    value = fact.value if isinstance(fact.value, str | int | float) else ""
    found = f"{fact.fact}: {value} {fact.units or ''}".strip(" :")
    return _Entry(
        fact.id,
        bool(source.get("doi") or source.get("pmid")) and source.get("kind") not in _NOT_ARTICLES,
        source.get("first_author"),
        source.get("year"),
        source.get("title"),
        source.get("doi"),
        source.get("pmid"),
        _lasting(source.get("url")),
        _sentences([found, fact.conditions]),
    )


def _sentences(parts: Iterable[str | None]) -> str:
    return " ".join(part if part.endswith(".") else f"{part}." for part in parts if part)


def _lasting(url: str | None) -> str | None:
    """The address, unless it leads nowhere for long."""
    return Paper(key="address", url=url).address or None


def _bibtex_entry(entry: _Entry) -> str:
    fields = {
        "author": _bibtex_author(entry.first_author),
        # the second pair of braces keeps a style from changing capitals
        "title": f"{{{_escaped(entry.title)}}}" if entry.title else "",
        "year": str(entry.year or ""),
        "doi": _verbatim(entry.doi),
        "pmid": entry.pmid or "",
        "url": _verbatim(entry.url),
        "annote" if entry.title else "note": _escaped(entry.remark),
    }
    lines = [f"  {name} = {{{value}}},\n" for name, value in fields.items() if value]
    return f"@{'article' if entry.article else 'misc'}{{{entry.key},\n{''.join(lines)}}}\n"


def _bibtex_author(name: str | None) -> str:
    if not name:
        return ""
    if _GROUP.search(name):
        return f"{{{_escaped(name)}}}"
    family, given = _split(name)
    family = f"{{{_escaped(family)}}}" if " " in family else _escaped(family)
    return f"{family}, {given} and others" if given else f"{family} and others"


def _split(name: str) -> tuple[str, str]:
    """Family name and initials, such as "Chen" and "Y. W."."""
    parts = _INITIALS.fullmatch(name)
    return (parts["family"], " ".join(f"{letter}." for letter in parts["initials"])) if parts else (name, "")


def _escaped(text: str) -> str:
    return "".join(_SPECIAL.get(sign, sign) for sign in " ".join(text.split()))


def _verbatim(address: str | None) -> str:
    """Addresses are read as they stand, so only what would end the field or the line is encoded."""
    codes = {sign: f"%{ord(sign):02X}" for sign in "{}\\ "}
    return "".join(codes.get(sign, sign) for sign in address or "")


def _csl_item(entry: _Entry) -> dict[str, Any]:
    kind = "article-journal" if entry.article else "webpage" if entry.url else "document"
    item = {
        "id": entry.key,
        "type": kind,
        "author": _csl_author(entry.first_author),
        "title": entry.title,
        "issued": {"date-parts": [[entry.year]]} if entry.year else None,
        "DOI": entry.doi,
        "PMID": entry.pmid,
        "URL": entry.url,
        "annote": entry.remark,
    }
    return {name: value for name, value in item.items() if value}


def _csl_author(name: str | None) -> list[dict[str, str]]:
    if not name:
        return []
    if _GROUP.search(name):
        return [{"literal": name}]
    family, given = _split(name)
    return [{"family": family, "given": given} if given else {"family": family}]
