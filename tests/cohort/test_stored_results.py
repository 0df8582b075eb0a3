"""Results that stay in their store: the same answers as results in memory, without reading all of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_cohort import assert_same

from allodyne import Results, Study
from allodyne.cohort.running import run_cohort
from allodyne.errors import OutputError, UserError


@pytest.fixture(scope="module")
def folder(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("stored") / "out"
    run_cohort(study, target, portion=192, report=False)
    return target


@pytest.fixture
def stored(folder: Path) -> Results:
    return Results.load(folder)


def test_nothing_is_read_before_it_is_asked_for(folder: Path) -> None:
    for place in (folder, folder / "results.zarr"):
        results = Results.load(place)
        assert not any(results.data[name].variable._in_memory for name in results.outcomes)


def test_tables_are_those_of_results_in_memory(stored: Results, whole: Results) -> None:
    pd.testing.assert_frame_equal(stored.summary(), whole.summary())
    pd.testing.assert_frame_equal(stored.effects(), whole.effects())
    pd.testing.assert_frame_equal(stored.effects("p_mtor", day=6), whole.effects("p_mtor", day=6))
    pd.testing.assert_frame_equal(stored.to_frame(), whole.to_frame())
    pd.testing.assert_frame_equal(stored.mechanisms(), whole.mechanisms())


def test_arms_are_found_by_name_and_attributes_are_kept(stored: Results, whole: Results) -> None:
    np.testing.assert_array_equal(
        stored.data["p_mtor"].sel(arm="hbot", day=3).to_numpy(), whole.data["p_mtor"].sel(arm="hbot", day=3).to_numpy()
    )
    assert (stored.arms, stored.days, stored.times) == (whole.arms, whole.days, whole.times)
    assert stored.sessions == whole.sessions and stored.failed == whole.failed and stored.draws == whole.draws
    assert stored.units("mechanical_threshold") == "g"
    ours = {"runtime_s", "order", "plan_check"}
    assert {key: value for key, value in stored.data.attrs.items() if key not in ours} == {
        key: value for key, value in whole.data.attrs.items() if key not in ours
    }
    assert stored.plan_check is not None


def test_they_can_be_saved_as_netcdf(stored: Results, whole: Results, tmp_path: Path) -> None:
    assert_same(Results.load(stored.save(tmp_path / "copy")), whole)


def test_only_a_folder_of_ours_is_replaced(study: Study, whole: Results, tmp_path: Path) -> None:
    target = tmp_path / "out"
    run_cohort(study, target, portion=512, report=False)

    with pytest.raises(OutputError, match="exists already"):
        run_cohort(study, target)
    assert_same(run_cohort(study, target, portion=192, report=False, force=True), whole)
    (target / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="what Allodyne did not write"):
        run_cohort(study, target, force=True)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_what_is_no_store_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "results.zarr").mkdir()

    with pytest.raises(UserError, match="no finished Zarr"):
        Results.load(tmp_path)
