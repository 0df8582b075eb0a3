"""What holds, does not hold, or cannot be told: the logic of rules about a patient."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Truth = bool | None
"""None: it cannot be told."""


@dataclass(frozen=True)
class Finding:
    """Whether something holds.

    Attributes
    ----------
    truth : bool or None
    seen : tuple of str
        What was found, in words, where it holds.
    missing : tuple of str
        What would have to be known, in words, where it cannot be told.
    """

    truth: Truth
    seen: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def all_of(findings: Iterable[Finding]) -> Finding:
    """Join what must all hold: one that does not settles it, one that cannot be told leaves it open."""
    found = list(findings)
    if any(finding.truth is False for finding in found):
        return Finding(False)
    return _joined(found, None if any(finding.truth is None for finding in found) else True)


def any_of(findings: Iterable[Finding]) -> Finding:
    """Join what may hold one for the other: one that holds settles it, one that cannot be told leaves it open."""
    found = list(findings)
    holding = [finding for finding in found if finding.truth]
    if holding:
        return _joined(holding, True)
    return _joined(found, None if any(finding.truth is None for finding in found) else False)


def _joined(findings: list[Finding], truth: Truth) -> Finding:
    seen = tuple(text for finding in findings for text in finding.seen) if truth else ()
    missing = tuple(text for finding in findings for text in finding.missing) if truth is None else ()
    return Finding(truth, seen, missing)
