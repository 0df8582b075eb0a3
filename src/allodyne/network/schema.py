"""What a network file may say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from allodyne.evidence.cited import Cited
from allodyne.evidence.papers import Paper

Basis = Literal["intervention", "association", "review", "assumption"]
BASES: tuple[Basis, ...] = ("intervention", "association", "review", "assumption")


class StandsFor(BaseModel):
    """A published variable that a species stands for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    variable: str = Field(description="Name of the variable in the findings.")
    tissue: tuple[str, ...] = Field((), description="Words of the tissue; empty when the variable alone says enough.")
    reversed: bool = Field(False, description="True when the variable falls as the species rises.")


class Species(BaseModel):
    """One species: the fold change of its healthy level."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str
    site: str
    turnover_days: float = Field(
        gt=0, le=36_500, description="Time constant of its turnover in days; a century for what is not renewed."
    )
    turnover_basis: Literal["measured", "assumption"]
    turnover_sources: tuple[str, ...] = ()
    turnover_people: Cited | None = Field(None, description="Time constant in people in days, where it differs.")
    stands_for: tuple[StandsFor, ...] = ()
    tonic: float = Field(
        1.0, ge=0, le=1, description="Share of its effect that it has in health: what its absence or block can undo."
    )
    note: str = ""
    system: str = ""


class Edge(BaseModel):
    """One influence: when the source rises, the target's set level rises (``+``) or falls (``-``)."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    source: str = Field(alias="from", pattern=r"^@?[a-z][a-z0-9_]*$")
    target: str = Field(alias="to", pattern=r"^[a-z][a-z0-9_]*$")
    sign: Literal["+", "-"]
    gain: float = Field(gt=0, le=10, description="Percent change of the target per percent change of the source.")
    gain_basis: Literal["measured", "fitted"] = Field(
        "fitted", description="Whether a source gives the size, or it was set by hand and then fitted to findings."
    )
    gain_people: Cited | None = Field(None, description="Gain in people, without sign, where it differs.")
    basis: Basis
    sources: tuple[str, ...] = ()
    note: str = ""
    system: str = ""

    @property
    def id(self) -> str:
        """``source>target``, unique in a network."""
        return f"{self.source}>{self.target}"

    @property
    def weight(self) -> float:
        """The gain with its sign."""
        return self.gain if self.sign == "+" else -self.gain

    @property
    def from_drive(self) -> bool:
        """Whether the source is a drive."""
        return self.source.startswith("@")


class Drive(BaseModel):
    """Something that acts on the network from outside."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str
    unit: str
    kind: Literal["lesion", "treatment"] = Field(
        "treatment", description="Of a lesion subjects differ by severity, of a treatment by response."
    )
    people: Cited | None = Field(
        None, description="Size of its effect in people as a multiple of that in animals; left out: 1."
    )


class SystemFile(BaseModel):
    """One file of a network: a physiological system."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    system: str
    label: str
    drives: tuple[Drive, ...] = ()
    species: tuple[Species, ...] = ()
    edges: tuple[Edge, ...] = ()
    papers: dict[str, dict[str, Any]] = Field(
        {}, description="Papers that the file cites and the package does not know, in the form of its papers."
    )


@dataclass(frozen=True, eq=False)
class Network:
    """The cited network; compared by identity.

    Attributes
    ----------
    systems : dict of str to str
        Label of each system by its id.
    species, edges, drives : dict
        By id, in the order of the files.
    where : dict of str to str
        File and line of each species and edge.
    papers : dict of str to Paper
        Papers that added files bring along.
    """

    systems: dict[str, str]
    species: dict[str, Species]
    edges: dict[str, Edge]
    drives: dict[str, Drive]
    where: dict[str, str]
    papers: dict[str, Paper]

    def into(self, species: str) -> list[Edge]:
        """Edges that act on a species."""
        return [edge for edge in self.edges.values() if edge.target == species]

    def out_of(self, source: str) -> list[Edge]:
        """Edges that start at a species or at a drive (written with ``@``)."""
        return [edge for edge in self.edges.values() if edge.source == source]

    def between(self, starts: Sequence[str], ends: Sequence[str], detour: int = 1) -> list[Edge]:
        """Edges on the shortest ways from each start to each end, and on ways up to ``detour`` edges longer.

        Parameters
        ----------
        starts : sequence of str
            Species, or drives written with ``@``; what the network does not know leads nowhere.
        ends : sequence of str
            Species.
        detour : int, optional

        Returns
        -------
        list of Edge
            In the order of the network.
        """
        after = {start: self._steps(start, forward=True) for start in starts}
        before = {end: self._steps(end, forward=False) for end in ends}
        limit = {(s, e): after[s][e] + detour for s in starts for e in ends if e in after[s]}
        return [
            edge
            for edge in self.edges.values()
            if any(
                edge.source in after[s]
                and edge.target in before[e]
                and after[s][edge.source] + 1 + before[e][edge.target] <= most
                for (s, e), most in limit.items()
            )
        ]

    def _steps(self, name: str, forward: bool) -> dict[str, int]:
        """Number of edges from a node to each that it reaches, or from each that reaches it."""
        neighbours: dict[str, list[str]] = {}
        for edge in self.edges.values():
            tail, head = (edge.source, edge.target) if forward else (edge.target, edge.source)
            neighbours.setdefault(tail, []).append(head)
        steps, front = {name: 0}, [name]
        while front:
            reached = list(dict.fromkeys(n for node in front for n in neighbours.get(node, []) if n not in steps))
            steps |= dict.fromkeys(reached, steps[front[0]] + 1)
            front = reached
        return steps

    def __repr__(self) -> str:
        return f"Network({len(self.species)} species, {len(self.edges)} edges, {len(self.drives)} drives)"
