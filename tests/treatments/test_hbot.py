"""Courses of hyperbaric oxygen."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from allodyne.signals import MINUTES_PER_DAY, Signal
from allodyne.treatments.hbot import Hbot
from allodyne.treatments.oxygen import oxygen_drive

COURSE = {"pressure_ata": 2.0, "minutes": 60, "sessions": 3}


def course(**fields: object) -> Hbot:
    return Hbot.model_validate(COURSE | fields)


def dose(signals: list[Signal]) -> float:
    return sum(signal.constant * (signal.end - signal.start) * MINUTES_PER_DAY for signal in signals)


def value(signals: list[Signal], t: float) -> float:
    return sum(signal.constant for signal in signals if signal.start <= t < signal.end)


def test_session_lasts_from_compression_to_decompression() -> None:
    session = course(compression_min=5, decompression_min=15).sessions("rat")[0]
    assert [session.start, session.end] == pytest.approx([1 + 10 / 24, 1 + 10 / 24 + 80 / 1440])
    assert session.treatment == "hbot"


def test_people_are_compressed_for_a_quarter_of_an_hour() -> None:
    session = course().sessions("human")[0]
    assert (session.end - session.start) * MINUTES_PER_DAY == pytest.approx(90)


def test_start_is_inside_and_end_outside() -> None:
    hbot = course()
    session, signals = hbot.sessions("rat")[0], hbot.signals("rat")
    assert value(signals, session.start) > 0
    assert value(signals, session.end) == 0
    assert value(signals, session.start - 1e-9) == 0


def test_signals_of_a_session_leave_no_gap_and_end_with_it() -> None:
    hbot = course(air_breaks={"minutes": 5, "every_minutes": 20}, minutes=90)
    for session in hbot.sessions("rat"):
        parts = [s for s in hbot.signals("rat") if session.start <= s.start < session.end]
        assert parts[0].start == session.start
        assert parts[-1].end == session.end
        assert all(early.end == late.start for early, late in pairwise(parts))
        assert all(part.start < part.end for part in parts)


def test_drive_at_pressure_and_on_the_way_there() -> None:
    hbot = course(compression_min=10, decompression_min=10)
    signals, start = hbot.signals("rat"), hbot.sessions("rat")[0].start
    full = oxygen_drive(2.0, 1.0, "rat")
    assert value(signals, start + 30 / 1440) == pytest.approx(full)
    assert oxygen_drive(1.0, 1.0, "rat") < value(signals, start + 5 / 1440) < full


def test_air_breaks_cut_the_drive_to_that_of_pressurised_air() -> None:
    hbot = course(minutes=90, air_breaks={"minutes": 5, "every_minutes": 20}, compression_min=0, decompression_min=0)
    signals, start = hbot.signals("rat"), hbot.sessions("rat")[0].start
    oxygen, air = oxygen_drive(2.0, 1.0, "rat"), oxygen_drive(2.0, 0.21, "rat")
    for minute, expected in ((19, oxygen), (22, air), (26, oxygen), (47, air), (72, air), (89, oxygen)):
        assert value(signals, start + minute / 1440) == pytest.approx(expected)
    session_dose = dose([signal for signal in signals if signal.start < start + 0.5])
    assert session_dose == pytest.approx(75 * oxygen + 15 * air, rel=1e-9)


def test_room_air_at_sea_level_is_as_good_as_nothing() -> None:
    assert course(pressure_ata=1.0, fio2=0.21).signals("rat") == []


def test_oxygen_without_pressure_has_no_compression() -> None:
    hbot = course(pressure_ata=1.0)
    assert [(s.end - s.start) * MINUTES_PER_DAY for s in hbot.signals("human")] == pytest.approx([60] * 3)


def test_sham_air_is_positive_and_far_below_oxygen() -> None:
    sham, oxygen = (dose(course(pressure_ata=1.3, fio2=fio2).signals("human")) for fio2 in (0.21, 1.0))
    assert 0 < sham < 0.25 * oxygen


@given(low=st.floats(1.0, 6.0), high=st.floats(1.0, 6.0), animal=st.sampled_from(["rat", "mouse", "human"]))
def test_more_pressure_is_never_less_dose(low: float, high: float, animal: str) -> None:
    low, high = sorted((low, high))
    doses = [dose(course(pressure_ata=pressure, minutes=60).signals(animal)) for pressure in (low, high)]
    assert doses[0] <= doses[1] * (1 + 1e-9)


@given(
    short=st.floats(5, 300),
    long=st.floats(5, 300),
    breaks=st.none() | st.fixed_dictionaries({"minutes": st.floats(1, 30), "every_minutes": st.floats(5, 120)}),
)
def test_longer_is_never_less_dose(short: float, long: float, breaks: dict[str, float] | None) -> None:
    short, long = sorted((short, long))
    doses = [dose(course(minutes=minutes, air_breaks=breaks).signals("rat")) for minutes in (short, long)]
    assert doses[0] <= doses[1] * (1 + 1e-9)


@pytest.mark.parametrize("text", ["2 ATA", "2 atm", "2.0265 bar", "202.65 kPa", "0.20265 MPa", "1520 mmHg"])
def test_pressure_may_be_a_text_with_unit(text: str) -> None:
    hbot = Hbot.model_validate({"pressure": text, "duration": "1 h", "sessions": 1})
    assert hbot.pressure_ata == pytest.approx(2.0, rel=1e-6)
    assert hbot.minutes == 60


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"pressure_ata": 0.1}, "1 to 6 ATA"),
        ({"pressure_ata": 20}, "1 to 6 ATA"),
        ({"pressure_ata": -2}, "1 to 6 ATA"),
        ({"fio2": 30}, "0.21 to 1"),
        ({"fio2": 0.1}, "0.21 to 1"),
        ({"minutes": 1800}, "5 to 300 min"),
        ({"minutes": float("nan")}, "finite"),
        ({"compression_min": -5}, "0 to 60 min"),
        ({"air_breaks": {"minutes": 0, "every_minutes": 20}}, "1 to 30 min"),
        ({"pressure": "2 ATA"}, "say the same"),
        ({"depth": 10}, "depth"),
    ],
)
def test_absurd_doses_are_refused_with_the_accepted_range(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        course(**fields)


@pytest.mark.parametrize(("text", "message"), [("2 psi", "Valid names: ATA"), ("two ATA", "not a number"), (2, "unit")])
def test_pressure_text_that_cannot_be_read(text: object, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Hbot.model_validate({"pressure": text, "minutes": 60, "sessions": 1})


def test_doses_for_people_to_read() -> None:
    doses = dict(course(sessions=7).doses("rat"))
    assert doses["alveolar PO2"] == "1423 mmHg"
    assert doses["sessions"] == "7"
    assert doses["total time at full pressure"] == "7 h"
    assert doses["tissue PO2"].endswith("4.20-fold of room air")
    assert "above the usual 3 ATA" in dict(course(pressure_ata=3.5).doses("rat"))["pressure"]
