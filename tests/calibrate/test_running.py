"""A calibration from start to end on few findings, killed and taken up again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from allodyne.calibrate.folds import fold_of
from allodyne.calibrate.parameters import space_of
from allodyne.calibrate.posterior import read_posterior, save_posterior
from allodyne.calibrate.running import Calibrated, Calibration, Plan
from allodyne.calibrate.shipping import fitted_numbers, posterior_of
from allodyne.experiments.experiment import Experiment
from allodyne.experiments.expressing import express
from allodyne.network import Network
from allodyne.simulate.structure import Structure

PLAN = Plan(folds=2, starts=2, rounds=2)


def finding(name: str, paper: str, variable: str, direction: str, **result: Any) -> dict[str, Any]:
    return {
        "id": name,
        "paper": paper,
        "kind": "injury",
        "species": "rat",
        "condition": "cci",
        "treatments": [],
        "comparator": "naive",
        "outcome": {"variable": variable, "time_days": 3},
        "result": {"direction": direction} | result,
    }


@pytest.fixture(scope="module")
def experiments() -> Sequence[Experiment]:
    fold = {"effect": {"type": "ratio", "estimate": 6.0, "ci_low": 5.0, "ci_high": 7.2}}
    return express(
        [
            finding("one", "made-up-one", "mechanical_threshold", "down"),
            finding("two", "made-up-two", "ngf", "up", **fold),
            finding("three", "made-up-three", "bdnf", "up"),
        ]
    ).experiments


@pytest.fixture(scope="module")
def calibrate(
    network: Network, structure: Structure, experiments: Sequence[Experiment]
) -> Callable[[Path, Callable[[str, int, int], None]], Calibrated]:
    return lambda folder, tell: Calibration(network, structure, experiments, PLAN, folder).run(tell)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, calibrate: Callable[..., Calibrated]) -> Calibrated:
    return calibrate(tmp_path_factory.mktemp("whole"), lambda *_: None)


def test_a_size_draws_the_gains_behind_it(found: Calibrated) -> None:
    row = next(k for k, one in enumerate(found.observations.experiments) if one.id == "two")
    begun = found.linear.at(np.zeros(found.space.size))[row]
    published = found.observations.value[row]

    assert abs(found.linear.value[row] - published) < abs(begun - published)
    assert found.best.step >= 0.0 and found.best.gradient < 1e-2


def test_a_part_that_never_saw_a_paper_follows_it_less_than_one_that_did(found: Calibrated) -> None:
    row = next(k for k, one in enumerate(found.observations.experiments) if one.id == "two")
    left_out = fold_of("made-up-two", PLAN.folds)

    moved = [float(found.linear.slope[row] @ fit.point) for fit in found.fits[1 : 1 + PLAN.folds]]

    assert moved[1 - left_out] > moved[left_out] + 0.01


def test_a_killed_calibration_goes_on_and_finds_the_same(
    tmp_path: Path, calibrate: Callable[..., Calibrated], found: Calibrated
) -> None:
    def until_steps(stage: str, *_: int) -> None:
        if stage == "round 2 of 2, derivatives":
            raise KeyboardInterrupt

    stages: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        calibrate(tmp_path, until_steps)
    again = calibrate(tmp_path, lambda stage, *_: stages.append(stage))

    assert "round 1 of 2, steps" not in stages
    np.testing.assert_allclose(again.best.point, found.best.point, rtol=1e-12, atol=1e-15)


def test_what_ships_is_read_back_and_gives_the_same_parameters(
    tmp_path: Path, found: Calibrated, network: Network, structure: Structure
) -> None:
    posterior = posterior_of(found, PLAN, {"made-up.yaml": "0"})
    save_posterior(posterior, tmp_path)
    read = read_posterior(tmp_path)

    np.testing.assert_allclose(read.point, posterior.point, rtol=1e-12)
    assert read.papers == {"made-up-one", "made-up-two", "made-up-three"}
    assert read.provenance["starts"]["starts"] == 2
    space = space_of(network, structure)
    gains, _ = fitted_numbers(structure, space, read.point)
    expected = np.abs(space.columns(read.point[:, None]).animals.gains[:, 0])
    np.testing.assert_allclose([gains[name] for name in structure.edges], expected, rtol=1e-12)
