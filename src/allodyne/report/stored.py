"""Results of a large run: numbers stay in their store, and what was summed up once is remembered."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from allodyne.report.effects import COLUMNS, effects_against
from allodyne.report.results import Results
from allodyne.report.statistics import Estimate

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False)
class StoredResults(Results):
    """Results whose numbers are read from a store, one outcome and arm at a time.

    A store does not change, so that sums of it can be kept; of numbers in memory they are worked out anew.
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
