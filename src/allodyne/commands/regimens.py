"""``allodyne regimens``: what is usual, and where that was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from allodyne.safety.regimens import Stated, Usual


def regimens(
    treatment: Annotated[
        str, typer.Argument(metavar="TREATMENT", help="hbot, exercise or acupuncture.", show_default=False)
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print the same as JSON.")] = False,
) -> None:
    """List the usual regimens of a treatment in people, rats and mice, with their sources.

    Example: [bold]allodyne regimens hbot[/bold]
    """
    from allodyne.safety.regimens import ANIMALS, usual

    found = [one for animal in ANIMALS for one in usual(treatment, animal)]
    if as_json:
        import json

        typer.echo(json.dumps([_as_mapping(one) for one in found], indent=2, ensure_ascii=False))
        return
    from rich.console import Console

    print_regimens(found, Console())


def print_regimens(found: list[Usual], console: Console) -> None:
    """Print usual regimens as one table for each animal, and their sources.

    Parameters
    ----------
    found : list of Usual
    console : rich.console.Console
    """
    from rich.table import Table
    from rich.text import Text

    from allodyne.evidence.papers import source
    from allodyne.safety.regimens import load_regimens

    counting = load_regimens().published
    for animal in dict.fromkeys(one.animal for one in found):
        ours = [one for one in found if one.animal == animal]
        table = Table(title="People" if animal == "human" else animal.capitalize(), title_justify="left")
        for column in ("quantity", "stated", "published", "median", "protocols"):
            table.add_column(column, overflow="fold")
        for one in ours:
            table.add_row(*map(Text, _row(one)))
        console.print(table)
        for one in ours:
            if one.stated:
                console.print(Text.assemble((f"  {one.quantity.label}: ", "dim"), _support(one.stated)), soft_wrap=True)
        console.print()
    console.print(
        "Published are the protocols of the findings of this package, from percentile"
        f" {counting.low_percentile.value:g} to {counting.high_percentile.value:g}.",
        highlight=False,
        soft_wrap=True,
    )
    console.print("Sources:")
    for key in sorted({key for one in found for key in one.source_keys}):
        console.print(Text.assemble((f"  {key}: ", "dim"), source(key).citation), soft_wrap=True)
    console.print("These are regimens that were studied, no advice for a person.")


def _row(one: Usual) -> tuple[str, ...]:
    from allodyne.safety.regimens import span

    used, stated = one.protocols, one.stated
    return (
        f"{one.quantity.label}, {one.quantity.unit}",
        span(stated.low, stated.high) if stated else "",
        span(used.low, used.high) if used else "",
        f"{used.median:.4g}" if used else "",
        f"{used.count} in {len(used.papers)} papers" if used else "",
    )


def _support(stated: Stated) -> str:
    basis = f"{stated.basis}: {', '.join(stated.sources)}" if stated.sources else stated.basis
    return f"{stated.note} ({basis})" if stated.note else f"({basis})"


def _as_mapping(one: Usual) -> dict[str, Any]:
    from dataclasses import asdict

    low, high = one.bounds
    return {
        "id": one.quantity.id,
        "label": one.quantity.label,
        "unit": one.quantity.unit,
        "animal": one.animal,
        "usual": {"low": low, "high": high},
        "stated": one.stated.model_dump(mode="json") if one.stated else None,
        "published": asdict(one.protocols) if one.protocols else None,
    }
