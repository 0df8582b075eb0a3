"""Knock-outs: species without influence, and edges that are cut."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, model_validator

from allodyne.errors import StudyError, nearest

if TYPE_CHECKING:
    from allodyne.network.schema import Network
    from allodyne.signals import Signal
    from allodyne.treatments.timing import Session


class Knockout(BaseModel):
    """What an arm lacks from the start; an entry of an arm, though no treatment.

    Parameters
    ----------
    species : tuple of str
        Species that act on nothing: all their edges to others are cut.
    edges : tuple of str
        Single edges, written ``source>target``; the source may be a drive, ``@oxygen>ros_spinal``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    species: tuple[str, ...] = ()
    edges: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _single_names(cls, data: object) -> object:
        if not isinstance(data, Mapping):
            return data
        return {key: [value] if isinstance(value, str) else value for key, value in data.items()}

    @model_validator(mode="after")
    def _removes_something(self) -> Knockout:
        if not self.species and not self.edges:
            raise ValueError("name the species or edges to knock out, for example: {species: hsp72}")
        return self

    def cut(self, network: Network) -> list[str]:
        """List the ids of the edges that are cut, in the order of the network.

        Raises
        ------
        StudyError
            When a species or an edge does not exist; the message offers the nearest name.
        """
        wanted = [name.replace(" ", "").replace("->", ">") for name in self.edges]
        _known("species", self.species, network.species)
        _known("edge", wanted, network.edges)
        return [name for name, edge in network.edges.items() if edge.source in self.species or name in wanted]

    def sessions(self, _animal: str) -> list[Session]:
        """List no session."""
        return []

    def signals(self, _animal: str) -> list[Signal]:
        """Give no drive."""
        return []

    def doses(self, _animal: str) -> list[tuple[str, str]]:
        """Say in words what is knocked out."""
        return [("knocked out", ", ".join([*self.species, *self.edges]))]

    def source_keys(self, _animal: str) -> list[str]:
        """List no source: a knock-out is an experiment on the network."""
        return []


def _known(kind: str, names: Iterable[str], among: Iterable[str]) -> None:
    existing = list(among)
    for name in names:
        if name not in existing:
            raise StudyError(f"The network has no {kind} {name!r}.", remedy=nearest(name, existing))
