"""Scores on the terminal, written for 100 columns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from allodyne.report.results import CONTEXT_OF_USE
from allodyne.report.wording import number
from allodyne.scoring import wording as say
from allodyne.scoring.agreement import DIRECTIONS, FAILED
from allodyne.scoring.published_intervals import within_rows

if TYPE_CHECKING:
    from rich.console import Console

    from allodyne.scoring.comparing import AgreementRow
    from allodyne.scoring.validation import Confusion, Validation

MOST_GROUPS = 8
"""Conditions and outcomes shown; the files have them all."""
MOST_FAILURES = 10
MOST_REASONS = 8
EDGES_IN_BRIEF = 2
_STYLES = {"reached": "green", "missed": "bold red", "not shown": "yellow", "nothing to score": "dim"}


def print_validation(validation: Validation, console: Console) -> None:
    """Print the scores, the most important first.

    Parameters
    ----------
    validation : Validation
    console : rich.console.Console
    """
    console.print(Text(f"How well published findings are predicted: {say.source_text(validation.given)}", style="bold"))
    console.print(Text(say.headline(validation)))
    console.print(_goals(validation))
    console.print(Text("Directions (held out; 90 percent intervals over papers)", style="bold"))
    for by in say.BY:
        rows = [row for row in validation.agreement if row.by == by]
        if rows:
            console.print(_agreement(by, rows))
    _print_confusion(validation, console)
    console.print(_bands(validation))
    _print_chances(validation, console)
    if validation.numbers:
        console.print(Text("Sizes (held out)", style="bold"))
        console.print(_sizes(validation))
        count = len(validation.outside_intervals)
        console.print(
            Text(f"{count} of {len(validation.numbers)} published sizes lie outside their 90 percent interval.")
        )
        console.print(_within(validation))
    _print_scope(validation, console)
    _print_failures(validation, console)
    for sentence in (say.HELD_OUT, say.NOT_IN_FIT, say.BASELINES):
        console.print(Text(sentence, style="dim"))
    console.print(Text(CONTEXT_OF_USE, style="italic"))


def _table(*columns: str, first: int | None = None) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    for place, name in enumerate(columns):
        text = place == 0
        table.add_column(name, justify="left" if text else "right", min_width=first if text else None, no_wrap=not text)
    return table


def _goals(validation: Validation) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    for name in ("aim", "wanted", "found (90% interval)", "standing"):
        table.add_column(name)
    for goal in validation.goals:
        standing = Text(goal.standing, style=_STYLES[goal.standing])
        table.add_row(Text(goal.what), Text(goal.wanted), Text(say.goal_text(goal)), standing)
    return table


def _agreement(by: str, rows: Sequence[AgreementRow]) -> Table:
    table = _table(
        say.BY[by].lower(), "hits", "papers", "by record", "by paper", "seen", "class", "outcome", "shuffled", first=14
    )
    for row in rows[:MOST_GROUPS] if by in ("condition", "outcome") else rows:
        told = row.held_out
        table.add_row(
            Text(say.name_text(row.name)),
            f"{told.hits}/{told.count}",
            str(told.papers),
            say.share_text(told.by_record),
            say.share(told.by_paper.value),
            say.fitted_text(row),
            say.share(row.of_class_with_own.by_record.value),
            say.share(row.of_outcome.by_record.value),
            say.shuffled_text(row),
        )
    if by == "subjects":
        table.caption = "seen: shipped parameters, which saw these papers; class, outcome, shuffled: baselines"
        table.caption_justify = "left"
    if by in ("condition", "outcome") and len(rows) > MOST_GROUPS:
        table.add_row(Text(f"and {len(rows) - MOST_GROUPS} more", style="dim"))
    return table


def _print_confusion(validation: Validation, console: Console) -> None:
    for title, counts in (("held out", validation.confusion), ("shipped parameters", validation.fitted_confusion)):
        if any(sum(row.values()) for row in counts.values()):
            console.print(_confusion(title, counts))


def _confusion(title: str, counts: Confusion) -> Table:
    table = _table(f"published, by what was predicted ({title})", *DIRECTIONS, FAILED)
    for told in DIRECTIONS:
        table.add_row(told, *(str(counts[told][said]) for said in (*DIRECTIONS, FAILED)))
    return table


def _bands(validation: Validation) -> Table:
    names = list(next(iter(validation.bands.values()), {}))
    table = _table("band for none", *names)
    for band, found in validation.bands.items():
        table.add_row(f"{100 * band:g} percent", *(say.share(found[name].by_record.value) for name in names))
    return table


def _print_chances(validation: Validation, console: Console) -> None:
    found = validation.chances
    if not found.count:
        return
    table = _table("chances of directions", "log score", "ranked probability", "Brier", "model better by")
    rows = (
        ("model", found.model, ""),
        ("shares of the class", found.by_class, say.difference_text(found.gain_on_class, as_share=False)),
        ("shares of the outcome", found.by_outcome, say.difference_text(found.gain_on_outcome, as_share=False)),
    )
    for name, score, gain in rows:
        table.add_row(name, f"{score.log_score:.2f}", f"{score.ranked:.3f}", f"{score.brier:.3f}", gain)
    console.print(table)


def _sizes(validation: Validation) -> Table:
    table = _table("family", "sizes", "papers", "error", "RMSE", "seen", "in 50%", "in 90%", "model", "pooled", "gain")
    for row in validation.sizes:
        gain = "-" if row.gain.value != row.gain.value else f"{row.gain.value:+.2f}"
        table.add_row(
            Text(say.family_text(row.family)),
            f"{row.count}",
            str(row.papers),
            number(row.mean_error, sign=True),
            number(row.rmse),
            number(row.fitted_rmse),
            say.share(row.narrow.value),
            say.share(row.wide.value),
            number(row.log_score),
            number(row.pooled_log_score),
            gain,
        )
    table.caption = "error and RMSE in the unit of the statistic; model, pooled and gain are mean log scores"
    table.caption_justify = "left"
    return table


def _within(validation: Validation) -> Table:
    table = _table("inside the published 95% interval", "sizes", "held out", "seen")
    for row in within_rows(validation.numbers):
        shares = (say.share(part / row.count if row.count else math.nan) for part in (row.held_out, row.fitted))
        table.add_row(row.name, str(row.count), *shares)
    return table


def _print_scope(validation: Validation, console: Console) -> None:
    scope = validation.scope
    console.print(Text("Scope", style="bold"))
    table = _table("subjects", "findings", "of pain, biomarkers, course", "expressed", "share", "share of all")
    for name, count in scope.counts.items():
        cells = (str(count.findings), str(count.within), str(count.expressed))
        table.add_row(name, *cells, say.share(count.share), say.share(count.share_of_all))
    console.print(table)
    reasons = list(scope.reasons.items())
    if reasons:
        told = "; ".join(f"{reason} ({count})" for reason, count in reasons[:MOST_REASONS])
        more = len(reasons) - MOST_REASONS
        console.print(Text(f"Not expressed: {told}{f'; and {more} other reasons' if more > 0 else ''}."))


def _print_failures(validation: Validation, console: Console) -> None:
    count = len(validation.failures)
    if not count:
        return
    console.print(Text(f"Missed directions: {count}", style="bold"))
    for one in validation.failures[:MOST_FAILURES]:
        console.print(Text(f"  {one.prediction.experiment.id}: found {one.found}, predicted {one.predicted}"))
        console.print(Padding(Text(say.edges_text(one, EDGES_IN_BRIEF), style="dim"), (0, 0, 0, 4)))
    if count > MOST_FAILURES:
        console.print(Text(f"  and {count - MOST_FAILURES} more: --out writes them all with their papers"))
