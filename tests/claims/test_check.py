"""Every claim tested: evidence, experiments, and the same without the mechanism."""

from __future__ import annotations

import pytest

from allodyne.claims.check import Tested as Examined
from allodyne.claims.check import depends_on_mechanism, examine, find_claims
from allodyne.claims.counting import counted, sizes_inside
from allodyne.claims.experiments import run_without
from allodyne.claims.loading import load_claims
from allodyne.claims.verdicts import judge
from allodyne.errors import EvidenceError

WITHOUT_EXPERIMENT = "B21"


@pytest.fixture(scope="module")
def examined() -> list[Examined]:
    return examine(find_claims(["E10", WITHOUT_EXPERIMENT, "A5"]))


def test_claims_are_found_whatever_the_case() -> None:
    assert [claim.id for claim in find_claims(["e10", "A5"])] == ["E10", "A5"]


def test_an_unknown_claim_is_refused_with_the_nearest() -> None:
    with pytest.raises(EvidenceError, match="E10"):
        find_claims(["E100"])


def test_claims_come_back_in_their_order_with_verdict_and_experiments(examined: list[Examined]) -> None:
    assert [one.claim.id for one in examined] == ["E10", WITHOUT_EXPERIMENT, "A5"]
    for one in examined:
        assert one.verdict == judge(one.claim)
        assert tuple(experiment.name for experiment in one.experiments) == one.claim.experiments
        assert one.ran
    assert [one.standing for one in examined] == ["behaves", "behaves", "behaves"]
    assert [bool(one.plans) for one in examined] == [False, True, False]


def test_a_mechanism_without_an_experiment_has_not_run() -> None:
    claim = load_claims()["E10"].model_copy(update={"experiments": ()})
    (one,) = examine([claim])

    assert not one.ran
    assert one.headline is None
    line, *_ = counted([one], {})
    assert line.text == "0 of 1 rows ran"
    assert "E10" in line.alarms[0]


def test_progress_ends_at_the_whole() -> None:
    shares: list[float] = []
    examine(find_claims(["E10"]), lambda _what, share: shares.append(share))
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)


def test_what_hangs_on_the_mechanism_is_told_from_what_does_not() -> None:
    claim = load_claims()["E10"]
    beside = claim.model_copy(update={"id": "E99", "mechanism": ("astrocytes>ccl2",)})
    idle = claim.model_copy(update={"id": "E98", "mechanism": ()})

    assert depends_on_mechanism(examine([claim, beside, idle])) == {"E10": True, "E99": False}


def test_failures_are_counted_with_what_was_expected_and_found(examined: list[Examined]) -> None:
    whole = examined[0]
    (cut,) = run_without([(whole.experiments[0].name, whole.claim.mechanism)])
    failing = Examined(whole.claim, whole.verdict, (cut,))

    lines = {line.text: line.alarms for line in counted([failing, examined[2]], {"E10": False, "A5": True})}

    assert failing.standing == "fails"
    (alarm,) = lines["1 of 2 mechanism rows behave as published"]
    assert alarm.startswith("E10: e10_microcirculation: perfusion")
    assert "expected up, found" in alarm
    assert "E10" in lines["1 of 2 mechanism rows no longer behave when their mechanism is cut"][0]
    assert sizes_inside(failing) is None


def test_a_rule_of_plans_fails_where_the_check_says_something_else() -> None:
    claim = load_claims()["B22"]
    assert claim.check is not None
    wrong = claim.check.plans[0].model_copy(update={"level": "nothing"})
    broken = claim.model_copy(update={"check": claim.check.model_copy(update={"plans": (wrong,)})})
    none = claim.model_copy(update={"check": None})
    fails, not_run = examine([broken, none])

    assert (fails.standing, fails.ran) == ("fails", True)
    assert not not_run.ran
    assert any("NOT as it must be" in alarm for line in counted([fails], {}) for alarm in line.alarms)
