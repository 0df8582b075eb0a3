"""From signals to a timeline: pieces of time in which every drive is a smooth function."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allodyne.errors import ScheduleError, nearest
from allodyne.network.actions import Action
from allodyne.signals import Signal
from allodyne.simulate.structure import FloatArray, IntArray, Structure

RATES = 3
SHORTEST = 1e-9


@dataclass(frozen=True)
class Timeline:
    """Drives over time, for all subjects of one arm.

    In piece ``p`` the value of drive ``k`` is
    ``constant[p, k] + sum_r amplitude[p, k, r] * exp(-rate[k, r] * (t - start[p]))``. Drugs
    follow the linear drives on the same axis; their value is a concentration in multiples of that of half effect.

    Attributes
    ----------
    start, duration : array, shape (pieces,)
        Days.
    restart : array of bool, shape (pieces,)
        Whether a drive jumps at the start of the piece.
    constant : array, shape (pieces, drives)
    amplitude : array, shape (pieces, drives, RATES)
    rate : array, shape (drives, RATES)
        1/day.
    outputs : array of int, shape (outputs,)
        The piece at the end of which each output time lies; -1 is the initial state.
    shift, block : array, shape (species, drugs)
        What a drug at full effect adds to the log target, and the share of the species that it blocks.
    """

    start: FloatArray
    duration: FloatArray
    restart: np.ndarray
    constant: FloatArray
    amplitude: FloatArray
    rate: FloatArray
    outputs: np.ndarray
    shift: FloatArray
    block: FloatArray

    @property
    def drugs(self) -> int:
        """Number of drugs."""
        return int(self.shift.shape[1])

    def values(self, pieces: IntArray, since: FloatArray) -> FloatArray:
        """Values of drives and drugs, shape (times, drives), at times in days since the starts of pieces."""
        fading = np.exp(-self.rate * since[:, None, None])
        return np.asarray(self.constant[pieces] + np.sum(self.amplitude[pieces] * fading, axis=-1))

    def free(self, exposure: FloatArray) -> FloatArray:
        """Share of each species that no blocker occupies at the output times.

        Parameters
        ----------
        exposure : array, shape (subjects,)
            Factor on every concentration.

        Returns
        -------
        array, shape (outputs, species, subjects)
        """
        pieces = np.maximum(self.outputs, 0)
        value = self.values(pieces, np.where(self.outputs < 0, 0.0, self.duration[pieces]))
        linear = value.shape[1] - self.drugs
        dose = np.maximum(value[:, linear:, None] * exposure, 0.0)
        effect = dose / (1.0 + dose)
        return np.asarray(np.prod(1.0 - self.block[None, :, :, None] * effect[:, None], axis=2))


def build_timeline(
    structure: Structure,
    signals: Sequence[Signal],
    actions: Sequence[Action],
    outputs: FloatArray,
    start: float,
) -> Timeline:
    """Cut time where a drive jumps and where an output is wanted.

    Parameters
    ----------
    structure : Structure
    signals : sequence of Signal
        Contributions to the drives, of the lesion, the treatments and the drugs.
    actions : sequence of Action
        What the drugs do.
    outputs : array, shape (outputs,)
        Output times in days, rising.
    start : float
        Start of the simulation in days; before it every species is healthy.

    Returns
    -------
    Timeline

    Raises
    ------
    ScheduleError
        When a signal names a drive that does not exist, or starts before the simulation.
    """
    drugs = sorted({action.drive for action in actions})
    index = {name: number for number, name in enumerate([*structure.drives, *drugs])}
    active = [signal for signal in signals if signal.end > start and signal.start < outputs[-1]]
    for signal in active:
        if signal.drive not in index:
            raise ScheduleError(f"There is no drive {signal.drive!r}.", remedy=nearest(signal.drive, index))
        if signal.start < start - SHORTEST:
            raise ScheduleError(f"A signal of {signal.drive} starts on day {signal.start:g}, before the simulation.")
    cuts, jumps = _cuts(active, outputs, start)
    begin, duration = cuts[:-1], np.diff(cuts)
    rate = _rates(active, index)
    constant = np.zeros((len(begin), len(index)))
    amplitude = np.zeros((len(begin), len(index), RATES))
    for signal in active:
        drive = index[signal.drive]
        inside = (begin >= signal.start - SHORTEST) & (begin < signal.end - SHORTEST)
        constant[inside, drive] += signal.constant
        for size, speed in signal.terms:
            slot = int(np.argmin(np.abs(rate[drive] - speed)))
            amplitude[inside, drive, slot] += size * np.exp(-speed * np.maximum(begin[inside] - signal.start, 0.0))
    shift, block = _drug_tables(structure, actions, drugs)
    return Timeline(
        start=begin,
        duration=duration,
        restart=np.isin(begin, jumps),
        constant=constant,
        amplitude=amplitude,
        rate=rate,
        outputs=np.searchsorted(cuts, outputs - SHORTEST) - 1,
        shift=shift,
        block=block,
    )


def _cuts(signals: Sequence[Signal], outputs: FloatArray, start: float) -> tuple[FloatArray, FloatArray]:
    end = float(outputs[-1])
    jumps = [start, *(s.start for s in signals), *(s.end for s in signals)]
    kept = np.array([time for time in jumps if start <= time < end])
    cuts = np.unique(np.concatenate([kept, outputs[outputs >= start], [start, end]]))
    apart = np.concatenate([[True], np.diff(cuts) > SHORTEST])
    merged = cuts[apart]
    snapped = merged[np.clip(np.searchsorted(merged, kept + SHORTEST, side="right") - 1, 0, None)]
    return merged, np.unique(snapped)


def _rates(signals: Sequence[Signal], index: dict[str, int]) -> FloatArray:
    rate = np.zeros((len(index), RATES))
    for name, drive in index.items():
        speeds = sorted({speed for signal in signals if signal.drive == name for _, speed in signal.terms})
        if len(speeds) > RATES:
            raise ScheduleError(f"The drive {name} has {len(speeds)} decay rates; at most {RATES} are possible.")
        rate[drive, : len(speeds)] = speeds
    return rate


def _drug_tables(structure: Structure, actions: Sequence[Action], drugs: list[str]) -> tuple[FloatArray, FloatArray]:
    shift = np.zeros((len(structure.species), len(drugs)))
    block = np.zeros_like(shift)
    for action in actions:
        table = block if action.kind == "block" else shift
        table[structure.row(action.species), drugs.index(action.drive)] += action.size
    return shift, np.minimum(block, 1.0)
