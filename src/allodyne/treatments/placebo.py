"""Placebo: something without a drive, whose takers have the placebo response of their condition."""

from __future__ import annotations

from allodyne.signals import Signal
from allodyne.treatments.timing import Session, Timing, spans

NOMINAL_MINUTES = 1.0


class Placebo(Timing):
    """A course of placebo; days and hours as for every treatment.

    It reaches no part of the network. What it does in people is the placebo response of their condition, which every
    other treatment, sham included, brings along too; animals have none.
    """

    def sessions(self, _animal: str) -> list[Session]:
        """List the doses as sessions of a nominal minute."""
        starts = self.starts()
        return spans("placebo", starts, NOMINAL_MINUTES, ["placebo"] * len(starts))

    def signals(self, _animal: str) -> list[Signal]:
        """Give nothing."""
        return []

    def doses(self, _animal: str) -> list[tuple[str, str]]:
        """Say in words what is given."""
        return [("doses", f"{len(self.starts())}")]

    def source_keys(self, _animal: str) -> list[str]:
        """List no source: the size of the response stands with the condition."""
        return []
