"""What one task does: solve a portion of a population and measure its outcomes."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from allodyne.cohort.chunks import Chunks, compressed
from allodyne.cohort.plan import Plan, prepared_from
from allodyne.cohort.portions import Portions
from allodyne.simulate.solve import Accuracy

if TYPE_CHECKING:
    from allodyne.pipeline import Prepared

Numbers = dict[str, np.ndarray[Any, Any]]
"""Values by name of the variable: of an outcome of shape (arm, day, subject), of the status (arm, subject)."""

_ALONE = threading.Lock()


def portion_numbers(
    one: Prepared,
    accuracy: Mapping[str, Accuracy],
    first: int,
    count: int,
    tell: Callable[[float], None] | None = None,
) -> Numbers:
    """Solve all arms of some subjects and measure their outcomes.

    Parameters
    ----------
    one : Prepared
    accuracy : mapping of str to Accuracy
        By arm, for all portions the same.
    first : int
        Number of the first subject, a multiple of the group of the machine.
    count : int
        How many.
    tell : callable, optional
        Called with the share that is done, 0 to 1.

    Returns
    -------
    dict of str to array
        Outcomes as measured, ``<outcome>_true``, and ``status``; bit for bit those of the whole population.
    """
    from allodyne.measurement import measured
    from allodyne.pipeline import solved_subjects

    (solved,) = solved_subjects([one], [accuracy], first, count, tell)
    data = measured(one.study, one.schedule, one.species, solved, first)
    return {str(name): array.to_numpy() for name, array in data.data_vars.items()}


def portion_on_worker(plan: Plan, portions: Portions, portion: int) -> Chunks:
    """Solve a portion in a worker of Dask, on as many cores as the worker has threads.

    A worker with several threads is given several portions; it solves one after the other.
    """
    from distributed import get_worker

    with _ALONE:
        os.environ.setdefault("ALLODYNE_CORES", str(get_worker().state.nthreads))
        one, first, count = prepared_from(plan), portions.first(portion), portions.count(portion)
        return compressed(portion_numbers(one, plan.arms, first, count), portions.size)
