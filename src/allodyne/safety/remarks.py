"""What a check of a plan says: how grave, what, why, on which source, and what would make it pass."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Level = Literal["note", "caution", "assess", "unknown", "stop"]
LEVELS: tuple[Level, ...] = ("note", "caution", "assess", "unknown", "stop")
"""From light to grave. An ``unknown`` outweighs what was found, because what was not asked may be worse."""

Basis = Literal["fact", "measured", "derived", "assumption"]


class Remark(BaseModel):
    """One thing that a plan must know.

    Attributes
    ----------
    id : str
        The rule or limit, such as ``oxygen:seizures`` or ``contraindications:pneumothorax``.
    level : str
        ``stop`` (a hard limit or an absolute contraindication: the plan does not pass), ``unknown`` (not assessed,
        because a fact is missing), ``assess`` (a relative contraindication: a doctor has to judge), ``caution`` or
        ``note``.
    what, why, remedy : str
        What is the matter, with the numbers of the plan; why it matters; what would make it pass.
    basis : str
        Basis of the rule: ``fact``, ``measured``, ``derived`` or ``assumption``.
    sources : tuple of str
        Keys of papers and facts.
    arm, entry, treatment : str, int, str or None
        Where in the study; the entry counts from 1. None where it concerns a whole arm or the whole study.
    value, limit, unit : float, float, str or None
        The number of the plan and the limit that it meets, where there are such.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    id: str = Field(pattern=r"^[a-z_]+:[a-z0-9_.]+$")
    level: Level
    what: str
    why: str
    remedy: str = ""
    basis: Basis
    sources: tuple[str, ...] = ()
    arm: str | None = None
    entry: int | None = None
    treatment: str | None = None
    value: float | None = None
    limit: float | None = None
    unit: str | None = None


def gravest(levels: list[Level]) -> Level | None:
    """The gravest of several levels; None of none."""
    return max(levels, key=LEVELS.index, default=None)
