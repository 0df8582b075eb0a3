"""The page of treatments: their constants, and the catalogue of drugs."""

from __future__ import annotations

from itertools import groupby

from allodyne.evidence.cited import Cited
from allodyne.treatments.constants import Constant, constants
from allodyne.treatments.drug_catalogue import Drug, DrugAction, load_catalogue
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
        ("largest dose of people (mg)", catalogue.limits.mg),
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
            "Concentrations count as multiples of the concentration of half effect. Doses are mg/kg in rats and mice, "
            "mg of each dose in people (*human*), ug where they are injected locally. Where the uptake saturates, a "
            "dose counts as `dose / (1 + dose / half-saturating dose)`. The size of an action is that in animals; "
            "where people differ, theirs stands beside it. The sizes of people were fitted to trials, so that "
            "agreement with those trials is no test. Rules for all drugs:\n",
            table(("number", "value", "basis and sources", "note"), (_cited(label, one) for label, one in rules)),
            *(_drug(drug) for drug in catalogue.drugs),
            "## Placebo\n",
            "A placebo has no drive and no number of its own. In people it brings the placebo response of the "
            "condition ([conditions.md](conditions.md)), as every other treatment does, sham included; animals have "
            "none.\n",
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
        size = number(dose.size)
        support = supported(dose.basis, dose.sources, dose.note)
        lives.append((f"dose of half effect, {where} ({dose.unit})", size, *support))
        more = {
            "absorption half-life, {} (h)": route.absorption_half_life_h,
            "half-life, {} (h)": route.half_life_h,
            "half-saturating dose, {} (mg)": route.half_saturating_dose_mg,
        }
        lives += [_cited(label.format(where), one) for label, one in more.items() if one is not None]
    actions = [
        (
            f"[{action.species}](network.md#{action.species})",
            action.kind,
            number(action.size),
            _in_people(action),
            number(action.relative_potency),
            f"{action.basis} (size: {action.size_basis})",
            cite(action.sources),
            action.note,
        )
        for action in drug.actions
    ]
    head = ("species", "kind", "size", "size in people", "relative potency", "basis", "sources", "note")
    return "\n".join(
        [
            f"### {drug.label}\n",
            f"`{drug.id}`, {drug.drug_class}.{aliases}\n",
            table(("number", "value", "basis and sources", "note"), lives),
            table(head, actions),
        ]
    )


def _in_people(action: DrugAction) -> str:
    """Give the size in people, its basis, sources and note, where it differs from that in animals."""
    size = action.people_size
    if size is None:
        return ""
    support, note = supported(size.basis, size.sources, size.note)
    return f"{number(size.value)} ({support})" + (f": {note}" if note else "")
