"""EAE: when signs come, how high they rise and what stays; MS of people as trials enrol it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import yaml

from allodyne.experiments.scenario import Scenario
from allodyne.network import load_network
from allodyne.simulate.solve import solve
from allodyne.simulate.structure import Structure
from allodyne.simulate.timeline import build_timeline
from allodyne.subjects.conditions import find_condition
from allodyne.subjects.population import typical_subject

DAYS = np.array([0.0, 6, 8, 10, 12, 14, 16, 18, 20, 22, 28, 34, 40, 60, 100])
HBOT = {"hbot": {"pressure_ata": 2.5, "minutes": 240, "sessions": 34, "per_week": 7, "start_day": 0}}
ELECTRO = {"acupuncture": {"mode": "electro", "frequency_hz": [2], "minutes": 30, "sessions": 21, "per_week": 7}}
RUNNING = {"exercise": {"mode": "treadmill", "intensity": "vigorous", "minutes": 60, "weeks": 5, "per_week": 5}}


def course(
    structure: Structure, animal: str, name: str, plans: Sequence[dict[str, Any]], days: np.ndarray = DAYS
) -> np.ndarray:
    """The logarithm of a species over time in a typical animal."""
    scenario = Scenario(animal, "eae", tuple(yaml.safe_dump(plan) for plan in plans))
    line = build_timeline(structure, scenario.signals(load_network()), scenario.actions(), days, 0.0)
    subject = typical_subject(structure)
    return np.asarray(np.log(solve(structure, [(line, subject)], [name], 3e-3, check=False)[0].values[:, 0, 0]))


@pytest.mark.parametrize(("animal", "peak_from", "peak_to"), [("mouse", 14, 22), ("rat", 10, 16)])
def test_signs_come_in_the_second_week(structure: Structure, animal: str, peak_from: float, peak_to: float) -> None:
    score = course(structure, animal, "disability", [])

    assert score[DAYS == 6][0] < 0.35 * score.max()
    assert peak_from <= DAYS[score.argmax()] <= peak_to
    assert score.max() > 1.2


def test_rats_recover_and_mice_do_so_in_part(structure: Structure) -> None:
    rat, mouse = (course(structure, animal, "disability", []) for animal in ("rat", "mouse"))

    assert rat[DAYS == 28][0] < 0.2 * rat.max()
    assert 0.5 * mouse.max() < mouse[DAYS == 60][0] < 0.9 * mouse.max()


def test_most_axons_of_mice_are_lost_by_day_30(structure: Structure) -> None:
    lost = np.expm1(course(structure, "mouse", "axonal_loss_cns", []))

    assert lost[DAYS == 28][0] > 0.05
    assert lost[DAYS == 28][0] - lost[DAYS == 14][0] > lost[DAYS == 40][0] - lost[DAYS == 28][0]


def test_hbot_holds_signs_back_and_protection_is_lost_after_it(structure: Structure) -> None:
    untreated, treated = (course(structure, "mouse", "disability", plans) for plans in ([], [HBOT]))
    share = treated / np.maximum(untreated, 0.01)

    assert np.all(treated[1:10] < untreated[1:10])
    assert share[DAYS == 10][0] < 0.9
    assert share[DAYS == 60][0] > share[DAYS == 10][0]


def test_naloxone_undoes_electroacupuncture(structure: Structure) -> None:
    naloxone = {"drug": {"name": "naloxone", "dose_mg_kg": 5, "route": "ip", "sessions": 21, "per_week": 7}}
    day = np.array([0.0, 13.0])
    untreated, treated, blocked = (
        course(structure, "rat", "disability", plans, day)[1] for plans in ([], [ELECTRO], [ELECTRO, naloxone])
    )

    assert treated < blocked < untreated + 0.02


def test_running_delays_onset(structure: Structure) -> None:
    untreated, treated = (course(structure, "rat", "disability", plans) for plans in ([], [RUNNING]))

    assert np.all(treated[2:5] < untreated[2:5])


def test_people_are_enrolled_with_old_relapsing_disease() -> None:
    condition = find_condition("ms")
    edss, relapses = condition.reported("edss"), condition.relapses

    assert condition.animals == ("human",)
    assert all(signal.start < -5 * 365 for signal in condition.signals("human"))
    assert edss is not None
    assert relapses is not None
    assert 1.5 < edss.baseline.value < 4
    assert 0.2 < relapses.rate.value < 0.75
