"""``allodyne calibrate`` from the shell, on a laboratory's own data."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from allodyne.calibrate.posterior import NUMBERS, PROVENANCE, load_posterior, read_posterior

OWN = Path(__file__).parents[1] / "examples" / "own_data"
DATA, STUDY = OWN / "hbot_after_constriction.csv", OWN / "hbot_after_constriction.yaml"


def shell(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "allodyne.cli", *words]
    return subprocess.run(command, capture_output=True, text=True, env=os.environ | {"COLUMNS": "100"}, check=False)


@pytest.fixture(scope="module")
def calibrated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    out = tmp_path_factory.mktemp("own") / "posterior"
    words = ("calibrate", "--data", str(DATA), "--study", str(STUDY), "--rounds", "1", "--out", str(out))
    return out, shell(*words)


def test_own_data_move_the_shipped_posterior(calibrated: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    out, done = calibrated
    assert done.returncode == 0, done.stderr

    own, shipped = read_posterior(out), load_posterior()
    moved = shipped.aligned(own.names, shipped.point / shipped.sd) - own.point / own.sd

    assert 0.01 < np.abs(moved).max() < 3
    assert np.all(own.spread() <= shipped.aligned(own.names, shipped.spread()) + 1e-3)
    assert own.provenance["findings"]["papers"] == 1


def test_a_study_is_run_with_it(calibrated: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path) -> None:
    out, _ = calibrated
    done = shell("run", str(STUDY), "--posterior", str(out), "--out", str(tmp_path / "results"))

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--data", str(DATA)), "A CSV file needs a study file."),
        (("--study", str(STUDY)), "--study belongs to a CSV file"),
        (("--data", str(OWN / "nothing.csv"), "--study", str(STUDY)), "nothing.csv"),
        (("--method", "guess"), "guess"),
    ],
)
def test_mistakes_are_told_without_a_traceback(words: tuple[str, ...], message: str, tmp_path: Path) -> None:
    done = shell("calibrate", *words, "--out", str(tmp_path / "out"))

    assert done.returncode == 2
    assert message in " ".join((done.stdout + done.stderr).split())
    assert "Traceback" not in done.stderr


def test_a_damaged_posterior_is_refused(
    calibrated: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    (tmp_path / PROVENANCE).write_text((calibrated[0] / PROVENANCE).read_text())
    (tmp_path / NUMBERS).write_bytes(b"not numbers")

    done = shell("run", str(STUDY), "--posterior", str(tmp_path))

    assert done.returncode == 2
    assert "damaged" in done.stderr
