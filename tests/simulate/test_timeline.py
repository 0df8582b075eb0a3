"""Signals cut into pieces are still the same signals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from protocols import DAYS, LESION, SESSIONS

from allodyne.errors import ScheduleError
from allodyne.network.actions import Action
from allodyne.signals import Signal
from allodyne.simulate.structure import Structure
from allodyne.simulate.timeline import Timeline, build_timeline

TIMES = st.floats(0.0, 12.0).map(lambda time: round(time, 3))
TERMS = st.lists(st.tuples(st.floats(-2.0, 2.0), st.sampled_from([0.0, 0.3, 40.0])), max_size=3).map(tuple)
SIGNALS = st.builds(
    lambda drive, start, length, constant, terms: Signal(drive, start, start + length, constant, terms),
    st.sampled_from(["oxygen", "exertion", "drug:probe"]),
    TIMES,
    st.floats(0.01, 9.0).map(lambda length: round(length, 3)) | st.just(math.inf),
    st.floats(-2.0, 2.0),
    TERMS,
)
ACTIONS = [Action("drug:probe", "mu_activity", "block", 0.5)]


def value_of(line: Timeline, drive: int, time: float) -> float:
    """The value of a drive at a time, from the pieces of a timeline."""
    piece = int(np.searchsorted(line.start, time, side="right")) - 1
    fading = np.exp(-line.rate[drive] * (time - line.start[piece]))
    return float(line.constant[piece, drive] + line.amplitude[piece, drive] @ fading)


def said(signals: list[Signal], drive: str, time: float) -> float:
    """What the definition of a signal says: the start is inside, the end outside."""
    return sum(
        s.constant + sum(size * math.exp(-rate * (time - s.start)) for size, rate in s.terms)
        for s in signals
        if s.drive == drive and s.start <= time < s.end
    )


@settings(max_examples=150, deadline=None)
@given(signals=st.lists(SIGNALS, max_size=6), probes=st.lists(st.floats(0.0, 9.99), min_size=1, max_size=8))
def test_every_drive_has_the_value_that_the_signals_say(
    structure: Structure, signals: list[Signal], probes: list[float]
) -> None:
    line = build_timeline(structure, signals, ACTIONS, np.array([0.0, 4.2, 10.0]), 0.0)
    edges = {s.start for s in signals} | {s.end for s in signals}
    inside = [time for time in probes if all(abs(time - edge) > 1e-6 for edge in edges)]
    for number, drive in enumerate([*structure.drives, "drug:probe"]):
        for time in inside:
            assert value_of(line, number, time) == pytest.approx(said(signals, drive, time), abs=1e-9)


def test_the_start_of_a_session_is_inside_and_the_end_outside(structure: Structure) -> None:
    line = build_timeline(structure, [Signal("oxygen", 1.5, 1.75, 2.0)], [], np.array([0.0, 3.0]), 0.0)
    oxygen = structure.drives.index("oxygen")

    assert [value_of(line, oxygen, time) for time in (1.4999, 1.5, 1.7499, 1.75)] == [0.0, 2.0, 2.0, 0.0]


def test_pieces_follow_each_other_without_gap_to_the_last_output(structure: Structure) -> None:
    line = build_timeline(structure, [LESION, *SESSIONS], [], DAYS, 0.0)

    np.testing.assert_allclose(line.start[1:], (line.start + line.duration)[:-1], rtol=0, atol=1e-12)
    assert line.start[0] + line.duration.sum() == pytest.approx(DAYS[-1], abs=1e-9)
    ends = line.start + line.duration
    np.testing.assert_allclose(ends[line.outputs[1:]], DAYS[1:], rtol=0, atol=1e-9)
    assert line.outputs[0] == -1


def test_the_integration_restarts_at_jumps_and_only_there(structure: Structure) -> None:
    line = build_timeline(structure, [LESION, *SESSIONS], [], DAYS, 0.0)

    jumps = {0.0, *(s.start for s in SESSIONS), *(s.end for s in SESSIONS)}
    np.testing.assert_allclose(line.start[line.restart], sorted(jumps), rtol=0, atol=1e-9)


def test_a_simulation_may_start_before_the_lesion(structure: Structure) -> None:
    early = Signal("oxygen", -3.0, -2.9, 2.0)

    line = build_timeline(structure, [early, LESION], [], np.array([-3.0, 0.0, 5.0]), -3.0)

    assert line.start[0] == -3.0
    assert value_of(line, structure.drives.index("oxygen"), -2.95) == 2.0
    assert value_of(line, structure.drives.index("nerve_injury"), -0.5) == 0.0


def test_signals_after_the_last_output_are_left_out(structure: Structure) -> None:
    late = Signal("oxygen", 30.0, 30.1, 2.0)

    assert len(build_timeline(structure, [late], [], DAYS, 0.0).start) == len(DAYS) - 1


def test_an_unknown_drive_is_named_with_the_nearest_one(structure: Structure) -> None:
    with pytest.raises(ScheduleError, match="oxigen") as caught:
        build_timeline(structure, [Signal("oxigen", 0.0, 1.0, 1.0)], [], DAYS, 0.0)
    assert "oxygen" in str(caught.value.remedy)


def test_a_signal_before_the_simulation_is_refused(structure: Structure) -> None:
    with pytest.raises(ScheduleError, match="before the simulation"):
        build_timeline(structure, [Signal("oxygen", -1.0, 1.0, 1.0)], [], DAYS, 0.0)


def test_too_many_decay_rates_are_refused(structure: Structure) -> None:
    signals = [Signal("oxygen", 0.0, 1.0, 0.0, ((1.0, float(rate)),)) for rate in range(1, 5)]
    with pytest.raises(ScheduleError, match="4 decay rates"):
        build_timeline(structure, signals, [], DAYS, 0.0)


def test_two_blocks_of_one_drug_never_block_more_than_everything(structure: Structure) -> None:
    actions = [Action("drug:probe", "mu_activity", "block", 0.8)] * 2

    line = build_timeline(structure, [Signal("drug:probe", 0.0, 20.0, 1e6)], actions, DAYS, 0.0)

    free = line.free(np.array([1.0, 0.0]))
    assert free.shape == (len(DAYS), len(structure.species), 2)
    row = structure.row("mu_activity")
    np.testing.assert_allclose(free[1:, row, 0], 0.0, rtol=0, atol=1e-5)
    np.testing.assert_array_equal(np.delete(free[:, :, 0], row, axis=1), 1.0)
    np.testing.assert_array_equal(free[:, :, 1], 1.0)
