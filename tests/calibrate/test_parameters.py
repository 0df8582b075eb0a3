"""The parameters as deviations of logarithms from the centre of their priors."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from allodyne.calibrate.parameters import Space, load_settings, space_of
from allodyne.calibrate.rewriting import load_priors
from allodyne.experiments.levels import Columns, shipped_columns
from allodyne.network import Network
from allodyne.simulate.structure import Structure


@pytest.fixture(scope="module")
def space(network: Network, structure: Structure) -> Space:
    return space_of(network, structure)


@pytest.fixture(scope="module")
def centre(space: Space) -> Columns:
    return space.columns(np.zeros((space.size, 1)))


def at(space: Space, **deviations: float) -> np.ndarray:
    """One column with some deviations, by the first words of names with ``__`` for the colon."""
    point = np.zeros((space.size, 1))
    for name, deviation in deviations.items():
        point[space.names.index(name.replace("__", ":"))] = deviation
    return point


def test_names_are_unique_and_known(space: Space, network: Network) -> None:
    kinds: dict[str, Mapping[str, object]] = {
        "gain": network.edges,
        "turnover": network.species,
        "drive": network.drives,
    }

    assert len(set(space.names)) == space.size == len(space.sd)
    assert all(name in kinds[kind] for kind, name in (one.split(":", 1) for one in space.names))
    assert np.all(space.sd > 0)


def test_what_a_source_gives_is_no_parameter(space: Space, network: Network) -> None:
    names = set(space.names)

    for edge in network.edges.values():
        assert (f"gain:{edge.id}" in names) is (edge.gain_basis == "fitted")
    for one in network.species.values():
        assert (f"turnover:{one.id}" in names) is (one.turnover_basis == "assumption")


def test_widths_go_with_what_an_edge_rests_on(space: Space, network: Network) -> None:
    widths = load_settings()["prior_sd"]["gain"]

    for name, sd in zip(space.names, space.sd, strict=True):
        if name.startswith("gain:"):
            assert sd == widths[network.edges[name.removeprefix("gain:")].basis]


def test_the_centre_is_what_was_set_by_hand(centre: Columns, network: Network, structure: Structure) -> None:
    hand = load_priors()
    gains = [hand.gains.get(name, network.edges[name].gain) for name in structure.edges]
    days = [hand.turnover_days.get(name, network.species[name].turnover_days) for name in structure.species]

    np.testing.assert_allclose(np.abs(centre.animals.gains[:, 0]), gains, rtol=1e-12)
    np.testing.assert_allclose(centre.animals.turnover[:, 0], days, rtol=1e-12)
    assert np.all(np.sign(centre.animals.gains[:, 0]) == np.sign(structure.weights))


def test_people_keep_what_a_source_gives_for_them(centre: Columns, network: Network, structure: Structure) -> None:
    told = {name: one for name, one in network.edges.items() if one.gain_people is not None}

    assert told
    for name, edge in told.items():
        found = abs(centre.people.gains[structure.edges.index(name), 0])
        assert edge.gain_people is not None
        assert found == pytest.approx(edge.gain_people.value, rel=1e-9), name


def test_signs_never_change(space: Space, structure: Structure) -> None:
    wild = 5 * np.random.default_rng(1).normal(size=(space.size, 3))

    moved = space.columns(wild)

    for one in (moved.animals, moved.people):
        assert np.all(np.sign(one.gains) == np.sign(structure.weights)[:, None])
        assert np.all(one.turnover > 0)


def test_a_gain_moves_its_edge_alone(space: Space, centre: Columns, structure: Structure) -> None:
    moved = space.columns(at(space, **{"gain__microglia>p_p38": 0.3}))

    row = structure.edges.index("microglia>p_p38")
    ratio = moved.animals.gains[:, 0] / centre.animals.gains[:, 0]
    assert ratio[row] == pytest.approx(np.exp(0.3), rel=1e-12)
    assert np.delete(ratio, row) == pytest.approx(1.0, abs=1e-12)
    np.testing.assert_array_equal(moved.animals.turnover, centre.animals.turnover)
    np.testing.assert_allclose(moved.people.gains[row], centre.people.gains[row] * np.exp(0.3), rtol=1e-12)


def test_a_turnover_time_moves_its_species_alone(space: Space, centre: Columns, structure: Structure) -> None:
    moved = space.columns(at(space, turnover__microglia=-0.4))

    ratio = moved.animals.turnover[:, 0] / centre.animals.turnover[:, 0]
    assert ratio[structure.row("microglia")] == pytest.approx(np.exp(-0.4), rel=1e-12)
    assert np.delete(ratio, structure.row("microglia")) == pytest.approx(1.0, abs=1e-12)


def test_the_size_of_a_drive_moves_all_its_fitted_edges(
    space: Space, centre: Columns, network: Network, structure: Structure
) -> None:
    moved = space.columns(at(space, drive__needle=0.2))

    for row, name in enumerate(structure.edges):
        edge = network.edges[name]
        expected = np.exp(0.2) if edge.source == "@needle" and edge.gain_basis == "fitted" else 1.0
        assert moved.animals.gains[row, 0] / centre.animals.gains[row, 0] == pytest.approx(expected, rel=1e-12)


def test_the_size_of_a_drive_in_people_is_no_parameter(space: Space, network: Network) -> None:
    derived = [name for name, drive in network.drives.items() if drive.people]

    assert {"oxygen", "exertion", "autoimmunity"} <= set(derived)
    assert {name.split(":")[0] for name in space.names} == {"gain", "turnover", "drive"}


def test_a_number_of_people_does_not_move_with_that_of_animals(
    space: Space, centre: Columns, network: Network, structure: Structure
) -> None:
    own = [
        name for name, edge in network.edges.items() if edge.gain_people is not None and f"gain:{name}" in space.names
    ]

    for name in own:
        row = structure.edges.index(name)
        moved = space.columns(at(space, **{f"gain__{name}": 0.3}))
        np.testing.assert_allclose(moved.animals.gains[row], centre.animals.gains[row] * np.exp(0.3), rtol=1e-12)
        np.testing.assert_array_equal(moved.people.gains[row], centre.people.gains[row])


def test_deviations_may_move_what_is_shipped(space: Space, network: Network, structure: Structure) -> None:
    shipped = shipped_columns(network, structure)

    moved = space.moved(shipped, np.hstack([np.zeros((space.size, 1)), at(space, **{"gain__microglia>p_p38": 0.3})]))

    np.testing.assert_array_equal(moved.animals.gains[:, 0], shipped.animals.gains[:, 0])
    row = structure.edges.index("microglia>p_p38")
    np.testing.assert_allclose(moved.animals.gains[row, 1], shipped.animals.gains[row, 0] * np.exp(0.3), rtol=1e-12)


@pytest.mark.parametrize("in_people", [False, True])
def test_gradients_go_back_the_same_way(space: Space, structure: Structure, in_people: bool) -> None:
    """Of a sum of logarithms with random weights, which is linear in the parameters."""
    random = np.random.default_rng(2)
    by_gain = random.normal(size=(len(structure.edges), 1))
    by_turnover = random.normal(size=(len(structure.species), 1))

    def total(point: np.ndarray) -> float:
        columns = space.columns(point)
        one = columns.people if in_people else columns.animals
        return float(np.sum(by_gain * np.log(np.abs(one.gains))) + np.sum(by_turnover * np.log(one.turnover)))

    found = space.gradient(by_gain, by_turnover, in_people)[:, 0]

    direction = random.normal(size=(space.size, 1))
    assert total(direction) - total(0 * direction) == pytest.approx(float(found @ direction[:, 0]), rel=1e-9)


def test_every_parameter_does_something(space: Space, structure: Structure) -> None:
    ones = np.ones((len(structure.edges), 1)), np.ones((len(structure.species), 1))

    effect = space.gradient(*ones, False)[:, 0] + space.gradient(*ones, True)[:, 0]

    assert [name for name, one in zip(space.names, effect, strict=True) if one == 0] == []
