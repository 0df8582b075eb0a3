"""Searching papers and findings by free text and by what they are about."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import get_args

from allodyne.errors import EvidenceError, nearest
from allodyne.evidence.conditions import CONDITIONS
from allodyne.evidence.findings import (
    ArmValues,
    Direction,
    Finding,
    FindingKind,
    FindingSpecies,
    Outcome,
    load_findings,
)
from allodyne.evidence.papers import Paper, load_papers

_TREATMENT_KINDS = ("hbot", "exercise", "acupuncture", "drug")
_FEW = 10
"""Up to so many valid names are all listed."""
_OF_FINDINGS = ("condition", "treatment", "outcome", "kind", "direction")
_GREEK = {"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "κ": "kappa", "μ": "mu"}


@dataclass(frozen=True)
class Query:
    """What to look for; everything that is given must hold.

    Attributes
    ----------
    words : tuple of str
        Each must begin a word of the record; case, accents, hyphens and underscores do not count, and Greek letters
        are read as their names. A word with spaces is a phrase.
    condition, outcome, design, species, kind, direction : str, optional
        As in ``data/SCHEMA.md``; a condition also in words ("multiple sclerosis").
    treatment : str, optional
        hbot, exercise or acupuncture, a mode such as treadmill or electroacupuncture, drug, or whole words of the name
        of a drug; a drug is also found where it was given as a blocker.
    """

    words: tuple[str, ...] = ()
    condition: str | None = None
    treatment: str | None = None
    outcome: str | None = None
    design: str | None = None
    species: str | None = None
    kind: str | None = None
    direction: str | None = None


@dataclass(frozen=True)
class FindingRow:
    """One finding that was looked for, with its paper."""

    finding: Finding
    paper: Paper

    @property
    def design(self) -> str:
        """Design of the paper, or an empty string."""
        return self.paper.design or ""

    @property
    def species(self) -> str:
        """Who was studied."""
        return self.finding.species

    @property
    def given(self) -> str:
        """What was given, in brief."""
        return " + ".join(one.label for one in self.finding.treatments)

    @property
    def treatment(self) -> str:
        """What was given, with the blocker where there was one."""
        blocker = self.finding.blocker
        return f"{self.given}; blocked with {blocker.name}" if blocker else self.given

    @property
    def comparator(self) -> str:
        """What it was compared with."""
        finding = self.finding
        return finding.comparator_text or (finding.comparator or "").replace("_", " ")

    @property
    def outcome(self) -> str:
        """What was measured, where and when."""
        return self.finding.outcome.label

    @property
    def result(self) -> str:
        """What came out, in words."""
        return in_words(self.finding.result)


@dataclass(frozen=True)
class PaperRow:
    """One paper that was looked for, with the findings of it that fit; none where its own text alone fits."""

    paper: Paper
    findings: tuple[Finding, ...]

    @property
    def count(self) -> int:
        """How many findings of the paper fit."""
        return len(self.findings)


def find_findings(query: Query) -> list[FindingRow]:
    """Find the findings that fit.

    Parameters
    ----------
    query : Query

    Returns
    -------
    list of FindingRow
        In the order of the files.

    Raises
    ------
    EvidenceError
        When a filter has a value that nothing has; the message offers the nearest ones.
    """
    query = _checked(query)
    papers, patterns = load_papers(), _patterns(query.words)
    rows = (FindingRow(finding, papers[finding.paper]) for finding in load_findings().values())
    texts = _texts()
    return [row for row in rows if _fits(row, query) and _occur(patterns, texts[row.finding.id])]


def find_papers(query: Query) -> list[PaperRow]:
    """Find the papers that fit, or that have a finding that fits.

    Parameters
    ----------
    query : Query

    Returns
    -------
    list of PaperRow
        By key. Without a filter on findings, a paper also fits by its own text.

    Raises
    ------
    EvidenceError
        As `find_findings`.
    """
    query = _checked(query)
    patterns = _patterns(query.words)
    fitting: dict[str, list[Finding]] = {}
    for row in find_findings(query):
        fitting.setdefault(row.paper.key, []).append(row.finding)
    alone = all(getattr(query, name) is None for name in _OF_FINDINGS)
    return [
        PaperRow(paper, tuple(fitting.get(key, ())))
        for key, paper in sorted(load_papers().items())
        if key in fitting or (alone and _is_such(paper, query) and _occur(patterns, _searchable(_of_paper(paper))))
    ]


def in_words(result: Outcome) -> str:
    """Say what came out: direction, significance, effect or means, and p.

    Parameters
    ----------
    result : Outcome

    Returns
    -------
    str
        Such as ``"down, significant; MD -0.85 (-1.28 to -0.42) points; p = 0.0001"``.
    """
    parts = [", ".join(filter(None, (_direction(result), _significance(result)))), *_numbers(result)]
    if result.p is not None:
        parts.append(f"p = {result.p:g}")
    if result.p_bound is not None:
        parts.append(f"p < {result.p_bound:g}")
    return "; ".join(part for part in parts if part)


def _direction(result: Outcome) -> str:
    return "no effect" if result.direction == "none" else (result.direction or "")


def _significance(result: Outcome) -> str:
    return {True: "significant", False: "not significant", None: ""}[result.significant]


def _numbers(result: Outcome) -> list[str]:
    units = f" {unit_in_words(result.units)}" if result.units else ""
    parts, effect = [], result.effect
    if effect and effect.estimate is not None:
        kind = "" if effect.type in (None, "percent") else f"{effect.type} "
        unit = units or (" percent" if effect.type == "percent" else "")
        parts.append(f"{kind}{effect.estimate:g}{_interval(effect.ci_low, effect.ci_high)}{unit}")
    arms = [text for text in map(_arm, (result.treated, result.control)) if text]
    if arms:
        parts.append(f"{' against '.join(arms)}{units}")
    if result.range:
        low, high = ("?" if end is None else f"{end:g}" for end in result.range)
        parts.append(f"{low} to {high}{units}")
    if effect and effect.k_studies is not None:
        parts.append(f"{effect.k_studies:g} studies")
    return parts


def _interval(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return ""
    return f" ({' to '.join('?' if end is None else f'{end:g}' for end in (low, high))})"


def _arm(values: ArmValues | None) -> str:
    return "" if values is None or values.middle is None else f"{values.middle:g}"


def unit_in_words(units: str) -> str:
    """Write a unit of the findings out: ``points_0_10`` is "points of 0 to 10", ``percent_change`` "percent change"."""
    scale = re.fullmatch(r"points_(\d+)_(\d+(?:_\d+)?)", units)
    if scale is None:
        return units.replace("_", " ")
    return f"points of {scale[1]} to {scale[2].replace('_', '.')}"


def _checked(query: Query) -> Query:
    """The query with every filter as the records write it."""
    findings = load_findings().values()
    named = {name: name for name in CONDITIONS} | {_plain(words): name for name, words in CONDITIONS.items()}
    variables = {finding.outcome.variable for finding in findings}
    designs = {paper.design for paper in load_papers().values() if paper.design}
    treatment = query.treatment and _plain(query.treatment)
    if treatment is not None and not any(_is_given(finding, treatment) for finding in findings):
        remedy = nearest(treatment, _treatment_names()) or f"Treatments are {', '.join(_TREATMENT_KINDS)}, or a drug."
        raise EvidenceError(f"There is no treatment {query.treatment!r}.", remedy=remedy)
    return Query(
        query.words,
        _one_of("condition", query.condition, named),
        treatment,
        _one_of("outcome", query.outcome, {name: name for name in variables}),
        _one_of("design", query.design, {name: name for name in designs}),
        _one_of("species", query.species, {name: name for name in get_args(FindingSpecies)}),
        _one_of("kind", query.kind, {name: name for name in get_args(FindingKind)}),
        _one_of("direction", query.direction, {name: name for name in get_args(Direction)}),
    )


def _one_of(what: str, value: str | None, known: Mapping[str, str]) -> str | None:
    if value is None:
        return None
    plain = {_plain(name): valid for name, valid in known.items()}
    if _plain(value) not in plain:
        few = f"Valid names: {', '.join(sorted(known))}."
        raise EvidenceError(
            f"There is no {what} {value!r}.", remedy=few if len(known) <= _FEW else nearest(value, known)
        )
    return plain[_plain(value)]


def _fits(row: FindingRow, query: Query) -> bool:
    finding = row.finding
    wanted: Iterable[tuple[str | None, str | None]] = (
        (query.condition, finding.condition),
        (query.outcome, finding.outcome.variable),
        (query.design, row.paper.design),
        (query.species, finding.species),
        (query.kind, finding.kind),
        (query.direction, finding.result.direction),
    )
    same = all(asked is None or asked == has for asked, has in wanted)
    return same and (query.treatment is None or _is_given(finding, query.treatment))


def _is_such(paper: Paper, query: Query) -> bool:
    return query.design in (None, paper.design) and query.species in (None, paper.species)


def _is_given(finding: Finding, treatment: str) -> bool:
    """Whether a treatment or a blocker has these whole words in one of its names."""
    names = {name for given in finding.treatments for name in given.names}
    names |= {finding.blocker.name} if finding.blocker else set()
    return any(f" {treatment} " in f" {_plain(name)} " for name in names)


@cache
def _treatment_names() -> frozenset[str]:
    names: set[str] = set(_TREATMENT_KINDS)
    for finding in load_findings().values():
        names |= {name for given in finding.treatments for name in given.names}
        names |= {finding.blocker.name} if finding.blocker else set()
    return frozenset(re.sub(r" \(.*\)$", "", name) for name in names)


@cache
def _texts() -> dict[str, str]:
    """What is searched for words, of each finding."""
    papers = load_papers()
    own = {key: _searchable(_of_paper(paper)) for key, paper in papers.items()}
    return {key: own[finding.paper] + _searchable(_of_finding(finding)) for key, finding in load_findings().items()}


def _of_paper(paper: Paper) -> list[str | None]:
    year = str(paper.year or "")
    return [
        paper.key,
        paper.first_author,
        year,
        paper.title,
        paper.note,
        paper.shows,
        paper.design,
        paper.doi,
        paper.pmid,
    ]


def _of_finding(finding: Finding) -> list[str | None]:
    text: list[str | None] = [finding.id, finding.kind, finding.species, finding.sex, finding.strain, finding.note]
    text += [finding.condition, CONDITIONS[finding.condition], finding.condition_note]
    text += [finding.comparator, finding.comparator_text]
    for given in finding.treatments:
        text += [given.label, *given.names]
        text += [given.exercise.intensity_text] if given.exercise else []
        text += [given.drug.route] if given.drug else []
    if finding.blocker:
        text += [finding.blocker.name, finding.blocker.target, finding.blocker.site]
    return [*text, finding.outcome.label, in_words(finding.result)]


def _plain(text: str) -> str:
    """Lower-case words without accents, hyphens and underscores, Greek letters by their names."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    spelled = "".join(_GREEK.get(sign, sign) for sign in folded if not unicodedata.combining(sign))
    return " ".join(re.findall(r"[^\W_]+", spelled))


def _searchable(parts: Iterable[str | None]) -> str:
    """All words, and hyphenated ones also joined, each after a space."""
    words = [word for part in parts if part for word in part.split()]
    plain = [_plain(word) for word in words]
    return " ".join(["", *plain, *(word.replace(" ", "") for word in plain if " " in word), ""])


def _patterns(words: Iterable[str]) -> list[tuple[str, str]]:
    found = []
    for word in words:
        plain = _plain(word)
        if not plain:
            raise EvidenceError(f"The word {word!r} has no letter or digit.", remedy="Search for words or numbers.")
        joined = plain if " " in word.strip() else plain.replace(" ", "")
        found.append((f" {plain}", f" {joined}"))
    return found


def _occur(patterns: Iterable[tuple[str, str]], text: str) -> bool:
    return all(spaced in text or joined in text for spaced, joined in patterns)
