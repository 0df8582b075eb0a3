"""How many findings the model can express, and why not the others."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from allodyne.animals import IN_PEOPLE
from allodyne.experiments.experiment import Expressed
from allodyne.scoring.agreement import ANIMALS, EVERYTHING, PEOPLE

_GROUPS = (
    (r"^a comparison whose other group", "comparison whose other group is told in words only"),
    (r"^condition .* not modelled in", "condition that is not modelled in this species"),
    (r"^condition ", "condition that the model does not have"),
    (r"^no species of the network stands for", "outcome that the network does not have"),
    (r"^nothing is known of .* in ", "score that is not known in this condition"),
    (r"^There is no drug|none of the treatments of the model", "treatment that the model does not have"),
    (r"^Nothing is known of ", "drug without numbers in this species or use"),
    (r"^no standard drug is known", "comparator that is not named"),
    (r" in a form that is not simulated$", "number in a form that is not simulated"),
)
"""Words for reasons of one kind; others stand as they are, without names."""


@dataclass(frozen=True)
class ScopeCount:
    """Findings of some subjects.

    Attributes
    ----------
    findings : int
        All of them.
    within : int
        Those about pain, biomarkers and disease course.
    expressed : int
    """

    findings: int
    within: int
    expressed: int

    @property
    def share(self) -> float:
        """Expressed of those about pain, biomarkers and disease course; NaN without any."""
        return self.expressed / self.within if self.within else float("nan")

    @property
    def share_of_all(self) -> float:
        """Expressed of all findings; NaN without any."""
        return self.expressed / self.findings if self.findings else float("nan")


@dataclass(frozen=True)
class Refused:
    """A finding that was not expressed; ``outside`` marks those that no model of pain could show."""

    id: str
    paper: str
    subjects: str
    reason: str
    group: str
    outside: bool


@dataclass(frozen=True)
class Scope:
    """What was expressed.

    Attributes
    ----------
    counts : dict of str to ScopeCount
        Of all, animals and people.
    reasons : dict of str to int
        Findings within the scope by group of reasons, the largest first.
    refused : tuple of Refused
        Each finding that was not expressed.
    """

    counts: dict[str, ScopeCount]
    reasons: dict[str, int]
    refused: tuple[Refused, ...]


def scope_of(expressed: Expressed) -> Scope:
    """Count what became experiments and group the reasons of the rest."""
    subjects = {
        name: PEOPLE if finding["species"] == IN_PEOPLE else ANIMALS for name, finding in expressed.findings.items()
    }
    done = {one.id for one in expressed.experiments}
    counts = {}
    for group in (EVERYTHING, ANIMALS, PEOPLE):
        names = [name for name, who in subjects.items() if group in (EVERYTHING, who)]
        within = [name for name in names if name not in expressed.outside]
        counts[group] = ScopeCount(len(names), len(within), sum(name in done for name in within))
    refused = [
        Refused(name, str(expressed.findings[name]["paper"]), subjects[name], reason, group_of(reason), outside)
        for told, outside in ((expressed.refused, False), (expressed.outside, True))
        for name, reason in told.items()
    ]
    reasons = Counter(one.group for one in refused if not one.outside)
    return Scope(counts, dict(reasons.most_common()), tuple(refused))


def group_of(reason: str) -> str:
    """Kind of a reason, without the names that it holds."""
    for pattern, words in _GROUPS:
        if re.search(pattern, reason):
            return words
    return re.sub(r"'[^']*'", "...", re.sub(r"\s*\(.*", "", reason)).strip()
