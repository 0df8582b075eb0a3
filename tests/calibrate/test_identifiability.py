"""What findings say about parameters: known cases with exact answers."""

from __future__ import annotations

from io import StringIO

import numpy as np
import pytest
from rich.console import Console

from allodyne.calibrate.identifiability import compress, identify
from allodyne.calibrate.identifiability_tables import print_identified

NAMES = ("gain:a>b", "gain:b>c", "turnover:c", "drive:oxygen", "turnover:b")
SLOPES = np.array(
    [
        [10.0, 0.0, 0.0, 0.0, 0.0],  # one parameter by itself
        [0.0, 6.0, 6.0, 0.0, 0.0],  # a sum of two: they trade off
        [0.0, 0.5, -0.5, 0.0, 0.0],
        [0.0, 0.0, 0.0, 1.2, 0.0],
    ]
)
INFORMATION = SLOPES.T @ SLOPES


def test_widths_are_those_of_the_exact_posterior() -> None:
    found = identify(NAMES, INFORMATION)
    exact = np.sqrt(np.diag(np.linalg.inv(INFORMATION + np.eye(5))))
    widths = {one.name: one.width for one in found.parameters}
    assert [widths[name] for name in NAMES] == pytest.approx(exact, rel=1e-9)
    assert [one.width for one in found.parameters] == sorted(widths.values())


def test_parameters_are_classed_by_what_is_left_of_their_prior() -> None:
    told = {one.name: one.told for one in identify(NAMES, INFORMATION).parameters}
    assert told["gain:a>b"] == "well informed"
    assert told["gain:b>c"] == told["drive:oxygen"] == "partly informed"
    assert told["turnover:b"] == "prior alone"


def test_the_pair_whose_sum_alone_is_known_trades_off() -> None:
    first = identify(NAMES, INFORMATION).pairs[0]
    assert {first.first, first.second} == {"gain:b>c", "turnover:c"}
    covariance = np.linalg.inv(INFORMATION + np.eye(5))
    assert first.correlation == pytest.approx(covariance[1, 2] / covariance[1, 1], rel=1e-9)
    assert first.correlation < -0.9
    assert all("turnover:b" not in (pair.first, pair.second) for pair in identify(NAMES, INFORMATION).pairs)


def test_directions_say_more_than_the_prior_above_one() -> None:
    found = identify(NAMES, INFORMATION)
    assert found.beyond_prior == 3
    assert [one.information for one in found.directions] == pytest.approx([100, 72, 1.44, 0.5, 0], abs=1e-9)
    assert found.directions[0].loadings[0][0] == "gain:a>b"
    assert found.effective == pytest.approx(100 / 101 + 72 / 73 + 1.44 / 2.44 + 1 / 3, rel=1e-9)


def test_compressed_information_keeps_what_is_not_left_to_the_prior() -> None:
    vectors, kept = compress(INFORMATION + np.diag([0, 0, 0, 0, 0.01]))
    assert kept == pytest.approx([100, 72, 1.44, 0.5], rel=1e-9)
    assert vectors.T @ vectors == pytest.approx(np.eye(4), abs=1e-9)
    assert (vectors * kept) @ vectors.T == pytest.approx(INFORMATION, abs=1e-9)
    assert compress(INFORMATION, least=50)[0].shape == (5, 2)


def test_no_information_leaves_everything_to_the_prior() -> None:
    found = identify(NAMES, np.zeros((5, 5)))
    assert found.count("prior alone") == 5
    assert found.beyond_prior == 0 and not found.pairs
    assert compress(np.zeros((5, 5)))[0].shape == (5, 0)


@pytest.mark.parametrize("information", [INFORMATION, np.zeros((5, 5))], ids=["informed", "prior"])
def test_the_tables_fit_on_the_terminal(information: np.ndarray) -> None:
    console = Console(width=100, record=True, file=StringIO())
    print_identified(identify(NAMES, information), console)
    text = console.export_text()
    assert max(map(len, text.splitlines())) <= 100
    assert "prior alone" in text
    assert ("gain:a>b" in text) == bool(information.any())
