"""All scores together."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from allodyne.experiments.experiment import Experiment, Expressed
from allodyne.scoring.agreement import Agreement, band_sweep, confusion, directed, fitted, held_out
from allodyne.scoring.bootstrap import SEED
from allodyne.scoring.chances import Chances, score_chances
from allodyne.scoring.comparing import AgreementRow, agreement_rows
from allodyne.scoring.failures import Failure, Tell, failures
from allodyne.scoring.findings_given import GivenFindings
from allodyne.scoring.goals import Goal, goals
from allodyne.scoring.predictions import Prediction
from allodyne.scoring.scope import Scope, scope_of
from allodyne.scoring.sizes import Sized, SizeRow, size_rows, sized

if TYPE_CHECKING:
    from allodyne.network.schema import Network
    from allodyne.simulate.structure import Structure

Confusion = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Validation:
    """How well findings are predicted.

    Attributes
    ----------
    given : GivenFindings
    expressed : Expressed
    predictions : tuple of Prediction
        In the order of the experiments.
    training : tuple of Experiment
        What the baselines know.
    goals : tuple of Goal
    agreement : tuple of AgreementRow
        All first.
    confusion, fitted_confusion : mapping
        Published by predicted direction.
    bands : mapping of float to mapping of str to Agreement
    chances : Chances
    sizes : tuple of SizeRow
        All first.
    numbers : tuple of Sized
        Each published number with both predictions.
    failures : tuple of Failure
    scope : Scope
    seed : int
        Of the resamples.
    parameters : mapping
        What the parameters are and where they come from.
    """

    given: GivenFindings
    expressed: Expressed
    predictions: tuple[Prediction, ...]
    training: tuple[Experiment, ...]
    goals: tuple[Goal, ...]
    agreement: tuple[AgreementRow, ...]
    confusion: Confusion
    fitted_confusion: Confusion
    bands: Mapping[float, Mapping[str, Agreement]]
    chances: Chances
    sizes: tuple[SizeRow, ...]
    numbers: tuple[Sized, ...]
    failures: tuple[Failure, ...]
    scope: Scope
    seed: int
    parameters: Mapping[str, Any]

    @property
    def whole(self) -> AgreementRow | None:
        """Agreement over all findings; None where none has a direction."""
        return next((row for row in self.agreement if row.name == "all"), None)

    @property
    def outside_intervals(self) -> list[Sized]:
        """Numbers that their 90 percent prediction interval does not hold, in order."""
        return [one for one in self.numbers if not one.covered(0.9)]


def assess(
    given: GivenFindings,
    expressed: Expressed,
    predictions: Sequence[Prediction],
    training: Sequence[Experiment],
    network: Network,
    structure: Structure,
    seed: int = SEED,
    tell: Tell | None = None,
) -> Validation:
    """Score predictions.

    Parameters
    ----------
    given : GivenFindings
    expressed : Expressed
        What became experiments.
    predictions : sequence of Prediction
        One for each experiment.
    training : sequence of Experiment
        Findings that the baselines may know: the shipped ones.
    network : Network
    structure : Structure
        Of that network.
    seed : int, optional
        Of the resamples.
    tell : callable, optional
        Called with the number of groups solved for the account of failures, and of all.
    """
    chosen = directed(predictions)
    experiments = [one.experiment for one in chosen]
    seen = [one for one in chosen if one.fold is not None]
    rows = agreement_rows(predictions, training, seed)
    numbers = sized(predictions, training)
    sizes, scope = size_rows(numbers, seed), scope_of(expressed)
    return Validation(
        given=given,
        expressed=expressed,
        predictions=tuple(predictions),
        training=tuple(training),
        goals=tuple(goals(rows, sizes, scope)),
        agreement=tuple(rows),
        confusion=confusion(experiments, [held_out(one) for one in chosen]),
        fitted_confusion=confusion([one.experiment for one in seen], [fitted(one) for one in seen]),
        bands=band_sweep(predictions, seed),
        chances=score_chances(predictions, training, seed),
        sizes=tuple(sizes),
        numbers=tuple(numbers),
        failures=tuple(failures(predictions, given.papers, network, structure, tell)),
        scope=scope,
        seed=seed,
        parameters=_parameters(predictions, structure),
    )


def _parameters(predictions: Sequence[Prediction], structure: Structure) -> dict[str, Any]:
    """What tells one set of shipped parameters from another, and how many folds made the predictions."""
    digest = hashlib.sha256()
    for names, values in ((structure.edges, structure.weights), (structure.species, structure.turnover)):
        digest.update(
            "\n".join(f"{name} {value!r}" for name, value in zip(names, values.tolist(), strict=True)).encode()
        )
    folds = sorted({one.fold for one in predictions if one.fold is not None})
    return {
        "species": len(structure.species),
        "edges": len(structure.edges),
        "sha256_of_gains_and_turnover": digest.hexdigest(),
        "folds": folds,
        "findings_of_papers_in_the_calibration": sum(one.fold is not None for one in predictions),
        "findings_of_papers_outside_the_calibration": sum(one.fold is None for one in predictions),
    }
