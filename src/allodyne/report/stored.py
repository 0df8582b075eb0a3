"""Results that nobody changes any more, in memory or in their store: what was summed up once is remembered."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from allodyne.errors import UserError
from allodyne.report.effects import COLUMNS, effects_against
from allodyne.report.results import DIMENSIONS, Results
from allodyne.report.statistics import Estimate

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


@dataclass(frozen=True, eq=False, repr=False)
class SettledResults(Results):
    """Results whose numbers do not change any more, so that what was summed up once is kept.

    Those of a large run stay in their store and are read one outcome and arm at a time.
    """

    @cached_property
    def _spreads(self) -> dict[tuple[str, str], Estimate]:
        return {}

    @cached_property
    def _effects(self) -> dict[str, pd.DataFrame]:
        return {}

    @cached_property
    def status(self) -> npt.NDArray[np.int8]:
        """Status of shape (arm, subject); 0 is solved."""
        return super().status

    def spread(self, outcome: str, arm: str) -> Estimate:
        """As in `Results`."""
        if (outcome, arm) not in self._spreads:
            self._spreads[outcome, arm] = super().spread(outcome, arm)
        return self._spreads[outcome, arm]

    def effects(self, outcome: str | None = None, day: float | None = None) -> pd.DataFrame:
        """As in `Results`."""
        import pandas as pd

        names = [self._known(outcome)] if outcome is not None else self.outcomes
        for name in names:
            if name not in self._effects:
                self._effects[name] = effects_against(self, [name])
        blocks = [block for name in names if not (block := self._effects[name]).empty]
        frame = pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame(columns=COLUMNS)
        return frame if day is None else frame[frame["day"] == self.days[self._recorded(day)]].reset_index(drop=True)


def opened(path: Path) -> tuple[xr.Dataset, type[SettledResults] | None]:
    """Open a results folder or its file: numbers of a small run are read, those of a large one stay in their store.

    Raises
    ------
    UserError
        When there is no such file or it holds no results.
    """
    import xarray as xr

    file = _file_of(path)
    stored = SettledResults if file.is_dir() else None
    try:
        if stored:
            data = xr.open_dataset(file, engine="zarr", chunks=None, cache=False, consolidated=False)
            data = data[json.loads(data.attrs["order"])]
        else:
            data = xr.load_dataset(file, engine="h5netcdf")
    except (OSError, ValueError, KeyError) as problem:
        form = "finished Zarr" if stored else "netCDF-4"
        raise UserError(f"This is no {form} file: {problem}.", str(file), "Run the study again.") from None
    if set(DIMENSIONS) - set(data.dims) or "status" not in data:
        raise UserError("The file lacks arm, day, subject or status.", str(file), "Name a results.nc of Allodyne.")
    return data, stored


def _file_of(path: Path) -> Path:
    """The file with all numbers in a results folder, or the one that was named."""
    stored = path if path.suffix == ".zarr" else path / "results.zarr"
    if stored.is_dir():
        return stored
    file = path / "results.nc" if path.is_dir() else path
    if not file.is_file():
        raise UserError("There are no results here.", str(file), "Name a results folder or its results.nc.")
    return file
