"""Searching the evidence by words and filters."""

from __future__ import annotations

import pytest

from allodyne.errors import EvidenceError
from allodyne.evidence.findings import ArmValues, Effect, Outcome, load_findings
from allodyne.evidence.papers import load_papers
from allodyne.evidence.search import Query, find_findings, find_papers, in_words


def ids(query: Query) -> set[str]:
    return {row.finding.id for row in find_findings(query)}


def test_without_anything_asked_all_is_found() -> None:
    assert ids(Query()) == set(load_findings())
    assert {row.paper.key for row in find_papers(Query())} == set(load_papers())


def test_filters_give_what_the_records_say() -> None:
    rows = find_findings(
        Query(
            condition="ms", treatment="hbot", outcome="edss", design="meta-analysis", species="human", direction="none"
        )
    )

    assert "bennett2010" in {row.paper.key for row in rows}
    for row in rows:
        assert (row.design, row.species, row.finding.condition) == ("meta-analysis", "human", "ms")
        assert row.outcome.startswith("edss")
        assert row.result.startswith("no effect")


def test_every_word_must_occur_and_the_beginning_will_do() -> None:
    some = ids(Query(("naloxone",)))

    assert some
    assert ids(Query(("nalox",))) == ids(Query(("NALOX",)))
    assert some <= ids(Query(("nalox",)))
    assert ids(Query(("naloxone", "swimming"))) == some & ids(Query(("swimming",)))
    assert not ids(Query(("aloxone",)))


@pytest.mark.parametrize(
    ("one", "other"),
    [("IL-10", "il10"), ("tnf_alpha", "TNF-α"), ("López-Álvarez", "lopez-alvarez"), ("p-mTOR", "p_mtor")],
)
def test_spelling_of_a_word_does_not_count(one: str, other: str) -> None:
    assert ids(Query((one,))) == ids(Query((other,))) != set()


def test_words_of_title_note_and_condition_count() -> None:
    titles = {row.paper.key for row in find_findings(Query(("cold allodynia",)))}

    assert "kim2005" in titles
    assert ids(Query(("chronic constriction",))) >= ids(Query(condition="cci"))
    assert "kim2005-acupuncture-transection-cold_response-d14" in ids(Query(("tail in 4 C water",)))


def test_a_condition_may_be_named_in_words() -> None:
    assert ids(Query(condition="Multiple sclerosis")) == ids(Query(condition="ms")) != set()


@pytest.mark.parametrize("name", ["gabapentin", "rapamycin", "treadmill", "electroacupuncture", "hyperbaric oxygen"])
def test_treatments_are_found_by_kind_mode_and_name(name: str) -> None:
    rows = find_findings(Query(treatment=name))

    assert rows
    for row in rows:
        given = {one for treatment in row.finding.treatments for one in treatment.names}
        blocked = {row.finding.blocker.name} if row.finding.blocker else set()
        assert any(name in one.lower() for one in given | blocked)


def test_a_drug_is_found_where_it_was_the_blocker() -> None:
    rows = find_findings(Query(treatment="naloxone", kind="blocker"))

    assert rows
    assert all("blocked with naloxone" in row.treatment for row in rows)


@pytest.mark.parametrize(
    ("query", "offered"),
    [
        (Query(condition="paclitaxle"), "paclitaxel"),
        (Query(treatment="acupunture"), "acupuncture"),
        (Query(treatment="gabapentine"), "gabapentin"),
        (Query(outcome="mechanical_treshold"), "mechanical_threshold"),
        (Query(design="trial"), "rct"),
        (Query(species="dog"), "human"),
        (Query(kind="block"), "blocker"),
        (Query(direction="lower"), "down"),
        (Query(("%",)), "words"),
    ],
)
def test_an_unknown_value_is_answered_with_valid_ones(query: Query, offered: str) -> None:
    for find in (find_findings, find_papers):
        with pytest.raises(EvidenceError) as refused:
            find(query)
        assert offered in str(refused.value.remedy)


def test_a_paper_without_findings_is_found_by_its_own_words() -> None:
    with_findings = {finding.paper for finding in load_findings().values()}
    alone = [row for row in find_papers(Query(("minocycline",))) if row.paper.key not in with_findings]

    assert alone
    assert all(row.count == 0 for row in alone)
    assert all(row.count for row in find_papers(Query(("minocycline",), kind="treatment")))


def test_papers_count_the_findings_that_fit() -> None:
    query = Query(treatment="exercise", species="mouse")

    assert sum(row.count for row in find_papers(query)) == len(find_findings(query))


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (
            Outcome(
                direction="down",
                significant=True,
                p=0.0001,
                effect=Effect(type="MD", estimate=-0.85, ci_low=-1.28, ci_high=-0.42, k_studies=2),
                units="points_0_10",
            ),
            "down, significant; MD -0.85 (-1.28 to -0.42) points of 0 to 10; 2 studies; p = 0.0001",
        ),
        (
            Outcome(direction="up", treated=ArmValues(mean=12.5), control=ArmValues(median=4), p_bound=0.05, units="g"),
            "up; 12.5 against 4 g; p < 0.05",
        ),
        (Outcome(direction="none", significant=False), "no effect, not significant"),
        (Outcome(effect=Effect(type="percent", estimate=37), units="percent"), "37 percent"),
        (Outcome(direction="down", range=(30, None), units="percent_change"), "down; 30 to ? percent change"),
    ],
)
def test_results_in_words(result: Outcome, words: str) -> None:
    assert in_words(result) == words
