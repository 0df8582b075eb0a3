"""Inflamed, incised, acid and ischaemic tissue, and other models of animals: what they do, and for how long."""

from __future__ import annotations

import numpy as np
import pytest

from allodyne import Study

PAIN = ["mechanical_threshold", "thermal_latency", "cold_response", "spontaneous_pain"]


def course(condition: str, animal: str, days: int, *measures: str) -> dict[str, np.ndarray]:
    """Medians of untreated animals day by day, as multiples of those before the lesion."""
    data = {
        "study": "lesion",
        "subjects": {"species": animal, "n": 8, "seed": 1, "condition": condition},
        "days": days,
        "arms": {"untreated": []},
        "measure": list(measures),
        "assess": {"every_days": 1},
    }
    found = Study.from_dict(data).run().data
    medians = {name: found[f"{name}_true"].sel(arm="untreated").median("subject").to_numpy() for name in measures}
    return {name: np.asarray(values / values[0]) for name, values in medians.items()}


@pytest.mark.parametrize(
    ("condition", "animal", "day"),
    [
        ("inflammatory", "rat", 1),
        ("incision", "rat", 1),
        ("muscle_pain", "mouse", 2),
        ("neuroma", "rat", 21),
        ("cisplatin", "mouse", 14),
        ("nerve_ischaemia", "mouse", 7),
        ("crps", "mouse", 3),
        ("trigeminal", "rat", 15),
        ("central", "rat", 11),
    ],
)
def test_models_lower_the_mechanical_threshold(condition: str, animal: str, day: int) -> None:
    assert course(condition, animal, day, "mechanical_threshold")["mechanical_threshold"][day] < 0.85


def test_incision_is_over_within_two_weeks_and_inflammation_is_not() -> None:
    incised, inflamed = (
        course(name, "rat", 14, "mechanical_threshold")["mechanical_threshold"][14]
        for name in ("incision", "inflammatory")
    )
    assert inflamed < 0.95 < incised


def test_pain_of_inflammation_is_there_within_a_day_and_eases_over_two_weeks() -> None:
    inflamed = course("inflammatory", "rat", 14, "spontaneous_pain", "thermal_latency")
    ongoing, heat = inflamed["spontaneous_pain"] - 1, 1 - inflamed["thermal_latency"]
    assert ongoing[1] > 0.2
    assert heat[1] > 0.1
    assert ongoing[14] < 0.7 * ongoing[1]
    assert 0 < heat[14] < heat[4]


def test_thalamic_haemorrhage_spares_heat_and_acid_in_muscle_mostly_does() -> None:
    thalamus = course("central", "rat", 11, *PAIN)
    assert thalamus["thermal_latency"][11] == pytest.approx(1, abs=0.02)
    acid = course("muscle_pain", "mouse", 3, *PAIN)
    assert np.log(acid["thermal_latency"][3]) > 0.5 * np.log(acid["mechanical_threshold"][3])


def test_ischaemia_of_the_limb_raises_lipid_peroxidation_without_a_lesion_of_the_nerve() -> None:
    limb = course("crps", "rat", 7, "lipid_peroxidation", "injury_signal")
    assert limb["lipid_peroxidation"][7] > 1.3
    assert limb["injury_signal"] == pytest.approx(1, abs=1e-6)


def test_cuprizone_demyelinates_within_five_weeks_and_repair_begins() -> None:
    fed = course("cuprizone", "mouse", 35, "demyelination", "remyelination", "cd4_t_cells")
    assert fed["demyelination"][33] > 3
    assert fed["remyelination"][35] > fed["remyelination"][7] > 1
    assert fed["cd4_t_cells"][35] == pytest.approx(1, abs=0.05)


def test_prediabetes_is_milder_than_streptozotocin() -> None:
    diet, toxin = (
        course(name, "mouse", 60, "mechanical_threshold")["mechanical_threshold"][60] for name in ("prediabetes", "stz")
    )
    assert toxin < diet < 0.95
