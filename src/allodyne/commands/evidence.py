"""``allodyne evidence``: the published findings behind the model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from allodyne.commands.evidence_add import add
from allodyne.commands.evidence_pool import pool

if TYPE_CHECKING:
    from allodyne.evidence.search import FindingRow, PaperRow

evidence = typer.Typer(name="evidence", no_args_is_help=True, help="Look into the published findings behind the model.")

_FINDING_COLUMNS = ("paper", "design", "species", "condition", "treatment", "outcome", "result")
_PAPER_COLUMNS = ("paper", "year", "design", "species", "title", "findings")
_FINDING_FIELDS = {
    "finding": "finding.id",
    "paper": "paper.key",
    "first_author": "paper.first_author",
    "year": "paper.year",
    "title": "paper.title",
    "address": "paper.address",
    "design": "paper.design",
    "species": "finding.species",
    "sex": "finding.sex",
    "strain": "finding.strain",
    "kind": "finding.kind",
    "condition": "finding.condition",
    "condition_note": "finding.condition_note",
    "treatment": "given",
    "blocker": "finding.blocker.name",
    "comparator": "finding.comparator",
    "comparator_text": "finding.comparator_text",
    "variable": "finding.outcome.variable",
    "tissue": "finding.outcome.tissue",
    "time_days": "finding.outcome.time_days",
    "weeks_of_treatment": "finding.outcome.weeks_of_treatment",
    "days_after_last_session": "finding.outcome.days_after_last_session",
    "direction": "finding.result.direction",
    "significant": "finding.result.significant",
    "p": "finding.result.p",
    "p_bound": "finding.result.p_bound",
    "treated": "finding.result.treated.middle",
    "control": "finding.result.control.middle",
    "effect_type": "finding.result.effect.type",
    "estimate": "finding.result.effect.estimate",
    "ci_low": "finding.result.effect.ci_low",
    "ci_high": "finding.result.effect.ci_high",
    "units": "finding.result.units",
    "result": "result",
    "note": "finding.note",
}
_PAPER_FIELDS = {
    "paper": "paper.key",
    "first_author": "paper.first_author",
    "year": "paper.year",
    "title": "paper.title",
    "address": "paper.address",
    "design": "paper.design",
    "species": "paper.species",
    "provenance": "paper.provenance",
    "doi": "paper.doi",
    "pmid": "paper.pmid",
    "note": "paper.note",
    "shows": "paper.shows",
    "findings": "count",
}
"""Columns of the written tables, each with the place of its value in a row."""


def _filter(name: str, what: str) -> Any:
    return typer.Option(f"--{name}", metavar=name.upper(), help=what, show_default=False)


@evidence.command()
def search(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="WORDS", help="Words that must all occur; the first letters of each will do.", show_default=False
        ),
    ] = None,
    condition: Annotated[str | None, _filter("condition", "Such as cci, or in words.")] = None,
    treatment: Annotated[str | None, _filter("treatment", "hbot, exercise, acupuncture, a mode or a drug.")] = None,
    outcome: Annotated[str | None, _filter("outcome", "Such as mechanical_threshold.")] = None,
    design: Annotated[str | None, _filter("design", "Such as rct or meta-analysis.")] = None,
    species: Annotated[str | None, _filter("species", "rat, mouse, human or other.")] = None,
    kind: Annotated[str | None, _filter("kind", "injury, treatment, blocker, comparison, healthy or rate.")] = None,
    direction: Annotated[str | None, _filter("direction", "up, down or none: how the outcome changed.")] = None,
    papers: Annotated[bool, typer.Option("--papers", help="List papers instead of findings.")] = False,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE.csv", help="Write the rows here too.", show_default=False)
    ] = None,
) -> None:
    """Search papers and findings by words and by what they are about.

    Example: [bold]allodyne evidence search naloxone --treatment acupuncture --species rat[/bold]
    """
    from allodyne.evidence.search import Query, find_findings, find_papers

    query = Query(tuple(words or ()), condition, treatment, outcome, design, species, kind, direction)
    if papers:
        sources = find_papers(query)
        _print(_PAPER_COLUMNS, map(_paper_cells, sources))
        count = f"{_count(len(sources), 'paper')} with {_count(sum(row.count for row in sources), 'finding')}"
        table = _as_csv(_PAPER_FIELDS, sources)
    else:
        rows = find_findings(query)
        _print(_FINDING_COLUMNS, map(_finding_cells, rows))
        count = f"{_count(len(rows), 'finding')} of {_count(len({row.paper.key for row in rows}), 'paper')}"
        table = _as_csv(_FINDING_FIELDS, rows)
    typer.echo(count)
    if csv is not None:
        from allodyne.evidence.writing import write_whole

        typer.echo(f"Table: {write_whole(table, csv)}")


def _finding_cells(row: FindingRow) -> Sequence[str]:
    against = f" (against {row.comparator})" if row.comparator else ""
    finding = row.finding
    return (
        row.paper.key,
        row.design,
        row.species,
        finding.condition,
        f"{row.treatment or finding.kind}{against}",
        row.outcome,
        row.result,
    )


def _paper_cells(row: PaperRow) -> Sequence[str]:
    paper = row.paper
    year, title = str(paper.year or ""), paper.title or paper.note or ""
    return (paper.key, year, paper.design or "", paper.species or "", title, str(row.count))


def _print(columns: Iterable[str], rows: Iterable[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    if table.row_count:
        Console().print(table)


def _as_csv(fields: Mapping[str, str], rows: Iterable[FindingRow | PaperRow]) -> str:
    import csv
    import io

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(fields)
    writer.writerows([_value(row, path) for path in fields.values()] for row in rows)
    return text.getvalue()


def _value(row: Any, path: str) -> Any:
    """Value at a dotted path; what a record does not have is an empty field."""
    for name in path.split("."):
        row = None if row is None else getattr(row, name)
    return row


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


evidence.command()(add)
evidence.command()(pool)
