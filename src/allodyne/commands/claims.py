"""``allodyne claims``: what the source documents say, and how each statement stands."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from allodyne.commands.bars import bar

if TYPE_CHECKING:
    from rich.console import Console

    from allodyne.claims.check import Tested

PAGE = "claims.html"
NOT_ALL_RAN = 1

Tell = Callable[[str, float], None]


class ClaimsCommand(TyperCommand):
    """A command whose option ``--html`` may stand alone."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the default page behind a bare ``--html``: an id or another option is not its name."""
        given: list[str] = []
        for place, word in enumerate(args):
            given.append(word)
            following = args[place + 1] if place + 1 < len(args) else "-"
            if word == "--html" and (following.startswith("-") or not {".", "/"} & set(following)):
                given.append(PAGE)
        return super().parse_args(ctx, given)


def claims(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CLAIM]...", help="Ids of claims to show in full.", show_default="a list of all"),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html",
            metavar="[FILE.html]",
            help=f"Write a page with figures; without a name {PAGE} in this folder.",
            show_default=False,
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Also cut each mechanism, and count what ran and what behaves.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object for each claim instead.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Let --html replace a file that is no such page.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")] = False,
) -> None:
    """Test what the source documents claim: graded sources, and experiments on the network.

    Example: [bold]allodyne claims A7[/bold]
    """
    from rich.console import Console

    from allodyne.claims.check import depends_on_mechanism, examine, find_claims
    from allodyne.claims.loading import load_claims
    from allodyne.claims.page import GENERATOR
    from allodyne.evidence.pages import check_page_place

    chosen = find_claims(names) if names else list(load_claims().values())
    if html is not None:
        check_page_place(html, GENERATOR, PAGE, force)
    console, begun = Console(), time.perf_counter()
    with _progress(quiet or json) as tell:
        found = examine(chosen, tell("experiments"))
        cut = depends_on_mechanism(found, tell("without the mechanism")) if names or html or check else {}
    if json:
        from allodyne.claims.objects import as_json

        typer.echo(as_json(found, cut))
    elif check:
        _print_check(found, cut, time.perf_counter() - begun, console)
    elif html is None:
        _print(found, cut, console, in_full=bool(names))
    if html is not None:
        _write_page(html, found, cut, quiet=json)
    if check and not all(one.ran for one in found):
        raise typer.Exit(NOT_ALL_RAN)


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[str], Tell]]:
    """Show a bar on the error stream, so that what is printed can be read by programs."""
    from rich.console import Console

    with bar(Console(stderr=True), shown=not quiet) as stages:

        def stage(name: str) -> Tell:
            task = stages.add_task(name, total=1.0)
            return lambda what, share: stages.update(task, description=f"{name}: {what}", completed=share)

        yield stage


def _print(found: Sequence[Tested], cut: dict[str, bool], console: Console, in_full: bool) -> None:
    from allodyne.claims.tables import print_claim, print_list

    if not in_full:
        print_list(found, console)
        return
    for one in found:
        print_claim(one, cut, console)


def _print_check(found: Sequence[Tested], cut: dict[str, bool], seconds: float, console: Console) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from allodyne.claims.counting import counted

    for line, alarms in counted(found, cut):
        console.print(Text(line, style="bold"))
        for alarm in alarms:
            console.print(Padding(Text(alarm, style="red"), (0, 0, 0, 2)))
    console.print(Text(f"It took {seconds:.0f} s."))


def _write_page(file: Path, found: Sequence[Tested], cut: dict[str, bool], quiet: bool) -> None:
    from allodyne.claims.page import render
    from allodyne.evidence.writing import write_whole

    place = write_whole(render(found, cut), file)
    if not quiet:
        typer.echo(f"Page: {place}")
