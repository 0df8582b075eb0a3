"""A laboratory's own data: simulated ones come back as the effects they were made with; mistakes are named."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from allodyne import Study
from allodyne.calibrate.observations import observe
from allodyne.calibrate.own_data import compare_own_data, read_own_data
from allodyne.errors import UserError
from allodyne.experiments.experiment import Experiment
from allodyne.experiments.levels import jobs_of, shipped_columns, sizes, solve_levels
from allodyne.experiments.measures import Fold, Points
from allodyne.network import Network
from allodyne.simulate.structure import Structure

EXAMPLES = Path(__file__).parents[2] / "examples" / "own_data"
STUDY = """
study: mine
subjects: {species: rat, condition: cci}
days: 28
arms:
  untreated: []
  running: [exercise: {mode: treadmill, minutes: 30, speed_m_min: 10, per_week: 5, weeks: 2, start_day: 3}]
measure: [mechanical_threshold, microglia]
assess: {at: "16:00"}
"""
ROWS = """subject,group,day,outcome,value
1,untreated,14,mechanical_threshold,4
2,untreated,14,mechanical_threshold,1
1,running,14,mechanical_threshold,8
2,running,14,mechanical_threshold,18
"""
TRIAL = """
study: trial
subjects: {species: human, condition: crps}
days: 60
arms:
  placebo: [placebo: {weeks: 6}]
  hbot: [hbot: {pressure_ata: 2.4, fio2: 1.0, minutes: 90, sessions: 20, per_week: 5, start_day: 3}]
control: placebo
measure: [pain_score]
"""
Write = Callable[..., tuple[Path, Path]]


@pytest.fixture
def written(tmp_path: Path) -> Write:
    """Write a table and a study, and give both paths."""

    def write(rows: str = ROWS, study: str = STUDY) -> tuple[Path, Path]:
        table, plan = tmp_path / "own.csv", tmp_path / "own.yaml"
        table.write_text(rows, encoding="utf-8")
        plan.write_text(study, encoding="utf-8")
        return table, plan

    return write


def single(paths: tuple[Path, Path]) -> Experiment:
    (only,) = read_own_data(*paths)
    return only


def test_thresholds_become_the_log_ratio_of_geometric_means(written: Write) -> None:
    found = single(written())
    assert found.number is not None and found.number.statistic == "log_ratio" and found.number.stated
    assert found.number.value == pytest.approx(math.log(12 / 2), rel=1e-9)
    halves = math.log(4) / 2, math.log(18 / 8) / 2
    assert found.number.se == pytest.approx(math.hypot(*halves), rel=1e-9)
    assert (found.kind, found.paper, found.therapy, found.variable) == (
        "treatment",
        "own:mine",
        "exercise",
        "mechanical_threshold",
    )
    assert found.id == "own:mine/running/mechanical_threshold/day 14"


def test_a_value_of_zero_takes_arithmetic_means(written: Write) -> None:
    found = single(written(ROWS.replace(",1\n", ",0\n")))
    assert found.number is not None
    assert found.number.value == pytest.approx(math.log(13 / 2), rel=1e-9)
    assert found.number.se == pytest.approx(math.hypot(5 / 13, 2 / 2), rel=1e-9)


def test_groups_are_read_as_the_study_treats_and_assesses_them(written: Write) -> None:
    found = single(written())
    assert found.right is not None
    (left,), (right,) = found.left.readings, found.right.readings
    assert left.day == right.day == pytest.approx(14 + 16 / 24)
    assert left.species == "mechanical_hypersensitivity"
    assert len(left.scenario.sessions()) == 10 and not right.scenario.sessions()
    assert isinstance(found.left.measure, Fold) and found.left.measure.exponent == -1


def test_repeated_readings_of_a_day_are_averaged(written: Write) -> None:
    twice = ROWS.replace(",8\n", ",7\n")
    found = single(written(twice + "1,running,14,mechanical_threshold,9\n"))
    assert found.number == single(written()).number


def test_differences_within_the_error_are_none(written: Write) -> None:
    assert single(written()).direction == "up"
    assert single(written(ROWS.replace(",18\n", ",0.5\n"))).direction == "none"
    assert single(written(ROWS.replace(",8\n", ",0.1\n").replace(",18\n", ",0.2\n"))).direction == "down"


def test_groups_that_are_all_alike_have_the_usual_error(written: Write) -> None:
    found = single(written(ROWS.replace(",1\n", ",4\n").replace(",18\n", ",8\n")))
    assert found.number is not None and not found.number.stated and found.number.se > 0


def test_biomarkers_outside_measure_are_taken_too(written: Write) -> None:
    found = single(written(ROWS.replace("mechanical_threshold", "bdnf_spinal")))
    assert found.left.readings[0].species == "bdnf_spinal"
    assert isinstance(found.left.measure, Fold) and found.left.measure.exponent == 1


def test_scores_of_people_are_differences_with_placebo_response_in_both_groups(written: Write) -> None:
    rows = "subject,group,day,outcome,value\n" + "".join(
        f"{group}{k},{group},42,pain_score,{base + k}\n"
        for group, base in (("placebo", 5), ("hbot", 3))
        for k in range(3)
    )
    found = single(written(rows, TRIAL))
    assert found.number is not None and found.right is not None
    assert (found.number.statistic, found.number.value) == ("difference", pytest.approx(-2))
    assert found.number.se == pytest.approx(math.sqrt(2 / 3), rel=1e-9)
    left, right = found.left.measure, found.right.measure
    assert isinstance(left, Points) and isinstance(right, Points)
    assert left.change < 0 and left.change == pytest.approx(right.change, rel=0.05)
    assert [reading.day for reading in found.left.readings] == [pytest.approx(42 + 14 / 24), 0.0]
    with pytest.raises(UserError, match=r"line 2.*\n.*0 to 10"):
        read_own_data(*written(rows.replace("pain_score,5", "pain_score,55"), TRIAL))


def test_a_knocked_out_species_is_lacking_in_its_group(written: Write) -> None:
    study = STUDY.replace("running: [", "running: [knockout: {species: bdnf_spinal}, ")
    found = single(written(study=study))
    assert found.left.readings[0].scenario.knockout == "bdnf_spinal"
    with pytest.raises(UserError, match="more than one species"):
        read_own_data(*written(study=study.replace("bdnf_spinal}", "[bdnf_spinal, microglia]}")))


def test_what_cannot_be_compared_is_left_out_and_counted(written: Write) -> None:
    more = (
        "1,running,21,mechanical_threshold,8\n2,running,21,mechanical_threshold,9\n"  # no control that day
        "1,running,0,mechanical_threshold,8\n2,running,0,mechanical_threshold,9\n"
        "1,untreated,0,mechanical_threshold,8\n2,untreated,0,mechanical_threshold,9\n"  # before any treatment
        "3,untreated,14,mechanical_threshold,NA\n"
    )
    found = compare_own_data(*written(ROWS + more))
    assert len(found.experiments) == 1 and found.missing == 1
    assert found.left_out == {
        "own:mine/running/mechanical_threshold/day 21": "2 treated and 0 control subjects",
        "own:mine/running/mechanical_threshold/day 0": "neither group had been treated by then",
    }


@pytest.mark.parametrize(
    ("change", "line", "told"),
    [
        (("subject,group", "animal,group"), 1, "no column 'subject'"),
        (("2,running", "2,runing"), 5, "Did you mean running"),
        ((",18", ",eighteen"), 5, "'eighteen' is no number"),
        ((",18", ',"18,5"'), 5, "decimal point"),
        (("2,running,14", "2,running,day 14"), 5, "'day 14' is no number"),
        (("2,running,14", "2,running,-3"), 5, "before the lesion"),
        (("2,running,14", "2,running,40"), 5, "after the end of the study"),
        (("2,running", ",running"), 5, "subject is empty"),
        ((",18", ",-18"), 5, "cannot be"),
        (("14,mechanical_threshold,18", "14,mechanical_treshold,18"), 5, "Did you mean mechanical_threshold"),
        (("2,running,14,mechanical_threshold,18", "1,running,14,mechanical_threshold,8"), 5, "stands on line 4"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_mistakes_name_file_line_and_remedy(written: Write, change: tuple[str, str], line: int, told: str) -> None:
    with pytest.raises(UserError) as raised:
        read_own_data(*written(ROWS.replace(*change)))
    assert f"own.csv, line {line}" in str(raised.value)
    assert told in str(raised.value) and raised.value.remedy


def test_lines_are_counted_with_comments_and_empty_ones(written: Write) -> None:
    with pytest.raises(UserError, match=r"own\.csv, line 7"):
        read_own_data(*written("# mine\n\n" + ROWS.replace(",18", ",x")))


@pytest.mark.parametrize(
    ("rows", "study", "told"),
    [
        ("", STUDY, "no data"),
        (ROWS.replace("untreated", "running"), STUDY, "control group 'untreated'"),
        (ROWS.replace("2,untreated", "1,untreated"), STUDY, "1 control subjects"),
        (ROWS.replace("running", "untreated"), STUDY, "no group but the control"),
        (ROWS, STUDY.replace("cci}", "cci, severity: 2}"), "usual severity"),
        (ROWS, STUDY.replace("weeks: 2", "weeks: 9"), "after day 28"),
    ],
)
def test_data_without_a_comparison_are_refused(written: Write, rows: str, study: str, told: str) -> None:
    with pytest.raises(UserError, match=told):
        read_own_data(*written(rows, study))


def test_repeats_with_a_number_of_their_own_are_no_duplicates(written: Write) -> None:
    lines = ROWS.splitlines()
    rows = [f"{lines[0]},trial", *(f"{line},{trial}" for line in lines[1:] for trial in (1, 2))]
    assert single(written("\n".join(rows))).number == single(written()).number


def test_a_missing_file_offers_its_neighbours(written: Write) -> None:
    table, study = written()
    with pytest.raises(UserError, match=r"own\.csv"):
        read_own_data(table.with_name("other.csv"), study)


def test_the_example_is_read_whole() -> None:
    study = EXAMPLES / "hbot_after_constriction.yaml"
    found = compare_own_data(study.with_suffix(".csv"), study)
    assert len(found.experiments) == 4 * len(Study.from_yaml(study).measure)
    assert not found.left_out and not found.missing
    assert all(one.number is not None and one.number.stated and one.number.value > 0 for one in found.experiments)
    assert {one.condition for one in found.experiments} == {"cci"}


def test_simulated_data_come_back_as_the_effects_they_were_made_with(
    tmp_path: Path, network: Network, structure: Structure
) -> None:
    plan = tmp_path / "own.yaml"
    text = STUDY.replace("cci}", "cci, n: 60, seed: 5}").replace('at: "16:00"', 'at: "16:00", every_days: 14')
    oxygen = "hbot: {pressure_ata: 2.0, fio2: 1.0, minutes: 60, sessions: 14, per_week: 7, start_day: 3}"
    plan.write_text(text.replace("measure", f"  oxygen: [{oxygen}]\nmeasure"), encoding="utf-8")
    results = Study.from_yaml(plan).run()
    lines = ["subject,group,day,outcome,value"]
    for arm in results.arms:
        for name in results.outcomes:
            for day in (14, 28):
                row = results.data[name].sel(arm=arm, day=day).to_numpy()
                lines += [f"{k},{arm},{day},{name},{value}" for k, value in enumerate(row)]
    table = tmp_path / "own.csv"
    table.write_text("\n".join(lines), encoding="utf-8")
    experiments = read_own_data(table, plan)
    observed = observe(experiments)
    jobs, columns = jobs_of(structure, network, experiments), shipped_columns(network, structure)
    predicted = sizes(experiments, solve_levels(structure, jobs, columns), 1)[:, 0]
    assert len(experiments) == 8
    told = {(one.therapy, one.variable): one.direction for one in experiments if one.id.endswith("day 14")}
    assert (told["hbot", "mechanical_threshold"], told["hbot", "microglia"]) == ("up", "down")
    assert (np.abs(observed.value - predicted) < 3.5 * observed.se).all()
