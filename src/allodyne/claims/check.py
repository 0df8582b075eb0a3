"""Every claim tested: graded evidence, experiments on the network, and the same without the mechanism."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from allodyne.claims.experiments import Experiment, run_experiments, run_without
from allodyne.claims.loading import load_claims
from allodyne.claims.plan_cases import PlanSeen, check_case
from allodyne.claims.verdicts import judge
from allodyne.errors import EvidenceError, nearest

if TYPE_CHECKING:
    from allodyne.claims.schema import Claim
    from allodyne.claims.verdicts import Verdict
    from allodyne.report.published import Comparison

Progress = Callable[[str, float], None]
Standing = Literal["behaves", "fails", "no experiment"]
SIMULATED = frozenset({"mechanism", "effect"})
"""Kinds of claim that need an experiment."""
CHECKED = frozenset({"safety", "regimen", "equipment"})
"""Kinds of claim that need plans to check."""


@dataclass(frozen=True)
class Tested:
    """A claim with everything that was found about it.

    Attributes
    ----------
    claim : Claim
    verdict : Verdict
        From graded sources.
    experiments : tuple of Experiment
        As they ran; empty for kinds that need none.
    plans : tuple of PlanSeen
        Plans that were checked; empty for kinds that need none.
    """

    claim: Claim
    verdict: Verdict
    experiments: tuple[Experiment, ...]
    plans: tuple[PlanSeen, ...] = ()

    @property
    def ran(self) -> bool:
        """Whether there was something to run: an experiment or a plan where the kind needs one, else a verdict."""
        return bool(self.experiments or self.plans) or self.claim.kind not in SIMULATED | CHECKED

    @property
    def standing(self) -> Standing:
        """Whether the network does what was published, and the check of plans what it must."""
        if not (self.experiments or self.plans):
            return "no experiment"
        behaves = [*(one.behaves for one in self.experiments), *(one.behaves for one in self.plans)]
        return "behaves" if all(behaves) else "fails"

    @property
    def headline(self) -> Comparison | None:
        """The simulated figure that stands beside a published one in lists: the first with a value, else the first."""
        rows = [row for one in self.experiments for row in one.comparisons]
        return next((row for row in rows if row.published == row.published), rows[0] if rows else None)


def find_claims(names: Sequence[str]) -> list[Claim]:
    """Look claims up by id, whatever the case.

    Raises
    ------
    EvidenceError
        When there is no such claim; the message offers the nearest.
    """
    claims = load_claims()
    for name in names:
        if name.upper() not in claims:
            raise EvidenceError(f"There is no claim {name!r}.", remedy=nearest(name.upper(), claims))
    return [claims[name.upper()] for name in names]


def examine(claims: Sequence[Claim], progress: Progress | None = None) -> list[Tested]:
    """Weigh the evidence on claims and run their experiments, all together.

    Parameters
    ----------
    claims : sequence of Claim
    progress : callable, optional
        Called with what is being done and the share that is done, 0 to 1.

    Returns
    -------
    list of Tested
        In the order of the claims.
    """
    ran = run_experiments(list(dict.fromkeys(name for claim in claims for name in claim.experiments)), progress)
    return [
        Tested(claim, judge(claim), tuple(ran[name] for name in claim.experiments), _checked(claim)) for claim in claims
    ]


def _checked(claim: Claim) -> tuple[PlanSeen, ...]:
    return tuple(check_case(case) for case in claim.check.plans) if claim.check else ()


def depends_on_mechanism(tested: Sequence[Tested], progress: Progress | None = None) -> dict[str, bool]:
    """Cut the mechanism of each claim and see whether any of its experiments then fails.

    Parameters
    ----------
    tested : sequence of Tested
        Claims whose experiments ran whole; those without a mechanism or experiment are left out.
    progress : callable, optional
        Called with what is being done and the share that is done, 0 to 1.

    Returns
    -------
    dict of str to bool
        By id of the claim: whether an experiment that behaves with the mechanism fails without it. A claim whose
        experiment fails anyway depends on nothing.
    """
    told = [one for one in tested if one.claim.mechanism and one.experiments]
    cut = run_without([(whole.name, one.claim.mechanism) for one in told for whole in one.experiments], progress)
    answers = iter(cut)
    found = {}
    for one in told:
        pairs = [(whole, next(answers)) for whole in one.experiments]
        found[one.claim.id] = any(before.behaves and not after.behaves for before, after in pairs)
    return found
