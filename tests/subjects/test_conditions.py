"""Conditions: courses are cited, start at zero and follow what was published."""

import math

import numpy as np
import pytest

from allodyne.errors import StudyError
from allodyne.evidence.papers import source
from allodyne.network import load_network
from allodyne.subjects.conditions import find_condition, load_conditions

BOTH = [(name, animal) for name, condition in load_conditions().items() for animal in condition.animals]


def drive(name, days, animal="rat"):
    """Value of the only drive of a condition at the given days."""
    [signal] = find_condition(name).signals(animal)
    days = np.asarray(days, dtype=float)
    return signal.constant + sum(size * np.exp(-rate * days) for size, rate in signal.terms)


def test_all_conditions_of_the_contract_exist_in_both_animals():
    names = ["naive", "sham_operation", "cci", "snl", "sni", "crush", "stz", "paclitaxel", "oxaliplatin", "sci", "eae"]
    assert all({"rat", "mouse"} <= set(find_condition(name).animals) for name in names)


@pytest.mark.parametrize(("name", "animal"), BOTH)
def test_sources_and_drives_exist(name, animal):
    condition = find_condition(name)
    drives = load_network().drives
    assert all(source(key) for key in condition.source_keys(animal))
    assert all(signal.drive in drives for signal in condition.signals(animal))
    assert condition.severity_sd.value >= 0


@pytest.mark.parametrize(("name", "animal"), [pair for pair in BOTH if pair[0] != "naive"])
def test_drives_start_at_zero_peak_as_stated_and_never_turn_negative(name, animal):
    condition = find_condition(name)
    begin = -condition.established_days.value if animal == "human" else 0
    courses = condition.courses.get(animal) or next(iter(condition.courses.values()))
    days = np.concatenate([[0], np.geomspace(1e-3, 2000, 100_000)])
    for course, signal in zip(courses, condition.signals(animal), strict=True):
        assert (signal.start, signal.end) == (begin, math.inf)
        level = signal.constant + sum(size * np.exp(-rate * days) for size, rate in signal.terms)
        assert level[0] == pytest.approx(0, abs=1e-12)
        assert level.min() >= -1e-12
        assert level.max() == pytest.approx(course.peak.value, rel=1e-3)


def test_a_naive_animal_has_no_drives():
    assert find_condition("naive").signals("rat") == []


def test_cci_is_there_on_day_2_and_still_on_day_60():
    early, later, late = drive("cci", [2, 28, 60])
    assert early > 0.9
    assert early > later > late > 0.3


def test_snl_outlasts_cci_and_sni_outlasts_both():
    cci, snl, sni = (drive(name, [112])[0] for name in ("cci", "snl", "sni"))
    assert sni > snl > cci
    assert drive("sni", [180], "mouse")[0] == pytest.approx(drive("sni", [30], "mouse")[0], rel=0.01)


def test_crush_recovers_by_about_day_25():
    assert drive("crush", [25])[0] < 0.2 * drive("crush", [2])[0]
    assert drive("crush", [60])[0] < 0.01


def test_a_sham_operation_is_small_and_over_within_a_week():
    assert drive("sham_operation", [1])[0] < 0.2
    assert drive("sham_operation", [7])[0] < 0.01


def test_diabetes_comes_over_days_and_stays():
    assert drive("stz", [2])[0] < 0.6
    assert drive("stz", [56])[0] == pytest.approx(1, rel=1e-3)


def test_paclitaxel_lasts_beyond_day_35_in_rats_and_is_over_sooner_in_mice():
    assert drive("paclitaxel", [35])[0] > 0.5
    assert drive("paclitaxel", [35], "mouse")[0] < 0.2 < drive("paclitaxel", [3], "mouse")[0]


def test_unknown_names_are_answered_with_the_nearest():
    with pytest.raises(StudyError, match=r"no condition 'scni'(.|\n)*sni"):
        find_condition("scni")
    with pytest.raises(StudyError, match="human"):
        find_condition("cci").signals("human")
