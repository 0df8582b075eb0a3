"""One record for each finding: what was published and what was predicted, or why it was not."""

from __future__ import annotations

import csv
import io
import math
from typing import TYPE_CHECKING, Any

from allodyne.experiments.expressing import therapy_of
from allodyne.scoring.agreement import FAILED, fitted, held_out
from allodyne.scoring.baselines import BY_CLASS, BY_OUTCOME, OtherPapers

if TYPE_CHECKING:
    from allodyne.scoring.predictions import Prediction
    from allodyne.scoring.sizes import Sized
    from allodyne.scoring.validation import Validation

COLUMNS = (
    *("id", "paper", "kind", "therapy", "condition", "variable", "species", "status", "fold"),
    *("published", "predicted_held_out", "predicted_fitted", "majority_of_class", "majority_of_outcome"),
    *("log_ratio", "fitted_log_ratio", "chance_down", "chance_none", "chance_up"),
    *("statistic", "published_size", "published_se", "size", "size_sd", "fitted_size", "pooled_mean", "pooled_sd"),
    *("pooled_from", "reason"),
)
"""Columns of the table; ``status`` is hit, miss, failed, size only, refused or outside."""
DIGITS = 6


def records(validation: Validation) -> list[dict[str, Any]]:
    """Gather the records in the order of the findings; what does not apply is None."""
    expressed = validation.expressed
    predictions = {one.experiment.id: one for one in validation.predictions}
    numbers = {one.experiment.id: one for one in validation.numbers}
    others = OtherPapers(validation.training, BY_CLASS), OtherPapers(validation.training, BY_OUTCOME)
    found = []
    for name, finding in expressed.findings.items():
        record: dict[str, Any] = dict.fromkeys(COLUMNS) | {
            "id": name,
            "paper": finding["paper"],
            "kind": finding["kind"],
            "therapy": therapy_of(finding),
            "condition": finding["condition"],
            "variable": finding["outcome"]["variable"],
            "species": finding["species"],
            "published": finding["result"].get("direction"),
        }
        if name in predictions:
            record |= _predicted(predictions[name], numbers.get(name), others)
        else:
            told, status = (
                (expressed.outside, "outside") if name in expressed.outside else (expressed.refused, "refused")
            )
            record |= {"status": status, "reason": told.get(name)}
        found.append({key: _known(value) for key, value in record.items()})
    return found


def csv_text(validation: Validation) -> str:
    """The records as a table of comma-separated values."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(records(validation))
    return text.getvalue()


def _predicted(one: Prediction, size: Sized | None, others: tuple[OtherPapers, OtherPapers]) -> dict[str, Any]:
    experiment = one.experiment
    record: dict[str, Any] = {"fold": one.fold, "status": "size only"}
    if experiment.direction is not None and experiment.right is not None:
        said = held_out(one)
        record |= {
            "status": FAILED if said is None else "hit" if said == experiment.direction else "miss",
            "predicted_held_out": said or FAILED,
            "predicted_fitted": fitted(one) or FAILED,
            "majority_of_class": others[0].majority(experiment),
            "majority_of_outcome": others[1].majority(experiment),
            "log_ratio": one.log_ratio,
            "fitted_log_ratio": one.fitted_log_ratio,
        } | dict(zip(("chance_down", "chance_none", "chance_up"), one.chances, strict=True))
    if experiment.number is not None and size is not None:
        record |= {
            "statistic": experiment.number.statistic,
            "published_size": experiment.number.value,
            "published_se": experiment.number.se,
            "size": one.size,
            "size_sd": one.size_sd,
            "fitted_size": one.fitted_size,
            "pooled_mean": size.pooled.mean,
            "pooled_sd": size.pooled.sd,
            "pooled_from": size.pooled.level or None,
        }
    return record


def _known(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
    return value
