"""Limits: which bound a number breaks, what is said about it, and how a user tightens them."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from allodyne.documents import Document
from allodyne.errors import UserError
from allodyne.evidence.papers import source
from allodyne.safety.limits import Limit, Tightening, load_limits, tightened

LIMIT = Limit.model_validate(
    {
        "id": "oxygen.example",
        "label": "an example",
        "unit": "mmHg",
        "bounds": {
            "caution": {"value": 10, "basis": "assumption"},
            "stop": {"value": 20, "basis": "measured", "sources": ["safe-absolute-contraindication"]},
        },
        "why": "It matters.",
        "remedy": "Take less.",
    }
)
FILE = Document(Path("rules.yaml"), None, {("limits", "oxygen.example"): 3})


@pytest.mark.parametrize(
    ("value", "level"), [(5, None), (10, None), (10.1, "caution"), (20, "caution"), (20.1, "stop")]
)
def test_the_gravest_broken_bound_counts_and_a_number_on_it_keeps_it(value: float, level: str | None) -> None:
    assert LIMIT.broken(value) == level


def test_a_remark_says_what_why_source_and_what_would_pass() -> None:
    (remark,) = LIMIT.remarks(25, "It is 25 mmHg.", "human", arm="hbot", entry=1)
    assert (remark.id, remark.level, remark.value, remark.limit) == ("oxygen:example", "stop", 25, 20)
    assert remark.what == "It is 25 mmHg." and "at most 20 mmHg" in remark.why and remark.remedy == "Take less."
    assert remark.sources == ("safe-absolute-contraindication",)


def test_a_limit_of_people_says_nothing_about_animals() -> None:
    assert LIMIT.remarks(25, "It is 25 mmHg.", "rat") == []


def test_a_lower_limit_is_broken_from_below() -> None:
    lower = LIMIT.model_copy(update={"keep": "above", "bounds": {"stop": LIMIT.bounds["stop"]}})
    assert lower.broken(19) == "stop" and lower.broken(21) is None


def test_own_bounds_are_kept_with_their_reason() -> None:
    own = tightened({"oxygen.example": LIMIT}, {"oxygen.example": Tightening(stop=8, reason="our board")}, FILE)
    (remark,) = own["oxygen.example"].remarks(9, "It is 9 mmHg.", "human")
    assert remark.level == "stop" and "our board" in remark.why and remark.basis == "assumption"
    # the shipped bound for caution lies beyond and can no longer be met
    assert set(own["oxygen.example"].bounds) == {"stop"}


@pytest.mark.parametrize("wide", [Tightening(stop=21, reason="x"), Tightening(caution=11, reason="x")])
def test_a_limit_cannot_be_widened(wide: Tightening) -> None:
    with pytest.raises(UserError, match="wider") as caught:
        tightened({"oxygen.example": LIMIT}, {"oxygen.example": wide}, FILE)
    assert caught.value.where == "rules.yaml, line 3, field limits.oxygen.example"
    assert "--accept-risk" in (caught.value.remedy or "")


@pytest.mark.parametrize("bound", [float("nan"), float("inf"), float("-inf")])
def test_a_bound_is_a_number(bound: float) -> None:
    with pytest.raises(ValidationError):
        Tightening(stop=bound, reason="x")
    with pytest.raises(ValidationError):
        LIMIT.model_validate({**LIMIT.model_dump(), "bounds": {"stop": {"value": bound, "basis": "assumption"}}})


def test_a_tightening_has_a_bound_and_a_reason() -> None:
    with pytest.raises(ValidationError):
        Tightening(reason="x")
    with pytest.raises(ValidationError):
        Tightening(stop=1, reason="")


def test_a_bound_between_two_shipped_ones_must_not_pass_the_graver() -> None:
    with pytest.raises(UserError, match="wider"):
        tightened({"oxygen.example": LIMIT}, {"oxygen.example": Tightening(assess=21, reason="x")}, FILE)


def test_an_unknown_limit_is_named_with_the_nearest() -> None:
    with pytest.raises(UserError, match="no limit") as caught:
        tightened({"oxygen.example": LIMIT}, {"oxygen.exmple": Tightening(stop=1, reason="x")}, FILE)
    assert "oxygen.example" in (caught.value.remedy or "")


def test_every_shipped_limit_has_a_reason_a_remedy_and_known_sources() -> None:
    limits = load_limits()
    assert limits
    for limit in limits.values():
        assert limit.why and limit.remedy
        for bound in limit.bounds.values():
            assert bound.basis == "assumption" or bound.sources
            assert all(source(key) for key in bound.sources)
