"""Knock-outs: what an arm lacks."""

from __future__ import annotations

import pytest

from allodyne import Study
from allodyne.errors import StudyError
from allodyne.network import Network
from allodyne.network.knockout import Knockout

SWIM = {"exercise": {"mode": "swimming", "minutes": 30, "weeks": 2}}


def study(arms: dict[str, list[object]]) -> Study:
    return Study.from_dict(
        {
            "study": "knock-out",
            "subjects": {"species": "rat", "condition": "cci", "n": 5, "seed": 2},
            "days": 14,
            "arms": arms,
            "measure": ["hsp72", "tnf_alpha_nerve"],
            "assess": {"every_days": 14},
        }
    )


def test_a_species_knocked_out_acts_on_nothing(network: Network) -> None:
    assert Knockout(species=("hsp72",)).cut(network) == [edge.id for edge in network.out_of("hsp72")]


def test_edges_may_be_written_with_an_arrow(network: Network) -> None:
    assert Knockout(edges=("hsp72 -> tnf_alpha_nerve",)).cut(network) == ["hsp72>tnf_alpha_nerve"]


def test_what_runs_through_the_species_is_gone_and_the_rest_stays() -> None:
    trained = study({"swim": [SWIM], "without": [SWIM, {"knockout": {"species": "hsp72"}}]}).run()

    def levels(outcome: str, arm: str) -> float:
        return float(trained.data[f"{outcome}_true"].sel(arm=arm).isel(day=-1).mean())

    assert levels("hsp72", "without") == pytest.approx(levels("hsp72", "swim"), rel=0.02)
    assert levels("tnf_alpha_nerve", "without") > 1.01 * levels("tnf_alpha_nerve", "swim")


def test_an_arm_whose_treatment_reaches_nothing_is_untreated() -> None:
    cut = {"knockout": {"edges": ["training_state>hsp72"]}}
    untreated = study({"a": [], "b": [cut]}).run()

    a, b = (untreated.data["hsp72_true"].sel(arm=arm).to_numpy() for arm in ("a", "b"))
    assert a == pytest.approx(b, rel=1e-12)


@pytest.mark.parametrize(
    ("entry", "said", "remedy"),
    [
        ({"species": "hsp71"}, "no species 'hsp71'", "hsp72"),
        ({"edges": ["hsp72>tnf"]}, "no edge 'hsp72>tnf'", "hsp72>tnf_alpha_nerve"),
        ({}, "name the species or edges", ""),
    ],
)
def test_a_mistake_is_named(entry: dict[str, object], said: str, remedy: str) -> None:
    with pytest.raises(StudyError) as caught:
        study({"a": [], "b": [{"knockout": entry}]})
    assert said in str(caught.value)
    assert remedy in str(caught.value)


def test_it_is_written_back_with_the_study() -> None:
    planned = study({"a": [], "b": [{"knockout": {"species": ["hsp72"]}}]})
    assert "hsp72" in planned.to_yaml()
