"""``allodyne validate``: how well published findings are predicted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from allodyne.commands.bars import bar
from allodyne.errors import OutputError

if TYPE_CHECKING:
    from allodyne.scoring.findings_given import GivenFindings
    from allodyne.scoring.validation import Validation

_NARROWEST = 100
"""Columns that the tables need; a narrower terminal wraps their lines."""
FILES = ("validation.json", "validation.html", "predictions.csv")

Tell = Callable[[int, int], None]


def validate(
    findings: Annotated[
        list[Path] | None,
        typer.Option(
            "--findings",
            metavar="PATH",
            help="A file or folder of findings, with papers.yaml beside it or above; may be given again.",
            show_default="the findings of the package",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="DIR", help=f"Folder for {', '.join(FILES)}.", show_default=False),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")] = False,
) -> None:
    """Predict published findings, held out, and score directions and sizes against what was found.

    Example: [bold]allodyne validate --findings new_findings --out scores[/bold]
    """
    from allodyne.scoring.findings_given import findings_from, shipped_findings

    if out is not None:
        _make_folder(out)
    given = findings_from(findings) if findings else shipped_findings()
    with _progress() as stage:
        validation = _validate(given, stage)
    if out is not None:
        _write(validation, out)
    if json:
        from allodyne.scoring.to_json import json_text

        typer.echo(json_text(validation), nl=False)
        return
    from rich.console import Console

    from allodyne.scoring.tables import print_validation

    console = Console()
    console.width = max(console.width, _NARROWEST)
    print_validation(validation, console)
    if out is not None:
        names = ", ".join(FILES)
        console.print(f"Wrote {names} to {out.expanduser().resolve()}", soft_wrap=True, highlight=False, markup=False)


def _validate(given: GivenFindings, stage: Callable[[str], Tell]) -> Validation:
    from allodyne.experiments.expressing import express
    from allodyne.network import load_network
    from allodyne.pipeline import arrays_of
    from allodyne.scoring.findings_given import shipped_findings
    from allodyne.scoring.predicting import predict
    from allodyne.scoring.validation import assess

    expressed = express(given.findings)
    shipped = expressed if given.shipped else express(shipped_findings().findings)
    predictions = predict(expressed.experiments, stage("predicting"))
    network = load_network()
    structure = arrays_of(network)
    tell = stage("accounting for misses")
    return assess(given, expressed, predictions, shipped.experiments, network, structure, tell=tell)


@contextmanager
def _progress() -> Iterator[Callable[[str], Tell]]:
    """Show a bar on the error stream where that is a terminal, so that what is printed can be read by programs."""
    from rich.console import Console

    console = Console(stderr=True)
    with bar(console, shown=console.is_terminal) as stages:

        def stage(name: str) -> Tell:
            task = stages.add_task(name, total=None)
            return lambda done, total: stages.update(task, completed=done, total=total)

        yield stage


def _make_folder(folder: Path) -> None:
    """Make the folder before anything is computed."""
    place = folder.expanduser()
    if place.exists() and not place.is_dir():
        raise OutputError(
            "This is a file, not a folder.", str(folder), "Name a folder, or one that does not exist yet."
        )
    try:
        place.mkdir(exist_ok=True)
    except FileNotFoundError:
        raise OutputError(
            "The folder above does not exist.", str(place.parent), "Make it, or name another place."
        ) from None
    except OSError as problem:
        raise OutputError(f"The folder cannot be made: {problem.strerror}.", str(folder), "Name another one.") from None


def _write(validation: Validation, folder: Path) -> None:
    from allodyne.evidence.writing import write_whole
    from allodyne.scoring.page import render
    from allodyne.scoring.prediction_records import csv_text
    from allodyne.scoring.to_json import json_text

    place = folder.expanduser()
    for name, text_of in zip(FILES, (json_text, render, csv_text), strict=True):
        write_whole(text_of(validation), place / name)
