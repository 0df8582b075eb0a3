"""Cutting a population into portions, small enough for memory and large enough that their overhead does not count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from allodyne.simulate.machine import GROUP

if TYPE_CHECKING:
    from allodyne.pipeline import Prepared
    from allodyne.study.schema import Study

MOST_IN_MEMORY = 2**27
"""Bytes of numbers up to which a study is kept in memory and written as results.csv too: 8 million lines of it."""
PORTION_BYTES = 2**27
"""Bytes that the parameters and numbers of a portion may take."""
PORTIONS = 256
"""Portions that a population is cut into where memory allows: enough to show progress and to lose little."""
SMALLEST = 16 * GROUP
NUMBER = 8


@dataclass(frozen=True)
class Portions:
    """A population in portions.

    Attributes
    ----------
    subjects : int
        Of the whole population.
    size : int
        Subjects of each portion but the last.
    group : int
        Subjects that share their steps; the size is a multiple of it, so that groups are the same however the
        population is cut.
    """

    subjects: int
    size: int
    group: int = GROUP

    def __post_init__(self) -> None:
        if self.size < 1 or self.size % self.group:
            raise ValueError(f"A portion has a multiple of {self.group} subjects, not {self.size}.")

    def __len__(self) -> int:
        return -(-self.subjects // self.size)

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self)))

    def first(self, portion: int) -> int:
        """Number of the first subject of a portion."""
        return portion * self.size

    def count(self, portion: int) -> int:
        """Number of subjects of a portion."""
        return min(self.size, self.subjects - self.first(portion))


def bytes_of_numbers(study: Study) -> int:
    """Bytes of all numbers of all subjects: each outcome with and without measurement error."""
    return NUMBER * 2 * len(study.measure) * len(study.arms) * len(study.output_times()) * study.subjects.n


def streams(study: Study) -> bool:
    """Whether a study has too many numbers to be kept in memory."""
    return bytes_of_numbers(study) > MOST_IN_MEMORY


def cut(one: Prepared, size: int | None = None) -> Portions:
    """Cut the population of a study; its numbers do not depend on how.

    Parameters
    ----------
    one : Prepared
    size : int, optional
        Subjects of a portion; chosen without it.
    """
    subjects, arms, group = one.study.subjects.n, len(one.study.arms), one.machine.group
    if size is not None:
        return Portions(subjects, size, group)
    # Parameters are drawn once, scaled to people once, and copied for each arm with a knock-out.
    parameters = (2 + sum(bool(rows) for rows in one.cuts.values())) * (
        len(one.structure.species) + len(one.structure.edges)
    )
    outputs = arms * len(one.study.output_times()) * (len(one.species) + 2 * len(one.study.measure))
    most = PORTION_BYTES // (NUMBER * (parameters + outputs))
    wanted = min(max(SMALLEST, subjects // PORTIONS), most)
    return Portions(subjects, max(group, wanted // group * group), group)
