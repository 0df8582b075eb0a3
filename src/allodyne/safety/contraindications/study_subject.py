"""What the condition of a study says about a patient in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict

from allodyne.documents import parse_document, read_document
from allodyne.errors import EvidenceError
from allodyne.evidence.papers import source
from allodyne.safety.contraindications.conditions import Asked
from allodyne.safety.patient import Answer, Patient
from allodyne.safety.patient_facts import known_names, patient_facts
from allodyne.safety.planned import Planned
from allodyne.safety.remarks import Remark
from allodyne.treatments import DrugCourse


class StudyCondition(BaseModel):
    """What a condition of a study says about its subjects; ids of facts.

    Attributes
    ----------
    present : tuple of str
        There by definition.
    likely : tuple of str
        There unless the file of the patient denies it.
    open : tuple of str
        Not answered by ``everything_else: absent``.
    basis, sources, note : str, tuple of str, str
        What this rests on.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    present: tuple[str, ...] = ()
    likely: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    basis: Literal["fact", "derived", "assumption"]
    sources: tuple[str, ...] = ()
    note: str


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    conditions: Mapping[str, StudyCondition]


@cache
def study_conditions() -> Mapping[str, StudyCondition]:
    """Read what conditions of studies say about patients, by id of the condition.

    Raises
    ------
    EvidenceError
        When the file is malformed, or a condition, fact or source is not known.
    """
    from allodyne.subjects.conditions import load_conditions

    document = read_document(str(files("allodyne.safety.contraindications") / "study_conditions.yaml"), EvidenceError)
    found = parse_document(document, _File, EvidenceError).conditions
    for name, condition in found.items():
        where = document.where(("conditions", name))
        if name not in load_conditions():
            raise EvidenceError(f"There is no condition {name!r}.", where)
        for fact in {*condition.present, *condition.likely, *condition.open} - set(patient_facts()):
            raise EvidenceError(f"There is no fact {fact!r} in patient_facts.yaml.", where)
        for key in condition.sources:
            source(key)
    return found


def asked_in(patient: Patient, entries: Sequence[Planned]) -> Asked:
    """Ask a patient who has the condition of the study and takes the drugs of an arm.

    Parameters
    ----------
    patient : Patient
    entries : sequence of Planned
        Of one arm.

    Returns
    -------
    Asked
        The answers of the patient. A drug of the arm is taken now; what the condition says counts where the file of
        the patient does not deny it.
    """
    drugs = known_names("drugs")
    given = {planned.plan.name for planned in entries if isinstance(planned.plan, DrugCourse)}
    taken: Mapping[str, Answer] = {drugs[name].id: 0.0 for name in given if name in drugs}
    condition = study_conditions().get(entries[0].condition) if entries else None

    def asked(name: str) -> Answer:
        if name in taken:
            return taken[name]
        answer = patient.answer(name)
        if condition is None:
            return answer
        if name in (*condition.present, *condition.likely):
            return answer if answer or patient.denies(name) else True
        return None if name in condition.open and answer is False and not patient.denies(name) else answer

    return asked


def misfits(patient: Patient, entries: Sequence[Planned]) -> list[Remark]:
    """Say what the file of a patient denies although the condition of the study is not there without it.

    Returns
    -------
    list of Remark
        ``contraindications:condition_mismatch`` by fact, level unknown.
    """
    from allodyne.subjects.conditions import load_conditions

    conditions = dict.fromkeys(planned.condition for planned in entries)
    return [
        Remark(
            id="contraindications:condition_mismatch",
            level="unknown",
            what=f"The study is of {load_conditions()[name].label}, which the patient does not have: "
            f"{patient_facts()[fact].label} is denied.",
            why="What was assessed for this patient does not hold for the people of the study.",
            remedy=f"Choose a patient of this study, or another condition; {patient_facts()[fact].place} says no.",
            basis=study_conditions()[name].basis,
            sources=study_conditions()[name].sources,
        )
        for name in conditions
        if name in study_conditions()
        for fact in study_conditions()[name].present
        if patient.denies(fact)
    ]
