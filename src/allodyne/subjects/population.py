"""Virtual subjects: draws of gains, turnover times, responses and exposures."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from allodyne.documents import read_document
from allodyne.network.schema import Drive, Network
from allodyne.signals import Signal
from allodyne.simulate.parameters import Parameters
from allodyne.simulate.structure import FloatArray, Structure
from allodyne.subjects.streams import normals


@dataclass(frozen=True)
class Variability:
    """Standard deviations of ln between subjects; see ``variability.yaml``."""

    gain: dict[str, float]
    turnover: float
    response: float
    exposure: float


@cache
def load_variability() -> Variability:
    """Load how much subjects differ."""
    data: dict[str, Any] = read_document(str(files("allodyne.subjects") / "variability.yaml")).data
    gain = {basis: float(entry["value"]) for basis, entry in data["gain"].items()}
    return Variability(gain, *(float(data[name]["value"]) for name in ("turnover", "response", "exposure")))


def draw_population(
    network: Network, structure: Structure, subjects: int, seed: int, severity_sd: float, first: int = 0
) -> Parameters:
    """Draw virtual subjects.

    Parameters
    ----------
    network : Network
    structure : Structure
    subjects : int
    seed : int
    severity_sd : float
        Standard deviation of ln severity of the lesion between subjects.
    first : int, optional
        Number of the first of them in the whole population.

    Returns
    -------
    Parameters
        Log-normal around the values of the network. All edges of one drive share one factor per subject, so
        that a subject who responds strongly to a treatment does so along all its paths.
    """
    spread = load_variability()

    def factors(sd: float, name: str) -> FloatArray:
        return np.exp(sd * normals(seed, name, subjects, first))

    gains = np.empty((len(structure.edges), subjects))
    factor = {
        drive.id: factors(_spread_of(drive, spread, severity_sd), f"response/{drive.id}")
        for drive in network.drives.values()
    }
    for row, name in enumerate(structure.edges):
        edge = network.edges[name]
        gains[row] = edge.weight * factors(spread.gain[edge.basis], f"gain/{name}")
        if edge.from_drive:
            gains[row] *= factor[edge.source.removeprefix("@")]
    turnover = np.empty((len(structure.species), subjects))
    for row, name in enumerate(structure.species):
        turnover[row] = structure.turnover[row] * factors(spread.turnover, f"turnover/{name}")
    return Parameters(turnover, gains, factors(spread.exposure, "exposure"))


def typical_subject(structure: Structure) -> Parameters:
    """The subject at the centre of the population, as a population of one."""
    return Parameters(structure.turnover[:, None], structure.weights[:, None], np.ones(1))


def people_against_animals(network: Network, structure: Structure) -> tuple[FloatArray, FloatArray]:
    """What differs in people: factors on turnover times and on gains, shapes (species,) and (edges,)."""
    told = [network.species[name] for name in structure.species]
    turnover = [one.turnover_people.value / one.turnover_days if one.turnover_people else 1.0 for one in told]
    edges = [network.edges[name] for name in structure.edges]
    gains = [edge.gain_people.value / edge.gain if edge.gain_people else 1.0 for edge in edges]
    return np.array(turnover), np.array(gains)


def _spread_of(drive: Drive, spread: Variability, severity_sd: float) -> float:
    return severity_sd if drive.kind == "lesion" else spread.response


def drive_in_people(signal: Signal, network: Network) -> Signal:
    """Scale a drive to its size in people."""
    drive = network.drives.get(signal.drive)
    if drive is None or drive.people is None:
        return signal
    size = drive.people.value
    terms = tuple((size * amplitude, rate) for amplitude, rate in signal.terms)
    return dataclasses.replace(signal, constant=size * signal.constant, terms=terms)
