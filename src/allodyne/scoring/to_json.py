"""Scores as a plain dictionary for programs.

Keys of the dictionary:

- ``allodyne``: version; ``seed`` and ``resamples`` of the intervals; ``context_of_use``.
- ``findings``: how many, whether the shipped ones, and the files they were read from.
- ``parameters``: size and digest of the shipped gains and turnover times, folds, and how many findings belong to papers
  inside and outside the calibration.
- ``goals``: list of ``{id, what, wanted, found, standing}``.
- ``agreement``: list of rows by ``by`` and ``name``, each with ``held_out``, ``fitted``, the baselines ``of_class``,
  ``of_outcome`` and ``shuffled``, and the differences ``over_*``.
- ``confusion``: ``held_out`` and ``fitted``, published by predicted direction; ``bands``: agreement by band for none.
- ``chances``: scores of the predictive probabilities; ``sizes``: list of rows by family.
- ``outside_intervals``: published sizes that their 90 percent prediction interval does not hold.
- ``published_intervals``: by therapy, how many predictions lie inside the published 95 percent interval, of the sizes
  whose error is printed; ``outside_published_intervals``: those held-out predictions that do not.
- ``failures``: missed directions with the edges most responsible; ``scope``: counts, reasons, and each refused finding.
- ``predictions``: one record for each finding, as in ``predictions.csv``.

An estimate is ``{value, low, high}`` with a 90 percent interval over papers; what is not known is null.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from allodyne.report.results import CONTEXT_OF_USE
from allodyne.scoring.bootstrap import RESAMPLES
from allodyne.scoring.prediction_records import records
from allodyne.scoring.published_intervals import missed, within_rows

if TYPE_CHECKING:
    from allodyne.scoring.failures import Failure
    from allodyne.scoring.sizes import Sized
    from allodyne.scoring.validation import Validation


def to_json(validation: Validation) -> dict[str, Any]:
    """Turn scores into a dictionary of plain values, as the module describes it."""
    import allodyne

    given = validation.given
    found = {
        "allodyne": allodyne.__version__,
        "context_of_use": CONTEXT_OF_USE,
        "seed": validation.seed,
        "resamples": RESAMPLES,
        "findings": {"count": len(given.findings), "shipped": given.shipped, "files": given.places},
        "parameters": validation.parameters,
        "goals": validation.goals,
        "agreement": validation.agreement,
        "confusion": {"held_out": validation.confusion, "fitted": validation.fitted_confusion},
        "bands": {f"{band:g}": rows for band, rows in validation.bands.items()},
        "chances": validation.chances,
        "sizes": validation.sizes,
        "outside_intervals": [_size(one) for one in validation.outside_intervals],
        "published_intervals": within_rows(validation.numbers),
        "outside_published_intervals": [_size(one) for one in missed(validation.numbers)],
        "failures": [_failure(one) for one in validation.failures],
        "scope": validation.scope,
        "predictions": records(validation),
    }
    plain: dict[str, Any] = _plain(found)
    return plain


def json_text(validation: Validation) -> str:
    """The dictionary as text."""
    return json.dumps(to_json(validation), indent=1, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return int(value) if isinstance(value, np.integer) else value


def _failure(one: Failure) -> dict[str, Any]:
    experiment = one.prediction.experiment
    return {
        "id": experiment.id,
        "paper": experiment.paper,
        "citation": one.citation,
        "class": experiment.kind,
        "variable": experiment.variable,
        "found": one.found,
        "predicted": one.predicted,
        "log_ratio": one.prediction.log_ratio,
        "edges": one.edges,
    }


def _size(one: Sized) -> dict[str, Any]:
    low, high = one.interval()
    return {
        "id": one.experiment.id,
        "paper": one.experiment.paper,
        "statistic": one.experiment.number.statistic if one.experiment.number else None,
        "published": one.published,
        "predicted": one.prediction.size,
        "low": low,
        "high": high,
    }
