"""Usual regimens: what guidelines state and what published protocols used, and where a plan lies outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from allodyne.animals import Animal
from allodyne.documents import parse_document, read_document
from allodyne.errors import EvidenceError, UserError, nearest
from allodyne.evidence.papers import source
from allodyne.safety.planned import Planned
from allodyne.safety.planned_doses import planned_doses
from allodyne.safety.protocols import Counting, Protocols, protocols_of
from allodyne.safety.remarks import Remark

ANIMALS: tuple[Animal, ...] = ("human", "rat", "mouse")


class Stated(BaseModel):
    """A range that a guideline, a review or common protocols state.

    Attributes
    ----------
    low, high : float or None
        Its ends, in the unit of the quantity; None where it is open.
    basis : str
        ``measured``, ``derived`` or ``assumption``.
    sources : tuple of str
        Keys of papers and facts.
    note : str
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    low: float | None = None
    high: float | None = None
    basis: Literal["measured", "derived", "assumption"]
    sources: tuple[str, ...] = ()
    note: str = ""

    @model_validator(mode="after")
    def _says_what_it_rests_on(self) -> Stated:
        if self.low is None and self.high is None:
            raise ValueError("a range has at least one end")
        if self.basis != "assumption" and not self.sources:
            raise ValueError(f"a range with the basis {self.basis} needs a source")
        if self.basis == "derived" and not self.note:
            raise ValueError("a derived range needs a note that says how it was derived")
        return self


class Quantity(BaseModel):
    """One number of a regimen, such as the length of a session.

    Attributes
    ----------
    id : str
        Treatment and name, such as ``hbot.minutes``.
    label, unit : str
    published : str or None
        Field of the findings that holds it.
    stated : mapping of str to Stated
        By animal.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^(hbot|exercise|acupuncture)\.[a-z_]+$")
    label: str
    unit: str
    published: str | None = None
    stated: Mapping[Animal, Stated] = {}

    @property
    def treatment(self) -> str:
        """Name of the treatment in a study."""
        return self.id.split(".")[0]


class Regimens(BaseModel):
    """The file ``regimens.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    published: Counting
    quantities: Annotated[tuple[Quantity, ...], Field(min_length=1)]


@dataclass(frozen=True)
class Usual:
    """What is usual of one quantity in one animal.

    Attributes
    ----------
    quantity : Quantity
    animal : str
    stated : Stated or None
    protocols : Protocols or None
        None where too few protocols state it.
    """

    quantity: Quantity
    animal: Animal
    stated: Stated | None
    protocols: Protocols | None

    @property
    def bounds(self) -> tuple[float | None, float | None]:
        """Both ends of what is usual: the wider of what is stated and what was used; None where it is open."""
        stated, used = self.stated, self.protocols
        if stated is None or used is None:
            known = stated or used
            return (known.low, known.high) if known else (None, None)
        low = None if stated.low is None else min(stated.low, used.low)
        return low, None if stated.high is None else max(stated.high, used.high)

    @property
    def source_keys(self) -> tuple[str, ...]:
        """Keys of the papers and facts of both, those of what is stated first."""
        stated = self.stated.sources if self.stated else ()
        return tuple(dict.fromkeys((*stated, *(self.protocols.papers if self.protocols else ()))))

    def holds(self, value: float) -> bool:
        """Whether a number is usual."""
        low, high = self.bounds
        # the margin forgives rounding of shared minutes, nothing more
        return (low is None or value >= low * (1 - 1e-9)) and (high is None or value <= high * (1 + 1e-9))


@cache
def load_regimens() -> Regimens:
    """Read the usual regimens.

    Raises
    ------
    EvidenceError
        When the file is malformed, an id stands twice, or a source is not known.
    """
    document = read_document(str(files("allodyne.safety") / "regimens.yaml"), EvidenceError)
    regimens = parse_document(document, Regimens, EvidenceError)
    seen: set[str] = set()
    for index, quantity in enumerate(regimens.quantities):
        if quantity.id in seen:
            raise EvidenceError(
                f"The quantity {quantity.id!r} stands there twice.", document.where(("quantities", index))
            )
        seen.add(quantity.id)
        for stated in quantity.stated.values():
            for key in stated.sources:
                source(key)
    return regimens


def usual(treatment: str, animal: Animal) -> list[Usual]:
    """Say what is usual of a treatment in an animal.

    Parameters
    ----------
    treatment : str
        ``hbot``, ``exercise`` or ``acupuncture``.
    animal : str

    Returns
    -------
    list of Usual
        Only quantities of which something is known.

    Raises
    ------
    UserError
        When no regimens of the treatment are known.
    """
    quantities = [quantity for quantity in load_regimens().quantities if quantity.treatment == treatment]
    if not quantities:
        known = {quantity.treatment for quantity in load_regimens().quantities}
        raise UserError(f"There are no regimens of {treatment!r}.", remedy=nearest(treatment, known))
    found = [Usual(one, animal, one.stated.get(animal), _counted(one, animal)) for one in quantities]
    return [one for one in found if one.stated or one.protocols]


def regimen_remarks(plans: Sequence[Planned]) -> list[Remark]:
    """Say where plans lie outside what is usual; a note, never more.

    Parameters
    ----------
    plans : sequence of Planned
        Entries of any treatment; those without usual regimens are passed over.
    """
    treatments = {quantity.treatment for quantity in load_regimens().quantities}
    return [
        _remark(plan, one, value)
        for plan in plans
        if plan.treatment in treatments
        for one in usual(plan.treatment, plan.animal)
        for value in planned_doses(plan).get(one.quantity.id, ())
        if not one.holds(value)
    ]


def _counted(quantity: Quantity, animal: Animal) -> Protocols | None:
    if quantity.published is None:
        return None
    return protocols_of(quantity.treatment, quantity.published, animal, load_regimens().published)


def _remark(plan: Planned, one: Usual, value: float) -> Remark:
    low, high = one.bounds
    bound = low if low is not None and value < low else high
    side = "below" if bound == low else "above"
    quantity = one.quantity
    made = plan.said(
        f"regimen:{quantity.id}",
        "note",
        f"{quantity.label.capitalize()}: {value:.4g} {quantity.unit} is {side} what is usual.",
        f"Usual: {span(low, high)} {quantity.unit}. {' '.join(known_of(one))}"
        f" The command `allodyne regimens {quantity.treatment}` names all sources.",
        "Nothing has to change; a plan within what was studied can be compared with published results.",
        basis=one.stated.basis if one.stated else "measured",
        sources=one.stated.sources if one.stated else one.source_keys,
    )
    return made.model_copy(update={"value": value, "limit": bound, "unit": quantity.unit})


def known_of(one: Usual) -> list[str]:
    """Say in sentences what is stated and what published protocols used."""
    sentences = []
    if one.stated:
        note = f" ({one.stated.note})" if one.stated.note else ""
        sentences.append(f"Stated: {span(one.stated.low, one.stated.high)}{note}.")
    if one.protocols:
        used = one.protocols
        sentences.append(
            f"In {used.count} published protocols: median {used.median:.4g}, from {used.least:.4g} to {used.most:.4g}."
        )
    return sentences


def span(low: float | None, high: float | None) -> str:
    """Write a range in words; at least one end is there."""
    if low is None or high is None:
        return f"at least {low:.4g}" if high is None else f"at most {high:.4g}"
    return f"{low:.4g}" if low == high else f"{low:.4g} to {high:.4g}"
