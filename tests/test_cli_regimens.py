"""Usual regimens from the command line."""

from __future__ import annotations

import json

import pytest
import typer
from typer.testing import CliRunner

from allodyne.commands.regimens import regimens
from allodyne.errors import UserError
from allodyne.evidence.papers import source

app = typer.Typer()
app.command()(regimens)


def said(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "160"})
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize(
    ("treatment", "expected"),
    [("hbot", "2 to 3.06"), ("exercise", "20 to 300"), ("acupuncture", "8 to 15")],
)
def test_a_treatment_is_printed_for_people_rats_and_mice_with_its_sources(treatment: str, expected: str) -> None:
    output = said(treatment)

    assert expected in output
    assert all(title in output for title in ("People", "Rat", "Mouse"))
    assert "no advice for a person" in output


def test_json_holds_ranges_protocols_and_known_sources() -> None:
    found = {(one["animal"], one["id"]): one for one in json.loads(said("hbot", "--json"))}
    minutes = found["human", "hbot.minutes"]

    assert minutes["usual"]["low"] <= minutes["published"]["low"] <= minutes["published"]["median"]
    assert minutes["published"]["median"] <= minutes["published"]["high"] <= minutes["usual"]["high"]
    for one in found.values():
        for key in [*(one["stated"] or {}).get("sources", []), *(one["published"] or {}).get("papers", [])]:
            assert source(key).citation


def test_an_unknown_treatment_is_a_mistake_of_the_user() -> None:
    result = CliRunner().invoke(app, ["acupunture"])

    assert isinstance(result.exception, UserError)
    assert "acupuncture" in str(result.exception)
