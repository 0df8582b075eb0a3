"""A study of several portions, and its numbers from one go in memory."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_cohort import STUDY

from allodyne import Results, Study
from allodyne.pipeline import run_study


@pytest.fixture(scope="session")
def study_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("study") / "portions.yaml"
    file.write_text(STUDY, encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def study(study_file: Path) -> Study:
    return Study.from_yaml(study_file)


@pytest.fixture(scope="session")
def whole(study: Study) -> Results:
    return run_study(study)
