"""``allodyne run``: simulate a study and write its results."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from allodyne.commands.plan_files import RulesFile, SubjectFile, checked_plan

if TYPE_CHECKING:
    from rich.console import Console

    from allodyne.calibrate.posterior import Posterior
    from allodyne.report.results import Results
    from allodyne.safety.plan_check import PlanCheck
    from allodyne.study import Study


def run(
    study: Annotated[Path, typer.Argument(metavar="STUDY", help="The study file (YAML).", show_default=False)],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Folder for the results.", show_default="STUDY_results in this folder"),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier results folder.")] = False,
    seed: Annotated[
        int | None, typer.Option("--seed", help="Use this seed instead of the one in the file.", min=0, max=2**32 - 1)
    ] = None,
    posterior: Annotated[
        Path | None,
        typer.Option(
            "--posterior",
            metavar="DIR",
            help="Parameters that `allodyne calibrate` found for own data.",
            show_default="the shipped ones",
        ),
    ] = None,
    subject: SubjectFile = None,
    rules: RulesFile = None,
    accept_risk: Annotated[
        str | None,
        typer.Option(
            "--accept-risk",
            metavar="REASON",
            help="Run a plan that breaks a hard limit; every page of the report shows the reason.",
        ),
    ] = None,
    no_report: Annotated[bool, typer.Option("--no-report", help="Write no report.html.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only where the results are.")] = False,
) -> None:
    """Simulate a study: prints a summary and writes results.nc, results.csv, the study as run and report.html.

    Example: [bold]allodyne run examples/hbot_after_nerve_ligation.yaml[/bold]
    """
    from rich.console import Console

    from allodyne.report.writing import check_folder, write_results
    from allodyne.safety.check import refuse
    from allodyne.study import Study

    plan = Study.from_yaml(study)
    if seed is not None:
        plan = plan.with_seed(seed)
    checked = checked_plan(plan, subject, rules, accept_risk)
    refuse(checked, plan)
    own = _own(posterior)
    folder = out if out is not None else Path.cwd() / f"{study.stem}_results"
    check_folder(folder, force)
    console = Console()
    results = _simulate(plan, checked, own, console, quiet)
    write_results(results, folder, force, report=not no_report)
    if not quiet:
        from allodyne.report import print_summary

        print_summary(results, console, folder)
    else:
        console.print(str(folder), soft_wrap=True, highlight=False, markup=False)


def _own(folder: Path | None) -> Posterior | None:
    from allodyne.calibrate.posterior import read_posterior

    return None if folder is None else read_posterior(folder.expanduser())


def _simulate(study: Study, check: PlanCheck, posterior: Posterior | None, console: Console, quiet: bool) -> Results:
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    from allodyne.pipeline import run_study

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=quiet) as bar:
        task = bar.add_task("Starting", total=1.0)

        def tell(what: str, share: float) -> None:
            bar.update(task, description=what, completed=share)

        return run_study(study, tell, posterior=posterior, check=check)
