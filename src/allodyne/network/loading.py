"""Reading the network: the shipped systems and the files that a user adds."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from allodyne.documents import Document, read_document
from allodyne.errors import NetworkError, nearest
from allodyne.evidence.papers import Paper
from allodyne.network.schema import Drive, Edge, Network, Species, SystemFile

_Item = TypeVar("_Item", Species, Edge, Drive)


def shipped_files() -> list[Path]:
    """Paths of the network files that come with the package."""
    folder = Path(str(files("allodyne.network") / "systems"))
    return sorted(folder.glob("*.yaml"))


def load_network(extra: Sequence[Path | str] = ()) -> Network:
    """Load the cited network.

    Parameters
    ----------
    extra : sequence of paths, optional
        Files in the form of the shipped ones. A species, edge or drive that is already known is replaced by the later
        file, so that a user can change a gain as well as add a mechanism.

    Returns
    -------
    Network

    Raises
    ------
    NetworkError
        When a file cannot be read, a field is wrong, or an edge names a species or drive that does not exist.
    """
    paths = [Path(name) for name in extra]
    return _load(tuple((path, path.stat().st_mtime_ns if path.is_file() else 0) for path in [*shipped_files(), *paths]))


@lru_cache(maxsize=8)
def _load(dated: tuple[tuple[Path, int], ...]) -> Network:
    """Load files, again only after one of them has changed."""
    systems: dict[str, str] = {}
    species: dict[str, Species] = {}
    edges: dict[str, Edge] = {}
    drives: dict[str, Drive] = {}
    where: dict[str, str] = {}
    papers: dict[str, Paper] = {}
    shipped = len(shipped_files())
    for number, (path, _) in enumerate(dated):
        document = read_document(path, NetworkError)
        content = _parse(document)
        systems.setdefault(content.system, content.label)
        replaceable = number >= shipped
        _add(content.drives, "drives", drives, where, document, replaceable)
        _add(
            [s.model_copy(update={"system": content.system}) for s in content.species],
            "species",
            species,
            where,
            document,
            replaceable,
        )
        _add(
            [e.model_copy(update={"system": content.system}) for e in content.edges],
            "edges",
            edges,
            where,
            document,
            replaceable,
        )
        papers |= _papers(content, document)
    network = Network(systems, species, edges, drives, where, papers)
    _check_ends(network)
    return network


def _parse(document: Document) -> SystemFile:
    if not isinstance(document.data, dict):
        raise NetworkError("A network file is a mapping with system, label, species and edges.", document.where())
    try:
        return SystemFile.model_validate(document.data)
    except ValidationError as problem:
        first = problem.errors(include_url=False)[0]
        location = [part for part in first["loc"] if isinstance(part, str | int)]
        remedy = ""
        if first["type"] == "extra_forbidden":
            models: dict[str, type[BaseModel]] = {"species": Species, "edges": Edge, "drives": Drive}
            model = models.get(str(location[0]), SystemFile)
            known = [field.alias or name for name, field in model.model_fields.items()]
            remedy = nearest(str(location[-1]), known)
        raise NetworkError(first["msg"], document.where(location), remedy) from None


def _papers(content: SystemFile, document: Document) -> dict[str, Paper]:
    found = {}
    for key, record in content.papers.items():
        try:
            found[key] = Paper(key=key, **record)
        except (ValidationError, TypeError) as problem:
            message = problem.errors()[0]["msg"] if isinstance(problem, ValidationError) else str(problem)
            remedy = "Give title, year and one of doi, pmid and url, as in the papers of the package."
            raise NetworkError(f"{message}.", document.where(("papers", key)), remedy) from None
    return found


def _add(
    items: Sequence[_Item],
    kind: str,
    known: dict[str, _Item],
    where: dict[str, str],
    document: Document,
    replaceable: bool,
) -> None:
    for index, item in enumerate(items):
        place = document.where((kind, index))
        if item.id in known and (not replaceable or where[item.id].startswith(str(document.path))):
            raise NetworkError(f"{item.id} stands here twice, first in {where[item.id]}.", place, "Remove one of them.")
        known[item.id] = item
        where[item.id] = place


def _check_ends(network: Network) -> None:
    for edge in network.edges.values():
        for end in (edge.source, edge.target):
            known = network.drives if end.startswith("@") else network.species
            if end.removeprefix("@") not in known:
                kind = "drive" if end.startswith("@") else "species"
                raise NetworkError(
                    f"There is no {kind} {end!r}.", network.where[edge.id], nearest(end.removeprefix("@"), known)
                )
