"""Who has to be there, which rules on equipment hold, and what must stay outside the chamber."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field

from allodyne.animals import Animal
from allodyne.documents import parse_document, read_document
from allodyne.errors import EvidenceError
from allodyne.evidence.papers import source
from allodyne.safety.equipment import Chamber, Equipment, Kind, Place, load_equipment, named_chamber
from allodyne.safety.planned import Planned
from allodyne.safety.remarks import Basis, Level, Remark
from allodyne.treatments.constants import number
from allodyne.treatments.hbot import Hbot


class When(BaseModel):
    """What must all be true for a rule to speak; what is left out (None) is not asked.

    Attributes
    ----------
    animals : tuple of str
    chambers, kinds, places : tuple of str or None
        Ids, kinds or places of the named chamber.
    named, pressurised, oxygen : bool or None
        Whether the plan names a chamber, goes above 1 ATA, or gives more oxygen than air holds.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    animals: tuple[Animal, ...] = ("human",)
    chambers: tuple[str, ...] | None = None
    kinds: tuple[Kind, ...] | None = None
    places: tuple[Place, ...] | None = None
    named: bool | None = None
    pressurised: bool | None = None
    oxygen: bool | None = None

    def holds(self, plan: Hbot, animal: Animal, named: Chamber | None) -> bool:
        """Whether all of it is true of a plan and the chamber that it names."""
        asked = (
            (self.named, named is not None),
            (self.pressurised, plan.pressure_ata > 1),
            (self.oxygen, plan.fio2 > number("oxygen.fio2_air")),
        )
        among = (
            (self.chambers, named and named.id),
            (self.kinds, named and named.kind),
            (self.places, named and named.place),
        )
        return (
            animal in self.animals
            and all(wanted is None or wanted == found for wanted, found in asked)
            and all(wanted is None or found in wanted for wanted, found in among)
        )


class SupervisionRule(BaseModel):
    """One rule.

    Attributes
    ----------
    id : str
        ``supervision:name`` or ``fire:name``.
    level : str
    when : When
    what, why, remedy : str
        Texts of the remark; ``{pressure}`` (ATA), ``{oxygen}`` (percent) and ``{chamber}`` are filled in.
    basis : str
    sources : tuple of str
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^(supervision|fire):[a-z0-9_]+$")
    level: Level
    when: When
    what: str
    why: str
    remedy: str
    basis: Basis
    sources: tuple[str, ...] = ()

    def remark(self, one: Planned, plan: Hbot, named: Chamber | None) -> Remark:
        """Say the rule of one entry."""
        what = self.what.format(
            pressure=f"{plan.pressure_ata:g}",
            oxygen=f"{plan.fio2 * 100:g}",
            chamber=named.label if named else "chamber",
        )
        return one.said(self.id, self.level, what, self.why, self.remedy, basis=self.basis, sources=self.sources)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    rules: tuple[SupervisionRule, ...]


@cache
def supervision_rules() -> Mapping[str, SupervisionRule]:
    """Read the rules, by id.

    Raises
    ------
    EvidenceError
        When the file is malformed, an id stands twice, or a source or a chamber is not known.
    """
    document = read_document(str(files("allodyne.safety") / "supervision.yaml"), EvidenceError)
    found: dict[str, SupervisionRule] = {}
    for index, rule in enumerate(parse_document(document, _File, EvidenceError).rules):
        where = document.where(("rules", index))
        if rule.id in found:
            raise EvidenceError(f"The rule {rule.id!r} stands there twice.", where)
        unknown = set(rule.when.chambers or ()) - set(load_equipment())
        if unknown:
            raise EvidenceError(f"The rule {rule.id!r} names no chamber of the catalogue: {sorted(unknown)}.", where)
        for key in rule.sources:
            source(key)
        found[rule.id] = rule
    return found


def supervision_remarks(plans: Sequence[Planned], catalogue: Equipment) -> list[Remark]:
    """Say which rules on supervision, equipment and fire hold for a plan.

    Parameters
    ----------
    plans : sequence of Planned
    catalogue : mapping of str to Chamber

    Returns
    -------
    list of Remark
        Entry by entry, the rules in the order of their file.

    Raises
    ------
    UserError
        When a plan names a chamber that does not exist.
    """
    found: list[Remark] = []
    for one in plans:
        if not isinstance(one.plan, Hbot):
            continue
        named = named_chamber(one, catalogue)
        rules = supervision_rules().values()
        found += [rule.remark(one, one.plan, named) for rule in rules if rule.when.holds(one.plan, one.animal, named)]
    return found
