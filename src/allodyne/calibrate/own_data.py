"""A laboratory's own data: treated groups against the control, as experiments of the model.

Every outcome on every day gives one experiment. Days of the same subjects, and groups that share a control, count as
independent, as in published findings; what such data have in common is the deviation of their laboratory.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from allodyne.calibrate.own_groups import OwnGroups, own_groups
from allodyne.calibrate.own_table import read_table, refuse
from allodyne.errors import UserError, nearest
from allodyne.experiments.defaults import load_defaults
from allodyne.experiments.experiment import Direction, Experiment, Number
from allodyne.study.outcomes import Outcome

if TYPE_CHECKING:
    import pandas as pd

    from allodyne.experiments.measures import Statistic
    from allodyne.simulate.structure import FloatArray

FEWEST_SUBJECTS = 2
"""In each group, so that there is a standard error."""
_SIGNIFICANT = 1.96
"""Standard errors beyond which an effect has a direction: the two-sided 5 percent of the normal distribution."""


@dataclass
class OwnData:
    """Experiments from a laboratory's own data, and what is not among them.

    Attributes
    ----------
    experiments : list of Experiment
    left_out : dict of str to str
        Comparisons that cannot be made; reason by id.
    missing : int
        Rows without a value.
    """

    experiments: list[Experiment] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    missing: int = 0


def read_own_data(csv: Path, study: Path) -> list[Experiment]:
    """Read a laboratory's own data as experiments; see :func:`compare_own_data`."""
    return compare_own_data(csv, study).experiments


def compare_own_data(csv: Path, study: Path) -> OwnData:
    """Compare every group of a laboratory's own data with its control.

    Parameters
    ----------
    csv : Path
        One value a row, with the columns subject, group, day, outcome and value. A subject is one within its group;
        what was measured of it several times on a day is averaged.
    study : Path
        A study file whose arms are the groups; it says what was done to whom, and which group is the control.

    Returns
    -------
    OwnData
        Thresholds, latencies and biomarkers as ln of the ratio of means (geometric ones where all values are greater
        than 0), scores as differences of means.

    Raises
    ------
    UserError
        When a file is wrong, with file, line and remedy, or when no comparison can be made.
    """
    groups = own_groups(study)
    table, missing = read_table(csv)
    outcomes = _checked(csv, table, groups)
    found = OwnData(missing=missing)
    control = groups.study.control
    means = table.groupby(["group", "outcome", "day", "subject"], sort=False)["value"].mean().reset_index()
    for arm in (name for name in groups.study.arms if name != control and (means["group"] == name).any()):
        of_arm = means[means["group"] == arm]
        for name, day in sorted(set(zip(of_arm["outcome"], of_arm["day"], strict=True))):
            at = (means["outcome"] == name) & (means["day"] == day)
            values = [means.loc[at & (means["group"] == one), "value"].to_numpy(np.float64) for one in (arm, control)]
            key = f"own:{groups.study.study}/{arm}/{name}/day {day:g}"
            _compare(found, key, groups, arm, outcomes[name], groups.time(day), values)
    if not found.experiments:
        reason = next(iter(found.left_out.values()), "no group but the control has data")
        remedy = f"Give at least {FEWEST_SUBJECTS} subjects of a treated group and of {control!r} on the same day."
        raise UserError(f"No group can be compared with the control: {reason}.", str(csv), remedy)
    return found


def _checked(csv: Path, table: pd.DataFrame, groups: OwnGroups) -> dict[str, Outcome]:
    """The outcomes by name; groups, outcomes, days and values that cannot be are refused."""
    study = groups.study
    for arm in table["group"].unique():
        if arm not in study.arms:
            rows, remedy = table[table["group"] == arm], nearest(arm, study.arms)
            refuse(csv, rows, f"The study has no arm {arm!r}.", remedy or "Name the groups as the arms of the study.")
    if not (table["group"] == study.control).any():
        remedy = "Add it, or name another group under control in the study."
        raise UserError(f"There is no value of the control group {study.control!r}.", str(csv), remedy)
    late = table[table["day"] >= study.days + 1]
    if len(late):
        message = f"Day {late['day'].iloc[0]:g} lies after the end of the study, day {study.days}."
        refuse(csv, late, message, "Lengthen days in the study, or mend the day.")
    outcomes = {}
    for name in table["outcome"].unique():
        rows = table[table["outcome"] == name]
        outcomes[name] = _outcome(csv, rows, name, groups)
        score = groups.score(outcomes[name])
        low, high = (score.low, score.high) if score else (0.0, math.inf)
        beyond = rows[(rows["value"] < low) | (rows["value"] > high)]
        if len(beyond):
            remedy = f"Values of {name} go from {low:g} to {high:g}." if score else f"{name} is 0 or more."
            refuse(csv, beyond, f"The value {beyond['value'].iloc[0]:g} cannot be.", remedy)
    return outcomes


def _outcome(csv: Path, rows: pd.DataFrame, name: str, groups: OwnGroups) -> Outcome:
    try:
        return groups.outcome(name)
    except UserError as error:
        near = nearest(name, groups.study.measure)
        refuse(csv, rows, error.message, near if near.startswith("Did") else error.remedy or near)


def _compare(
    found: OwnData,
    key: str,
    groups: OwnGroups,
    arm: str,
    outcome: Outcome,
    time: float,
    values: list[FloatArray],
) -> None:
    """Add one comparison, or why it cannot be made."""
    treated, control = values
    if min(len(treated), len(control)) < FEWEST_SUBJECTS:
        found.left_out[key] = f"{len(treated)} treated and {len(control)} control subjects"
    elif not groups.differ(arm, time):
        found.left_out[key] = "neither group had been treated by then"
    elif outcome.form == "fold" and min(treated.mean(), control.mean()) <= 0:
        found.left_out[key] = "the mean of a group is 0, so that there is no ratio"
    else:
        number = _number(outcome, treated, control)
        study = groups.study
        found.experiments.append(
            Experiment(
                id=key,
                paper=f"own:{study.study}",
                kind="treatment",
                animal=groups.animal,
                condition=str(study.subjects.condition),
                therapy=groups.therapy(arm),
                variable=outcome.name,
                left=groups.side(arm, outcome, time),
                right=groups.side(study.control, outcome, time),
                direction=_direction(number),
                number=number,
            )
        )


def _number(outcome: Outcome, treated: FloatArray, control: FloatArray) -> Number:
    statistic: Statistic = "difference" if outcome.form == "score" else "log_ratio"
    if statistic == "difference":
        value, se = treated.mean() - control.mean(), math.hypot(_se(treated), _se(control))
    elif min(treated.min(), control.min()) > 0:
        logs = np.log(treated), np.log(control)
        value, se = logs[0].mean() - logs[1].mean(), math.hypot(_se(logs[0]), _se(logs[1]))
    else:
        # delta method: the error of ln(mean) is the error of the mean over the mean
        means = treated.mean(), control.mean()
        value, se = math.log(means[0] / means[1]), math.hypot(_se(treated) / means[0], _se(control) / means[1])
    if se > 0:
        return Number(statistic, float(value), float(se), stated=True)
    # groups in which all are alike, such as at the cut-off of the test, do not make a number exact
    return Number(statistic, float(value), float(load_defaults()["usual_error"][statistic]), stated=False)


def _se(values: FloatArray) -> float:
    return float(values.std(ddof=1) / math.sqrt(len(values)))


def _direction(number: Number) -> Direction:
    if abs(number.value) <= _SIGNIFICANT * number.se:
        return "none"
    return "up" if number.value > 0 else "down"
