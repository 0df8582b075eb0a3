"""Means of powers over an even change."""

from __future__ import annotations

import math

from allodyne.safety.oxygen.numbers import SLACK


def mean_power(first: float, last: float, exponent: float, floor: float = 0.0) -> float:
    """Mean of x**exponent while x changes evenly from `first` to `last`; x at or below `floor` counts as nothing.

    Parameters
    ----------
    first, last : float
        What lies below 0 counts as nothing.
    exponent : float
        Above -1.
    floor : float, optional
        At least 0.

    Returns
    -------
    float
        The integral of the power divided by the change of x; exact.
    """
    low, high = sorted((first, last))
    if high <= floor:
        return 0.0
    if math.isclose(low, high, rel_tol=SLACK):
        return float(high**exponent)
    start = max(low, floor)
    power = exponent + 1
    return float((high**power - start**power) / (power * (high - low)))
