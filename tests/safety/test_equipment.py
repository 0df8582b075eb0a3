"""The catalogue of chambers, and what a chamber makes of a plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allodyne.documents import read_document
from allodyne.errors import UserError
from allodyne.evidence.papers import fact, source
from allodyne.safety.chamber_fit import chamber_remarks, delivery_of, fit, fits_of
from allodyne.safety.equipment import Equipment, chamber, load_equipment, own_chambers
from allodyne.safety.limits import Tightening, load_limits, tightened
from allodyne.safety.planned import Planned
from allodyne.safety.remarks import Remark
from allodyne.treatments.hbot import Hbot
from allodyne.treatments.oxygen import alveolar_po2, oxygen_drive

CHAMBERS = load_equipment()
FOR_PEOPLE = sorted(name for name, one in CHAMBERS.items() if "human" in one.subjects)


def hbot(pressure: float = 2.4, fio2: float = 1.0, **fields: Any) -> Hbot:
    return Hbot.model_validate({"pressure_ata": pressure, "fio2": fio2, "minutes": 90, "sessions": 3, **fields})


def remarks(plan: Hbot, animal: str = "human", catalogue: Equipment = CHAMBERS) -> list[Remark]:
    return chamber_remarks([Planned("hbot", 1, "hbot", plan, animal)], catalogue, load_limits())  # type: ignore[arg-type]


def stops(plan: Hbot, animal: str = "human") -> list[str]:
    return [one.id for one in remarks(plan, animal) if one.level == "stop"]


def test_every_number_of_the_catalogue_says_what_it_rests_on() -> None:
    for one in CHAMBERS.values():
        assert all(source(key) for key in one.source_keys()), one.id
        for number in (one.maximum_ata, one.fio2.least, one.fio2.most):
            assert number.sources or (number.basis == "assumption" and number.note), one.id


def test_the_catalogue_holds_the_kinds_that_are_in_use() -> None:
    wanted = {"monoplace_oxygen", "monoplace_air_mask", "multiplace_mask", "multiplace_hood", "soft_air"}
    assert wanted | {"soft_concentrator", "rodent_chamber", "normobaric_mask"} <= set(CHAMBERS)
    assert {one.kind for one in CHAMBERS.values()} == {"monoplace", "multiplace", "soft", "rodent", "mask"}


def test_an_unknown_chamber_is_answered_with_the_nearest_and_its_place() -> None:
    with pytest.raises(UserError) as caught:
        chamber("multiplace_hod", CHAMBERS, "arm hbot")
    assert "multiplace_hood" in (caught.value.remedy or "") and caught.value.where == "arm hbot"
    with pytest.raises(UserError, match="no chamber 'tent'") as caught:
        remarks(hbot(chamber="tent"))
    assert "arm hbot, entry 1" in (caught.value.where or "")


@pytest.mark.parametrize("pressure", [1.5, 2.0, 2.4, 2.5, 2.8, 3.0])
@pytest.mark.parametrize("name", ["monoplace_oxygen", "monoplace_air_mask", "multiplace_mask", "multiplace_hood"])
def test_clinical_plans_run_in_hard_chambers_of_hospitals(name: str, pressure: float) -> None:
    plan = hbot(pressure, chamber=name, air_breaks={"minutes": 5, "every_minutes": 20})
    assert stops(plan) == []
    best = fit(plan, "human", CHAMBERS[name]).best
    assert best.share == pytest.approx(1)
    assert best.drive == pytest.approx(oxygen_drive(pressure, 1.0, "human"))


@pytest.mark.parametrize(
    ("plan", "animal", "name", "reasons"),
    [
        (hbot(3.06), "human", "monoplace_oxygen", ["pressure"]),
        (hbot(2.4), "human", "ms_centre", ["pressure"]),
        (hbot(2.0), "human", "ms_centre", []),
        (hbot(2.0), "human", "soft_air", ["pressure", "oxygen"]),
        (hbot(1.3, 0.21), "human", "soft_air", []),
        (hbot(1.3, 0.3), "human", "soft_air", ["oxygen"]),
        (hbot(1.3, 0.3), "human", "soft_concentrator", []),
        (hbot(1.3, 0.5), "human", "soft_concentrator", ["oxygen"]),
        (hbot(1.3, 0.5), "human", "monoplace_oxygen", ["oxygen"]),
        (hbot(1.3, 0.5), "human", "multiplace_hood", []),
        (hbot(2.0, 0.21), "human", "monoplace_oxygen", []),
        (hbot(1.0, 0.9), "human", "normobaric_mask", []),
        (hbot(1.0, 1.0), "human", "normobaric_mask", ["oxygen"]),
        (hbot(2.0), "human", "rodent_chamber", ["subject"]),
        (hbot(2.0), "rat", "multiplace_hood", ["subject"]),
        (hbot(3.5), "rat", "rodent_chamber", []),
        (hbot(4.0), "mouse", "rodent_chamber", ["pressure"]),
        (hbot(4.0), "mouse", "rodent_box", []),
        (hbot(2.0, air_breaks={"minutes": 5, "every_minutes": 20}), "rat", "rodent_chamber", ["air_breaks"]),
        (hbot(2.0, 0.21, air_breaks={"minutes": 5, "every_minutes": 20}), "rat", "rodent_chamber", []),
        (hbot(2.0, air_breaks={"minutes": 5, "every_minutes": 20}), "rat", "rodent_box", []),
    ],
)
def test_what_a_chamber_cannot_do(plan: Hbot, animal: str, name: str, reasons: list[str]) -> None:
    fitted = fit(plan, animal, CHAMBERS[name])  # type: ignore[arg-type]
    assert [one.reason for one in fitted.why_not] == reasons
    assert fitted.can_run == (not reasons)
    named = plan.model_copy(update={"chamber": name})
    assert stops(named, animal) == [f"equipment:{reason}" for reason in reasons]


def test_a_stop_says_the_numbers_and_which_chambers_can_run_the_plan() -> None:
    (stop,) = [one for one in remarks(hbot(3.06, chamber="monoplace_oxygen")) if one.level == "stop"]
    assert "3.06 ATA" in stop.what and "3 ATA" in stop.what
    assert (stop.value, stop.limit, stop.unit) == (3.06, 3.0, "ATA")
    assert "multiplace_mask" in stop.remedy and "monoplace_air_mask" not in stop.remedy and stop.sources


def test_a_plan_without_a_chamber_is_not_compared_with_one() -> None:
    assert remarks(hbot()) == []


@pytest.mark.parametrize("oxygen", ["o2frac24_1.3", "o2frac30_1.3", "o2frac40_1.3"])
def test_alveolar_po2_in_a_soft_chamber_is_the_published_one(oxygen: str) -> None:
    fraction = int(oxygen[6:8]) / 100
    best = fit(hbot(1.3, fraction), "human", CHAMBERS["soft_concentrator"]).best
    assert best.alveolar == pytest.approx(fact("oxy-derived-alveolar-table").value[oxygen], abs=0.05)


def test_inspired_po2_at_2p4_ata_is_the_published_one() -> None:
    best = fit(hbot(2.4), "human", CHAMBERS["multiplace_hood"]).best
    assert best.inspired == pytest.approx(fact("oxy-inspired-po2-2p4").value, abs=0.5)
    assert best.alveolar == pytest.approx(alveolar_po2(2.4, 1.0))


def test_a_soft_chamber_with_air_gives_no_more_than_a_mask_at_sea_level() -> None:
    """The statement of the hyperbaric society (cham-soft-uhms-2017)."""
    soft = fit(hbot(1.4), "human", CHAMBERS["soft_air"]).best
    mask = fit(hbot(1.4), "human", CHAMBERS["normobaric_mask"]).least
    assert soft.arterial < mask.arterial and soft.tissue < mask.tissue


def test_least_fractions_of_masks_reproduce_the_measured_order_of_devices() -> None:
    """A hood is reliable, a mask needs supervision, a loose one loses most (stephenson1996, reservoir-mask-fit)."""
    order = ["monoplace_air_mask", "multiplace_mask", "multiplace_hood"]
    shares = [fit(hbot(), "human", CHAMBERS[name]).least.share for name in order]
    assert shares == sorted(shares, key=lambda share: share or 0) and len(set(shares)) == 3


def test_a_demand_valve_at_sea_level_comes_close_to_the_measured_arterial_po2() -> None:
    """Pure oxygen by a diving regulator gave 538 to 556 mmHg (kohler2022), between the bounds of a tight mask."""
    mask = fit(hbot(1.0), "human", CHAMBERS["multiplace_mask"])
    assert mask.least.arterial < 538 < 556 < mask.best.arterial
    reservoir = fit(hbot(1.0), "human", CHAMBERS["normobaric_mask"])
    assert reservoir.least.arterial < 348 < 451 < reservoir.best.arterial


def test_a_leaking_mask_is_remarked_by_how_much_of_the_dose_is_lost() -> None:
    hood, mask, loose = (
        [one.level for one in remarks(hbot(chamber=name)) if one.id == "chambers:delivered_share"]
        for name in ("multiplace_hood", "multiplace_mask", "monoplace_air_mask")
    )
    assert (hood, mask, loose) == ([], ["note"], ["caution"])


def test_own_limits_tighten_what_a_chamber_may_lose(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text("limits: {chambers.delivered_share: {caution: 99, note: 99, reason: trial}}\n")
    own = {"chambers.delivered_share": Tightening(caution=99, note=99, reason="trial")}
    limits = tightened(load_limits(), own, read_document(path))
    found = chamber_remarks([Planned("a", 1, "hbot", hbot(chamber="multiplace_hood"), "human")], CHAMBERS, limits)
    assert [one.level for one in found if one.id == "chambers:delivered_share"] == ["caution"]


@pytest.mark.parametrize(
    ("name", "animal", "fio2", "found"),
    [
        ("monoplace_oxygen", "human", 1.0, [("fire:chamber_oxygen", "caution")]),
        ("monoplace_oxygen", "human", 0.21, [("fire:burning_rate", "note")]),
        ("multiplace_hood", "human", 1.0, [("fire:burning_rate", "note")]),
        ("rodent_chamber", "rat", 1.0, [("fire:chamber_oxygen", "caution")]),
    ],
)
def test_oxygen_in_the_chamber_air_is_compared_with_the_limits_on_fire(
    name: str, animal: str, fio2: float, found: list[tuple[str, str]]
) -> None:
    fire = [one for one in remarks(hbot(2.0, fio2, chamber=name), animal) if one.id.startswith("fire:")]
    assert [(one.id, one.level) for one in fire] == found


def test_a_concentrator_enriches_the_air_of_a_soft_chamber() -> None:
    (fire,) = [one for one in remarks(hbot(1.3, 0.3, chamber="soft_concentrator")) if one.id.startswith("fire:")]
    assert fire.id == "fire:chamber_oxygen" and fire.value == 25 and fire.limit == 23.5


def test_air_at_normal_pressure_is_no_fire_hazard() -> None:
    assert remarks(hbot(1.0, 0.21, chamber="multiplace_mask")) == []


def test_compression_faster_than_the_chamber_is_a_caution_with_the_minutes_needed() -> None:
    plan = hbot(3.0, compression_min=2, chamber="monoplace_oxygen")
    (found,) = [one for one in remarks(plan) if one.id == "equipment:compression"]
    # 2 ATA of 101.325 kPa at 5 psi (34.5 kPa) a minute
    assert found.level == "caution" and found.limit == pytest.approx(5.87, abs=0.01)
    assert found.remedy == "Write compression_min: 6."
    fitted = fit(plan, "human", CHAMBERS["monoplace_oxygen"])
    assert fitted.can_run and 1 < (fitted.best.share or 0) < 1.05  # oxygen is breathed while it takes longer
    slow = hbot(3.0, compression_min=6, chamber="monoplace_oxygen")
    assert "equipment:compression" not in [one.id for one in remarks(slow)]


def test_without_its_air_breaks_a_session_delivers_more_than_is_planned() -> None:
    plan = hbot(2.0, air_breaks={"minutes": 5, "every_minutes": 20})
    without, with_breaks = (fit(plan, "rat", CHAMBERS[name]).best.share for name in ("rodent_chamber", "rodent_box"))
    assert with_breaks == pytest.approx(1) and (without or 0) > 1.05


def test_where_the_rate_is_not_known_no_time_is_made_up() -> None:
    fitted = fit(hbot(2.0, compression_min=0), "rat", CHAMBERS["rodent_chamber"])
    assert fitted.compression_minutes is None and not fitted.compression_too_fast


def test_the_face_piece_is_told_for_masks_and_hoods_only() -> None:
    told = {name: delivery_of(hbot(chamber=name), CHAMBERS) for name in CHAMBERS}
    assert told["multiplace_hood"] == "hood" and told["multiplace_mask"] == "mask" == told["monoplace_air_mask"]
    assert told["monoplace_oxygen"] is None and told["rodent_chamber"] is None
    assert delivery_of(hbot(), CHAMBERS) is None and delivery_of(hbot(chamber="tent"), CHAMBERS) is None


def test_a_plan_without_an_oxygen_dose_has_no_share() -> None:
    fitted = fit(hbot(1.0, 0.21), "human", CHAMBERS["multiplace_mask"])
    assert fitted.best.share is None and fitted.best.drive == pytest.approx(0)


def test_every_hyperbaric_entry_is_compared_with_every_chamber() -> None:
    plans = [
        Planned("a", 1, "hbot", hbot(2.0), "human"),
        Planned("a", 2, "hbot", hbot(1.5, chamber="soft_air"), "human"),
    ]
    fits = fits_of(plans, CHAMBERS)
    assert [(one.arm, one.entry, one.chamber) for one in fits] == [("a", 1, None), ("a", 2, "soft_air")]
    assert [one.chamber for one in fits[0].fits] == list(CHAMBERS)
    assert fits[0].planned.share == 1 and fits[0].planned.fio2 == 1


pressures, fractions = st.floats(1.0, 6.0), st.floats(0.21, 1.0)


@settings(max_examples=60, deadline=None)
@given(pressures, fractions, st.sampled_from(sorted(CHAMBERS)), st.sampled_from(["human", "rat", "mouse"]))
def test_no_chamber_gives_more_than_is_planned(pressure: float, fio2: float, name: str, animal: str) -> None:
    plan = hbot(pressure, fio2)
    fitted = fit(plan, animal, CHAMBERS[name])  # type: ignore[arg-type]
    for reached in (fitted.best, fitted.least):
        assert reached.pressure_ata <= pressure and reached.fio2 <= fio2
        assert reached.share is None or reached.share <= 1 + 1e-9
    assert fitted.least.tissue <= fitted.best.tissue + 1e-9
    if fitted.can_run:
        assert fitted.best.share is None or fitted.best.share == pytest.approx(1)


@settings(max_examples=60, deadline=None)
@given(pressures, fractions, st.floats(0, 2), st.sampled_from(FOR_PEOPLE))
def test_more_pressure_never_makes_a_plan_possible(pressure: float, fio2: float, more: float, name: str) -> None:
    higher = min(pressure + more, 6.0)
    if fit(hbot(higher, fio2), "human", CHAMBERS[name]).can_run:
        assert fit(hbot(pressure, fio2), "human", CHAMBERS[name]).can_run


OWN = """\
chambers:
  basement:
    label: chamber in the basement
    kind: monoplace
    place: hospital
    subjects: [human]
    maximum_ata: 2.2
    gases: [oxygen, air]
    delivery: mask
    fio2: {least: 0.8, most: {value: 0.97, basis: measured, sources: [stephenson1996]}}
    chamber_oxygen: 22
    air_breaks: {possible: true, how: the mask comes off}
"""


def own(text: str, folder: Path) -> Equipment:
    path = folder / "rules.yaml"
    path.write_text(text)
    document = read_document(path)
    return own_chambers(document.data["chambers"], document)


def test_an_own_chamber_counts_like_those_of_the_catalogue(tmp_path: Path) -> None:
    mine = own(OWN, tmp_path)
    assert mine["basement"].maximum_ata.basis == "assumption"
    both = {**CHAMBERS, **mine}
    assert [one.id for one in remarks(hbot(2.2, 0.97, chamber="basement"), catalogue=both) if one.level == "stop"] == []
    found = remarks(hbot(2.4, chamber="basement"), catalogue=both)
    assert [one.id for one in found if one.level == "stop"] == ["equipment:pressure", "equipment:oxygen"]


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("maximum_ata: 2.2", "maximum_ata: 0.5", 2, "1 or more"),
        ("maximum_ata: 2.2", "maxmum_ata: 2.2", 2, "maximum_ata"),
        ("kind: monoplace", "kind: tent", 4, "monoplace"),
        ("least: 0.8", "least: 80", 10, "fractions"),
        ("[stephenson1996]", "[stevenson1996]", 2, "stephenson1996"),
        ("  basement:", "  multiplace_hood:", 2, "catalogue already"),
        ("gases: [oxygen, air]", "gases: [air]", 2, "that of air"),
        ("    chamber_oxygen: 22\n", "", 2, "chamber_oxygen"),
    ],
)
def test_a_mistake_in_an_own_chamber_is_told_with_its_place(
    old: str, new: str, line: int, said: str, tmp_path: Path
) -> None:
    with pytest.raises(UserError) as caught:
        own(OWN.replace(old, new), tmp_path)
    assert said in str(caught.value)
    assert f"line {line}" in (caught.value.where or "") and "rules.yaml" in (caught.value.where or "")
