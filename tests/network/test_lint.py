"""Each rule finds what it is for, and the shipped network breaks none of severity error."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from allodyne.network import Lint, Network, lint, load_network
from allodyne.network.lint import RULES

Write = Callable[[str], Path]
HEAD = "system: mine\nlabel: Mine\n"
SPECIES = "{{id: {name}, label: a, site: b, turnover_days: 1, turnover_basis: {basis}}}"
LONELY = SPECIES.format(name="lonely", basis="assumption")
EDGE = "{{from: '{source}', to: {target}, sign: '+', gain: {gain}, basis: {basis}, sources: [{sources}]}}"


def edge(source: str, target: str, gain: float = 0.001, basis: str = "review", sources: str = "coull2005") -> str:
    return EDGE.format(source=source, target=target, gain=gain, basis=basis, sources=sources)


def many_assumptions() -> str:
    names = [f"s{number}" for number in range(30)]
    species = [SPECIES.format(name=name, basis="assumption") for name in names]
    edges = [edge(a, b, basis="assumption", sources="") for a in names for b in names if a != b]
    return HEAD + f"species: [{', '.join(species)}]\nedges: [{', '.join(edges)}]"


BROKEN = {
    "known-sources": (HEAD + f"edges:\n  - {edge('microglia', 'kcc2', sources='nobody2099')}", "error", "nobody2099"),
    "source-or-assumption": (HEAD + f"edges:\n  - {edge('microglia', 'kcc2', sources='')}", "error", "microglia>kcc2"),
    "few-assumptions": (many_assumptions(), "warning", "edges are assumptions"),
    "no-self-loop": (HEAD + f"edges:\n  - {edge('microglia', 'microglia')}", "error", "acts on itself"),
    "reachable": (HEAD + f"species:\n  - {LONELY}\nedges:\n  - {edge('lonely', 'kcc2')}", "warning", "on lonely"),
    "useful": (
        HEAD + f"species:\n  - {LONELY}\nedges:\n  - {edge('kcc2', 'lonely')}",
        "note",
        "lonely acts on nothing",
    ),
    "stable-health": (
        HEAD
        + f"species: [{SPECIES.format(name='a', basis='assumption')}, {SPECIES.format(name='b', basis='assumption')}]\n"
        + f"edges: [{edge('a', 'b', gain=2)}, {edge('b', 'a', gain=2)}]",
        "error",
        "grows at 1 per day",
    ),
}


def news(network: Network, mine: Network) -> list[Lint]:
    """What lint finds in a network beyond what it finds in the shipped one."""
    known = {(item.rule, item.message) for item in lint(network)}
    return [item for item in lint(mine) if (item.rule, item.message) not in known]


def test_every_rule_is_tested() -> None:
    assert {rule.name for rule in RULES} == BROKEN.keys()


@pytest.mark.parametrize("rule", BROKEN)
def test_a_rule_finds_what_breaks_it_and_no_other_rule_does(network: Network, write: Write, rule: str) -> None:
    text, severity, message = BROKEN[rule]
    file = write(text)

    found = news(network, load_network(extra=[file]))

    about = [item for item in found if item.rule == rule]
    assert about
    assert all(item.severity == severity and message in item.message for item in about)
    if about[0].where:
        assert about[0].where.startswith(f"{file}, line 4")
    # nobody acts on the thirty species from outside, and they are of no use
    assert {item.rule for item in found} - {"reachable", "useful"} <= {rule}


def test_a_turnover_that_is_called_measured_needs_a_source(network: Network, write: Write) -> None:
    measured = SPECIES.format(name="lonely", basis="measured")
    text = HEAD + f"species:\n  - {measured}\nedges: [{edge('lonely', 'kcc2')}, {edge('kcc2', 'lonely')}]"

    (found,) = news(network, load_network(extra=[write(text)]))

    assert (found.rule, found.severity) == ("source-or-assumption", "error")
    assert "turnover of lonely" in found.message


def test_an_unknown_source_of_a_turnover_is_found(network: Network, write: Write) -> None:
    species = "{id: lonely, label: a, site: b, turnover_days: 1, turnover_basis: measured, turnover_sources: [nobody]}"
    text = HEAD + f"species:\n  - {species}\nedges: [{edge('lonely', 'kcc2')}, {edge('kcc2', 'lonely')}]"

    (found,) = news(network, load_network(extra=[write(text)]))

    assert found.rule == "known-sources"
    assert "nobody" in found.message


def test_errors_come_first(write: Write) -> None:
    text = (
        HEAD
        + f"species:\n  - {LONELY}\n  - {SPECIES.format(name='useless', basis='assumption')}\nedges:\n"
        + f"  - {edge('lonely', 'kcc2')}\n  - {edge('kcc2', 'useless')}\n  - {edge('kcc2', 'kcc2')}"
    )

    severities = [item.severity for item in lint(load_network(extra=[write(text)]))]

    assert {"error", "warning", "note"} <= set(severities)
    assert severities == sorted(severities, key=("error", "warning", "note").index)


def test_the_shipped_network_breaks_no_rule(network: Network) -> None:
    assert [item for item in lint(network) if item.severity != "note"] == []
