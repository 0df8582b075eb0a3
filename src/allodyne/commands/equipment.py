"""``allodyne equipment``: the chambers, and what each makes of a study."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from allodyne.commands.plan_files import RulesFile

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from allodyne.safety.chamber_fit import PlannedFits, Reached
    from allodyne.safety.equipment import Chamber, Equipment


def equipment(
    study: Annotated[
        Path | None, typer.Argument(metavar="[STUDY]", help="A study file (YAML).", show_default=False)
    ] = None,
    rules: RulesFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the same as JSON.")] = False,
) -> None:
    """List the chambers; with a study, say which can run it and what oxygen reaches the subjects.

    Example: [bold]allodyne equipment examples/hbot_after_nerve_ligation.yaml[/bold]
    """
    from allodyne.safety.rules import read_rules, shipped_rules

    show_equipment(study, as_json, (read_rules(rules) if rules else shipped_rules()).equipment)


def show_equipment(study: Path | None, as_json: bool, catalogue: Equipment) -> None:
    """Print the catalogue, or what its chambers make of a study.

    Parameters
    ----------
    study : Path or None
    as_json : bool
    catalogue : mapping of str to Chamber

    Raises
    ------
    UserError
        When the study cannot be read or names a chamber that does not exist.
    """
    from rich.console import Console

    if study is None:
        _catalogue_out(catalogue, as_json, Console())
        return
    from allodyne.safety.chamber_fit import fits_of
    from allodyne.safety.equipment import named_chamber
    from allodyne.safety.planned import planned
    from allodyne.study import Study

    plans = planned(Study.from_yaml(study))
    for one in plans:
        named_chamber(one, catalogue)
    fits = fits_of(plans, catalogue)
    if as_json:
        _json([one.model_dump(mode="json") for one in fits])
    else:
        print_fits(fits, Console())


def print_catalogue(catalogue: Equipment, console: Console) -> None:
    """Print the chambers, what rules say of each, and the sources.

    Parameters
    ----------
    catalogue : mapping of str to Chamber
    console : rich.console.Console
    """
    from rich.box import SIMPLE
    from rich.table import Table
    from rich.text import Text

    table = Table(title="Chambers", title_justify="left", box=SIMPLE, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("chamber", no_wrap=True)
    for name in ("for", "place", "ATA", "oxygen %", "kPa/min"):
        table.add_column(name)
    for one in catalogue.values():
        table.add_row(*(Text(cell) for cell in _described(one)))
    console.print(table)
    for one in catalogue.values():
        console.print(Text.assemble((one.id, "bold"), f": {one.label}"), soft_wrap=True)
        for what, said, keys in _said(one):
            console.print(Text.assemble((f"  {what}: ", "dim"), said, _cited(keys)), soft_wrap=True)
    console.print()
    _print_sources({key for one in catalogue.values() for key in one.source_keys()}, console)


def print_fits(fits: Iterable[PlannedFits], console: Console) -> None:
    """Print what every chamber makes of each hyperbaric entry.

    Parameters
    ----------
    fits : iterable of PlannedFits
    console : rich.console.Console
    """
    from rich.text import Text

    fits = list(fits)
    if not fits:
        console.print("No entry of this study needs a chamber.")
        return
    for entry in fits:
        named = f", planned in {entry.chamber}" if entry.chamber else ", no chamber named"
        console.print(Text.assemble("Arm ", (entry.arm, "bold"), f", entry {entry.entry}: {entry.plan}{named}"))
        console.print(_table(entry))
        for head, reason in _reasons(entry):
            console.print(Text.assemble((f"  {head}: ", "dim"), reason), soft_wrap=True)
        console.print()
    console.print(
        "PO2 in mmHg at full pressure: Pi inspired, PA alveolar, Pa arterial. The first line of a chamber holds with "
        "the best fit and flow of mask, hood or chamber, the second with the worst. The dose is the drive of tissue "
        "oxygen above room air, summed over the course, in percent of the planned one.",
        highlight=False,
    )


def _table(entry: PlannedFits) -> RenderableType:
    from rich.box import SIMPLE
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("chamber", no_wrap=True)
    for name in ("runs", "ATA", "O2 %", "PiO2", "PAO2", "PaO2", "tissue", "drive", "dose"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_row(Text("as planned", "bold"), "", *_cells(entry.planned, entry.planned))
    for one in entry.fits:
        can = Text("yes", "green") if one.can_run else Text("no", "red")
        table.add_row(Text(one.chamber), can, *_cells(one.best, one.least))
    return table


def _catalogue_out(catalogue: Equipment, as_json: bool, console: Console) -> None:
    if as_json:
        _json({name: one.model_dump(mode="json") for name, one in catalogue.items()})
    else:
        print_catalogue(catalogue, console)


def _described(one: Chamber) -> tuple[str, ...]:
    oxygen, rate = one.fio2, one.compression
    rates = [f"{end.value:g}" for end in (rate.slowest, rate.fastest) if end is not None]
    return (
        one.id,
        ", ".join(one.subjects),
        one.place,
        f"{one.maximum_ata.value:g}",
        f"{oxygen.least.value * 100:g} to {oxygen.most.value * 100:g}",
        " to ".join(rates) if len(rates) == 2 else (f"up to {rates[0]}" if rates else "not known"),
    )


def _said(one: Chamber) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    breaks = one.air_breaks
    yield "air breaks", breaks.how if breaks.possible else f"none: {breaks.how}", breaks.sources
    if one.supervision:
        yield "supervision", one.supervision.text, one.supervision.sources
    for rule in one.regulation:
        yield "rules", rule.text, rule.sources


def _cells(best: Reached, least: Reached) -> list[str]:
    """Each figure with the best fit above the one with the worst; once where both are the same."""
    rows = [_figures(best), _figures(least)]
    return [high if high == low else f"{high}\n{low}" for high, low in zip(*rows, strict=True)]


def _figures(one: Reached) -> list[str]:
    pressures = (one.inspired, one.alveolar, one.arterial, one.tissue)
    return [
        f"{one.pressure_ata:g}",
        f"{one.fio2 * 100:.3g}",
        *(f"{pressure:.0f}" for pressure in pressures),
        f"{one.drive:.2f}",
        "none" if one.share is None else f"{one.share * 100:.0f}",
    ]


def _reasons(entry: PlannedFits) -> Iterator[tuple[str, str]]:
    """Why not, chamber by chamber; those for other subjects in one line."""
    for_others = [one.chamber for one in entry.fits if any(why.reason == "subject" for why in one.why_not)]
    for one in entry.fits:
        if one.chamber in for_others:
            continue
        for obstacle in one.why_not:
            yield one.chamber, f"{obstacle.what} {obstacle.change}"
        if one.compression_too_fast and one.compression_minutes is not None:
            yield one.chamber, f"Compression takes at least {one.compression_minutes:.3g} min, more than is planned."
    if for_others:
        yield "for other subjects", ", ".join(for_others)


def _cited(keys: Iterable[str]) -> str:
    joined = ", ".join(keys)
    return f" [{joined}]" if joined else " [assumption]"


def _print_sources(keys: Iterable[str], console: Console) -> None:
    from rich.text import Text

    from allodyne.evidence.papers import source

    console.print("The numbers rest on:")
    for key in sorted(keys):
        console.print(Text.assemble((f"  {key}: ", "dim"), source(key).citation), soft_wrap=True)


def _json(data: list[Any] | Mapping[str, Any]) -> None:
    import json

    typer.echo(json.dumps(data, indent=2, ensure_ascii=False))
