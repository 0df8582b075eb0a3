"""The command line ``allodyne``."""

from __future__ import annotations

import gc
import sys
from typing import Annotated

import typer
from typer.core import TyperGroup

from allodyne.commands.calibrate import calibrate
from allodyne.commands.check import check
from allodyne.commands.cite import cite
from allodyne.commands.claims import ClaimsCommand, claims
from allodyne.commands.doctor import doctor
from allodyne.commands.equipment import equipment
from allodyne.commands.evidence import evidence
from allodyne.commands.network import network
from allodyne.commands.regimens import regimens
from allodyne.commands.run import run
from allodyne.commands.validate import validate
from allodyne.errors import UserError

USER_MISTAKE, OUR_MISTAKE, INTERRUPTED = 2, 1, 130
OBJECTS_BETWEEN_COLLECTIONS = 100_000


class _Commands(TyperGroup):
    """Commands whose errors reach the user as what, where and remedy."""

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override, unused-ignore]
        try:
            return super().invoke(ctx)
        except UserError as error:
            _show(error)
            raise typer.Exit(USER_MISTAKE) from None
        except KeyboardInterrupt:
            _say("Interrupted.")
            raise typer.Exit(INTERRUPTED) from None


app = typer.Typer(
    name="allodyne",
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(run)
app.command()(check)
app.command()(equipment)
app.command()(regimens)
app.add_typer(network, name="network")
app.command(cls=ClaimsCommand)(claims)
app.add_typer(evidence, name="evidence")
app.command()(validate)
app.command()(calibrate)
app.command()(cite)
app.command()(doctor)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"allodyne {version('allodyne')}")
        raise typer.Exit


@app.callback()
def allodyne(
    ctx: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show where in the program an unexpected error arose.")
    ] = False,
) -> None:
    """How hyperbaric oxygen, exercise and acupuncture act on neuropathic pain: an executable, cited model.

    Describe a study in a YAML file, check it, and run it:

    [bold]allodyne check study.yaml[/bold]

    [bold]allodyne run study.yaml[/bold]
    """
    ctx.obj = {"version": version, "debug": debug}


def main() -> None:
    """Run the command line.

    Exit codes: 0 done; 1 an error of the program; 2 a mistake in what was given; 130 interrupted.
    """
    # Most of what a command reads and builds stays until it ends: looking for dead cycles in it as often as Python does
    # of itself takes a sixth of the time.
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS, *gc.get_threshold()[1:])
    arguments = [argument for argument in sys.argv[1:] if argument != "--debug"]
    debug = len(arguments) < len(sys.argv) - 1
    try:
        app(args=arguments)
    except KeyboardInterrupt:
        _say("Interrupted.")
        sys.exit(INTERRUPTED)
    except Exception as error:
        if debug:
            raise
        _say(f"Unexpected error, please report it: {type(error).__name__}: {error} (--debug shows where it arose).")
        sys.exit(OUR_MISTAKE)


def _show(error: UserError) -> None:
    mistakes = getattr(error, "mistakes", [error])
    if len(mistakes) > 1:
        _say("", f"{error.message}\n")
    for one in mistakes:
        _say("error: ", one.message, "bold red")
        if one.where:
            _say("where: ", one.where, "bold")
        if one.remedy:
            _say("remedy: ", one.remedy, "bold green")


def _say(head: str, text: str = "", style: str = "") -> None:
    from rich.console import Console
    from rich.text import Text

    Console(stderr=True).print(Text.assemble((head, style), text), soft_wrap=True)


if __name__ == "__main__":
    main()
