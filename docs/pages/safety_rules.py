"""The page of limits, contraindications, equipment, supervision, regimens and adverse effects; and the JSON schema."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import groupby

from allodyne.evidence.cited import Cited
from allodyne.safety.adverse_effects import AdverseEffect, load_adverse_effects
from allodyne.safety.contraindications.rules import Rule, rules
from allodyne.safety.equipment import Chamber, load_equipment
from allodyne.safety.limits import Limit, load_limits
from allodyne.safety.patient_facts import PatientFact, patient_facts
from allodyne.safety.plan_check import PlanCheck
from allodyne.safety.regimens import ANIMALS, known_of, usual
from allodyne.safety.remarks import LEVELS
from allodyne.safety.supervision import supervision_rules
from pages.markdown import cite, code, number, supported, table

_TITLES = {"hbot": "Hyperbaric oxygen", "exercise": "Exercise", "acupuncture": "Acupuncture", "drug": "Drugs"}
_WORDS = {"stop": "absolute", "assess": "a doctor has to judge", "caution": "caution", "note": "note"}


def page() -> str:
    """Write the page."""
    return "\n".join(
        [
            "# Safety: every limit and rule, with its source\n",
            "How a plan is judged by them is told in [safety.md](safety.md); basis and sources as everywhere: *fact* "
            "and *measured* (a source states it), *derived* (from the source, as the note says), *assumption*.\n",
            "## Limits\n",
            "A number on a bound keeps the limit. A limit can be tightened in an "
            "[own file](how-to/check-a-plan.md#4-tighter-limits-and-your-own-chamber).\n",
            *(_limits(area, list(members)) for area, members in _by_area()),
            "## Contraindications\n",
            *(_contraindications(treatment) for treatment in _TITLES),
            "## What is asked about a person\n",
            "The file of `--subject`. A condition is `no`, `yes` or one of its stages; a drug is the days since its "
            "last dose, 0 for now, `no` for never. Other names are understood too; what is listed as belonging to a "
            "fact counts as that fact. What must be given is not answered by `everything_else: absent`.\n",
            table(("in the file", "question", "answers", "other names"), map(_fact, patient_facts().values())),
            "## Equipment\n",
            "Oxygen is the fraction that reaches the lungs, with a bad and with a good fit.\n",
            table(
                ("id", "what", "maximum (ATA)", "oxygen", "air breaks", "compression (kPa/min)", "basis and sources"),
                map(_chamber, load_equipment().values()),
            ),
            *(_regulation(one) for one in load_equipment().values() if one.regulation or one.supervision),
            "## Supervision and fire\n",
            table(
                ("rule", "level", "what and why", "basis and sources"),
                (
                    (code(one.id), one.level, f"{one.what} {one.why}", supported(one.basis, one.sources, "")[0])
                    for one in supervision_rules().values()
                ),
            ),
            "## Usual regimens\n",
            "A plan outside gets a note, nothing more. What published protocols used is counted from the findings.\n",
            *(_regimens(treatment) for treatment in ("hbot", "exercise", "acupuncture")),
            "## Adverse effects\n",
            table(
                ("of", "effect", "told of", "basis and sources", "note"),
                (
                    (
                        ", ".join(dict.fromkeys(map(code, one.of))),
                        one.sentence,
                        _told_of(one),
                        *supported(one.basis, one.sources, one.note),
                    )
                    for one in _effects()
                ),
            ),
        ]
    )


def schema() -> str:
    """Write the JSON schema of a checked plan."""
    found = PlanCheck.model_json_schema()
    return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **found}, indent=2) + "\n"


def _by_area() -> Iterable[tuple[str, Iterable[Limit]]]:
    ordered = sorted(load_limits().values(), key=lambda one: one.id.split(".")[0])
    return groupby(ordered, key=lambda one: one.id.split(".")[0])


def _limits(area: str, members: list[Limit]) -> str:
    rows = [
        (
            code(one.id) if level == first else "",
            f"{one.label} ({', '.join(one.animals)})" if level == first else "",
            level,
            f"{'at most' if one.keep == 'below' else 'at least'} {number(bound.value)}"
            + ("" if one.unit == "1" else f" {one.unit}"),
            *_cited(bound),
        )
        for one in members
        for first in [next(level for level in LEVELS if level in one.bounds)]
        for level, bound in ((level, one.bounds[level]) for level in LEVELS if level in one.bounds)  # type: ignore[index]
    ]
    return f"### {area.capitalize()}\n\n" + table(
        ("limit", "what (whom)", "beyond it", "bound", "basis and sources", "note"), rows
    )


def _cited(one: Cited) -> tuple[str, str]:
    return supported(one.basis, one.sources, one.note)


def _contraindications(treatment: str) -> str:
    members = [one for one in rules().values() if one.treatment == treatment]
    if not members:
        return ""
    ordered = sorted(members, key=lambda one: -LEVELS.index(one.level))
    head = ("rule", "level", "what and why", "basis and sources", "note")
    return f"### {_TITLES[treatment]}\n\n" + table(head, map(_rule, ordered))


def _rule(one: Rule) -> tuple[str, ...]:
    basis, note = supported(one.basis, one.sources, one.note)
    label = one.label[0].upper() + one.label[1:]
    return code(one.id), _WORDS[one.level], f"{label}. {one.why}", basis, note


def _fact(one: PatientFact) -> tuple[str, str, str, str]:
    answers = {
        "yes_no": "`yes`, `no`",
        "stages": ", ".join(map(code, ("no", *one.stages))),
        "drug": "days, `no`",
        "number": one.unit,
    }[one.kind]
    if one.must_be_given:
        answers += "; must be given"
    return code(one.place), one.question, answers, ", ".join(map(code, (*one.also, *one.members)))


def _chamber(one: Chamber) -> tuple[str, ...]:
    rates = [rate for rate in (one.compression.slowest, one.compression.fastest) if rate is not None]
    speed = " to ".join(number(rate.value) for rate in rates)
    numbers = [one.maximum_ata, one.fio2.least, one.fio2.most, *rates]
    keys = dict.fromkeys(key for entry in numbers for key in entry.sources)
    weakest = max((entry.basis for entry in numbers), key=("measured", "derived", "assumption").index)
    breaks = one.air_breaks.how if one.air_breaks.possible else f"no: {one.air_breaks.how}"
    return (
        code(one.id),
        f"{one.label}; {one.place}",
        number(one.maximum_ata.value),
        f"{number(one.fio2.least.value)} to {number(one.fio2.most.value)}",
        breaks,
        speed or "not known",
        f"{weakest}: {cite(keys)}",
    )


def _regulation(one: Chamber) -> str:
    told = [*([("Supervision", one.supervision)] if one.supervision else []), *(("", each) for each in one.regulation)]
    lines = [
        f"- {f'{head}: ' if head else ''}{each.text} ({supported(each.basis, each.sources, '')[0]})"
        for head, each in told
    ]
    return f"{code(one.id)}\n\n" + "\n".join(lines) + "\n"


def _regimens(treatment: str) -> str:
    rows = [
        (
            one.animal,
            f"{one.quantity.label} ({one.quantity.unit})",
            " ".join(known_of(one)),
            cite(one.stated.sources) if one.stated else "counted",
        )
        for animal in ANIMALS
        for one in usual(treatment, animal)
    ]
    return f"### {_TITLES[treatment]}: what is usual\n\n" + table(("who", "quantity", "usual", "sources"), rows)


def _told_of(one: AdverseEffect) -> str:
    """Where an effect is told: courses of HBOT beyond bounds, studies of a condition; empty for everywhere."""
    units = (("above_ata", "ATA"), ("above_oxygen_atm", "atm of oxygen"), ("above_sessions", "sessions"))
    courses = [
        " and ".join(f"above {number(bound.value)} {unit}" for name, unit in units if (bound := getattr(where, name)))
        for where in one.where
    ]
    return "; ".join(filter(None, [" or ".join(courses), ", ".join(map(code, one.conditions))]))


def _effects() -> list[AdverseEffect]:
    found = [one for members in load_adverse_effects().values() for one in members]
    return list({(one.of, one.effect): one for one in found}.values())
