"""What a rule asks about a patient."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from allodyne.safety.contraindications.judging import Finding, all_of, any_of
from allodyne.safety.patient import Answer
from allodyne.safety.patient_facts import patient_facts

Asked = Callable[[str], Answer]
"""What is known of a fact, by its id."""


class _Condition(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Present(_Condition):
    """A condition is there; with `stages`, in one of them."""

    fact: str
    stages: tuple[str, ...] = ()

    def judge(self, asked: Asked) -> Finding:
        """Judge it by what is known of a patient."""
        known, answer = patient_facts()[self.fact], asked(self.fact)
        if answer is None:
            return Finding(None, missing=(known.place,))
        if answer is False or (self.stages and isinstance(answer, str) and answer not in self.stages):
            return Finding(False)
        if self.stages and answer is True:
            return Finding(None, missing=(f"{known.place} (which: {', '.join(known.stages)})",))
        stage = f" ({answer.replace('_', ' ')})" if isinstance(answer, str) else ""
        return Finding(True, (f"{known.label}{stage}",))

    def facts(self) -> Iterator[str]:
        """List the facts that it asks for."""
        yield self.fact


class Taken(_Condition):
    """A drug was taken, with `within_days` not longer ago than that."""

    drug: str
    within_days: float | None = None

    def judge(self, asked: Asked) -> Finding:
        """Judge it by what is known of a patient."""
        known, answer = patient_facts()[self.drug], asked(self.drug)
        if answer is None:
            return Finding(None, missing=(known.place,))
        if answer is False:
            return Finding(False)
        if isinstance(answer, float):
            when = f"last taken {answer:g} days ago" if answer else "taken now"
            held = self.within_days is None or answer <= self.within_days
            return Finding(held, (f"{known.label} ({when})",) if held else ())
        if self.within_days is None:
            return Finding(True, (known.label,))
        return Finding(None, missing=(f"{known.place} (how many days ago)",))

    def facts(self) -> Iterator[str]:
        """List the facts that it asks for."""
        yield self.drug


class Measured(_Condition):
    """A number is above or below a bound, or reaches it."""

    number: str
    above: float | None = None
    below: float | None = None
    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _one_bound(self) -> Measured:
        if sum(bound is not None for bound in (self.above, self.below, self.at_least, self.at_most)) != 1:
            raise ValueError("give one of above, below, at_least and at_most")
        return self

    def judge(self, asked: Asked) -> Finding:
        """Judge it by what is known of a patient."""
        known, answer = patient_facts()[self.number], asked(self.number)
        if answer is None:
            return Finding(None, missing=(known.place,))
        held = isinstance(answer, float) and not isinstance(answer, bool) and self._holds(answer)
        return Finding(held, (f"{known.label} {answer:g} {known.unit}",) if held else ())

    def _holds(self, value: float) -> bool:
        return (
            (self.above is not None and value > self.above)
            or (self.below is not None and value < self.below)
            or (self.at_least is not None and value >= self.at_least)
            or (self.at_most is not None and value <= self.at_most)
        )

    def facts(self) -> Iterator[str]:
        """List the facts that it asks for."""
        yield self.number


class AllOf(_Condition):
    """Several conditions hold together."""

    all: Annotated[tuple[Condition, ...], Field(min_length=2)]

    def judge(self, asked: Asked) -> Finding:
        """Judge it by what is known of a patient."""
        return all_of(condition.judge(asked) for condition in self.all)

    def facts(self) -> Iterator[str]:
        """List the facts that it asks for."""
        for condition in self.all:
            yield from condition.facts()


class AnyOf(_Condition):
    """One of several conditions holds."""

    any: Annotated[tuple[Condition, ...], Field(min_length=2)]

    def judge(self, asked: Asked) -> Finding:
        """Judge it by what is known of a patient."""
        return any_of(condition.judge(asked) for condition in self.any)

    def facts(self) -> Iterator[str]:
        """List the facts that it asks for."""
        for condition in self.any:
            yield from condition.facts()


Condition = Present | Taken | Measured | AllOf | AnyOf

AllOf.model_rebuild()
AnyOf.model_rebuild()


def unfit(condition: Condition) -> str | None:
    """Say what is wrong with a condition: a fact that is not in the list, or is of another kind; None where nothing."""
    if isinstance(condition, AllOf | AnyOf):
        parts = condition.all if isinstance(condition, AllOf) else condition.any
        return next((problem for problem in map(unfit, parts) if problem), None)
    name = next(condition.facts())
    known = patient_facts().get(name)
    if known is None:
        return f"There is no fact {name!r} in patient_facts.yaml."
    kinds = {Present: ("yes_no", "stages"), Taken: ("drug",), Measured: ("number",)}[type(condition)]
    if known.kind not in kinds:
        return f"The fact {name!r} is of the kind {known.kind}."
    if isinstance(condition, Present) and set(condition.stages) - set(known.stages):
        return f"The fact {name!r} has the stages {', '.join(known.stages)}."
    return None
