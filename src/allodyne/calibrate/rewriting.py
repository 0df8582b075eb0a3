"""Writing fitted numbers into the network files, and keeping the hand-set ones as priors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import yaml

from allodyne.documents import read_document
from allodyne.evidence.writing import write_whole
from allodyne.network import Network
from allodyne.network.loading import shipped_files

_EDGE = re.compile(r'^(\s*- \{from: "?(@?\w+)"?, to: (\w+),.*? gain: )([0-9.eE+-]+)(.*)$')
_SPECIES = re.compile(r"^(\s*- \{id: (\w+),.*? turnover_days: )([0-9.eE+-]+)(.*)$")
_HEAD = (
    "# Gains and turnover times (days) as set by hand before any fit: the priors' centre.\n"
    "# What is not here was not fitted.\n"
)


def priors_file() -> Path:
    """Where the hand-set values stand."""
    return Path(str(files("allodyne.calibrate") / "priors.yaml"))


@dataclass(frozen=True)
class HandSet:
    """Numbers as before any fit: gains by edge, turnover times (days) by species."""

    gains: Mapping[str, float]
    turnover_days: Mapping[str, float]


@cache
def load_priors() -> HandSet:
    """Load the hand-set numbers; what a fit never moved is not among them."""
    return _hand_set(priors_file())


@cache
def load_start() -> HandSet:
    """Load the numbers around which the priors of the shipped fit lie; what is not among them is as hand-set."""
    return _hand_set(priors_file().with_name("start.yaml"))


def _hand_set(file: Path) -> HandSet:
    data = read_document(file).data
    return HandSet(data.get("gains", {}), data.get("turnover_days", {}))


def write_fit(network: Network, gains: Mapping[str, float], turnover: Mapping[str, float]) -> None:
    """Replace fitted numbers in the shipped files, with three significant digits, and note the hand-set ones.

    What a source gives (``gain_basis`` or ``turnover_basis`` measured) stays as it is.

    Parameters
    ----------
    network : Network
        The shipped network before the fit.
    gains : mapping of str to float
        By edge id, without sign.
    turnover : mapping of str to float
        By species id, in days.
    """
    gains = {name: gain for name, gain in gains.items() if network.edges[name].gain_basis == "fitted"}
    turnover = {name: days for name, days in turnover.items() if network.species[name].turnover_basis == "assumption"}
    hand = load_priors()
    priors = {
        "gains": {name: hand.gains.get(name, network.edges[name].gain) for name in gains},
        "turnover_days": {name: hand.turnover_days.get(name, network.species[name].turnover_days) for name in turnover},
    }
    for path in shipped_files():
        lines = [_rewritten(line, gains, turnover) for line in path.read_text(encoding="utf-8").splitlines()]
        write_whole("\n".join(lines) + "\n", path)
    write_whole(_HEAD + yaml.safe_dump(priors, sort_keys=True, width=120), priors_file())


def _rewritten(line: str, gains: Mapping[str, float], turnover: Mapping[str, float]) -> str:
    edge, species = _EDGE.match(line), _SPECIES.match(line)
    gain = gains.get(f"{edge[2]}>{edge[3]}") if edge else None
    days = turnover.get(species[2]) if species else None
    if edge and gain is not None:
        return f"{edge[1]}{_digits(gain)}{edge[5]}"
    if species and days is not None:
        return f"{species[1]}{_digits(days)}{species[4]}"
    return line


def _digits(value: float) -> str:
    return f"{float(f'{value:.3g}'):g}"
