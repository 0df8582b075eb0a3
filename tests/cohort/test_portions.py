"""Cutting a population: no number depends on it, and what follows from the numbers is the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from small_cohort import assert_same

from allodyne import Results, Study
from allodyne.cohort.portions import PORTION_BYTES, Portions, bytes_of_numbers, cut, streams
from allodyne.cohort.running import run_cohort
from allodyne.pipeline import prepare, run_study


@pytest.mark.parametrize("portion", [64, 192, 512])
def test_numbers_do_not_depend_on_how_a_population_is_cut(
    study: Study, whole: Results, tmp_path: Path, portion: int
) -> None:
    found = run_cohort(study, tmp_path / "out", portion=portion, report=False)

    assert_same(found, whole)
    assert {file.name for file in (tmp_path / "out").iterdir()} == {
        "results.zarr",
        "summary.csv",
        "effects.csv",
        "study.yaml",
    }
    assert [file.name for file in tmp_path.iterdir()] == ["out"]


PEOPLE = {"placebo": [{"placebo": {"weeks": 4}}], "waiting": []}


@pytest.mark.parametrize(
    ("condition", "measure", "days"), [("dpn", ["pain_score", "microglia"], 28), ("ms", ["relapses", "edss"], 365)]
)
def test_scores_and_events_of_people_do_not_depend_on_it_either(
    tmp_path: Path, condition: str, measure: list[str], days: int
) -> None:
    data: dict[str, Any] = {
        "study": "people",
        "subjects": {"species": "human", "condition": condition, "n": 129, "seed": 1},
        "days": days,
        "arms": PEOPLE,
        "measure": measure,
        "assess": {"every_days": days // 4},
    }
    study = Study.from_dict(data)

    assert_same(run_cohort(study, tmp_path / "out", portion=64, report=False), run_study(study))


def test_network_files_and_own_parameters_reach_every_portion(tmp_path: Path, study: Study, posterior: Any) -> None:
    extra = tmp_path / "stronger.yaml"
    extra.write_text(
        "system: pain\nlabel: Pain\nedges:\n"
        "  - {from: ectopic_activity, to: mechanical_hypersensitivity, sign: '+', gain: 2.0, basis: assumption}\n",
        encoding="utf-8",
    )
    data = study.model_dump(mode="json", exclude_none=True) | {"network": [str(extra)]}
    data["subjects"]["n"] = 70
    changed = Study.from_dict(data)

    found = run_cohort(changed, tmp_path / "out", portion=64, posterior=posterior, report=False)

    assert_same(found, run_study(changed, posterior=posterior))


def test_tables_and_report_are_those_of_a_run_in_memory(study: Study, whole: Results, tmp_path: Path) -> None:
    run_cohort(study, tmp_path / "stored", portion=128)
    whole.save(tmp_path / "kept")

    for name in ("summary.csv", "effects.csv"):
        pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "stored" / name), pd.read_csv(tmp_path / "kept" / name))
    assert (tmp_path / "stored" / "study.yaml").read_text() == (tmp_path / "kept" / "study.yaml").read_text()
    page = (tmp_path / "stored" / "report.html").read_text(encoding="utf-8")
    assert "449 simulated rats" in page or "449" in page


def test_portions_cover_everybody_once() -> None:
    portions = Portions(subjects=449, size=64)

    covered = [k for one in portions for k in range(portions.first(one), portions.first(one) + portions.count(one))]
    assert covered == list(range(449))
    assert len(portions) == 8


@pytest.mark.parametrize("size", [0, 63, 100])
def test_a_border_within_a_group_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="multiple of 64"):
        Portions(subjects=449, size=size)


def test_a_large_study_streams_and_its_portions_fit_into_memory(study: Study) -> None:
    data = study.model_dump(mode="json", exclude_none=True)
    data["subjects"]["n"] = 100_000
    data["days"] = 84
    large = Study.from_dict(data)
    portions = cut(prepare(large))

    assert streams(large) and not streams(study)
    assert 0 < bytes_of_numbers(large) * portions.size / portions.subjects < PORTION_BYTES
    assert portions.size % 64 == 0
    assert 50 <= len(portions) <= 500
