"""The fit moves the parameters towards the findings and no further than their priors allow."""

from __future__ import annotations

import numpy as np
import pytest

from allodyne.calibrate.least_squares import Problem, fit
from allodyne.calibrate.targets import collect, load_findings
from allodyne.network import Network
from allodyne.simulate.structure import Structure


@pytest.fixture(scope="module")
def problem(network: Network, structure: Structure) -> Problem:
    wanted = ("goldman2010-acupuncture-naive-adenosine", "liu2019-hbot-snl-p_mtor")
    collected = collect(finding for finding in load_findings() if finding["id"] in wanted)
    return Problem(network, structure, collected.targets)


def test_derivatives_agree_with_a_larger_push(problem: Problem) -> None:
    theta = problem.prior.copy()
    predicted, slope = problem.derivatives(theta, lambda _: None)
    edge = problem.structure.edges.index("@needle>adenosine")
    pushed = theta.copy()
    pushed[edge] += 0.1

    again = problem.predict(pushed[:, None], lambda _: None)[:, 0]

    np.testing.assert_allclose(again - predicted, 0.1 * slope[:, edge], rtol=0.1, atol=0.01)
    assert np.abs(slope[:, edge]).max() > 0.5


def test_a_fit_lowers_the_cost_and_keeps_signs(problem: Problem) -> None:
    result = fit(problem, rounds=2)

    assert result.cost[-1] < result.cost[0]
    assert np.all(np.isfinite(result.log_gains))
    assert result.predicted.shape == (len(problem.targets),)
