"""What is calibrated: logarithms of gains, turnover times and sizes of drives, with their priors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from allodyne.calibrate.rewriting import HandSet, load_priors, load_start
from allodyne.documents import read_document
from allodyne.experiments.levels import Columns
from allodyne.network.schema import Edge, Network
from allodyne.simulate.parameters import Parameters
from allodyne.simulate.structure import FloatArray, IntArray, Structure


@cache
def load_settings() -> Mapping[str, Any]:
    """Load ``calibration.yaml``: widths of the priors and of the likelihood at the start; all of it assumption."""
    data: Mapping[str, Any] = read_document(str(files("allodyne.calibrate") / "calibration.yaml")).data
    return data


@dataclass(frozen=True)
class Space:
    """The parameters as a vector of deviations of logarithms from the centre of their priors.

    Signs of gains do not change: they are the biology. What a source gives (``measured``) stays as it is, and so do
    numbers of people, which are derived from trials as their notes say.

    Attributes
    ----------
    names : tuple of str
        ``gain:<edge>``, ``turnover:<species>`` and ``drive:<drive>`` (its size, in all).
    sd : array, shape (parameters,)
        Prior standard deviations.
    gain_rows, turnover_rows : array of int
        Rows of the edges and species that the first names belong to.
    drive_edges : array, shape (edges, drives)
        1 where a fitted edge starts at a drive.
    log_gains, log_turnover : array, shape (edges,) and (species,)
        Centre of the priors.
    signs : array, shape (edges,)
    people_turnover, people_gains : array, shape (species,) and (edges,)
        What differs in people, as factors at the centre of the priors.
    start : array, shape (parameters,)
        Deviations around which the priors of the fit on all findings lie (``start.yaml``).
    own_turnover, own_gains : array of bool, shape (species,) and (edges,)
        Where people have a number of their own, which does not move with that of animals.
    """

    names: tuple[str, ...]
    sd: FloatArray
    gain_rows: IntArray
    turnover_rows: IntArray
    drive_edges: FloatArray
    log_gains: FloatArray
    log_turnover: FloatArray
    signs: FloatArray
    people_turnover: FloatArray
    people_gains: FloatArray
    start: FloatArray
    own_turnover: np.ndarray
    own_gains: np.ndarray

    @property
    def size(self) -> int:
        """Number of parameters."""
        return len(self.names)

    def columns(self, deviations: FloatArray) -> Columns:
        """Parameters from deviations from the centre of the priors, shape (parameters, columns)."""
        count = deviations.shape[1]
        animals = Parameters(
            np.repeat(np.exp(self.log_turnover)[:, None], count, axis=1),
            np.repeat((self.signs * np.exp(self.log_gains))[:, None], count, axis=1),
            np.ones(count),
        )
        return self.moved(Columns(animals, animals.scaled(self.people_turnover, self.people_gains)), deviations)

    def moved(self, columns: Columns, deviations: FloatArray) -> Columns:
        """Parameters moved by deviations, shape (parameters, columns); a single set is moved by each of them."""
        if columns.count == 1:
            columns = columns.take(np.zeros(deviations.shape[1], dtype=np.int64))
        gains, turnover = self.factors(deviations)
        animals, told = columns.animals, columns.people
        people_gains = np.where(self.own_gains[:, None], 1.0, gains)
        people_turnover = np.where(self.own_turnover[:, None], 1.0, turnover)
        return Columns(
            Parameters(animals.turnover * turnover, animals.gains * gains, animals.exposure),
            Parameters(told.turnover * people_turnover, told.gains * people_gains, told.exposure),
        )

    def factors(self, deviations: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Factors on gains and on turnover times; shapes (edges or species, columns)."""
        gains, turnover, drives = np.split(deviations, np.cumsum([len(self.gain_rows), len(self.turnover_rows)]))
        log_gains = self.drive_edges @ drives
        log_gains[self.gain_rows] += gains
        log_turnover = np.zeros((len(self.log_turnover), deviations.shape[1]))
        log_turnover[self.turnover_rows] = turnover
        return np.exp(log_gains), np.exp(log_turnover)

    def gradient(self, by_gain: FloatArray, by_turnover: FloatArray, in_people: bool) -> FloatArray:
        """Derivatives by the parameters from those by all gains and turnover times; shape (parameters, ...)."""
        if in_people:
            by_gain = np.where(self.own_gains[:, None], 0.0, by_gain)
            by_turnover = np.where(self.own_turnover[:, None], 0.0, by_turnover)
        by_drive = self.drive_edges.T @ by_gain
        return np.concatenate([by_gain[self.gain_rows], by_turnover[self.turnover_rows], by_drive])


def space_of(network: Network, structure: Structure) -> Space:
    """Collect what can be calibrated.

    Parameters
    ----------
    network : Network
    structure : Structure

    Returns
    -------
    Space
        Centred on what was set by hand before any fit (``priors.yaml``), else on the network.
    """
    widths = load_settings()["prior_sd"]
    edges = [network.edges[name] for name in structure.edges]
    species = [network.species[name] for name in structure.species]
    hand = load_priors()
    gain_rows = np.array([row for row, edge in enumerate(edges) if edge.gain_basis == "fitted"], dtype=np.int64)
    turnover_rows = np.array(
        [row for row, one in enumerate(species) if one.turnover_basis == "assumption"], dtype=np.int64
    )
    starts = np.array([[edge.source == f"@{name}" for name in structure.drives] for edge in edges], dtype=np.float64)
    free = np.array([edge.gain_basis == "fitted" for edge in edges])
    sized = [name for column, name in enumerate(structure.drives) if (starts[:, column] * free).any()]
    drive_edges = starts[:, [structure.drives.index(name) for name in sized]] * free[:, None]
    names = (
        *(f"gain:{structure.edges[row]}" for row in gain_rows),
        *(f"turnover:{structure.species[row]}" for row in turnover_rows),
        *(f"drive:{name}" for name in sized),
    )
    sd = [
        *(_gain_sd(edges[row], widths) for row in gain_rows),
        *([widths["turnover"]] * len(turnover_rows)),
        *([widths["drive"]] * len(sized)),
    ]
    gains = np.array([hand.gains.get(edge.id, edge.gain) for edge in edges])
    days = np.array([hand.turnover_days.get(one.id, one.turnover_days) for one in species])
    own_gains = [edge.gain_people.value if edge.gain_people else np.nan for edge in edges]
    own_days = [one.turnover_people.value if one.turnover_people else np.nan for one in species]
    return Space(
        names,
        np.array(sd, dtype=np.float64),
        gain_rows,
        turnover_rows,
        drive_edges,
        np.log(gains),
        np.log(days),
        np.sign(structure.weights),
        np.where(np.isnan(own_days), 1.0, own_days / days),
        np.where(np.isnan(own_gains), 1.0, own_gains / gains),
        _start_of(names, hand, load_start()),
        ~np.isnan(own_days),
        ~np.isnan(own_gains),
    )


def _start_of(names: Sequence[str], hand: HandSet, start: HandSet) -> FloatArray:
    """Deviations from the hand-set numbers of those around which the fit on all findings begins."""
    found = np.zeros(len(names))
    for place, name in enumerate(names):
        kind, _, key = name.partition(":")
        known, begun = {
            "gain": (hand.gains, start.gains),
            "turnover": (hand.turnover_days, start.turnover_days),
        }.get(kind, ({}, {}))
        if key in begun and key in known:
            found[place] = np.log(begun[key] / known[key])
    return found


def _gain_sd(edge: Edge, widths: Mapping[str, Any]) -> float:
    return float(widths["gain"][edge.basis])
