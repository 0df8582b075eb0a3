"""Pooled effects against published worked examples and reviews, and what a meta-analysis must do with any data."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t

from allodyne.errors import EvidenceError, UserError
from allodyne.evidence.derivation import hedges_g, log_ratio
from allodyne.evidence.findings import Finding, load_findings, read_findings
from allodyne.evidence.forest import forest_plot
from allodyne.evidence.independent import Answers, Question, collect
from allodyne.evidence.pooling import Pooled, StudyEffect, pool

# BCG vaccine against tuberculosis, Colditz et al. 1994: cases and others among the vaccinated, then among controls.
# Data (dat.bcg) and results: README of metafor, https://github.com/wviechtb/metafor, rma(yi, vi, test="knha").
BCG = {
    "Aronson 1948": (4, 119, 11, 128),
    "Ferguson & Simes 1949": (6, 300, 29, 274),
    "Rosenthal et al 1960": (3, 228, 11, 209),
    "Hart & Sutherland 1977": (62, 13536, 248, 12619),
    "Frimodt-Moller et al 1973": (33, 5036, 47, 5761),
    "Stein & Aronson 1953": (180, 1361, 372, 1079),
    "Vandiviere et al 1973": (8, 2537, 10, 619),
    "TPT Madras 1980": (505, 87886, 499, 87892),
    "Coetzee & Berjak 1968": (29, 7470, 45, 7232),
    "Rosenthal et al 1961": (17, 1699, 65, 1600),
    "Comstock et al 1974": (186, 50448, 141, 27197),
    "Comstock & Webster 1969": (5, 2493, 3, 2338),
    "Comstock et al 1976": (27, 16886, 29, 17825),
}
PREGABALIN = Question("pregabalin", "dpn", "pain_score")
PLACEBO = Question("placebo", "dpn", "pain_score", comparator="baseline")

effects = st.floats(-5, 5).map(lambda x: round(x, 3))
errors = st.floats(0.1, 2).map(lambda x: round(x, 3))
studies = st.lists(st.builds(lambda y, se: StudyEffect("study", y, se), effects, errors), min_size=2, max_size=8)


@pytest.fixture(scope="module")
def bcg() -> Pooled:
    """The BCG trials, pooled as log risk ratios."""
    found = []
    for label, (a, b, c, d) in BCG.items():
        ratio = log_ratio("RR", (a, c), (a + b, c + d))
        assert ratio is not None
        found.append(StudyEffect(label, *ratio))
    return pool(found, "RR")


@pytest.fixture
def findings(tmp_path: Path) -> Callable[[str], dict[str, Finding]]:
    """Write findings of people with cipn, from lines of ``paper | other keys | result``, and read them."""

    def write(lines: str) -> dict[str, Finding]:
        records = []
        for number, line in enumerate(filter(None, map(str.strip, lines.splitlines()))):
            paper, other, result = (part.strip() for part in line.split("|"))
            defaults = {
                "kind": "treatment",
                "treatments": "[{acupuncture: {mode: manual}}]",
                "comparator": "sham",
                "outcome": "{variable: pain_score}",
            }
            keys = defaults | dict(part.split("=", 1) for part in filter(None, other.split(";")))
            body = ", ".join(f"{key.strip()}: {value}" for key, value in keys.items())
            head = f"id: {paper}-{number}, paper: {paper}, species: human, condition: cipn"
            records.append(f"- {{{head}, {body}, result: {{direction: down, {result}}}}}")
        file = tmp_path / "findings.yaml"
        file.write_text("\n".join(records))
        return read_findings(file)

    return write


def acupuncture(records: dict[str, Finding], comparator: str | None = None, reviews: bool = False) -> Answers:
    """Effects of acupuncture on pain among some findings."""
    return collect(Question("acupuncture", "cipn", "pain_score", comparator, reviews=reviews), findings=records)


def test_reml_and_knapp_hartung_agree_with_metafor(bcg: Pooled) -> None:
    assert bcg.estimate == pytest.approx(-0.7145, abs=5e-5)
    assert bcg.tau2 == pytest.approx(0.3132, abs=5e-5)
    assert bcg.se == pytest.approx(0.1808, abs=5e-5)
    assert (bcg.low, bcg.high) == pytest.approx((-1.1084, -0.3206), abs=5e-5)
    assert bcg.p == pytest.approx(0.0019, abs=5e-5)
    assert bcg.q == pytest.approx(152.2330, abs=5e-5)


def test_risk_ratios_and_prediction_interval_agree_with_metafor(bcg: Pooled) -> None:
    assert [bcg.shown(x) for x in (bcg.estimate, bcg.low, bcg.high)] == pytest.approx([0.49, 0.33, 0.73], abs=5e-3)
    assert bcg.prediction is not None
    # metafor prints 0.14 to 1.76 with k - 1 degrees of freedom; here they are k - 2, as first proposed.
    wider = float(t.ppf(0.975, bcg.k - 2) / t.ppf(0.975, bcg.k - 1))
    there = [math.exp(bcg.estimate + (end - bcg.estimate) / wider) for end in bcg.prediction]
    assert there == pytest.approx([0.14, 1.76], abs=5e-3)


def test_i2_is_that_of_cochran_q(bcg: Pooled) -> None:
    assert bcg.i2 == pytest.approx((152.2330 - 12) / 152.2330, abs=1e-6)


@pytest.mark.parametrize(
    ("trial", "measure", "estimate", "variance"),
    [
        # metafor-project.org/doku.php/analyses:vanhouwelingen2002 (OR) and the README of metafor (RR)
        ("Aronson 1948", "OR", -0.9387, 0.3571),
        ("Hart & Sutherland 1977", "OR", -1.4564, 0.0203),
        ("TPT Madras 1980", "RR", 0.0120, 0.0040),
        ("Comstock & Webster 1969", "RR", 0.4459, 0.5325),
    ],
)
def test_ratios_of_counts_agree_with_published_ones(trial: str, measure: str, estimate: float, variance: float) -> None:
    a, b, c, d = BCG[trial]
    found = log_ratio(measure, (a, c), (a + b, c + d))  # type: ignore[arg-type]
    assert found is not None
    assert (found[0], found[1] ** 2) == pytest.approx((estimate, variance), abs=5e-5)


@pytest.mark.parametrize(
    ("means", "sd", "n", "published"),
    [
        # Polaski et al. 2019, doi:10.1371/journal.pone.0210418, table of studies; signs there mean relief
        ((18.6, 34.3), (13.4, 15.9), (13, 15), (-1.03, -1.83, -0.23)),
        ((0.2, 0.0), (0.6, 0.5), (11, 13), (0.35, -0.46, 1.16)),
    ],
)
def test_hedges_g_agrees_with_published_ones(
    means: tuple[float, float], sd: tuple[float, float], n: tuple[float, float], published: tuple[float, ...]
) -> None:
    estimate, se = hedges_g(means[0] - means[1], sd, n)
    # Their interval keeps the standard error of d; here it shrinks with g.
    correction = 1 - 3 / (4 * (sum(n) - 2) - 1)
    study = StudyEffect("one", estimate, se / correction)
    assert (study.estimate, study.low, study.high) == pytest.approx(published, abs=0.011)


def test_pregabalin_trials_agree_with_a_review_of_more_of_them() -> None:
    answers = collect(PREGABALIN)
    trials = [one for one in answers.studies if one.paper == "freeman2015"]
    assert [one.label.rpartition(" ")[2] for one in trials] == [
        "1008-014",
        "1008-029",
        "1008-040",
        "A0081030",
        "A0081071",
    ]
    found = pool(trials)
    review = load_findings()["zhang2015b-pregabalin-dpn-pain_score"].result.effect
    assert review is not None and review.estimate is not None
    assert found.low < review.estimate < found.high < 0
    assert {"zhang2015b-pregabalin-dpn-pain_score", "yang2013-pregabalin-dpn-pain_score"} <= {
        one.finding for one in answers.left_out
    }


def test_placebo_arms_agree_with_both_reviews_of_placebo_responses() -> None:
    found = pool([one for one in collect(PLACEBO).studies if one.paper == "freeman2015"])
    for key in ("frisaldi2023-placebo-dpn-pain_score", "cepeda2012-placebo-dpn-pain_score"):
        review = load_findings()[key].result.effect
        assert review is not None and review.estimate is not None
        assert found.low < review.estimate < found.high
    # The reviews report I2 72 %, and that newer trials have larger responses; these five span 2.5 to 0.9 points.
    assert found.i2 > 0.7


def test_arms_of_one_trial_count_once_and_know_their_shared_controls() -> None:
    study = next(one for one in collect(PREGABALIN).studies if one.label.endswith("1008-014"))
    errors = [(1.89 - 0.64) / 2 / 1.96, (1.08 + 0.20) / 2 / 1.96]
    assert study.estimate == pytest.approx((-1.26 - 0.44) / 2)
    shared = (errors[0] ** 2 + errors[1] ** 2 + errors[0] * errors[1]) / 4
    assert study.se == pytest.approx(math.sqrt(shared), rel=1e-3)
    assert len(study.findings) == 2


def test_means_of_two_arms_give_a_difference(findings: Callable[[str], dict[str, Finding]]) -> None:
    answers = acupuncture(
        findings(
            "lu2020 | | units: points_0_100, treated: {mean: 20, sd: 12, n: 9}, control: {mean: 30, sem: 3, n: 16}"
        )
    )
    (study,) = answers.studies
    assert (answers.measure, answers.units) == ("MD", "points_0_10")
    assert (study.estimate, study.se) == pytest.approx((-1.0, 0.5))


def test_shares_give_a_risk_ratio(findings: Callable[[str], dict[str, Finding]]) -> None:
    answers = acupuncture(
        findings("lu2020 | | units: percent, treated: {mean: 50, n: 20}, control: {mean: 24, n: 25}"),
    )
    (study,) = answers.studies
    assert answers.measure == "RR"
    assert (math.exp(study.estimate), study.se**2) == pytest.approx(
        (10 / 20 / (6 / 25), 1 / 10 - 1 / 20 + 1 / 6 - 1 / 25)
    )


def test_a_study_without_events_says_nothing_and_one_empty_cell_is_filled() -> None:
    assert log_ratio("RR", (0, 0), (20, 25)) is None
    assert log_ratio("OR", (20, 25), (20, 25)) is None
    found = log_ratio("OR", (0, 5), (20, 25))
    assert found is not None and found[0] == pytest.approx(math.log(0.5 * 20.5 / (20.5 * 5.5)))


def test_one_assessment_per_study_counts_that_at_the_end_of_the_course(
    findings: Callable[[str], dict[str, Finding]],
) -> None:
    course = "treatments=[{acupuncture: {mode: manual, sessions: 8, sessions_per_week: 2}}]"
    answers = acupuncture(
        findings(f"""
            lu2020 | {course};outcome={{variable: pain_score, weeks_of_treatment: 2}} | {md(-1)}
            lu2020 | {course};outcome={{variable: pain_score, weeks_of_treatment: 4}} | {md(-2)}
            lu2020 | {course};outcome={{variable: pain_score, weeks_of_treatment: 26}} | {md(-3)}
        """)
    )
    assert [one.estimate for one in answers.studies] == pytest.approx([-2])
    assert {one.finding: "another time" in one.reason for one in answers.left_out} == {
        "lu2020-0": True,
        "lu2020-2": True,
    }


def test_of_several_control_groups_sham_counts(findings: Callable[[str], dict[str, Finding]]) -> None:
    records = findings(f"""
        lu2020 | comparator=untreated | {md(-3)}
        lu2020 | | {md(-1)}
    """)
    assert [one.estimate for one in acupuncture(records).studies] == pytest.approx([-1])
    assert [one.estimate for one in acupuncture(records, comparator="untreated").studies] == pytest.approx([-3])


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("chien2019 | | effect: {type: MD, estimate: -1, ci_low: -2, ci_high: 0}", "count twice"),
        ("lu2020 | | effect: {type: MD, estimate: -1, ci_low: -2, ci_high: 0, k_studies: 4}", "count twice"),
        ("lu2020 | comparator=baseline | effect: {type: MD, estimate: -1, ci_low: -2, ci_high: 0}", "without controls"),
        ("lu2020 | kind=comparison;comparator=drug;comparator_text=gabapentin | effect: {type: MD}", "gabapentin"),
        ("lu2020 | | effect: {type: MD, estimate: -1, ci_low: -2}", "without its interval"),
        ("lu2020 | | effect: {type: MD, estimate: -3, ci_low: -2, ci_high: 0}", "cannot be"),
        ("lu2020 | | treated: {mean: 2, n: 20}, control: {mean: 3, n: 20}", "no means with their spread"),
    ],
)
def test_what_cannot_count_is_listed_with_its_reason(
    findings: Callable[[str], dict[str, Finding]], line: str, reason: str
) -> None:
    answers = acupuncture(findings(line))
    assert not answers.studies
    assert len(answers.left_out) == 1 and reason in answers.left_out[0].reason


def test_reviews_count_when_they_are_asked_for(findings: Callable[[str], dict[str, Finding]]) -> None:
    records = findings(f"chien2019 | | {md(-1)}")
    assert [one.paper for one in acupuncture(records, reviews=True).studies] == ["chien2019"]


def test_mean_differences_in_other_units_are_left_out(findings: Callable[[str], dict[str, Finding]]) -> None:
    answers = acupuncture(
        findings(f"""
            lu2020 | | {md(-1)}
            han2017 | | {md(-2)}
            bao2014 | | effect: {{type: MD, estimate: -9, ci_low: -12, ci_high: -6}}
        """)
    )
    assert [one.paper for one in answers.studies] == ["han2017", "lu2020"]
    assert "no stated unit" in answers.left_out[0].reason


@pytest.mark.parametrize(
    ("question", "nearest"),
    [
        (Question("acupunture", "cipn", "pain_score"), "acupuncture"),
        (Question("acupuncture", "cpin", "pain_score"), "cipn"),
        (Question("acupuncture", "cipn", "pain_scor"), "pain_score"),
        (Question("acupuncture", "cipn", "pain_score", comparator="shams"), "sham"),
    ],
)
def test_unknown_names_are_answered_with_the_nearest(question: Question, nearest: str) -> None:
    with pytest.raises(EvidenceError, match=nearest):
        collect(question)


def test_one_study_is_too_few() -> None:
    with pytest.raises(UserError, match="1 study is too few"):
        pool([StudyEffect("one", -1, 0.5)])


@pytest.mark.parametrize("se", [0.0, -1.0, math.nan, math.inf])
def test_a_study_needs_a_standard_error(se: float) -> None:
    with pytest.raises(UserError, match="standard error"):
        StudyEffect("one", -1, se)


def test_an_interval_gives_the_standard_error() -> None:
    assert StudyEffect.from_interval("one", -1, -1.98, -0.02).se == pytest.approx(0.5, rel=1e-4)
    ratio = StudyEffect.from_interval("one", 1.73, 1.44, 2.08, ratio=True)
    assert (ratio.estimate, math.exp(ratio.low)) == pytest.approx((math.log(1.73), 1.44), rel=2e-3)
    with pytest.raises(UserError, match="inside its interval"):
        StudyEffect.from_interval("one", -3, -2, -1)


def test_two_studies_have_no_prediction_interval() -> None:
    assert pool([StudyEffect("a", 1, 0.2), StudyEffect("b", 2, 0.2)]).prediction is None


def test_without_the_library_the_remedy_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymare", None)
    with pytest.raises(UserError) as raised:
        pool([StudyEffect("a", 1, 0.2), StudyEffect("b", 2, 0.2)])
    assert raised.value.remedy is not None and "pip install 'allodyne[evidence]'" in raised.value.remedy


@settings(max_examples=25, deadline=None)
@given(studies, st.randoms())
def test_order_does_not_matter(some: list[StudyEffect], random: object) -> None:
    other = list(some)
    random.shuffle(other)  # type: ignore[attr-defined]
    first, second = pool(some), pool(other)
    assert (first.estimate, first.low, first.high) == pytest.approx(
        (second.estimate, second.low, second.high), abs=1e-4
    )


@settings(max_examples=25, deadline=None)
@given(studies, effects)
def test_a_constant_shifts_the_mean_and_nothing_else(some: list[StudyEffect], constant: float) -> None:
    moved = pool([StudyEffect(one.label, one.estimate + constant, one.se) for one in some])
    found = pool(some)
    assert moved.estimate == pytest.approx(found.estimate + constant, abs=1e-4)
    assert (moved.tau2, moved.se, moved.q) == pytest.approx((found.tau2, found.se, found.q), abs=1e-3)


@settings(max_examples=25, deadline=None)
@given(effects, st.lists(errors, min_size=2, max_size=8))
def test_equal_studies_have_no_variance_between_them(effect: float, some: list[float]) -> None:
    found = pool([StudyEffect("study", effect, se) for se in some])
    assert (found.tau2, found.q, found.i2) == pytest.approx((0, 0, 0), abs=1e-9)
    assert found.estimate == pytest.approx(effect, abs=1e-9)
    # Agreement by chance makes no interval narrower than the errors of the studies do.
    assert found.se == pytest.approx(sum(se**-2 for se in some) ** -0.5)


@settings(max_examples=25, deadline=None)
@given(studies)
def test_weights_sum_to_one_and_the_mean_lies_among_the_studies(some: list[StudyEffect]) -> None:
    found = pool(some)
    assert sum(found.weights) == pytest.approx(1)
    assert found.low < found.estimate < found.high
    shares = zip(found.weights, some, strict=True)
    assert found.estimate == pytest.approx(sum(share * one.estimate for share, one in shares), abs=1e-6)
    if found.prediction:
        assert found.prediction[0] < found.low or found.k > 3
        assert found.prediction[0] < found.estimate < found.prediction[1]


def test_forest_plot_shows_every_study_the_mean_and_the_prediction_interval(bcg: Pooled) -> None:
    figure = forest_plot(bcg, "BCG", sides=("less", "more"))
    rows = list(figure.layout.yaxis.ticktext)
    assert len(rows) == len(BCG) + 2
    assert "Mean" in rows[-2] and "Prediction" in rows[-1]
    assert "13 studies" in figure.layout.title.text and "92%" in figure.layout.title.text
    assert "0.49 (0.33 to 0.73)" in figure.layout.yaxis2.ticktext[-2]
    assert figure.layout.xaxis.type == "log"
    drawn = [x for trace in figure.data for x in trace.x]
    low, high = (10**end for end in figure.layout.xaxis.range)
    assert low < min(drawn) and max(drawn) < high


def md(estimate: float) -> str:
    """A mean difference in points with its interval, as a result."""
    effect = f"type: MD, estimate: {estimate}, ci_low: {estimate - 1}, ci_high: {estimate + 1}"
    return f"units: points_0_10, effect: {{{effect}}}"
