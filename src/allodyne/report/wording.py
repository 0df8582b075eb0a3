"""Numbers and findings in words."""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING

from allodyne.report.effects import Effect, effect_rows
from allodyne.report.parameter_bands import failed_draws
from allodyne.report.statistics import LARGEST_GROUP

if TYPE_CHECKING:
    from allodyne.report.comparing import Simulated
    from allodyne.report.published import Comparison
    from allodyne.report.results import Results

DIGITS = 3
_STATISTICS = {
    "percent": "percent change",
    "ratio": "ratio",
    "relief_percent": "percent of the loss won back",
    "g": "Hedges g",
    "responder_30": "30 percent responders, percentage points",
    "responder_50": "50 percent responders, percentage points",
    "rate_ratio": "rate ratio",
    "higher_in_twin": "percent higher than their twin",
    "mean": "mean",
    "change": "change from the baseline",
    "rate": "per year",
    "share": "percent of subjects",
}
LINES_IN_BRIEF = 8


def number(value: float, like: float | None = None, sign: bool = False) -> str:
    """Write a number with three significant digits, or with the decimals that ``like`` would get; NaN is a hyphen."""
    if not math.isfinite(value):
        return "-"
    size = abs(value if like is None else like)
    decimals = DIGITS - 1 - math.floor(math.log10(size)) if size > 0 else DIGITS - 1
    text = f"{value:{'+' if sign else ''}.{min(max(decimals, 0), 4)}f}"
    # A rounded zero has no sign.
    return text.lstrip("+-") if not any(character in "123456789" for character in text) else text


def interval(value: float, low: float, high: float, sign: bool = False, like: float | None = None) -> str:
    """Write a number and its interval with the same decimals, such as ``3.21 (2.90 to 3.52)``."""
    if math.isnan(value):
        return "-"
    largest = like or max((abs(part) for part in (value, low, high) if math.isfinite(part)), default=0.0)
    head = number(value, largest, sign)
    return head if math.isnan(low) else f"{head} ({number(low, largest)} to {number(high, largest)})"


def percent(share: float) -> str:
    """Write a share as percent."""
    return "-" if math.isnan(share) else f"{100 * share:.0f}%"


def simulated_text(found: Simulated | None) -> str:
    """Write a simulated statistic with its interval; nothing is a hyphen."""
    return "-" if found is None else interval(found.value, found.low, found.high)


def points(value: float, low: float, high: float) -> str:
    """Write a difference of shares and its interval in percentage points."""
    return interval(100 * value, 100 * low, 100 * high, sign=True, like=100.0)


def group_size(animals: float) -> str:
    """Write a group size; beyond the largest that was tried it is only known to be larger."""
    if math.isnan(animals):
        return "-"
    return f"> {LARGEST_GROUP:,}" if math.isinf(animals) else f"{animals:,.0f}"


def day_text(day: float) -> str:
    """Write a day as a number without needless decimals."""
    return f"{day:.2f}".rstrip("0").rstrip(".")


def scale(results: Results, outcome: str) -> float:
    """Size of an outcome on most days: it settles the decimals of all its values."""
    medians = [abs(float(x)) for arm in results.arms for x in results.spread(outcome, arm).value if math.isfinite(x)]
    return statistics.median(medians) if medians else 0.0


def effect_text(results: Results, outcome: str, value: float, low: float, high: float) -> str:
    """Write a difference between arms; two decimals, or more for outcomes below 1."""
    return interval(value, low, high, sign=True, like=min(scale(results, outcome), 1.0))


def model_text(results: Results, outcome: str, low: float, high: float, sign: bool = False) -> str:
    """Write what the parameters leave open of a difference, such as ``1.90 to 3.52``; nothing is a hyphen."""
    if math.isnan(low):
        return "-"
    like = min(scale(results, outcome), 1.0)
    return f"{number(low, like, sign)} to {number(high, like, sign)}"


def standardised_text(value: float, low: float, high: float) -> str:
    """Write a standardised effect with two decimals."""
    return interval(value, low, high, like=1.0)


def outcome_text(results: Results, outcome: str) -> str:
    """Name an outcome with its unit, also one that this study does not know."""
    if outcome not in results.outcomes:
        return outcome
    units = results.units(outcome)
    return f"{results.label(outcome)} ({units})" if units else results.label(outcome)


def compared(comparison: Comparison) -> str:
    """Say which arms a published result compares, and by what unless it is the difference of means."""
    arms = f"{comparison.arm} against {comparison.against}" if comparison.against else comparison.arm
    return arms if comparison.statistic == "difference" else f"{arms}, {_STATISTICS[comparison.statistic]}"


def verdict(comparison: Comparison) -> str:
    """Say whether a published result and its simulation agree."""
    if comparison.inside:
        return "inside"
    if comparison.direction_agrees is None and comparison.inside is not None:
        return "outside"
    if comparison.direction_agrees:
        return "same direction" if comparison.inside is None else "outside, same direction"
    if comparison.direction_agrees is None:
        both = math.isfinite(comparison.published) and math.isfinite(comparison.simulated)
        return "no interval" if both else "not comparable"
    return "disagrees"


def origin(results: Results) -> str:
    """Name what day 0 is."""
    return "enrolment" if results.in_people else "the lesion"


def subjects_name(results: Results) -> str:
    """Name the subjects: animals, or people."""
    return "people" if results.in_people else "animals"


def population_text(results: Results) -> str:
    """Name the simulated subjects, such as ``200 simulated rats, spinal nerve ligation``."""
    attrs = results.data.attrs
    count = results.data.sizes["subject"]
    animal = str(attrs.get("animal") or "subject")
    animal = "person" if results.in_people and count == 1 else animal
    plural = animal if count == 1 else {"mouse": "mice", "human": "people"}.get(animal, f"{animal}s")
    condition = str(attrs.get("condition_label") or attrs.get("condition") or "")
    return f"{count:,} simulated {plural}" + (f"; {condition}" if condition else "")


def failures_text(results: Results) -> str:
    """Count the subjects that were not solved, per arm and reason."""
    from allodyne.report.results import STATUS

    size = results.data.sizes["subject"]
    if not any(results.failed.values()):
        who = "The one subject was" if size == 1 else f"All {size:,} subjects were"
        return f"{who} solved in every arm."
    parts = []
    for arm, row in zip(results.arms, results.status, strict=True):
        reasons = [
            f"{int((row == code).sum())} {STATUS[code]}" for code in range(1, len(STATUS)) if (row == code).any()
        ]
        parts += [f"{arm}: {results.failed[arm]:,} of {size:,} ({', '.join(reasons)})"] if reasons else []
    return "Failed subjects, left out of every number: " + "; ".join(parts) + "."


def accuracy_text(results: Results) -> str:
    """Say which error was asked for, which was achieved, and on what."""
    attrs = results.data.attrs
    error = float(attrs.get("achieved_error", "nan"))
    achieved = f"{error:.1e}" if math.isfinite(error) else "not estimated"
    asked = f"{float(attrs['tolerance']):.0e}" if "tolerance" in attrs else "not recorded"
    on = {"cpu": "processor cores", "gpu": "an accelerator"}.get(str(attrs.get("device")), "")
    where = f" Solved on {on} in {attrs['precision']} precision." if on else ""
    return f"Largest error in ln x: {achieved} (asked for: {asked}).{where}"


def draws_text(results: Results) -> str:
    """Say what stands in the columns of the model; empty without draws."""
    if not results.draws:
        return ""
    failed = failed_draws(results)
    count = f"{results.draws - failed} of {results.draws}" if failed else f"{results.draws}"
    return (
        f"Model: difference in the typical subject, 5 to 95% over {count} draws of the calibrated parameters. "
        "Everything else is spread between subjects and measurement error."
    )


def findings_in_words(results: Results) -> list[str]:
    """Say in plain sentences what every treated arm did to the first two endpoints."""
    outcomes, day = (results.endpoints or results.outcomes)[:2], results.day_after_treatment
    return [_sentence(results, row) for row in effect_rows(results.effects(day=day)) if row.outcome in outcomes]


def results_in_brief(results: Results) -> list[str]:
    """Sum the results up in at most about twenty lines."""
    attrs, sizes = results.data.attrs, results.data.sizes
    lines = [
        f"Results of {attrs.get('study', 'a study')!s}",
        f"  {population_text(results)}; seed {attrs.get('seed', '-')}; Allodyne {attrs.get('allodyne_version', '-')}",
        f"  arms: {_some(results.arms)}" + (f" (control: {results.control})" if results.control else ""),
        f"  days: {sizes['day']} from {day_text(results.days[0])} to {day_text(results.days[-1])}",
        f"  outcomes: {_some(results.outcomes)}",
    ]
    for row in effect_rows(results.effects(day=results.day_after_treatment))[:LINES_IN_BRIEF]:
        difference = effect_text(results, row.outcome, row.difference, row.difference_low, row.difference_high)
        effect = f"g {number(row.g, 1.0)}, {group_size(row.n_per_group)} per group"
        lines.append(
            f"  day {day_text(row.day)}, {row.arm}: {results.label(row.outcome)} {difference} {row.units}, {effect}"
        )
    return [*lines, f"  {failures_text(results)}", f"  {accuracy_text(results)}", f"  {results.context_of_use}"]


def _some(names: list[str], limit: int = 8) -> str:
    rest = len(names) - limit
    return ", ".join(names[:limit]) + (f" and {rest} more" if rest > 0 else "")


def _sentence(results: Results, row: Effect) -> str:
    label, units = results.label(row.outcome), f" {row.units}" if row.units else ""
    low, high = row.difference_low, row.difference_high
    head = f"Day {day_text(row.day)}, {row.arm} against {row.against}: "
    if math.isnan(low):
        return f"{head}too few solved subjects to tell an effect on {label}."
    like = min(scale(results, row.outcome), 1.0)
    range_text = f"90% interval {number(low, like, sign=True)} to {number(high, like, sign=True)}{units}"
    if low <= 0 <= high:
        return f"{head}no clear difference in {label} ({range_text})."
    change = "higher" if row.difference > 0 else "lower"
    text = f"{head}{label} {number(abs(row.difference), like)}{units} {change} "
    text += f"({range_text}; Hedges g {number(row.g, 1.0)})"
    if row.model_low < row.model_high:
        open_text = model_text(results, row.outcome, row.model_low, row.model_high, sign=True)
        text += f"; the calibrated parameters leave {open_text}{units} open, in the typical subject"
    if not math.isnan(row.improved_share):
        text += f"; {percent(row.improved_share)} of the virtual subjects are better off by more than 5%"
    return f"{text}. A study would need {group_size(row.n_per_group)} {subjects_name(results)} per group."
