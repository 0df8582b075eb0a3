"""Claims from the command line: lists, one in full, the page, JSON and the check."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from allodyne.claims.check import Tested as Examined
from allodyne.claims.check import examine, find_claims
from allodyne.claims.experiments import run_without
from allodyne.claims.page import GENERATOR, render
from allodyne.claims.tables import print_claim, print_list
from allodyne.claims.wording import plan_text, source_lines
from allodyne.cli import app
from allodyne.evidence.pages import is_page_of

QUICK, PLAIN = "E10", "B21"
"""A claim with a short experiment, and one without."""


def invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["claims", *map(str, arguments)], env={"COLUMNS": "140"})


def words(text: str) -> str:
    return " ".join(text.split())


def listed(found: list[Examined], width: int) -> str:
    stream = io.StringIO()
    print_list(found, Console(file=stream, width=width))
    return stream.getvalue()


@pytest.fixture(scope="module")
def found() -> list[Examined]:
    return examine(find_claims([QUICK, PLAIN]))


@pytest.fixture(scope="module")
def failing(found: list[Examined]) -> Examined:
    whole = found[0]
    (cut,) = run_without([(whole.experiments[0].name, whole.claim.mechanism)])
    return Examined(whole.claim, whole.verdict, (cut,))


def test_a_claim_is_told_in_full(found: list[Examined]) -> None:
    outcome = invoke(QUICK.lower())

    assert outcome.exit_code == 0, outcome.output
    text, one = words(outcome.output), found[0]
    assert one.claim.claim in text
    assert one.verdict.word in text
    assert f"support {one.verdict.support:+.2f} (support, not a probability)" in text
    assert f"for {one.verdict.balance.for_weight:.2f}, against {one.verdict.balance.against_weight:.2f}" in text
    assert "the result depends on the mechanism" in text
    assert "5 to 95 percent of subjects" in text
    for line in source_lines(one.verdict):
        assert f"{line.key} ({line.kind}, {line.stance})" in text
        assert line.address in outcome.output
    assert "nothing here is dosing advice for a person" in text


def test_a_rule_of_plans_shows_its_check_its_limits_and_its_facts(found: list[Examined]) -> None:
    text, one = words(invoke(PLAIN).output), found[1]

    assert one.claim.check is not None
    assert one.plans and all(words(plan_text(plan)) in text for plan in one.plans)
    assert all(seen.limit.what in text for seen in one.verdict.limits)
    assert all(key in text for key in one.claim.check.facts)


def test_an_unknown_claim_is_one_message_with_the_nearest() -> None:
    outcome = invoke("E100")

    assert outcome.exit_code == 2
    assert "E10" in outcome.output.split("remedy")[1]
    assert "Traceback" not in outcome.output


@pytest.mark.parametrize("width", [80, 100, 140])
def test_the_list_has_a_row_for_each_claim(found: list[Examined], width: int) -> None:
    text = listed(found, width)

    assert max(map(len, text.splitlines())) <= width
    assert re.search(rf"^{QUICK} .*behaves", text, re.MULTILINE)
    assert re.search(rf"^{PLAIN} ", text, re.MULTILINE)
    assert "2 claims" in text
    assert "1 of 1 with an experiment" in words(text)


def test_a_failing_row_is_shown_as_failing(failing: Examined) -> None:
    text = listed([failing], 140)

    assert re.search(rf"^{QUICK} .*FAILS", text, re.MULTILINE)
    assert "in 0 of 1" in text
    stream = io.StringIO()
    print_claim(failing, {}, Console(file=stream, width=140))
    assert "DISAGREES" in stream.getvalue()


def test_a_row_that_did_not_run_says_so(found: list[Examined]) -> None:
    idle = Examined(found[0].claim.model_copy(update={"experiments": ()}), found[0].verdict, ())
    text = listed([idle], 140)

    assert "NOT RUN" in text
    assert f"Not run: {QUICK}" in text


def test_the_check_counts_and_exits_with_zero_when_all_ran() -> None:
    outcome = invoke(QUICK, PLAIN, "--check")

    assert outcome.exit_code == 0, outcome.output
    assert "2 of 2 rows ran" in outcome.output
    assert "1 of 1 mechanism rows behave as published" in outcome.output
    assert "1 of 1 mechanism rows no longer behave when their mechanism is cut" in outcome.output


def test_programs_get_one_object_for_each_claim() -> None:
    outcome = invoke(QUICK, PLAIN, "--json")

    assert outcome.exit_code == 0, outcome.output
    first, second = json.loads(outcome.stdout, parse_constant=pytest.fail)
    assert (first["id"], first["standing"], first["depends_on_mechanism"]) == (QUICK, "behaves", True)
    assert first["experiments"][0]["comparisons"][0]["agrees"] is True
    assert (second["id"], second["standing"], second["experiments"]) == (PLAIN, "behaves", [])
    assert second["plans"] and all(plan["behaves"] for plan in second["plans"])
    assert all(-1 <= one["support"] <= 1 for one in (first, second))


def test_the_page_holds_everything_and_loads_nothing(found: list[Examined], failing: Examined) -> None:
    html = render([failing, found[1]], {QUICK: False})
    own = re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL)

    assert html.count("<article id=") == 2
    assert f'href="#{PLAIN}"' in own
    assert "FAILS" in own
    assert not re.search(r"""(?:src|srcset|action)=|<link|@import|url\(""", own)
    assert all(address.startswith(("#", "https://", "http://")) for address in re.findall(r'href="([^"]*)"', own))
    (figure,) = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', html)
    assert json.loads(figure)["data"]
    assert own.count("nothing here is dosing advice for a person") == 2


def test_a_bare_option_writes_the_default_page_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = invoke("--html", PLAIN)

    assert outcome.exit_code == 0, outcome.output
    (file,) = tmp_path.iterdir()
    assert file.name == "claims.html"
    assert is_page_of(file, GENERATOR)
    assert file.read_text(encoding="utf-8").rstrip().endswith("</html>")
    assert invoke(PLAIN, "--html", file).exit_code == 0


def test_another_kind_of_file_is_kept_unless_forced(tmp_path: Path) -> None:
    file = tmp_path / "mine.html"
    file.write_text("<p>mine</p>", encoding="utf-8")

    refused = invoke(PLAIN, "--html", file)
    assert refused.exit_code == 2
    assert "--force" in refused.output
    assert file.read_text(encoding="utf-8") == "<p>mine</p>"

    assert invoke(PLAIN, "--html", file, "--force").exit_code == 0
    assert is_page_of(file, GENERATOR)


@pytest.mark.parametrize("name", ["page.txt", "missing/page.html", "."])
def test_a_place_that_cannot_hold_a_page_is_refused(tmp_path: Path, name: str) -> None:
    outcome = invoke(PLAIN, "--html", tmp_path / name)

    assert outcome.exit_code == 2
    assert "Traceback" not in outcome.output
    assert not list(tmp_path.iterdir())
