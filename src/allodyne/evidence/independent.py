"""Effects of independent studies among the findings: which ones answer a question, and one effect per study."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from allodyne.errors import EvidenceError, nearest
from allodyne.evidence.derivation import Derived, NotUsable, derive
from allodyne.evidence.pooling import MEASURES, Measure, StudyEffect

if TYPE_CHECKING:
    from allodyne.evidence.findings import Finding
    from allodyne.evidence.papers import Paper

COMPARATORS = ("sham", "vehicle", "untreated", "standard_care", "drug", "other", "baseline", "naive")
"""Where a study has several control groups, the first of these is taken."""
CONTROLLED = frozenset({"treatment", "healthy"})
REVIEWS = frozenset({"meta-analysis", "review"})
SHARED_CONTROL = 0.5
"""Correlation of the effects of two arms against one control group of the same size."""
TRIAL = re.compile(r"\btrial ([A-Z0-9][\w-]*(?: [IVX]+\b)?)")


@dataclass(frozen=True)
class Question:
    """What is asked of the findings.

    Attributes
    ----------
    treatment, condition, outcome : str
        hbot, exercise, acupuncture or the name of a drug; a condition and a variable of the findings.
    comparator : str, optional
        Only studies with this one. Without it every controlled comparison counts: not those with the state before
        treatment, and not those of one treatment with another.
    species : str, optional
    reviews : bool, optional
        Whether results that are themselves pooled count.
    """

    treatment: str
    condition: str
    outcome: str
    comparator: str | None = None
    species: str = "human"
    reviews: bool = False


class LeftOut(NamedTuple):
    """A finding that fits the question but does not count, and why."""

    finding: str
    label: str
    reason: str


@dataclass(frozen=True)
class Answers:
    """Effects of independent studies, and what was left out.

    Attributes
    ----------
    measure : str
    units : str
        Unit of a mean difference; empty for other measures.
    studies : tuple of StudyEffect
        By year.
    left_out : tuple of LeftOut
    """

    measure: Measure
    units: str
    studies: tuple[StudyEffect, ...]
    left_out: tuple[LeftOut, ...]


class _Usable(NamedTuple):
    finding: Finding
    effect: Derived
    study: tuple[str, str]


def collect(
    question: Question, measure: Measure | None = None, findings: Mapping[str, Finding] | None = None
) -> Answers:
    """Collect the effects of independent studies that answer a question.

    A study is a paper, or a trial where the note of a finding names one ("trial AFFIRM"). Each gives one effect. Of
    several control groups the first of ``COMPARATORS`` is taken. Of several assessments the one nearest to the end of
    the course is taken where its length is known, else the longest on treatment. Several arms against the same
    controls are averaged; the variance of their mean counts the shared controls with a correlation of 0.5 (Borenstein
    et al. 2009, Introduction to Meta-Analysis, multiple comparisons within a study). Of several scales or sites of one
    arm the first listed is taken.

    Parameters
    ----------
    question : Question
    measure : str, optional
        Without it, the one that most studies give; MD before SMD, RR, OR and HR.
    findings : mapping of str to Finding, optional
        The shipped ones without it.

    Returns
    -------
    Answers

    Raises
    ------
    EvidenceError
        When the question names a treatment, condition, outcome or comparator that no finding has.
    """
    from allodyne.evidence.findings import load_findings

    findings = load_findings() if findings is None else findings
    _check_names(question, findings)
    fitting = [one for one in findings.values() if _fits(one, question)]
    if measure is not None:
        return _collect(question, measure, fitting)
    candidates = [_collect(question, one, fitting) for one in MEASURES]
    # max keeps the first of equals
    return max(candidates, key=lambda found: len(found.studies))


def _collect(question: Question, measure: Measure, fitting: Sequence[Finding]) -> Answers:
    usable, left_out = [], []
    for finding in fitting:
        reason = _excluded(finding, question)
        effect = derive(finding, measure) if reason is None else NotUsable(reason)
        if isinstance(effect, NotUsable):
            left_out.append(_leave(finding, effect.reason))
        else:
            usable.append(_Usable(finding, effect, _study(finding)))
    units = _common_units(usable) if measure == "MD" else ""
    for one in [one for one in usable if one.effect.units != units]:
        usable.remove(one)
        own = one.effect.units or "no stated unit"
        left_out.append(_leave(one.finding, f"measured in {own}, not in {units}; SMD could compare them"))
    studies = []
    for study in dict.fromkeys(one.study for one in usable):
        effect_of_study, others = _one_effect([one for one in usable if one.study == study])
        studies.append(effect_of_study)
        left_out += others
    studies.sort(key=lambda one: (one.year or 0, one.label))
    return Answers(measure, units, tuple(studies), tuple(left_out))


def _fits(finding: Finding, question: Question) -> bool:
    asked = question.treatment.lower()
    return (
        finding.species == question.species
        and finding.condition == question.condition
        and finding.outcome.variable == question.outcome
        and finding.kind not in ("injury", "rate")
        and any(
            asked in given.names
            and (asked.startswith("sham") or not (given.acupuncture and given.acupuncture.sham))
            and not (given.hbot and given.hbot.fio2 is not None and given.hbot.fio2 <= 0.21)
            for given in finding.treatments
        )
    )


def _excluded(finding: Finding, question: Question) -> str | None:
    if finding.kind == "blocker":
        return "asks what a blocker does to the treatment"
    effect = finding.result.effect
    pooled = effect is not None and effect.k_studies is not None
    if not question.reviews and (pooled or (_paper(finding).design in REVIEWS and not _trial(finding))):
        return "a pooled result or a review: its studies would count twice"
    against = finding.comparator_text or finding.comparator
    if question.comparator is not None:
        return None if finding.comparator == question.comparator else f"compared with {against}"
    if finding.comparator == "baseline":
        return "compared with the state before treatment, without controls"
    return None if finding.kind in CONTROLLED else f"compares with another treatment: {against}"


def _one_effect(several: list[_Usable]) -> tuple[StudyEffect, list[LeftOut]]:
    comparator = min((one.finding.comparator or "other" for one in several), key=COMPARATORS.index)
    left_out = [
        _leave(one.finding, f"another control group of a study that counts with {comparator}")
        for one in several
        if (one.finding.comparator or "other") != comparator
    ]
    several = [one for one in several if (one.finding.comparator or "other") == comparator]
    best = min(_distance(one.finding) for one in several)
    left_out += [
        _leave(one.finding, "another time of a study that counts at the end of treatment")
        for one in several
        if _distance(one.finding) != best
    ]
    arms: dict[str, _Usable] = {}
    for one in several:
        if _distance(one.finding) == best:
            arm = " + ".join(given.label for given in one.finding.treatments)
            if arm in arms:
                left_out.append(_leave(one.finding, "another scale or site of an arm that counts"))
            else:
                arms[arm] = one
    return _average(list(arms.values()), comparator), left_out


def _average(arms: list[_Usable], comparator: str) -> StudyEffect:
    errors = [one.effect.se for one in arms]
    squares = sum(error**2 for error in errors)
    variance = (squares + SHARED_CONTROL * (sum(errors) ** 2 - squares)) / len(arms) ** 2
    how = arms[0].effect.how if len(arms) == 1 else f"mean of {len(arms)} arms against the same controls"
    first = arms[0].finding
    return StudyEffect(
        label=_label(first),
        estimate=sum(one.effect.estimate for one in arms) / len(arms),
        se=math.sqrt(variance),
        paper=first.paper,
        year=_paper(first).year,
        comparator=comparator,
        derivation=how,
        findings=tuple(one.finding.id for one in arms),
    )


def _distance(finding: Finding) -> tuple[bool, float]:
    """How far an assessment is from the end of the course; a follow-up comes after every other."""
    weeks, course = finding.outcome.weeks_of_treatment, _course_weeks(finding)
    followed_up = (finding.outcome.days_after_last_session or 0) > 1
    if weeks is None:
        return followed_up, 0.0 if course is None else math.inf
    return followed_up, -weeks if course is None else abs(weeks - course)


def _course_weeks(finding: Finding) -> float | None:
    for given in finding.treatments:
        if given.exercise and given.exercise.weeks:
            return given.exercise.weeks
        if given.acupuncture and given.acupuncture.sessions and given.acupuncture.sessions_per_week:
            pace = given.acupuncture.sessions_per_week
            return given.acupuncture.sessions / (sum(pace) / 2 if isinstance(pace, tuple) else pace)
        if given.hbot and given.hbot.sessions and given.hbot.days_per_week:
            return given.hbot.sessions / (given.hbot.days_per_week * (given.hbot.sessions_per_day or 1))
    return None


def _common_units(usable: Sequence[_Usable]) -> str:
    counts = Counter(units for _, units in {(one.study, one.effect.units) for one in usable} if units)
    return min(counts, key=lambda units: (-counts[units], units)) if counts else ""


def _check_names(question: Question, findings: Mapping[str, Finding]) -> None:
    every = findings.values()
    known: dict[str, set[str]] = {
        "treatment": {name for one in every for given in one.treatments for name in given.names},
        "condition": {one.condition for one in every},
        "outcome": {one.outcome.variable for one in every},
        "comparator": {str(one.comparator) for one in every if one.comparator},
        "species": {str(one.species) for one in every},
    }
    for field, names in known.items():
        asked = getattr(question, field)
        if asked is not None and (asked.lower() if field == "treatment" else asked) not in names:
            raise EvidenceError(f"No finding has the {field} {asked!r}.", remedy=nearest(asked, names))


def _study(finding: Finding) -> tuple[str, str]:
    return finding.paper, _trial(finding)


def _trial(finding: Finding) -> str:
    found = TRIAL.search(finding.note or "")
    return found[1] if found else ""


def _leave(finding: Finding, reason: str) -> LeftOut:
    return LeftOut(finding.id, _label(finding), reason)


def _label(finding: Finding) -> str:
    paper, trial = _paper(finding), _trial(finding)
    head = f"{paper.first_author} {paper.year or ''}".strip() if paper.first_author else finding.paper
    return f"{head}, trial {trial}" if trial else head


def _paper(finding: Finding) -> Paper:
    from allodyne.evidence.papers import Paper, load_papers

    return load_papers().get(finding.paper) or Paper(key=finding.paper)
