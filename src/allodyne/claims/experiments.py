"""In-silico experiments of claims: studies with what was published, run whole and without their mechanism."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from allodyne.errors import EvidenceError, UserError, nearest
from allodyne.network.knockout import Knockout

if TYPE_CHECKING:
    from allodyne.report.published import Comparison
    from allodyne.report.results import Results
    from allodyne.study.schema import Study

FOLDER = Path(str(files("allodyne.evidence") / "claims" / "experiments"))


@dataclass(frozen=True)
class Experiment:
    """An experiment that ran.

    Attributes
    ----------
    name : str
        Of its file, without the ending.
    results : Results
    comparisons : tuple of Comparison
        What was published beside what was simulated, in the order of the file; the first is the headline.
    """

    name: str
    results: Results
    comparisons: tuple[Comparison, ...]

    @property
    def behaves(self) -> bool:
        """Whether every published direction, and every published value without one, comes out."""
        return all(map(agrees, self.comparisons))

    @property
    def misses(self) -> list[Comparison]:
        """What does not come out."""
        return [row for row in self.comparisons if not agrees(row)]


def agrees(row: Comparison) -> bool:
    """Whether the simulated direction is the published one; of a value without direction, whether it lies inside."""
    return bool(row.inside if row.direction_agrees is None else row.direction_agrees)


@cache
def load_experiment(name: str) -> Study:
    """Load the study of an experiment.

    Parameters
    ----------
    name : str
        Name of a file of `FOLDER`, without its ending.

    Raises
    ------
    EvidenceError
        When there is no such file, it is no study, or it says nothing that was published.
    """
    from allodyne.study import Study

    path = FOLDER / f"{name}.yaml"
    if not path.is_file():
        known = sorted(file.stem for file in FOLDER.glob("*.yaml"))
        raise EvidenceError(f"There is no experiment {name!r}.", str(FOLDER), nearest(name, known))
    try:
        study = Study.from_yaml(path)
    except UserError as error:
        raise EvidenceError(error.message, error.where, error.remedy) from None
    if not study.published:
        raise EvidenceError("The experiment does not say what was published.", str(path), "Add `published:`.")
    return study


def run_experiments(
    names: Sequence[str], progress: Callable[[str, float], None] | None = None
) -> dict[str, Experiment]:
    """Run experiments, all of them together.

    Parameters
    ----------
    names : sequence of str
    progress : callable, optional
        Called with what is being done and the share that is done, 0 to 1.

    Returns
    -------
    dict of str to Experiment
        By name.
    """
    ran = _run(names, [load_experiment(name) for name in names], progress)
    return {one.name: one for one in ran}


def run_without(
    cuts: Sequence[tuple[str, Sequence[str]]], progress: Callable[[str, float], None] | None = None
) -> list[Experiment]:
    """Run experiments with edges cut in all their arms.

    Parameters
    ----------
    cuts : sequence of (str, sequence of str)
        Experiment and the edges to cut, ``source>target``; an experiment may stand there several times.
    progress : callable, optional
        Called with what is being done and the share that is done, 0 to 1.

    Returns
    -------
    list of Experiment
        In the order of `cuts`.
    """
    return _run([name for name, _ in cuts], [_without(load_experiment(name), edges) for name, edges in cuts], progress)


def _without(study: Study, edges: Sequence[str]) -> Study:
    cut = Knockout(edges=tuple(edges))
    return study.model_copy(update={"arms": {name: [*plans, cut] for name, plans in study.arms.items()}})


def _run(
    names: Sequence[str], studies: Sequence[Study], progress: Callable[[str, float], None] | None
) -> list[Experiment]:
    from allodyne.pipeline import run_studies
    from allodyne.report.published import comparisons

    results = run_studies(studies, progress)
    return [Experiment(name, found, tuple(comparisons(found))) for name, found in zip(names, results, strict=True)]
