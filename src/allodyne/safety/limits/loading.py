"""Reading the limits, and tightening them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator

from allodyne.documents import Document, parse_document, read_document
from allodyne.errors import EvidenceError, UserError, nearest
from allodyne.evidence.cited import Cited
from allodyne.evidence.papers import source
from allodyne.safety.limits.limit import BoundLevel, Limit, Limits

_ORDER: tuple[BoundLevel, ...] = ("note", "caution", "assess", "stop")


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    limits: tuple[Limit, ...]


class Tightening(BaseModel):
    """Own bounds of one limit, with the reason for them.

    Attributes
    ----------
    note, caution, assess, stop : float, optional
        Bounds by level; a bound that is not given stays.
    reason : str
        Why, or who decided it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    note: float | None = None
    caution: float | None = None
    assess: float | None = None
    stop: float | None = None
    reason: str = Field(min_length=1, max_length=300)

    @model_validator(mode="after")
    def _has_a_bound(self) -> Tightening:
        if all(bound is None for bound in (self.note, self.caution, self.assess, self.stop)):
            raise ValueError("a limit is tightened by a bound: note, caution, assess or stop")
        return self


@cache
def load_limits() -> Limits:
    """Read the shipped limits, by id.

    Raises
    ------
    EvidenceError
        When a file is malformed, an id stands twice, or a source is not known.
    """
    found: dict[str, Limit] = {}
    for path in sorted(Path(str(files("allodyne.safety.limits"))).glob("*.yaml")):
        document = read_document(path, EvidenceError)
        for index, limit in enumerate(parse_document(document, _File, EvidenceError).limits):
            if limit.id in found:
                raise EvidenceError(f"The limit {limit.id!r} stands there twice.", document.where(("limits", index)))
            for bound in limit.bounds.values():
                for key in bound.sources:
                    source(key)
            found[limit.id] = limit
    return found


def tightened(limits: Limits, own: Mapping[str, Tightening], document: Document) -> Limits:
    """Tighten limits.

    Parameters
    ----------
    limits : mapping of str to Limit
    own : mapping of str to Tightening
        By id of the limit.
    document : Document
        The file that they stand in, for messages.

    Raises
    ------
    UserError
        When there is no such limit, or an own bound is wider than the shipped one.
    """
    found = dict(limits)
    for name, tight in own.items():
        where = document.where(("limits", name))
        if name not in limits:
            raise UserError(f"There is no limit {name!r}.", where, nearest(name, limits))
        found[name] = _tightened(limits[name], tight, where)
    return found


def _tightened(limit: Limit, own: Tightening, where: str) -> Limit:
    given = {level: value for level in _ORDER if (value := getattr(own, level)) is not None}
    bounds = dict(limit.bounds)
    for level, value in given.items():
        widest = _widest(limit, level, value)
        if _wider(limit, value, widest):
            raise UserError(
                f"{level} {value:g} is wider than the {widest:g} {limit.unit} that holds for {limit.label}.",
                where,
                "Limits can be tightened here, not widened; `allodyne run --accept-risk REASON` passes a hard limit.",
            )
        bounds[level] = Cited(value=value, basis="assumption", note="own limit")
        for lighter in _ORDER[: _ORDER.index(level)]:
            # a lighter bound that lies beyond the own one can no longer be met
            if lighter not in given and lighter in bounds and _wider(limit, bounds[lighter].value, value):
                del bounds[lighter]
    try:
        return Limit.model_validate({**limit.model_dump(), "bounds": bounds, "tightened": own.reason})
    except ValueError:
        raise UserError(
            f"The own bounds of {limit.id} do not rise with their level.", where, "Order them: note, caution, stop."
        ) from None


def _widest(limit: Limit, level: BoundLevel, value: float) -> float:
    """The shipped bound that an own one must not pass: that of its level, or of the next graver one."""
    graver = [limit.bounds[name].value for name in _ORDER[_ORDER.index(level) :] if name in limit.bounds]
    return (min if limit.keep == "below" else max)(graver, default=value)


def _wider(limit: Limit, value: float, bound: float) -> bool:
    return value > bound if limit.keep == "below" else value < bound
