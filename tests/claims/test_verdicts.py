"""What comes out when the evidence is weighed."""

from __future__ import annotations

import pytest

from allodyne.claims.loading import load_claims
from allodyne.claims.schema import Claim
from allodyne.claims.verdicts import judge, matching
from allodyne.evidence.findings import load_findings
from allodyne.evidence.grading import WORDS_OF_PAGES, load_weights

WORDS = {"supported", "supported in animals only", "mixed", "contradicted", "not testable"}


@pytest.fixture(scope="module")
def verdicts():
    return {key: judge(claim) for key, claim in load_claims().items()}


def a_claim(**fields):
    base = {
        "id": "B1",
        "kind": "evidence",
        "document": "B",
        "claim": "something that is said",
        "answer": "as it is said",
    }
    return Claim.model_validate({**base, **fields})


def test_every_row_has_a_verdict_with_a_reason_and_a_support_inside_its_bounds(verdicts):
    for key, verdict in verdicts.items():
        assert verdict.word in WORDS, key
        assert len(verdict.reason) > 20, key
        assert -1 < verdict.support < 1, key
        assert "probab" not in verdict.reason


def test_sham_controlled_trials_contradict_the_benefit_claimed_in_ms(verdicts):
    verdict = verdicts["B18"]
    assert verdict.word == "contradicted"
    assert verdict.parts["b"].word == "supported"
    against = {item.source for item in verdict.items if item.stance == "against"}
    assert {"bennett2011", "bennett2010", "barnes1987", "confavreux1986", "lhermitte1986"} <= against
    assert "sham" in verdict.reason


def test_without_the_sham_controlled_findings_that_verdict_is_another_one():
    findings = {key: one for key, one in load_findings().items() if one.comparator != "sham"}
    assert judge(load_claims()["B18"], findings).word != "contradicted"


def test_a_new_large_trial_counts_by_itself():
    findings = dict(load_findings())
    trial = findings["fischer1983-hbot-ms-edss_improved-w4"]
    before = judge(load_claims()["B18"]).support
    for number in range(4):
        paper = ("kiralp2004", "peng2012", "elshinnawy2021", "pritchard2001")[number]
        findings[f"new-{number}"] = trial.model_copy(update={"id": f"new-{number}", "paper": paper})
    assert judge(load_claims()["B18"], findings).support > before


def test_hsp27_is_a_press_error_for_hsp72(verdicts):
    parts = verdicts["C7"].parts
    assert parts["a"].word == "supported in animals only"
    assert parts["b"].word == "contradicted"
    look_up = next(item for item in parts["b"].items if item.design == "record")
    assert "hsp72" in look_up.note and "hsp27 is not among them" in look_up.note


def test_inflammation_as_the_main_culprit_is_too_strong(verdicts):
    parts = verdicts["C8"].parts
    assert verdicts["C8"].word == "mixed"
    assert parts["a"].word == "supported"
    assert parts["b"].word == "contradicted"


def test_lower_mortality_from_acupuncture_is_unsupported(verdicts):
    parts = verdicts["E4"].parts
    assert parts["b"].word == "not testable"
    assert "unsupported" in parts["b"].reason
    assert {parts["a"].word, parts["c"].word} == {"supported"}


def test_the_citation_of_the_news_piece_is_checked_against_the_record(verdicts):
    assert verdicts["A8"].word == "supported"
    assert verdicts["A8"].parts["b"].word == "contradicted"


def test_a_conflict_of_a_record_with_itself_is_found(verdicts):
    parts = verdicts["D7"].parts
    assert parts["c"].word == "supported"
    assert any("isOpenAccess" in item.note for item in parts["c"].items)
    assert parts["b"].word == "not testable"


def test_the_word_of_a_vendor_alone_never_supports():
    pages = [{"source": "B", "stance": "for", "note": f"said on page number {number}"} for number in range(50)]
    verdict = judge(a_claim(statements=pages))
    assert verdict.word == "not testable"
    assert verdict.support < load_weights().enough.weight


def test_all_pages_together_weigh_less_than_one_experiment():
    weights = load_weights()
    heaviest = max(weights.designs[kind].weight for kind in WORDS_OF_PAGES)
    assert heaviest < weights.enough.weight
    assert (
        judge(
            a_claim(
                statements=[
                    {"source": letter, "stance": "for", "note": "one page beside others", "kind": "news"}
                    for letter in "BE"
                ]
            )
        ).word
        == "not testable"
    )


def test_a_news_piece_and_its_paper_count_once():
    claim = load_claims()["A6"]
    groups = {item.group for item in judge(claim).items if item.source in ("A", "liu2017", "liu2019")}
    assert len(groups) == 1


def test_animal_evidence_alone_says_so(verdicts):
    assert verdicts["A7"].word == "supported in animals only"
    assert verdicts["C3"].word == "supported"
    assert verdicts["C4"].word == "supported in animals only"


def test_ranges_that_a_claim_names_are_looked_up(verdicts):
    limits = {seen.limit.constant: seen for seen in verdicts["B21"].limits}
    assert limits["hbot.minutes"].passes and limits["timing.sessions"].passes
    too_long = a_claim(
        check={
            "plans": [
                {
                    "says": "a plan",
                    "condition": "ms",
                    "treatments": [{"hbot": {"pressure_ata": 2.0, "minutes": 60, "sessions": 20}}],
                    "finds": "regimen:hbot.minutes",
                    "level": "nothing",
                }
            ],
            "facts": ["safe-regimen-phases"],
            "limits": [{"what": "minutes", "constant": "hbot.minutes", "low": 60, "high": 5000, "unit": "min"}],
        }
    )
    assert not judge(too_long).limits[0].passes


def test_the_sources_of_a_verdict_carry_their_kind(verdicts):
    sources = verdicts["B18"].sources
    assert sources["bennett2011"].design == "meta-analysis"
    assert sources["barnes1987"].design == "rct"
    assert sources["B"].design == "vendor"
    assert set(verdicts["B18"].findings) <= set(load_findings())


def test_every_statement_of_the_network_is_traced(verdicts):
    assert verdicts["X3"].word == "supported"
    assert "edges name sources" in verdicts["X3"].items[0].note


def test_a_question_leaves_out_sham_procedures_and_other_treatments():
    claim = load_claims()["E9"]
    for question in claim.questions:
        for finding in matching(question):
            assert not any(one.acupuncture and one.acupuncture.sham for one in finding.treatments)
