"""Synthetic results: a small study whose effects are known."""

import json
from collections.abc import Callable

import numpy as np
import pytest
import xarray as xr

from allodyne.report import Results

ARMS = ("untreated", "hbot", "hbot + exercise")
RELIEF = {"untreated": 0.0, "hbot": 3.0, "hbot + exercise": 5.0}
BASELINE = {"mechanical_threshold": 15.0, "thermal_latency": 10.0}
STUDY_YAML = "study: HBOT after spinal nerve ligation\nsubjects: {species: rat, condition: snl, n: 60, seed: 1}\n"
HBOT = {"arm": "hbot", "against": "untreated"}
PUBLISHED = [
    {
        **HBOT,
        "outcome": "mechanical_threshold",
        "day": 7,
        "value": 2.9,
        "ci": [2.1, 3.7],
        "units": "g",
        "source": "guo2019",
    },
    {**HBOT, "outcome": "p_mtor", "day": 14, "direction": "down", "source": "liu2019"},
]

Make = Callable[..., Results]


def course(days: np.ndarray) -> np.ndarray:
    """Share of the full effect: none before day 1, all from day 7 on."""
    return np.clip((days - 1) / 6, 0, 1)


def build(
    failed: bool = False, subjects: int = 60, days: int = 29, seed: int = 1, draws: int = 0, **attrs: object
) -> Results:
    """Build results of three arms, two endpoints and two biomarkers; ``failed`` loses subjects 0 and 5 of arm hbot.

    With ``draws`` the threshold of the typical subject is 5 g at any time, and its relief 0 to twice that of subjects.
    """
    random = np.random.default_rng(seed)
    day = np.arange(days, dtype=float)
    status = np.zeros((len(ARMS), subjects), dtype=np.int8)
    if failed:
        status[1, [0, 5]] = 2, 1
    lost = (status != 0)[:, None, :]
    variables: dict[str, object] = {"status": (("arm", "subject"), status)}

    def add(name: str, true: np.ndarray, error: float, **about: str) -> None:
        measured = true * np.exp(error * random.standard_normal(true.shape))
        for variable, values in ((name, measured), (f"{name}_true", true)):
            variables[variable] = (("arm", "day", "subject"), np.where(lost, np.nan, values), about)

    pain = 1 - 0.6 * (day[:, None] > 0) * np.ones(subjects)
    benefit = random.uniform(0.5, 1.5, subjects)
    for name, baseline in BASELINE.items():
        own = baseline * np.exp(0.15 * random.standard_normal(subjects))
        true = np.stack([own * pain + RELIEF[arm] * course(day)[:, None] * benefit for arm in ARMS])
        label, units = name.replace("_", " "), "g" if name == "mechanical_threshold" else "s"
        add(name, true, 0.1, units=units, label=label, kind="endpoint", species=name, orientation="up is relief")
    for name, sign in (("p_mtor", -1), ("lc3_ii", 1)):
        own = np.exp(0.1 * random.standard_normal(subjects)) * (1 + 0.8 * (day[:, None] > 0))
        true = np.stack([own * np.exp(sign * 0.15 * RELIEF[arm] * course(day)[:, None] * benefit) for arm in ARMS])
        add(name, true, 0.05, units="fold", label=name, kind="biomarker", species=name, orientation="up is more of it")

    hbot = [[d + 10 / 24, d + 11 / 24, "hbot", "HBOT 2.0 ATA, 60 min"] for d in range(1, 8)]
    run = [[d + 14 / 24, d + 14.5 / 24, "exercise", "treadmill 16 m/min, 30 min"] for d in range(1, 20, 2)]
    about = {
        "study": "HBOT after spinal nerve ligation",
        "allodyne_version": "0.1.0",
        "jax_version": "0.10",
        "seed": 1,
        "tolerance": 1e-3,
        "achieved_error": 4e-4,
        "condition": "snl",
        "animal": "rat",
        "subjects": subjects,
        "created": "2026-01-01",
        "runtime_s": 3.2,
        "parameters": "as shipped",
        "sources": json.dumps(["ablin2023", "not-a-source"]),
        "context_of_use": "For exploring hypotheses; never dosing advice for a person.",
        "sessions": json.dumps({"untreated": [], "hbot": hbot, "hbot + exercise": sorted(hbot + run)}),
        "control": "untreated",
        "study_yaml": STUDY_YAML,
        "published": json.dumps(PUBLISHED),
    }
    coords = {"arm": list(ARMS), "day": day, "subject": np.arange(subjects)}
    if draws:
        share = np.linspace(0, 2, draws)
        threshold = np.stack([5 + RELIEF[arm] * course(day)[:, None] * share for arm in ARMS])
        variables["mechanical_threshold_draws"] = (("arm", "day", "draw"), threshold)
    return Results(xr.Dataset(variables, coords, {**about, **attrs}))


@pytest.fixture(scope="session")
def make() -> Make:
    """Builder of synthetic results."""
    return build


@pytest.fixture(scope="session")
def results() -> Results:
    """Results in which every subject was solved."""
    return build()


@pytest.fixture(scope="session")
def drawn() -> Results:
    """Results with draws of the parameters."""
    return build(draws=41, calibration="calibrated on 12 findings")


@pytest.fixture(scope="session")
def failing() -> Results:
    """Results in which two subjects of arm hbot failed."""
    return build(failed=True)
