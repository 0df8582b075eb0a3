"""How uncertain the parameters are: draws of the calibrated ones, apart from what differs between subjects."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import PurePath

import numpy as np

from allodyne.calibrate.parameters import Space, space_of
from allodyne.calibrate.posterior import Posterior, load_posterior
from allodyne.experiments.levels import Columns
from allodyne.network.schema import Network
from allodyne.simulate.structure import FloatArray, Structure
from allodyne.subjects.streams import normals

DRAWS = 32
"""Of each arm: enough for the first digit of a 90 percent band, and less than a group that is solved at once."""


@dataclass(frozen=True)
class Uncertainty:
    """What a calibration knows of the parameters of a network.

    Attributes
    ----------
    space : Space
        Of the network, with the files that a study adds to it.
    posterior : Posterior
    shift : array, shape (parameters,)
        From the shipped parameters to the centre of the posterior: 0 for the shipped one.
    """

    space: Space
    posterior: Posterior
    shift: FloatArray

    @property
    def unknown(self) -> list[str]:
        """Parameters that the posterior does not know, such as those of a network file; they keep their prior."""
        known = set(self.posterior.names)
        return [name for name in self.space.names if name not in known]

    def centred(self, columns: Columns) -> Columns:
        """Move parameters from the shipped ones to the centre of the posterior."""
        return self.space.moved(columns, self.shift[:, None]) if self.shift.any() else columns

    def drawn(self, shipped: Columns, count: int, seed: int) -> Columns:
        """Draw parameters.

        Parameters
        ----------
        shipped : Columns
            The shipped parameters, one set.
        count : int
        seed : int
            Each parameter has its own stream of numbers, so that another parameter, or more draws, move no draw.

        Returns
        -------
        Columns
            One set for each draw.
        """
        deviations = self.posterior.aligned(self.space.names, self.posterior.draws(count, seed))
        unknown = set(self.unknown)
        for row, name in enumerate(self.space.names):
            if name in unknown:
                deviations[row] = self.space.sd[row] * normals(seed, f"posterior/{name}", count)
        return self.space.moved(shipped, self.shift[:, None] + deviations)


def uncertainty_of(network: Network, structure: Structure, own: Posterior | None = None) -> Uncertainty:
    """Lay a posterior over a network.

    Parameters
    ----------
    network : Network
    structure : Structure
        Of that network.
    own : Posterior, optional
        One that was calibrated on own data; the shipped one without it.

    Returns
    -------
    Uncertainty
    """
    shipped, space = load_posterior(), space_of(network, structure)
    shift = np.zeros(space.size)
    if own is not None:
        shift = own.aligned(space.names, own.point - shipped.aligned(own.names, shipped.point))
    return Uncertainty(space, own or shipped, shift)


def calibration_text(found: Uncertainty, own: bool) -> str:
    """Say from what the parameters come."""
    told = found.posterior.provenance
    findings = told.get("findings") or {}
    papers = int(findings.get("papers", 0))
    count = f"{findings.get('experiments', '?')} findings of {papers} paper{'' if papers == 1 else 's'}"
    if own:
        names = ", ".join(PurePath(name).name for name in findings.get("files") or {})
        count = f"{findings.get('experiments', '?')} findings of own data ({names or 'no file named'})"
    made = f"{told.get('made', '?')}, Allodyne {told.get('allodyne', '?')}, posterior {digest_of(found.posterior)}"
    beyond = "; they move the centre of subjects and draws away from the shipped parameters" if own else ""
    kept = len(found.unknown)
    prior = f"; {kept} parameter{' keeps its' if kept == 1 else 's keep their'} prior" if kept else ""
    return f"calibrated on {count} ({made}){beyond}{prior}"


def digest_of(posterior: Posterior) -> str:
    """SHA-256 of the numbers of a posterior, first 16 digits; the same before and after it was written."""
    digest = hashlib.sha256("\n".join(posterior.names).encode())
    for array in (posterior.sd, posterior.point, posterior.vectors.astype(np.float32), posterior.information):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()[:16]
