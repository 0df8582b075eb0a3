"""The entries of an arm: each names one treatment and says how it is given."""

from __future__ import annotations

from reprlib import repr as brief
from typing import TYPE_CHECKING, Annotated, Any, Protocol, cast

from pydantic import BaseModel, PlainSerializer, PlainValidator

from allodyne.errors import UserError, nearest
from allodyne.study.mistakes import from_user_error, mistake

if TYPE_CHECKING:
    from allodyne.signals import Signal
    from allodyne.treatments.timing import Session


class Plan(Protocol):
    """What every entry of an arm can say about itself; ``animal`` is ``"rat"``, ``"mouse"`` or ``"human"``."""

    def sessions(self, animal: str) -> list[Session]:
        """When it is given."""

    def signals(self, animal: str) -> list[Signal]:
        """What it contributes to the drives of the network."""

    def doses(self, animal: str) -> list[tuple[str, str]]:
        """Its doses in words: name and value with unit."""

    def source_keys(self, animal: str) -> list[str]:
        """Keys of the papers and facts that its formulas rest on."""


def entry_kinds() -> dict[str, Any]:
    """What an entry may be, by name: the treatments, and knock-outs."""
    from allodyne.network.knockout import Knockout
    from allodyne.treatments import TREATMENTS

    return {**TREATMENTS, "knockout": Knockout}


def treatment_name(plan: Plan) -> str:
    """Name under which an entry stands in a study, such as ``hbot``."""
    return next(name for name, kind in entry_kinds().items() if type(plan) is kind)


def read_entry(entry: object) -> Plan:
    """Read one entry of an arm.

    Parameters
    ----------
    entry : object
        ``{hbot: {...}}``, or a treatment that was already built.

    Returns
    -------
    Plan

    Raises
    ------
    PydanticCustomError, ValidationError
        When it is not a mapping with exactly one key, the treatment is unknown, or a field of it is wrong.
    """
    kinds = entry_kinds()
    if type(entry) in kinds.values():
        return cast(Plan, entry)
    example = "Write for example: - hbot: {pressure_ata: 2.0, minutes: 60, sessions: 7}"
    if isinstance(entry, str) and entry in kinds:
        raise mistake(f"The treatment {entry!r} does not say how it is given.", example)
    if not isinstance(entry, dict) or not entry:
        raise mistake(f"An entry of an arm names a treatment; this is {brief(entry)}.", example)
    if len(entry) > 1:
        names = ", ".join(str(name) for name in entry)
        hint = "Put each treatment behind its own dash, and indent its fields below it or write them in braces."
        raise mistake(f"An entry of an arm names one treatment; this one has {len(entry)} keys: {names}.", hint)
    name, fields = next(iter(entry.items()))
    if name not in kinds:
        raise mistake(f"There is no treatment {name!r}.", _other_treatments(str(name), list(kinds)))
    return _build(name, kinds[name], {} if fields is None else fields)


def write_entry(plan: Plan) -> dict[str, Any]:
    """Write a treatment as an entry of an arm: what was given, without what was left to its default."""
    return {treatment_name(plan): cast(BaseModel, plan).model_dump(mode="json", by_alias=True, exclude_unset=True)}


def _build(name: str, kind: Any, fields: object) -> Plan:
    if not isinstance(fields, dict):
        raise mistake(
            f"The fields of {name!r} are a mapping; this is {brief(fields)}.", f"Write for example: - {name}: {{...}}"
        )
    try:
        return cast(Plan, kind.model_validate(fields))
    except UserError as error:
        raise from_user_error(error) from None


def _other_treatments(name: str, known: list[str]) -> str:
    drugs = f"A drug is written - drug: {{name: {name}, ...}}." if "drug" in known else ""
    return " ".join(part for part in (nearest(name, known), drugs) if part)


Entry = Annotated[Plan, PlainValidator(read_entry), PlainSerializer(write_entry)]
