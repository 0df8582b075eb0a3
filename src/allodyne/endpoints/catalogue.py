"""Endpoints: from the fold change of a species to what a laboratory measures."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from allodyne.animals import Animal
from allodyne.documents import parse_document, read_document
from allodyne.errors import EvidenceError, StudyError, nearest
from allodyne.evidence.cited import Cited

Orientation = Literal["up is relief", "down is relief", "up is more"]
Array = NDArray[np.float64]


def _not_negative(number: Cited) -> Cited:
    if number.value < 0:
        raise ValueError("must not be negative")
    return number


class Measure(BaseModel):
    """Numbers of an endpoint in one animal.

    Attributes
    ----------
    mean : Cited
        Mean of healthy subjects, in the unit of the endpoint.
    between_sd, measurement_sd : Cited
        SD of the logarithm (dimensionless): of the baseline between subjects, and of one measurement.
    cutoffs : tuple of Cited
        Largest values that the test can give, the default first; empty when there is none.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    mean: Cited
    between_sd: Annotated[Cited, AfterValidator(_not_negative)]
    measurement_sd: Annotated[Cited, AfterValidator(_not_negative)]
    cutoffs: tuple[Cited, ...] = ()


class Endpoint(BaseModel):
    """Something that is measured on a subject.

    Attributes
    ----------
    species : str
        The species of the network that it shows.
    kind : {"endpoint", "biomarker"}
    exponent : Cited
        ``value = baseline * x ** -exponent``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    label: str
    unit: str
    species: str
    orientation: Orientation
    kind: Literal["endpoint", "biomarker"] = "endpoint"
    exponent: Cited
    animals: Mapping[Animal, Measure]

    def measure(self, animal: str) -> Measure:
        """Look up the numbers of an animal.

        Raises
        ------
        StudyError
            When there are none for it.
        """
        found = next((measure for name, measure in self.animals.items() if name == animal), None)
        if found is None:
            raise StudyError(f"{self.label} has no numbers for {animal!r}.", remedy=nearest(animal, self.animals))
        return found

    def baseline(self, animal: str, normal: ArrayLike) -> Array:
        """Draw the baselines of subjects from standard normal numbers.

        Parameters
        ----------
        animal : str
        normal : array_like, any shape
            Standard normal numbers, one for each subject.

        Returns
        -------
        ndarray, shape of `normal`
            In the unit of the endpoint; log-normal, with the published mean as mean.
        """
        numbers = self.measure(animal)
        return numbers.mean.value * _spread(numbers.between_sd.value, normal)

    def value(self, x: ArrayLike, animal: str, baseline: ArrayLike | None = None) -> Array:
        """Turn the fold change of the species into the value of the endpoint, without measurement error.

        Parameters
        ----------
        x : array_like, any shape
            Fold change of `species`, greater than 0.
        animal : str
        baseline : array_like, optional
            Value of each subject at health, in the unit of the endpoint, of a shape that goes with `x`; by default the
            published mean.

        Returns
        -------
        ndarray, shape of `x` and `baseline` together
            In the unit of the endpoint; it may lie beyond the cut-off of the test.
        """
        healthy = self.measure(animal).mean.value if baseline is None else np.asarray(baseline, dtype=np.float64)
        return np.asarray(healthy * np.power(np.asarray(x, dtype=np.float64), -self.exponent.value), dtype=np.float64)

    def measured(self, value: ArrayLike, animal: str, normal: ArrayLike, cutoff: float | None = None) -> Array:
        """Apply the measurement error and the cut-off of the test.

        Parameters
        ----------
        value : array_like
            True values in the unit of the endpoint.
        animal : str
        normal : array_like, shape that goes with `value`
            Standard normal numbers, one for each measurement.
        cutoff : float, optional
            In the unit of the endpoint; by default that of `default_cutoff`.

        Returns
        -------
        ndarray
            In the unit of the endpoint; log-normal around `value` as mean, at most the cut-off.
        """
        sd = self.measure(animal).measurement_sd.value
        noisy = np.asarray(value, dtype=np.float64) * _spread(sd, normal)
        limit = self.default_cutoff(animal) if cutoff is None else cutoff
        return np.minimum(noisy, limit)

    def default_cutoff(self, animal: str) -> float:
        """Give the largest value that the usual test shows, in the unit of the endpoint; ``inf`` when there is none."""
        cutoffs = self.measure(animal).cutoffs
        return cutoffs[0].value if cutoffs else float("inf")

    def source_keys(self, animal: str) -> list[str]:
        """List the keys of all papers behind the numbers used, sorted."""
        numbers = self.measure(animal)
        used = (self.exponent, numbers.mean, numbers.between_sd, numbers.measurement_sd, *numbers.cutoffs)
        return sorted({key for number in used for key in number.sources})


def _spread(sd: float, normal: ArrayLike) -> Array:
    # Log-normal factors with mean 1, so that error and spread leave the mean of a group where it was.
    return np.exp(sd * np.asarray(normal, dtype=np.float64) - sd**2 / 2)


class _Biomarker(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    unit: str
    exponent: Cited
    mean: Cited
    between_sd: Cited
    measurement_sd: Cited


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    endpoints: Annotated[tuple[Endpoint, ...], Field(min_length=1)]
    biomarker: _Biomarker


@cache
def _file() -> _File:
    document = read_document(str(files("allodyne.endpoints") / "endpoints.yaml"), EvidenceError)
    return parse_document(document, _File, EvidenceError)


@cache
def load_endpoints() -> dict[str, Endpoint]:
    """Load the endpoints, by id."""
    return {endpoint.id: endpoint for endpoint in _file().endpoints}


def biomarker(species: str, label: str) -> Endpoint:
    """Make the endpoint that shows one species as fold of healthy.

    Parameters
    ----------
    species, label : str
        Identifier and label of a species of the network; whether it exists is not checked here.

    Returns
    -------
    Endpoint
        With the identifier of the species.
    """
    shared = _file().biomarker
    numbers = Measure(mean=shared.mean, between_sd=shared.between_sd, measurement_sd=shared.measurement_sd)
    return Endpoint(
        id=species,
        label=label,
        unit=shared.unit,
        species=species,
        orientation="up is more",
        kind="biomarker",
        exponent=shared.exponent,
        animals=dict.fromkeys(get_args(Animal), numbers),
    )
