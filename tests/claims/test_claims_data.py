"""The claims of the source documents as data."""

from __future__ import annotations

import pytest

from allodyne.claims.loading import claim, load_claims, load_documents
from allodyne.claims.plan_cases import check_case
from allodyne.claims.schema import Claim, Question
from allodyne.claims.verdicts import matching
from allodyne.errors import EvidenceError
from allodyne.evidence.grading import load_weights
from allodyne.evidence.papers import source
from allodyne.safety.limits import load_limits
from allodyne.safety.regimens import load_regimens

ROWS = {"A": 8, "B": 24, "C": 8, "D": 7, "E": 11, "X": 3}
KINDS = {"mechanism": 29, "effect": 12, "evidence": 9, "context": 4, "safety": 3, "regimen": 2, "equipment": 2}


def test_every_row_is_there_in_the_order_of_the_documents():
    expected = [f"{letter}{number}" for letter, count in ROWS.items() for number in range(1, count + 1)]
    assert list(load_claims()) == expected


def test_the_kinds_are_those_of_the_documents():
    counts = {kind: sum(one.kind == kind for one in load_claims().values()) for kind in KINDS}
    assert counts == KINDS


def test_every_source_of_a_claim_is_known():
    for one in load_claims().values():
        for key in one.source_keys():
            assert source(key)


def test_every_question_is_answered_by_a_finding_or_marked_open():
    for one in load_claims().values():
        for asked in one.asked():
            for question in asked.questions:
                assert matching(question) or question.open, (one.id, question.asks)


def test_no_question_on_people_is_answered_by_animals():
    question = Question(
        asks="Does pain fall?", treatment="hbot", species="human", outcome="pain_score", supports="down"
    )
    assert {finding.species for finding in matching(question)} == {"human"}


def test_rows_on_safety_regimens_and_equipment_name_plans_to_check():
    for one in load_claims().values():
        assert (one.check is not None) == (one.kind in ("safety", "regimen", "equipment")), one.id


def test_the_check_says_of_every_plan_what_the_claim_says():
    seen = [check_case(case) for one in load_claims().values() if one.check for case in one.check.plans]
    assert len(seen) >= 15
    assert not [(one.case.says, one.remark) for one in seen if not one.behaves]
    # a misspelt id would find nothing, whatever the check says
    named = {one.case.finds for one in seen if one.case.level == "nothing"}
    known = {name.replace(".", ":", 1) for name in load_limits()}
    known |= {f"regimen:{quantity.id}" for quantity in load_regimens().quantities}
    assert named <= known | {one.case.finds for one in seen if one.case.level != "nothing"}
    assert {one.case.level for one in seen} >= {"nothing", "note", "caution", "assess", "stop"}


def test_the_documents_are_graded_by_kind():
    kinds = {letter: document.kind for letter, document in load_documents().items()}
    assert kinds == {"A": "news", "B": "vendor", "C": "news", "D": "record", "E": "practice"}
    assert all(kind in load_weights().designs for kind in kinds.values())


def test_a_claim_is_looked_up_by_id_and_a_wrong_id_gets_near_ones():
    assert claim("b18").kind == "evidence"
    with pytest.raises(EvidenceError) as problem:
        claim("B81")
    assert "Did you mean B" in str(problem.value)


def test_a_claim_of_the_wrong_document_is_refused():
    row = {
        "id": "A1",
        "kind": "context",
        "document": "B",
        "claim": "long enough to say",
        "answer": "long enough to say",
    }
    with pytest.raises(ValueError, match="not one of document B"):
        Claim.model_validate(row)


def test_no_claim_says_its_verdict_beforehand():
    row = {
        "id": "A1",
        "kind": "context",
        "document": "A",
        "claim": "long enough to say",
        "answer": "long enough to say",
    }
    with pytest.raises(ValueError, match="Extra inputs"):
        Claim.model_validate({**row, "verdict_expected": "supported"})
