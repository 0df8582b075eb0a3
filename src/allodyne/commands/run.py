"""``allodyne run``: simulate a study and write its results."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from allodyne.commands.bars import bar
from allodyne.commands.plan_files import RulesFile, SubjectFile, checked_plan
from allodyne.simulate.machine import DeviceName, Precision

if TYPE_CHECKING:
    from rich.console import Console

    from allodyne.calibrate.posterior import Posterior
    from allodyne.pipeline import Progress


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
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler",
            metavar="ADDRESS|local:N",
            help="Cut the population into portions and solve them on the workers of this Dask scheduler.",
        ),
    ] = None,
    device: Annotated[
        DeviceName,
        typer.Option(
            "--device",
            help="What to solve on; auto takes an accelerator where there is one and the population is large.",
        ),
    ] = "auto",
    precision: Annotated[
        Precision | None,
        typer.Option(
            "--precision", help="Of the numbers that are solved.", show_default="double on cores, single on a GPU"
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with an interrupted run; what is finished is not computed again.")
    ] = False,
    no_report: Annotated[bool, typer.Option("--no-report", help="Write no report.html.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only where the results are.")] = False,
) -> None:
    """Simulate a study: prints a summary and writes results.nc, results.csv, the study as run and report.html.

    Large populations, and runs with --scheduler or --resume, are written portion by portion to results.zarr instead of
    results.nc and results.csv.

    Example: [bold]allodyne run examples/hbot_after_nerve_ligation.yaml[/bold]
    """
    from rich.console import Console

    from allodyne.cohort.portions import streams
    from allodyne.cohort.store import refuse_unfinished
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
    files = {"--out": out, "--posterior": posterior, "--subject": subject, "--rules": rules}
    words = {
        "--device": None if device == "auto" else device,
        "--precision": precision,
        "--seed": seed,
        "--accept-risk": accept_risk,
        "--scheduler": scheduler,
    }
    flags = {"--force": force, "--no-report": no_report, "--quiet": quiet}
    go_on = _command(study, {**files, **words}, flags)
    if not resume and not force:
        refuse_unfinished(folder, go_on)
    console = Console()
    if scheduler is not None or resume or streams(plan):
        with _told_how_to_go_on(folder, go_on, console), _progress(console, quiet) as tell:
            from allodyne.cohort.running import run_cohort

            results = run_cohort(
                plan,
                folder,
                scheduler=scheduler,
                resume=resume,
                force=force,
                report=not no_report,
                posterior=own,
                check=checked,
                progress=tell,
                go_on=go_on,
                device=device,
                precision=precision,
            )
    else:
        with _progress(console, quiet) as tell:
            from allodyne.pipeline import run_study
            from allodyne.report.stored import SettledResults

            found = run_study(plan, tell, posterior=own, check=checked, device=device, precision=precision)
            results = SettledResults(found.data)
        write_results(results, folder, force, report=not no_report)
    if not quiet:
        from allodyne.report import print_summary

        print_summary(results, console, folder)
    else:
        console.print(str(folder), soft_wrap=True, highlight=False, markup=False)


def _own(folder: Path | None) -> Posterior | None:
    from allodyne.calibrate.posterior import read_posterior

    return None if folder is None else read_posterior(folder.expanduser())


def _command(study: Path, values: dict[str, object], flags: dict[str, bool]) -> str:
    """The command that goes on with a run of this study."""
    given = [str(part) for pair in values.items() if pair[1] is not None for part in pair]
    chosen = [flag for flag, is_set in flags.items() if is_set]
    return shlex.join(["allodyne", "run", str(study), *given, *chosen, "--resume"])


@contextmanager
def _told_how_to_go_on(folder: Path, go_on: str, console: Console) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        from allodyne.cohort.store import kept

        told = kept(folder)
        if told:
            console.print(f"{told}; go on with: {go_on}", soft_wrap=True, highlight=False, markup=False)
        raise


@contextmanager
def _progress(console: Console, quiet: bool) -> Iterator[Progress]:
    with bar(console, shown=not quiet, time_left=True) as running:
        task = running.add_task("Starting", total=1.0)

        def tell(what: str, share: float) -> None:
            running.update(task, description=what, completed=share)

        yield tell
