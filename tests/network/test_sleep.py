"""Sleep and pain: who disturbs whom, and by how much."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from allodyne.network import Network
from allodyne.signals import Signal
from allodyne.simulate.parameters import Parameters
from allodyne.simulate.solve import solve
from allodyne.simulate.structure import Structure
from allodyne.simulate.timeline import build_timeline
from allodyne.subjects.conditions import find_condition
from allodyne.subjects.population import typical_subject
from allodyne.treatments import TREATMENTS

PAIN = ["mechanical_hypersensitivity", "thermal_hypersensitivity", "cold_hypersensitivity", "spontaneous_pain"]
SLEEP = "sleep_disturbance"
RUNNING = {"mode": "treadmill", "minutes": 30, "speed_m_min": 15, "per_week": 5, "weeks": 4, "start_day": 3}
NEEDLING = {
    "mode": "electro",
    "minutes": 30,
    "frequency_hz": [2],
    "per_week": 3,
    "weeks": 4,
    "start_day": 3,
}


def signals(condition: str, treatment: str = "", fields: dict[str, object] | None = None) -> list[Signal]:
    """Signals of rats with a lesion and perhaps a treatment."""
    lesion = find_condition(condition).signals("rat")
    return [*lesion, *(TREATMENTS[treatment](**fields).signals("rat") if fields else [])]


def without(structure: Structure, edges: Sequence[str]) -> Parameters:
    """The typical subject in whom some edges do nothing."""
    usual = typical_subject(structure)
    assert set(edges) <= set(structure.edges)
    silent = np.isin(np.array(structure.edges), edges)
    return Parameters(usual.turnover, np.where(silent[:, None], 0.0, usual.gains), usual.exposure)


def logs(
    structure: Structure, arms: Sequence[tuple[list[Signal], Parameters]], species: list[str], day: float = 28.0
) -> list[np.ndarray]:
    """Logarithms of species on a day, one array for each arm."""
    lines = [
        (build_timeline(structure, given, [], np.array([0.0, day]), 0.0), parameters) for given, parameters in arms
    ]
    return [np.log(arm.values[1, :, 0]) for arm in solve(structure, lines, species, 3e-3, check=False)]


def test_nerve_injury_disturbs_sleep_and_a_healed_crush_does_not(structure: Structure) -> None:
    usual = typical_subject(structure)
    [early, late] = [logs(structure, [(signals("crush"), usual)], [SLEEP], day)[0][0] for day in (7.0, 120.0)]
    [[lasting]] = logs(structure, [(signals("sni"), usual)], [SLEEP], 120.0)
    assert early > 0.2
    assert abs(late) < 0.02
    assert lasting > 0.4


def test_running_and_needling_improve_sleep_beyond_what_they_do_to_pain(structure: Structure) -> None:
    usual = typical_subject(structure)
    by_adaptation = {"exercise": "training_state", "acupuncture": "stimulation_memory"}
    for treatment, fields in (("exercise", RUNNING), ("acupuncture", NEEDLING)):
        treated = signals("cci", treatment, fields)
        [untreated, both, through_pain] = logs(
            structure,
            [
                (signals("cci"), usual),
                (treated, usual),
                (treated, without(structure, [f"{by_adaptation[treatment]}>{SLEEP}"])),
            ],
            [SLEEP],
        )
        assert both[0] < through_pain[0] < untreated[0]


def test_sleep_follows_pain_about_in_proportion(structure: Structure) -> None:
    usual = typical_subject(structure)
    [[severe, badly], [mild, better]] = logs(
        structure, [(signals("sni"), usual), (signals("stz"), usual)], ["spontaneous_pain", SLEEP]
    )
    assert mild / severe < 0.6
    assert better / badly == pytest.approx(mild / severe, abs=0.1)


def test_better_sleep_inhibits_pain(structure: Structure) -> None:
    species = ["descending_inhibition", "spontaneous_pain"]
    [with_loss, with_sleep] = logs(
        structure,
        [
            (signals("sni"), typical_subject(structure)),
            (signals("sni"), without(structure, [f"spontaneous_pain>{SLEEP}"])),
        ],
        species,
    )
    assert with_sleep[0] > with_loss[0]
    assert with_sleep[1] < with_loss[1]


@pytest.mark.parametrize("condition", ["cci", "snl", "sni", "stz", "paclitaxel"])
def test_what_sleep_gives_back_to_pain_changes_results_in_animals_by_two_percent_at_most(
    network: Network, structure: Structure, condition: str
) -> None:
    back = [edge.id for edge in network.out_of(SLEEP)]
    assert back
    given = signals(condition)
    [found, cut] = logs(structure, [(given, typical_subject(structure)), (given, without(structure, back))], PAIN)
    np.testing.assert_allclose(found, cut, rtol=0.02, atol=0.002)


def test_only_the_loss_of_a_limb_reorganises_the_cortex(structure: Structure) -> None:
    usual = typical_subject(structure)
    limb = [Signal("deafferentation", 0.0, float("inf"), 0.8)]
    [injured, lost] = logs(
        structure, [(signals("sni"), usual), (limb, usual)], ["cortical_reorganisation", "spontaneous_pain"], 90.0
    )
    assert injured[0] == pytest.approx(0, abs=1e-6)
    assert lost[0] > 0.3
    assert lost[1] > 0.1
