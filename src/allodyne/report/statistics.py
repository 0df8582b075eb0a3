"""What two independent groups of animals, and two lives of one virtual subject, say about an effect.

The distributions are those of ``scipy.special``: importing ``scipy.stats`` takes more than half a second.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Direction = Literal["up", "down", "none"]

CONFIDENCE = 0.90
TAIL = (1 - CONFIDENCE) / 2
ALPHA = 0.05
POWER = 0.80
LARGEST_GROUP = 10_000
NONE_BAND = 0.05


@dataclass(frozen=True)
class Estimate:
    """A number with its 90 percent interval, per day.

    Attributes
    ----------
    value, low, high : array of shape (days,)
    """

    value: Array
    low: Array
    high: Array


def spread(values: Array) -> Estimate:
    """Median and 5th to 95th percentile over subjects.

    Parameters
    ----------
    values : array of shape (days, subjects)

    Returns
    -------
    Estimate
        NaN where there is no subject.
    """
    if values.shape[1] == 0:
        return _unknown(values.shape[0])
    low, middle, high = np.quantile(values, [TAIL, 0.5, 1 - TAIL], axis=1)
    return Estimate(middle, low, high)


def mean(values: Array) -> Estimate:
    """Mean over subjects with the interval of Student's t.

    Parameters
    ----------
    values : array of shape (days, subjects)

    Returns
    -------
    Estimate
        NaN where there are fewer than two subjects.
    """
    from scipy.special import stdtrit

    size = values.shape[1]
    if size < 2:
        return _unknown(values.shape[0])
    middle = values.mean(axis=1)
    half = stdtrit(size - 1, 1 - TAIL) * values.std(axis=1, ddof=1) / math.sqrt(size)
    return Estimate(middle, middle - half, middle + half)


def mean_difference(treated: Array, control: Array) -> Estimate:
    """Difference of the means of two independent groups with the interval of Welch's t.

    Parameters
    ----------
    treated, control : array of shape (days, subjects)
        Measured values; the groups may differ in size.

    Returns
    -------
    Estimate
        In the unit of the values; NaN where a group has fewer than two subjects.
    """
    from scipy.special import stdtrit

    sizes = treated.shape[1], control.shape[1]
    if min(sizes) < 2:
        return _unknown(treated.shape[0])
    parts = [group.var(axis=1, ddof=1) / size for group, size in zip((treated, control), sizes, strict=True)]
    value = treated.mean(axis=1) - control.mean(axis=1)
    error = np.sqrt(parts[0] + parts[1])
    weight = parts[0] ** 2 / (sizes[0] - 1) + parts[1] ** 2 / (sizes[1] - 1)
    # Two groups without any spread have an exact difference; their degrees of freedom do not matter.
    freedom = np.divide((parts[0] + parts[1]) ** 2, weight, out=np.full_like(value, sum(sizes) - 2), where=weight > 0)
    half = stdtrit(freedom, 1 - TAIL) * error
    return Estimate(value, value - half, value + half)


def hedges_g(treated: Array, control: Array) -> Estimate:
    """Standardised mean difference of two independent groups, corrected for small samples.

    Hedges' g (Hedges 1981) with the large-sample variance of Hedges and Olkin (1985):
    ``d = (m1 - m2) / s_pooled``, ``J = 1 - 3 / (4 (n1 + n2 - 2) - 1)``, ``g = J d`` and
    ``var g = J^2 ((n1 + n2) / (n1 n2) + d^2 / (2 (n1 + n2)))``.

    Parameters
    ----------
    treated, control : array of shape (days, subjects)
        Measured values: their spread is that between subjects plus the measurement error.

    Returns
    -------
    Estimate
        Dimensionless; NaN where a group has fewer than two subjects or nothing varies.
    """
    from scipy.special import ndtri

    n1, n2 = treated.shape[1], control.shape[1]
    if min(n1, n2) < 2:
        return _unknown(treated.shape[0])
    freedom = n1 + n2 - 2
    squares = (n1 - 1) * treated.var(axis=1, ddof=1) + (n2 - 1) * control.var(axis=1, ddof=1)
    pooled = np.sqrt(squares / freedom)
    difference = treated.mean(axis=1) - control.mean(axis=1)
    # A spread at the level of rounding is none: identical values leave about 1e-16 of their size.
    varies = pooled > 1e-12 * np.abs(control.mean(axis=1))
    d = np.divide(difference, pooled, out=np.full_like(difference, np.nan), where=varies)
    correction = 1 - 3 / (4 * freedom - 1)
    error = correction * np.sqrt((n1 + n2) / (n1 * n2) + d**2 / (2 * (n1 + n2)))
    g, half = correction * d, float(ndtri(1 - TAIL)) * error
    return Estimate(g, g - half, g + half)


def power_of_groups(g: Array, n: Array) -> Array:
    """Power of a two-sided t test (alpha 0.05) of two independent groups.

    Parameters
    ----------
    g : array
        True standardised difference.
    n : array
        Subjects per group.

    Returns
    -------
    array
        Probability of p < 0.05, from the noncentral t distribution.
    """
    from scipy.special import nctdtr, stdtrit

    freedom = 2 * n - 2
    critical, shift = stdtrit(freedom, 1 - ALPHA / 2), np.abs(g) * np.sqrt(n / 2)
    missed = nctdtr(freedom, shift, critical) - nctdtr(freedom, shift, -critical)
    return np.asarray(1 - missed, dtype=float)


def animals_per_group(g: Array) -> Array:
    """Smallest group size that shows a standardised difference with 80 percent power at alpha 0.05.

    Parameters
    ----------
    g : array
        Standardised difference.

    Returns
    -------
    array
        Subjects per group (at least 2); infinite where 10,000 are too few, NaN where g is unknown.
    """
    from scipy.special import ndtri

    # Beyond g = 10 two subjects are plenty, and the noncentral t loses its footing.
    size = np.minimum(np.abs(np.asarray(g, dtype=float)), 10.0)
    needed = float(ndtri(1 - ALPHA / 2) + ndtri(POWER))
    normal = np.divide(2 * needed**2, size**2, out=np.full_like(size, np.inf), where=size > 0)
    answer = np.where(np.isnan(size), np.nan, np.inf)
    seek = np.flatnonzero(normal < LARGEST_GROUP)
    # The normal approximation is never above the exact answer by more than rounding; climb from just below it.
    n = np.maximum(2.0, np.floor(normal[seek]) - 2)
    while seek.size:
        enough = power_of_groups(size[seek], n) >= POWER
        answer[seek[enough]] = n[enough]
        seek, n = seek[~enough], n[~enough] + 1
    return answer


def twin_difference(treated: Array, control: Array) -> Estimate:
    """How much the effect differs between individuals: the same virtual subject in both arms.

    Parameters
    ----------
    treated, control : array of shape (days, subjects)
        True values; column ``i`` of both is the same subject.

    Returns
    -------
    Estimate
        Median and 5th to 95th percentile of the differences.
    """
    return spread(treated - control)


def improved_share(treated: Array, control: Array, sign: int) -> Array:
    """Share of subjects that are better off with the treatment than their untreated twin, by more than 5 percent.

    Parameters
    ----------
    treated, control : array of shape (days, subjects)
        True values of the same subjects.
    sign : int
        +1 where more is relief, -1 where less is relief, 0 where neither is.

    Returns
    -------
    array of shape (days,)
        0 to 1; NaN where ``sign`` is 0 or there is no subject.
    """
    if sign == 0 or treated.shape[1] == 0:
        return np.full(treated.shape[0], np.nan)
    return np.asarray(np.mean(sign * (treated - control) > NONE_BAND * np.abs(control), axis=1), dtype=float)


def direction(treated: float, control: float) -> Direction | None:
    """Direction of an effect on a median; within 5 percent (log ratio) it is none.

    Parameters
    ----------
    treated, control : float
        Medians of the two arms, in the same unit.

    Returns
    -------
    {"up", "down", "none"} or None
        None where a median is unknown.
    """
    if math.isnan(treated) or math.isnan(control):
        return None
    if treated > 0 and control > 0:
        change, band = math.log(treated / control), NONE_BAND
    else:
        # Scores may be zero, where there is no ratio.
        change, band = treated - control, 0.0
    return "none" if abs(change) <= band else "up" if change > 0 else "down"


def _unknown(days: int) -> Estimate:
    nothing = np.full(days, np.nan)
    return Estimate(nothing, nothing, nothing)
