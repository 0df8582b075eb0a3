"""Every example makes sense, can be solved, and lays what was published beside what was simulated."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from allodyne import Study
from allodyne.cli import app
from allodyne.report import Results
from allodyne.study.expectations import SINGLE_ARM, Published

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.yaml"))
FEW = 8


def few(path: Path) -> Study:
    """Read an example with few subjects."""
    study = Study.from_yaml(path)
    return study.model_copy(update={"subjects": study.subjects.model_copy(update={"n": FEW})})


@pytest.fixture(scope="module", params=EXAMPLES, ids=lambda path: path.stem)
def run(request: pytest.FixtureRequest) -> tuple[Study, Results]:
    """An example with few subjects, and its results."""
    study = few(request.param)
    return study, study.run()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_check_understands_the_example(path: Path) -> None:
    result = CliRunner().invoke(app, ["check", str(path)])
    assert result.exit_code == 0
    assert "makes sense" in result.output


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_example_says_what_it_took_from_where(path: Path) -> None:
    study = Study.from_yaml(path)
    assert study.published
    assert study.notes is not None and "not stated" in study.notes


def test_every_subject_is_solved_within_the_tolerance(run: tuple[Study, Results]) -> None:
    study, results = run
    assert results.status.shape == (len(study.arms), FEW)
    assert (results.status == 0).all()
    assert 0 < results.data.attrs["achieved_error"] <= study.tolerance
    for outcome in study.outcomes:
        assert np.isfinite(results.values(outcome.name)).all()
        truth = results.values(outcome.name, true=True)
        assert (truth > 0).all() if outcome.form == "fold" else (truth >= 0).all()


def test_every_published_result_stands_beside_a_simulated_one(run: tuple[Study, Results]) -> None:
    study, results = run
    table = results.against_published()
    wanted = [(one.arm, against(one, study), one.outcome, one.statistic, one.source) for one in study.published]
    columns = ["arm", "against", "outcome", "statistic", "source"]
    assert list(table[columns].itertuples(index=False, name=None)) == wanted
    assert table["day"].to_list() == pytest.approx([one.day for one in study.published], abs=0.001)
    assert np.isfinite(table[["simulated", "simulated_low", "simulated_high"]].to_numpy()).all()
    assert (table["published_direction"].notna() | table["published"].notna()).all()


def against(one: Published, study: Study) -> str:
    """Arm that a published result compares with; none for statistics of one arm."""
    return "" if one.statistic in SINGLE_ARM else one.against or study.control
