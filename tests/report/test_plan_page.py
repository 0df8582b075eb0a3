"""The check of a plan as a page and as a section of the report: verdict, remarks, sources, figures, accepted risks."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from allodyne import Results, Study
from allodyne.report.page import render as report
from allodyne.report.plan_page import render
from allodyne.report.plan_wording import merged
from allodyne.safety.check import check_plan

REASON = "an <i>empty</i> chamber"


def a_study(**hbot: object) -> Study:
    entry = {"pressure_ata": 2.4, "minutes": 90, "sessions": 4, "air_breaks": {"minutes": 5, "every_minutes": 30}}
    return Study.from_dict(
        {
            "study": "A <plan>",
            "subjects": {"species": "human", "condition": "dpn", "n": 3},
            "days": 7,
            "arms": {"untreated": [], "hbot": [{"hbot": {**entry, **hbot}}]},
            "measure": ["pain_score"],
        }
    )


@pytest.fixture(scope="module")
def risky() -> Results:
    return a_study(pressure_ata=2.8, minutes=200, air_breaks=None).run(accept_risk=REASON)


def test_the_page_says_verdict_reasons_sources_and_remedies() -> None:
    checked = check_plan(a_study())
    page = render(checked)
    assert "A &lt;plan&gt;" in page and "<plan>" not in page
    for _, remark in merged(checked.every_remark()):
        assert remark.id in page
        for key in remark.sources:
            assert f">{key}</a>" in page or f">{key}</span>" in page
    assert "nothing here is dosing advice for a person" in page


def test_the_figures_hold_the_course_of_oxygen() -> None:
    checked = check_plan(a_study())
    course = checked.arms["hbot"].oxygen
    assert course is not None
    found = re.findall(r'data-figure="(oxygen[^"]+)">(.*?)</script>', render(checked), re.DOTALL)
    assert [name for name, _ in found] == ["oxygen-0-0", "oxygen-course-0"]
    session = {trace["name"]: trace for trace in json.loads(found[0][1])["data"]}
    assert max(session["arterial"]["y"]) == pytest.approx(course.sessions[0].arterial_mmhg, rel=1e-9)
    assert {"inspired", "alveolar", "arterial", "tissue", "pressure (ATA)"} == set(session)
    whole = json.loads(found[1][1])["data"]
    assert course.lungs is not None and tuple(whole[0]["y"]) == course.lungs.uptd_day


def test_an_accepted_risk_stands_in_the_repeated_head_of_every_printed_page(risky: Results) -> None:
    page = report(risky)
    head = re.search(r'<table class="pages"[^>]*><thead>(.*?)</thead>', page, re.DOTALL)
    assert head is not None and "an &lt;i&gt;empty&lt;/i&gt; chamber" in head[1] and "oxygen:seizures" in head[1]
    assert page.index('<table class="pages"') < page.index("<main>") < page.index("</main>") < page.rindex("</table>")
    assert risky.plan_check is not None and risky.plan_check.accepted_risk == REASON


def test_results_keep_their_check_when_written_and_read(risky: Results, tmp_path: Path) -> None:
    folder = risky.save(tmp_path / "out")
    assert Results.load(folder).plan_check == risky.plan_check


def test_a_plan_within_its_limits_has_no_banner() -> None:
    page = report(a_study().run())
    assert 'class="pages"' not in page and "Is the plan safe?" in page


def test_the_same_remark_in_two_arms_is_said_once_with_both_places() -> None:
    study = a_study().model_dump()
    entry = {"hbot": {"pressure_ata": 2.4, "minutes": 90, "sessions": 4}}
    twins = Study.from_dict({**study, "arms": {"a": [entry], "b": [entry]}, "control": "a"})
    told = [place for place, remark in merged(check_plan(twins).every_remark()) if remark.id == "oxygen:seizures"]
    assert told == ["a, entry 1 (hbot); b, entry 1 (hbot)"]
