"""Groups of subjects that share their steps, over all devices of a machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from allodyne.simulate.machine import Machine
from allodyne.simulate.parameters import Parameters
from allodyne.simulate.structure import FloatArray, IntArray, Structure
from allodyne.simulate.timeline import Timeline

DRUG_SLOTS = (0, 2, 4, 8, 16, 32)
KEPT_ROWS = (8, 32)
"""Numbers of species and of drugs that programs are compiled for; the next larger one serves."""
FEWEST_PIECES = 64
SMALL = 512
"""Subjects up to which all species are kept, so that a small study needs one program only."""


@dataclass(frozen=True)
class Group:
    """Subjects of an arm that share their steps."""

    arm: int
    subjects: IntArray
    width: int
    tolerance: float


class Ended(NamedTuple):
    """What came out of a group: ends of all pieces (pieces, species, width), status (width,), steps and sweeps."""

    ends: FloatArray
    status: np.ndarray
    steps: int
    sweeps: int


def solved_groups(
    structure: Structure,
    arms: Sequence[tuple[Timeline, Parameters]],
    rows: IntArray | None,
    tolerances: Sequence[float],
    machine: Machine,
) -> Iterator[tuple[Group, Ended]]:
    """Solve all subjects of all arms, group by group.

    Parameters
    ----------
    structure : Structure
    arms : sequence of (Timeline, Parameters)
    rows : array of int or None
        Species to keep; all without it.
    tolerances : sequence of float
        Error of ln x allowed per step, by arm.
    machine : Machine

    Yields
    ------
    Group, Ended
        In no order that matters.
    """
    groups = _groups([parameters.subjects for _, parameters in arms], tolerances, machine)
    kept = _kept(rows, sum(parameters.subjects for _, parameters in arms))
    number = len(machine.devices())
    lines = _lines([line for line, _ in arms])
    waiting: list[tuple[list[Group], Any]] = []
    for width in sorted({group.width for group in groups}):
        same = [group for group in groups if group.width == width]
        count = min(number, len(same))
        run = _program(structure, machine, count, kept is None)
        for first in range(0, len(same), count):
            batch = same[first : first + count]
            filled = [*batch, *batch[:1] * (count - len(batch))]
            # the next batch is handed over before the last one is read
            waiting.append((batch, run(*_stacked(arms, lines, filled, machine, kept))))
            if len(waiting) > 1:
                yield from _read(*waiting.pop(0), rows, kept)
    for batch, solution in waiting:
        yield from _read(batch, solution, rows, kept)


def _read(batch: list[Group], solution: Any, rows: IntArray | None, kept: IntArray | None) -> Iterator[Any]:
    ends, status, steps, sweeps = (
        np.asarray(part) for part in (solution.ends, solution.status, solution.steps, solution.sweeps)
    )
    chosen = slice(None) if rows is None else rows if kept is None else np.arange(len(rows))
    for k, group in enumerate(batch):
        yield group, Ended(ends[k][:, chosen].astype(np.float64), status[k], int(steps[k]), int(sweeps[k]))


def _groups(counts: Sequence[int], tolerances: Sequence[float], machine: Machine) -> list[Group]:
    groups = []
    for arm, (count, tolerance) in enumerate(zip(counts, tolerances, strict=True)):
        for first in range(0, count, machine.group):
            subjects = np.arange(first, min(first + machine.group, count))
            width = next(w for w in machine.widths if w >= len(subjects))
            groups.append(Group(arm, subjects, width, tolerance))
    return sorted(groups, key=lambda group: group.width)


def _kept(rows: IntArray | None, subjects: int) -> IntArray | None:
    """Rows that a program gives back; None for all."""
    if rows is None or subjects <= SMALL or len(rows) > KEPT_ROWS[-1]:
        return None
    return np.resize(rows, next(slot for slot in KEPT_ROWS if slot >= len(rows)))


def _lines(lines: Sequence[Timeline]) -> list[Any]:
    """Timelines padded so that most studies share a compiled program."""
    from allodyne.simulate.adaptive import as_pieces

    pieces = max((len(line.duration) for line in lines), default=1)
    drugs = max((line.drugs for line in lines), default=0)
    slots = next((slot for slot in DRUG_SLOTS if slot >= drugs), drugs)
    length = FEWEST_PIECES * max(1, 2 ** int(np.ceil(np.log2(pieces / FEWEST_PIECES))))
    return [as_pieces(line, length, slots) for line in lines]


def _stacked(
    arms: Sequence[tuple[Timeline, Parameters]],
    lines: Sequence[Any],
    groups: Sequence[Group],
    machine: Machine,
    kept: IntArray | None,
) -> tuple[Any, ...]:
    import jax

    from allodyne.simulate.targets import Subjects

    subjects = []
    for group in groups:
        chosen = arms[group.arm][1].take(np.resize(group.subjects, group.width))
        exposure = np.broadcast_to(chosen.exposure, (lines[group.arm].shift.shape[1], group.width))
        parts = (1.0 / chosen.turnover, chosen.gains, exposure)
        subjects.append(Subjects(*(np.asarray(part, machine.dtype) for part in parts)))
    pieces = [lines[group.arm] for group in groups]
    tolerance = np.array([group.tolerance for group in groups])
    rows = np.zeros((len(groups), 0), np.int64) if kept is None else np.stack([kept] * len(groups))
    together = jax.tree.map(lambda *arrays: np.stack(arrays), *zip(pieces, subjects, strict=True))
    return together[0], together[1], tolerance, rows


@lru_cache(maxsize=16)
def _program(structure: Structure, machine: Machine, count: int, whole: bool) -> Callable[..., Any]:
    """The compiled integration of as many groups at once as there are devices."""
    import jax
    from jax.sharding import Mesh, PartitionSpec

    from allodyne.simulate.adaptive import solver
    from allodyne.simulate.backend import compiled

    devices = machine.devices()
    one = solver(structure)
    mesh = Mesh(np.array(devices[:count]), ("group",))

    def local(pieces: Any, subjects: Any, tolerance: Any, rows: Any) -> Any:
        own = jax.tree.map(lambda array: array[0], (pieces, subjects, tolerance, rows))
        solution, _ = one(*own[:3], None if whole else own[3])
        return jax.tree.map(lambda array: array[None], solution)

    spec: Any = PartitionSpec("group")  # type: ignore[no-untyped-call]
    sharded = jax.shard_map(local, mesh=mesh, in_specs=spec, out_specs=spec, check_vma=False)
    return compiled(sharded) if machine.device == "cpu" else jax.jit(sharded)
