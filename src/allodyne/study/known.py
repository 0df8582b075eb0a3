"""Names that a study takes from elsewhere in the package: conditions, outcomes and sources."""

from __future__ import annotations

from pydantic import ValidationInfo

from allodyne.errors import UserError, nearest
from allodyne.study.mistakes import from_user_error, mistake


def known_condition(name: str) -> str:
    """Let a condition pass when the package models it."""
    from allodyne.subjects.conditions import load_conditions

    conditions = load_conditions()
    if name not in conditions:
        raise mistake(f"There is no condition {name!r}.", nearest(name, conditions))
    return name


def known_outcome(name: str, info: ValidationInfo) -> str:
    """Let an outcome pass when its name means exactly one thing in the network of the study."""
    from allodyne.study.outcomes import find_outcome

    try:
        return find_outcome(name, network=info.data.get("network", ())).name
    except UserError as error:
        raise from_user_error(error) from None


def known_source(key: str) -> str:
    """Let a source key pass when it is a paper or a fact."""
    from allodyne.evidence.papers import source

    try:
        source(key)
    except UserError as error:
        raise from_user_error(error) from None
    return key
