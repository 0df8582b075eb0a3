"""Through what the arms differ, as the pipeline accounted for it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from allodyne.report.results import Results


@dataclass(frozen=True)
class Input:
    """One input and its part of the difference.

    Attributes
    ----------
    species, label : str
    change : float
        Part of the difference in ln of what it acts on.
    share : float
        That part over the whole difference; parts of opposite sign are negative.
    inputs : tuple of Input
        What acts on that input, in turn.
    """

    species: str
    label: str
    change: float
    share: float
    inputs: tuple[Input, ...] = ()


@dataclass(frozen=True)
class Mechanism:
    """Through what one arm differs from another in one endpoint, in the typical subject on one day.

    Attributes
    ----------
    change : float
        Difference in ln of the species behind the endpoint; negative where hypersensitivity is lower.
    """

    arm: str
    against: str
    outcome: str
    day: float
    change: float
    inputs: tuple[Input, ...]


def mechanisms(results: Results) -> list[Mechanism]:
    """Read the account that a run wrote into its results; empty where there is none."""
    records: list[dict[str, Any]] = json.loads(results.data.attrs.get("mechanisms") or "[]")
    return [
        Mechanism(
            record["arm"],
            record["against"],
            record["outcome"],
            record["day"],
            record["change"],
            tuple(_input(entry, record["change"]) for entry in record["inputs"]),
        )
        for record in records
    ]


def _input(entry: dict[str, Any], whole: float) -> Input:
    parts = tuple(_input(below, entry["change"]) for below in entry["inputs"])
    share = entry["change"] / whole if whole else float("nan")
    return Input(entry["species"], entry["label"], entry["change"], share, parts)


def mechanism_table(results: Results) -> pd.DataFrame:
    """One row per arm, endpoint and input, with its share of the difference; then the inputs of inputs."""
    import pandas as pd

    rows = [
        {
            "arm": one.arm,
            "against": one.against,
            "outcome": one.outcome,
            "day": one.day,
            "path": path,
            "species": found.species,
            "change": found.change,
            "share": found.share,
        }
        for one in mechanisms(results)
        for path, found in _walk(one.inputs, one.outcome)
    ]
    columns = ["arm", "against", "outcome", "day", "path", "species", "change", "share"]
    return pd.DataFrame(rows, columns=columns)


def _walk(inputs: tuple[Input, ...], target: str) -> list[tuple[str, Input]]:
    found = []
    for one in inputs:
        path = f"{one.species} > {target}"
        found += [(path, one), *_walk(one.inputs, path)]
    return found
