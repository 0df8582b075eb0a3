"""``allodyne evidence pool``: what the published studies of one treatment show together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from allodyne.errors import OutputError, UserError, nearest

if TYPE_CHECKING:
    from rich.console import Console

    from allodyne.evidence.independent import Answers
    from allodyne.evidence.pooling import Measure, Pooled

LEFT_OUT_IN_BRIEF = 12


def pool(
    treatment: Annotated[
        str, typer.Option(help="hbot, exercise, acupuncture or the name of a drug.", show_default=False)
    ],
    condition: Annotated[str, typer.Option(help="Condition of the findings, such as cipn.", show_default=False)],
    outcome: Annotated[str, typer.Option(help="Outcome, such as pain_score.", show_default=False)],
    comparator: Annotated[
        str | None,
        typer.Option(
            help="Only studies with this comparator, such as sham.", show_default="every control group but baseline"
        ),
    ] = None,
    measure: Annotated[
        str | None, typer.Option(help="MD, SMD, RR, OR or HR.", show_default="the one that most studies give")
    ] = None,
    species: Annotated[str, typer.Option(help="human, rat, mouse or other.")] = "human",
    reviews: Annotated[bool, typer.Option("--reviews", help="Count results that are themselves pooled.")] = False,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a page with a forest plot.", show_default=False)
    ] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Write the values.", show_default=False)
    ] = None,
) -> None:
    """Pool the published effects of a treatment: random effects, REML, interval of Knapp and Hartung.

    Example: [bold]allodyne evidence pool --treatment pregabalin --condition dpn --outcome pain_score[/bold]
    """
    from rich.console import Console

    from allodyne.evidence import pooling
    from allodyne.evidence.independent import Question, collect
    from allodyne.evidence.pooled_report import heading, page, sentences

    question = Question(treatment, condition, outcome, comparator, species, reviews)
    answers = collect(question, _measure(measure))
    enough = len(answers.studies) >= pooling.FEWEST_STUDIES
    pooled = pooling.pool(answers.studies, answers.measure) if enough else None
    console = Console()
    console.print(heading(question), style="bold", highlight=False)
    if answers.studies:
        _print_studies(answers, pooled, console)
    for sentence in sentences(question, answers, pooled):
        console.print(sentence, highlight=False, markup=False)
    _print_left_out(answers, console)
    if csv is not None:
        _write_values(csv, answers, pooled)
        console.print(f"Wrote {csv}.", soft_wrap=True, highlight=False, markup=False)
    if html is not None and pooled is not None:
        _write(html, page(question, answers, pooled))
        console.print(f"Wrote {html}.", soft_wrap=True, highlight=False, markup=False)
    elif html is not None:
        console.print(f"There is nothing to draw: {html} was not written.", soft_wrap=True, markup=False)


def _measure(asked: str | None) -> Measure | None:
    from allodyne.evidence.pooling import Measure

    if asked is None:
        return None
    known: tuple[Measure, ...] = get_args(Measure)
    for name in known:
        if name == asked.upper():
            return name
    raise UserError(f"There is no measure {asked!r}.", "--measure", nearest(asked, known))


def _print_studies(answers: Answers, pooled: Pooled | None, console: Console) -> None:
    from rich.table import Table
    from rich.text import Text

    from allodyne.evidence.pooled_report import usual_size, values
    from allodyne.report.wording import interval, number

    size = usual_size(answers.studies, answers.measure)
    table = Table(box=None, pad_edge=False)
    table.add_column("study")
    table.add_column("against")
    table.add_column(f"{answers.measure} (95% interval)", justify="right", no_wrap=True)
    table.add_column("weight", justify="right")
    table.add_column("how it was got")
    for row in values(answers, pooled):
        if row["row"] == "left out":
            continue
        if row["estimate"] != "":
            effect = interval(row["estimate"], row["low"], row["high"], like=size)
        else:
            effect = f"({number(row['low'], size)} to {number(row['high'], size)})"
        weight = f"{row['weight_percent']:.0f}%" if row["weight_percent"] != "" else ""
        against = str(row["comparator"]).replace("_", " ")
        cells = row["label"] or row["row"], against, effect, weight, row["how"]
        table.add_row(*map(Text, cells), style="" if row["row"] == "study" else "bold")
    console.print(table)


def _print_left_out(answers: Answers, console: Console) -> None:
    from rich.text import Text

    if not answers.left_out:
        return
    count = len(answers.left_out)
    console.print(f"\nLeft out ({count} finding{'' if count == 1 else 's'}):", style="bold", highlight=False)
    for one in answers.left_out[:LEFT_OUT_IN_BRIEF]:
        console.print(Text(f"  {one.label}: {one.reason} [{one.finding}]"), soft_wrap=True)
    if count > LEFT_OUT_IN_BRIEF:
        console.print(f"  and {count - LEFT_OUT_IN_BRIEF} more; --csv lists them all", highlight=False)


def _write_values(file: Path, answers: Answers, pooled: Pooled | None) -> None:
    import csv
    import io

    from allodyne.evidence.pooled_report import COLUMNS, values

    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(values(answers, pooled))
    _write(file, text.getvalue())


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as problem:
        raise OutputError(
            f"The file cannot be written: {problem.strerror}.", str(file), "Name a file in a folder that exists."
        ) from None
