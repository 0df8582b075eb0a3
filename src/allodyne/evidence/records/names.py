"""Names of authors as databases write them."""

from __future__ import annotations

import re

from allodyne.evidence.records.normal_forms import plain
from allodyne.evidence.records.record import Author

_GROUP_WORDS = frozenset(
    re.findall(
        r"\w+",
        "group consortium collaboration collaborators collaborative society committee association federation "
        "organization organisation investigators network team initiative trialists institute panel taskforce",
    )
)
_PARTICLES = frozenset(
    re.findall(r"\w+", "van von der den de del della di da dos das du la le el ten ter zu zur zum af av bin ibn al")
)
_SUFFIXES = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "iv"})
_INITIALS = re.compile(r"(?:[^\W\d_]\.?-?){1,4}")


def parse_author(text: str) -> Author:
    """Read one name: ``Ali Ghanbari``, ``Ghanbari, Ali``, ``Ghanbari A``, ``van der Molen A``, or a group."""
    name = plain(text).strip(" ,;")
    if is_group(name):
        return Author(name, group=True)
    if "," in name:
        return _family_first(name)
    parts = [part for part in name.split() if part.lower() not in _SUFFIXES or part.isupper()]
    if len(parts) < 2:
        return Author(name)
    if _is_initials(parts[-1]) and not _is_initials(parts[0]):
        return Author(" ".join(parts[:-1]), parts[-1])
    return _given_first(parts)


def parse_authors(text: str) -> tuple[Author, ...]:
    """Read a list of names in one text, divided by semicolons, ``and``, or commas between whole names."""
    text = plain(text)
    if ";" in text or (re.search(r"\s(?:and|&)\s", text) and not is_group(text)):
        pieces = [piece for part in text.split(";") for piece in re.split(r",?\s+(?:and|&)\s+", part)]
        return tuple(author for piece in pieces if piece.strip(" ,;") for author in _divided_by_commas(piece))
    return _divided_by_commas(text)


def is_group(name: str) -> bool:
    """Whether a name is that of a consortium, a society or a study group."""
    found = [word.strip(".,()").lower() for word in name.split()]
    return len(found) > 1 and not _GROUP_WORDS.isdisjoint(found)


def _divided_by_commas(text: str) -> tuple[Author, ...]:
    pieces = [piece.strip() for piece in text.split(",") if piece.strip()]
    if len(pieces) < 2:
        return (parse_author(text),) if pieces else ()
    if all(len(piece.split()) > 1 for piece in pieces):
        return tuple(parse_author(piece) for piece in pieces)
    given = pieces[1::2]
    pairs = len(pieces) == 2 or all(_is_initials(piece.replace(" ", "")) for piece in given)
    if pairs and len(pieces) % 2 == 0:
        return tuple(_family_first(f"{family}, {name}") for family, name in zip(pieces[::2], given, strict=True))
    return tuple(parse_author(piece) for piece in pieces)


def _family_first(name: str) -> Author:
    family, *rest = [piece.strip() for piece in name.split(",") if piece.strip()]
    given = " ".join(piece for piece in rest if piece.lower() not in _SUFFIXES)
    parts = given.split()
    behind = len(parts)
    while behind > 0 and parts[behind - 1] in _PARTICLES:
        behind -= 1
    # "Molen, Anna van der" is van der Molen, as BibTeX and some catalogues write it
    return Author(" ".join([*parts[behind:], family]), " ".join(parts[:behind]))


def _given_first(parts: list[str]) -> Author:
    begin = len(parts) - 1
    while begin > 1 and parts[begin - 1].lower() in _PARTICLES and parts[begin - 1].islower():
        begin -= 1
    if parts[0].islower() and parts[0] in _PARTICLES:
        begin = 0
    return Author(" ".join(parts[begin:]), " ".join(parts[:begin]))


def _is_initials(text: str) -> bool:
    letters = re.sub(r"[.\-]", "", text)
    return bool(_INITIALS.fullmatch(text)) and letters.isupper() and len(letters) <= 4
