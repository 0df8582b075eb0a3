"""What stands beside the numbers of a run: where they come from, and through what each arm acts."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from allodyne.calibrate.uncertainty import calibration_text, digest_of
from allodyne.network import Network
from allodyne.network.knockout import Knockout
from allodyne.simulate.contributions import Contribution, contributions
from allodyne.simulate.solve import Accuracy
from allodyne.simulate.structure import FloatArray
from allodyne.study.schedule import ArmSchedule
from allodyne.study_sources import sources_of
from allodyne.subjects.conditions import load_conditions

if TYPE_CHECKING:
    from allodyne.pipeline import Prepared
    from allodyne.study.schema import Study


def attributes_of(one: Prepared, typical: Mapping[str, FloatArray], accuracy: Iterable[Accuracy]) -> dict[str, Any]:
    """Say where the numbers of a run come from.

    Parameters
    ----------
    one : Prepared
    typical : mapping of str to array, shape (outputs, species)
        Levels of all species in the typical subject, by arm.
    accuracy : iterable of Accuracy
        Of the arms.

    Returns
    -------
    dict
        Texts and numbers; lists and mappings as JSON.
    """
    import jax

    import allodyne
    from allodyne.report.results import CONTEXT_OF_USE

    study, network, schedule = one.study, one.network, one.schedule
    calibration = calibration_text(one.uncertainty, one.own)
    errors = [error for arm in accuracy for error in arm.errors.tolist() if np.isfinite(error)]
    return {
        "study": study.study,
        "allodyne_version": allodyne.__version__,
        "jax_version": jax.__version__,
        "seed": study.subjects.seed,
        "tolerance": study.tolerance,
        "device": one.machine.device,
        "precision": one.machine.precision,
        "achieved_error": max(errors, default=float("nan")),
        "condition": study.subjects.condition,
        "animal": study.subjects.species,
        "subjects": study.subjects.n,
        "created": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "parameters": f"{_parameters(network)}; {calibration}",
        "calibration": calibration,
        "parameters_digest": digest_of(one.uncertainty.posterior),
        "condition_label": load_conditions()[study.subjects.condition].label,
        "doses": json.dumps({arm: _doses(study, arm) for arm in study.arms}),
        "edges": len(network.edges),
        "assumptions": sum(edge.basis == "assumption" for edge in network.edges.values()),
        "network": json.dumps({path.name: path.read_text(encoding="utf-8") for path in study.network}),
        "own_papers": json.dumps({key: [paper.citation, paper.address] for key, paper in network.papers.items()}),
        "sources": json.dumps(sources_of(study, network, study.outcomes)),
        "context_of_use": CONTEXT_OF_USE,
        "sessions": json.dumps({arm: _sessions(plan) for arm, plan in schedule.arms.items()}),
        "control": study.control,
        "study_yaml": study.to_yaml(),
        "published": json.dumps([entry.model_dump() for entry in study.published]),
        "mechanisms": json.dumps(_mechanisms(one, typical)),
    }


def _parameters(network: Network) -> str:
    assumed = sum(edge.basis == "assumption" for edge in network.edges.values())
    turnover = sum(one.turnover_basis == "assumption" for one in network.species.values())
    return (
        f"network: {len(network.species)} species, {len(network.edges)} edges ({assumed} on assumption), "
        f"{turnover} turnover times on assumption"
    )


def _doses(study: Study, arm: str) -> list[list[str]]:
    return [list(pair) for plan in study.arms[arm] for pair in plan.doses(study.subjects.species)]


def _sessions(plan: ArmSchedule) -> list[list[Any]]:
    return [[one.start, one.end, one.treatment, one.label] for one in plan.sessions]


def edges_cut(study: Study, arm: str, network: Network) -> set[str]:
    """Ids of the edges that an arm lacks."""
    return {name for plan in study.arms[arm] if isinstance(plan, Knockout) for name in plan.cut(network)}


def _mechanisms(one: Prepared, levels: Mapping[str, FloatArray]) -> list[dict[str, Any]]:
    """Through what each arm differs from the control, in the typical subject on the day of the largest difference."""
    study, network, structure = one.study, one.network, one.structure
    days = [label for label, _ in study.output_times()]
    found = []
    for outcome in (each for each in study.outcomes if each.kind == "endpoint"):
        row = structure.row(outcome.species)
        for arm in (name for name in study.arms if name != study.control):
            gap = np.log(levels[arm][:, row] / levels[study.control][:, row])
            day = int(np.nanargmax(np.abs(gap))) if np.isfinite(gap).any() else 0
            treated, control = (
                dict(zip(structure.species, levels[name][day], strict=True)) for name in (arm, study.control)
            )
            cut = frozenset(edges_cut(study, arm, network)), frozenset(edges_cut(study, study.control, network))
            inputs = contributions(network, treated, control, outcome.species, cut)
            found.append(
                {
                    "arm": arm,
                    "against": study.control,
                    "outcome": outcome.name,
                    "day": days[day],
                    "change": float(gap[day]),
                    "inputs": [_input(network, each) for each in inputs],
                }
            )
    return found


def _input(network: Network, one: Contribution) -> dict[str, Any]:
    label = network.species[one.source].label
    return {
        "species": one.source,
        "label": label,
        "change": round(one.change, 4),
        "inputs": [_input(network, below) for below in one.through],
    }
