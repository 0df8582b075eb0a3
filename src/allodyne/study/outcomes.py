"""What a study measures: endpoints, species of the network, and published variables that a species stands for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from allodyne.animals import IN_PEOPLE
from allodyne.errors import StudyError, nearest


@dataclass(frozen=True)
class Outcome:
    """One thing that is measured.

    Attributes
    ----------
    name : str
        As the study names it.
    kind : {"endpoint", "biomarker"}
        An endpoint has a unit of its own (a threshold in g); a biomarker is given as fold of healthy.
    species : str
        Id of the network species behind it.
    label, unit : str
        For people.
    form : {"fold", "score", "events"}
        A fold change or what follows from it alone; a score of people, anchored at enrolment; a count of events.
    reversed : bool
        For biomarkers: the published variable falls as the species rises, so that its fold of healthy is ``1/x``.
    sources : tuple of str
        Keys of the papers and facts behind the numbers of an endpoint.
    """

    name: str
    kind: Literal["endpoint", "biomarker"]
    species: str
    label: str
    unit: str
    form: Literal["fold", "score", "events"] = "fold"
    reversed: bool = False
    sources: tuple[str, ...] = ()


def find_outcome(name: str, animal: str | None = None, network: Sequence[Path] = ()) -> Outcome:
    """Find what a name in ``measure`` means.

    In people what they report comes first; then come endpoints, species of the network, and published variables
    (``Species.stands_for``).

    Parameters
    ----------
    name : str
        Such as ``mechanical_threshold``, ``microglia`` or ``p_mtor``.
    animal : str, optional
        In which it is measured; without it the sources of an endpoint stay empty.
    network : sequence of Path, optional
        Files that the study adds to the shipped network.

    Returns
    -------
    Outcome

    Raises
    ------
    StudyError
        When nothing has that name, when several species stand for that variable (the remedy lists the choices), or when
        an endpoint has no numbers for that animal.
    """
    from allodyne.endpoints.catalogue import load_endpoints
    from allodyne.network import load_network

    if animal in (IN_PEOPLE, None) and name in _told_by_people():
        return _told_by_people()[name]
    endpoints, species = load_endpoints(), load_network(network).species
    if name in endpoints:
        found = endpoints[name]
        sources = tuple(found.source_keys(animal)) if animal else ()
        return Outcome(name, "endpoint", found.species, found.label, found.unit, sources=sources)
    if name in species:
        return _biomarker(name, name, species[name].label, species[name].site)
    behind = [(one, link) for one in species.values() for link in one.stands_for if link.variable == name]
    if len(behind) == 1:
        one, link = behind[0]
        return _biomarker(name, one.id, one.label, one.site, link.reversed)
    if behind:
        choices = ", ".join(f"{one.id} ({one.site})" for one, _ in behind)
        raise StudyError(f"The outcome {name!r} is measured in several tissues.", remedy=f"Choose one of: {choices}.")
    if name in _told_by_people():
        raise StudyError(f"The outcome {name!r} is told by people, not by the {animal}.")
    known = [
        *endpoints,
        *_told_by_people(),
        *species,
        *(link.variable for one in species.values() for link in one.stands_for),
    ]
    remedy = nearest(name, known) or "The command `allodyne network list` names what can be measured."
    raise StudyError(f"There is no outcome {name!r}.", remedy=remedy)


@cache
def _told_by_people() -> dict[str, Outcome]:
    from allodyne.endpoints.scores import load_events, load_scores

    scores = [Outcome(one.id, "endpoint", one.species, one.label, one.unit, "score") for one in load_scores().values()]
    events = [Outcome(one.id, "endpoint", one.species, one.label, one.unit, "events") for one in load_events().values()]
    return {one.name: one for one in (*scores, *events)}


def _biomarker(name: str, species: str, label: str, site: str, reversed_: bool = False) -> Outcome:
    return Outcome(name, "biomarker", species, f"{label} ({site})", "fold of healthy", reversed=reversed_)
