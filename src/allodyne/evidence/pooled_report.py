"""A pooled effect in words, as a table of values and as a page with its forest plot."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from allodyne.evidence.pooling import FEWEST_STUDIES, MEASURES, RATIOS
from allodyne.report.wording import interval, number

if TYPE_CHECKING:
    from allodyne.evidence.independent import Answers, Question
    from allodyne.evidence.pooling import Measure, Pooled, StudyEffect

COLUMNS = (
    "row",
    "label",
    "paper",
    "year",
    "comparator",
    "measure",
    "units",
    "estimate",
    "low",
    "high",
    "se_on_pooled_scale",
    "weight_percent",
    "how",
    "findings",
)
BEYOND_CHANCE = 0.05
"""P value of Q below which the studies are said to differ."""
ENOUGH = 5
"""Studies below which the spread between them is hardly known."""
CONSIDERABLE = 0.75
"""I2 from which heterogeneity counts as considerable (Cochrane Handbook, section 10.10.2)."""


def heading(question: Question) -> str:
    """What was asked, in a line."""
    against = f" against {question.comparator.replace('_', ' ')}" if question.comparator else ""
    species = "people" if question.species == "human" else question.species
    outcome = question.outcome.replace("_", " ")
    return f"{question.treatment}{against}, {question.condition} ({species}): {outcome}"


def usual_size(studies: Sequence[StudyEffect], measure: Measure) -> float:
    """Size that settles the decimals of all numbers: that of the largest limit, at most one."""
    if measure in RATIOS:
        return 1.0
    return min(1.0, max((abs(end) for one in studies for end in (one.low, one.high)), default=1.0))


def units_in_words(units: str) -> str:
    """Write the units of a finding as people do, such as ``points, scale 0 to 10``."""
    return re.sub(r"^points (\d+) (\d+)$", r"points, scale \1 to \2", units.replace("_", " "))


def sentences(question: Question, answers: Answers, pooled: Pooled | None) -> list[str]:
    """Say what the studies show together, and how far it can be trusted.

    Parameters
    ----------
    question : Question
    answers : Answers
    pooled : Pooled or None
        None when the studies were too few.

    Returns
    -------
    list of str
    """
    if pooled is None:
        count = len(answers.studies)
        have = "no study gives" if count == 0 else "only one study gives"
        return [
            f"Too few studies to pool: {have} a {MEASURES[answers.measure]} that can be used "
            f"({FEWEST_STUDIES} are needed). No pooled effect is shown."
        ]
    size = usual_size(pooled.studies, pooled.measure)
    units = f" ({units_in_words(answers.units)})" if answers.units else ""
    numbers = interval(pooled.shown(pooled.estimate), pooled.shown(pooled.low), pooled.shown(pooled.high), like=size)
    said = [f"{MEASURES[pooled.measure].capitalize()} over {pooled.k} studies: {numbers}, 95% interval{units}."]
    null, outcome = ("1" if pooled.ratio else "0"), question.outcome.replace("_", " ")
    if pooled.low <= 0 <= pooled.high:
        said.append(f"The interval includes {null}: these studies do not show that {outcome} changes.")
    else:
        way = "lower" if pooled.high < 0 else "higher"
        said.append(f"The interval leaves out {null}: {outcome} is {way} with {question.treatment}.")
    if question.comparator == "baseline":
        said.append("Before and after: what comes by itself and by regression to the mean is part of it.")
    if pooled.prediction:
        low, high = (pooled.shown(end) for end in pooled.prediction)
        said.append(
            "The true effect in a new study of this kind is expected between "
            f"{number(low, size)} and {number(high, size)} (95% prediction interval)."
        )
    spread = ": no clear sign that the studies differ beyond chance."
    if pooled.q_p < BEYOND_CHANCE:
        spread = f": the studies differ {'considerably ' if pooled.i2 >= CONSIDERABLE else ''}beyond chance."
    said.append(
        f"I2 {100 * pooled.i2:.0f}%, tau {math.sqrt(pooled.tau2):.2g}, Q {pooled.q:.1f} (p {pooled.q_p:.2g}){spread}"
    )
    if pooled.k < ENOUGH:
        said.append(f"With {pooled.k} studies the spread between them, and so both intervals, is hardly known.")
    kinds = sorted({one.comparator for one in pooled.studies if one.comparator})
    if len(kinds) > 1:
        names = ", ".join(kind.replace("_", " ") for kind in kinds)
        said.append(f"Control groups of several kinds are mixed: {names}. --comparator keeps to one.")
    return said


def values(answers: Answers, pooled: Pooled | None) -> list[dict[str, Any]]:
    """Rows of the CSV file: studies, mean, prediction interval and what was left out; ratios as ratios."""
    shown = math.exp if answers.measure in RATIOS else float
    common = {"measure": answers.measure, "units": answers.units}
    rows: list[dict[str, Any]] = []
    for index, one in enumerate(answers.studies):
        ends = {"estimate": shown(one.estimate), "low": shown(one.low), "high": shown(one.high)}
        weight = {"weight_percent": 100 * pooled.weights[index]} if pooled else {}
        place = {"label": one.label, "paper": one.paper, "year": one.year, "comparator": one.comparator}
        more = {"se_on_pooled_scale": one.se, "how": one.derivation, "findings": " ".join(one.findings)}
        rows.append({"row": "study", **place, **common, **ends, **weight, **more})
    if pooled:
        ends = {name: pooled.shown(getattr(pooled, name)) for name in ("estimate", "low", "high")}
        rows.append({"row": "mean", **common, **ends, "se_on_pooled_scale": pooled.se})
    if pooled and pooled.prediction:
        low, high = (pooled.shown(end) for end in pooled.prediction)
        rows.append({"row": "prediction interval", **common, "low": low, "high": high})
    for left in answers.left_out:
        rows.append({"row": "left out", "label": left.label, "how": left.reason, "findings": left.finding})
    return [{name: row.get(name, "") for name in COLUMNS} for row in rows]


def page(question: Question, answers: Answers, pooled: Pooled) -> str:
    """Write a whole HTML page with the forest plot; it loads nothing from anywhere.

    Parameters
    ----------
    question : Question
    answers : Answers
    pooled : Pooled

    Returns
    -------
    str
    """
    import jinja2

    from allodyne.evidence.forest import forest_plot
    from allodyne.evidence.papers import load_papers

    title, papers = heading(question), load_papers()
    figure = forest_plot(pooled, title, units_in_words(answers.units), _sides(question))
    drawn = figure.to_html(full_html=False, include_plotlyjs=True, config={"displayModeBar": False, "responsive": True})
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("allodyne.evidence", "."), autoescape=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template("pooled.html.j2").render(
        title=title,
        sentences=sentences(question, answers, pooled),
        figure=drawn,
        studies=answers.studies,
        left_out=answers.left_out,
        sources=[papers[key] for key in dict.fromkeys(one.paper for one in answers.studies) if key in papers],
    )


def _sides(question: Question) -> tuple[str, str]:
    outcome = question.outcome.replace("_", " ")
    return f"lower {outcome}", f"higher {outcome}"
