"""How time and subjects are cut changes nothing beyond the tolerance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from protocols import DAYS, LESION, SESSIONS, difference, run

from allodyne.simulate.groups import SMALL
from allodyne.simulate.machine import GROUP
from allodyne.simulate.parameters import Parameters
from allodyne.simulate.solve import Trajectories, rehearse, solve
from allodyne.simulate.structure import Structure
from allodyne.simulate.timeline import build_timeline

TOLERANCE = 1e-3


@pytest.fixture(scope="module")
def whole(structure: Structure, subjects: Parameters) -> Trajectories:
    return run(structure, [LESION, *SESSIONS], subjects, TOLERANCE)


def test_more_output_times_change_nothing(structure: Structure, subjects: Parameters, whole: Trajectories) -> None:
    extra = np.array([0.1, 1.41, 2.0, 3.999, 7.42, 7.5, 9.25, 13.0])
    days = np.union1d(DAYS, extra)

    found = run(structure, [LESION, *SESSIONS], subjects, TOLERANCE, days=days)

    assert difference(found.values[np.isin(days, DAYS)], whole.values) < TOLERANCE


def test_a_session_in_two_halves_is_the_same_session(
    structure: Structure, subjects: Parameters, whole: Trajectories
) -> None:
    halves = []
    for session in SESSIONS:
        middle = (session.start + session.end) / 2
        halves += [replace(session, end=middle), replace(session, start=middle)]

    found = run(structure, [LESION, *halves], subjects, TOLERANCE)

    assert difference(found.values, whole.values) < TOLERANCE


def test_one_by_one_equals_the_batch(structure: Structure, subjects: Parameters, whole: Trajectories) -> None:
    line = build_timeline(structure, [LESION, *SESSIONS], [], DAYS, 0.0)
    arms = [(line, subjects.take(np.array([number]))) for number in range(subjects.subjects)]

    alone = solve(structure, arms, structure.species, TOLERANCE)

    assert difference(np.concatenate([one.values for one in alone], axis=2), whole.values) < TOLERANCE


def test_a_second_group_changes_nothing_in_the_first(structure: Structure, many: Parameters) -> None:
    line = build_timeline(structure, [LESION, *SESSIONS], [], DAYS, 0.0)
    first = many.take(np.arange(64))

    full, more = solve(structure, [(line, first), (line, many)], structure.species, TOLERANCE)

    assert more.values.shape[2] == 65
    assert not more.status.any()
    np.testing.assert_array_equal(more.values[:, :, :64], full.values)


def test_adding_subjects_to_a_group_changes_nothing(
    structure: Structure, subjects: Parameters, many: Parameters, whole: Trajectories
) -> None:
    np.testing.assert_array_equal(many.gains[:, :8], subjects.gains)

    found = run(structure, [LESION, *SESSIONS], many, TOLERANCE)

    assert difference(found.values[:, :, :8], whole.values) < TOLERANCE


def test_progress_counts_every_subject_once(structure: Structure, many: Parameters) -> None:
    line = build_timeline(structure, [LESION, *SESSIONS], [], DAYS, 0.0)
    seen: list[tuple[int, int]] = []

    solve(structure, [(line, many)] * 2, ["microglia"], TOLERANCE, progress=lambda *counts: seen.append(counts))

    total = 2 * many.subjects
    assert seen[-1] == (total, total)
    assert seen == sorted(seen)
    assert {all_of_them for _, all_of_them in seen} == {total}


def test_a_portion_holds_the_numbers_of_the_whole(structure: Structure, many: Parameters) -> None:
    line = build_timeline(structure, [LESION, *SESSIONS], [], DAYS, 0.0)
    everybody = many.take(np.resize(np.arange(many.subjects), 2 * GROUP + 7))
    accuracy = rehearse(structure, [(line, everybody)], TOLERANCE)
    species = ["microglia", "mechanical_hypersensitivity"]
    (whole,) = solve(structure, [(line, everybody)], species, TOLERANCE, accuracy=accuracy)

    for first, last in ((0, GROUP), (GROUP, 2 * GROUP), (GROUP, 2 * GROUP + 7)):
        part = everybody.take(np.arange(first, last))
        (found,) = solve(structure, [(line, part)], species, TOLERANCE, accuracy=accuracy, first=first)
        np.testing.assert_array_equal(found.values, whole.values[:, :, first:last])


def test_a_large_population_keeps_only_what_is_asked_for_and_its_numbers(
    structure: Structure, many: Parameters
) -> None:
    line = build_timeline(structure, [LESION], [], DAYS[:3], 0.0)
    crowd = many.take(np.resize(np.arange(many.subjects), SMALL + 1))
    species = ["mechanical_hypersensitivity", "microglia"]

    (few,) = solve(structure, [(line, many)], species, TOLERANCE, check=False)
    (found,) = solve(structure, [(line, crowd)], species, TOLERANCE, check=False)

    assert found.values.shape == (3, 2, SMALL + 1)
    np.testing.assert_array_equal(found.values[:, :, :GROUP], few.values[:, :, :GROUP])


def test_leaving_the_check_out_changes_nothing_but_the_error(
    structure: Structure, subjects: Parameters, whole: Trajectories
) -> None:
    line = build_timeline(structure, [LESION, *SESSIONS], [], DAYS, 0.0)

    (found,) = solve(structure, [(line, subjects)], structure.species, TOLERANCE, check=False)

    assert difference(found.values, whole.values) < TOLERANCE
    assert np.isnan(found.error)


def test_species_come_in_the_order_asked_for(structure: Structure, subjects: Parameters, whole: Trajectories) -> None:
    line = build_timeline(structure, [LESION, *SESSIONS], [], DAYS, 0.0)
    asked = ["microglia", "tissue_oxygen", "kcc2"]

    (found,) = solve(structure, [(line, subjects)], asked, TOLERANCE)

    np.testing.assert_array_equal(found.values, whole.values[:, [structure.row(name) for name in asked]])
