"""Drugs: the catalogue is cited, doses become concentrations, mistakes are explained."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy.integrate import solve_ivp

from allodyne.errors import StudyError
from allodyne.evidence.papers import source
from allodyne.network import load_network
from allodyne.network.actions import Action
from allodyne.treatments.drugs import DrugCourse, concentration_terms, drug_actions, find_drug, load_drugs

IN_ANIMALS = [drug for drug in load_drugs().values() if drug.routes_in("rat")]
COURSES = [(drug.id, route) for drug in IN_ANIMALS for route in dict.fromkeys(w.route for w in drug.routes_in("rat"))]

NAMES = [
    *("gabapentin", "pregabalin", "duloxetine", "amitriptyline", "morphine", "rapamycin", "naloxone", "naltrexone"),
    *(
        "DPCPX",
        "caffeine",
        "CTOP",
        "naltrindole",
        "nor-BNI",
        "yohimbine",
        "idazoxan",
        "NAN-190",
        "MDL-72222",
        "atropine",
    ),
    *(
        "L-NAME",
        "ODQ",
        "KT5823",
        "AM251",
        "AM630",
        "STO609",
        "compound C",
        "minocycline",
        "A-317491",
        "A-438079",
        "CCPA",
    ),
    *("chloroquine", "3-MA", "3-methyladenine (autophagy inhibitor)", "AKT inhibitor IV", "L-365,260"),
    *("rapamycin (mTOR inhibitor)", "CCK-8 (CCK agonist, anti-opioid)"),
]


def course(name, route, dose=None, animal="rat", **timing):
    """A course whose dose is the half-effect dose unless said otherwise."""
    way = find_drug(name).route(route, animal).half_effect_dose
    field = "dose_ug" if way.mg_kg is None else "dose_mg_kg"
    size = dose if dose is not None else (way.mg_kg or way.ug)
    return DrugCourse(**{"name": name, "route": route, field: size, **(timing or {"sessions": 1})})


def concentration(signals, days):
    """Sum the signals of one drive at the given days."""
    days = np.asarray(days, dtype=float)
    total = np.zeros_like(days)
    for signal in signals:
        inside = (days >= signal.start) & (days < signal.end)
        since = np.where(inside, days - signal.start, 0.0)
        total += inside * (signal.constant + sum(size * np.exp(-rate * since) for size, rate in signal.terms))
    return total


@pytest.mark.parametrize("drug", IN_ANIMALS, ids=lambda drug: drug.id)
def test_every_drug_is_cited_and_acts_on_species_that_exist(drug):
    species = load_network().species
    assert drug.actions
    assert {action.species for action in drug.actions} <= set(species)
    for animal in ("rat", "mouse"):
        for route in dict.fromkeys(way.route for way in drug.routes_in(animal)):
            for key in course(drug.id, route, animal=drug.route(route, animal).animal).source_keys(animal):
                assert source(key)


def test_the_catalogue_holds_the_drugs_and_blockers_of_the_findings():
    ids = {find_drug(name).id for name in NAMES}
    assert len(ids) == len(NAMES) - 2  # 3-MA and rapamycin stand there twice


@pytest.mark.parametrize(("name", "route"), COURSES)
def test_the_half_effect_dose_peaks_at_one(name, route):
    given_in = find_drug(name).route(route, "rat").animal
    dosing = course(name, route, animal=given_in)
    drive = find_drug(name).drive()
    signals = [signal for signal in dosing.signals(given_in) if signal.drive == drive]
    [start] = dosing.starts()
    after = np.concatenate([[start], start + np.geomspace(1e-5, 200, 40_000)])
    level = concentration(signals, after)
    assert level.max() == pytest.approx(1.0, rel=1e-5)
    assert level.min() >= -1e-12
    assert concentration(signals, [start - 1e-6]) == 0


def test_concentration_solves_the_one_compartment_equations():
    absorption, half_life, peak = 0.02, 0.07, 3.0
    into, out = math.log(2) / absorption, math.log(2) / half_life
    days = np.linspace(0, 0.5, 200)
    solved = solve_ivp(
        lambda _, y: [-into * y[0], into * y[0] - out * y[1]], (0, 0.5), [1, 0], t_eval=days, rtol=1e-10, atol=1e-12
    ).y[1]
    terms = concentration_terms(peak, absorption, half_life)
    ours = sum(size * np.exp(-rate * days) for size, rate in terms)
    assert ours[0] == pytest.approx(0, abs=1e-12)
    top = into / out
    assert ours == pytest.approx(peak * solved / top ** (-out / (into - out)), rel=1e-6, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(count=st.integers(2, 9), per_day=st.integers(1, 3), when=st.floats(0, 12))
def test_a_course_is_the_sum_of_its_doses(count, per_day, when):
    many = course("gabapentin", "po", sessions=count, per_day=per_day)
    single = course("gabapentin", "po")
    [first] = single.starts()
    alone = single.signals("rat")
    expected = sum(concentration(alone, [when - (start - first)])[0] for start in many.starts())
    assert concentration(many.signals("rat"), [when])[0] == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_signals_of_a_course_never_overlap():
    signals = course("morphine", "sc", sessions=6, per_day=2).signals("rat")
    assert all(early.end == late.start for early, late in pairwise(signals))
    assert signals[-1].end == math.inf


def test_twice_the_dose_is_twice_the_concentration():
    days = np.linspace(1.4, 2, 50)
    once, twice = (concentration(course("caffeine", "ip", dose).signals("mouse"), days) for dose in (4.0, 8.0))
    assert twice == pytest.approx(2 * once, rel=1e-12)


def test_naloxone_blocks_mu_before_delta_and_delta_before_kappa():
    dosing = course("naloxone", "ip", 0.1)
    days = [dosing.starts()[0] + 0.01]
    level = {
        action.species: concentration([s for s in dosing.signals("rat") if s.drive == action.drive], days)[0]
        for action in drug_actions(["naloxone"])
    }
    assert level["mu_activity"] > 2 * level["delta_activity"] > 4 * level["kappa_activity"] > 0


def test_every_action_is_driven_and_every_signal_acts():
    for name, route in COURSES:
        given_in = find_drug(name).route(route, "rat").animal
        driven = {signal.drive for signal in course(name, route, animal=given_in).signals(given_in)}
        assert driven == {action.drive for action in drug_actions([name])}


def test_actions_of_a_drug_named_twice_count_once():
    assert drug_actions(["DPCPX", "dpcpx"]) == [Action("drug:dpcpx", "a1_activity", "block", 1.0)]


@pytest.mark.parametrize(
    ("name", "kind", "species"),
    [
        ("gabapentin", "block", {"alpha2delta"}),
        ("duloxetine", "shift", {"serotonin", "noradrenaline"}),
        ("amitriptyline", "shift", {"serotonin", "noradrenaline"}),
        ("amitriptyline", "block", {"sodium_channels"}),
        ("morphine", "shift", {"mu_activity", "cck"}),
        ("rapamycin", "block", {"mtorc1"}),
        ("3-MA", "block", {"autophagy_flux", "beclin1"}),
        ("AKT inhibitor IV", "block", {"p_akt"}),
        ("CCPA", "shift", {"a1_activity"}),
    ],
)
def test_what_drugs_do(name, kind, species):
    assert {action.species for action in drug_actions([name]) if action.kind == kind} == species


def test_a_mouse_needs_a_quarter_of_the_local_dose_of_a_rat():
    dosing = course("yohimbine", "intrathecal")
    days = [dosing.starts()[0] + 0.01]
    rat, mouse = (concentration(dosing.signals(animal), days)[0] for animal in ("rat", "mouse"))
    assert mouse == pytest.approx(4 * rat, rel=1e-12)


def test_one_dose_of_nor_bni_outlasts_one_of_naltrindole():
    days = [15.0]
    lasting = concentration(course("nor-BNI", "icv", animal="mouse").signals("mouse"), days)[0]
    assert lasting > 0.1 > 1e-6 > concentration(course("naltrindole", "icv").signals("rat"), days)[0]


def test_a_dose_precedes_the_usual_session_by_half_an_hour():
    assert DrugCourse(name="naloxone", dose="2 mg/kg", route="i.p.", days=[3]).starts() == [pytest.approx(3 + 9.5 / 24)]


def test_doses_are_sessions_of_a_minute_and_are_told():
    dosing = DrugCourse(name="Gabapentin", dose="50 mg/kg", route="oral", sessions=10)
    sessions = dosing.sessions("rat")
    assert len(sessions) == 10
    assert sessions[0].end - sessions[0].start == pytest.approx(1 / 1440, rel=1e-9)
    told = dict(dosing.doses("rat"))
    assert told["dose"] == "50 mg/kg po"
    assert told["total dose"] == "500 mg/kg"
    assert "occupancy 50%" in told["peak after one dose"]


def test_a_dose_may_be_given_as_text_in_other_units():
    assert DrugCourse(name="dpcpx", dose="20 ug/kg", route="ip", sessions=1).dose_mg_kg == pytest.approx(
        0.02, rel=1e-12
    )
    assert DrugCourse(name="cck-8", dose="4 ng", route="icv", sessions=1).dose_ug == pytest.approx(0.004, rel=1e-12)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "gabapentine"}, "Did you mean Gabapentin"),
        ({"route": "nasal"}, "there is no route 'nasal'"),
        ({"route": "icv"}, "known routes: ip, po, sc, iv, intrathecal"),
        ({"dose_mg_kg": 5000}, "more than 0 to 1000 mg/kg is accepted"),
        ({"dose_mg_kg": -1}, "greater than 0"),
        ({"dose_mg_kg": None}, "exactly one of dose_mg_kg and dose_ug"),
        ({"dose_ug": 3}, "exactly one of dose_mg_kg and dose_ug"),
        ({"dose_mg_kg": None, "dose_ug": 3}, r"dosed in mg/kg \(animals\) or mg \(people\), not in ug"),
        ({"dose_mg_kg": None, "dose": "50 mg", "route": "ip"}, r"dosed in mg/kg \(animals\), not in mg"),
        ({"dose_mg_kg": None, "dose": 50}, "has no unit"),
        ({"sessions": None}, "exactly one of sessions, weeks and days"),
        ({"minutes": 3}, "Extra inputs"),
    ],
)
def test_mistakes_are_refused_with_a_reason(change, message):
    given_in = {"name": "gabapentin", "dose_mg_kg": 50, "route": "po", "sessions": 7} | change
    with pytest.raises(ValidationError, match=message):
        DrugCourse(**{field: value for field, value in given_in.items() if value is not None})


def test_an_unknown_drug_or_animal_is_a_user_error():
    with pytest.raises(StudyError, match=r"There is no drug 'naloxon'.*\n.*Naloxone"):
        drug_actions(["naloxon"])
    with pytest.raises(StudyError, match="'human'"):
        course("naloxone", "ip").signals("human")
