"""The form in which treatments and lesions reach the network: sums of exponentials that start and end."""

from __future__ import annotations

from dataclasses import dataclass

MINUTES_PER_DAY = 1440.0


@dataclass(frozen=True)
class Signal:
    """One contribution to the value of one drive over time.

    For ``start <= t < end`` the contribution is
    ``constant + sum_k amplitude_k * exp(-rate_k * (t - start))``, elsewhere it is 0. Contributions to the same
    drive add up.

    Parameters
    ----------
    drive : str
        Name of the drive, without the ``@`` of the network files.
    start, end : float
        Days since the lesion; the start is inside, the end outside. ``end`` may be ``inf``.
    constant : float
        Constant part. For linear drives a log fold change (dimensionless), for drugs a concentration as a
        multiple of the concentration of half effect.
    terms : tuple of (float, float)
        Pairs of amplitude (unit of ``constant``) and decay rate (1/day, not negative).
    """

    drive: str
    start: float
    end: float
    constant: float = 0.0
    terms: tuple[tuple[float, float], ...] = ()
