"""Trajectories of a population: groups of subjects over all cores, with a status each and the error reached."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from allodyne.simulate.groups import solved_groups
from allodyne.simulate.machine import Machine
from allodyne.simulate.parameters import Parameters
from allodyne.simulate.status import TOLERANCE_MISSED
from allodyne.simulate.structure import FloatArray, Structure
from allodyne.simulate.timeline import Timeline

STEP_SHARE = 3.0
"""Tolerance of a step as a multiple of the requested error; measured on the shipped network, checked in every run."""
CHECKED_SUBJECTS = 8
"""As many as the narrowest program for several subjects takes at once."""
CHECK_SHARE = 0.25
"""As ``STEP_SHARE``, for the solution that the error is estimated against."""
HEADROOM = 0.6
"""Share of the requested error that the checked subjects may have, since among many others some have more."""
MOST_ATTEMPTS = 3
TIGHTER = 0.25
"""What the tolerance of a step is multiplied with when the estimated error exceeds the requested one."""


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
    evaluations : int
        How often the targets of all species were worked out for a group, all groups together.
    """

    values: FloatArray
    status: np.ndarray
    errors: FloatArray
    steps: int
    evaluations: int

    @property
    def subjects(self) -> int:
        """Number of subjects."""
        return len(self.status)

    def only(self, species: Sequence[int]) -> Trajectories:
        """The same for some of the species, given by their rows."""
        return Trajectories(self.values[:, list(species)], self.status, self.errors, self.steps, self.evaluations)

    @property
    def error(self) -> float:
        """Largest of the errors; NaN where nothing was checked."""
        known = self.errors[np.isfinite(self.errors)]
        return float(known.max()) if known.size else float("nan")


@dataclass(frozen=True)
class Accuracy:
    """How finely an arm is solved; decided on its first subjects.

    Attributes
    ----------
    share : float
        Tolerance of a step as a multiple of the requested error.
    errors : array, shape (checked subjects,)
        Largest error of ln x over all species and outputs of each of the first subjects, which were solved again more
        tightly; empty where nothing was checked.
    begun : Trajectories or None
        Solution of the first groups, all species, so that it need not be solved twice.
    """

    share: float
    errors: FloatArray
    begun: Trajectories | None = field(default=None, repr=False, compare=False)


Arms = Sequence[tuple[Timeline, Parameters]]
CORES = Machine()
UNCHECKED = Accuracy(STEP_SHARE, np.full(0, np.nan))


def rehearse(structure: Structure, arms: Arms, tolerance: float, machine: Machine = CORES) -> list[Accuracy]:
    """Solve the first subjects of each arm, and again more tightly; tighten until the error is the requested one.

    Parameters
    ----------
    structure : Structure
    arms : sequence of (Timeline, Parameters)
        Of the whole population or of its first group.
    tolerance : float
        Requested error of ln x.
    machine : Machine, optional
        What the study will be solved on; the solution that it is compared with is in double precision on a core.

    Returns
    -------
    list of Accuracy
        One per arm; its errors may exceed the request where even the tightest attempt missed it.
    """
    firsts = [(line, parameters.first(machine.at_once)) for line, parameters in arms]
    few = [(line, parameters.first(CHECKED_SUBJECTS)) for line, parameters in arms]
    found: dict[int, Accuracy] = {}
    pending, share = list(range(len(arms))), STEP_SHARE
    for attempt in range(MOST_ATTEMPTS):
        share *= TIGHTER if attempt else 1.0
        tight = CHECK_SHARE * share / STEP_SHARE
        loosely, tightly = [share * tolerance] * len(pending), [tight * tolerance] * len(pending)
        begun = _solved(structure, [firsts[k] for k in pending], None, loosely, machine)
        exact = _solved(structure, [few[k] for k in pending], None, tightly)
        for k, one, reference in zip(pending, begun, exact, strict=True):
            errors = _differences(one.values[:, :, : reference.values.shape[2]], reference.values)
            found[k] = Accuracy(share, errors, one)
        pending = [k for k in pending if np.any(found[k].errors > HEADROOM * tolerance)]
        if not pending:
            break
    return [found[k] for k in range(len(arms))]


def solve(
    structure: Structure,
    arms: Arms,
    species: Sequence[str],
    tolerance: float,
    progress: Callable[[int, int], None] | None = None,
    check: bool = True,
    accuracy: Sequence[Accuracy] | None = None,
    first: int = 0,
    machine: Machine = CORES,
) -> list[Trajectories]:
    """Solve all arms of a study, or a portion of its population.

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
        Rehearse; without it the error is not known.
    accuracy : sequence of Accuracy, optional
        From :func:`rehearse`, for all portions of a population the same.
    first : int, optional
        Subject that the portion begins with, a multiple of the group of the machine: groups that share their steps are
        then the same however the population is cut.
    machine : Machine, optional
        What to solve on.

    Returns
    -------
    list of Trajectories
        One per arm. Checked subjects that miss the requested error have the status ``TOLERANCE_MISSED``.
    """
    if accuracy is None:
        accuracy = rehearse(structure, arms, tolerance, machine) if check else [UNCHECKED] * len(arms)
    rows = [structure.row(name) for name in species]
    begun = [
        one.begun.only(rows) if one.begun is not None and first == 0 and one.begun.subjects <= p.subjects else None
        for one, (_, p) in zip(accuracy, arms, strict=True)
    ]
    done = [0 if one is None else one.subjects for one in begun]
    left = [(line, p.take(np.arange(known, p.subjects))) for (line, p), known in zip(arms, done, strict=True)]
    total = sum(parameters.subjects for _, parameters in arms)

    def tell(finished: int) -> None:
        if progress is not None:
            progress(sum(done) + finished, total)

    tell(0)
    found = _solved(structure, left, species, [one.share * tolerance for one in accuracy], machine, tell)
    whole = [rest if start is None else _joined(start, rest) for start, rest in zip(begun, found, strict=True)]
    for one, reached in zip(whole, accuracy, strict=True):
        over = np.flatnonzero(reached.errors > tolerance) - first
        over = over[(over >= 0) & (over < one.subjects)]
        one.status[over] = TOLERANCE_MISSED
        one.values[:, :, over] = np.nan
    return [replace(one, errors=reached.errors) for one, reached in zip(whole, accuracy, strict=True)]


def _joined(start: Trajectories, rest: Trajectories) -> Trajectories:
    return Trajectories(
        np.concatenate([start.values, rest.values], axis=2),
        np.concatenate([start.status, rest.status]),
        rest.errors,
        start.steps + rest.steps,
        start.evaluations + rest.evaluations,
    )


def _solved(
    structure: Structure,
    arms: Arms,
    species: Sequence[str] | None,
    tolerances: Sequence[float],
    machine: Machine = CORES,
    tell: Callable[[int], None] | None = None,
) -> list[Trajectories]:
    """Solve with known tolerances of a step: all species without a choice."""
    rows = None if species is None else np.array([structure.row(name) for name in species], dtype=np.int64)
    counts = [parameters.subjects for _, parameters in arms]
    width = len(structure.species) if rows is None else len(rows)
    kept = [np.full((len(line.outputs), width, n), np.nan) for (line, _), n in zip(arms, counts, strict=True)]
    status = [np.zeros(n, dtype=np.int8) for n in counts]
    steps, evaluations = [0] * len(arms), [0] * len(arms)
    finished = 0
    for group, ended in solved_groups(structure, arms, rows, tolerances, machine):
        line, subjects = arms[group.arm][0], group.subjects
        values = np.where(ended.status == 0, _at_outputs(ended.ends, line), np.nan)[:, :, : len(subjects)]
        if line.drugs:
            free = line.free(arms[group.arm][1].exposure[subjects])
            values = values * (free if rows is None else free[:, rows])
        kept[group.arm][:, :, subjects] = values
        status[group.arm][subjects] = ended.status[: len(subjects)]
        steps[group.arm] += ended.steps
        evaluations[group.arm] += 2 * ended.sweeps
        finished += len(subjects)
        if tell is not None:
            tell(finished)
    nothing = np.full(0, np.nan)
    return [Trajectories(kept[k], status[k], nothing, steps[k], evaluations[k]) for k in range(len(arms))]


def _differences(values: FloatArray, reference: FloatArray) -> FloatArray:
    """Largest difference of ln x of each subject."""
    from allodyne.simulate.collocation import FLOOR

    with np.errstate(invalid="ignore", divide="ignore"):
        difference = np.abs(values - reference) / np.maximum(reference, FLOOR)
    return np.asarray(difference.max(axis=(0, 1)))


def _at_outputs(ends: FloatArray, line: Timeline) -> FloatArray:
    healthy = np.ones_like(ends[:1])
    return np.asarray(np.concatenate([healthy, ends])[line.outputs + 1])
