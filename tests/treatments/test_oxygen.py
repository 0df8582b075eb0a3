"""Oxygen from the chamber to the tissue, against published values."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allodyne.errors import UserError
from allodyne.evidence.papers import fact
from allodyne.treatments.constants import number
from allodyne.treatments.oxygen import (
    alveolar_po2,
    arterial_po2,
    oxygen_content,
    oxygen_drive,
    oxygenation,
    po2_of_content,
    room_air,
    saturation,
)

ANIMALS = ("rat", "mouse", "human")
PRESSURES = st.floats(1.0, 6.0)
GASES = {"air": 0.21, "o2": 1.0, "o2frac24": 0.24, "o2frac30": 0.30, "o2frac40": 0.40}


def fold(pressure_ata: float, fio2: float, animal: str = "rat", flow: float | None = None) -> float:
    return oxygenation(pressure_ata, fio2, animal, flow).tissue / room_air(animal).tissue


@pytest.mark.parametrize(("condition", "published"), sorted(fact("oxy-derived-alveolar-table").value.items()))
def test_alveolar_po2_is_that_of_the_table(condition: str, published: float) -> None:
    gas, pressure = condition.split("_")
    assert alveolar_po2(float(pressure), GASES[gas]) == pytest.approx(published, abs=0.5)


def test_worked_example_of_air_at_sea_level() -> None:
    assert alveolar_po2(1.0, 0.21) == pytest.approx(fact("oxy-alveolar-worked-air").value, abs=0.005)


@pytest.mark.parametrize(("po2", "share"), [(26.9, 0.5), (40.0, 0.75), (60.0, 0.91), (100.0, 0.975)])
def test_saturation_is_that_of_human_blood(po2: float, share: float) -> None:
    assert saturation(po2) == pytest.approx(share, abs=0.01)


def test_half_saturation_agrees_with_the_measured_p50() -> None:
    assert saturation(fact("oxy-p50-human").value) == pytest.approx(0.5, abs=0.01)


def test_saturation_agrees_with_the_polynomial_of_kelman() -> None:
    k = fact("oxy-kelman").value
    for p in (30.0, 50.0, 70.0, 100.0, 300.0):
        above = k["a1"] * p + k["a2"] * p**2 + k["a3"] * p**3 + p**4
        below = k["a4"] + k["a5"] * p + k["a6"] * p**2 + k["a7"] * p**3 + p**4
        assert saturation(p) == pytest.approx(above / below, abs=0.015)


def test_blood_without_oxygen_is_empty() -> None:
    assert saturation(0.0) == 0.0
    assert oxygen_content(0.0, "rat") == 0.0


@pytest.mark.parametrize(("pressure", "volume_percent"), [(1.0, 2.0), (3.0, 6.0)])
def test_dissolved_oxygen_of_people(pressure: float, volume_percent: float) -> None:
    arterial = arterial_po2(alveolar_po2(pressure, 1.0), "human")
    assert number("oxygen.dissolved") * arterial == pytest.approx(volume_percent, rel=0.08)


def test_rat_blood_on_air_holds_the_measured_content() -> None:
    assert room_air("rat").content == pytest.approx(19.0, abs=0.1)


def test_rat_blood_on_air_has_the_measured_po2() -> None:
    kilopascal = fact("oxy-rat-pao2-after-hbo").value["before"]
    assert room_air("rat").arterial == pytest.approx(kilopascal * 7.50062, abs=0.5)


@given(po2=st.floats(1.0, 4000.0), animal=st.sampled_from(ANIMALS))
def test_content_and_po2_are_inverse(po2: float, animal: str) -> None:
    assert po2_of_content(oxygen_content(po2, animal), animal) == pytest.approx(po2, rel=1e-6)


def test_rise_of_subcutaneous_po2_of_rats() -> None:
    value = fact("oxy-rat-subcut-po2").value
    assert fold(2.8, 0.21) == pytest.approx(value["air_2.8ata"] / value["baseline_air_1ata"], rel=0.10)
    assert fold(2.5, 1.0) == pytest.approx(value["o2_2.5ata_fold"], rel=0.23)
    assert fold(2.8, 1.0) == pytest.approx(value["o2_2.8ata_fold"], rel=0.06)


def test_absolute_subcutaneous_po2_on_air_is_of_the_right_size() -> None:
    value = fact("oxy-rat-subcut-po2").value
    assert room_air("rat").tissue == pytest.approx(value["baseline_air_1ata"], rel=0.15)
    assert oxygenation(2.8, 0.21, "rat").tissue == pytest.approx(value["air_2.8ata"], rel=0.05)


def test_rise_in_the_striatum_at_basal_flow() -> None:
    assert fold(2.0, 1.0, flow=1.0) == pytest.approx(fact("oxy-rat-brain-po2-fold").value["fold_at_2ata"], rel=0.35)


def test_the_calibrated_weight_is_the_least_squares_value() -> None:
    subcutaneous, striatum = fact("oxy-rat-subcut-po2").value, fact("oxy-rat-brain-po2-fold").value
    measured = (
        (2.8, 0.21, None, subcutaneous["air_2.8ata"] / subcutaneous["baseline_air_1ata"]),
        (2.5, 1.0, None, subcutaneous["o2_2.5ata_fold"]),
        (2.8, 1.0, None, subcutaneous["o2_2.8ata_fold"]),
        (2.0, 1.0, 1.0, striatum["fold_at_2ata"]),
    )
    air, above, below = room_air("rat"), 0.0, 0.0
    for pressure, fio2, flow, rise in measured:
        state = oxygenation(pressure, fio2, "rat", flow)
        arterial, venous = math.log(state.arterial / air.arterial), math.log(state.venous / air.venous)
        above += (arterial - venous) * (math.log(rise) - venous)
        below += (arterial - venous) ** 2
    assert number("oxygen.arterial_share") == pytest.approx(above / below, abs=0.015)


def test_human_skin_on_oxygen_was_not_used_and_still_fits() -> None:
    value = fact("oxy-skin-air-vs-o2-normobaric").value
    assert fold(1.0, 1.0, "human") == pytest.approx(value["o2_4min"] / value["air"], rel=0.10)


def test_flow_falls_as_in_the_middle_cerebral_artery() -> None:
    change = fact("oxy-cbf-human-2p5ata").value["change_percent"]
    assert (oxygenation(2.5, 1.0, "human").flow - 1) * 100 == pytest.approx(change, abs=3)


def test_more_flow_brings_more_oxygen() -> None:
    assert fold(2.0, 1.0, flow=2.0) > fold(2.0, 1.0, flow=1.0) > fold(2.0, 1.0, flow=0.8)


@pytest.mark.parametrize("animal", ANIMALS)
def test_room_air_is_no_drive(animal: str) -> None:
    assert oxygen_drive(1.0, 0.21, animal) == 0.0


@pytest.mark.parametrize("animal", ANIMALS)
@pytest.mark.parametrize("pressure", [1.3, 2.0, 2.8])
def test_pressurised_air_is_a_small_dose(pressure: float, animal: str) -> None:
    assert 0 < oxygen_drive(pressure, 0.21, animal) < 0.45 * oxygen_drive(pressure, 1.0, animal)


@given(low=PRESSURES, high=PRESSURES, fio2=st.floats(0.21, 1.0), animal=st.sampled_from(ANIMALS))
def test_more_pressure_is_never_a_smaller_drive(low: float, high: float, fio2: float, animal: str) -> None:
    low, high = sorted((low, high))
    assert 0 <= oxygen_drive(low, fio2, animal) <= oxygen_drive(high, fio2, animal) + 1e-9


@given(low=st.floats(0.21, 1.0), high=st.floats(0.21, 1.0), pressure=PRESSURES, animal=st.sampled_from(ANIMALS))
def test_more_oxygen_is_never_a_smaller_drive(low: float, high: float, pressure: float, animal: str) -> None:
    low, high = sorted((low, high))
    assert oxygen_drive(pressure, low, animal) <= oxygen_drive(pressure, high, animal) + 1e-9


def test_unknown_animal_offers_the_nearest() -> None:
    with pytest.raises(UserError, match="rat"):
        oxygen_drive(2.0, 1.0, "rta")
