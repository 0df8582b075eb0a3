"""The page of the network: systems, species and edges."""

from __future__ import annotations

from collections import Counter

from allodyne.evidence.cited import Cited
from allodyne.network import Edge, Network, Species, load_network
from allodyne.network.schema import BASES, Drive
from pages.markdown import cite, code, number, supported, table


def page() -> str:
    """Write the page."""
    network = load_network()
    basis = Counter(edge.basis for edge in network.edges.values())
    measured = sum(one.turnover_basis == "measured" for one in network.species.values())
    shares = ", ".join(f"{basis[name]} {name}" for name in BASES)
    systems = [one for one in network.systems if any(s.system == one for s in network.species.values())]
    parts = [
        "# The network\n",
        f"{len(network.species)} species in {len(systems)} systems, {len(network.edges)} edges and "
        f"{len(network.drives)} drives. Edges by basis: {shares}. "
        f"Turnover times: {measured} measured, {len(network.species) - measured} assumption.\n",
        "A species is a fold change of its healthy level (1 = healthy). An edge with the sign + and the gain 0.5 "
        "raises the target by about 0.5 percent when its source rises by 1 percent; [the model](model.md) gives the "
        "equation. Basis says what an edge rests on: *intervention* (the source was blocked, knocked out or given), "
        "*association*, *review* or *assumption*. The gains are parameters: the sources back the direction of an edge, "
        "not the digits of its gain, except where it is marked as measured. Tonic is the share of its effect that a "
        "species has below health (1 where the cell is empty).\n",
        "## Drives\n",
        "In people a drive may act with another size than in rats and mice: it is multiplied by the number "
        "under *in people*, 1 where the cell is empty.\n",
        table(
            ("drive", "what it is", "unit", "edges", "in people", "basis and sources", "note"),
            (_drive(network, drive) for drive in network.drives.values()),
        ),
    ]
    return "\n".join([*parts, *(_system(network, name) for name in systems)])


def _drive(network: Network, drive: Drive) -> tuple[object, ...]:
    people, edges = drive.people, len(network.out_of(f"@{drive.id}"))
    told = (number(people.value), *supported(people.basis, people.sources, people.note)) if people else ("", "", "")
    return code(f"@{drive.id}"), drive.label, drive.unit, edges, *told


def _system(network: Network, system: str) -> str:
    species = [one for one in network.species.values() if one.system == system]
    edges = [edge for edge in network.edges.values() if edge.system == system]
    return "\n".join(
        [
            f"## {network.systems[system]}\n",
            f"File `network/systems/{system}.yaml`.\n",
            table(
                ("species", "what it is", "site", "turnover (days)", "tonic", "stands for", "note"), map(_one, species)
            ),
            table(("edge", "sign", "gain", "basis", "sources", "note"), map(_edge, edges)),
        ]
    )


def _one(one: Species) -> tuple[str, ...]:
    support = cite(one.turnover_sources) or one.turnover_basis
    published = ", ".join(code(link.variable) + (" (reversed)" if link.reversed else "") for link in one.stands_for)
    tonic = "" if one.tonic == 1 else number(one.tonic)
    turnover = f"{number(one.turnover_days)} ({support})" + _in_people(one.turnover_people)
    return f'<a id="{one.id}"></a>{code(one.id)}', one.label, one.site, turnover, tonic, published, one.note


def _edge(edge: Edge) -> tuple[str, ...]:
    size = number(edge.gain) + (" (measured)" if edge.gain_basis == "measured" else "") + _in_people(edge.gain_people)
    return code(edge.id), edge.sign, size, edge.basis, cite(edge.sources), edge.note


def _in_people(told: Cited | None) -> str:
    return f"; in people {number(told.value)} ({told.basis}: {cite(told.sources)}; {told.note})" if told else ""
