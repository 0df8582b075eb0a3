"""Hyperbaric oxygen: pressure, gas and time make a drive of tissue oxygen."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

from allodyne.signals import MINUTES_PER_DAY, Signal
from allodyne.treatments.constants import known_animal, number, range_of, source_keys
from allodyne.treatments.oxygen import oxygen_drive, oxygenation, room_air
from allodyne.treatments.quantities import PRESSURE, TIME, take_texts
from allodyne.treatments.timing import Session, Timing, in_range, spans, total_time

_RampMinutes = Annotated[float, AfterValidator(in_range("compression or decompression", "hbot.ramp_minutes"))]


@dataclass(frozen=True)
class Phase:
    """A part of a session in which one gas is breathed while the pressure changes evenly, or stays.

    Attributes
    ----------
    minutes : float
    from_ata, to_ata : float
        Absolute pressure at the start and at the end (ATA).
    fio2 : float
        Inspired oxygen fraction.
    """

    minutes: float
    from_ata: float
    to_ata: float
    fio2: float


class AirBreaks(BaseModel):
    """Breaks in which air is breathed under pressure.

    Parameters
    ----------
    minutes : float
        Length of each break.
    every_minutes : float
        Time on the treatment gas before each break.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    minutes: Annotated[float, AfterValidator(in_range("air_breaks.minutes", "hbot.break_minutes"))]
    every_minutes: Annotated[float, AfterValidator(in_range("air_breaks.every_minutes", "hbot.break_every_minutes"))]


class Hbot(Timing):
    """A course of hyperbaric oxygen, or of pressurised air as a sham.

    Parameters
    ----------
    pressure_ata : float
        Absolute pressure (ATA); or `pressure` as text, such as ``"2.0 ATA"`` or ``"250 kPa"`` (absolute).
    fio2 : float
        Inspired oxygen fraction: 1 oxygen, 0.21 air.
    minutes : float
        Time at pressure, air breaks included; or `duration` as text.
    compression_min, decompression_min : float, optional
        Time to reach and to leave the pressure, in addition to `minutes`. The treatment gas is breathed from the start;
        the drive is then the mean over a steady ramp. Usual values of the animal when not given, 0 at 1 ATA.
    air_breaks : AirBreaks, optional
        Breaks on air at the same pressure.
    chamber : str, optional
        The chamber in which it takes place, by its id in the catalogue (``allodyne equipment``) or in an own file of
        rules. It changes no dose; the check of the plan says whether it can deliver it.
    """

    pressure_ata: Annotated[float, AfterValidator(in_range("pressure_ata", "hbot.pressure_ata"))]
    fio2: Annotated[float, AfterValidator(in_range("fio2", "hbot.fio2"))] = 1.0
    minutes: Annotated[float, AfterValidator(in_range("minutes", "hbot.minutes"))]
    compression_min: _RampMinutes | None = None
    decompression_min: _RampMinutes | None = None
    air_breaks: AirBreaks | None = None
    chamber: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _texts(cls, data: Any) -> Any:
        return take_texts(data, {"pressure": ("pressure_ata", PRESSURE), "duration": ("minutes", TIME)})

    def sessions(self, animal: str) -> list[Session]:
        """List the sessions, from the start of compression to the end of decompression."""
        known_animal(animal)
        starts = self.starts()
        label = f"{self.pressure_ata:g} ATA, {self.fio2 * 100:g} % oxygen, {self.minutes:g} min"
        length = self.minutes + self._ramp("compression", animal) + self._ramp("decompression", animal)
        return spans("hbot", starts, length, [label] * len(starts))

    def signals(self, animal: str) -> list[Signal]:
        """List the contributions to the drive `oxygen`; phases that leave it at 0 are left out."""
        phases = self.phases(animal)
        drives = [_mean_drive(phase, animal) for phase in phases]
        passed = list(accumulate(phase.minutes for phase in phases[:-1]))
        found = []
        for session in self.sessions(animal):
            # The last phase ends exactly with its session, so that rounding makes no sliver of time between them.
            bounds = [session.start, *(session.start + minutes / MINUTES_PER_DAY for minutes in passed), session.end]
            for drive, (begin, end) in zip(drives, pairwise(bounds), strict=True):
                if drive > 0:
                    found.append(Signal("oxygen", begin, end, constant=drive))
        return found

    def phases(self, animal: str) -> list[Phase]:
        """List the parts of a session in order: compression, gas and air breaks in turn, decompression."""
        full, gas = self.pressure_ata, self.fio2
        parts = [
            Phase(self._ramp("compression", animal), 1.0, full, gas),
            *(Phase(minutes, full, full, breathed) for minutes, breathed in self._turns()),
            Phase(self._ramp("decompression", animal), full, 1.0, gas),
        ]
        return [phase for phase in parts if phase.minutes > 0]

    def doses(self, animal: str) -> list[tuple[str, str]]:
        """Say what reaches the tissue, for people to read."""
        oxygen, air = oxygenation(self.pressure_ata, self.fio2, known_animal(animal)), room_air(animal)
        count = len(self.starts())
        usual = range_of("hbot.pressure_ata").usual_high
        beyond = f" (above the usual {usual:g} ATA)" if usual is not None and self.pressure_ata > usual else ""
        lines = [
            ("pressure", f"{self.pressure_ata:g} ATA{beyond}"),
            ("inspired oxygen", f"{self.fio2 * 100:g} %"),
            ("alveolar PO2", f"{oxygen.alveolar:.0f} mmHg"),
            ("arterial PO2", f"{oxygen.arterial:.0f} mmHg"),
            ("tissue PO2", f"{oxygen.tissue:.0f} mmHg, {oxygen.tissue / air.tissue:.2f}-fold of room air"),
            ("oxygen drive", f"{oxygen_drive(self.pressure_ata, self.fio2, animal):.2f}"),
            ("sessions", f"{count}"),
            ("total time at full pressure", total_time(count, self.minutes)),
            ("compression", f"{self._ramp('compression', animal):g} min"),
            ("decompression", f"{self._ramp('decompression', animal):g} min"),
        ]
        if self.air_breaks:
            breaks = self.air_breaks
            lines.append(("air breaks", f"{breaks.minutes:g} min after every {breaks.every_minutes:g} min"))
        return lines

    def source_keys(self, animal: str) -> list[str]:
        """List the papers and facts behind the numbers."""
        return sorted({*source_keys("oxygen", animal), *source_keys("hbot", animal), "oxy-cbf-rat-5bar"})

    def _ramp(self, phase: str, animal: str) -> float:
        if self.pressure_ata == 1:
            return 0.0
        given = self.compression_min if phase == "compression" else self.decompression_min
        return number(f"hbot.{phase}", animal) if given is None else given

    def _turns(self) -> list[tuple[float, float]]:
        """List minutes and gas of each part at full pressure."""
        if not self.air_breaks:
            return [(self.minutes, self.fio2)]
        turn = (
            (self.air_breaks.every_minutes, self.fio2),
            (self.air_breaks.minutes, number("oxygen.fio2_air")),
        )
        found: list[tuple[float, float]] = []
        left = self.minutes
        while left > 0:
            minutes, gas = turn[len(found) % 2]
            found.append((min(minutes, left), gas))
            left -= minutes
        return found


def _mean_drive(phase: Phase, animal: str) -> float:
    """Mean drive of a phase; while the pressure changes evenly, by the rule of Simpson."""
    if phase.from_ata == phase.to_ata:
        return oxygen_drive(phase.to_ata, phase.fio2, animal)
    ends = (phase.from_ata, (phase.from_ata + phase.to_ata) / 2, phase.to_ata)
    first, middle, last = (oxygen_drive(pressure, phase.fio2, animal) for pressure in ends)
    return (first + 4 * middle + last) / 6
