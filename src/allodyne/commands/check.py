"""``allodyne check``: what a study will do, without doing it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from allodyne.commands.plan_files import RulesFile, SubjectFile, checked_plan

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from allodyne.study import Explanation
    from allodyne.study.explain import TreatmentExplained


def check(
    study: Annotated[Path, typer.Argument(metavar="STUDY", help="The study file (YAML).", show_default=False)],
    subject: SubjectFile = None,
    rules: RulesFile = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write the check of the plan as a page, with figures.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the same as JSON.")] = False,
) -> None:
    """Explain a study without running it, and check whether its plan is safe and can be carried out.

    Exit code 2 also where the plan breaks a hard limit.

    Example: [bold]allodyne check examples/hbot_after_nerve_ligation.yaml[/bold]
    """
    from allodyne.study import Study, explain

    if html is not None:
        from allodyne.evidence.pages import check_page_place
        from allodyne.report.plan_page import GENERATOR

        check_page_place(html.expanduser(), GENERATOR, "check.html")
    plan = Study.from_yaml(study)
    explanation, checked = explain(plan), checked_plan(plan, subject, rules)
    if html is not None:
        from allodyne.evidence.writing import write_whole
        from allodyne.report.plan_page import render

        write_whole(render(checked), html.expanduser())
    if as_json:
        import json

        told = {**explanation.to_dict(), "plan_check": checked.model_dump(mode="json")}
        typer.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        from rich.console import Console

        from allodyne.report.plan_tables import print_plan_check

        console = Console()
        print_explanation(explanation, console)
        print_plan_check(checked, console)
    if checked.verdict == "stop":
        raise typer.Exit(2)


def print_explanation(explanation: Explanation, console: Console) -> None:
    """Print what a study will do.

    Parameters
    ----------
    explanation : Explanation
    console : rich.console.Console
    """
    from rich.markup import escape
    from rich.text import Text

    console.print(f"[bold]{escape(explanation.title)}[/bold]", highlight=False)
    console.print()
    console.print(_outline(explanation))
    for name, plans in explanation.arms.items():
        _print_arm(name, plans, name == explanation.control, console)
    console.print()
    console.print(_measured(explanation))
    console.print()
    console.print("The formulas, the condition and the endpoints rest on:")
    for key, citation in explanation.sources.items():
        console.print(Text.assemble((f"  {key}: ", "dim"), citation), soft_wrap=True)
    for warning in explanation.warnings:
        console.print(f"[bold yellow]warning:[/bold yellow] {escape(warning)}", highlight=False, soft_wrap=True)
    console.print("[green]The study makes sense.[/green]")


def _outline(explanation: Explanation) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    subjects = explanation.subjects
    severity = "" if subjects["severity"] == 1 else f", severity x {subjects['severity']:g}"
    table = Table.grid(padding=(0, 2))
    rows = [
        ("subjects", f"{subjects['n']} {subjects['species']} subjects in each arm; seed {subjects['seed']}"),
        ("condition", f"{explanation.condition}{severity}"),
        ("days", f"{explanation.simulated_from_day:g} to {explanation.days}; day 0 is {explanation.origin}"),
        ("assessed", f"days {explanation.assessed_days} at {', '.join(explanation.assessed_at)}"),
        ("control", explanation.control),
        ("tolerance", f"{explanation.tolerance:g} in ln x"),
    ]
    if explanation.published:
        rows.append(("published", f"{explanation.published} findings to print beside the simulation"))
    for name, value in rows:
        table.add_row(Text(name, "dim"), Text(value))
    return table


def _print_arm(name: str, plans: list[TreatmentExplained], control: bool, console: Console) -> None:
    from rich.table import Table
    from rich.text import Text

    console.print()
    role = " (control)" if control else ""
    console.print(Text.assemble("Arm ", (name, "bold"), f"{role}{'' if plans else ': untreated'}"))
    for plan in plans:
        table = Table(title=Text(f"{plan.treatment}: {plan.label}"), title_justify="left", show_header=False)
        table.add_column("what", style="dim", no_wrap=True)
        table.add_column("value", overflow="fold")
        for what, value in _plan(plan):
            table.add_row(Text(what), Text(value))
        console.print(table)


def _plan(plan: TreatmentExplained) -> Iterator[tuple[str, str]]:
    from allodyne.study.clock import total_time

    if not plan.sessions:
        yield from plan.doses.items()
        return
    yield "sessions", f"{plan.sessions} on days {plan.days} at {', '.join(plan.clock_times)}"
    yield "first", plan.first
    yield "last", plan.last
    if plan.total_minutes:
        yield "time in sessions", total_time(plan.total_minutes)
    yield from ((what, value) for what, value in plan.doses.items() if what != "sessions")
    yield "drives reached", "; ".join(f"{drive} {value:.3g}" for drive, value in plan.drives.items())
    yield "sources", ", ".join(plan.sources)


def _measured(explanation: Explanation) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    table = Table(title="Measured", title_justify="left")
    table.add_column("outcome", no_wrap=True)
    table.add_column("what it is, and its unit")
    table.add_column("species of the network", no_wrap=True)
    for outcome in explanation.measure:
        table.add_row(Text(outcome.name), Text(f"{outcome.label}, {outcome.unit}"), Text(outcome.species))
    return table
