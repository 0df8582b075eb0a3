"""A published finding as an experiment of the model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from allodyne.experiments.measures import Measure, Statistic
from allodyne.experiments.scenario import Scenario

Direction = Literal["up", "down", "none"]


@dataclass(frozen=True)
class Reading:
    """The level of one species in one group at one time (days)."""

    scenario: Scenario
    species: str
    day: float


@dataclass(frozen=True)
class Side:
    """One group: what is read of it, and how that becomes the value of the outcome."""

    readings: tuple[Reading, ...]
    measure: Measure


@dataclass(frozen=True)
class Number:
    """A published size.

    Attributes
    ----------
    statistic : str
    value, se : float
        In the unit of the statistic: natural logarithms, unit of the outcome, SDs.
    stated : bool
        Whether the source gives its error; otherwise ``se`` is the usual one of such numbers.
    """

    statistic: Statistic
    value: float
    se: float
    stated: bool


@dataclass(frozen=True)
class Experiment:
    """One published comparison, or one published share or rate of a single group.

    Attributes
    ----------
    id, paper, kind, animal, condition, therapy, variable : str
        Of the finding; the condition is the one that stands for it in the model.
    left, right : Side
        The two groups; without a right one the finding is a number of one group.
    direction : {"up", "down", "none"} or None
        Of the variable in the left group against the right one.
    number : Number or None
    built_in : bool
        Whether the paper is a source of the model itself: of an edge, a drive, a condition or a drug.
    """

    id: str
    paper: str
    kind: str
    animal: str
    condition: str
    therapy: str
    variable: str
    left: Side
    right: Side | None
    direction: Direction | None
    number: Number | None
    built_in: bool = False

    @property
    def in_people(self) -> bool:
        """Whether its subjects are people."""
        return self.animal == "human"

    @property
    def family(self) -> str:
        """Numbers that may be expected to miss alike: by subjects, statistic and kind of measure."""
        who = "people" if self.in_people else "animals"
        if self.number is None:
            return who
        return f"{who}, {type(self.left.measure).__name__.lower()}, {self.number.statistic}"

    def readings(self) -> tuple[Reading, ...]:
        """All readings, those of the left group first."""
        return self.left.readings + (self.right.readings if self.right else ())


@dataclass
class Expressed:
    """Experiments, and why other findings are not among them.

    Attributes
    ----------
    experiments : list of Experiment
    refused : dict of str to str
        Reason by id.
    outside : dict of str to str
        Findings about something that no model of pain and its mediators could show, such as prevalence; reason by id.
    findings : dict of str to mapping
        All findings by id.
    """

    experiments: list[Experiment] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    outside: dict[str, str] = field(default_factory=dict)
    findings: dict[str, Any] = field(default_factory=dict)
