"""The store of a run that is not finished yet: numbers of the portions that are done, and all that is needed to go on.

``FOLDER.unfinished`` stands beside the results folder to be and holds ``results/results.zarr``, which already has its
final form, ``plan.json``, and ``finished.txt``, to which a line is added once the numbers of a portion are on the disk.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from allodyne.cohort.chunks import Chunks, layout
from allodyne.cohort.plan import Plan
from allodyne.cohort.portions import Portions
from allodyne.errors import OutputError

if TYPE_CHECKING:
    import xarray as xr
    import zarr


ZARR = "results.zarr"
_PLAN, _JOURNAL, _RESULTS = "plan.json", "finished.txt", "results"


def unfinished_folder(target: Path) -> Path:
    """Where a run that shall become the results folder ``target`` is kept until it is finished."""
    return target.with_name(f"{target.name}.unfinished")


def kept(target: Path) -> str | None:
    """Say how much of an unfinished run is kept; None where there is none."""
    store = Store.open(unfinished_folder(target))
    return f"{len(store.finished())} of {len(store.portions)} portions are finished and kept" if store else None


def refuse_unfinished(target: Path, go_on: str) -> None:
    """Make sure that no unfinished run is passed over in silence.

    Raises
    ------
    OutputError
        When one stands beside the results folder to be.
    """
    finished = kept(target)
    if finished:
        remedy = f"Go on with: {go_on}\nOr remove that folder to start anew."
        raise OutputError(f"An unfinished run is here: {finished}.", str(unfinished_folder(target)), remedy)


@dataclass(frozen=True)
class Store:
    """An unfinished run.

    Attributes
    ----------
    folder : Path
    plan : Plan
    portions : Portions
    """

    folder: Path
    plan: Plan
    portions: Portions

    @classmethod
    def create(cls, folder: Path, plan: Plan, portions: Portions, template: xr.Dataset) -> Store:
        """Make the store of a run of which nothing is finished, in place of an earlier one.

        Parameters
        ----------
        folder : Path
        plan : Plan
        portions : Portions
        template : xarray.Dataset
            The results without any subject, complete with what all subjects share.
        """
        _refuse_foreign(folder)
        shutil.rmtree(folder, ignore_errors=True)
        (folder / _RESULTS).mkdir(parents=True)
        _create_zarr(folder / _RESULTS / ZARR, template, portions)
        (folder / _JOURNAL).touch()
        # The plan comes last: without it a folder is no store yet.
        partial = folder / f"{_PLAN}.partial"
        told = {
            "plan": json.loads(plan.to_json()),
            "subjects": portions.subjects,
            "size": portions.size,
            "group": portions.group,
        }
        partial.write_text(json.dumps(told), encoding="utf-8")
        partial.replace(folder / _PLAN)
        return cls(folder, plan, portions)

    @classmethod
    def open(cls, folder: Path) -> Store | None:
        """Open the store of an earlier run; None where there is none, or nothing in it that is worth keeping."""
        if not (folder / _PLAN).is_file() or not (folder / _RESULTS).is_dir():
            return None
        told = json.loads((folder / _PLAN).read_text(encoding="utf-8"))
        plan = Plan.from_json(json.dumps(told["plan"]))
        return cls(folder, plan, Portions(told["subjects"], told["size"], told["group"]))

    @property
    def results(self) -> Path:
        """The results folder in the making."""
        return self.folder / _RESULTS

    def finished(self) -> dict[int, float]:
        """Portions that are done, in the order in which they were, and the seconds of work up to each."""
        lines = (self.folder / _JOURNAL).read_text(encoding="utf-8").split("\n")
        # What follows the last end of a line was cut off in the middle of writing.
        pairs = (line.split() for line in lines[:-1])
        return {int(portion): float(seconds) for portion, seconds in pairs}

    def write(self, portion: int, chunks: Chunks, seconds: float) -> None:
        """Write the numbers of a portion; they count as finished when all of them are on the disk.

        Parameters
        ----------
        portion : int
        chunks : dict of str to bytes
            From :func:`allodyne.cohort.chunks.compressed`.
        seconds : float
            Work on the whole run so far.
        """
        for name, chunk in chunks.items():
            array = self._arrays[name]
            key = array.metadata.encode_chunk_key((*[0] * (array.ndim - 1), portion))
            _to_disk(self.results / ZARR / name / key, chunk)
        _append(self.folder / _JOURNAL, f"{portion} {seconds:.3f}\n")

    @cached_property
    def _group(self) -> zarr.Group:
        import zarr

        return zarr.open_group(self.results / ZARR, mode="r+", use_consolidated=False)

    @cached_property
    def _arrays(self) -> dict[str, zarr.Array[Any]]:
        return dict(self._group.arrays())

    def note(self, **attributes: float) -> None:
        """Add attributes to the results."""
        self._group.attrs.update(attributes)

    def remove(self) -> None:
        """Remove what is left when the results were moved to their place."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _refuse_foreign(folder: Path) -> None:
    """Make sure that nothing is removed that a run did not write."""
    ours = {_PLAN, f"{_PLAN}.partial", _JOURNAL, _RESULTS}
    foreign = [] if not folder.exists() else sorted(entry.name for entry in folder.iterdir() if entry.name not in ours)
    if foreign:
        remedy = "The unfinished run needs that place. Name other results, or move the folder."
        raise OutputError(f"The folder holds what Allodyne did not write: {foreign[0]}.", str(folder), remedy)


def _create_zarr(place: Path, template: xr.Dataset, portions: Portions) -> None:
    """Write what all subjects share, and make an array for every variable of the subjects; a chunk is a portion."""
    import zarr

    of_subjects = [str(name) for name, array in template.data_vars.items() if "subject" in array.dims]
    shared = template.drop_vars([*of_subjects, "subject"])
    # Other texts than those of variable length have no specification in Zarr's third format.
    shared = shared.assign_coords(arm=template["arm"].astype(object))
    shared = shared.assign_attrs(order=json.dumps([str(name) for name in template.data_vars]))
    shared.to_zarr(place, zarr_format=3, consolidated=False)
    group = zarr.open_group(place, mode="r+", use_consolidated=False)
    for name in of_subjects:
        array = template[name]
        others = [array.sizes[dim] for dim in array.dims if dim != "subject"]
        group.create_array(
            name,
            shape=(*others, portions.subjects),
            dimension_names=[str(dim) for dim in array.dims],
            attributes={str(key): value for key, value in array.attrs.items()},
            **layout(others, portions.size, array.dtype),
        )


def _to_disk(file: Path, content: bytes) -> None:
    """Write a file whole or not at all, so that it outlasts a power cut."""
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f"{file.name}.partial")
    with partial.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(file)


def _append(journal: Path, line: str) -> None:
    with journal.open("r+b") as stream:
        written = stream.read()
        stream.seek(written.rfind(b"\n") + 1)
        stream.truncate()
        stream.write(line.encode())
        stream.flush()
        os.fsync(stream.fileno())
