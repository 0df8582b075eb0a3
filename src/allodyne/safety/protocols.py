"""What published protocols used, counted from the findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel, ConfigDict

from allodyne.animals import Animal
from allodyne.evidence.cited import Cited
from allodyne.evidence.findings import Finding, load_findings
from allodyne.evidence.given import Amount, Given
from allodyne.evidence.papers import load_papers


class Counting(BaseModel):
    """How published protocols make a range."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    low_percentile: Cited
    high_percentile: Cited
    fewest: Cited


@dataclass(frozen=True)
class Protocols:
    """What the published protocols of the findings used.

    Attributes
    ----------
    count : int
        Protocols that state the number; a paper that gives one treatment in two ways has two.
    median, low, high : float
        Middle, and the percentiles that make the range, outwards to the next number that a protocol used. Of a protocol
        with a range its ends count for these and its middle for the median.
    least, most : float
    papers : tuple of str
        Keys, sorted.
    """

    count: int
    median: float
    low: float
    high: float
    least: float
    most: float
    papers: tuple[str, ...]


@cache
def protocols_of(treatment: str, field: str, animal: Animal, counting: Counting) -> Protocols | None:
    """Count what the published protocols used.

    Parameters
    ----------
    treatment : str
        ``hbot``, ``exercise`` or ``acupuncture``.
    field : str
        Field of the findings, such as ``minutes``.
    animal : str
    counting : Counting

    Returns
    -------
    Protocols or None
        None where fewer protocols state the number than make a range.
    """
    import numpy as np

    protocols = _given().get((treatment, animal), frozenset())
    stated = [(paper, _ends(getattr(getattr(given, given.kind), field, None))) for paper, given in protocols]
    ends = [(paper, pair) for paper, pair in stated if pair is not None]
    if len(ends) < counting.fewest.value:
        return None
    lows, highs = [pair[0] for _, pair in ends], [pair[1] for _, pair in ends]
    return Protocols(
        count=len(ends),
        median=float(np.median([(low + high) / 2 for low, high in zip(lows, highs, strict=True)])),
        low=float(np.percentile(lows, counting.low_percentile.value, method="lower")),
        high=float(np.percentile(highs, counting.high_percentile.value, method="higher")),
        least=min(lows),
        most=max(highs),
        papers=tuple(sorted({paper for paper, _ in ends})),
    )


def _ends(amount: Amount | Iterable[float] | None) -> tuple[float, float] | None:
    if amount is None:
        return None
    if isinstance(amount, (int, float)):
        return float(amount), float(amount)
    values = list(amount)
    return (min(values), max(values)) if values else None


@cache
def _given() -> dict[tuple[str, str], frozenset[tuple[str, Given]]]:
    """Collect each protocol of each paper once, by treatment and species."""
    found: dict[tuple[str, str], set[tuple[str, Given]]] = {}
    for finding in load_findings().values():
        for given in finding.treatments if _treats(finding) else ():
            if not _is_control(given):
                found.setdefault((given.kind, finding.species), set()).add((finding.paper, given))
    return {key: frozenset(protocols) for key, protocols in found.items()}


def _treats(finding: Finding) -> bool:
    """Whether a paper of its own treated a condition: no review, no count of cases, no measurement in the healthy."""
    reviewed = load_papers()[finding.paper].design in ("meta-analysis", "review")
    return finding.kind in ("treatment", "blocker", "comparison") and finding.condition != "naive" and not reviewed


def _is_control(given: Given) -> bool:
    """Compressed air, oxygen without pressure and sham needles show what controls get."""
    if given.hbot:
        return given.label.startswith(("compressed air", "oxygen"))
    return given.acupuncture is not None and given.acupuncture.sham is True
