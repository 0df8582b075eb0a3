"""Treatments as findings report them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

AIR_FIO2 = 0.21
"""Inspired fraction of oxygen that marks compressed air, by ``data/SCHEMA.md``."""

Amount = float | tuple[float, float]
"""A number, or the lowest and the highest of a range."""


class Record(BaseModel):
    """Part of a finding."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Hyperbaric(Record):
    """Sessions in a chamber; ``fio2`` 0.21 is compressed air, ``pressure_ata`` 1 is oxygen without pressure."""

    pressure_ata: Amount | None = None
    fio2: float | None = None
    minutes: Amount | None = None
    sessions: float | None = None
    sessions_per_day: float | None = None
    days_per_week: float | None = None
    start_day: float | None = None

    @property
    def label(self) -> str:
        """Dose in brief."""
        name = "HBOT" if self.fio2 is None or self.fio2 > AIR_FIO2 else "compressed air"
        if self.pressure_ata == 1 and name == "HBOT":
            name = "oxygen"
        return _dose(name, (self.pressure_ata, "ATA"), (self.minutes, "min"), (self.sessions, "sessions"))


class Training(Record):
    """Exercise."""

    mode: Literal["treadmill", "swimming", "wheel", "aerobic", "resistance", "balance", "mixed"]
    speed_m_min: Amount | None = None
    intensity_text: str | None = None
    minutes: Amount | None = None
    sessions_per_week: Amount | None = None
    weeks: float | None = None
    start_day: float | None = None

    @property
    def label(self) -> str:
        """Mode and dose in brief."""
        speed, pause = (self.speed_m_min, "m/min"), (self.sessions_per_week, "per week")
        return _dose(f"exercise ({self.mode})", speed, (self.minutes, "min"), pause, (self.weeks, "weeks"))


class Needling(Record):
    """Acupuncture; ``sham`` marks a control procedure that was itself tested."""

    mode: Literal["manual", "electro", "unspecified"]
    frequency_hz: tuple[float, ...] | None = None
    pattern: Literal["alternating", "simultaneous", "mixed", "separate_groups"] | None = None
    current_ma: Amount | None = None
    minutes: Amount | None = None
    sessions: float | None = None
    sessions_per_week: Amount | None = None
    points: tuple[str, ...] = ()
    start_day: float | None = None
    sham: Literal[True] | None = None

    @property
    def label(self) -> str:
        """Mode, points and dose in brief."""
        name = {"electro": "electroacupuncture", "manual": "manual acupuncture"}.get(self.mode, "acupuncture")
        frequency = "/".join(f"{one:g}" for one in self.frequency_hz or ())
        heads = [f"sham {name}" if self.sham else name, f"{frequency} Hz" if frequency else "", " ".join(self.points)]
        return _dose(", ".join(filter(None, heads)), (self.minutes, "min"), (self.sessions, "sessions"))


class Substance(Record):
    """A drug, an inhibitor or, with "(no drug)", another measure."""

    name: str = Field(min_length=1)
    dose_mg_kg: Amount | None = None
    dose_text: str | None = None
    route: str | None = None

    @property
    def label(self) -> str:
        """Name and dose."""
        dose = _dose(self.name, (self.dose_mg_kg, "mg/kg"))
        return ", ".join(part for part in (dose, self.dose_text) if part)


class Given(Record):
    """One treatment of a finding: exactly one of the four is there."""

    hbot: Hyperbaric | None = None
    exercise: Training | None = None
    acupuncture: Needling | None = None
    drug: Substance | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Given:
        if len(self.model_fields_set) != 1 or getattr(self, self.kind) is None:
            raise ValueError("Each treatment is one of hbot, exercise, acupuncture and drug.")
        return self

    @property
    def kind(self) -> str:
        """One of hbot, exercise, acupuncture, drug."""
        return next(iter(self.model_fields_set), "drug")

    @property
    def label(self) -> str:
        """What was given, in brief."""
        return str(getattr(self, self.kind).label)

    @property
    def names(self) -> frozenset[str]:
        """Names under which the treatment is looked up, in lower case."""
        if self.exercise:
            return frozenset({"exercise", self.exercise.mode})
        if self.acupuncture:
            special = {"electro": {"electroacupuncture"}, "manual": {"manual acupuncture"}}
            sham = {"sham acupuncture"} if self.acupuncture.sham else set()
            return frozenset({"acupuncture", *special.get(self.acupuncture.mode, set()), *sham})
        return frozenset({"drug", self.drug.name.lower()}) if self.drug else frozenset({"hbot", "hyperbaric oxygen"})


def _word(amount: Amount) -> str:
    return f"{amount[0]:g} to {amount[1]:g}" if isinstance(amount, tuple) else f"{amount:g}"


def _dose(name: str, *amounts: tuple[Amount | None, str]) -> str:
    given = [
        f"{_word(amount)} {unit.removesuffix('s') if amount == 1 else unit}"
        for amount, unit in amounts
        if amount is not None
    ]
    return ", ".join([name, *given])
