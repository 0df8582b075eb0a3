"""Papers that the model itself was built from: a finding of theirs is a weaker test of it."""

from __future__ import annotations

from functools import cache

from allodyne.network import load_network
from allodyne.subjects.conditions import load_conditions
from allodyne.treatments.drug_catalogue import load_drugs


@cache
def sources_of_the_model() -> frozenset[str]:
    """Keys of all papers that an edge, a species, a drive, a condition or an action of a drug cites."""
    network = load_network()
    keys: set[str] = set()
    for edge in network.edges.values():
        keys.update(edge.sources)
        keys.update(edge.gain_people.sources if edge.gain_people else ())
    for species in network.species.values():
        keys.update(species.turnover_sources)
        keys.update(species.turnover_people.sources if species.turnover_people else ())
    for drive in network.drives.values():
        keys.update(drive.people.sources if drive.people else ())
    for condition in load_conditions().values():
        for animal in condition.animals:
            keys.update(condition.source_keys(animal))
    for drug in load_drugs().values():
        for action in drug.actions:
            keys.update(action.sources)
            keys.update(action.people_size.sources if action.people_size else ())
    return frozenset(keys)
