"""Running a study from the command line: results appear whole or not at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from allodyne import Results
from allodyne.calibrate.posterior import Posterior, save_posterior
from allodyne.cli import app
from allodyne.simulate.backend import accelerators

STUDY = """\
study: Small
subjects: {species: rat, condition: cci, n: 5, seed: 2}
days: 3
arms:
  untreated: []
  hbot:
    - hbot: {pressure_ata: 2.0, fio2: 1.0, minutes: 60, sessions: 2, start_day: 1}
measure: [mechanical_threshold, p_mtor]
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    file = tmp_path / "small.yaml"
    file.write_text(STUDY, encoding="utf-8")
    return file


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["run", *map(str, arguments)], env={"COLUMNS": "110"})


def test_a_run_writes_a_whole_folder_and_prints_what_it_found(study: Path, tmp_path: Path) -> None:
    outcome = run(study, "--out", tmp_path / "out")

    assert outcome.exit_code == 0, outcome.output
    names = {file.name for file in (tmp_path / "out").iterdir()}
    assert names == {"results.nc", "results.csv", "summary.csv", "effects.csv", "study.yaml", "report.html"}
    assert "Mechanical withdrawal threshold" in outcome.output
    assert "Largest error in ln x" in outcome.output
    assert "nothing here is dosing advice for a person" in " ".join(outcome.output.split())
    assert Results.load(tmp_path / "out").arms == ["untreated", "hbot"]


def test_the_study_as_run_gives_the_same_results_again(study: Path, tmp_path: Path) -> None:
    run(study, "--out", tmp_path / "first", "--seed", "9", "--no-report")
    again = run(tmp_path / "first" / "study.yaml", "--out", tmp_path / "second", "--quiet")

    assert again.exit_code == 0, again.output
    first, second = Results.load(tmp_path / "first"), Results.load(tmp_path / "second")
    assert first.data.attrs["seed"] == 9
    assert first.data["p_mtor"].equals(second.data["p_mtor"])


def test_an_existing_folder_is_kept_unless_forced(study: Path, tmp_path: Path) -> None:
    target = tmp_path / "out"
    run(study, "--out", target, "--no-report")
    before = (target / "results.csv").read_bytes()

    refused = run(study, "--out", target, "--seed", "7")
    assert refused.exit_code == 2
    assert "--force" in refused.output
    assert (target / "results.csv").read_bytes() == before

    assert run(study, "--out", target, "--seed", "7", "--force", "--no-report").exit_code == 0
    assert (target / "results.csv").read_bytes() != before


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("pressure_ata: 2.0", "presure_ata: 2.0", "pressure_ata"),
        ("species: rat", "species: rabbit", "rat"),
        ("condition: cci", "condition: ccii", "cci"),
        ("p_mtor", "p_mtorr", "p_mtor"),
        ("pressure_ata: 2.0", "pressure_ata: 20", "20"),
        ("pressure_ata: 2.0", "pressure_ata: 0.1", "0.1"),
        ("minutes: 60", "minutes: 1800", "1800"),
        ("minutes: 60", "minutes: -5", "-5"),
        ("  untreated: []\n", "  untreated:\n", "[]"),
        ("  untreated: []\n", "  untreated: []\n  untreated: []\n", "twice"),
        ("    - hbot: {", "    - hbott: {", "hbot"),
        ("days: 3", "days: three", "days"),
    ],
)
def test_a_mistake_in_the_study_is_one_message_with_line_and_remedy(
    study: Path, tmp_path: Path, old: str, new: str, told: str
) -> None:
    assert old in STUDY
    study.write_text(STUDY.replace(old, new), encoding="utf-8")

    outcome = run(study, "--out", tmp_path / "out")

    assert outcome.exit_code == 2
    assert told in outcome.output
    assert "line" in outcome.output
    assert "Traceback" not in outcome.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("text", ["", "- a list\n", "just words\n", "a: [unclosed\n", "\x00\x01"])
def test_what_is_no_study_is_refused(study: Path, tmp_path: Path, text: str) -> None:
    study.write_text(text, encoding="utf-8")

    outcome = run(study, "--out", tmp_path / "out")

    assert outcome.exit_code == 2
    assert "Traceback" not in outcome.output


def test_a_huge_file_and_a_missing_one_are_refused(study: Path, tmp_path: Path) -> None:
    with study.open("ab") as stream:
        stream.truncate(100_000_000)

    assert "MB" in run(study).output
    missing = run(tmp_path / "smal.yaml")
    assert missing.exit_code == 2
    assert "small.yaml" in missing.output


def test_a_folder_that_cannot_be_written_is_refused_before_the_run(study: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")

    outcome = run(study, "--out", tmp_path / "file" / "out")

    assert outcome.exit_code == 2
    assert "Traceback" not in outcome.output


def test_a_posterior_of_own_data_is_used_and_named(study: Path, tmp_path: Path, posterior: Posterior) -> None:
    folder = tmp_path / "rats_posterior"
    folder.mkdir()
    save_posterior(posterior, folder)

    outcome = run(study, "--posterior", folder, "--out", tmp_path / "out")

    assert outcome.exit_code == 0, outcome.output
    words = " ".join(outcome.output.split())
    assert "model (90%)" in words
    assert "Parameters: calibrated on 12 findings of own data (rats.csv)" in words
    assert Results.load(tmp_path / "out").effects()["model_low"].notna().all()
    assert "90 percent over the calibrated parameters" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_a_folder_without_a_posterior_is_refused_before_the_run(study: Path, tmp_path: Path) -> None:
    outcome = run(study, "--posterior", tmp_path, "--out", tmp_path / "out")

    assert outcome.exit_code == 2
    assert "There is no posterior here" in outcome.output
    assert "allodyne calibrate" in outcome.output
    assert not (tmp_path / "out").exists()


RISKY = """\
study: Too long
subjects: {species: human, condition: dpn, n: 3, seed: 2}
days: 3
arms:
  untreated: []
  hbot:
    - hbot: {pressure_ata: 2.8, fio2: 1.0, minutes: 200, sessions: 2}
measure: [pain_score]
"""


def test_a_plan_that_breaks_a_hard_limit_does_not_run(tmp_path: Path) -> None:
    file = tmp_path / "risky.yaml"
    file.write_text(RISKY, encoding="utf-8")

    refused = run(file, "--out", tmp_path / "out")
    assert refused.exit_code == 2 and not (tmp_path / "out").exists()
    told = " ".join(refused.output.split())
    assert "seizures" in told and "risky.yaml, line 7" in told and "--accept-risk" in told

    done = run(file, "--out", tmp_path / "out", "--accept-risk", "nobody is inside")
    assert done.exit_code == 0, done.output
    assert "nobody is inside" in " ".join(done.output.split())
    assert "nobody is inside" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_a_contraindicated_person_stops_the_run(tmp_path: Path) -> None:
    file, person = tmp_path / "plan.yaml", tmp_path / "person.yaml"
    file.write_text(RISKY.replace("2.8", "2.0").replace("200", "60"), encoding="utf-8")
    person.write_text("{patient: a man, age: 50, sex: male, conditions: {pneumothorax: untreated}}", encoding="utf-8")
    refused = run(file, "--out", tmp_path / "out", "--subject", person)
    assert refused.exit_code == 2 and "pneumothorax" in refused.output


def test_single_precision_is_asked_for_said_and_close_to_double(study: Path, tmp_path: Path) -> None:
    told = run(study, "--out", tmp_path / "single", "--precision", "single", "--device", "cpu", "--no-report")
    run(study, "--out", tmp_path / "double", "--no-report", "--quiet")

    assert told.exit_code == 0, told.output
    assert "Solved on processor cores in single precision." in " ".join(told.output.split())
    single, double = (Results.load(tmp_path / name) for name in ("single", "double"))
    assert (single.data.attrs["precision"], double.data.attrs["precision"]) == ("single", "double")
    levels, exact = (one.values("p_mtor", true=True) for one in (single, double))
    assert not np.array_equal(levels, exact)
    np.testing.assert_allclose(levels, exact, rtol=2e-3)


@pytest.mark.skipif(bool(accelerators()), reason="there is an accelerator")
def test_an_accelerator_that_is_not_there_is_a_mistake(study: Path, tmp_path: Path) -> None:
    outcome = run(study, "--out", tmp_path / "out", "--device", "gpu")

    assert outcome.exit_code == 2
    assert "There is no accelerator" in outcome.output
    assert not (tmp_path / "out").exists()
