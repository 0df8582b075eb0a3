"""Of the whole check: more pressure, longer, more sessions or no air breaks never make the verdict lighter."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from allodyne import Patient, Study
from allodyne.safety.check import check_plan
from allodyne.safety.remarks import LEVELS, gravest

# Diabetes of which type: the condition of the study says that it is there.
_ASKED = {"age": 50, "sex": "male", "conditions": {"diabetes": "type_2"}, "everything_else": "absent"}
HEALTHY = Patient.from_dict({"patient": "a man of 50", **_ASKED})
BREAKS = {"minutes": 5, "every_minutes": 20}

plans = st.fixed_dictionaries(
    {
        "pressure_ata": st.floats(1.0, 3.5),
        "fio2": st.sampled_from([0.21, 0.4, 1.0]),
        "minutes": st.floats(10, 240),
        "sessions": st.integers(1, 80),
        "per_week": st.sampled_from([3, 5, 7]),
    }
)


def gravity(hbot: dict[str, Any], species: str, but: str = "") -> int:
    """Place of the gravest level; a note weighs nothing, since also unusually mild plans get one."""
    people = species == "human"
    study = Study.from_dict(
        {
            "study": "A plan",
            "subjects": {"species": species, "condition": "dpn" if people else "cci", "n": 1},
            "days": 400,
            "arms": {"untreated": [], "hbot": [{"hbot": hbot}]},
            "measure": ["pain_score" if people else "mechanical_threshold"],
        }
    )
    found = check_plan(study, HEALTHY if people else None)
    level = gravest([remark.level for remark in found.every_remark() if remark.id != but])
    return 0 if level is None else LEVELS.index(level)


@pytest.mark.parametrize("species", ["human", "rat"])
@settings(max_examples=40, deadline=None)
@given(plan=plans, more=st.floats(0.01, 1.0), field=st.sampled_from(["pressure_ata", "minutes", "sessions", "fio2"]))
def test_more_is_never_safer(species: str, plan: dict[str, Any], more: float, field: str) -> None:
    raised = {
        "pressure_ata": min(plan["pressure_ata"] + more, 4.5),
        "minutes": plan["minutes"] * (1 + more),
        "sessions": plan["sessions"] + int(20 * more) + 1,
        "fio2": min(plan["fio2"] + more, 1.0),
    }
    worse = {**plan, field: raised[field]}
    assume(worse["minutes"] <= 300)
    # oxygen takes the place of nitrogen, so that with more of it this one harm falls
    but = "oxygen:nitrogen" if field == "fio2" else ""
    assert gravity(worse, species, but) >= gravity(plan, species, but)


@settings(max_examples=40, deadline=None)
@given(plan=plans)
def test_air_breaks_are_never_the_worse_choice(plan: dict[str, Any]) -> None:
    # in a mixture a break on air brings nitrogen
    plan = {**plan, "fio2": 1.0 if plan["fio2"] > 0.21 else 0.21}
    assert gravity(plan, "human") >= gravity({**plan, "air_breaks": BREAKS}, "human")


def test_the_levels_that_the_properties_range_over_are_all_reached() -> None:
    mild = {"pressure_ata": 1.5, "minutes": 60, "sessions": 5, "per_week": 5}
    reached = {gravity({**mild, **change}, "human") for change in ({}, {"sessions": 40}, {"pressure_ata": 3.2})}
    assert {LEVELS.index("caution"), LEVELS.index("stop")} <= reached and min(reached) == 0
