"""Adverse effects of what people are given: how often, against whom, and where that was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from allodyne.animals import IN_PEOPLE
from allodyne.documents import parse_document, read_document
from allodyne.errors import EvidenceError, UserError, nearest
from allodyne.evidence.given import AIR_FIO2
from allodyne.evidence.papers import source
from allodyne.safety.counted_in import CountedIn
from allodyne.safety.planned import Planned
from allodyne.safety.remarks import Remark
from allodyne.treatments import DrugCourse, Hbot
from allodyne.treatments.drug_catalogue import find_drug, load_drugs

_TREATMENTS = ("hbot", "exercise", "acupuncture")
_WATCH = "Such drugs need screening, vaccination and watching for infections."


class AdverseEffect(BaseModel):
    """One adverse effect.

    Attributes
    ----------
    of : tuple of str
        ``hbot``, ``exercise`` or ``acupuncture``, or the ids of drugs.
    effect, label : str
        Its id, and its name in words.
    level : str
        ``note`` or ``caution``.
    kind : str
        ``share`` (percent of those treated), ``nnh`` (number needed to harm, whom the label says), ``rate``, ``ratio``
        or ``named`` (without a number).
    value, low, high : float or None
        The number with its 95 percent interval; None where none was read.
    control : float or None
        The same in those of `against`.
    against, per : str
        With whom it was compared; what a rate or ratio refers to.
    also_air : bool
        Whether it happens under compressed air too.
    among : str
        Of whom a share is, where the control or the plan could mislead about it.
    conditions : tuple of str
        Conditions of the study in which it was counted, where it says nothing about others; empty for all.
    where : tuple of CountedIn
        Courses of HBOT in which it was counted, one of which has to hold; empty for all.
    basis : str
        ``measured``, ``derived`` or ``assumption``.
    sources : tuple of str
        Keys of papers and facts.
    note : str
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    of: Annotated[tuple[str, ...], Field(min_length=1)]
    effect: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str
    level: Literal["note", "caution"] = "note"
    kind: Literal["share", "nnh", "rate", "ratio", "named"]
    value: float | None = None
    low: float | None = None
    high: float | None = None
    control: float | None = None
    against: str = "with placebo"
    per: str = ""
    also_air: bool = False
    among: str = ""
    conditions: tuple[str, ...] = ()
    where: tuple[CountedIn, ...] = ()
    basis: Literal["measured", "derived", "assumption"]
    sources: Annotated[tuple[str, ...], Field(min_length=1)]
    note: str = ""

    @model_validator(mode="after")
    def _is_complete(self) -> AdverseEffect:
        if (self.value is None) != (self.kind == "named"):
            raise ValueError(
                f"an effect of the kind {self.kind} {'has no' if self.value is not None else 'needs a'} value"
            )
        if (self.low is None) != (self.high is None):
            raise ValueError("an interval has two ends")
        if None not in (self.value, self.low) and not (self.low or 0) <= (self.value or 0) <= (self.high or 0):
            raise ValueError("the value lies outside its interval")
        if self.kind in ("rate", "ratio") and not self.per:
            raise ValueError(f"a {self.kind} needs per, what it refers to")
        if self.among and self.kind != "share":
            raise ValueError("among says of whom a share is; a rate or ratio says it in per")
        if self.where and self.of != ("hbot",):
            raise ValueError("where belongs to effects of hbot")
        if self.basis == "derived" and not self.note:
            raise ValueError("a derived number needs a note that says how it was derived")
        return self

    @property
    def sentence(self) -> str:
        """How often it happens, in one sentence."""
        name = self.label[0].upper() + self.label[1:]
        if self.value is None:
            return f"{name}: named among the adverse effects, without a number."
        interval = f" ({self.low:g} to {self.high:g})" if self.low is not None else ""
        if self.kind == "nnh":
            return f"{name}: one more person for every {self.value:g}{interval} treated."
        percent = " %" if self.kind == "share" else ""
        compared = f", against {self.control:g}{percent} {self.against}" if self.control is not None else ""
        if self.kind == "share":
            among = f" {self.among}" if self.among else ""
            return f"{name}: {self.value:g}{percent}{interval}{among}{compared}."
        if self.kind == "ratio":
            return f"{name}: {self.value:g}{interval} times the {self.per}."
        return f"{name}: {self.value:g}{interval} {self.per}{compared}."


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    effects: tuple[AdverseEffect, ...]


@cache
def load_adverse_effects() -> Mapping[str, tuple[AdverseEffect, ...]]:
    """Read the adverse effects, by treatment or id of the drug.

    Raises
    ------
    EvidenceError
        When the file is malformed, an effect stands twice, or a treatment, drug or source is not known.
    """
    document = read_document(str(files("allodyne.safety") / "adverse_effects.yaml"), EvidenceError)
    found: dict[str, list[AdverseEffect]] = {}
    for index, effect in enumerate(parse_document(document, _File, EvidenceError).effects):
        where = document.where(("effects", index))
        for key in effect.sources:
            source(key)
        for name in effect.of:
            if name not in _TREATMENTS and name not in load_drugs():
                raise EvidenceError(f"There is no drug {name!r}.", where, nearest(name, [*_TREATMENTS, *load_drugs()]))
            if any(other.effect == effect.effect for other in found.get(name, [])):
                raise EvidenceError(f"The effect {effect.effect!r} of {name} stands there twice.", where)
            found.setdefault(name, []).append(effect)
    return {name: tuple(effects) for name, effects in found.items()}


def adverse_effects(treatment: str, name: str | None = None) -> tuple[AdverseEffect, ...]:
    """List the adverse effects of a treatment.

    Parameters
    ----------
    treatment : str
        ``hbot``, ``exercise``, ``acupuncture`` or ``drug``.
    name : str, optional
        Id, label or alias of the drug.

    Returns
    -------
    tuple of AdverseEffect
        Empty where the catalogue has none, which does not mean that there are none.

    Raises
    ------
    UserError
        When the treatment or the drug is not known, or no drug is named.
    """
    if treatment == "drug":
        if name is None:
            raise UserError("Which drug is not said.", remedy="Name a drug, such as gabapentin.")
        return load_adverse_effects().get(find_drug(name).id, ())
    if treatment not in _TREATMENTS:
        remedy = nearest(treatment, [*_TREATMENTS, "drug"])
        raise UserError(f"No adverse effects of {treatment!r} are known.", remedy=remedy)
    return load_adverse_effects().get(treatment, ())


def adverse_remarks(plans: Sequence[Planned]) -> list[Remark]:
    """Say which adverse effects the treatments of a study have in people.

    Parameters
    ----------
    plans : sequence of Planned
        Entries of any treatment; those in animals, placebo and knock-outs are passed over.

    Returns
    -------
    list of Remark
        Ids ``adverse:NAME.EFFECT``, of level note or, for infections under suppressed immunity, caution; of a drug
        without an entry one of level unknown.
    """
    found: list[Remark] = []
    for one in plans:
        name = one.plan.name if isinstance(one.plan, DrugCourse) else one.treatment
        if one.animal != IN_PEOPLE or (name not in _TREATMENTS and not isinstance(one.plan, DrugCourse)):
            continue
        effects = load_adverse_effects().get(name, ())
        found += [_remark(one, name, effect) for effect in effects if _happens(effect, one, plans)]
        if not effects:
            found.append(_unknown(one, name))
    return found


def _happens(effect: AdverseEffect, one: Planned, plans: Sequence[Planned]) -> bool:
    if effect.conditions and one.condition and one.condition not in effect.conditions:
        return False
    if effect.where and not any(course.holds(one, plans) for course in effect.where):
        return False
    return effect.also_air or not (isinstance(one.plan, Hbot) and one.plan.fio2 <= AIR_FIO2)


def _remark(one: Planned, name: str, effect: AdverseEffect) -> Remark:
    return one.said(
        f"adverse:{name}.{effect.effect}",
        effect.level,
        effect.sentence,
        f"{effect.note[0].upper()}{effect.note[1:]}." if effect.note else "It was read in the sources named.",
        _WATCH if effect.level == "caution" else "",
        basis=effect.basis,
        sources=effect.sources,
    )


def _unknown(one: Planned, name: str) -> Remark:
    label = load_drugs()[name].label if name in load_drugs() else name
    return one.said(
        f"adverse:{name}.not_known",
        "unknown",
        f"The adverse effects of {label} are not in the catalogue.",
        "Nothing was looked up about them, which does not mean that there are none.",
        "Look them up before the study.",
        basis="assumption",
    )
