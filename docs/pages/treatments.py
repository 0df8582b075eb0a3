"""The page of treatments: their constants, and the catalogue of drugs."""

from __future__ import annotations

from itertools import groupby

from allodyne.evidence.cited import Cited
from allodyne.treatments.constants import Constant, constants
from allodyne.treatments.drug_catalogue import Drug, load_catalogue
from pages.markdown import cite, code, number, supported, table

TITLES = {
    "oxygen": "Oxygen, from the gas to the tissue",
    "hbot": "Hyperbaric oxygen",
    "exercise": "Exercise",
    "acupuncture": "Acupuncture",
    "timing": "Timing of sessions",
}


def page() -> str:
    """Write the page."""
    sections = groupby(constants().values(), key=lambda constant: constant.name.split(".")[0])
    catalogue = load_catalogue()
    kinetics = catalogue.kinetics
    rules = [
        *((f"absorption half-life, {route} (h)", one) for route, one in kinetics.absorption_half_life_h.items()),
        *((f"half-life where it is injected, {route} (h)", one) for route, one in kinetics.local_half_life_h.items()),
        ("local dose in a mouse per local dose in a rat", kinetics.mouse_local_dose),
        ("largest dose (mg/kg)", catalogue.limits.mg_kg),
        ("largest local dose (ug)", catalogue.limits.ug),
    ]
    return "\n".join(
        [
            "# Treatments: numbers and sources\n",
            "How doses become drives is told in [the model](model.md#drives); the fields of a study file are listed in "
            "[study-file.md](study-file.md). Basis: *fact* (a fact of physiology, stated as such), *measured* (the "
            "source states the number), *derived* (computed from the source as the note says), *assumption*. Ranges "
            "are what a study file may say; both ends are accepted.\n",
            *(_section(name, list(members)) for name, members in sections),
            "## Drugs and blockers\n",
            "Concentrations count as multiples of the concentration of half effect. Rules for all drugs:\n",
            table(("number", "value", "basis and sources", "note"), (_cited(label, one) for label, one in rules)),
            *(_drug(drug) for drug in catalogue.drugs),
        ]
    )


def _section(name: str, members: list[Constant]) -> str:
    rows = [(code(one.name), _value(one), one.unit, *supported(one.basis, one.sources, one.note)) for one in members]
    return f"## {TITLES.get(name, name)}\n\n" + table(("number", "value", "unit", "basis and sources", "note"), rows)


def _value(one: Constant) -> str:
    if one.value is not None:
        return number(one.value)
    usual = f", usual up to {number(one.usual_high)}" if one.usual_high is not None else ""
    return f"{number(one.low or 0.0)} to {number(one.high or 0.0)}{usual}"


def _cited(label: str, one: Cited) -> tuple[str, ...]:
    return label, number(one.value), *supported(one.basis, one.sources, one.note)


def _drug(drug: Drug) -> str:
    aliases = f" Also: {', '.join(drug.aliases)}." if drug.aliases else ""
    lives = [_cited(f"half-life, {animal} (h)", one) for animal, one in drug.half_life_h.items()]
    for route in drug.routes:
        dose = route.half_effect_dose
        where = f"{route.route}, {route.animal}"
        size = number(dose.mg_kg or dose.ug or 0.0)
        support = supported(dose.basis, dose.sources, dose.note)
        lives.append((f"dose of half effect, {where} ({dose.unit})", size, *support))
        for label, one in (("absorption half-life", route.absorption_half_life_h), ("half-life", route.half_life_h)):
            lives += [_cited(f"{label}, {where} (h)", one)] if one else []
    actions = [
        (
            f"[{action.species}](network.md#{action.species})",
            action.kind,
            number(action.size),
            number(action.relative_potency),
            f"{action.basis} (size: {action.size_basis})",
            cite(action.sources),
            action.note,
        )
        for action in drug.actions
    ]
    head = ("species", "kind", "size", "relative potency", "basis", "sources", "note")
    return "\n".join(
        [
            f"### {drug.label}\n",
            f"`{drug.id}`, {drug.drug_class}.{aliases}\n",
            table(("number", "value", "basis and sources", "note"), lives),
            table(head, actions),
        ]
    )
