"""Findings: every shipped one is read, and a malformed file is refused with the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from allodyne.errors import EvidenceError
from allodyne.evidence.findings import load_findings, read_findings
from allodyne.evidence.papers import load_papers

GOOD = """\
- id: own2026-hbot-cci-mechanical_threshold
  paper: own2026
  kind: treatment
  species: rat
  condition: cci
  treatments:
  - {hbot: {pressure_ata: [2, 2.4], minutes: 60, sessions: 5}}
  - {drug: {name: gabapentin, dose_mg_kg: 30}}
  comparator: untreated
  outcome: {variable: mechanical_threshold, time_days: 7}
  result: {direction: up, effect: {type: MD, estimate: 3, ci_low: 1, ci_high: 5}, units: g}
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "own.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_all_shipped_findings_are_read_with_a_known_paper() -> None:
    findings = load_findings()

    assert len(findings) > 1000
    assert all(key == finding.id for key, finding in findings.items())
    assert {finding.paper for finding in findings.values()} <= set(load_papers())


def test_a_finding_keeps_what_its_record_says() -> None:
    found = load_findings()["kim2005-acupuncture-transection-cold_response-yohimbine-d14"]

    assert found.kind == "blocker" and found.blocker is not None
    assert found.blocker.target == "alpha2"
    assert found.treatments[0].acupuncture is not None
    assert found.treatments[0].acupuncture.frequency_hz == (2,)
    assert found.outcome.time_days == 14
    assert found.result.direction == "up"


def test_treatments_say_what_was_given(tmp_path: Path) -> None:
    found = read_findings(written(tmp_path, GOOD))["own2026-hbot-cci-mechanical_threshold"]

    assert [one.kind for one in found.treatments] == ["hbot", "drug"]
    assert found.treatments[0].label == "HBOT, 2 to 2.4 ATA, 60 min, 5 sessions"
    assert found.treatments[1].label == "gabapentin, 30 mg/kg"


@pytest.mark.parametrize(
    ("dose", "label"),
    [("fio2: 0.21, pressure_ata: 1.3", "compressed air, 1.3 ATA"), ("fio2: 1.0, pressure_ata: 1", "oxygen, 1 ATA")],
)
def test_controls_of_hbot_are_not_called_hbot(tmp_path: Path, dose: str, label: str) -> None:
    text = GOOD.replace("pressure_ata: [2, 2.4], minutes: 60, sessions: 5", dose)

    assert next(iter(read_findings(written(tmp_path, text)).values())).treatments[0].label == label


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("species: rat", "species: rst", 4, "rat"),
        ("condition: cci", "condition: ccj", 5, "cci"),
        ("  kind: treatment\n", "", 1, "kind"),
        ("time_days: 7", "time_day: 7", 10, "time_day"),
        ("sessions: 5", "sessions: many", 7, "number"),
        ("pressure_ata: [2, 2.4]", "pressure_ata: high", 7, "number"),
        ("direction: up, ", "", 1, "direction"),
        ("kind: treatment", "kind: blocker", 1, "blocker"),
        ("{drug: {name: gabapentin, dose_mg_kg: 30}}", "{hbot: {}, drug: {name: gabapentin}}", 8, "one of hbot"),
        ("{drug: {name: gabapentin, dose_mg_kg: 30}}", "{}", 8, "one of hbot"),
    ],
)
def test_a_malformed_record_is_refused_with_its_line(tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
    file = written(tmp_path, GOOD.replace(old, new))

    with pytest.raises(EvidenceError) as refused:
        read_findings(file)

    assert f"{file}, line {line}" in str(refused.value.where)
    assert said in str(refused.value)


def test_an_id_stands_once(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="twice") as refused:
        read_findings(written(tmp_path, GOOD + GOOD))

    assert "line 12" in str(refused.value.where)


def test_what_is_not_a_list_of_findings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="list"):
        read_findings(written(tmp_path, "kind: treatment\n"))
