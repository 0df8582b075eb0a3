"""What is known of the parameters after the findings: centre, spread, and the centres of the cross-validation."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import yaml

from allodyne.calibrate.likelihood import Noise
from allodyne.documents import read_document
from allodyne.errors import UserError
from allodyne.simulate.structure import FloatArray
from allodyne.subjects.streams import normals

NUMBERS, PROVENANCE = "posterior.npz", "posterior.yaml"


@dataclass(frozen=True)
class Posterior:
    """A normal distribution of deviations of logarithms from the centre of their priors.

    Attributes
    ----------
    names : tuple of str
        As in ``Space``.
    sd : array, shape (parameters,)
        Of the priors.
    point : array, shape (parameters,)
        The most probable deviations: the shipped parameters.
    vectors : array, shape (parameters, directions)
        Directions, in units of the priors, in which the findings say something.
    information : array, shape (directions,)
        How much: the variance along a direction is that of the prior over ``1 + information``.
    folds : array, shape (parameters, folds)
        Most probable deviations without the papers of each part.
    noise : Noise
    fold_noise : tuple of Noise
    papers : frozenset of str
        Papers whose findings were used.
    provenance : mapping
    """

    names: tuple[str, ...]
    sd: FloatArray
    point: FloatArray
    vectors: FloatArray
    information: FloatArray
    folds: FloatArray
    noise: Noise
    fold_noise: tuple[Noise, ...]
    papers: frozenset[str]
    provenance: Mapping[str, Any]

    def shrink(self, standard: FloatArray) -> FloatArray:
        """Turn standard normal numbers, shape (parameters, draws), into deviations from the point."""
        kept = 1 - 1 / np.sqrt(1 + self.information)
        # einsum, because the last digits of a product of matrices depend on the number of threads
        along = np.einsum("pk,pd->kd", self.vectors, standard)
        return np.asarray(self.sd[:, None] * (standard - np.einsum("pk,kd->pd", self.vectors, kept[:, None] * along)))

    def draws(self, count: int, seed: int) -> FloatArray:
        """Deviations from the point, shape (parameters, draws); each parameter has its own stream of numbers."""
        return self.shrink(np.stack([normals(seed, f"posterior/{name}", count) for name in self.names]))

    def spread(self) -> FloatArray:
        """Posterior standard deviations over those of the priors, shape (parameters,)."""
        lost = self.information / (1 + self.information)
        return np.asarray(np.sqrt(np.maximum(1 - (self.vectors**2) @ lost, 0.0)))

    def aligned(self, names: Sequence[str], values: FloatArray) -> FloatArray:
        """Rows of an array in the order of other names; 0 where a name is not known here."""
        row = {name: place for place, name in enumerate(self.names)}
        empty = np.zeros_like(values[0])
        return np.array([values[row[name]] if name in row else empty for name in names])


def save_posterior(posterior: Posterior, folder: Path) -> None:
    """Write a posterior whole: numbers first, then the file that says where they come from."""
    from allodyne.evidence.writing import write_whole

    stream = io.BytesIO()
    np.savez_compressed(
        stream,
        names=np.array(posterior.names),
        sd=posterior.sd,
        point=posterior.point,
        vectors=posterior.vectors.astype(np.float32),
        information=posterior.information,
        folds=posterior.folds,
    )
    temporary = folder / (NUMBERS + ".part")
    temporary.write_bytes(stream.getvalue())
    temporary.replace(folder / NUMBERS)
    told = {
        **posterior.provenance,
        "noise": _noise_as_data(posterior.noise),
        "fold_noise": [_noise_as_data(one) for one in posterior.fold_noise],
        "papers": sorted(posterior.papers),
    }
    head = "# What the calibration found, and from what; the numbers of the parameters are in posterior.npz.\n"
    write_whole(head + yaml.safe_dump(told, sort_keys=False, width=120), folder / PROVENANCE)


def read_posterior(folder: Path) -> Posterior:
    """Read a posterior.

    Raises
    ------
    UserError
        When the folder holds none, or a damaged one.
    """
    if not (folder / NUMBERS).is_file() or not (folder / PROVENANCE).is_file():
        raise UserError("There is no posterior here.", str(folder), f"allodyne calibrate writes {NUMBERS}.")
    told = dict(read_document(str(folder / PROVENANCE)).data)
    try:
        noise, fold_noise = _noise(told.pop("noise")), tuple(_noise(one) for one in told.pop("fold_noise"))
        papers = frozenset(told.pop("papers"))
        with np.load(folder / NUMBERS) as stored:
            names = tuple(str(name) for name in stored["names"])
            arrays = {key: stored[key].astype(np.float64) for key in ("sd", "point", "vectors", "information", "folds")}
    except (OSError, ValueError, KeyError, TypeError, BadZipFile) as problem:
        raise UserError(f"The posterior is damaged: {problem}.", str(folder), "Calibrate again.") from None
    return Posterior(names=names, noise=noise, fold_noise=fold_noise, papers=papers, provenance=told, **arrays)


def shipped_folder() -> Path:
    """Where the shipped posterior lies."""
    return Path(str(files("allodyne.calibrate") / "shipped"))


@cache
def load_posterior() -> Posterior:
    """Load the shipped posterior."""
    return read_posterior(shipped_folder())


def _noise_as_data(noise: Noise) -> dict[str, Any]:
    return {
        "size": {name: round(width, 4) for name, width in noise.size.items()},
        "laboratory": round(noise.laboratory, 4),
        "direction": {name: round(width, 4) for name, width in noise.direction.items()},
        "none": round(noise.none, 4),
    }


def _noise(data: Mapping[str, Any]) -> Noise:
    return Noise(data["size"], data["laboratory"], data["direction"], data["none"])
