"""The papers and facts that a study rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allodyne.animals import IN_PEOPLE
from allodyne.study.schedule import build_schedule
from allodyne.subjects.conditions import load_conditions

if TYPE_CHECKING:
    from allodyne.network import Network
    from allodyne.study.outcomes import Outcome
    from allodyne.study.schema import Study


def sources_of(study: Study, network: Network, outcomes: list[Outcome]) -> list[str]:
    """Keys of the papers and facts behind a study: doses, lesion, endpoints, comparisons, and the edges that
    carry them.

    The network acts as a whole; listed are the edges on the shortest ways from each drive of the study to each
    outcome and on ways that are one edge longer.
    """
    animal = study.subjects.species
    keys = [key for plans in study.arms.values() for plan in plans for key in plan.source_keys(animal)]
    keys += load_conditions()[study.subjects.condition].source_keys(animal)
    keys += [key for outcome in outcomes for key in outcome.sources]
    keys += [entry.source for entry in study.published]
    drives = {f"@{signal.drive}" for plan in build_schedule(study).arms.values() for signal in plan.signals}
    in_people = animal == IN_PEOPLE
    for edge in network.between(sorted(drives), sorted({outcome.species for outcome in outcomes})):
        keys += edge.sources
        told = (edge.gain_people, network.species[edge.target].turnover_people) if in_people else ()
        keys += [key for number in told if number for key in number.sources]
    sizes = [network.drives[name[1:]].people for name in drives if in_people and name[1:] in network.drives]
    keys += [key for size in sizes if size for key in size.sources]
    return list(dict.fromkeys(keys))
