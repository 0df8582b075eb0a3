"""Virtual populations."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from allodyne.network import Network, load_network
from allodyne.simulate.parameters import Parameters
from allodyne.simulate.structure import Structure, structure_of
from allodyne.subjects.population import draw_population, load_variability, typical_subject

N = 4000
SEVERITY_SD = 0.3


@pytest.fixture(scope="module")
def population(network: Network, structure: Structure) -> Parameters:
    return draw_population(network, structure, N, seed=5, severity_sd=SEVERITY_SD)


def spread(network: Network, name: str) -> float:
    """Standard deviation of ln gain that one edge should have."""
    edge, known = network.edges[name], load_variability()
    if not edge.from_drive:
        return known.gain[edge.basis]
    lesion = edge.from_drive and network.drives[edge.source[1:]].kind == "lesion"
    return float(np.hypot(known.gain[edge.basis], SEVERITY_SD if lesion else known.response))


def test_shapes_and_signs(structure: Structure, population: Parameters) -> None:
    assert population.subjects == N
    assert population.gains.shape == (len(structure.edges), N)
    assert population.turnover.shape == (len(structure.species), N)
    assert population.exposure.shape == (N,)
    assert (np.sign(population.gains) == np.sign(structure.weights)[:, None]).all()
    assert (population.turnover > 0).all()
    assert (population.exposure > 0).all()


def test_the_median_subject_has_the_values_of_the_network(
    network: Network, structure: Structure, population: Parameters
) -> None:
    # standard error of a median: 1.25 sd / sqrt(n); five of them
    share = 5 * 1.25 / np.sqrt(N)
    gains = np.log(np.median(population.gains, axis=1) / structure.weights)
    allowed = np.array([share * spread(network, name) for name in structure.edges])
    assert (np.abs(gains) < allowed).all()
    turnover = np.log(np.median(population.turnover, axis=1) / structure.turnover)
    assert np.abs(turnover).max() < share * load_variability().turnover
    assert abs(np.log(np.median(population.exposure))) < share * load_variability().exposure


def test_the_spread_is_that_of_the_basis(network: Network, structure: Structure, population: Parameters) -> None:
    found = np.log(np.abs(population.gains)).std(axis=1)
    expected = np.array([spread(network, name) for name in structure.edges])
    np.testing.assert_allclose(found, expected, rtol=5 / np.sqrt(2 * N))
    turnover = np.log(population.turnover).std(axis=1)
    np.testing.assert_allclose(turnover, load_variability().turnover, rtol=5 / np.sqrt(2 * N))


def test_who_responds_strongly_does_so_along_all_paths(
    network: Network, structure: Structure, population: Parameters
) -> None:
    rows = [structure.edges.index(edge.id) for edge in network.out_of("@exertion")]
    correlation = np.corrcoef(np.log(np.abs(population.gains[rows])))
    assert len(rows) > 1
    assert (correlation > 0.2).all()


def test_two_treatments_are_answered_independently(structure: Structure, population: Parameters) -> None:
    rows = [structure.edges.index(name) for name in ("@oxygen>tissue_oxygen", "@nerve_injury>injury_signal")]
    assert abs(np.corrcoef(np.log(np.abs(population.gains[rows])))[0, 1]) < 5 / np.sqrt(N)


def test_adding_subjects_changes_no_earlier_one(network: Network, structure: Structure, population: Parameters) -> None:
    few = draw_population(network, structure, 7, seed=5, severity_sd=SEVERITY_SD)
    earlier = population.take(np.arange(7))
    np.testing.assert_array_equal(few.gains, earlier.gains)
    np.testing.assert_array_equal(few.turnover, earlier.turnover)
    np.testing.assert_array_equal(few.exposure, earlier.exposure)


def test_a_portion_is_drawn_as_in_the_whole_population(
    network: Network, structure: Structure, population: Parameters
) -> None:
    portion = draw_population(network, structure, 65, seed=5, severity_sd=SEVERITY_SD, first=129)
    expected = population.take(np.arange(129, 129 + 65))
    np.testing.assert_array_equal(portion.gains, expected.gains)
    np.testing.assert_array_equal(portion.turnover, expected.turnover)
    np.testing.assert_array_equal(portion.exposure, expected.exposure)


def test_the_same_seed_gives_twins_and_another_seed_others(network: Network, structure: Structure) -> None:
    left, right, other = (draw_population(network, structure, 3, seed, SEVERITY_SD) for seed in (5, 5, 6))
    np.testing.assert_array_equal(left.gains, right.gains)
    assert (left.gains != other.gains).all()


def test_a_new_mechanism_moves_no_other_draw(network: Network, structure: Structure, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        "system: mine\nlabel: Mine\n"
        "species: [{id: opsin, label: opsin, site: skin, turnover_days: 2, turnover_basis: assumption}]\n"
        "edges: [{from: microglia, to: opsin, sign: '+', gain: 0.5, basis: assumption},"
        " {from: opsin, to: microglia, sign: '-', gain: 0.5, basis: assumption}]\n"
    )
    larger = load_network(extra=[file])
    grown = structure_of(larger)

    before = draw_population(network, structure, 4, 5, SEVERITY_SD)
    after = draw_population(larger, grown, 4, 5, SEVERITY_SD)

    rows = [grown.edges.index(name) for name in structure.edges]
    np.testing.assert_array_equal(after.gains[rows], before.gains)
    rows = [grown.species.index(name) for name in structure.species]
    np.testing.assert_array_equal(after.turnover[rows], before.turnover)


def test_severity_spreads_lesions_and_nothing_else(network: Network, structure: Structure) -> None:
    narrow, wide = (draw_population(network, structure, 5, 5, sd) for sd in (0.0, 0.6))
    for row, name in enumerate(structure.edges):
        source = network.edges[name].source
        lesion = source.startswith("@") and network.drives[source[1:]].kind == "lesion"
        assert np.array_equal(narrow.gains[row], wide.gains[row]) == (not lesion)


def test_the_typical_subject_is_the_network_itself(structure: Structure) -> None:
    typical = typical_subject(structure)
    assert typical.subjects == 1
    np.testing.assert_array_equal(typical.gains[:, 0], structure.weights)
    np.testing.assert_array_equal(typical.turnover[:, 0], structure.turnover)
    np.testing.assert_array_equal(typical.exposure, 1.0)
