"""``allodyne evidence add``: take bibliographic records in as papers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from allodyne.evidence.records import Conflict, Intake


def add(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="Records as RIS, BibTeX, PubMed NBIB or XML, CSL-JSON, or JSON of a literature aggregator.",
            show_default=False,
        ),
    ],
    into: Annotated[Path, typer.Option("--into", metavar="FILE.yaml", help="Where new papers are written.")] = Path(
        "my_papers.yaml"
    ),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done; write nothing.")] = False,
) -> None:
    """Take in bibliographic records: tell new papers from known ones, and report what contradicts.

    Example: [bold]allodyne evidence add export.ris --dry-run[/bold]
    """
    from rich.console import Console

    from allodyne.evidence.papers import load_papers
    from allodyne.evidence.records import KnownWorks, read_papers, read_records, take_in, write_papers
    from allodyne.evidence.records.writing import check_place

    records = read_records(file)
    check_place(into)
    papers = {**load_papers(), **read_papers(into)[1]}
    intake = take_in(records, KnownWorks(papers.values()), papers)
    console = Console()
    console.print(
        _table(intake, f"{file.name}: {len(records)} {_plural('record', len(records))} ({records[0].format})")
    )
    _print_conflicts(intake.conflicts, console)
    count = len(intake.papers)
    written = f"{count} new {_plural('paper', count)}"
    if dry_run:
        console.print(f"Dry run: {written}, nothing was written.", highlight=False)
    elif count:
        write_papers(intake.papers, into)
        console.print(f"Written: {written} to {into}", highlight=False, markup=False, soft_wrap=True)
    else:
        console.print("Nothing new, nothing was written.", highlight=False)


def _table(intake: Intake, title: str) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    styles = {"new": "green", "known": "dim", "duplicate": "yellow", "no address": "red"}
    table = Table(title=Text(title), title_justify="left", box=None)
    for column in ("line", "record", "key", "recognised by"):
        table.add_column(column, justify="right" if column == "line" else "left", no_wrap=column in ("line", "key"))
    table.add_column("title", overflow="fold")
    for one in intake.taken:
        by = one.match.by if one.match else ""
        cells = (str(one.record.line), one.status, one.key, by, one.record.title)
        table.add_row(*(Text(cell, styles[one.status] if cell == one.status else "") for cell in cells))
    if any(one.status == "no address" for one in intake.taken):
        table.caption = Text("no address: neither DOI nor PMID nor URL; such a record is not taken in.")
        table.caption_justify = "left"
    return table


def _print_conflicts(conflicts: list[Conflict], console: Console) -> None:
    from rich.text import Text

    if not conflicts:
        console.print("No conflicts.")
        return
    console.print(Text(f"\n{len(conflicts)} {_plural('conflict', len(conflicts))}, none of them resolved:", "bold"))
    for conflict in conflicts:
        whose = "the record contradicts itself" if conflict.inside else "statements differ"
        console.print(Text.assemble((f"  {conflict.field}", "yellow"), f": {whose}: {conflict.text}"), soft_wrap=True)
    console.print()


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"
