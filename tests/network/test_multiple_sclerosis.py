"""The attack on myelin: what feeds itself, what comes back, and what does not."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from allodyne.network import Network
from allodyne.network.actions import Action
from allodyne.network.signal import signal
from allodyne.signals import Signal
from allodyne.simulate.parameters import Parameters
from allodyne.simulate.solve import solve
from allodyne.simulate.structure import Structure
from allodyne.simulate.timeline import build_timeline
from allodyne.subjects.conditions import find_condition
from allodyne.subjects.population import draw_population, people_against_animals, typical_subject
from allodyne.treatments.drugs import DrugCourse, drug_actions
from allodyne.treatments.hbot import Hbot

Levels = dict[str, np.ndarray]
Simulate = Callable[..., Levels]
YEARS = 365.0


@pytest.fixture(scope="module")
def in_people(network: Network, structure: Structure) -> Simulate:
    """Fold changes of all species in a typical patient whose MS began years before day 0."""
    sizes = {name: drive.people.value for name, drive in network.drives.items() if drive.people}
    person = typical_subject(structure).scaled(*people_against_animals(network, structure))

    def levels(days: Sequence[float], signals: Sequence[Signal] = (), actions: Sequence[Action] = ()) -> Levels:
        disease = find_condition("ms").signals("human")
        acting = [scaled(one, sizes.get(one.drive, 1.0)) for one in (*disease, *signals)]
        return solved(structure, acting, list(actions), days, disease[0].start, person)

    return levels


def scaled(signal: Signal, size: float) -> Signal:
    terms = tuple((size * amplitude, rate) for amplitude, rate in signal.terms)
    return Signal(signal.drive, signal.start, signal.end, size * signal.constant, terms)


def solved(
    structure: Structure,
    signals: list[Signal],
    actions: list[Action],
    days: Sequence[float],
    start: float,
    subject: Parameters | None = None,
) -> Levels:
    line = build_timeline(structure, signals, actions, np.array([start, *days]), start)
    subjects = subject or typical_subject(structure)
    values = solve(structure, [(line, subjects)], structure.species, 3e-3, check=False)[0].values
    return {name: values[1:, row, 0] for row, name in enumerate(structure.species)}


def attack(weeks: float) -> Signal:
    return Signal("autoimmunity", 0.0, 7 * weeks, 1.0)


@pytest.fixture(scope="module")
def after_an_attack(structure: Structure) -> Levels:
    """At the end of four weeks of autoimmunity, and a year later."""
    return solved(structure, [attack(4)], [], [28.0, 28.0 + YEARS], 0.0)


def test_axons_do_not_come_back_after_the_attack(after_an_attack: Levels) -> None:
    end, later = after_an_attack["axonal_loss_cns"]

    assert end > 1.03
    assert later >= 0.98 * end


def test_cells_barrier_and_myelin_come_back_in_large_part(after_an_attack: Levels) -> None:
    for name in ("cd4_t_cells", "cns_macrophages", "bbb_permeability", "cns_inflammation", "demyelination"):
        end, later = np.log(after_an_attack[name])
        assert end > 0.2, name
        assert abs(later) < 0.15 * end, name


def test_the_barrier_lets_in_what_opens_it_and_the_loop_dies_out(network: Network) -> None:
    """B4: around the loops of the barrier a push comes back smaller."""
    gain = {name: edge.weight for name, edge in network.edges.items()}
    opened = gain["cns_inflammation>bbb_permeability"]
    back = gain["bbb_permeability>cns_macrophages"] * gain["cns_macrophages>cns_inflammation"]
    cells = gain["bbb_permeability>cd4_t_cells"]
    back += cells * gain["cd4_t_cells>cns_inflammation"]
    back += cells * gain["cd4_t_cells>cns_macrophages"] * gain["cns_macrophages>cns_inflammation"]

    assert 0 < opened * back < 1


def test_without_antibodies_and_macrophages_less_myelin_is_lost(structure: Structure) -> None:
    """B1, B2."""
    hidden = [Signal("drug:x", 0.0, math.inf, 1e6)]
    whole = solved(structure, [attack(4)], [], [28.0], 0.0)["demyelination"][0]

    for name in ("myelin_antibodies", "cns_macrophages", "cd4_t_cells"):
        blocked = [Action("drug:x", name, "block", 0.99)]
        assert solved(structure, [attack(4), *hidden], blocked, [28.0], 0.0)["demyelination"][0] < whole, name


def test_repair_needs_precursors_and_is_limited(structure: Structure) -> None:
    """B5: more precursors give more remyelination, which undoes a part of the loss only."""
    days = [28.0]
    usual = solved(structure, [attack(6)], [], days, 0.0)
    more = solved(
        structure, [attack(6), Signal("drug:x", 0.0, math.inf, 1e6)], [Action("drug:x", "opc", "shift", 1.0)], days, 0.0
    )

    assert more["remyelination"][0] > 1.1 * usual["remyelination"][0]
    assert 1.2 < more["demyelination"][0] < usual["demyelination"][0]


def slowest_swing(
    network: Network, structure: Structure, subjects: Parameters, subject: int, level: np.ndarray
) -> float:
    """Growth rate per day of the least damped swing about a state, a swing being what turns faster than it fades.

    Species are taken with their full slope, as above health, where they act most.
    """
    row = {name: number for number, name in enumerate(structure.species)}
    push, full = 1e-4, np.ones_like(level)
    slope = (signal(level + push, full) - signal(level - push, full)) / (2 * push)
    pull = np.zeros((len(level), len(level)))
    for number, name in enumerate(structure.edges):
        edge = network.edges[name]
        if not edge.from_drive:
            source, target = row[edge.source], row[edge.target]
            pull[target, source] += level[target] * subjects.gains[number, subject] * slope[source]
    modes = np.linalg.eigvals((pull - np.eye(len(level))) / subjects.turnover[:, subject, None])
    return float(max((mode.real for mode in modes if abs(mode.imag) > abs(mode.real)), default=-math.inf))


def test_swings_of_the_lesion_die_out_within_weeks(network: Network, structure: Structure) -> None:
    """The typical person and some drawn ones, in health and years into MS."""
    condition = find_condition("ms")
    size = network.drives["autoimmunity"].people
    assert size is not None
    disease = [scaled(one, size.value) for one in condition.signals("human")]
    start = disease[0].start
    line = build_timeline(structure, disease, [], np.array([start, 0.0]), start)
    drawn = draw_population(network, structure, 8, 1, condition.severity_sd.value)
    for subjects in (typical_subject(structure), drawn):
        levels = solve(structure, [(line, subjects)], structure.species, 3e-3, check=False)[0].values[-1]
        for subject in range(subjects.subjects):
            for level in (np.ones(len(levels)), levels[:, subject]):
                assert slowest_swing(network, structure, subjects, subject, level) < -0.05


def test_steady_disease_of_people(in_people: Simulate) -> None:
    level = in_people([0.0, YEARS])

    assert 3 < level["lesion_activity"][0] < 8
    assert 1.3 < level["demyelination"][0] < 2.5
    assert 0.02 < level["axonal_loss_cns"][1] - level["axonal_loss_cns"][0] < 0.06
    growth = np.log(level["disability"][1]) / np.log(level["disability"][0]) - 1
    assert 2.5 * growth == pytest.approx(0.12, abs=0.05)
    assert level["spontaneous_pain"][0] > 1.3


def test_hbot_leaves_lesions_and_disability_of_people(in_people: Simulate) -> None:
    """Twenty sessions at 2 ATA, as in the sham-controlled trials."""
    hbot = Hbot(pressure_ata=2.0, minutes=90, sessions=20, per_week=5, start_day=0).signals("human")
    days = [7.0, 14.0, 26.0, 60.0]
    untreated, treated = in_people(days), in_people(days, hbot)

    for name in ("lesion_activity", "disability"):
        change = np.log(treated[name]) / np.log(untreated[name]) - 1
        assert np.abs(change).max() < 0.08, name
    assert np.all(treated["cns_inflammation"][:3] < untreated["cns_inflammation"][:3])


def test_first_oxidants_then_defence(in_people: Simulate) -> None:
    """B12, B15: a session relieves hypoxia and raises ROS at once; after the course defence is up and ROS is down."""
    hbot = Hbot(pressure_ata=2.0, minutes=90, sessions=20, per_week=5, start_day=0, at="10:00").signals("human")
    days = [11.4 / 24, 27.0]
    untreated, treated = in_people(days), in_people(days, hbot)

    assert treated["ros_cns"][0] > 1.05 * untreated["ros_cns"][0]
    assert treated["cns_hypoxia"][0] < 0.8 * untreated["cns_hypoxia"][0]
    assert treated["antioxidant_defence"][1] > 1.1 * untreated["antioxidant_defence"][1]
    assert treated["ros_cns"][1] < untreated["ros_cns"][1]


@pytest.mark.parametrize(
    ("course", "published"),
    [
        ({"name": "natalizumab", "dose_mg": 300, "route": "iv", "days": [*range(0, 360, 28)]}, 0.32),
        ({"name": "interferon beta-1a", "dose_mg": 0.044, "route": "sc", "per_week": 3, "weeks": 52}, 0.66),
        ({"name": "ocrelizumab", "dose_mg": 600, "route": "iv", "days": [0, 168]}, 0.35),
    ],
)
def test_relapse_rate_under_drugs(in_people: Simulate, course: dict[str, Any], published: float) -> None:
    days = [120.0, 180.0, 240.0, 300.0, 330.0]
    drug = DrugCourse(**course)
    usual = np.log(in_people([0.0])["lesion_activity"][0])
    treated = in_people(days, drug.signals("human"), drug_actions([drug.name], "human"))

    assert np.log(treated["lesion_activity"]).mean() / usual == pytest.approx(published, abs=0.1)


def test_methylprednisolone_closes_the_barrier_for_days(in_people: Simulate) -> None:
    pulse = DrugCourse(name="methylprednisolone", dose_mg=1000, route="iv", days=[0, 1, 2, 3, 4])
    days = [-1.0, 4.9, 30.0]
    level = in_people(days, pulse.signals("human"), drug_actions([pulse.name], "human"))

    assert level["bbb_permeability"][1] < 0.8 * level["bbb_permeability"][0]
    assert level["disability"][1] < level["disability"][0]
    assert level["bbb_permeability"][2] == pytest.approx(level["bbb_permeability"][0], rel=0.15)
