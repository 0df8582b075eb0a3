"""How sources weigh together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allodyne.evidence.findings import load_findings
from allodyne.evidence.grading import (
    Item,
    balance,
    finding_item,
    laboratory_of,
    load_weights,
    stated_item,
)
from allodyne.evidence.papers import load_papers

GROUPS = ("one", "two", "three", "four")


def an_item(stance="for", group="one", weight=1.0, pool=None, design="rct"):
    return Item("paper", design, True, stance, weight, group, pool)


items = st.builds(
    an_item,
    stance=st.sampled_from(["for", "against", "context"]),
    group=st.sampled_from(GROUPS),
    weight=st.floats(0.01, 3.0),
    pool=st.sampled_from([None, "hbot in ms", "exercise in dpn"]),
    design=st.sampled_from(["rct", "meta-analysis", "animal", "vendor"]),
)


@given(st.lists(items, max_size=12))
def test_support_lies_between_minus_one_and_one(several):
    assert -1 < balance(several).support < 1


@given(st.lists(items, max_size=12), items)
def test_a_supporting_source_never_lowers_the_support(several, extra):
    extra = an_item("for", extra.group, extra.weight, extra.pool, extra.design)
    assert balance([*several, extra]).support >= balance(several).support - 1e-12


@given(st.lists(items, max_size=12), items)
def test_a_contradicting_source_never_raises_the_support(several, extra):
    extra = an_item("against", extra.group, extra.weight, extra.pool, extra.design)
    assert balance([*several, extra]).support <= balance(several).support + 1e-12


@given(st.lists(items, max_size=12), st.floats(0.01, 3.0))
def test_a_new_independent_group_raises_and_a_contradicting_one_lowers_it(several, weight):
    before = balance(several).support
    assert balance([*several, an_item("for", "a new group", weight)]).support > before
    assert balance([*several, an_item("against", "a new group", weight)]).support < before


@given(st.lists(items, max_size=12))
def test_the_order_of_sources_and_context_do_not_matter(several):
    context = an_item("context", "a new group", 3.0)
    forward, backward = balance(several), balance([context, *reversed(several)])
    assert forward.support == pytest.approx(backward.support, abs=1e-12)


def test_the_same_laboratory_counts_once():
    one = balance([an_item()])
    assert balance([an_item(), an_item(), an_item(weight=0.5)]).support == one.support
    assert balance([an_item(), an_item(group="two")]).support > one.support


def test_a_meta_analysis_and_its_trials_count_as_the_larger_of_the_two():
    pool = "acupuncture in cipn"
    trials = [an_item(group=group, pool=pool) for group in GROUPS]
    review = an_item(group="review", weight=3.0, pool=pool, design="meta-analysis")
    assert balance([*trials, review]).for_weight == balance(trials).for_weight == 4.0
    assert balance([*trials[:2], review]).for_weight == 3.0


def test_a_group_that_finds_both_counts_on_both_sides_by_its_shares():
    mixed = balance([an_item(), an_item(), an_item(), an_item("against")])
    assert (mixed.for_weight, mixed.against_weight) == (0.75, 0.25)


def test_the_worked_example_of_the_documentation():
    found = balance([an_item(weight=1.0), an_item(group="two", weight=0.35), an_item("against", "three", 0.5)])
    assert found.support == pytest.approx((1.35 - 0.5) / (1.35 + 0.5 + 1), abs=1e-12)


def test_a_sham_controlled_result_outweighs_an_uncontrolled_one_of_the_same_design():
    weights = load_weights().comparators["people"]
    assert weights["sham"].weight > weights["untreated"].weight > weights["baseline"].weight
    findings = load_findings()
    sham = finding_item(findings["fischer1983-hbot-ms-edss_improved-w4"], ["up"], "hbot")
    uncontrolled = finding_item(findings["webster1989-hbot-ms-sphincter_function-w52"], ["up"], "hbot")
    assert sham is not None and uncontrolled is not None
    assert sham.weight > 5 * uncontrolled.weight


def test_a_controlled_null_result_counts_against_in_full():
    null = finding_item(load_findings()["barnes1987-hbot-ms-edss-w52"], ["down"], "hbot")
    assert null is not None
    assert (null.stance, null.weight) == ("against", 1.0)


def test_a_result_that_the_source_calls_not_significant_is_no_difference():
    findings = load_findings()
    leaning = [
        one for one in findings.values() if one.result.significant is False and one.result.direction in ("up", "down")
    ]
    for one in leaning:
        item = finding_item(one, [str(one.result.direction)], "any")
        assert item is not None and item.stance == "against"


def test_every_design_of_the_papers_has_a_weight():
    designs = load_weights().designs
    for paper in load_papers().values():
        assert stated_item(paper, "for", "any note").design in designs


def test_designs_are_ordered_as_in_the_usual_hierarchies():
    order = ["meta-analysis", "rct", "cohort", "review", "news"]
    assert [load_weights().designs[name].weight for name in order] == sorted(
        (load_weights().designs[name].weight for name in order), reverse=True
    )


def test_papers_of_one_trial_or_laboratory_are_one_group():
    assert laboratory_of("barnes1987") == laboratory_of("barnes1985")
    assert laboratory_of("bennett2011") == laboratory_of("bennett2001")
    assert laboratory_of("liu2019") == laboratory_of("liu2017")
    assert laboratory_of("liu2019b") != laboratory_of("liu2017")
    assert laboratory_of("fischer1983") == "fischer1983"


def test_every_listed_laboratory_names_known_papers():
    known = load_papers()
    assert all(key in known for same in load_weights().laboratories for key in same.papers)
