"""Trajectories of a population: groups of subjects over all cores, with a status each and the error reached."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from allodyne.simulate.status import TOLERANCE_MISSED
from allodyne.simulate.structure import FloatArray, Structure
from allodyne.simulate.timeline import Timeline

GROUP = 64
"""Subjects that share their steps; fixed, so that results do not depend on the number of cores."""
SMALL_GROUP = 8
STEP_SHARE = 2.5
"""Tolerance of a step as a multiple of the requested error; measured on the shipped network, checked in every run."""
CHECKED_SUBJECTS = 4
CHECK_SHARE = 0.25
"""The same for the solution that the error is estimated against."""
MOST_ATTEMPTS = 3
TIGHTER = 0.25
"""What the tolerance of a step is multiplied with when the estimated error exceeds the requested one."""
MOST_DRUG_SLOTS = (0, 2, 4, 8, 16, 32)


@dataclass(frozen=True)
class Parameters:
    """What differs between subjects.

    Attributes
    ----------
    turnover : array, shape (species, subjects)
        Days.
    gains : array, shape (edges, subjects)
        Signed, in the order of the network.
    exposure : array, shape (subjects,)
        Factor on every drug concentration.
    """

    turnover: FloatArray
    gains: FloatArray
    exposure: FloatArray

    @property
    def subjects(self) -> int:
        """Number of subjects."""
        return int(self.turnover.shape[1])

    def take(self, subjects: np.ndarray) -> Parameters:
        """Some of the subjects."""
        return Parameters(self.turnover[:, subjects], self.gains[:, subjects], self.exposure[subjects])

    def scaled(self, turnover: FloatArray, gains: FloatArray) -> Parameters:
        """The same subjects with turnover times and gains multiplied; shapes of the factors (species,) and (edges,)."""
        return Parameters(self.turnover * turnover[:, None], self.gains * gains[:, None], self.exposure)

    def without(self, edges: Sequence[int]) -> Parameters:
        """The same subjects with some edges cut, given by their rows."""
        if not edges:
            return self
        gains = self.gains.copy()
        gains[list(edges)] = 0.0
        return Parameters(self.turnover, gains, self.exposure)


@dataclass(frozen=True)
class Trajectories:
    """Solutions of one arm.

    Attributes
    ----------
    values : array, shape (outputs, species, subjects)
        Fold changes of the chosen species, as far as no blocker occupies them; NaN for subjects with a status.
    status : array of int8, shape (subjects,)
        0 solved, 1 not finite, 2 tolerance missed, 3 step limit.
    errors : array, shape (checked subjects,)
        Largest error of ln x over all species and outputs of each of the first subjects, which are solved again more
        tightly.
    steps : int
        Steps taken, all groups together.
    """

    values: FloatArray
    status: np.ndarray
    errors: FloatArray
    steps: int

    def only(self, species: Sequence[int]) -> Trajectories:
        """The same for some of the species, given by their rows."""
        return Trajectories(self.values[:, list(species)], self.status, self.errors, self.steps)

    @property
    def error(self) -> float:
        """Largest of the errors; NaN where nothing was checked."""
        known = self.errors[np.isfinite(self.errors)]
        return float(known.max()) if known.size else float("nan")


@dataclass(frozen=True)
class _Job:
    arm: int
    subjects: np.ndarray
    width: int
    tolerance: float
    checks: bool


def solve(
    structure: Structure,
    arms: Sequence[tuple[Timeline, Parameters]],
    species: Sequence[str],
    tolerance: float,
    progress: Callable[[int, int], None] | None = None,
    check: bool = True,
) -> list[Trajectories]:
    """Solve all arms of a study.

    An arm whose estimated error exceeds the requested one is solved again more tightly; checked subjects that exceed it
    even then get the status ``TOLERANCE_MISSED``.

    Parameters
    ----------
    structure : Structure
    arms : sequence of (Timeline, Parameters)
    species : sequence of str
        Which species to keep.
    tolerance : float
        Requested error of ln x.
    progress : callable, optional
        Called with the number of finished subjects and of all, over all arms.
    check : bool, optional
        Solve a few subjects more tightly to estimate the error; without it the error is NaN.

    Returns
    -------
    list of Trajectories
        One per arm.
    """
    solved: dict[int, Trajectories] = {}
    pending, share = list(range(len(arms))), STEP_SHARE
    for _ in range(MOST_ATTEMPTS):
        found = _solve_once(structure, [arms[k] for k in pending], species, tolerance, share, progress, check)
        solved |= dict(zip(pending, found, strict=True))
        pending = [k for k in pending if solved[k].error > tolerance]
        share *= TIGHTER
        if not pending:
            break
    for k in pending:
        over = np.flatnonzero(solved[k].errors > tolerance)
        solved[k].status[over] = TOLERANCE_MISSED
        solved[k].values[:, :, over] = np.nan
    return [solved[k] for k in range(len(arms))]


def _solve_once(
    structure: Structure,
    arms: Sequence[tuple[Timeline, Parameters]],
    species: Sequence[str],
    tolerance: float,
    share: float,
    progress: Callable[[int, int], None] | None,
    check: bool,
) -> list[Trajectories]:
    rows = np.array([structure.row(name) for name in species], dtype=np.int64)
    kept = [np.full((len(line.outputs), len(rows), p.subjects), np.nan) for line, p in arms]
    status = [np.zeros(p.subjects, dtype=np.int8) for _, p in arms]
    sample: dict[int, FloatArray] = {}
    tight: dict[int, FloatArray] = {}
    steps = [0] * len(arms)
    finished, total = 0, sum(p.subjects for _, p in arms)
    shape = _shape([line for line, _ in arms])
    for batch, results in _batches(structure, arms, _jobs(arms, tolerance, share, check), shape):
        for job, (ends, job_status, job_steps) in zip(batch, results, strict=True):
            line, count = arms[job.arm][0], len(job.subjects)
            values = np.where(job_status == 0, _at_outputs(ends, line), np.nan)[:, :, :count]
            if line.drugs:
                values = values * line.free(arms[job.arm][1].exposure[job.subjects])
            if job.checks:
                tight[job.arm] = values
                continue
            kept[job.arm][:, :, job.subjects] = values[:, rows]
            status[job.arm][job.subjects] = job_status[:count]
            steps[job.arm] += job_steps
            if job.subjects[0] == 0:
                sample[job.arm] = values[:, :, :CHECKED_SUBJECTS].copy()
            finished += count
            if progress is not None:
                progress(finished, total)
    errors = [_differences(sample[k], tight[k]) if k in tight else np.full(0, np.nan) for k in range(len(arms))]
    return [Trajectories(kept[k], status[k], errors[k], steps[k]) for k in range(len(arms))]


def _differences(values: FloatArray, reference: FloatArray) -> FloatArray:
    """Largest difference of ln x of each subject."""
    from allodyne.simulate.collocation import FLOOR

    with np.errstate(invalid="ignore", divide="ignore"):
        difference = np.abs(values - reference) / np.maximum(reference, FLOOR)
    return np.asarray(difference.max(axis=(0, 1)))


def _at_outputs(ends: FloatArray, line: Timeline) -> FloatArray:
    healthy = np.ones_like(ends[:1])
    return np.asarray(np.concatenate([healthy, ends])[line.outputs + 1])


def _jobs(arms: Sequence[tuple[Timeline, Parameters]], tolerance: float, share: float, check: bool) -> list[_Job]:
    jobs = []
    for arm, (_, parameters) in enumerate(arms):
        for first in range(0, parameters.subjects, GROUP):
            subjects = np.arange(first, min(first + GROUP, parameters.subjects))
            width = SMALL_GROUP if len(subjects) <= SMALL_GROUP else GROUP
            jobs.append(_Job(arm, subjects, width, share * tolerance, checks=False))
        if not check:
            continue
        few = np.arange(min(CHECKED_SUBJECTS, parameters.subjects))
        jobs.append(_Job(arm, few, SMALL_GROUP, CHECK_SHARE * tolerance, checks=True))
    return sorted(jobs, key=lambda job: (job.width, job.checks))


def _shape(lines: Sequence[Timeline]) -> tuple[int, int]:
    """Pieces and drugs to pad to, so that most studies share a compiled program."""
    pieces = max(len(line.duration) for line in lines)
    drugs = max(line.drugs for line in lines)
    slots = next((slot for slot in MOST_DRUG_SLOTS if slot >= drugs), drugs)
    return 64 * max(1, 2 ** int(np.ceil(np.log2(pieces / 64)))), slots


def _batches(
    structure: Structure, arms: Sequence[tuple[Timeline, Parameters]], jobs: Sequence[_Job], shape: tuple[int, int]
) -> Any:
    from allodyne.simulate.backend import devices

    places = devices()
    for width in sorted({job.width for job in jobs}):
        same = [job for job in jobs if job.width == width]
        count = min(len(places), len(same))
        run = _build(structure, count)
        for first in range(0, len(same), count):
            batch = same[first : first + count]
            filled = [*batch, *batch[:1] * (count - len(batch))]
            yield batch, run(*_stack(arms, filled, shape))[: len(batch)]


def _stack(
    arms: Sequence[tuple[Timeline, Parameters]], jobs: Sequence[_Job], shape: tuple[int, int]
) -> tuple[Any, Any, FloatArray]:
    import jax

    from allodyne.simulate.adaptive import Subjects, as_pieces

    pieces, subjects = [], []
    for job in jobs:
        line, parameters = arms[job.arm]
        padded = np.resize(job.subjects, job.width)
        chosen = parameters.take(padded)
        pieces.append(as_pieces(line, *shape))
        exposure = np.broadcast_to(chosen.exposure, (shape[1], job.width))
        subjects.append(Subjects(1.0 / chosen.turnover, chosen.gains, exposure))
    tolerance = np.array([job.tolerance for job in jobs])
    together = jax.tree.map(lambda *arrays: np.stack(arrays), *zip(pieces, subjects, strict=True))
    return together[0], together[1], tolerance


@lru_cache(maxsize=16)
def _build(structure: Structure, count: int) -> Callable[..., list[tuple[FloatArray, np.ndarray, int]]]:
    import jax
    from jax.sharding import Mesh, PartitionSpec

    from allodyne.simulate.adaptive import solver
    from allodyne.simulate.backend import devices

    one = solver(structure)
    mesh = Mesh(np.array(devices()[:count]), ("group",))

    def local(*arguments: Any) -> Any:
        solution, _ = one(*jax.tree.map(lambda array: array[0], arguments))
        return jax.tree.map(lambda array: array[None], solution)

    spec: Any = PartitionSpec("group")  # type: ignore[no-untyped-call]
    program = jax.jit(jax.shard_map(local, mesh=mesh, in_specs=spec, out_specs=spec, check_vma=False))

    def run(*arguments: Any) -> list[tuple[FloatArray, np.ndarray, int]]:
        solution = program(*arguments)
        ends, status, steps = (np.asarray(part) for part in (solution.ends, solution.status, solution.steps))
        return [(ends[k], status[k], int(steps[k])) for k in range(count)]

    return run
