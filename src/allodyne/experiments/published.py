"""What came out: the direction, and the size with its error, in the statistic that the model can show."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from scipy.special import ndtri

from allodyne.experiments.defaults import load_defaults
from allodyne.experiments.experiment import Number
from allodyne.experiments.measures import EventFree, EventRate, Fold, Measure, Points, ShareBelow, Statistic

_TWO_SIDED_95 = 3.92
_RATIOS = ("ratio", "RR", "HR")


def number_of(finding: Mapping[str, Any], measure: Measure, in_unit: bool) -> Number | None:
    """Size of a finding, in a statistic that suits its measure.

    Parameters
    ----------
    finding : mapping
    measure : Measure
        Of the left group.
    in_unit : bool
        Whether the measure has the unit of the publication, so that differences can be compared.

    Returns
    -------
    Number or None
        None where only a direction was published, or a size that the measure cannot show.
    """
    found = _single(finding, measure) if finding["kind"] == "rate" else _compared(finding, measure, in_unit)
    if found is None:
        return None
    statistic, value, se = found
    if not math.isfinite(value):
        return None
    if se is None or not se > 0:
        se = _from_p(finding["result"], value)
    usual = load_defaults()["usual_error"][statistic]
    if statistic == "difference" and isinstance(measure, Fold):
        usual = usual_of_difference(measure)
    if statistic in ("difference", "value") and isinstance(measure, ShareBelow | EventFree):
        usual = load_defaults()["usual_error"]["share"]
    return Number(statistic, value, se or usual, se is not None)


def usual_of_difference(measure: Fold) -> float:
    """Usual error of a difference in the unit of a measure of animals: a share of its healthy value."""
    return float(load_defaults()["usual_error"]["share_of_healthy"]) * measure.healthy


Found = tuple[Statistic, float, float | None]


def _compared(finding: Mapping[str, Any], measure: Measure, in_unit: bool) -> Found | None:
    effect = finding["result"].get("effect") or {}
    kind, estimate = effect.get("type"), effect.get("estimate")
    scale = _scale(finding, measure, in_unit)
    if kind == "SMD" or kind == "d":
        return None if math.isnan(measure.sd) or estimate is None else ("smd", estimate, _se(effect))
    if kind == "MD" and scale is not None and estimate is not None:
        se = _se(effect)
        return "difference", estimate * scale, None if se is None else se * scale
    if kind in _RATIOS and estimate and estimate > 0 and not isinstance(measure, Points):
        return "log_ratio", math.log(estimate), _log_se(effect)
    if kind == "OR" and estimate and isinstance(measure, ShareBelow | EventFree):
        return "log_odds", math.log(estimate), _log_se(effect)
    if kind == "RD" and isinstance(measure, ShareBelow | EventFree) and estimate is not None:
        return "difference", estimate, _se(effect)
    if kind == "percent" and estimate is not None and estimate > -100:
        return "log_ratio", math.log1p(estimate / 100), _percent_se(effect)
    return _of_means(finding, measure, scale) or _of_range(finding, measure)


def _of_means(finding: Mapping[str, Any], measure: Measure, scale: float | None) -> Found | None:
    result = finding["result"]
    treated, control = result.get("treated") or {}, result.get("control") or {}
    left, right = treated.get("mean", treated.get("median")), control.get("mean", control.get("median"))
    units = str(result.get("units", ""))
    if left is None:
        return None
    if right is None:
        known = isinstance(measure, Fold) and scale is not None and finding["kind"] == "injury"
        return ("log_ratio", math.log(left / measure.healthy), None) if known and left > 0 else None  # type: ignore[attr-defined]
    if isinstance(measure, ShareBelow | EventFree):
        if units not in ("percent", "count"):
            return None
        counts = (treated.get("n"), control.get("n"))
        parts = (left / 100, right / 100)
        if units == "count":
            if not counts[0] or not counts[1]:
                return None
            parts = (left / counts[0], right / counts[1])
        return "difference", parts[0] - parts[1], _share_se(parts, counts)
    if isinstance(measure, Points):
        if scale is None or units.startswith("percent"):
            return None
        return "difference", (left - right) * scale, _scaled(_means_se(treated, control), scale)
    if left <= 0 or right <= 0 or units.startswith("percent_change"):
        return None
    return "log_ratio", math.log(left / right), _log_means_se(treated, control, left, right)


def _of_range(finding: Mapping[str, Any], measure: Measure) -> Found | None:
    result = finding["result"]
    bounds, units = result.get("range"), str(result.get("units", ""))
    if not bounds or None in bounds or not isinstance(measure, Fold | EventRate):
        return None
    low, high = bounds
    if units == "fold" and low > 0:
        return "log_ratio", math.log(low * high) / 2, None
    if units.startswith("percent") and low > -100:
        return "log_ratio", math.log1p((low + high) / 200), None
    return None


def _single(finding: Mapping[str, Any], measure: Measure) -> Found | None:
    """A share, rate or score of one group."""
    result = finding["result"]
    effect = result.get("effect") or {}
    estimate = effect.get("estimate")
    if estimate is None:
        return None
    if isinstance(measure, ShareBelow | EventFree):
        if effect.get("type") != "percent" and result.get("units") != "percent":
            return None
        return "value", estimate / 100, _scaled(_se(effect), 0.01)
    if isinstance(measure, EventRate) and result.get("units") == "relapses_per_year" and estimate > 0:
        return "value", estimate, _se(effect)
    return None


def _scale(finding: Mapping[str, Any], measure: Measure, in_unit: bool) -> float | None:
    """What published differences are multiplied with to be in the unit of the measure; None where that is not known."""
    units = str(finding["result"].get("units") or "")
    if isinstance(measure, Fold):
        return 1.0 if in_unit and units in ("", "g", "s") else None
    if not isinstance(measure, Points):
        return None
    ends = re.fullmatch(r"points_(\d+)_(\d+(?:_\d+)?)", units)
    if ends:
        return (measure.high - measure.low) / (float(ends[2].replace("_", ".")) - float(ends[1]))
    return 1.0 if units in ("", "points") else None


def _se(effect: Mapping[str, Any]) -> float | None:
    low, high = effect.get("ci_low"), effect.get("ci_high")
    if low is not None and high is not None:
        return float(high - low) / _TWO_SIDED_95
    end = low if low is not None else high
    return None if end is None else abs(end - effect["estimate"]) * 2 / _TWO_SIDED_95


def _log_se(effect: Mapping[str, Any]) -> float | None:
    ends = [math.log(end) for end in (effect.get("ci_low"), effect.get("ci_high")) if end and end > 0]
    if len(ends) == 2:
        return (ends[1] - ends[0]) / _TWO_SIDED_95
    return abs(ends[0] - math.log(effect["estimate"])) * 2 / _TWO_SIDED_95 if ends else None


def _percent_se(effect: Mapping[str, Any]) -> float | None:
    low, high = effect.get("ci_low"), effect.get("ci_high")
    if low is None or high is None or low <= -100:
        return None
    return abs(math.log1p(high / 100) - math.log1p(low / 100)) / _TWO_SIDED_95


def _own_se(arm: Mapping[str, Any]) -> float | None:
    if arm.get("sem") is not None:
        return float(arm["sem"])
    return arm["sd"] / math.sqrt(arm["n"]) if arm.get("sd") is not None and arm.get("n") else None


def _means_se(treated: Mapping[str, Any], control: Mapping[str, Any]) -> float | None:
    both = _own_se(treated), _own_se(control)
    return None if both[0] is None or both[1] is None else math.hypot(both[0], both[1])


def _log_means_se(treated: Mapping[str, Any], control: Mapping[str, Any], left: float, right: float) -> float | None:
    both = _own_se(treated), _own_se(control)
    return None if both[0] is None or both[1] is None else math.hypot(both[0] / left, both[1] / right)


def _share_se(parts: tuple[float, float], counts: tuple[float | None, float | None]) -> float | None:
    if not counts[0] or not counts[1]:
        return None
    return math.sqrt(sum(max(p * (1 - p), 0.01) / n for p, n in zip(parts, counts, strict=True) if n))


def _scaled(se: float | None, scale: float) -> float | None:
    return None if se is None else se * abs(scale)


def _from_p(result: Mapping[str, Any], value: float) -> float | None:
    """Error from an exact p value, of a normal test."""
    p = result.get("p")
    if p is None or not 1e-6 < p < 0.999 or value == 0:
        return None
    return abs(value) / float(-ndtri(p / 2))
