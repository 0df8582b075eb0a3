"""The account of a difference adds up."""

from __future__ import annotations

import math

import pytest

from allodyne import Study
from allodyne.network import Network
from allodyne.network.signal import signal
from allodyne.simulate.contributions import contributions


def test_a_signal_is_a_bounded_logarithm_and_weak_below_health() -> None:
    assert signal(1.0, 0.3) == 0.0
    assert signal(1.01, 1.0) == pytest.approx(math.log(1.01), rel=1e-4)
    assert signal(1e9, 0.3) == pytest.approx(2.0, abs=0.02)
    assert signal(0.0, 0.3) == pytest.approx(-0.6, abs=0.02)
    assert signal(1.2, 0.1) > 0 > signal(0.8, 0.1)


def test_equal_groups_have_nothing_to_account_for(network: Network) -> None:
    levels = dict.fromkeys(network.species, 1.7)

    assert contributions(network, levels, levels, "central_sensitisation") == ()


def test_inputs_add_up_to_the_difference_of_the_log_target(network: Network) -> None:
    control = dict.fromkeys(network.species, 1.0)
    treated = control | {"glutamate": 2.0, "gaba_tone": 0.5, "nr2b": 1.5}

    found = contributions(network, treated, control, "central_sensitisation", most=100)

    expected = sum(
        edge.weight * signal(treated[edge.source], network.species[edge.source].tonic)
        for edge in network.into("central_sensitisation")
        if edge.source in ("glutamate", "gaba_tone", "nr2b")
    )
    assert sum(one.change for one in found) == pytest.approx(expected, rel=1e-12)
    assert {one.source for one in found} == {"glutamate", "gaba_tone", "nr2b"}
    assert all(one.change > 0 for one in found)


def test_the_account_of_a_run_explains_most_of_a_settled_difference() -> None:
    study = Study.from_dict(
        {
            "study": "account",
            "subjects": {"species": "rat", "condition": "snl", "n": 4},
            "days": 8,
            "arms": {"untreated": [], "hbot": [{"hbot": {"pressure_ata": 2, "fio2": 1, "minutes": 60, "sessions": 7}}]},
            "measure": ["mechanical_threshold"],
        }
    )

    table = study.run().mechanisms()

    direct = table[~table["path"].str.contains(" > .* > ")]
    assert 0.7 < direct["share"].sum() < 1.3
    assert "central_sensitisation" in set(direct["species"])
