"""What people with a condition report: scores with their natural course and placebo response, and relapses."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, model_validator

from allodyne.evidence.cited import Cited


class Reported(BaseModel):
    """A score of patients of trials, in the unit of its endpoint.

    Attributes
    ----------
    endpoint : str
        Id of an endpoint whose form is a score, such as ``pain_score``.
    baseline, baseline_sd : Cited
        Mean at enrolment, and its SD between patients.
    natural, natural_days : Cited
        Mean change without any treatment, and the time constant (days) with which it is reached.
    placebo, placebo_days : Cited
        Further mean change in every arm that is treated in any way, be it sham or placebo, and its time constant
        (days).
    change_sd : Cited
        SD between patients of the change in a placebo arm, measurement error included.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    endpoint: str
    baseline: Cited
    baseline_sd: Cited
    natural: Cited
    natural_days: Cited
    placebo: Cited
    placebo_days: Cited
    change_sd: Cited

    def numbers(self) -> list[Cited]:
        """List the numbers."""
        return [
            self.baseline,
            self.baseline_sd,
            self.natural,
            self.natural_days,
            self.placebo,
            self.placebo_days,
            self.change_sd,
        ]

    @model_validator(mode="after")
    def _possible(self) -> Reported:
        if min(self.baseline.value, self.natural_days.value, self.placebo_days.value) <= 0:
            raise ValueError("baseline and time constants must be greater than 0")
        if min(self.baseline_sd.value, self.change_sd.value) < 0:
            raise ValueError("an SD must not be negative")
        return self


class Relapses(BaseModel):
    """How often a relapsing disease relapses.

    Attributes
    ----------
    rate : Cited
        Mean over patients at enrolment without treatment, relapses per year.
    frailty_sd : Cited
        SD between patients of the logarithm of the rate.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    rate: Cited
    frailty_sd: Cited

    def numbers(self) -> list[Cited]:
        """List the numbers."""
        return [self.rate, self.frailty_sd]
