"""The most probable parameters and the widths, on linear problems with a known answer."""

from __future__ import annotations

import numpy as np
import pytest
from made_up_experiments import experiment, linear, log_ratio, noise, share
from scipy.optimize import minimize
from scipy.stats import norm

from allodyne.calibrate.fitting import Linear, estimate_noise, information, mode_of, start_noise
from allodyne.calibrate.likelihood import Noise, chances, pull
from allodyne.calibrate.observations import Observations, observe
from allodyne.calibrate.parameters import load_settings
from allodyne.experiments.experiment import Experiment

LOOSE = {
    "noise": {
        "wander": 3.0,
        "laboratory": 0.3,
        "direction": {"animals": 0.5, "people": 0.5},
        "none": 0.2,
        "size": {"log_ratio": 0.5, "value": 0.5},
        "size_in_points": 0.7,
    }
}
"""Starts that are far from the truth, and hardly a pull towards them."""


def shares(count: int, seed: int = 2) -> list[Experiment]:
    random = np.random.default_rng(seed)
    return [
        share(value, se) for value, se in zip(random.normal(size=count), random.uniform(0.1, 1, count), strict=True)
    ]


def mixed(seed: int = 3) -> list[Experiment]:
    """Sizes and directions of six laboratories, in rats and people."""
    random = np.random.default_rng(seed)
    told: list[Experiment] = []
    for number in range(24):
        paper, animal = f"laboratory-{number % 6}", "rat" if number % 3 else "human"
        if number % 2:
            told.append(log_ratio(float(random.normal()), 0.3, paper=paper))
        else:
            told.append(experiment(paper=paper, animal=animal, direction=("up", "down", "none")[number % 5 % 3]))
    return told


@pytest.mark.parametrize(("count", "parameters"), [(30, 4), (4, 9)])
def test_mode_and_covariance_of_sizes_are_the_closed_form(count: int, parameters: int) -> None:
    observed, model = observe(shares(count)), linear(count, parameters)
    weights = 1 / (0.3**2 + observed.se**2)
    precision = np.eye(parameters) + model.slope.T @ (weights[:, None] * model.slope)
    miss = observed.value - model.at(np.zeros(parameters))

    mode = mode_of(model, observed, noise())

    np.testing.assert_allclose(mode.point, np.linalg.solve(precision, model.slope.T @ (weights * miss)), atol=1e-9)
    np.testing.assert_allclose(
        information(model, observed, noise(), mode) + np.eye(parameters), precision, rtol=1e-9, atol=1e-9
    )
    assert mode.gradient < 1e-6


def negative_log_posterior(model: Linear, observed: Observations, widths: Noise, z: np.ndarray) -> float:
    """The same density, written down a second time."""
    parameters = model.slope.shape[1]
    laboratories = widths.laboratory * z[parameters:]
    shifted = (model.value + model.slope @ (z[:parameters] - model.point)) * (1 + laboratories[observed.laboratory])
    total = 0.5 * float(z @ z)
    for row, one in enumerate(observed.experiments):
        if one.number is not None:
            sd = np.hypot(widths.size[one.family], one.number.se)
            total -= float(norm.logpdf(one.number.value, shifted[row], sd))
        else:
            width = widths.direction["people" if one.in_people else "animals"]
            each = chances(shifted[row], np.array(width), widths.none)
            total -= float(np.log(each[("down", "none", "up").index(str(one.direction))]))
    return total


def test_the_mode_of_sizes_and_directions_is_that_of_a_general_minimiser() -> None:
    observed, model = observe(mixed()), linear(24, 5, spread=0.4)
    mode = mode_of(model, observed, noise())
    here = np.concatenate([mode.point, mode.laboratories / noise().laboratory])

    def density(z: np.ndarray) -> float:
        return negative_log_posterior(model, observed, noise(), z)

    found = minimize(density, here, tol=1e-10)

    assert mode.cost == pytest.approx(negative_log_posterior(model, observed, noise(), here), rel=1e-9)
    assert mode.cost == pytest.approx(found.fun, abs=1e-4)
    np.testing.assert_allclose(mode.point, found.x[:5], atol=5e-3)
    assert mode.gradient < 0.05


def test_information_integrates_the_laboratories_out() -> None:
    observed, model, widths = observe(mixed()), linear(24, 5, spread=0.4), noise()
    mode = mode_of(model, observed, widths)
    factor = 1 + mode.laboratories[observed.laboratory]
    predicted = model.at(mode.point)
    weights = pull(observed, widths, predicted * factor).curvature
    jacobian = np.zeros((24, 5 + 6))
    jacobian[:, :5] = model.slope * factor[:, None]
    jacobian[np.arange(24), 5 + observed.laboratory] = predicted * widths.laboratory
    whole = jacobian.T @ (weights[:, None] * jacobian) + np.eye(11)

    marginal = np.linalg.inv(information(model, observed, widths, mode) + np.eye(5))

    np.testing.assert_allclose(marginal, np.linalg.inv(whole)[:5, :5], rtol=1e-8, atol=1e-10)


def moved_by(papers: list[str]) -> float:
    """How far records that ask for twice the predicted size move a parameter."""
    observed = observe([log_ratio(2.0, 0.1, paper=paper) for paper in papers])
    model = Linear(np.zeros(1), np.ones(len(papers)), np.ones((len(papers), 1)))
    return float(mode_of(model, observed, noise()).point[0])


def test_one_laboratory_with_many_records_moves_less_than_many_laboratories() -> None:
    one, many, single = moved_by(["a"] * 12), moved_by(list("abcdefghijkl")), moved_by(["a"])

    assert 0 < single <= one < many
    assert one - single < 0.7 * (many - single)


def test_one_laboratory_says_less_than_many() -> None:
    def said(papers: list[str]) -> float:
        observed = observe([log_ratio(2.0, 0.1, paper=paper) for paper in papers])
        model = Linear(np.zeros(1), np.ones(len(papers)), np.ones((len(papers), 1)))
        return float(information(model, observed, noise(), mode_of(model, observed, noise()))[0, 0])

    assert said(["a"] * 12) < 0.5 * said(list("abcdefghijkl"))
    # however many records it has, a laboratory says no more than its own deviation lets it
    assert said(["a"] * 400) < 1 / noise().laboratory ** 2 * 2


def test_findings_that_are_not_predicted_change_nothing() -> None:
    told, model = mixed(), linear(24, 5, spread=0.4)
    value, slope = model.value.copy(), model.slope.copy()
    value[3], slope[8, 1] = np.nan, np.nan
    broken = Linear(model.point, value, slope)
    kept = np.ones(24, dtype=bool)
    kept[[3, 8]] = False

    found = mode_of(broken, observe(told), noise())
    without = mode_of(model.only(kept), observe(told).only(kept), noise())

    np.testing.assert_allclose(found.point, without.point, atol=1e-6)
    assert found.cost == pytest.approx(without.cost, abs=1e-9)
    np.testing.assert_allclose(
        information(broken, observe(told), noise(), found),
        information(model.only(kept), observe(told).only(kept), noise(), without),
        atol=1e-5,
    )


def test_without_findings_the_priors_stay() -> None:
    observed, model = observe(mixed()).only(np.zeros(24, dtype=bool)), linear(0, 3)

    mode = mode_of(model, observed, noise())

    np.testing.assert_allclose(mode.point, 0.0, atol=1e-9)
    assert not information(model, observed, noise(), mode).any()


def simulated(seed: int) -> tuple[Linear, Observations]:
    """Sizes of two families and many laboratories, drawn from known widths, and a direction."""
    random = np.random.default_rng(seed)
    records, papers, parameters = 700, 120, 6
    model = Linear(
        np.zeros(parameters),
        random.choice([-1.0, 1.0], records) * random.uniform(0.3, 1.5, records),
        0.05 * random.normal(size=(records, parameters)),
    )
    truth = model.at(random.normal(size=parameters))
    laboratory = random.integers(0, papers, records)
    shifted = truth * (1 + 0.5 * random.normal(size=papers)[laboratory])
    told = []
    for row in range(records):
        paper, se = f"paper-{laboratory[row]}", float(random.uniform(0.05, 0.2))
        if row % 2:
            told.append(log_ratio(shifted[row] + np.hypot(0.35, se) * random.normal(), se, paper=paper))
        else:
            told.append(share(truth[row] + np.hypot(0.12, se) * random.normal(), se, paper=paper))
    return model, observe([*told, experiment()])


def test_widths_of_a_simulated_set_are_recovered() -> None:
    model, observed = simulated(5)
    with_direction = Linear(model.point, np.append(model.value, 0.3), np.vstack([model.slope, np.ones(6)]))

    found = estimate_noise(with_direction, observed, LOOSE)

    assert found.size["animals, fold, log_ratio"] == pytest.approx(0.35, rel=0.15)
    assert found.size["animals, fold, value"] == pytest.approx(0.12, rel=0.15)
    assert found.laboratory == pytest.approx(0.5, rel=0.2)
    assert (found.direction, found.none) == (LOOSE["noise"]["direction"], LOOSE["noise"]["none"])


def test_few_findings_leave_the_widths_near_their_start() -> None:
    observed, model = observe(mixed()[:4]), linear(24, 5, spread=0.4).only(np.arange(24) < 4)
    settings = load_settings()

    start, found = start_noise(observed, settings), estimate_noise(model, observed, settings)

    for name, width in found.size.items():
        assert abs(np.log(width / start.size[name])) < 3 * settings["noise"]["wander"]
