"""NUTS along the directions that findings inform: posteriors with known answers, and what it says of Laplace."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Sequence
from io import StringIO

import numpy as np
import pytest
from rich.console import Console

from allodyne.calibrate.fitting import Linear, information, mode_of
from allodyne.calibrate.likelihood import Noise, chances
from allodyne.calibrate.nuts import check_by_nuts
from allodyne.calibrate.nuts_verdict import Checked, print_checked
from allodyne.calibrate.observations import observe
from allodyne.errors import UserError
from allodyne.experiments.experiment import Direction, Experiment, Number, Reading, Side
from allodyne.experiments.measures import Fold
from allodyne.experiments.scenario import Scenario

NOISE = Noise({"animals, fold, log_ratio": 0.2}, 1e-6, {"animals": 0.5, "people": 0.5}, 0.1)
SIDE = Side((Reading(Scenario("rat", "snl"), "microglia", 7.0),), Fold(1.0))


def finding(paper: str, direction: Direction | None = None, size: float | None = None) -> Experiment:
    number = None if size is None else Number("log_ratio", size, 0.1, stated=True)
    told = ("treatment", "rat", "snl", "hbot", "microglia", SIDE, SIDE, direction, number)
    return Experiment(f"{paper}-{direction}-{size}", paper, *told)


def checked(
    findings: Sequence[Experiment], slope: np.ndarray, noise: Noise = NOISE, draws: int = 300
) -> tuple[Checked, np.ndarray]:
    """NUTS on linear predictions that are 0 at the centre of the priors; and the information."""
    pytest.importorskip("numpyro")
    observations = observe(findings)
    linear = Linear(np.zeros(slope.shape[1]), np.zeros(len(findings)), slope)
    mode = mode_of(linear, observations, noise)
    known = information(linear, observations, noise, mode)
    return check_by_nuts(linear, observations, noise, mode, known, warm_up=200, draws=draws), known


def test_sizes_give_the_exact_normal_posterior() -> None:
    random = np.random.default_rng(3)
    slope = random.normal(size=(12, 4)) @ np.diag([1.0, 0.5, 0.3, 0.01])
    sizes = slope @ np.array([1.0, -0.5, 0.8, 0.0]) + random.normal(scale=0.2, size=12)
    found, known = checked([finding(f"paper{k}", size=float(size)) for k, size in enumerate(sizes)], slope)
    exact = np.linalg.eigvalsh(known)[::-1]
    assert found.information == pytest.approx(exact[:3], rel=1e-9)
    assert found.laplace_sd == pytest.approx(1 / np.sqrt(1 + exact[:3]), rel=1e-9)
    assert found.ratio == pytest.approx(np.ones(3), abs=0.12)
    assert found.shift == pytest.approx(np.zeros(3), abs=0.15)
    assert found.standing == "agrees"
    assert "stands" in found.verdict and "3 of 3" in found.verdict
    assert found.as_data()["directions"] == 3


def test_directions_of_one_laboratory_give_the_posterior_of_the_ordered_probit() -> None:
    noise = dataclasses.replace(NOISE, laboratory=0.5, direction={"animals": 0.2, "people": 0.2})
    told: list[Direction] = ["up", "none", "up", "up"]
    slope = np.array([[0.6], [0.2], [1.5], [0.9]])
    found, _ = checked([finding("one", direction) for direction in told], slope, noise)
    along, laboratory = np.meshgrid(np.linspace(-5, 5, 401), np.linspace(-4, 4, 201), indexing="ij")
    likely = np.ones_like(along)
    for row, direction in zip(slope[:, 0], told, strict=True):
        shifted = row * along * (1 + noise.laboratory * laboratory)
        likely *= chances(shifted, np.array(0.2), 0.1)[..., ("down", "none", "up").index(direction)]
    weight = (likely * np.exp(-(along**2 + laboratory**2) / 2)).sum(axis=1)
    weight /= weight.sum()
    mean = float(weight @ along[:, 0])
    sd = float(np.sqrt(weight @ (along[:, 0] - mean) ** 2))
    assert abs(found.mean[0]) == pytest.approx(mean, abs=0.2 * sd)
    assert found.sd[0] == pytest.approx(sd, rel=0.15)
    assert found.effective.min() > 100


def test_verdicts_follow_the_numbers() -> None:
    one = np.ones(4)
    good = Checked(3 * one, 0 * one, one, 0 * one, one, one, 500 * one, 0, 2, 300)
    assert good.standing == "agrees"
    wide = dataclasses.replace(good, sd=np.array([1.0, 1.0, 1.6, 1.0]))
    assert wide.standing == "differs" and "3 of 4 directions only" in wide.verdict
    moved = dataclasses.replace(good, mean=np.array([0.0, 0.0, -0.8, 0.0]))
    assert moved.standing == "differs"
    for bad in ({"r_hat": 1.2 * one}, {"effective": 20 * one}, {"divergences": 50}):
        assert dataclasses.replace(good, **bad).standing == "not converged"


def test_the_directions_that_differ_most_come_first_on_the_terminal() -> None:
    one = np.ones(20)
    shifted = np.where(np.arange(20) == 12, 0.9, 0.0)
    console = Console(width=100, record=True, file=StringIO())
    print_checked(Checked(3 * one, 0 * one, one, shifted, one, one, 500 * one, 0, 2, 300), console)
    text = console.export_text()
    assert max(map(len, text.splitlines())) <= 100
    rows = text.splitlines()
    assert rows[next(k for k, row in enumerate(rows) if set(row.strip()) == {"─"}) + 1].split()[0] == "13"


def test_findings_that_say_little_leave_nothing_to_sample() -> None:
    with pytest.raises(UserError, match="nothing to sample"):
        checked([finding("paper", "up")], np.array([[0.1]]))


def test_without_the_library_the_remedy_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numpyro", None)
    linear, observations = Linear(np.zeros(1), np.zeros(1), np.ones((1, 1))), observe([finding("paper", size=1.0)])
    mode = mode_of(linear, observations, NOISE)
    with pytest.raises(UserError) as raised:
        check_by_nuts(linear, observations, NOISE, mode, np.eye(1))
    assert "pip install 'allodyne[calibrate]'" in str(raised.value)
