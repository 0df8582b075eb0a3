"""``allodyne network``: look into the cited network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from allodyne.errors import NetworkError, OutputError, nearest

if TYPE_CHECKING:
    from rich.console import Console

    from allodyne.network import Edge, Network, Species

Added = Annotated[
    list[Path] | None,
    typer.Option("--network", metavar="FILE", help="Add this network file to the shipped ones.", show_default=False),
]

network = typer.Typer(
    name="network", no_args_is_help=True, help="Look into the cited network: list it, show one species, draw a system."
)


@network.command("list")
def list_network(added: Added = None) -> None:
    """List the species of each system with their turnover times, and the drives.

    Example: [bold]allodyne network list[/bold]
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from allodyne.network import load_network

    loaded, console = load_network(added or ()), Console()
    for system, label in loaded.systems.items():
        members = [one for one in loaded.species.values() if one.system == system]
        if not members:
            continue
        table = Table(title=f"{label} ({system})", title_justify="left", box=None)
        table.add_column("species", no_wrap=True)
        table.add_column("what it is")
        table.add_column("days", justify="right")
        table.add_column("stands for", overflow="fold")
        for one in members:
            published = ", ".join(_variable(link.variable, link.reversed) for link in one.stands_for)
            table.add_row(*map(Text, (one.id, f"{one.label}, {one.site}", f"{one.turnover_days:g}", published)))
        console.print(table)
        console.print()
    drives = Table(title="Drives: what acts on the network from outside", title_justify="left", box=None)
    for column in ("drive", "what it is", "unit"):
        drives.add_column(column)
    for drive in loaded.drives.values():
        drives.add_row(*map(Text, (f"@{drive.id}", drive.label, drive.unit)))
    console.print(drives)


@network.command()
def show(
    species: Annotated[
        str, typer.Argument(metavar="SPECIES", help="Id of a species, such as microglia.", show_default=False)
    ],
    added: Added = None,
) -> None:
    """Show one species: what acts on it, what it acts on, and the sources.

    Example: [bold]allodyne network show microglia[/bold]
    """
    from rich.console import Console

    from allodyne.network import load_network

    loaded = load_network(added or ())
    if species not in loaded.species:
        remedy = nearest(species, loaded.species) or "The command `allodyne network list` names them all."
        raise NetworkError(f"There is no species {species!r}.", remedy=remedy)
    _print_species(loaded, loaded.species[species], Console())


@network.command()
def draw(
    system: Annotated[
        str, typer.Argument(metavar="SYSTEM", help="Id of a system, such as spinal_glia.", show_default=False)
    ],
    out: Annotated[
        Path, typer.Option("-o", "--out", metavar="FILE.svg", help="The drawing to write.", show_default=False)
    ],
    added: Added = None,
) -> None:
    """Draw one system of the network as SVG.

    Example: [bold]allodyne network draw spinal_glia -o glia.svg[/bold]
    """
    from allodyne.network import load_network

    loaded = load_network(added or ())
    if system not in loaded.systems:
        raise NetworkError(f"There is no system {system!r}.", remedy=nearest(system, loaded.systems))
    from allodyne.network.drawing import draw_system

    drawing = draw_system(loaded, system)
    try:
        out.write_text(drawing, encoding="utf-8")
    except OSError as problem:
        raise OutputError(
            f"The drawing cannot be written: {problem.strerror}.", str(out), "Choose another file with -o."
        ) from None
    typer.echo(f"Drawing: {out}")


def _print_species(loaded: Network, species: Species, console: Console) -> None:
    from rich.text import Text

    turnover = f"{species.turnover_days:g} days ({species.turnover_basis})"
    published = ", ".join(_variable(link.variable, link.reversed) for link in species.stands_for)
    lines = [
        ("system", loaded.systems.get(species.system, species.system)),
        ("site", species.site),
        ("turnover", turnover),
        ("stands for", published),
        ("effect that its absence undoes", f"{species.tonic:.0%} of that at health"),
        ("note", species.note),
        ("file", loaded.where.get(species.id, "")),
    ]
    console.print(Text.assemble((species.id, "bold"), f": {species.label}"))
    for name, value in lines:
        if value:
            console.print(Text.assemble((f"  {name}: ", "dim"), value), soft_wrap=True)
    into, out_of = loaded.into(species.id), loaded.out_of(species.id)
    _print_edges("Acts on it", into, [edge.source for edge in into], console)
    _print_edges("It acts on", out_of, [edge.target for edge in out_of], console)
    keys = [*species.turnover_sources, *(key for edge in [*into, *out_of] for key in edge.sources)]
    _print_citations(loaded, keys, console)


def _print_edges(title: str, edges: Sequence[Edge], ends: Sequence[str], console: Console) -> None:
    from rich.padding import Padding
    from rich.text import Text

    if not edges:
        return
    console.print(Text(f"\n{title}", "bold"))
    for edge, end in zip(edges, ends, strict=True):
        keys = f" ({', '.join(edge.sources)})" if edge.sources else ""
        size = " (measured)" if edge.gain_basis == "measured" else ""
        console.print(Text(f"  {edge.sign}{edge.gain:g}{size} {end}: {edge.basis}{keys}"), soft_wrap=True)
        if edge.note:
            console.print(Padding(Text(edge.note, "dim"), (0, 0, 0, 8)))


def _print_citations(loaded: Network, keys: Sequence[str], console: Console) -> None:
    from rich.text import Text

    from allodyne.evidence.papers import source

    if keys:
        console.print(Text("\nSources", "bold"))
    for key in sorted(set(keys)):
        found = loaded.papers.get(key) or source(key)
        console.print(Text.assemble((f"  {key}: ", "dim"), found.citation), soft_wrap=True)


def _variable(name: str, reversed_: bool) -> str:
    return f"{name} (reversed)" if reversed_ else name
