"""``allodyne calibrate``: parameters from findings, or from a laboratory's own data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from allodyne.commands.bars import bar
from allodyne.errors import OutputError, UserError

if TYPE_CHECKING:
    from rich.console import Console

    from allodyne.calibrate.posterior import Posterior
    from allodyne.calibrate.running import Calibrated, Plan
    from allodyne.experiments.experiment import Experiment

FOLDER = Path("calibration")
Tell = Callable[[str, int, int], None]


def calibrate(
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            metavar="PATH",
            help="Own data: a CSV file with subject, group, day, outcome and value (with --study), or findings.",
            show_default="the findings of the package",
        ),
    ] = None,
    study: Annotated[
        Path | None,
        typer.Option(
            "--study", metavar="STUDY.yaml", help="What was done to the groups of --data.", show_default=False
        ),
    ] = None,
    folds: Annotated[int, typer.Option(min=0, max=20, help="Parts of the cross-validation by paper; 0: none.")] = 5,
    method: Annotated[
        Literal["map", "laplace", "nuts"],
        typer.Option(help="map: the point alone; laplace: its spread too; nuts: the spread checked by sampling."),
    ] = "laplace",
    starts: Annotated[int, typer.Option(min=1, max=20, help="Starts of the fit on all findings.")] = 3,
    rounds: Annotated[int, typer.Option(min=1, max=20, help="How often the model is linearised anew.")] = 2,
    seed: Annotated[int, typer.Option(help="Of the starts and of the sampling.")] = 1,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder for what is found.")] = FOLDER,
) -> None:
    """Estimate gains, turnover times and sizes of drives, with their spread and a cross-validation by paper.

    What is finished is kept in DIR; the same command goes on where a killed one stopped. Own data start from the
    shipped posterior, and `allodyne run STUDY --posterior DIR` uses what came out.

    Example: [bold]allodyne calibrate --data rats.csv --study rats.yaml --out rats_posterior[/bold]
    """
    from rich.console import Console

    from allodyne.calibrate.posterior import save_posterior
    from allodyne.calibrate.running import Plan
    from allodyne.calibrate.shipping import save_linear

    own = data is not None and data.suffix.lower() == ".csv"
    if own != (study is not None):
        message = "A CSV file needs a study file." if own else "--study belongs to a CSV file under --data."
        raise UserError(message, str(data or study), "Give both, or findings alone.")
    console = Console()
    experiments, sources = _own(data, study, console) if own and data and study else _published(data)
    plan = Plan(folds=0 if own else folds, starts=1 if own else starts, rounds=rounds, seed=seed)
    folder = _folder(out)
    console.print(f"{len(experiments)} findings of {len({one.paper for one in experiments})} papers")
    with _progress() as tell:
        found = _calibrated(experiments, plan, folder, own, tell)
    posterior = _posterior(found, plan, sources, method)
    save_linear(found, folder)
    save_posterior(posterior, folder)
    _print(found, posterior, console)
    if method == "nuts":
        _check(found, console, seed)
    console.print(f"Wrote posterior.npz and posterior.yaml to {folder.resolve()}", soft_wrap=True, highlight=False)


def _calibrated(experiments: Sequence[Experiment], plan: Plan, folder: Path, own: bool, tell: Tell) -> Calibrated:
    from allodyne.calibrate.posterior import load_posterior
    from allodyne.calibrate.running import Calibration
    from allodyne.network import load_network
    from allodyne.pipeline import arrays_of

    network = load_network()
    begin = load_posterior() if own else None
    return Calibration(network, arrays_of(network), experiments, plan, folder, begin).run(tell)


def _posterior(found: Calibrated, plan: Plan, sources: dict[str, str], method: str) -> Posterior:
    import dataclasses

    from allodyne.calibrate.shipping import posterior_of

    posterior = posterior_of(found, plan, sources)
    if method != "map":
        return posterior
    nothing = posterior.vectors[:, :0]
    return dataclasses.replace(posterior, vectors=nothing, information=posterior.information[:0])


def _published(path: Path | None) -> tuple[list[Experiment], dict[str, str]]:
    from allodyne.calibrate.shipping import digest_of
    from allodyne.experiments.expressing import express
    from allodyne.scoring.findings_given import findings_from, shipped_findings

    given = shipped_findings() if path is None else findings_from([path])
    expressed = express(given.findings)
    if not expressed.experiments:
        raise UserError("None of the findings can be expressed.", str(path), "allodyne validate says why not.")
    return expressed.experiments, {place: digest_of(place, given.shipped) for place in given.places}


def _own(data: Path, study: Path, console: Console) -> tuple[list[Experiment], dict[str, str]]:
    from allodyne.calibrate.own_data import compare_own_data
    from allodyne.calibrate.shipping import digest_of

    own = compare_own_data(data, study)
    for name, reason in own.left_out.items():
        console.print(f"left out: {name}: {reason}", highlight=False)
    if not own.experiments:
        raise UserError("No group can be compared with the control.", str(data), "Each needs two subjects a day.")
    return own.experiments, {str(path): digest_of(str(path), shipped=False) for path in (data, study)}


def _folder(out: Path) -> Path:
    folder = out.expanduser()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise OutputError(f"The folder cannot be made: {problem.strerror}.", str(out), "Name another one.") from None
    return folder


@contextmanager
def _progress() -> Iterator[Tell]:
    """Show what is done with the time left, on the error stream; on no terminal a line for each stage."""
    from rich.console import Console

    console = Console(stderr=True)
    tasks: dict[str, Any] = {}
    with bar(console, shown=console.is_terminal, stays=True, time_left=True) as stages:

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = stages.add_task(stage, total=total)
                if not console.is_terminal:
                    console.print(stage, highlight=False)
            stages.update(tasks[stage], completed=done, total=total)

        yield tell


def _print(found: Calibrated, posterior: Posterior, console: Console) -> None:
    from allodyne.calibrate.calibration_tables import print_fits
    from allodyne.calibrate.identifiability import identify
    from allodyne.calibrate.identifiability_tables import print_identified

    print_fits(found, posterior, console)
    print_identified(identify(found.space.names, found.begin.information(found.information)), console)


def _check(found: Calibrated, console: Console, seed: int) -> None:
    from allodyne.calibrate.nuts import check_by_nuts
    from allodyne.calibrate.nuts_verdict import print_checked

    best = found.best
    checked = check_by_nuts(found.linear, found.observations, best.noise, found.mode, found.information, seed=seed)
    print_checked(checked, console)
