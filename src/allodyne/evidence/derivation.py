"""The effect that one finding states or lets compute, on the scale on which effects are pooled."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from allodyne.errors import UserError
from allodyne.evidence.pooling import RATIOS, Measure, StudyEffect

if TYPE_CHECKING:
    from allodyne.evidence.findings import ArmValues, Finding

SHARES = frozenset({"percent", "count"})
"""Units of results that say how many patients, not how much."""
TENTHS = {"points_0_100": "points_0_10"}
"""Scales of pain with a hundred steps, and the same scale with ten."""
EMPTY_CELL = 0.5
"""Added to every cell of a two-by-two table in which one is empty."""


class Derived(NamedTuple):
    """An effect and its standard error; ratios as logarithms, and units where the measure has one."""

    estimate: float
    se: float
    units: str
    how: str


class NotUsable(NamedTuple):
    """Why a finding gives no effect of the wanted measure."""

    reason: str


def derive(finding: Finding, measure: Measure) -> Derived | NotUsable:
    """Get the effect of a measure from one finding.

    What the paper states with its interval comes first. Else the effect is computed from the two arms: mean
    differences and Hedges g from means, SD or SEM and sizes; risk and odds ratios from counts or shares and sizes.
    A change from baseline without a control arm is itself a mean difference.

    Parameters
    ----------
    finding : Finding
    measure : str

    Returns
    -------
    Derived or NotUsable
    """
    stated = _stated(finding, measure)
    if isinstance(stated, Derived):
        return stated
    if measure in ("RR", "OR"):
        computed = _from_counts(finding, measure)
    elif measure in ("MD", "SMD"):
        computed = _from_means(finding, measure)
    else:
        return stated
    return stated if isinstance(computed, NotUsable) and "interval" in stated.reason else computed


def _stated(finding: Finding, measure: Measure) -> Derived | NotUsable:
    effect = finding.result.effect
    if effect is None or effect.type != measure or effect.estimate is None:
        return NotUsable(f"states no {measure}, and not what it could be computed from")
    if effect.ci_low is None or effect.ci_high is None:
        return NotUsable(f"states a {measure} without its interval")
    try:
        study = StudyEffect.from_interval(
            finding.id, effect.estimate, effect.ci_low, effect.ci_high, ratio=measure in RATIOS
        )
    except UserError:
        return NotUsable("the interval that it states cannot be: it has no width, or the effect lies outside")
    return _in_units(Derived(study.estimate, study.se, _units(finding, measure), "stated with its interval"))


def _from_means(finding: Finding, measure: Measure) -> Derived | NotUsable:
    nothing = NotUsable("gives no means with their spread and group sizes")
    treated, control, units = finding.result.treated, finding.result.control, finding.result.units
    if treated is None or treated.mean is None or units in SHARES:
        return nothing
    if finding.comparator == "baseline":
        if control is not None and control.mean is not None:
            return NotUsable("before and after in the same people: how the two go together is not stated")
        error = _mean_error(treated)
        if measure != "MD" or error is None or "change from baseline" not in (finding.note or ""):
            return nothing
        return _in_units(Derived(treated.mean, error, units or "", "change from baseline with its standard error"))
    if control is None or control.mean is None:
        return nothing
    difference = treated.mean - control.mean
    if measure == "MD":
        errors = _mean_error(treated), _mean_error(control)
        if errors[0] is None or errors[1] is None or not any(errors):
            return nothing
        return _in_units(Derived(difference, math.hypot(errors[0], errors[1]), units or "", "from means and spread"))
    spread = _spread(treated), _spread(control)
    if not (spread[0] and spread[1] and treated.n and control.n and min(treated.n, control.n) > 1):
        return nothing
    g, error = hedges_g(difference, (spread[0], spread[1]), (treated.n, control.n))
    return Derived(g, error, "", "Hedges g from means and spread")


def hedges_g(difference: float, sd: tuple[float, float], n: tuple[float, float]) -> tuple[float, float]:
    """Standardise a difference of two means, and give its standard error.

    ``d = difference / s_pooled``, ``J = 1 - 3 / (4 (n1 + n2 - 2) - 1)``, ``g = J d`` (Hedges 1981) and
    ``var g = J^2 ((n1 + n2) / (n1 n2) + d^2 / (2 (n1 + n2)))`` (Hedges and Olkin 1985).

    Parameters
    ----------
    difference : float
    sd, n : tuple of float
        Standard deviation and size of the treated and of the control group.

    Returns
    -------
    tuple of float
        g and its standard error.
    """
    freedom, total = n[0] + n[1] - 2, n[0] + n[1]
    d = difference / math.sqrt(((n[0] - 1) * sd[0] ** 2 + (n[1] - 1) * sd[1] ** 2) / freedom)
    correction = 1 - 3 / (4 * freedom - 1)
    return correction * d, correction * math.sqrt(total / (n[0] * n[1]) + d**2 / (2 * total))


def log_ratio(measure: Measure, events: tuple[float, float], n: tuple[float, float]) -> tuple[float, float] | None:
    """Logarithm of the risk ratio (RR) or odds ratio (OR) of two groups, and its standard error.

    Parameters
    ----------
    measure : str
    events, n : tuple of float
        Patients with the event, and all patients, of the treated and of the control group. Where one of the four
        cells is empty, half a patient is added to each.

    Returns
    -------
    tuple of float, or None
        None when nobody or everybody has the event in both groups.
    """
    others = n[0] - events[0], n[1] - events[1]
    if not any(events) or not any(others):
        return None
    extra = 0.0 if all(events) and all(others) else EMPTY_CELL
    a, c, b, d = (cell + extra for cell in (*events, *others))
    if measure == "OR":
        return math.log(a * d / (b * c)), math.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    return math.log(a * (c + d) / (c * (a + b))), math.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))


def _from_counts(finding: Finding, measure: Measure) -> Derived | NotUsable:
    nothing = NotUsable("gives no counts or shares of both arms with group sizes")
    treated, control, units = finding.result.treated, finding.result.control, finding.result.units
    if treated is None or control is None or units not in SHARES or finding.comparator == "baseline":
        return nothing
    if treated.mean is None or control.mean is None or not treated.n or not control.n or _mean_error(treated):
        return nothing
    n = treated.n, control.n
    counts = [round(arm.mean * (arm.n / 100 if units == "percent" else 1)) for arm in (treated, control)]  # type: ignore[operator]
    if not all(0 <= count <= size for count, size in zip(counts, n, strict=True)):
        return nothing
    found = log_ratio(measure, (counts[0], counts[1]), n)
    if found is None:
        return NotUsable("nobody, or everybody, in both arms: that says nothing about a ratio")
    return Derived(*found, "", f"from {counts[0]} of {n[0]:g} against {counts[1]} of {n[1]:g} patients")


def _mean_error(arm: ArmValues) -> float | None:
    if arm.sem is not None:
        return arm.sem
    return None if arm.sd is None or not arm.n else arm.sd / math.sqrt(arm.n)


def _spread(arm: ArmValues) -> float | None:
    if arm.sd is not None:
        return arm.sd
    return None if arm.sem is None or not arm.n else arm.sem * math.sqrt(arm.n)


def _units(finding: Finding, measure: Measure) -> str:
    return (finding.result.units or "") if measure == "MD" else ""


def _in_units(found: Derived) -> Derived:
    if found.units not in TENTHS:
        return found
    return Derived(found.estimate / 10, found.se / 10, TENTHS[found.units], f"{found.how}, divided by 10")
