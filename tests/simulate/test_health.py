"""The healthy state."""

from __future__ import annotations

import numpy as np
import pytest
from protocols import run

from allodyne.simulate.parameters import Parameters
from allodyne.simulate.structure import Structure


def test_an_untreated_naive_subject_stays_healthy_for_a_year(structure: Structure, subjects: Parameters) -> None:
    found = run(structure, [], subjects, days=np.linspace(0.0, 365.0, 53))

    assert found.values.shape == (53, len(structure.species), 8)
    np.testing.assert_allclose(found.values, 1.0, rtol=0, atol=1e-6)
    assert not found.status.any()
    assert found.error == pytest.approx(0.0, abs=1e-6)
