"""Every number of the treatments has a unit and a source, or says that it is an assumption."""

import pytest

from allodyne.errors import EvidenceError
from allodyne.evidence.papers import source
from allodyne.treatments.acupuncture import Acupuncture
from allodyne.treatments.constants import Constant, constants, number, source_keys
from allodyne.treatments.exercise import Exercise
from allodyne.treatments.hbot import Hbot

ALL = list(constants().values())
COURSES = [
    Hbot.model_validate({"pressure_ata": 2, "minutes": 60, "sessions": 1}),
    Exercise.model_validate({"mode": "aerobic", "intensity": "low", "minutes": 60, "sessions": 1}),
    Acupuncture.model_validate({"mode": "electro", "frequency_hz": 2, "minutes": 30, "sessions": 1}),
]


@pytest.mark.parametrize("constant", ALL, ids=lambda constant: constant.name)
def test_number_has_unit_and_support(constant: Constant) -> None:
    assert constant.unit
    assert constant.note
    assert constant.basis in ("fact", "measured", "derived", "assumption")
    assert constant.sources or constant.basis == "assumption"
    for key in constant.sources:
        assert source(key)


@pytest.mark.parametrize("constant", ALL, ids=lambda constant: constant.name)
def test_number_or_range_is_complete(constant: Constant) -> None:
    if constant.value is None:
        assert constant.low is not None
        assert constant.high is not None
        assert constant.low < constant.high
    else:
        assert constant.value >= 0


def test_unknown_number_offers_the_nearest() -> None:
    with pytest.raises(EvidenceError, match=r"oxygen\.haemoglobin\.rat"):
        number("oxygen.haemoglobin", "rot")


def test_sources_are_those_of_the_animal() -> None:
    assert "gleeson1981" in source_keys("oxygen", "rat")
    assert "gleeson1981" not in source_keys("oxygen", "human")


@pytest.mark.parametrize("course", COURSES, ids=lambda course: type(course).__name__)
@pytest.mark.parametrize("animal", ["rat", "mouse", "human"])
def test_every_source_of_a_treatment_is_known(course: Hbot | Exercise | Acupuncture, animal: str) -> None:
    keys = course.source_keys(animal)
    assert keys
    assert all(source(key) for key in keys)
