"""``allodyne doctor``: what is installed, and what the model rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType

    from allodyne.network import Lint, Network

PACKAGES = ("allodyne", "jax", "jaxlib", "numpy", "scipy", "pandas", "xarray", "pydantic", "plotly", "typer")


def doctor(
    network_file: Annotated[
        list[Path] | None,
        typer.Option("--network", help="Check this network file on top of the shipped ones.", show_default=False),
    ] = None,
) -> None:
    """Say what is installed, which device computes, and how much of the model rests on what evidence.

    Example: [bold]allodyne doctor --network my_mechanism.yaml[/bold]
    """
    from rich.console import Console

    from allodyne.network import lint, load_network

    network = load_network(network_file or ())
    console = Console()
    found = lint(network)
    for part in (_installation(), _counts(network), _safety(), *_lint(found)):
        console.print(part)
    if any(one.severity == "error" for one in found):
        raise typer.Exit(2)


def _installation() -> RenderableType:
    import platform
    from importlib.metadata import PackageNotFoundError, version

    from rich.table import Table
    from rich.text import Text

    table = Table(title="Installation", title_justify="left", show_header=False)
    table.add_row("Python", f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    for package in PACKAGES:
        try:
            table.add_row(package, version(package))
        except PackageNotFoundError:
            table.add_row(package, Text("missing", "red"))
    table.add_row("device", Text(_devices()))
    table.add_row("cache", Text(_cache()))
    return table


def _devices() -> str:
    from allodyne.simulate.backend import devices

    try:
        found = Counter(f"{device.platform} ({device.device_kind})" for device in devices())
    except RuntimeError as problem:
        return f"none: {problem}"
    return ", ".join(f"{count} x {name}" for name, count in found.items())


def _cache() -> str:
    from allodyne.simulate.backend import cache_folder

    folder = cache_folder()
    if not folder.is_dir():
        return f"{folder} (empty)"
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return f"{folder} ({size / 1e6:.1f} MB)"


def _counts(network: Network) -> RenderableType:
    from rich.table import Table

    from allodyne.network.schema import BASES

    edges, species = network.edges.values(), network.species.values()
    table = Table("what", "basis", "count", "share", title="The network", title_justify="left")
    table.add_row("systems", "", str(len({one.system for one in species})), "")
    table.add_row("drives", "", str(len(network.drives)), "")
    table.add_section()
    _add_shares(table, "edges", Counter(edge.basis for edge in edges), BASES)
    table.add_section()
    _add_shares(table, "gains", Counter(edge.gain_basis for edge in edges), ("measured", "fitted"))
    table.add_section()
    _add_shares(
        table, "species", Counter(one.turnover_basis for one in species), ("measured", "assumption"), "turnover "
    )
    return table


def _safety() -> RenderableType:
    from rich.table import Table

    from allodyne.safety.support import BASES, support_of_rules

    table = Table("what", "basis", "count", "share", title="Rules of safety", title_justify="left")
    for what, counted in support_of_rules().items():
        _add_shares(table, what, counted, tuple(basis for basis in BASES if counted[basis]))
        table.add_section()
    return table


def _add_shares(table: object, what: str, counted: Counter[str], bases: tuple[str, ...], prefix: str = "") -> None:
    from rich.table import Table

    assert isinstance(table, Table)
    total = counted.total()
    table.add_row(what, "all", str(total), "100%")
    for basis in bases:
        table.add_row("", f"{prefix}{basis}", str(counted[basis]), f"{counted[basis] / max(total, 1):.0%}")


def _lint(found: list[Lint]) -> Iterator[RenderableType]:
    from rich.text import Text

    styles = {"error": "bold red", "warning": "bold yellow", "note": "dim"}
    for one in found:
        where = f" ({one.where})" if one.where else ""
        yield Text.assemble((f"{one.severity}: ", styles[one.severity]), f"{one.message}{where} [{one.rule}]")
    if not found:
        yield Text("The network keeps all rules.", "green")
