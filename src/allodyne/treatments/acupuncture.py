"""Acupuncture: needles, frequency and current make drives of needling and of peptide release."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from allodyne.signals import Signal
from allodyne.treatments.constants import check_range, known_animal, number, source_keys
from allodyne.treatments.quantities import CURRENT, FREQUENCY, TIME, take_texts
from allodyne.treatments.timing import Session, Timing, in_range, spans, total_time


def high_share(frequency_hz: float) -> float:
    """Share of the high-frequency (dynorphin) response; the low-frequency (enkephalin) response has the rest.

    0 up to 2 Hz, 1 from 100 Hz on, between them in proportion to the logarithm of the frequency. The ends are measured
    (acu-frequency-opioid-release); the way between them is an assumption that agrees with 15 Hz, which naloxone undoes
    in part (wang1992).
    """
    low, high = number("acupuncture.low_frequency"), number("acupuncture.high_frequency")
    return min(max(math.log(frequency_hz / low) / math.log(high / low), 0.0), 1.0)


def current_share(current_ma: float) -> float:
    """Share of the full response at a current (mA): proportional up to 2 mA, then a plateau (ea-intensity-mice2002)."""
    return min(current_ma / number("acupuncture.plateau_current"), 1.0)


def _as_list(given: Any) -> Any:
    return list(given) if isinstance(given, (list, tuple)) else [given]


class Acupuncture(Timing):
    """A course of acupuncture.

    Parameters
    ----------
    mode : str
        ``manual`` (needles turned by hand) or ``electro`` (current between the needles).
    minutes : float
        Length of a session; or `duration` as text.
    frequency_hz : float or list of float
        Of the current (Hz), for electro; or `frequency` as text.
    pattern : str, optional
        Of several frequencies: ``alternating`` (the usual) or ``simultaneous``, which is weaker (acu-2-100hz-synergy).
    current_ma : float or [float, float], optional
        Current (mA), or its range; or `current` as text. The usual current when not given.
    points : list of str
        Names of the points; they are shown and do not change the model.
    sham : bool
        Needles off the point, not turned, without current: neither local adenosine (acu-adenosine-human) nor peptides.
    """

    mode: Literal["manual", "electro"]
    minutes: Annotated[float, AfterValidator(in_range("minutes", "acupuncture.minutes"))]
    frequency_hz: Annotated[list[float], BeforeValidator(_as_list), Field(default_factory=list)]
    pattern: Literal["alternating", "simultaneous"] | None = None
    current_ma: float | tuple[float, float] | None = None
    points: Annotated[list[str], BeforeValidator(_as_list), Field(default_factory=list)]
    sham: bool = False

    @model_validator(mode="before")
    @classmethod
    def _texts(cls, data: Any) -> Any:
        fields = {
            "duration": ("minutes", TIME),
            "frequency": ("frequency_hz", FREQUENCY),
            "current": ("current_ma", CURRENT),
        }
        return take_texts(data, fields)

    @model_validator(mode="after")
    def _stimulation(self) -> Acupuncture:
        if self.mode == "manual" and (self.frequency_hz or self.current_ma is not None):
            raise ValueError("manual acupuncture has no frequency_hz and no current_ma; mode electro has")
        if self.mode == "electro" and not self.frequency_hz and not self.sham:
            raise ValueError("electro needs frequency_hz, such as 2 or [2, 100]")
        if self.pattern is not None and len(self.frequency_hz) < 2:
            raise ValueError("pattern says how several frequencies are mixed; give frequency_hz as a list of them")
        for frequency in self.frequency_hz:
            check_range("frequency_hz", frequency, "acupuncture.frequency_hz")
        for current in self._currents():
            check_range("current_ma", current, "acupuncture.current_ma")
        return self

    def sessions(self, animal: str) -> list[Session]:
        """List the sessions."""
        known_animal(animal)
        starts = self.starts()
        frequencies = "/".join(f"{frequency:g}" for frequency in self.frequency_hz)
        parts = [f"{'sham ' if self.sham else ''}{self.mode}", f"{frequencies} Hz" if frequencies else "", *self.points]
        return spans("acupuncture", starts, self.minutes, [", ".join(part for part in parts if part)] * len(starts))

    def signals(self, animal: str) -> list[Signal]:
        """List the contributions to the drives `needle`, `ea_low` and `ea_high`; drives at 0 are left out."""
        return [
            Signal(drive, session.start, session.end, constant=size)
            for session in self.sessions(animal)
            for drive, size in self.drives().items()
            if size > 0
        ]

    def drives(self) -> dict[str, float]:
        """Size of each drive during a session."""
        low, high = self._peptides()
        return {"needle": self._needle(), "ea_low": low, "ea_high": high}

    def doses(self, animal: str) -> list[tuple[str, str]]:
        """Say what the needles do, for people to read."""
        known_animal(animal)
        count, drives = len(self.starts()), self.drives()
        lines = [("mode", f"{self.mode}{' (sham)' if self.sham else ''}")]
        if self.mode == "electro" and not self.sham:
            mixed = f", {self.pattern or 'alternating'}" if len(self.frequency_hz) > 1 else ""
            lines.append(("frequency", "/".join(f"{frequency:g}" for frequency in self.frequency_hz) + f" Hz{mixed}"))
            assumed = "" if self.current_ma is not None else " (assumed)"
            currents = " to ".join(dict.fromkeys(f"{current:g}" for current in self._currents()))
            lines.append(("current", f"{currents} mA{assumed}"))
        lines += [
            ("points", ", ".join(self.points) or "not named"),
            ("needle drive", f"{drives['needle']:.2f}"),
            ("low-frequency drive", f"{drives['ea_low']:.2f}"),
            ("high-frequency drive", f"{drives['ea_high']:.2f}"),
            ("sessions", f"{count}"),
            ("total time of needling", total_time(count, self.minutes)),
        ]
        return lines

    def source_keys(self, animal: str) -> list[str]:
        """List the papers and facts behind the numbers."""
        return source_keys("acupuncture", known_animal(animal))

    def _needle(self) -> float:
        return number(f"acupuncture.needle_{'sham' if self.sham else self.mode}")

    def _currents(self) -> tuple[float, ...]:
        if self.current_ma is None:
            return (number("acupuncture.default_current"),)
        return self.current_ma if isinstance(self.current_ma, tuple) else (self.current_ma,)

    def _peptides(self) -> tuple[float, float]:
        """Low and high drive; of several frequencies each peptide system answers to the one it likes best."""
        if self.mode == "manual" or self.sham:
            return 0.0, 0.0
        shares = [high_share(frequency) for frequency in self.frequency_hz]
        scale = sum(current_share(current) for current in self._currents()) / len(self._currents())
        if self.pattern == "simultaneous":
            # Alternating stimulation is that much more potent than simultaneous stimulation.
            scale /= 1 + number("acupuncture.alternating_gain")
        return scale * (1 - min(shares)), scale * max(shares)
