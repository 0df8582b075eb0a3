"""What papers found, to be laid beside a simulation."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from allodyne.study.known import known_source
from allodyne.study.mistakes import mistake

Statistic = Literal[
    "difference",
    "percent",
    "ratio",
    "relief_percent",
    "g",
    "responder_30",
    "responder_50",
    "rate_ratio",
    "higher_in_twin",
    "mean",
    "change",
    "rate",
    "share",
]
SINGLE_ARM = frozenset({"mean", "change", "rate", "share"})
"""Statistics of one arm alone."""

_MEANING = (
    "What the value is. Of two arms: difference (of means), percent (by which the mean differs), ratio (of medians), "
    "relief_percent (share of the loss against the baseline that is won back), g (Hedges), responder_30 and "
    "responder_50 (difference of the shares with that much less than at baseline, percent), rate_ratio (of events), "
    "higher_in_twin (percent of subjects whose true value is higher than that of the same subject in the other arm). "
    "Of one arm: mean, change (from the baseline), rate (events a year), share (of subjects with an event, percent)."
)


class Published(BaseModel):
    """What a paper found; it is printed beside the simulated value and changes nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    arm: str = Field(description="The arm that was treated.")
    against: str | None = Field(None, description="The arm that it was compared with; left out: the control arm.")
    outcome: str = Field(description="One of the outcomes under measure.")
    day: float = Field(ge=0, description="Day of the measurement, in days since the lesion; it must be assessed.")
    statistic: Statistic = Field("difference", description=_MEANING)
    value: float | None = Field(None, description="The value that the paper gives, arm minus against.")
    ci: tuple[float, float] | None = Field(None, description="Its interval as [low, high], usually 95%.")
    limits: Literal["published", "assumption"] = Field(
        "published", description="Where the interval comes from; an assumed one is a test, and no published size."
    )
    units: str | None = Field(None, description="Unit of the value; left out: the unit of the outcome.")
    direction: Literal["up", "down", "none"] | None = Field(
        None, description="Where the outcome itself moved: up, down or none."
    )
    source: Annotated[str, AfterValidator(known_source)] = Field(description="Key of the paper.")
    note: str | None = Field(None, description="A caveat.")

    @model_validator(mode="after")
    def _says_something(self) -> Published:
        if self.value is None and self.direction is None and self.ci is None:
            raise mistake("This finding has neither a value nor a direction.", "Give one of them, or both.")
        if self.ci is not None and self.ci[0] > self.ci[1]:
            raise mistake(f"The interval {list(self.ci)} runs backwards.", "Write ci: [low, high].")
        return self
