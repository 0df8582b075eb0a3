"""Draws of the calibrated parameters, and a centre of one's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from allodyne.calibrate.posterior import Posterior, read_posterior, save_posterior
from allodyne.calibrate.uncertainty import Uncertainty, calibration_text, digest_of, uncertainty_of
from allodyne.experiments.levels import shipped_columns
from allodyne.network import Network, load_network
from allodyne.simulate.structure import Structure, structure_of

MANY = 2000


@pytest.fixture(scope="module")
def known(network: Network, structure: Structure, posterior: Posterior) -> Uncertainty:
    found = uncertainty_of(network, structure, posterior)
    assert found is not None
    return replace(found, shift=np.zeros(found.space.size))


def logs(known: Uncertainty, network: Network, structure: Structure, count: int, seed: int = 1) -> np.ndarray:
    """Deviations of ln gain of animals, shape (edges, draws)."""
    shipped = shipped_columns(network, structure)
    return np.log(known.drawn(shipped, count, seed).animals.gains / shipped.animals.gains)


def test_the_same_seed_gives_the_same_draws_and_more_of_them_move_none(
    known: Uncertainty, network: Network, structure: Structure
) -> None:
    few, again, more = (logs(known, network, structure, count) for count in (8, 8, 12))
    other = logs(known, network, structure, 8, seed=2)

    np.testing.assert_array_equal(few, again)
    np.testing.assert_allclose(more[:, :8], few, atol=1e-12)
    assert not np.allclose(other, few, atol=0.1)


def test_draws_spread_as_the_posterior_does(known: Uncertainty, network: Network, structure: Structure) -> None:
    found = logs(known, network, structure, MANY)
    inner = [row for row, name in enumerate(structure.edges) if f"gain:{name}" in known.space.names and name[0] != "@"]
    places = [known.space.names.index(f"gain:{structure.edges[row]}") for row in inner]
    expected = (known.space.sd * known.posterior.spread())[places]

    # standard error of an SD: sd / sqrt(2 n); five of them
    np.testing.assert_allclose(found[inner].std(axis=1), expected, rtol=5 / np.sqrt(2 * MANY))
    np.testing.assert_allclose(found[inner].mean(axis=1) / expected, 0, atol=5 / np.sqrt(MANY))


def test_what_a_source_gives_is_not_drawn(known: Uncertainty, network: Network, structure: Structure) -> None:
    shipped = shipped_columns(network, structure)
    drawn = known.drawn(shipped, 4, seed=1).animals.turnover / shipped.animals.turnover
    measured = np.array([network.species[name].turnover_basis != "assumption" for name in structure.species])

    assert measured.any()
    assert np.all(drawn[measured] == 1)
    assert np.all(drawn[~measured] != 1)


def test_an_edge_of_ones_own_has_its_prior(posterior: Posterior, tmp_path: Path) -> None:
    extra = tmp_path / "own.yaml"
    extra.write_text(
        "system: pain\nlabel: Pain\nedges:\n  - {from: trpv1, to: kcc2, sign: '-', gain: 0.1, basis: assumption}\n",
        encoding="utf-8",
    )
    network = load_network([extra])
    structure = structure_of(network)
    known = uncertainty_of(network, structure, posterior)
    assert known is not None
    assert known.unknown == ["gain:trpv1>kcc2"]
    assert "1 parameter keeps its prior" in calibration_text(known, own=True)

    found = logs(known, network, structure, MANY)[structure.edges.index("trpv1>kcc2")]
    prior = known.space.sd[known.space.names.index("gain:trpv1>kcc2")]
    assert found.std() == pytest.approx(prior, rel=5 / np.sqrt(2 * MANY))


def test_another_centre_moves_every_subject_alike(
    known: Uncertainty, network: Network, structure: Structure, posterior: Posterior
) -> None:
    edge = next(name for name in structure.edges if f"gain:{name}" in posterior.names and name[0] != "@")
    doubled = np.array([np.log(2) if name == f"gain:{edge}" else 0.0 for name in posterior.names])
    moved = uncertainty_of(network, structure, replace(posterior, point=posterior.point + doubled))
    assert moved is not None
    row, shipped = structure.edges.index(edge), shipped_columns(network, structure)
    three = shipped.take(np.zeros(3, dtype=np.int64))

    ratio = moved.centred(three).animals.gains / three.animals.gains
    np.testing.assert_allclose(ratio[row], 2.0, rtol=1e-9)
    np.testing.assert_allclose(np.delete(ratio, row, axis=0), 1.0, rtol=1e-9)
    drawn = logs(moved, network, structure, 5) - logs(known, network, structure, 5)
    np.testing.assert_allclose(drawn[row], np.log(2), rtol=1e-9)


def test_what_an_own_posterior_does_not_know_stays_where_it_is(
    network: Network, structure: Structure, posterior: Posterior
) -> None:
    some = slice(0, 100)
    parts = {name: getattr(posterior, name)[some] for name in ("names", "sd", "point", "vectors", "folds")}
    known = uncertainty_of(network, structure, replace(posterior, **parts))

    assert known is not None
    assert known.unknown == list(posterior.names[100:])
    assert np.all(known.shift == 0)


def test_the_digest_outlives_a_file_and_differs_between_posteriors(posterior: Posterior, tmp_path: Path) -> None:
    save_posterior(posterior, tmp_path)

    assert digest_of(read_posterior(tmp_path)) == digest_of(posterior)
    assert digest_of(replace(posterior, point=posterior.point + 0.1)) != digest_of(posterior)


def test_provenance_is_told(known: Uncertainty) -> None:
    shipped, own = (calibration_text(known, own=own) for own in (False, True))

    assert shipped.startswith("calibrated on 12 findings of 1 paper (2026-01-02, Allodyne 0.4.0, posterior ")
    assert digest_of(known.posterior) in shipped
    assert "own data (rats.csv)" in own
