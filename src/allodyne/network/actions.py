"""What a drug does to a species of the network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Action:
    """One action of one drug on one species.

    With ``u`` the occupancy, ``u = s C / (1 + s C)``, where ``C`` is the concentration as a multiple of the
    concentration of half effect and ``s`` the exposure of the subject:

    - ``block`` hides the share ``size * u`` of the species from all that it acts on and from what is measured
      (antagonists, enzyme inhibitors);
    - ``shift`` adds ``size * u`` to the logarithm of the target (agonists, reuptake inhibitors, the substance itself).

    Parameters
    ----------
    drive : str
        Name of the drug's drive, such as ``drug:naloxone``.
    species : str
        Identifier of the species acted on.
    kind : {"block", "shift"}
    size : float
        Largest effect (dimensionless): for a block the share between 0 and 1, for a shift the log fold change.
    """

    drive: str
    species: str
    kind: Literal["block", "shift"]
    size: float
