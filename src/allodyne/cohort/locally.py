"""Solving portions in this process, on all its cores."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import TYPE_CHECKING

from allodyne.cohort.chunks import Chunks, compressed
from allodyne.cohort.portion import portion_numbers
from allodyne.cohort.portions import Portions

if TYPE_CHECKING:
    from allodyne.pipeline import Prepared
    from allodyne.simulate.solve import Accuracy


def solve_here(
    one: Prepared,
    accuracy: Mapping[str, Accuracy],
    portions: Portions,
    pending: Sequence[int],
    tell: Callable[[float], None],
) -> Generator[tuple[int, Chunks]]:
    """Solve portions one after the other.

    Parameters
    ----------
    one : Prepared
    accuracy : mapping of str to Accuracy
        By arm.
    portions : Portions
    pending : sequence of int
        Portions to be solved.
    tell : callable
        Called with the share of the current portion that is done, 0 to 1.

    Yields
    ------
    (int, dict of str to bytes)
        Portion and its compressed numbers.
    """
    for portion in pending:
        numbers = portion_numbers(one, accuracy, portions.first(portion), portions.count(portion), tell)
        yield portion, compressed(numbers, portions.size)
