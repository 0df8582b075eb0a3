"""Rules that a good network keeps; each rule is one small class."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

from allodyne.errors import NetworkError
from allodyne.evidence.papers import load_facts, load_papers
from allodyne.network.schema import Network

Severity = Literal["error", "warning", "note"]
MOST_ASSUMPTIONS = 0.20


@dataclass(frozen=True)
class Lint:
    """One finding of a rule."""

    severity: Severity
    rule: str
    message: str
    where: str = ""


class Rule:
    """A rule: yields what breaks it as (message, id of the place)."""

    name: ClassVar[str]
    severity: ClassVar[Severity] = "error"

    def findings(self, network: Network) -> Iterator[tuple[str, str]]:
        """Yield a message and the id of the species or edge that it concerns."""
        raise AssertionError(f"{self.name} does not say what it finds in {network!r}")


class KnownSources(Rule):
    """Every source key is a paper or a fact."""

    name = "known-sources"

    def findings(self, network: Network) -> Iterator[tuple[str, str]]:
        known = load_papers().keys() | load_facts().keys() | network.papers.keys()
        cited = [(edge.id, edge.sources) for edge in network.edges.values()]
        cited += [(species.id, species.turnover_sources) for species in network.species.values()]
        told = [(edge.id, edge.gain_people) for edge in network.edges.values()]
        told += [(species.id, species.turnover_people) for species in network.species.values()]
        told += [(drive.id, drive.people) for drive in network.drives.values()]
        cited += [(name, number.sources) for name, number in told if number is not None]
        for place, keys in cited:
            for key in keys:
                if key not in known:
                    yield f"source {key!r} of {place} is neither a paper nor a fact", place


class SourceOrAssumption(Rule):
    """An edge has a source, or says that it is an assumption."""

    name = "source-or-assumption"

    def findings(self, network: Network) -> Iterator[tuple[str, str]]:
        for edge in network.edges.values():
            if not edge.sources and edge.basis != "assumption":
                yield f"{edge.id} has the basis {edge.basis} and no source", edge.id
        for species in network.species.values():
            if not species.turnover_sources and species.turnover_basis != "assumption":
                yield f"the turnover of {species.id} is called measured and has no source", species.id


class FewAssumptions(Rule):
    """At most a fifth of the edges rest on assumptions."""

    name = "few-assumptions"
    severity = "warning"

    def findings(self, network: Network) -> Iterator[tuple[str, str]]:
        count = sum(edge.basis == "assumption" for edge in network.edges.values())
        if count > MOST_ASSUMPTIONS * len(network.edges):
            yield f"{count} of {len(network.edges)} edges are assumptions", ""


class NoSelfLoop(Rule):
    """A species does not act on itself; its turnover says that already."""

    name = "no-self-loop"

    def findings(self, network: Network) -> Iterator[tuple[str, str]]:
        for edge in network.edges.values():
            if edge.source == edge.target:
                yield f"{edge.target} acts on itself", edge.id


class Reachable(Rule):
    """Every species is moved by something."""

    name = "reachable"
    severity = "warning"

    def findings(self, network: Network) -> Iterator[tuple[str, str]]:
        moved = {edge.target for edge in network.edges.values()}
        for species in network.species.values():
            if species.id not in moved:
                yield f"nothing acts on {species.id}", species.id


class Useful(Rule):
    """Every species acts on something or stands for a published variable."""

    name = "useful"
    severity = "note"

    def findings(self, network: Network) -> Iterator[tuple[str, str]]:
        acting = {edge.source for edge in network.edges.values()}
        for species in network.species.values():
            if species.id not in acting and not species.stands_for:
                yield f"{species.id} acts on nothing and stands for no published variable", species.id


class StableHealth(Rule):
    """The healthy state is stable: after a small push every species returns to 1."""

    name = "stable-health"

    def findings(self, network: Network) -> Iterator[tuple[str, str]]:
        import numpy as np

        index = {name: number for number, name in enumerate(network.species)}
        gains = np.zeros((len(index), len(index)))
        for edge in network.edges.values():
            if not edge.from_drive:
                gains[index[edge.target], index[edge.source]] += edge.weight
        turnover = np.array([species.turnover_days for species in network.species.values()])
        growth = float(np.linalg.eigvals((gains - np.eye(len(index))) / turnover[:, None]).real.max())
        if growth >= 0:
            yield f"a small push grows at {growth:.3g} per day", ""


RULES: tuple[type[Rule], ...] = (
    KnownSources,
    SourceOrAssumption,
    FewAssumptions,
    NoSelfLoop,
    Reachable,
    Useful,
    StableHealth,
)


def refuse_errors(network: Network) -> None:
    """Refuse a network that breaks a rule of severity error.

    Raises
    ------
    NetworkError
        With the first of them.
    """
    broken = [found for found in lint(network) if found.severity == "error"]
    if broken:
        more = f" ({len(broken) - 1} more)" if len(broken) > 1 else ""
        remedy = "The command `allodyne doctor --network FILE` lists all that is wrong with it."
        raise NetworkError(f"{broken[0].message}{more}.", broken[0].where or None, remedy)


def lint(network: Network) -> list[Lint]:
    """Check a network against all rules.

    Parameters
    ----------
    network : Network

    Returns
    -------
    list of Lint
        Errors first.
    """
    found = [
        Lint(rule.severity, rule.name, message, network.where.get(place, ""))
        for rule in RULES
        for message, place in rule().findings(network)
    ]
    return sorted(found, key=lambda item: ("error", "warning", "note").index(item.severity))
