"""Everything together: misses with their edges, scope, aims, and what is written."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from rich.console import Console

from allodyne.network import Network
from allodyne.scoring.page import render
from allodyne.scoring.prediction_records import COLUMNS, csv_text
from allodyne.scoring.scope import group_of
from allodyne.scoring.tables import print_validation
from allodyne.scoring.to_json import json_text
from allodyne.scoring.validation import Validation


def test_a_miss_names_its_paper_and_the_edges_that_carry_it(small: Validation, network: Network) -> None:
    (one,) = small.failures

    assert (one.prediction.experiment.id, one.found, one.predicted) == ("missed", "up", "down")
    assert "Guo" in one.citation
    assert 1 <= len(one.edges) <= 5
    assert all(edge.basis == network.edges[edge.edge].basis for edge in one.edges)
    # The injury makes hypersensitivity rise, which is what lowers the threshold: only edges that raise it are to blame.
    assert all(edge.change > 0 for edge in one.edges)
    assert any(edge.edge.endswith(">mechanical_hypersensitivity") for edge in one.edges)
    sizes = [abs(edge.change) for edge in one.edges]
    assert sizes == sorted(sizes, reverse=True)


def test_scope_counts_what_the_model_could_show(small: Validation) -> None:
    counts = small.scope.counts

    assert (counts["animals"].findings, counts["animals"].within, counts["animals"].expressed) == (3, 3, 2)
    assert (counts["people"].findings, counts["people"].within) == (1, 0)
    assert counts["all"].share == pytest.approx(2 / 3, rel=1e-12)
    assert counts["all"].share_of_all == pytest.approx(2 / 4, rel=1e-12)
    assert {one.id: one.outside for one in small.scope.refused} == {"refused": False, "beyond": True}
    assert sum(small.scope.reasons.values()) == 1


def test_reasons_of_one_kind_stand_together() -> None:
    assert group_of("condition other (burn injury)") == group_of("condition other (insomnia)")
    assert group_of("There is no drug 'vitamin B'.") == group_of("There is no drug 'methylcobalamin'.")
    assert group_of("something 'new' (in words)") == "something ..."


def test_each_aim_is_held_against_what_was_found(small: Validation) -> None:
    standing = {goal.id: goal.standing for goal in small.goals}

    assert standing["directions"] == "missed"
    assert standing["blockers"] == "nothing to score"
    assert standing["coverage"] == "missed"
    assert standing["beats_pooled"] == "nothing to score"
    assert standing["scope_animals"] == "missed"


def test_programs_get_plain_values(small: Validation) -> None:
    found = json.loads(json_text(small), parse_constant=pytest.fail)

    assert found["agreement"][0]["held_out"]["hits"] == 1
    assert found["agreement"][0]["held_out"]["by_record"]["low"] is None
    assert found["bands"]["0.05"]["all"]["count"] == 2
    assert found["confusion"]["held_out"]["up"] == {"up": 1, "down": 1, "none": 0, "failed": 0}
    assert found["failures"][0]["edges"][0]["edge"]
    assert found["parameters"]["findings_of_papers_outside_the_calibration"] == 2
    assert [one["status"] for one in found["predictions"]] == ["hit", "miss", "refused", "outside"]


def test_the_table_has_a_line_for_each_finding(small: Validation) -> None:
    rows = list(csv.DictReader(io.StringIO(csv_text(small))))

    assert tuple(rows[0]) == COLUMNS
    assert [row["id"] for row in rows] == ["seen", "missed", "refused", "beyond"]
    assert (rows[0]["published"], rows[0]["predicted_held_out"], rows[0]["size"]) == ("up", "up", "0.6")
    assert rows[0]["published_size"] == "0.693147"
    assert rows[2]["reason"]


@pytest.mark.parametrize("width", [80, 100])
def test_the_terminal_begins_with_the_main_score(small: Validation, width: int) -> None:
    stream = io.StringIO()
    print_validation(small, Console(file=stream, width=width))
    text = " ".join(stream.getvalue().split())

    assert max(map(len, stream.getvalue().splitlines())) <= width
    assert "1 of 2 findings of 2 papers is predicted held out: 50%" in text
    assert text.index("blockers and knock-outs") < text.index("band for none") < text.index("Scope")
    assert "missed: found up, predicted down" in text
    assert "Held out: predicted with parameters fitted to other papers only." in text
    assert "nothing here is dosing advice for a person" in text


def test_the_page_holds_everything_and_loads_nothing(small: Validation) -> None:
    html = render(small)
    own = re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL)

    assert "What held out means" in own
    assert "80 percent on blockers and knock-outs" in own
    assert "<b>unheard_of" not in own
    assert not re.search(r"""(?:src|srcset|action)=|<link|@import|url\(""", own)
    figures = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', html, re.DOTALL)
    assert len(figures) == 3
    assert all(json.loads(one)["data"] for one in figures)
