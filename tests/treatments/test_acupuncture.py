"""Acupuncture: needles, frequencies and currents."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from allodyne.evidence.papers import fact
from allodyne.treatments.acupuncture import Acupuncture, current_share, high_share


def course(**fields: object) -> Acupuncture:
    return Acupuncture.model_validate({"mode": "electro", "minutes": 30, "sessions": 2} | fields)


def drives(**fields: object) -> dict[str, float]:
    return {signal.drive: signal.constant for signal in course(**fields).signals("rat")}


def test_manual_needling_gives_the_needle_drive_alone() -> None:
    assert drives(mode="manual") == {"needle": 1.0}


def test_low_frequency_gives_no_high_drive() -> None:
    assert drives(frequency_hz=2, current_ma=2) == {"needle": 0.5, "ea_low": 1.0}


def test_high_frequency_gives_no_low_drive() -> None:
    assert drives(frequency_hz=100, current_ma=2) == {"needle": 0.5, "ea_high": 1.0}


def test_fifteen_hertz_gives_both_in_part() -> None:
    assert high_share(15) == pytest.approx(0.515, abs=0.001)
    both = drives(frequency_hz=15, current_ma=2)
    assert both["ea_low"] + both["ea_high"] == pytest.approx(1.0)


def test_alternating_frequencies_give_both_in_full() -> None:
    both = drives(frequency_hz=[2, 100], current_ma=2)
    assert (both["ea_low"], both["ea_high"]) == (1.0, 1.0)
    assert both == drives(frequency_hz=[100, 2], pattern="alternating", current_ma=2)


@pytest.mark.parametrize("drive", ["ea_low", "ea_high"])
def test_alternating_is_as_much_stronger_than_simultaneous_as_published(drive: str) -> None:
    alternating = drives(frequency_hz=[2, 100], pattern="alternating")[drive]
    simultaneous = drives(frequency_hz=[2, 100], pattern="simultaneous")[drive]
    assert (alternating / simultaneous - 1) * 100 == pytest.approx(fact("acu-2-100hz-synergy").value)


@pytest.mark.parametrize(("current", "share"), [(0.5, 0.25), (1, 0.5), (2, 1.0), (3, 1.0)])
def test_current_grows_to_a_plateau(current: float, share: float) -> None:
    assert current_share(current) == pytest.approx(share)


def test_range_of_current_counts_as_its_mean_effect() -> None:
    assert drives(frequency_hz=2, current_ma=[1, 3])["ea_low"] == pytest.approx(0.75)


@pytest.mark.parametrize("fields", [{"mode": "manual"}, {"mode": "electro", "frequency_hz": 2}, {"mode": "electro"}])
def test_sham_has_sessions_and_no_drive(fields: dict[str, object]) -> None:
    sham = course(sham=True, **fields)
    assert sham.signals("rat") == []
    assert len(sham.sessions("rat")) == 2


def test_every_drive_lasts_as_long_as_its_session() -> None:
    acupuncture = course(frequency_hz=[2, 100])
    session = acupuncture.sessions("rat")[0]
    assert {(s.start, s.end) for s in acupuncture.signals("rat")[:3]} == {(session.start, session.end)}


@given(low=st.floats(0.5, 200), high=st.floats(0.5, 200))
def test_higher_frequency_never_shifts_the_balance_down(low: float, high: float) -> None:
    low, high = sorted((low, high))
    assert 0 <= high_share(low) <= high_share(high) <= 1


@given(weak=st.floats(0.01, 10), strong=st.floats(0.01, 10))
def test_more_current_is_never_less(weak: float, strong: float) -> None:
    weak, strong = sorted((weak, strong))
    assert drives(frequency_hz=2, current_ma=weak)["ea_low"] <= drives(frequency_hz=2, current_ma=strong)["ea_low"] <= 1


def test_quantities_as_text() -> None:
    acupuncture = course(frequency=["2 Hz", "100 Hz"], current="1000 uA")
    assert acupuncture.frequency_hz == [2, 100]
    assert acupuncture.current_ma == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "electro needs frequency_hz"),
        ({"frequency_hz": 5000}, "0.5 to 200 Hz"),
        ({"frequency_hz": 0}, "0.5 to 200 Hz"),
        ({"frequency_hz": 2, "current_ma": 500}, "0.01 to 10 mA"),
        ({"frequency_hz": 2, "current_ma": [1, 500]}, "0.01 to 10 mA"),
        ({"frequency_hz": 2, "minutes": 1800}, "1 to 120 min"),
        ({"frequency_hz": 2, "pattern": "alternating"}, "several frequencies"),
        ({"mode": "manual", "frequency_hz": 2}, "manual acupuncture has no frequency_hz"),
    ],
)
def test_absurd_doses_are_refused_with_the_accepted_range(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        course(**fields)


def test_doses_for_people_to_read() -> None:
    doses = dict(course(frequency_hz=[2, 100], points=["ST36", "SP6"]).doses("rat"))
    assert doses["frequency"] == "2/100 Hz, alternating"
    assert doses["current"] == "1.5 mA (assumed)"
    assert doses["points"] == "ST36, SP6"
    assert doses["total time of needling"] == "60 min"
