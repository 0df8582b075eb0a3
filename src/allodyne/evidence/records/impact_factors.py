"""Impact factors of journals, wherever a record states one."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NAMES = frozenset(
    {"periodicalif", "journalif", "if", "jif", "impactfactor", "journalimpactfactor", "ifvalue", "impact", "latestif"}
)
_NUMBER = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,4})?(?![\d.])")
_YEAR = r"(?:(?:19|20)\d\d\D{1,15})?"
_IN_TEXT = re.compile(rf"(?:(?i:impact factor)[^\d;]{{0,30}}|\bJ?IF\b\s*[:=(]?\s*){_YEAR}(\d{{1,3}}\.\d{{1,4}})(?!\d)")


def names_impact_factor(field: str) -> bool:
    """Whether the name of a field says that it holds an impact factor of one year."""
    return re.sub(r"[^a-z]", "", field.lower()) in _NAMES and "5" not in field


def stated_number(value: object) -> str:
    """The number that a field for an impact factor holds; empty where it holds none."""
    found = _NUMBER.search(str(value)) if not isinstance(value, bool) else None
    return found[0] if found else ""


def in_text(text: str) -> Iterator[str]:
    """Every impact factor that a running text states, such as an abstract."""
    for found in _IN_TEXT.finditer(text):
        yield found[1]
