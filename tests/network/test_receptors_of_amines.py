"""Receptors of the descending amines, facilitation, and other species that stand for published variables."""

from __future__ import annotations

import numpy as np
import pytest

from allodyne import Study
from allodyne.network import load_network

STANDS_FOR = [
    ("5ht2a_receptor", "ht2a_activity"),
    ("adrenergic_receptors", "alpha1_activity"),
    ("gabaa_receptor", "gaba_tone"),
    ("mpfc_glucose_metabolism", "limbic_activity"),
    ("m2_macrophages", "m1_m2"),
    ("inos", "inos_nerve"),
    ("enos", "enos"),
    ("dnmt3a", "dnmt3a"),
    ("functional_recovery", "axon_integrity"),
    ("h_reflex_latency", "nerve_conduction"),
    ("microvascular_hb_saturation", "tissue_oxygen"),
    ("demyelination", "demyelination"),
]
TREADMILL = {
    "exercise": {"mode": "treadmill", "intensity": "moderate", "minutes": 30, "per_week": 5, "weeks": 2, "start_day": 3}
}


@pytest.mark.parametrize(("variable", "species"), STANDS_FOR)
def test_published_variables_have_a_species(variable: str, species: str) -> None:
    assert variable in [link.variable for link in load_network().species[species].stands_for]


def test_training_brings_back_receptors_that_a_cut_nerve_lowers() -> None:
    names = ["ht2a_activity", "alpha1_activity"]
    data = {
        "study": "receptors",
        "subjects": {"species": "rat", "n": 8, "seed": 1, "condition": "sni"},
        "days": 18,
        "arms": {"untreated": [], "exercise": [TREADMILL]},
        "measure": names,
        "assess": {"every_days": 18},
    }
    found = Study.from_dict(data).run().data
    for name in names:
        before, after = found[f"{name}_true"].median("subject").transpose("day", "arm").to_numpy()
        untreated, trained = after / before
        assert untreated < 0.97
        assert trained > untreated * 1.02


def test_the_healthy_state_stays_where_it_is() -> None:
    names = ["pge2", "descending_facilitation", "nicotinic_activity", "dnmt3a", "enos", "bdnf_hippocampus"]
    data = {
        "study": "health",
        "subjects": {"species": "mouse", "n": 4, "seed": 1, "condition": "naive"},
        "days": 30,
        "arms": {"untreated": []},
        "measure": names,
        "assess": {"every_days": 15},
    }
    found = Study.from_dict(data).run().data
    for name in names:
        levels = found[f"{name}_true"]
        np.testing.assert_allclose((levels / levels.isel(day=0)).to_numpy(), 1.0, rtol=0, atol=1e-6)
