"""Running a study portion by portion into a results folder: here or on a cluster, at once or in several goes."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from allodyne.cohort.locally import solve_here
from allodyne.cohort.plan import plan_of
from allodyne.cohort.portions import cut
from allodyne.cohort.scheduler import solve_on, workers_of
from allodyne.cohort.store import ZARR, Store, kept, refuse_unfinished, unfinished_folder
from allodyne.errors import OutputError, UserError
from allodyne.measurement import measured
from allodyne.pipeline import Prepared, Progress, completed, prepare, rehearsed, solved_centre
from allodyne.report.results import Results
from allodyne.report.writing import absolute, check_folder, move_in, write_tables
from allodyne.simulate.machine import DeviceName, Precision, machine_for
from allodyne.simulate.solve import Accuracy
from allodyne.simulate.structure import FloatArray

if TYPE_CHECKING:
    import xarray as xr

    from allodyne.calibrate.posterior import Posterior
    from allodyne.cohort.chunks import Chunks
    from allodyne.safety.plan_check import PlanCheck
    from allodyne.study.schema import Study

GO_ON = "the same call with resume=True"


def run_cohort(
    study: Study,
    folder: Path | str,
    *,
    scheduler: str | None = None,
    resume: bool = False,
    force: bool = False,
    report: bool = True,
    posterior: Posterior | None = None,
    check: PlanCheck | None = None,
    progress: Progress | None = None,
    portion: int | None = None,
    go_on: str = GO_ON,
    device: DeviceName = "auto",
    precision: Precision | None = None,
) -> Results:
    """Simulate a study portion by portion and write its results folder, with ``results.zarr`` for all numbers.

    Parameters
    ----------
    study : Study
    folder : Path or str
        Where the results shall appear. Until they are whole they stand beside it, in ``<folder>.unfinished``.
    scheduler : str, optional
        Address of a scheduler of Dask, or ``local:N`` for N workers on this machine; in this process without it.
    resume : bool, optional
        Go on with the run of this study that was interrupted; nothing that is finished is computed again.
    force : bool, optional
        Replace an earlier results folder, and an unfinished run that is not to be resumed.
    report : bool, optional
        Write ``report.html`` too.
    posterior, check
        As in :func:`allodyne.pipeline.run_study`.
    progress : callable, optional
        Called with what is being done and the share that is done, 0 to 1.
    portion : int, optional
        Subjects of a portion, a multiple of 64 on processor cores; chosen without it. No number depends on it.
    go_on : str, optional
        How to go on after an interruption, for messages.
    device, precision : str, optional
        As in :func:`allodyne.pipeline.run_study`, of every worker.

    Returns
    -------
    Results
        Read from the folder, not held in memory.

    Raises
    ------
    PlanRefused
        When the plan breaks a hard limit.
    OutputError
        When the folder cannot be written, or an unfinished run is in the way.
    UserError
        When an unfinished run is of another study or version, or the scheduler cannot be reached or is lost.
    """
    from allodyne.safety.check import check_plan, refuse

    checked, target = check or check_plan(study), absolute(Path(folder))
    refuse(checked, study)
    check_folder(target, force)
    if not resume and not force:
        refuse_unfinished(target, go_on)
    tell = progress or (lambda _what, _share: None)
    with _resumable(target, go_on):
        with workers_of(scheduler) if scheduler is not None else nullcontext() as client:
            tell("drawing subjects", 0.0)
            machine = machine_for(device, precision, study.subjects.n * len(study.arms))
            one = prepare(study, draws=True, posterior=posterior, machine=machine)
            store = _begun(unfinished_folder(target), one, checked, resume, portion)
            pending = [number for number in store.portions if number not in store.finished()]
            told = _Told(tell, len(store.portions), len(store.portions) - len(pending))
            found = (
                solve_here(one, store.plan.arms, store.portions, pending, told.share)
                if client is None
                else solve_on(client, str(scheduler), store.plan, store.portions, pending)
            )
            _write(store, found, told)
        tell("writing tables", 1.0)
        write_tables(Results.load(store.results / ZARR), store.results, report)
        move_in(store.results, target, force)
        store.remove()
    return Results.load(target)


def _begun(place: Path, one: Prepared, check: PlanCheck, resume: bool, portion: int | None) -> Store:
    """The store of the run that is to be gone on with, or a new one."""
    earlier = Store.open(place) if resume else None
    if earlier is not None:
        differences = earlier.plan.differences(plan_of(one, earlier.plan.arms))
        if differences:
            remedy = "Use the study and the version that began it, or remove that folder to start anew."
            raise UserError(f"The unfinished run is another one. {' '.join(differences)}", str(place), remedy)
        return earlier
    accuracy = rehearsed([one])[0]
    template = without_subjects(one, accuracy).assign_attrs(plan_check=check.model_dump_json())
    return Store.create(place, plan_of(one, accuracy), cut(one, portion), template)


def _write(store: Store, found: Generator[tuple[int, Chunks]], told: _Told) -> None:
    begun = time.perf_counter() - max(store.finished().values(), default=0.0)
    told.share(0.0)
    with closing(found):
        for portion, chunks in found:
            store.write(portion, chunks, time.perf_counter() - begun)
            told.done += 1
            told.share(0.0)
    store.note(runtime_s=round(time.perf_counter() - begun, 3))


@dataclass
class _Told:
    """How far a run is."""

    tell: Progress
    total: int
    done: int

    def share(self, of_portion: float) -> None:
        """Tell the share that is done, with that of the current portion."""
        what = f"portion {min(self.done + 1, self.total)} of {self.total}"
        self.tell(what, (self.done + of_portion) / self.total)


@dataclass(frozen=True)
class _Nobody:
    """Solutions without any subject."""

    values: FloatArray
    status: npt.NDArray[np.int8]


def without_subjects(one: Prepared, accuracy: Mapping[str, Accuracy]) -> xr.Dataset:
    """The results as they will be, but for the subjects."""
    shape = len(one.study.output_times()), len(one.species), 0
    nobody = _Nobody(np.empty(shape), np.empty(0, dtype=np.int8))
    data = measured(one.study, one.schedule, one.species, dict.fromkeys(one.study.arms, nobody))
    return completed(data, one, solved_centre([one])[0], accuracy)


@contextmanager
def _resumable(target: Path, go_on: str) -> Iterator[None]:
    """Say of every failure that what is finished is kept, and how to go on."""
    try:
        yield
    except OSError as problem:
        remedy = "Check the free space and the permissions there."
        told = f"It cannot be written: {problem.strerror or problem}."
        raise _with_remedy(OutputError(told, str(unfinished_folder(target)), remedy), target, go_on) from problem
    except UserError as problem:
        raise _with_remedy(problem, target, go_on) from None


def _with_remedy(error: UserError, target: Path, go_on: str) -> UserError:
    finished = kept(target)
    if finished:
        error.remedy = f"{error.remedy or ''} {finished}; go on with: {go_on}".strip()
    return error
