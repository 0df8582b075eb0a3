"""What a user says about the person and the place, for the commands that check a plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from allodyne.safety.plan_check import PlanCheck
    from allodyne.study import Study

SubjectFile = Annotated[
    Path | None, typer.Option("--subject", metavar="FILE", help="The person that the plan is meant for (YAML).")
]
RulesFile = Annotated[
    Path | None, typer.Option("--rules", metavar="FILE", help="Own, tighter limits and own chambers (YAML).")
]


def checked_plan(study: Study, subject: Path | None, rules: Path | None, accept_risk: str | None = None) -> PlanCheck:
    """Check a plan with what the files of a user say about the person and the place.

    Parameters
    ----------
    study : Study
    subject, rules : Path or None
        Files.
    accept_risk : str, optional
        As in :func:`allodyne.safety.check.check_plan`.

    Returns
    -------
    PlanCheck
    """
    from allodyne.safety.check import check_plan
    from allodyne.safety.patient import Patient
    from allodyne.safety.rules import read_rules

    patient = Patient.from_yaml(subject) if subject else None
    return check_plan(study, patient, read_rules(rules) if rules else None, accept_risk)
