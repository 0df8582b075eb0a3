import csv
import os
import sys
from pathlib import Path

import h5netcdf
import numpy as np
import pandas as pd
import pytest
import xarray as xr

from allodyne.errors import OutputError, UserError
from allodyne.report import Results, check_folder, write_results

FILES = ["effects.csv", "report.html", "results.csv", "results.nc", "study.yaml", "summary.csv"]


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(scope="module")
def written(failing, tmp_path_factory):
    return write_results(failing, tmp_path_factory.mktemp("out") / "run", force=False)


def test_folder_holds_everything_and_nothing_lies_beside_it(written):
    assert names(written) == FILES
    assert names(written.parent) == ["run"]


def test_netcdf_round_trip_keeps_values_units_and_versions(failing, written):
    for path in (written, written / "results.nc"):
        xr.testing.assert_equal(Results.load(path).data, failing.data)
    again = Results.load(written)
    assert again.units("mechanical_threshold") == "g"
    assert again.data.attrs["allodyne_version"] == "0.1.0"
    assert again.arms == failing.arms
    assert again.sessions == failing.sessions
    assert again.failed == {"untreated": 0, "hbot": 2, "hbot + exercise": 0}
    with h5netcdf.File(written / "results.nc") as file:
        assert file.variables["mechanical_threshold"].compression


def test_attributes_that_netcdf_cannot_hold_are_written_as_text(make, tmp_path):
    results = make(subjects=4, days=3, runtime_s=None, parameters={"gain": 1}, long="x" * 100_000)
    loaded = Results.load(write_results(results, tmp_path / "run", force=False, report=False))
    assert "runtime_s" not in loaded.data.attrs
    assert loaded.data.attrs["parameters"] == '{"gain": 1}'
    assert len(loaded.data.attrs["long"]) == 100_000


def test_csv_says_the_same_as_the_frame(failing, written):
    frame, read = failing.to_frame(), pd.read_csv(written / "results.csv")
    key = ["outcome", "arm", "day", "subject"]
    assert list(read.columns) == list(frame.columns)
    frame = frame.astype({"arm": str, "outcome": str, "units": str, "status": str}).sort_values(key, ignore_index=True)
    read = read.sort_values(key, ignore_index=True)
    np.testing.assert_allclose(read[["value", "true_value"]], frame[["value", "true_value"]], rtol=1e-5)
    for column in (*key, "units", "status"):
        assert (read[column] == frame[column]).all()


def test_failed_subjects_have_empty_fields_in_the_csv(written):
    text = (written / "results.csv").read_text()
    assert "hbot,7,5,thermal_latency,,,s,not finite\n" in text
    assert "nan" not in text


def test_arm_names_with_commas_and_quotes_survive_the_csv(make, tmp_path):
    results = make(subjects=3, days=2)
    name = 'hbot, "2 ATA"'
    renamed = Results(results.data.assign_coords(arm=["untreated", name, "c"]))
    folder = write_results(renamed, tmp_path / "run", force=False, report=False)
    with (folder / "results.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["arm"] for row in rows} == {"untreated", name, "c"}
    assert len(rows) == 4 * 3 * 2 * 3


def test_tables_and_study_are_those_of_the_results(failing, written):
    assert len(pd.read_csv(written / "summary.csv")) == len(failing.summary())
    effects = pd.read_csv(written / "effects.csv")
    np.testing.assert_allclose(effects["g"], failing.effects()["g"].astype(float), rtol=1e-5)
    assert (written / "study.yaml").read_text() == failing.data.attrs["study_yaml"]


def test_report_is_left_out_on_request(make, tmp_path):
    folder = write_results(make(subjects=3, days=2), tmp_path / "run", force=False, report=False)
    assert "report.html" not in names(folder)


def test_existing_folder_is_replaced_only_by_force(make, tmp_path):
    first, second = make(subjects=3, days=2), make(subjects=5, days=2)
    folder = write_results(first, tmp_path / "run", force=False, report=False)
    with pytest.raises(OutputError, match="--force"):
        second.save(folder)
    assert Results.load(folder).data.sizes["subject"] == 3
    second.save(folder, force=True)
    assert Results.load(folder).data.sizes["subject"] == 5
    assert names(tmp_path) == ["run"]


def test_force_never_removes_what_allodyne_did_not_write(make, tmp_path):
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "thesis.txt").write_text("precious")
    with pytest.raises(OutputError, match=r"thesis\.txt"):
        make(subjects=3, days=2).save(folder, force=True)
    assert (folder / "thesis.txt").read_text() == "precious"


def test_places_that_cannot_take_results_are_refused_early(tmp_path):
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(OutputError, match="A file of that name"):
        check_folder(file, force=True)
    with pytest.raises(OutputError, match="is a file"):
        check_folder(file / "run", force=False)
    with pytest.raises(OutputError, match="does not exist"):
        check_folder(tmp_path / "no" / "run", force=False)
    check_folder(tmp_path / "run", force=False)
    assert names(tmp_path) == ["file"]


@pytest.mark.skipif(sys.platform != "linux", reason="needs a folder that nobody may write to")
def test_folder_without_write_permission_is_refused(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(0o500)
    # The superuser may write anywhere but among the processes.
    parent = Path("/proc") if os.geteuid() == 0 else closed
    with pytest.raises(OutputError, match="cannot be written"):
        check_folder(parent / "run", force=False)


def test_failure_leaves_the_old_folder_and_nothing_half_written(make, tmp_path):
    folder = write_results(make(subjects=3, days=2), tmp_path / "run", force=False)
    broken = make(subjects=5, days=2, sources="this is no JSON")
    with pytest.raises(ValueError, match="Expecting value"):
        broken.save(folder, force=True)
    assert Results.load(folder).data.sizes["subject"] == 3
    assert names(tmp_path) == ["run"]


def test_loading_what_is_no_results_says_so(tmp_path):
    with pytest.raises(UserError, match="no results here"):
        Results.load(tmp_path)
    (tmp_path / "results.nc").write_text("nonsense")
    with pytest.raises(UserError, match="no netCDF-4"):
        Results.load(tmp_path)
    xr.Dataset({"a": 1}).to_netcdf(tmp_path / "other.nc", engine="h5netcdf")
    with pytest.raises(UserError, match="lacks arm"):
        Results.load(tmp_path / "other.nc")
