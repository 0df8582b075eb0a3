"""A number that says what it rests on."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator


class Cited(BaseModel):
    """A number with its basis and sources; the unit stands in the name of the field that holds it.

    ``measured``: the source states the number. ``derived``: it was computed from what the source states, as the note
    says. ``assumption``: no source gives it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    value: float
    basis: Literal["measured", "derived", "assumption"]
    sources: tuple[str, ...] = ()
    note: str = ""

    @model_validator(mode="after")
    def _says_what_it_rests_on(self) -> Cited:
        if self.basis != "assumption" and not self.sources:
            raise ValueError(f"a number with the basis {self.basis} needs a source")
        if self.basis == "derived" and not self.note:
            raise ValueError("a derived number needs a note that says how it was derived")
        return self
