"""What a study came to: every measured value of every subject, and the numbers a laboratory would report."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from allodyne.animals import IN_PEOPLE
from allodyne.errors import UserError, nearest
from allodyne.report import statistics

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go
    import xarray as xr

    from allodyne.report.parameter_bands import Interval
    from allodyne.safety.plan_check import PlanCheck

CONTEXT_OF_USE = (
    "Research tool for exploring hypotheses and regimens. "
    "These are simulated subjects; nothing here is dosing advice for a person."
)
STATUS = ("solved", "not finite", "tolerance missed", "step limit")
DIMENSIONS = ("arm", "day", "subject")


class SessionMark(NamedTuple):
    """One session as it was carried out; times in days since the lesion, the start inside, the end outside."""

    start: float
    end: float
    treatment: str
    label: str


@dataclass(frozen=True, eq=False, repr=False)
class Results:
    """Results of one run.

    Parameters
    ----------
    data : xarray.Dataset
        One variable per outcome with dimensions arm, day (days since the lesion) and subject: what a laboratory would
        measure; ``<outcome>_true`` is the same without measurement error; ``status`` (arm, subject) is 0 where the
        subject was solved. Failed subjects hold NaN; they enter no number and are counted beside every number.
        ``<outcome>_draws`` (arm, day, draw) is the outcome in the typical subject, without measurement error, for each
        draw of the calibrated parameters; the same draw in every arm. Results of older versions have none.
    """

    data: xr.Dataset

    @classmethod
    def load(cls, path: Path | str) -> Results:
        """Read results from a results folder, or from its ``results.nc`` or ``results.zarr``.

        Large runs have ``results.zarr``: what is asked for is read from it then, and never all of it.

        Raises
        ------
        UserError
            When there is no such file or it holds no results.
        """
        from allodyne.report.stored import opened

        data, stored = opened(Path(path))
        return stored(data) if stored is not None else cls(data)

    def save(self, folder: Path | str, force: bool = False) -> Path:
        """Write netCDF, tables, the study as run and the report into a folder, whole or not at all.

        Parameters
        ----------
        folder : Path or str
            Must not exist, unless ``force`` allows to replace an earlier results folder.
        force : bool, optional
            Replace an earlier results folder.

        Returns
        -------
        Path
            The folder.
        """
        from allodyne.report.writing import write_results

        return write_results(self, Path(folder), force)

    @property
    def plan_check(self) -> PlanCheck | None:
        """The check of the plan that was run; None in results that were made without one."""
        from allodyne.safety.plan_check import PlanCheck

        written = self.data.attrs.get("plan_check")
        return PlanCheck.model_validate_json(written) if written else None

    @property
    def arms(self) -> list[str]:
        """Names of the arms, in the order of the study."""
        return [str(arm) for arm in self.data["arm"].to_numpy()]

    @property
    def days(self) -> list[float]:
        """Recorded days since the lesion."""
        return [float(day) for day in self.data["day"].to_numpy()]

    @property
    def times(self) -> list[float]:
        """Times of the recorded days, with the clock time at which subjects were assessed; days since the lesion."""
        return [float(time) for time in self.data.get("time", self.data["day"]).to_numpy()]

    @property
    def outcomes(self) -> list[str]:
        """Names of the outcomes: endpoints first, then biomarkers, each in the order of the study."""
        names = [str(name) for name, array in self.data.data_vars.items() if set(array.dims) == set(DIMENSIONS)]
        measured = [name for name in names if not (name.endswith("_true") and name.removesuffix("_true") in names)]
        return sorted(measured, key=lambda name: self.data[name].attrs.get("kind") == "biomarker")

    @property
    def endpoints(self) -> list[str]:
        """Names of the outcomes that are no biomarkers."""
        return [name for name in self.outcomes if self.data[name].attrs.get("kind") != "biomarker"]

    @property
    def biomarkers(self) -> list[str]:
        """Names of the biomarkers, which are folds of healthy."""
        return [name for name in self.outcomes if self.data[name].attrs.get("kind") == "biomarker"]

    @property
    def in_people(self) -> bool:
        """Whether the subjects are people, whose day 0 is enrolment and not the lesion."""
        return str(self.data.attrs.get("animal")) == IN_PEOPLE

    @property
    def control(self) -> str | None:
        """The arm that effects are taken against, or None where there is none."""
        name = str(self.data.attrs.get("control", ""))
        return name if name in self.arms else None

    @property
    def sessions(self) -> dict[str, list[SessionMark]]:
        """Sessions of each arm, by start."""
        listed: dict[str, Any] = json.loads(self.data.attrs.get("sessions") or "{}")
        marks = {
            arm: [SessionMark(float(s[0]), float(s[1]), *map(str, s[2:4])) for s in rows]
            for arm, rows in listed.items()
        }
        return {arm: sorted(marks.get(arm, [])) for arm in self.arms}

    @property
    def failed(self) -> dict[str, int]:
        """Number of subjects per arm that were not solved."""
        return {arm: int(np.sum(row != 0)) for arm, row in zip(self.arms, self.status, strict=True)}

    @property
    def status(self) -> npt.NDArray[np.int8]:
        """Status of shape (arm, subject); 0 is solved."""
        return np.asarray(self.data["status"].transpose("arm", "subject").to_numpy(), dtype=np.int8)

    @property
    def draws(self) -> int:
        """Number of draws of the calibrated parameters; 0 where there are none."""
        return int(self.data.sizes.get("draw", 0))

    @property
    def context_of_use(self) -> str:
        """What these results are good for."""
        return str(self.data.attrs.get("context_of_use") or CONTEXT_OF_USE)

    @property
    def day_after_treatment(self) -> float:
        """The first recorded day after the last session of any arm, else the last day."""
        ends = [mark.end for marks in self.sessions.values() for mark in marks]
        recorded = zip(self.days, self.times, strict=True)
        return next((day for day, time in recorded if ends and time >= max(ends)), self.days[-1])

    def key_days(self, limit: int = 8) -> list[float]:
        """Choose days for a table: the first, whole weeks as far as they fit, the day after treatment and the last."""
        days = np.asarray(self.days)
        if len(days) <= limit:
            return self.days
        musts = {float(days[0]), self.day_after_treatment, float(days[-1])}
        room = limit - len(musts)
        # Short studies have no weeks; an even choice serves them.
        weeks = days[(days > 0) & np.isclose(days % 7, 0)]
        free = [float(day) for day in (weeks if len(weeks) > 1 else days) if float(day) not in musts]
        chosen = np.unique(np.linspace(0, len(free) - 1, min(room, len(free))).round().astype(int))
        return sorted(musts | {free[index] for index in chosen})

    def label(self, outcome: str) -> str:
        """Name of an outcome for people."""
        return str(self.data[outcome].attrs.get("label") or outcome.replace("_", " "))

    def units(self, outcome: str) -> str:
        """Unit of an outcome."""
        return str(self.data[outcome].attrs.get("units", ""))

    def relief_sign(self, outcome: str) -> int:
        """+1 where more of the outcome is relief, -1 where less is, 0 where neither is."""
        orientation = str(self.data[outcome].attrs.get("orientation", "")).lower()
        if not orientation.endswith(("is relief", "is better")):
            return 0
        return 1 if orientation.startswith("up") else -1 if orientation.startswith("down") else 0

    def values(self, outcome: str, true: bool = False) -> npt.NDArray[np.float64]:
        """Values of shape (arm, day, subject), measured or without measurement error."""
        self._known(outcome)
        array = self.data[f"{outcome}_true" if true else outcome].transpose(*DIMENSIONS)
        return np.asarray(array.to_numpy(), dtype=np.float64)

    def of_arm(self, outcome: str, arm: str, true: bool = False) -> npt.NDArray[np.float64]:
        """Values of one arm of shape (day, subject), failed subjects too."""
        array = self.data[f"{self._known(outcome)}_true" if true else outcome].isel(arm=self.arms.index(arm))
        return np.asarray(array.transpose("day", "subject").to_numpy(), dtype=np.float64)

    def solved(self, outcome: str, arm: str, true: bool = False) -> npt.NDArray[np.float64]:
        """Values of one arm of shape (day, solved subjects)."""
        index = self.arms.index(arm)
        return self.of_arm(outcome, arm, true)[:, self.status[index] == 0]

    def spread(self, outcome: str, arm: str) -> statistics.Estimate:
        """Median and 5th to 95th percentile of the measured values of one arm, per day; of events mean and interval."""
        values = self.solved(outcome, arm)
        return statistics.mean(values) if self.counts(outcome) else statistics.spread(values)

    def parameter_band(self, outcome: str, arm: str) -> statistics.Estimate:
        """How uncertain the calibrated parameters leave the course of an outcome in the typical subject.

        Parameters
        ----------
        outcome, arm : str

        Returns
        -------
        Estimate
            Median, 5th and 95th percentile over draws of the parameters, per day; without the spread between subjects
            and without measurement error. NaN where there are no draws.

        Raises
        ------
        UserError
            When the outcome or the arm is not in the study.
        """
        from allodyne.report.parameter_bands import band

        return band(self, self._known(outcome), self._known_arm(arm))

    def parameter_interval(self, outcome: str, arm: str, day: float) -> Interval:
        """How uncertain they leave the difference of an arm from the control arm.

        Parameters
        ----------
        outcome, arm : str
        day : float
            A recorded day.

        Returns
        -------
        Interval
            ``value`` (median), ``low`` and ``high`` (5th and 95th percentile) over draws of the difference in the
            typical subject, in the unit of the outcome. NaN where there are no draws or no control arm.

        Raises
        ------
        UserError
            When the outcome, the arm or the day is not in the study.
        """
        from allodyne.report.parameter_bands import Interval, difference

        outcome, arm, row = self._known(outcome), self._known_arm(arm), self._recorded(day)
        if self.control is None:
            return Interval(np.nan, np.nan, np.nan)
        found = difference(self, outcome, arm, self.control)
        return Interval(float(found.value[row]), float(found.low[row]), float(found.high[row]))

    def counts(self, outcome: str) -> bool:
        """Whether an outcome is a count of events, of which a mean says more than a median."""
        return self.data[outcome].attrs.get("form") == "events"

    def mechanisms(self) -> pd.DataFrame:
        """Through what each arm differs from the control in each endpoint, in the typical subject.

        Returns
        -------
        pandas.DataFrame
            arm, against, outcome, day (of the largest difference), path, species, change (part of the difference in ln)
            and share of the whole.
        """
        from allodyne.report.mechanisms import mechanism_table

        return mechanism_table(self)

    def to_frame(self) -> pd.DataFrame:
        """Lay every value out in one row: arm, day, subject, outcome, value, true_value, units, status."""
        from allodyne.report.tidy import every_value

        return every_value(self)

    def summary(self) -> pd.DataFrame:
        """Median and 5th to 95th percentile of the measured values, with the subjects behind them, per arm and day."""
        from allodyne.report.tidy import spreads

        return spreads(self)

    def effects(self, outcome: str | None = None, day: float | None = None) -> pd.DataFrame:
        """Effects of every arm against the control arm.

        Parameters
        ----------
        outcome : str, optional
            One outcome; all without it.
        day : float, optional
            One recorded day; all without it.

        Returns
        -------
        pandas.DataFrame
            ``difference`` (of means, with its 90 percent interval) and ``g`` (Hedges, likewise) are what a laboratory
            would find with independent animals: measured values, with the spread between subjects and the measurement
            error. ``model_low`` and ``model_high`` are the 5th and 95th percentile of the difference in the typical
            subject over draws of the calibrated parameters: how far the findings that they were calibrated on leave
            the effect open, whatever the number of subjects; NaN where there are no draws. ``twin_median``,
            ``twin_p5`` and ``twin_p95`` are differences of true values of the same virtual subject in both arms: how
            much the effect differs between individuals. ``improved_share`` (0 to 1) is the
            share of subjects that are better off than their twin by more than 5 percent, ``n_per_group`` the animals
            per group for 80 percent power at alpha 0.05.

        Raises
        ------
        UserError
            When the outcome or the day was not recorded.
        """
        from allodyne.report.effects import effects_against

        frame = effects_against(self, [self._known(outcome)] if outcome is not None else self.outcomes)
        if day is None:
            return frame
        return frame[frame["day"] == self.days[self._recorded(day)]].reset_index(drop=True)

    def against_published(self) -> pd.DataFrame:
        """Published results beside the simulated ones; see `allodyne.report.published.Comparison`."""
        from allodyne.report.published import comparison_table

        return comparison_table(self)

    def plot(self, outcome: str | None = None) -> go.Figure:
        """Draw the course of one outcome, or of all."""
        from allodyne.report.plots import curves

        return curves(self, [self._known(outcome)] if outcome is not None else self.outcomes)

    def __repr__(self) -> str:
        from allodyne.report.wording import results_in_brief

        return "\n".join(results_in_brief(self))

    def _repr_html_(self) -> str:
        from allodyne.report.page import notebook_view

        return notebook_view(self)

    def _known(self, outcome: str) -> str:
        if outcome not in self.outcomes:
            raise UserError(f"The outcome {outcome!r} was not measured.", remedy=nearest(outcome, self.outcomes))
        return outcome

    def _known_arm(self, arm: str) -> str:
        if arm not in self.arms:
            raise UserError(f"There is no arm {arm!r}.", remedy=nearest(arm, self.arms))
        return arm

    def _recorded(self, day: float) -> int:
        """Row of a recorded day."""
        found = [row for row, known in enumerate(self.days) if abs(known - day) < 1e-9]
        if not found:
            near = ", ".join(f"{known:g}" for known in sorted(self.days, key=lambda known: abs(known - day))[:3])
            raise UserError(f"Day {day:g} was not recorded.", remedy=f"The nearest recorded days are {near}.")
        return found[0]
