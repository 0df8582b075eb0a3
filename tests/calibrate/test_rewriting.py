"""Fitted numbers replace old ones and touch nothing else."""

from __future__ import annotations

from allodyne.calibrate.rewriting import _rewritten, load_priors
from allodyne.network import Network

EDGE = '  - {from: "@needle", to: adenosine, sign: "+", gain: 3.18, basis: intervention, sources: [goldman2010]}'
SPECIES = "  - {id: trpv1, label: TRPV1, site: ganglion, turnover_days: 2, turnover_basis: assumption}"


def test_a_gain_is_replaced_with_two_digits() -> None:
    assert _rewritten(EDGE, {"@needle>adenosine": 2.7183}, {}) == EDGE.replace("3.18", "2.7")


def test_a_turnover_time_is_replaced() -> None:
    assert _rewritten(SPECIES, {}, {"trpv1": 1.234}) == SPECIES.replace("days: 2", "days: 1.2")


def test_other_lines_stay() -> None:
    assert _rewritten(EDGE, {"ngf>trpv1": 1.0}, {"adenosine": 1.0}) == EDGE


def test_what_a_source_gives_is_not_fitted(network: Network) -> None:
    gains, turnover = load_priors()

    assert not {name for name in gains if network.edges[name].gain_basis == "measured"}
    assert not {name for name in turnover if network.species[name].turnover_basis == "measured"}
    assert network.edges["@needle>adenosine"].gain == 3.18  # ln of the 24-fold rise of goldman2010
    assert network.species["beta_endorphin"].turnover_days == 0.32  # 317 min / ln 2, acu-bend-csf-halflife


def test_priors_name_edges_and_species_of_the_network(network: Network) -> None:
    gains, turnover = load_priors()

    assert set(gains) <= set(network.edges)
    assert set(turnover) <= set(network.species)
    assert all(value > 0 for value in [*gains.values(), *turnover.values()])
