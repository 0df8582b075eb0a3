"""The model beside its baselines, for all findings and for every group of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allodyne.experiments.experiment import Experiment
from allodyne.scoring.agreement import Agreement, Guess, agreement, directed, fitted, groups, held_out
from allodyne.scoring.baselines import BY_CLASS, BY_OUTCOME, OtherPapers, Shuffled, shuffled_agreement, shuffled_hits
from allodyne.scoring.bootstrap import NOTHING, SEED, Estimate, over_papers
from allodyne.scoring.predictions import Prediction
from allodyne.simulate.structure import FloatArray


@dataclass(frozen=True)
class AgreementRow:
    """One group of findings.

    Attributes
    ----------
    by, name : str
        What is grouped by, such as ``class``, and which group.
    held_out : Agreement
        Parameters that never saw the paper.
    fitted : Agreement or None
        The shipped parameters, on those findings that were part of the calibration; None without any.
    of_class, of_outcome : Agreement
        Majority in other papers: of the class; of the class, therapy and outcome.
    of_class_with_own : Agreement
        Majority of the class in all papers, which favours this baseline.
    shuffled : Shuffled
    over_class, over_outcome, over_shuffled : Estimate
        Held-out share of hits less that of each baseline, on the same findings; of the class that with the own paper,
        the harder one.
    """

    by: str
    name: str
    held_out: Agreement
    fitted: Agreement | None
    of_class: Agreement
    of_class_with_own: Agreement
    of_outcome: Agreement
    shuffled: Shuffled
    over_class: Estimate
    over_outcome: Estimate
    over_shuffled: Estimate


def agreement_rows(
    predictions: Sequence[Prediction], training: Sequence[Experiment], seed: int = SEED
) -> list[AgreementRow]:
    """Compare directions by every way to group.

    Parameters
    ----------
    predictions : sequence of Prediction
        Those without a direction are passed over.
    training : sequence of Experiment
        Whose directions the baselines know; those of the finding's own paper are left out.
    seed : int, optional
    """
    chosen = directed(predictions)
    experiments = [one.experiment for one in chosen]
    others = {name: OtherPapers(training, levels) for name, levels in (("class", BY_CLASS), ("outcome", BY_OUTCOME))}
    guesses: dict[str, list[Guess]] = {
        name: [known.majority(one) for one in experiments] for name, known in others.items()
    }
    guesses["class with own"] = [others["class"].majority_with_own(one) for one in experiments]
    guesses["held out"] = [held_out(one) for one in chosen]
    guesses["fitted"] = [fitted(one) for one in chosen]
    hits = {name: _hits(experiments, said) for name, said in guesses.items()}
    of_shuffled = shuffled_hits(chosen)
    rows = []
    for (by, name), members in groups(experiments).items():
        some = [experiments[k] for k in members]
        papers = [one.paper for one in some]
        seen = [k for k in members if chosen[k].fold is not None]
        shuffled = of_shuffled[members]
        lead = hits["held out"][members]
        rows.append(
            AgreementRow(
                by=by,
                name=name,
                held_out=agreement(some, [guesses["held out"][k] for k in members], seed),
                fitted=agreement([experiments[k] for k in seen], [guesses["fitted"][k] for k in seen], seed)
                if seen
                else None,
                of_class=agreement(some, [guesses["class"][k] for k in members], seed),
                of_class_with_own=agreement(some, [guesses["class with own"][k] for k in members], seed),
                of_outcome=agreement(some, [guesses["outcome"][k] for k in members], seed),
                shuffled=shuffled_agreement(shuffled),
                over_class=over_papers(lead - hits["class with own"][members], papers, seed),
                over_outcome=over_papers(lead - hits["outcome"][members], papers, seed),
                over_shuffled=over_papers(lead - shuffled.mean(axis=1), papers, seed) if shuffled.size else NOTHING,
            )
        )
    return rows


def _hits(experiments: Sequence[Experiment], guesses: Sequence[Guess]) -> FloatArray:
    return np.array([guess == one.direction for one, guess in zip(experiments, guesses, strict=True)], dtype=np.float64)
