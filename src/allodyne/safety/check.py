"""Checking a plan: every limit, contraindication, chamber and regimen that concerns it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from allodyne.animals import IN_PEOPLE
from allodyne.errors import UserError
from allodyne.evidence.papers import source
from allodyne.safety.adverse_effects import adverse_remarks
from allodyne.safety.chamber_fit import chamber_remarks, delivery_of
from allodyne.safety.contraindications.checking import contraindicated
from allodyne.safety.exertion import exertion_remarks
from allodyne.safety.needling import needling_remarks
from allodyne.safety.oxygen.course import OxygenCourse, oxygen_course, oxygen_remarks
from allodyne.safety.plan_check import LONGEST_REASON, ArmCheck, PlanCheck, PlanRefused, gravest_first, verdict_of
from allodyne.safety.planned import Planned, planned
from allodyne.safety.regimens import regimen_remarks
from allodyne.safety.rules import Rules, shipped_rules
from allodyne.safety.supervision import supervision_remarks

_HARMLESS = ("placebo", "knockout")
"""Entries of an arm that nothing is known against: a pill without a drug, and a change of the network."""

if TYPE_CHECKING:
    from allodyne.safety.patient import Patient
    from allodyne.safety.remarks import Remark
    from allodyne.study.schema import Study


def check_plan(
    study: Study, patient: Patient | None = None, rules: Rules | None = None, accept_risk: str | None = None
) -> PlanCheck:
    """Check a plan.

    Parameters
    ----------
    study : Study
    patient : Patient, optional
        The person that it is meant for; without one nothing is known, and contraindications are not assessed.
    rules : Rules, optional
        The shipped ones when not given.
    accept_risk : str, optional
        Why a plan that breaks a hard limit shall run all the same; kept where it does break one.

    Returns
    -------
    PlanCheck

    Raises
    ------
    UserError
        When a chamber is not known, or a person is described for a study of animals.
    """
    import allodyne

    animal = study.subjects.species
    if patient is not None and animal != IN_PEOPLE:
        raise UserError(
            f"The subject file describes a person; this study is of subjects of the species {animal}.",
            remedy="Leave it out, or check a study with species: human.",
        )
    reason = _reason(accept_risk)
    rules = rules or shipped_rules()
    plans = planned(study)
    courses = {arm: _course(arm, plans, rules) for arm in study.arms}
    found = [*_of_arms(courses, plans, rules), *contraindicated(plans, patient)]
    whole = gravest_first(remark for remark in found if remark.arm is None)
    treated = {one.arm for one in plans if one.treatment not in _HARMLESS}
    arms = {arm: _arm(arm, courses[arm], found, whole if arm in treated else ()) for arm in study.arms}
    verdict = verdict_of(found)
    return PlanCheck(
        study=study.study,
        plan=plan_digest(study),
        animal=animal,
        patient=patient.patient if patient else None,
        verdict=verdict,
        remarks=whole,
        arms=arms,
        accepted_risk=reason if verdict == "stop" else None,
        own_rules=rules.own,
        sources=_citations(found),
        allodyne_version=allodyne.__version__,
    )


def plan_digest(study: Study) -> str:
    """Digest of a study, by which a check is known to be its own."""
    return hashlib.sha256(study.to_yaml().encode()).hexdigest()[:16]


def refuse(check: PlanCheck, study: Study) -> None:
    """Stop a plan that breaks a hard limit, unless its risk was accepted.

    Raises
    ------
    PlanRefused
        With the place of each hard limit in the study.
    UserError
        When another study was checked.
    """
    if check.plan != plan_digest(study):
        raise UserError("The check belongs to another study.", study.where(), "Check this one: study.check().")
    stops = check.stops()
    if not stops or check.accepted_risk:
        return
    raise PlanRefused(
        [UserError(f"{one.what} {one.why}", _where(one, study), f"{one.remedy} {_sources(one)}") for one in stops]
    )


def _reason(given: str | None) -> str | None:
    """The reason for accepting a risk, in one line."""
    if given is None:
        return None
    reason = " ".join(given.split())
    if not reason or not reason.isprintable():
        what = "is empty" if not reason else "holds characters that cannot be printed"
        raise UserError(f"The reason for accepting the risk {what}.", remedy='Write --accept-risk "the reason".')
    if len(reason) > LONGEST_REASON:
        raise UserError(
            f"The reason for accepting the risk has {len(reason)} characters; at most {LONGEST_REASON} are kept.",
            remedy="Shorten it: it stands in the head of every page of the report.",
        )
    return reason


def _where(remark: Remark, study: Study) -> str:
    if remark.arm is None:
        return study.where()
    return study.where("arms", remark.arm, *([remark.entry - 1] if remark.entry else []))


def _sources(remark: Remark) -> str:
    return f"Source: {', '.join(remark.sources)}." if remark.sources else "No source: an assumption."


def _course(arm: str, plans: Iterable[Planned], rules: Rules) -> OxygenCourse | None:
    members = [one for one in plans if one.arm == arm and one.treatment == "hbot"]
    delivery = {one.entry: delivery_of(one.plan, rules.equipment) for one in members}
    return oxygen_course(arm, members, delivery)


def _of_arms(courses: dict[str, OxygenCourse | None], plans: list[Planned], rules: Rules) -> list[Remark]:
    found: list[Remark] = []
    for arm, course in courses.items():
        if course is not None:
            members = [one for one in plans if one.arm == arm and one.treatment == "hbot"]
            found += oxygen_remarks(course, members, rules.limits)
    found += chamber_remarks(plans, rules.equipment, rules.limits)
    found += supervision_remarks(plans, rules.equipment)
    found += exertion_remarks(plans, rules.limits)
    found += needling_remarks(plans, rules.limits)
    found += regimen_remarks(plans)
    found += adverse_remarks(plans)
    return found


def _arm(arm: str, course: OxygenCourse | None, found: Iterable[Remark], whole: tuple[Remark, ...]) -> ArmCheck:
    remarks = gravest_first(remark for remark in found if remark.arm == arm)
    return ArmCheck(verdict=verdict_of((*remarks, *whole)), remarks=remarks, oxygen=course)


def _citations(remarks: Iterable[Remark]) -> dict[str, str]:
    keys = sorted({key for remark in remarks for key in remark.sources})
    return {key: source(key).citation for key in keys}
