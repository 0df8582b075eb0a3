"""The one form in which two spellings of the same identifier, title, journal or page range are equal."""

from __future__ import annotations

import html
import re
import unicodedata
from decimal import Decimal

DOI = re.compile(r"10\.\d{4,9}/\S+")
_DOI_PREFIX = re.compile(r"^(https?://(dx\.)?doi\.org/|doi:?\s*)", re.IGNORECASE)
_DOI_ADDRESS = re.compile(r"^https?://(?:dx\.)?doi\.org/(10\..+)$", re.IGNORECASE)
_PMC_ADDRESS = re.compile(r"ncbi\.nlm\.nih\.gov/(?:pmc/)?articles/(PMC\d+)", re.IGNORECASE)
_PUBMED_ADDRESS = re.compile(r"(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/(\d+)", re.IGNORECASE)
_MARKUP = re.compile(r"</?[A-Za-z][A-Za-z0-9:]*(\s[^<>]*)?/?>")
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_DAY = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)")
_SMALL_WORDS = frozenset(re.findall(r"\w+", "a an and et for in of on the to und der de des la le les"))


def plain(text: object) -> str:
    """Text without markup, character references and surplus blanks."""
    unmarked = _MARKUP.sub("", html.unescape(str(text)))
    return " ".join(unmarked.split())


def title_text(text: object) -> str:
    """A title without markup and without the full stop that some databases put behind it."""
    stripped = plain(text)
    return stripped[:-1].rstrip() if stripped.endswith(".") and not stripped.endswith("..") else stripped


def words(text: str) -> tuple[str, ...]:
    """Words of a text without case, diacritics and punctuation."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return tuple(re.findall(r"[^\W_]+", bare))


def doi(text: object) -> str:
    """A DOI in lower case without prefix, or an empty string where the text is not one."""
    bare = _DOI_PREFIX.sub("", plain(text)).rstrip(".,;").lower()
    return bare if DOI.fullmatch(bare) else ""


def pmid(text: object) -> str:
    """A PubMed number without prefix, or an empty string where the text is not one."""
    found = re.fullmatch(r"(?:pmid:?\s*)?0*([1-9]\d{0,8})", plain(text), re.IGNORECASE)
    return found[1] if found else ""


def pmcid(text: object) -> str:
    """A PubMed Central number as ``PMC123``, or an empty string where the text is not one."""
    found = re.fullmatch(r"(?:pmcid:?\s*)?(?:pmc)?0*([1-9]\d{0,8})(?:\.\d+)?", plain(text), re.IGNORECASE)
    return f"PMC{found[1]}" if found else ""


def year(text: object) -> str:
    """The year in a date such as ``2017 May-Jun``, ``2025/1/1`` or ``20250225``; empty where there is none."""
    found = _YEAR.search(str(text)) or _DAY.search(str(text))
    return found[1] if found else ""


def named_by_address(url: str) -> tuple[str, str]:
    """The identifier that an address contains: ``("doi" or "pmid" or "pmcid", value)``, or two empty strings."""
    if found := _DOI_ADDRESS.match(url):
        return "doi", doi(found[1])
    if found := _PMC_ADDRESS.search(url):
        return "pmcid", found[1].upper()
    if found := _PUBMED_ADDRESS.search(url):
        return "pmid", found[1]
    return "", ""


def page_range(text: str) -> tuple[str, str]:
    """First and last page; ``2629-38`` becomes ``2629, 2638``. The last is empty where only one page is given."""
    bare = re.sub(r"^(pp?|pages?)\.?\s+", "", text.strip().lower())
    first, _, last = re.sub(r"\s*(?:-+|[\u2010-\u2015\u2212])\s*", "-", bare).partition("-")
    if first.isdigit() and last.isdigit() and len(last) < len(first):
        last = first[: len(first) - len(last)] + last
    return first, last


def same_pages(one: str, other: str) -> bool:
    """Whether two page statements fit together; a first page alone fits every range that begins there."""
    (first, last), (other_first, other_last) = page_range(one), page_range(other)
    return first == other_first and (last == other_last or not last or not other_last)


def same_number(one: str, other: str) -> bool:
    """Whether two numbers are equal, at the precision of the less precise one."""
    number, other_number = Decimal(one), Decimal(other)
    places = max(number.as_tuple().exponent, other_number.as_tuple().exponent)
    step = Decimal(1).scaleb(min(int(places), 0))
    return number.quantize(step) == other_number.quantize(step)


def same_journal(one: str, other: str) -> bool:
    """Whether two names mean one journal; ``Am J Transl Res`` is ``American Journal of Translational Research``."""
    name, other_name = _journal_words(one), _journal_words(other)
    if name == other_name:
        return True
    if len(name) != len(other_name):
        return False
    pairs = zip(name, other_name, strict=True)
    return all(_abbreviates(*sorted(pair, key=len)) for pair in pairs)


def _journal_words(name: str) -> tuple[str, ...]:
    main = re.split(r"\s*[:(=]", name)[0] or name
    return tuple(word for word in words(main) if word not in _SMALL_WORDS)


def _abbreviates(short: str, long: str) -> bool:
    rest = iter(long)
    return short[0] == long[0] and all(letter in rest for letter in short)
