"""Going through the rules with a patient and a plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from allodyne.animals import IN_PEOPLE
from allodyne.safety.contraindications.conditions import Asked
from allodyne.safety.contraindications.judging import Finding, all_of
from allodyne.safety.contraindications.rules import TREATMENTS, Rule, rules
from allodyne.safety.contraindications.study_subject import asked_in, misfits
from allodyne.safety.patient import Patient
from allodyne.safety.patient_facts import known_names, spelled
from allodyne.safety.planned import Planned
from allodyne.safety.remarks import Remark
from allodyne.treatments import DrugCourse

_LIKE = 0.75  # share of letters that a name must have in common with one of the list to be offered
_ASK = (
    "Answer them in the file of the patient, with no for what is absent; `everything_else: absent` says that the rest "
    "was asked and is absent or normal."
)


def contraindicated(plans: Sequence[Planned], patient: Patient | None) -> list[Remark]:
    """Say what speaks against the treatments of a study in a patient.

    Drugs that an arm gives count as taken, and the condition of the study as present.

    Parameters
    ----------
    plans : sequence of Planned
        Entries of a study; those of animals are passed over.
    patient : Patient or None
        None where nobody was described.

    Returns
    -------
    list of Remark
        ``contraindications:<treatment>.<rule>`` by entry; ``contraindications:not_assessed`` by arm, with the facts
        that are missing; ``contraindications:unknown_condition`` and ``...unknown_drug`` by name;
        ``contraindications:drug_list`` or ``...drug_without_rules`` by entry with a drug;
        ``contraindications:condition_mismatch`` where the patient does not have the condition of the study;
        ``contraindications:no_patient`` without a patient. Whatever is not known has the level unknown, which
        outweighs everything but a stop.
    """
    people = [planned for planned in plans if planned.animal == IN_PEOPLE and planned.treatment in TREATMENTS]
    if not people:
        return []
    if patient is None:
        return [_no_patient(people)]
    found: list[Remark] = []
    for arm in dict.fromkeys(planned.arm for planned in people):
        entries = [planned for planned in people if planned.arm == arm]
        found += _in_arm(arm, entries, asked_in(patient, entries))
    lists = [remark for planned in people for remark in _drug_list(planned)]
    return [*found, *misfits(patient, people), *_unlisted(patient), *lists]


def _in_arm(arm: str, entries: Sequence[Planned], asked: Asked) -> list[Remark]:
    found: list[Remark] = []
    missing: dict[str, list[Rule]] = {}
    for planned in entries:
        for rule in rules().values():
            if rule.treatment != planned.treatment:
                continue
            finding = all_of([rule.plan.judge(planned), rule.when.judge(asked)])
            if finding.truth:
                found.append(_remark(rule, planned, finding))
            for what in finding.missing:
                missing.setdefault(what, []).append(rule)
    return [*found, *([_not_assessed(arm, missing)] if missing else [])]


def _remark(rule: Rule, planned: Planned, finding: Finding) -> Remark:
    sessions = planned.plan.sessions(planned.animal)
    plan = f"{len(sessions)} x {sessions[0].label}" if sessions else planned.treatment
    against = f" {rule.note}" if rule.note else ""
    return planned.said(
        f"contraindications:{rule.id}",
        rule.level,
        f"{rule.label}: {', '.join(finding.seen)}; planned is {planned.treatment}, {plan}.",
        f"{rule.why}{against}",
        rule.remedy,
        basis=rule.basis,
        sources=rule.sources,
    )


def _not_assessed(arm: str, missing: Mapping[str, Sequence[Rule]]) -> Remark:
    concerned = {rule.id: rule for asking in missing.values() for rule in asking}
    absolute = sum(rule.level == "stop" for rule in concerned.values())
    return Remark(
        id="contraindications:not_assessed",
        level="unknown",
        what=f"Not known, although arm {arm!r} depends on it ({len(missing)}): {_listed(missing)}.",
        why=f"Contraindications that could not be assessed: {len(concerned)}, of which {absolute} absolute.",
        remedy=_ASK,
        basis="fact",
        sources=tuple(sorted({key for rule in concerned.values() for key in rule.sources})),
        arm=arm,
    )


def _listed(places: Iterable[str]) -> str:
    """Write places of the file of a patient, field by field: ``conditions: copd, asthma; age``."""
    fields: dict[str, list[str]] = {}
    for place in places:
        field, dot, name = place.partition(".")
        fields.setdefault(field, []).extend([name] if dot else [])
    return "; ".join(f"{field}: {', '.join(names)}" if names else field for field, names in fields.items())


def _unlisted(patient: Patient) -> list[Remark]:
    return [
        Remark(
            id=f"contraindications:unknown_{field.removesuffix('s')}",
            level="unknown",
            what=f"{name!r} is not in the list of {field}, so that no rule could assess it.",
            why="What is not in the list may still be a contraindication.",
            remedy=f"{_near(name, field)}A doctor has to decide on it.",
            basis="assumption",
        )
        for field, name in patient.unlisted
    ]


def _near(name: str, field: str) -> str:
    names = known_names(field)
    if spelled(name) in names:
        return f"It is in the list: write {spelled(name)} below {field}. "
    near = get_close_matches(spelled(name), names, n=1, cutoff=_LIKE)
    return f"Did you mean {near[0]}? " if near else ""


def _drug_list(planned: Planned) -> list[Remark]:
    if not isinstance(planned.plan, DrugCourse):
        return []
    name = planned.plan.name
    naming = [rule for rule in rules().values() if name in rule.plan.drugs]
    if naming:
        return [
            planned.said(
                "contraindications:drug_list",
                "note",
                f"The list of contraindications of {name} is not complete: {len(naming)} rules.",
                "They come from parts of labels and from reviews; interactions, doses and rare diseases are missing.",
                "A doctor has to read the whole label.",
                basis="derived",
            )
        ]
    return [
        planned.said(
            "contraindications:drug_without_rules",
            "unknown",
            f"The contraindications of {name} are not in the catalogue.",
            "They could not be assessed.",
            "A doctor has to decide on the drug in this patient.",
            basis="assumption",
        )
    ]


def _no_patient(people: Sequence[Planned]) -> Remark:
    treatments = ", ".join(dict.fromkeys(planned.treatment for planned in people))
    return Remark(
        id="contraindications:no_patient",
        level="unknown",
        what=f"No patient was described, so that contraindications of {treatments} were not assessed.",
        why="Whether a plan is safe depends on the patient.",
        remedy="Describe a patient in a file and give it with --subject FILE.",
        basis="assumption",
    )
