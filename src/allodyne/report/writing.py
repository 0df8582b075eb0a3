"""The results folder: written whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import shutil
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from allodyne.errors import OutputError

if TYPE_CHECKING:
    import xarray as xr

    from allodyne.report.results import Results

FILES = ("results.nc", "results.zarr", "results.csv", "summary.csv", "effects.csv", "study.yaml", "report.html")
COMPRESSION_LEVEL = 4
NUMBER_FORMAT = "%.6g"


def check_folder(folder: Path, force: bool) -> None:
    """Make sure, before anything is computed, that the results folder can be written.

    Parameters
    ----------
    folder : Path
        Where results are to appear.
    force : bool
        Whether an earlier results folder may be replaced.

    Raises
    ------
    OutputError
        When the folder exists and ``force`` is false, when it holds anything that Allodyne did not write, when a file
        is in the way, or when the parent folder is missing or cannot be written.
    """
    folder = absolute(folder)
    probe = _beside(folder, "probe")
    try:
        _check_place(folder, force)
        probe.mkdir()
        probe.rmdir()
    except OSError as problem:
        raise _cannot_write(folder.parent, problem) from None


def write_results(results: Results, folder: Path, force: bool, report: bool = True) -> Path:
    """Write everything into a temporary folder beside the target and move it in whole.

    Parameters
    ----------
    results : Results
    folder : Path
        Where the results shall appear.
    force : bool
        Replace an earlier results folder; it is removed only after the new one stands in its place.
    report : bool, optional
        Write ``report.html`` too.

    Returns
    -------
    Path
        The folder, absolute.

    Raises
    ------
    OutputError
        As `check_folder`, and when writing fails; then nothing is left behind and the old folder is untouched.
    """
    target = absolute(folder)
    check_folder(target, force)
    partial = _beside(target, "partial")
    try:
        partial.mkdir()
        _write_files(results, partial, report)
        move_in(partial, target, force)
    except OSError as problem:
        raise _cannot_write(target, problem) from problem
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return target


def _write_files(results: Results, folder: Path, report: bool) -> None:
    writable = _for_netcdf(results.data)
    packing = {"zlib": True, "complevel": COMPRESSION_LEVEL, "shuffle": True}
    encoding = {name: packing for name, array in writable.data_vars.items() if array.ndim}
    writable.to_netcdf(folder / "results.nc", engine="h5netcdf", format="NETCDF4", encoding=encoding)
    _write_values(results, folder / "results.csv")
    write_tables(results, folder, report)


def write_tables(results: Results, folder: Path, report: bool) -> None:
    """Write the tables, the study as run and the report; everything but the numbers of each subject.

    Parameters
    ----------
    results : Results
    folder : Path
        A folder in the making.
    report : bool
        Write ``report.html`` too.
    """
    results.summary().to_csv(folder / "summary.csv", index=False, float_format=NUMBER_FORMAT)
    results.effects().to_csv(folder / "effects.csv", index=False, float_format=NUMBER_FORMAT)
    (folder / "study.yaml").write_text(str(results.data.attrs.get("study_yaml", "")), encoding="utf-8")
    if report:
        from allodyne.report.page import render

        (folder / "report.html").write_text(render(results), encoding="utf-8")


def move_in(partial: Path, target: Path, force: bool) -> None:
    """Move a folder in the making to its place; what stood there is removed after that, and only with ``force``."""
    # Computing took time: look again before anything is moved.
    _check_place(target, force)
    if not target.exists():
        partial.rename(target)
        return
    aside = _beside(target, "old")
    target.rename(aside)
    try:
        partial.rename(target)
    except BaseException:
        aside.rename(target)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _check_place(folder: Path, force: bool) -> None:
    parent = folder.parent
    if folder.is_file():
        raise OutputError("A file of that name is in the way.", str(folder), "Name another folder, or move the file.")
    if not parent.is_dir():
        what = "is a file" if parent.is_file() else "does not exist"
        raise OutputError(f"The parent folder {what}.", str(parent), "Make the folder, or name another place.")
    if not folder.exists():
        return
    if not force:
        raise OutputError("The folder exists already.", str(folder), "Name another one, or replace it with --force.")
    foreign = sorted(entry.name for entry in folder.iterdir() if not _ours(entry))
    if foreign:
        some = ", ".join(foreign[:3]) + (" and more" if len(foreign) > 3 else "")
        raise OutputError(
            f"The folder holds what Allodyne did not write: {some}.",
            str(folder),
            "It is not replaced, even with --force. Name another folder, or move those files.",
        )


def _ours(entry: Path) -> bool:
    return entry.name in FILES and (entry.is_dir() if entry.suffix == ".zarr" else entry.is_file())


def _write_values(results: Results, file: Path) -> None:
    """Write the tidy table of `Results.to_frame`; several times as fast as pandas, because names repeat."""
    from allodyne.report.results import STATUS

    subjects = [_field(subject) for subject in results.data["subject"].to_numpy()]
    with file.open("w", encoding="utf-8", newline="") as stream:
        stream.write("arm,day,subject,outcome,value,true_value,units,status\n")
        for outcome in results.outcomes:
            measured, true = results.values(outcome), results.values(outcome, true=True)
            middles = [f"{subject},{_field(outcome)}," for subject in subjects]
            for arm, values, truths, codes in zip(results.arms, measured, true, results.status, strict=True):
                tails = [f",{_field(results.units(outcome))},{STATUS[code]}\n" for code in codes]
                for day, row, truth in zip(results.days, values.tolist(), truths.tolist(), strict=True):
                    head = f"{_field(arm)},{day:.10g},"
                    cells = zip(middles, row, truth, tails, strict=True)
                    lines = [f"{head}{middle}{x:.6g},{y:.6g}{tail}" for middle, x, y, tail in cells]
                    # An empty field is how tables say that there is no number.
                    stream.write("".join(lines).replace(",nan,nan,", ",,,"))


def _field(value: Any) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([value])
    return line.getvalue()


def _for_netcdf(data: xr.Dataset) -> xr.Dataset:
    copy = data.copy()
    copy.attrs = {name: _attribute(value) for name, value in data.attrs.items() if value is not None}
    for name in copy.variables:
        attrs = data[name].attrs
        copy[name].attrs = {key: _attribute(value) for key, value in attrs.items() if value is not None}
    return copy


def _attribute(value: Any) -> Any:
    """Turn what netCDF attributes cannot hold into text."""
    if isinstance(value, bool):
        return int(value)
    return value if isinstance(value, (str, int, float, np.generic, np.ndarray)) else json.dumps(value)


def absolute(folder: Path) -> Path:
    """A place as it is wherever one stands."""
    return Path(folder).expanduser().resolve()


def _beside(folder: Path, role: str) -> Path:
    return folder.parent / f".{folder.name}.{role}-{uuid.uuid4().hex[:8]}"


def _cannot_write(place: Path, problem: OSError) -> OutputError:
    remedy = "Check the permissions and the free space there, or name another place."
    return OutputError(f"It cannot be written: {problem.strerror or problem}.", str(place), remedy)
