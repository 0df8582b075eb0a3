"""Drugs in people: doses in mg, kinetics as published, mistakes about species and units explained."""

import shutil
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from allodyne.errors import EvidenceError, StudyError
from allodyne.evidence.papers import source
from allodyne.network import load_network
from allodyne.treatments.drug_catalogue import read_catalogue
from allodyne.treatments.drugs import DrugCourse, drug_actions, find_drug, load_drugs

SHIPPED = Path(str(files("allodyne.treatments")))
IN_PEOPLE = [drug for drug in load_drugs().values() if drug.routes_in("human")]
COMPARATORS = [
    *("pregabalin", "gabapentin", "duloxetine", "amitriptyline", "venlafaxine"),
    *("tramadol", "morphine", "oxycodone", "carbamazepine"),
]
LAMOTRIGINE = """
drugs:
  - id: lamotrigine
    label: Lamotrigine
    class: sodium channel blocker
    half_life_h: {human: {value: 2, basis: assumption}}
    routes:
      - {route: po, animal: human, half_effect_dose: {mg: 5, basis: assumption}}
    actions:
      - {species: sodium_channels, kind: block, size: 0.5, basis: assumption, size_basis: assumption}
"""
PEOPLE = """
people:
  - drug: naloxone
    half_life_h: {value: 1, basis: assumption}
    routes:
      - {route: im, animal: human, half_effect_dose: {mg: 0.4, basis: assumption}}
    people_size:
      mu_activity: {value: 0.5, basis: assumption}
"""


def course(name, mg, **timing):
    """A course by mouth in people."""
    return DrugCourse(**{"name": name, "dose_mg": mg, "route": "po", **(timing or {"sessions": 1})})


def level(dosing, days):
    """Concentration at given days as multiples of that of half effect."""
    drive = dosing.drug.drive()
    total = np.zeros(len(days))
    for signal in dosing.signals("human"):
        inside = (signal.drive == drive) & (days >= signal.start) & (days < signal.end)
        since = np.where(inside, days - signal.start, 0.0)
        total += inside * (signal.constant + sum(size * np.exp(-rate * since) for size, rate in signal.terms))
    return total


def hours_to_peak(name):
    """Hours from one dose to its highest concentration."""
    dosing = course(name, 10)
    hours = np.linspace(0.05, 24, 5000)
    return hours[np.argmax(level(dosing, dosing.starts()[0] + hours / 24))]


def catalogue_with(tmp_path, **extra):
    """The shipped main file with other files beside it."""
    shutil.copy(SHIPPED / "drugs.yaml", tmp_path)
    for name, text in extra.items():
        (tmp_path / f"drugs_{name}.yaml").write_text(text, encoding="utf-8")
    return {drug.id: drug for drug in read_catalogue(tmp_path).drugs}


@pytest.mark.parametrize("drug", IN_PEOPLE, ids=lambda drug: drug.id)
def test_every_drug_of_people_is_cited_and_acts_on_species_that_exist(drug):
    assert {action.species for action in drug.actions} <= set(load_network().species)
    for way in drug.routes_in("human"):
        field = "dose_ug" if way.half_effect_dose.unit == "ug" else "dose_mg"
        dosing = DrugCourse(**{"name": drug.id, "route": way.route, field: way.half_effect_dose.size, "sessions": 1})
        for key in dosing.source_keys("human"):
            assert source(key)
        assert "occupancy 50%" in dict(dosing.doses("human"))["peak after one dose"]
        assert {signal.drive for signal in dosing.signals("human")} == {
            action.drive for action in drug_actions([drug.id], "human")
        }


def test_the_comparators_of_trials_can_be_given():
    assert set(COMPARATORS) <= {drug.id for drug in IN_PEOPLE}
    for name in COMPARATORS:
        assert course(name, 10, weeks=1, per_day=2).signals("human")


@pytest.mark.parametrize(
    ("name", "hours"),
    [("pregabalin", 6), ("gabapentin", 6), ("duloxetine", 12.5), ("amitriptyline", 22.4), ("tramadol", 6.2)],
)
def test_half_lives_are_those_of_the_sources(name, hours):
    dosing = course(name, 50)
    late = dosing.starts()[0] + 60 / 24
    first, second = level(dosing, np.array([late, late + hours / 24]))
    assert second == pytest.approx(first / 2, rel=1e-6)


@pytest.mark.parametrize(
    ("name", "earliest", "latest"),
    [("pregabalin", 0.7, 1.3), ("gabapentin", 2, 4), ("duloxetine", 5.5, 6.5), ("morphine", 2.5, 2.9)],
)
def test_peaks_come_when_the_sources_say(name, earliest, latest):
    assert earliest <= hours_to_peak(name) <= latest


@pytest.mark.parametrize("name", COMPARATORS)
def test_a_larger_dose_gives_more_at_all_times(name):
    days = np.linspace(1.5, 3, 40)
    assert np.all(level(course(name, 20), days) < level(course(name, 40), days))


def test_uptake_of_gabapentin_saturates_as_measured():
    days = np.linspace(1.5, 2, 20)
    small, large = (level(course("gabapentin", mg), days) for mg in (300, 1200))
    # of 3600 mg a day a share of 33 percent is taken up, of 900 mg a day 60 percent
    assert large / small == pytest.approx(4 * 33 / 60, rel=0.01)
    small, large = (level(course("pregabalin", mg), days) for mg in (50, 200))
    assert large / small == pytest.approx(4.0, rel=1e-12)


def test_steady_state_of_pregabalin_is_reached_within_two_days():
    dosing = course("pregabalin", 100, weeks=2, per_day=3)
    troughs = level(dosing, np.array([day + 9.4 / 24 for day in (3, 14)]))
    assert troughs[0] == pytest.approx(troughs[1], rel=0.02)


def test_actions_have_their_own_size_in_people():
    [rat], [person] = (drug_actions(["pregabalin"], animal) for animal in ("rat", "human"))
    assert (rat.species, rat.kind) == (person.species, person.kind)
    assert rat.size == pytest.approx(0.9, rel=1e-12)
    assert 0 < person.size < rat.size
    assert drug_actions(["naloxone"], "human") == drug_actions(["naloxone"])


def test_entries_for_people_leave_animals_as_they_are(tmp_path):
    alone, full = catalogue_with(tmp_path)["gabapentin"], find_drug("gabapentin")
    assert full.routes_in("rat") == alone.routes
    assert full.half_life_in("mouse") == alone.half_life_in("mouse")
    assert [action.size for action in full.actions] == [action.size for action in alone.actions]
    dosing = DrugCourse(name="gabapentin", dose="50 mg/kg", route="po", sessions=1)
    assert "occupancy 50%" in dict(dosing.doses("rat"))["peak after one dose"]


def test_a_text_means_mg_of_each_dose_or_the_amount_injected():
    assert DrugCourse(name="pregabalin", dose="150 mg", route="oral", sessions=1).dose_mg == pytest.approx(150)
    assert DrugCourse(name="gabapentin", dose="0.6 g", route="po", sessions=1).dose_mg == pytest.approx(600)
    local = DrugCourse(name="gabapentin", dose="0.05 mg", route="intrathecal", sessions=1)
    assert (local.dose_mg, local.dose_ug) == (None, pytest.approx(50, rel=1e-12))
    told = dict(course("pregabalin", 150, weeks=1, per_day=2).doses("human"))
    assert (told["dose"], told["doses"], told["total dose"]) == ("150 mg po", "14", "2100 mg")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"dose": "150 mg", "route": "iv"}, r"Pregabalin iv is dosed in mg/kg \(animals\), not in mg"),
        (
            {"name": "naloxone", "dose": "1 mg", "route": "ip"},
            r"no route for people is known, as it is for .*Pregabalin",
        ),
        ({"name": "carbamazepine", "dose": "30 mg/kg"}, r"is dosed in mg \(people\), not in mg/kg"),
        ({"name": "carbamazepine", "dose": "3 mg", "route": "iv"}, "by the route iv; known routes: po"),
        ({"dose_mg": 5000}, "more than 0 to 4000 mg is accepted"),
        ({"dose_mg": -3}, "greater than 0"),
        ({"dose_mg": 150, "dose_mg_kg": 10}, "exactly one of"),
        ({"dose_mg": 150, "dose": "150 mg"}, "say the same"),
        ({"dose": 150}, r"write for example '150 mg/kg' \(animals\) or '150 mg' \(people\)"),
    ],
)
def test_doses_that_suit_no_species_are_refused(fields, message):
    with pytest.raises(ValidationError, match=message):
        DrugCourse(**({"name": "pregabalin", "route": "po", "sessions": 3} | fields))


@pytest.mark.parametrize(
    ("fields", "animal", "message"),
    [
        ({"dose": "15 mg/kg", "route": "po"}, "human", r"dosed in mg, not in mg/kg.\nWrite dose_mg"),
        ({"dose": "150 mg", "route": "po"}, "rat", r"In the rat, .*dosed in mg/kg, not in mg.\nWrite dose_mg_kg"),
        ({"dose": "8 mg/kg", "route": "ip"}, "human", r"by the route ip in people.*\nKnown routes there: po"),
        ({"name": "naloxone", "dose": "1 mg/kg", "route": "ip"}, "human", r"Naloxone in people.*\n.*Pregabalin"),
        ({"name": "carbamazepine", "dose": "300 mg", "route": "po"}, "mouse", r"in the mouse.\n.*in people only"),
        ({"dose": "150 mg", "route": "po"}, "humann", r"No drug kinetics.*\n.*human"),
    ],
)
def test_a_study_of_another_species_is_told_what_to_write(fields, animal, message):
    dosing = DrugCourse(**({"name": "pregabalin", "sessions": 3} | fields))
    for ask in (dosing.signals, dosing.sessions):
        with pytest.raises(StudyError, match=message):
            ask(animal)


def test_files_beside_the_catalogue_add_drugs_and_people(tmp_path):
    drugs = catalogue_with(tmp_path, new=LAMOTRIGINE, more=PEOPLE)
    assert drugs["lamotrigine"].routes_in("rat") == ()
    [way] = drugs["naloxone"].routes_in("human")
    assert (way.route, way.half_effect_dose.unit) == ("im", "mg")
    sizes = {action.species: action.size_in("human") for action in drugs["naloxone"].actions}
    assert (sizes["mu_activity"], sizes["delta_activity"]) == (0.5, 1.0)


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ({"a": LAMOTRIGINE, "b": LAMOTRIGINE}, "'lamotrigine' stands there twice"),
        ({"a": PEOPLE, "b": PEOPLE}, "People are added to 'naloxone' twice"),
        (
            {"a": PEOPLE.replace("drug: naloxone", "drug: naloxon")},
            "There is no drug 'naloxon'.\nDid you mean naloxone",
        ),
        (
            {"a": PEOPLE.replace("mu_activity", "mu_activiti")},
            "does not act on 'mu_activiti'.\nDid you mean mu_activity",
        ),
        ({"a": PEOPLE.replace("value: 0.5", "value: 1.5")}, "between 0 and 1"),
        ({"a": PEOPLE.replace("animal: human", "animal: rat")}, "dosed in mg/kg in the rat"),
        ({"a": PEOPLE.replace("{mg: 0.4", "{mg_kg: 0.4")}, "dosed in mg in the human"),
        ({"a": LAMOTRIGINE.replace("{human:", "{rat:")}, "no half-life in them"),
    ],
)
def test_files_that_contradict_each_other_are_refused(tmp_path, extra, message):
    with pytest.raises(EvidenceError, match=message):
        catalogue_with(tmp_path, **extra)
