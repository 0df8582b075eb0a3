"""The report: one HTML file that needs nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from allodyne.errors import EvidenceError
from allodyne.report import wording
from allodyne.report.effects import effect_rows
from allodyne.report.event_rates import event_rates
from allodyne.report.mechanisms import mechanisms
from allodyne.report.parameter_bands import difference
from allodyne.report.published import Comparison, comparisons
from allodyne.report.responders import responders
from allodyne.report.templates import Figure, figure_data, template

if TYPE_CHECKING:
    from allodyne.report.results import Results, SessionMark

DAYS_IN_TABLES = 5
ROWS_IN_NOTEBOOK = 20


@dataclass(frozen=True)
class Course:
    """Sessions of one kind in one arm."""

    label: str
    treatment: str
    count: int
    first: float
    last: float
    hours: float


@dataclass(frozen=True)
class Cited:
    """One entry of the list of sources; without an address it is no link."""

    key: str
    text: str
    address: str


def render(results: Results) -> str:
    """Render the report.

    Parameters
    ----------
    results : Results

    Returns
    -------
    str
        A whole HTML document that loads nothing from anywhere.
    """
    from plotly.offline import get_plotlyjs

    from allodyne.report.plan_page import plan_section
    from allodyne.report.plan_wording import accepted_text
    from allodyne.report.plots import arm_styles

    checked = results.plan_check
    effects = results.effects()
    late = sorted({results.day_after_treatment, results.days[-1]})
    days = results.key_days(DAYS_IN_TABLES)
    return template("page.html.j2").render(
        results=results,
        attrs=results.data.attrs,
        say=wording,
        sentences=wording.findings_in_words(results),
        courses={arm: list(_courses(marks)) for arm, marks in results.sessions.items()},
        doses=json.loads(results.data.attrs.get("doses") or "{}"),
        styles=arm_styles(results),
        figures={name: _curve(results, name) for name in results.outcomes},
        forest=_forest(results) if len(effects) else None,
        effects=effect_rows(effects[effects["day"].isin(late)]),
        responders=responders(results, results.day_after_treatment),
        rates=event_rates(results),
        mechanisms=mechanisms(results),
        published=[(row, _cite(row.source), _left_open(results, row)) for row in comparisons(results)],
        diamonds=any(row.drawable for row in comparisons(results)),
        days=days,
        spreads={(name, arm): _at(results, name, arm, days) for name in results.outcomes for arm in results.arms},
        sources=_sources(results),
        plan_section=plan_section(checked) if checked else "",
        accepted=accepted_text(checked) if checked else "",
        plotly_js=get_plotlyjs(),
    )


def notebook_view(results: Results) -> str:
    """Show the effects after treatment as a small table with the note of use.

    Parameters
    ----------
    results : Results

    Returns
    -------
    str
        An HTML fragment.
    """
    rows = effect_rows(results.effects(day=results.day_after_treatment))
    return template("notebook.html.j2").render(results=results, say=wording, effects=rows[:ROWS_IN_NOTEBOOK])


def _at(results: Results, outcome: str, arm: str, days: Iterable[float]) -> list[str]:
    found, like = results.spread(outcome, arm), wording.scale(results, outcome)
    rows = [results.days.index(day) for day in days]
    parts = ((float(found.value[row]), float(found.low[row]), float(found.high[row])) for row in rows)
    return [wording.interval(value, low, high, like=like) for value, low, high in parts]


def _left_open(results: Results, row: Comparison) -> str:
    """What the parameters leave open of a difference of means; empty for other statistics and without draws."""
    if not (row.drawable and results.draws):
        return ""
    found, recorded = difference(results, row.outcome, row.arm, row.against), results.days.index(row.day)
    return wording.model_text(results, row.outcome, float(found.low[recorded]), float(found.high[recorded]))


def _curve(results: Results, outcome: str) -> Figure:
    from allodyne.report.plots import curves

    figure = curves(results, [outcome])
    # The page writes title, unit and legend itself: they wrap on narrow screens.
    figure.layout.annotations = figure.layout.annotations[1:]
    figure.layout.yaxis.title.text = None
    figure.update_layout(
        showlegend=False, margin={"l": 44, "r": 12, "t": 26, "b": 44}, height=figure.layout.height - 36
    )
    units = "fold of healthy" if outcome in results.biomarkers else results.units(outcome)
    return figure_data(f"curve-{outcome}", results.label(outcome), units, figure)


def _forest(results: Results) -> Figure:
    from allodyne.report.plots import forest

    figure = forest(results)
    figure.update_layout(
        showlegend=False, margin={"l": 10, "r": 12, "t": 26, "b": 48}, height=figure.layout.height - 30
    )
    title = f"Standardised effects on day {wording.day_text(results.day_after_treatment)}"
    return figure_data("forest", title, "", figure)


def _courses(marks: list[SessionMark]) -> Iterable[Course]:
    for label, treatment in dict.fromkeys((mark.label, mark.treatment) for mark in marks):
        same = [mark for mark in marks if (mark.label, mark.treatment) == (label, treatment)]
        hours = 24 * sum(mark.end - mark.start for mark in same)
        yield Course(label, treatment, len(same), same[0].start, same[-1].start, hours)


def _sources(results: Results) -> list[Cited]:
    keys: list[Any] = json.loads(results.data.attrs.get("sources") or "[]")
    own: dict[str, list[str]] = json.loads(results.data.attrs.get("own_papers") or "{}")
    return [_linked(key, *own[key]) if key in own else _cite(key) for key in sorted(set(map(str, keys)))]


def _cite(key: str) -> Cited:
    from allodyne.evidence.papers import source

    try:
        found = source(key)
    except EvidenceError:
        return Cited(key, "not in this version's list of sources", "")
    return _linked(key, found.citation, found.address)


def _linked(key: str, citation: str, address: str) -> Cited:
    link = address if address.startswith(("https://", "http://")) else ""
    return Cited(key, citation.removesuffix(link).rstrip(". ") if link else citation, link)
