"""What happens to one group of a published experiment."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import yaml

from allodyne.animals import IN_PEOPLE
from allodyne.network.actions import Action
from allodyne.network.knockout import Knockout
from allodyne.network.schema import Network
from allodyne.signals import Signal
from allodyne.subjects.conditions import load_conditions
from allodyne.subjects.population import drive_in_people
from allodyne.treatments import TREATMENTS
from allodyne.treatments.drugs import DrugCourse, drug_actions


@dataclass(frozen=True)
class Scenario:
    """What happens to one group: a lesion and treatments, in the words of a study file; and what it lacks.

    Attributes
    ----------
    animal, condition : str
    plans : tuple of str
        Entries of an arm of a study, as YAML.
    knockout : str or None
        A species of the network whose influence the group lacks.
    """

    animal: str
    condition: str
    plans: tuple[str, ...] = ()
    knockout: str | None = None

    def signals(self, network: Network) -> list[Signal]:
        """Signals of the lesion and of the treatments."""
        lesion = load_conditions()[self.condition].signals(self.animal)
        given = [*lesion, *(signal for plan in self.models() for signal in plan.signals(self.animal))]
        return [drive_in_people(signal, network) for signal in given] if self.animal == IN_PEOPLE else given

    def start(self) -> float:
        """Day on which the simulation begins: that of the first signal, at the latest day 0."""
        lesion = load_conditions()[self.condition].signals(self.animal)
        starts = [signal.start for signal in lesion] + [start for start, _ in self.sessions()]
        return float(min([0.0, *(math.floor(start) for start in starts)]))

    def sessions(self) -> list[tuple[float, float]]:
        """Start and end of each session or dose, in days, in order."""
        return sorted((one.start, one.end) for plan in self.models() for one in plan.sessions(self.animal))

    def models(self) -> list[Any]:
        """The treatments as models."""
        entries = [yaml.safe_load(text) for text in self.plans]
        return [TREATMENTS[name](**fields) for entry in entries for name, fields in entry.items()]

    def cut(self, network: Network) -> list[str]:
        """Ids of the edges that the group lacks."""
        return Knockout(species=(self.knockout,)).cut(network) if self.knockout else []

    def actions(self) -> list[Action]:
        """What the drugs do."""
        names = [plan.name for plan in self.models() if isinstance(plan, DrugCourse)]
        return drug_actions(names, self.animal)


def plan_text(name: str, fields: dict[str, Any]) -> str:
    """One entry of an arm as YAML, the same for the same entry."""
    return yaml.safe_dump({name: fields}, default_flow_style=True, sort_keys=True).strip()
