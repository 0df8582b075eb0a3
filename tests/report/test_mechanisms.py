"""The account of mechanisms is read back as it was written."""

from __future__ import annotations

import json
from io import StringIO

from rich.console import Console

from allodyne.report import Results, print_summary
from allodyne.report.mechanisms import mechanisms
from allodyne.report.page import render

RECORDS = [
    {
        "arm": "hbot",
        "against": "untreated",
        "outcome": "mechanical_threshold",
        "day": 7.0,
        "change": -0.5,
        "inputs": [
            {
                "species": "gaba_tone",
                "label": "GABAergic inhibition",
                "change": -0.3,
                "inputs": [{"species": "kcc2", "label": "KCC2", "change": 0.6, "inputs": []}],
            },
            {"species": "glutamate", "label": "glutamate", "change": 0.1, "inputs": []},
        ],
    }
]


def with_account(results: Results) -> Results:
    return Results(results.data.assign_attrs(mechanisms=json.dumps(RECORDS)))


def test_shares_are_parts_of_the_whole(results: Results) -> None:
    (one,) = mechanisms(with_account(results))

    assert [part.share for part in one.inputs] == [0.6, -0.2]


def test_the_table_names_the_path(results: Results) -> None:
    table = with_account(results).mechanisms()

    assert list(table["path"]) == [
        "gaba_tone > mechanical_threshold",
        "kcc2 > gaba_tone > mechanical_threshold",
        "glutamate > mechanical_threshold",
    ]


def test_results_without_an_account_have_an_empty_table(results: Results) -> None:
    assert results.mechanisms().empty


def test_terminal_and_page_show_it(results: Results) -> None:
    told = StringIO()
    print_summary(with_account(results), Console(file=told, width=100))

    assert "GABAergic inhibition 60%" in " ".join(told.getvalue().split())
    assert "GABAergic inhibition" in render(with_account(results))
