"""Tools of experiments: found by the names of the papers, and acting on the species that they are meant for."""

from __future__ import annotations

import numpy as np
import pytest

from allodyne import Study
from allodyne.treatments.drugs import find_drug

NAMES = {
    "prazosin": "alpha1_activity",
    "propranolol": "beta2_activity",
    "ketanserin": "ht2a_activity",
    "cinanserin": "ht2a_activity",
    "monoamine depletors (PCPA, tetrabenazine or AMPT)": "serotonin",
    "pirenzepine (M1 antagonist)": "acetylcholine",
    "methoctramine (M2 antagonist)": "acetylcholine",
    "4-DAMP (M3 antagonist)": "acetylcholine",
    "mecamylamine": "nicotinic_activity",
    "BzATP (P2X7 agonist)": "p2x7",
    "alpha,beta-meATP (P2X3 agonist)": "p2x3",
    "capsaicin (TRPV1 agonist)": "trpv1",
    "exogenous BDNF (TrkB agonist)": "bdnf_spinal",
    "cyclotraxin B (TrkB antagonist)": "bdnf_spinal",
    "ANA-12": "bdnf_spinal",
    "L-NIO": "enos",
    "NG-propyl-L-arginine": "nitric_oxide",
    "RG108": "dnmt3a",
    "Nrf2 blocker": "nrf2",
    "EDHB (HIF-1a agonist)": "hif1a",
    "indomethacin": "pge2",
    "triamcinolone acetonide": "il6_nerve",
    "dichloromethylene diphosphonate in mannosylated liposomes": "cns_macrophages",
    "insulin": "glycaemia",
    "naloxone methiodide": "mu_activity",
    "bumetanide": "gaba_tone",
    "lidocaine": "descending_facilitation",
    "hM4Di silencing": "mesolimbic_dopamine",
    "R-3-isobutylgaba (inactive isomer of pregabalin)": "alpha2delta",
}


@pytest.mark.parametrize("name", NAMES)
def test_tools_are_found_by_the_names_of_the_papers(name: str) -> None:
    assert NAMES[name] in [action.species for action in find_drug(name).actions]


def threshold(condition: str, day: int, *drugs: dict[str, object]) -> float:
    """Median mechanical threshold 40 minutes after the last dose of a daily course, as a share of that without."""
    first = max(0, day - 4)
    timing = {"start_day": first, "sessions": day - first + 1, "per_week": 7, "at": "10:20"}
    arms = {"without": [], "with": [{"drug": {**timing, **drug}} for drug in drugs]}
    data = {
        "study": "tools",
        "subjects": {"species": "rat", "n": 8, "seed": 1, "condition": condition},
        "days": day,
        "arms": arms,
        "measure": ["mechanical_threshold"],
        "assess": {"every_days": day, "at": "11:00"},
    }
    values = Study.from_dict(data).run().data["mechanical_threshold_true"].isel(day=-1)
    typical = {arm: float(np.median(values.sel(arm=arm))) for arm in arms}
    return typical["with"] / typical["without"]


@pytest.mark.parametrize(
    ("drug", "condition", "sign"),
    [
        ({"name": "lidocaine", "route": "local", "dose_ug": 21}, "snl", 1),
        ({"name": "bumetanide", "route": "ip", "dose_mg_kg": 30}, "sci", 1),
        ({"name": "cyclotraxin B", "route": "ip", "dose_mg_kg": 20}, "snl", 1),
        ({"name": "triamcinolone", "route": "sc", "dose_mg_kg": 1.5}, "snl", 1),
        ({"name": "capsaicin", "route": "local", "dose_ug": 30}, "paclitaxel", -1),
        ({"name": "BzATP", "route": "intrathecal", "dose_ug": 30}, "snl", -1),
        ({"name": "BDNF", "route": "intrathecal", "dose_ug": 0.000003, "sessions": 1}, "naive", -1),
        ({"name": "alpha,beta-meATP", "route": "local", "dose_ug": 30}, "naive", -1),
        ({"name": "mecamylamine", "route": "intrathecal", "dose_ug": 50}, "naive", -1),
        ({"name": "insulin", "route": "sc", "dose_mg_kg": 0.1}, "stz", 1),
    ],
)
def test_tools_move_thresholds_the_published_way(drug: dict[str, object], condition: str, sign: int) -> None:
    assert sign * np.log(threshold(condition, 14, drug)) > 0.003


def test_an_nsaid_does_more_in_inflammation_than_after_nerve_injury() -> None:
    dose = {"name": "indomethacin", "route": "ip", "dose_mg_kg": 5}
    assert threshold("inflammatory", 4, dose) - 1 > 3 * abs(threshold("snl", 14, dose) - 1)


def test_the_isomer_does_far_less_than_pregabalin() -> None:
    doses = [{"name": name, "route": "iv", "dose_mg_kg": 30} for name in ("pregabalin", "R-3-isobutylgaba")]
    active, inactive = (np.log(threshold("snl", 14, dose)) for dose in doses)
    assert inactive < 0.4 * active


def test_naloxone_methiodide_under_the_skin_needs_a_hundred_times_the_dose_of_naloxone() -> None:
    morphine = {"name": "morphine", "route": "sc", "dose_mg_kg": 3}
    alone = threshold("snl", 14, morphine)
    for name, still in (("naloxone", False), ("naloxone methiodide", True)):
        both = threshold("snl", 14, morphine, {"name": name, "route": "sc", "dose_mg_kg": 0.1})
        assert (both - 1 > 0.8 * (alone - 1)) is still
