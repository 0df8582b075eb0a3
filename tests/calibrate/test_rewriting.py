"""Fitted numbers replace old ones and touch nothing else."""

from __future__ import annotations

import pytest

from allodyne.calibrate.parameters import space_of
from allodyne.calibrate.posterior import load_posterior
from allodyne.calibrate.rewriting import _rewritten, load_priors
from allodyne.calibrate.shipping import fitted_numbers
from allodyne.network import Network
from allodyne.simulate.structure import Structure

EDGE = '  - {from: "@needle", to: adenosine, sign: "+", gain: 3.18, basis: intervention, sources: [goldman2010]}'
SPECIES = "  - {id: trpv1, label: TRPV1, site: ganglion, turnover_days: 2, turnover_basis: assumption}"


def test_a_gain_is_replaced_with_three_digits() -> None:
    assert _rewritten(EDGE, {"@needle>adenosine": 2.7183}, {}) == EDGE.replace("3.18", "2.72")


def test_a_turnover_time_is_replaced() -> None:
    assert _rewritten(SPECIES, {}, {"trpv1": 1.234}) == SPECIES.replace("days: 2", "days: 1.23")


def test_other_lines_stay() -> None:
    assert _rewritten(EDGE, {"ngf>trpv1": 1.0}, {"adenosine": 1.0}) == EDGE


def test_what_a_source_gives_is_not_fitted(network: Network) -> None:
    hand = load_priors()

    assert not {name for name in hand.gains if network.edges[name].gain_basis == "measured"}
    assert not {name for name in hand.turnover_days if network.species[name].turnover_basis == "measured"}
    assert network.edges["@needle>adenosine"].gain == 3.18  # ln of the 24-fold rise of goldman2010
    assert network.species["beta_endorphin"].turnover_days == 0.32  # 317 min / ln 2, acu-bend-csf-halflife


def test_priors_name_edges_and_species_of_the_network(network: Network) -> None:
    hand = load_priors()

    assert set(hand.gains) <= set(network.edges)
    assert set(hand.turnover_days) <= set(network.species)
    assert all(value > 0 for numbers in (hand.gains, hand.turnover_days) for value in numbers.values())


def test_the_shipped_network_stands_at_the_point_of_the_shipped_posterior(
    network: Network, structure: Structure
) -> None:
    posterior, space = load_posterior(), space_of(network, structure)
    point = posterior.aligned(space.names, posterior.point)
    gains, turnover = fitted_numbers(structure, space, point)

    assert set(posterior.names) <= set(space.names)
    assert [network.edges[name].gain for name in structure.edges] == pytest.approx(
        [gains[name] for name in structure.edges], rel=6e-3
    )
    assert [network.species[name].turnover_days for name in structure.species] == pytest.approx(
        [turnover[name] for name in structure.species], rel=6e-3
    )
