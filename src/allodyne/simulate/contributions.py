"""Through what a difference between two groups comes: the inputs of a species, one by one.

The logarithm of a target is a sum over incoming edges, so that the difference of two logarithms is the sum over the
edges of gain times difference of signal: an exact account, to the extent that the species has reached its target.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from allodyne.network.schema import Network
from allodyne.network.signal import signal


@dataclass(frozen=True)
class Contribution:
    """What one input of a species adds to its difference between two groups.

    Attributes
    ----------
    source : str
        The species at the start of the edge.
    change : float
        Part of the difference in ln of the target.
    through : tuple of Contribution
        The inputs of that source, in turn.
    """

    source: str
    change: float
    through: tuple[Contribution, ...] = ()


def contributions(
    network: Network,
    treated: Mapping[str, float],
    control: Mapping[str, float],
    target: str,
    cut: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset()),
    depth: int = 2,
    most: int = 5,
) -> tuple[Contribution, ...]:
    """Account for the difference of a species between two groups.

    Parameters
    ----------
    network : Network
    treated, control : mapping of str to float
        Fold change of every species in the two groups at the same time.
    target : str
        The species.
    cut : (frozenset of str, frozenset of str), optional
        Ids of the edges that are knocked out in the one and the other group.
    depth : int, optional
        How many edges to go back.
    most : int, optional
        Inputs to keep at each step.

    Returns
    -------
    tuple of Contribution
        Largest first; inputs that change nothing are left out.
    """
    if depth == 0:
        return ()
    found = []
    for edge in network.into(target):
        if edge.from_drive:
            continue
        tonic = network.species[edge.source].tonic
        sides = [
            0.0 if edge.id in gone else signal(levels[edge.source], tonic)
            for levels, gone in zip((treated, control), cut, strict=True)
        ]
        change = edge.weight * (sides[0] - sides[1])
        if abs(change) > 1e-3 and math.isfinite(change):
            found.append(Contribution(edge.source, change))
    kept = sorted(found, key=lambda one: -abs(one.change))[:most]
    return tuple(
        Contribution(
            one.source,
            one.change,
            contributions(network, treated, control, one.source, cut, depth - 1, most - 2),
        )
        for one in kept
    )
