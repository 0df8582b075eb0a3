"""How often the predicted direction is the published one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from allodyne.experiments.experiment import Direction, Experiment
from allodyne.scoring.bootstrap import SEED, Estimate, over_papers
from allodyne.scoring.predictions import NONE_BAND, Prediction, direction_of

BANDS = (0.01, 0.02, 0.05, 0.10, 0.20)
"""Log ratios within which a difference counts as none, for the sweep."""
DIRECTIONS: tuple[Direction, ...] = ("up", "down", "none")
FAILED = "failed"
"""What stands for a prediction that could not be made."""
CLASSES = ("injury", "treatment", "blocker", "comparison", "healthy")
EVERYTHING, ANIMALS, PEOPLE = "all", "animals", "people"
BUILT_IN, NOT_BUILT_IN = "source of the model", "no source of the model"
"""Whether the paper of a finding is cited by an edge, a drive, a condition or a drug of the model."""

Guess = Direction | None


@dataclass(frozen=True)
class Agreement:
    """Direction agreement over some findings.

    Attributes
    ----------
    hits, count, papers : int
        Findings whose direction was predicted, all findings, their papers.
    failed : int
        Findings without a prediction; they count as misses.
    by_record, by_paper : Estimate
        Share of hits with each finding, or each paper, counting alike.
    """

    hits: int
    count: int
    papers: int
    failed: int
    by_record: Estimate
    by_paper: Estimate


def directed(predictions: Sequence[Prediction]) -> list[Prediction]:
    """Predictions of findings that compare two groups and have a published direction."""
    return [one for one in predictions if one.experiment.direction is not None and one.experiment.right is not None]


def held_out(prediction: Prediction, band: float = NONE_BAND) -> Guess:
    """Direction by parameters that never saw the paper."""
    return direction_of(prediction.log_ratio, band)


def fitted(prediction: Prediction, band: float = NONE_BAND) -> Guess:
    """Direction by the shipped parameters."""
    return direction_of(prediction.fitted_log_ratio, band)


def agreement(experiments: Sequence[Experiment], guesses: Sequence[Guess], seed: int = SEED) -> Agreement:
    """Compare directions.

    Parameters
    ----------
    experiments : sequence of Experiment
        With a published direction each.
    guesses : sequence of str or None
        What was predicted; None counts as a miss.
    seed : int, optional
        Of the resamples.
    """
    hits = [guess == one.direction for one, guess in zip(experiments, guesses, strict=True)]
    papers = [one.paper for one in experiments]
    return Agreement(
        hits=sum(hits),
        count=len(hits),
        papers=len(set(papers)),
        failed=sum(guess is None for guess in guesses),
        by_record=over_papers(hits, papers, seed),
        by_paper=over_papers(hits, papers, seed, by_paper=True),
    )


def ways_to_group() -> Mapping[str, Callable[[Experiment], str]]:
    """What agreement is broken down by, with the name of the group of an experiment."""
    return {
        "subjects": lambda one: PEOPLE if one.in_people else ANIMALS,
        "class": lambda one: one.kind,
        "paper": lambda one: BUILT_IN if one.built_in else NOT_BUILT_IN,
        "therapy": lambda one: one.therapy,
        "species": lambda one: one.animal,
        "condition": lambda one: one.condition,
        "outcome": lambda one: one.variable,
    }


def groups(experiments: Sequence[Experiment]) -> dict[tuple[str, str], list[int]]:
    """Positions of the experiments of each group.

    Returns
    -------
    dict of (str, str) to list of int
        By what is grouped and the name of the group; all first, classes in their usual order, others by falling size.
    """
    found: dict[tuple[str, str], list[int]] = {("subjects", EVERYTHING): list(range(len(experiments)))}
    for by, name_of in ways_to_group().items():
        members: dict[str, list[int]] = {}
        for position, one in enumerate(experiments):
            members.setdefault(name_of(one), []).append(position)
        fixed = (ANIMALS, PEOPLE, *CLASSES)
        order = sorted(members, key=lambda name: (fixed.index(name) if name in fixed else len(fixed), name))
        if by not in ("subjects", "class"):
            order = sorted(members, key=lambda name: (-len(members[name]), name))
        found |= {(by, name): members[name] for name in order}
    return found


def confusion(experiments: Sequence[Experiment], guesses: Sequence[Guess]) -> dict[str, dict[str, int]]:
    """Count what was predicted for each published direction.

    Returns
    -------
    dict of str to dict of str to int
        By published direction, then by predicted direction or ``failed``.
    """
    seen = Counter((one.direction, guess or FAILED) for one, guess in zip(experiments, guesses, strict=True))
    return {told: {said: seen[told, said] for said in (*DIRECTIONS, FAILED)} for told in DIRECTIONS}


def band_sweep(predictions: Sequence[Prediction], seed: int = SEED) -> dict[float, dict[str, Agreement]]:
    """Held-out agreement with other bands for none; by band, then by class and subjects."""
    chosen = directed(predictions)
    experiments = [one.experiment for one in chosen]
    found = {}
    for band in BANDS:
        guesses = [held_out(one, band) for one in chosen]
        found[band] = {
            name: agreement([experiments[k] for k in rows], [guesses[k] for k in rows], seed)
            for (by, name), rows in groups(experiments).items()
            if by in ("subjects", "class")
        }
    return found
