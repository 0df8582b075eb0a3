"""The shipped network: its size, and what its edges rest on."""

from __future__ import annotations

import pytest

from allodyne.evidence.papers import load_facts, load_papers
from allodyne.network import Network


def test_its_size(network: Network) -> None:
    assert len(network.species) >= 80
    assert len(network.edges) >= 200


def test_at_most_a_fifth_of_the_edges_are_assumptions(network: Network) -> None:
    assumed = [edge.id for edge in network.edges.values() if edge.basis == "assumption"]
    assert len(assumed) <= 0.2 * len(network.edges)


def test_every_edge_has_a_source_or_is_an_assumption(network: Network) -> None:
    assert [edge.id for edge in network.edges.values() if not edge.sources and edge.basis != "assumption"] == []


def test_every_source_key_is_known(network: Network) -> None:
    known = load_papers().keys() | load_facts().keys()
    cited = {key for edge in network.edges.values() for key in edge.sources}
    cited |= {key for species in network.species.values() for key in species.turnover_sources}
    assert cited - known == set()


def test_no_source_is_given_twice_for_one_edge(network: Network) -> None:
    assert [edge.id for edge in network.edges.values() if len(set(edge.sources)) < len(edge.sources)] == []


def test_every_species_and_edge_belongs_to_a_system_and_a_line(network: Network) -> None:
    for item in (*network.species.values(), *network.edges.values()):
        assert item.system in network.systems
        assert ", line " in network.where[item.id]


def test_no_name_is_both_a_species_and_a_drive(network: Network) -> None:
    assert network.species.keys() & network.drives.keys() == set()


def test_every_drive_acts_on_something(network: Network) -> None:
    assert [drive for drive in network.drives if not network.out_of(f"@{drive}")] == []


@pytest.mark.parametrize(
    "drive", ["nerve_injury", "toxic_injury", "hyperglycaemia", "oxygen", "exertion", "needle", "ea_low"]
)
def test_every_drive_reaches_pain(network: Network, drive: str) -> None:
    reached, front = set(), {f"@{drive}"}
    while front:
        front = {edge.target for source in front for edge in network.out_of(source)} - reached
        reached |= front
    assert {"mechanical_hypersensitivity", "central_sensitisation"} <= reached
