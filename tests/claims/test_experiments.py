"""Experiments of claims: they load, run together as alone, and need their mechanism."""

from __future__ import annotations

import numpy as np
import pytest

from allodyne.claims.experiments import FOLDER, agrees, load_experiment, run_experiments, run_without
from allodyne.claims.loading import load_claims
from allodyne.errors import EvidenceError
from allodyne.network import Network
from allodyne.network.knockout import Knockout

QUICK = "a5_injury_and_autophagy", "e10_microcirculation"


@pytest.mark.parametrize("name", sorted(file.stem for file in FOLDER.glob("*.yaml")))
def test_every_experiment_is_a_study_with_what_was_published(name: str) -> None:
    assert load_experiment(name).published


def test_every_experiment_belongs_to_a_claim_and_every_claim_finds_its_own() -> None:
    named = {name for claim in load_claims().values() for name in claim.experiments}
    assert named == {file.stem for file in FOLDER.glob("*.yaml")}


def test_mechanisms_are_edges_of_the_network(network: Network) -> None:
    for claim in load_claims().values():
        if claim.mechanism:
            assert Knockout(edges=claim.mechanism).cut(network), claim.id


def test_an_unknown_experiment_is_refused_with_the_nearest() -> None:
    with pytest.raises(EvidenceError, match="e10_microcirculation"):
        load_experiment("e10_microcirculations")


def test_together_the_numbers_are_the_same_as_alone() -> None:
    together = run_experiments(QUICK)
    for name in QUICK:
        alone = run_experiments([name])[name]
        assert list(together) == list(QUICK)
        for outcome in alone.results.outcomes:
            np.testing.assert_allclose(
                together[name].results.values(outcome), alone.results.values(outcome), rtol=1e-9, equal_nan=True
            )


def test_cut_edges_change_the_result() -> None:
    name = "e10_microcirculation"
    edges = load_claims()["E10"].mechanism
    whole = run_experiments([name])[name]
    cut, other = run_without([(name, edges), (name, ("astrocytes>ccl2",))])

    assert whole.behaves and not whole.misses
    assert not cut.behaves
    assert cut.misses and not any(map(agrees, cut.misses))
    assert other.behaves
    assert cut.comparisons[0].simulated != pytest.approx(whole.comparisons[0].simulated, abs=0.01)
