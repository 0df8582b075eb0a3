"""What oxygen doses of an arm come to, as they stand in results and in JSON."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from allodyne.animals import Animal


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PressureArrays(_Model):
    """PO2 over one session, for a plot; each array has shape (n,).

    Attributes
    ----------
    minutes : tuple of float
        Since the start of compression; doubled where the gas changes at once.
    pressure_ata : tuple of float
    inspired, alveolar, arterial, tissue : tuple of float
        PO2 in mmHg; inspired gas is humid.
    """

    minutes: tuple[float, ...]
    pressure_ata: tuple[float, ...]
    inspired: tuple[float, ...]
    alveolar: tuple[float, ...]
    arterial: tuple[float, ...]
    tissue: tuple[float, ...]


class SessionToxicity(_Model):
    """What oxygen does to lung and brain of people in one session.

    Attributes
    ----------
    uptd : float
        Unit pulmonary toxic dose.
    vc_loss_percent : float
        Loss of vital capacity right after one such session without others.
    lung_incidence_percent : float or None
        Share of people with pulmonary oxygen toxicity after a single such session by the formula
        safe-pot-incidence-index; None where nothing above 0.5 atm is breathed. It was fitted to groups of divers, gives
        1.85 percent even without a dose, and tells how many, not how badly; no loss was measured after 60 sessions at
        2 ATA (safe-hbo60-lung-function). Show it with that, as in `compared`, or not at all.
    cns_index : float
        Largest toxicity index K of the sessions of the entry in their place, with what those before them left, in
        min^2 atm^6.76.
    seizures_per_10000 : float
        Expected per 10,000 sessions such as the worst one of the entry in its place.
    seizures_alone : float
        The same for one such session without others.
    seizures_without_breaks : float
        As `seizures_per_10000` without the air breaks of the entry: the treatment gas is breathed in them too.
    air_break_ratio : float or None
        The first divided by the second; None without air breaks, or where no seizure is expected.
    observed_group : str or None
        Pressure of the patients whose seizures were counted; None beyond the highest such pressure.
    observed_per_10000 : float or None
        Their seizures per 10,000 sessions.
    """

    uptd: float
    vc_loss_percent: float
    lung_incidence_percent: float | None
    cns_index: float
    seizures_per_10000: float
    seizures_alone: float
    seizures_without_breaks: float
    air_break_ratio: float | None
    observed_group: str | None
    observed_per_10000: float | None


class SessionNitrogen(_Model):
    """Nitrogen that people take up in one session; see `allodyne.safety.oxygen.nitrogen`.

    Attributes
    ----------
    feet : float
        Deepest equivalent air depth in feet of seawater; 0 where no more nitrogen is breathed than in room air.
    minutes : float
        Minutes of compression and at pressure in which nitrogen is taken up; compression counts with at least its
        usual time.
    no_stop_minutes : float or None
        Minutes after which divers come up from that depth without a stop; None where they are not limited.
    share : float
        No-stop times that the session uses up.
    """

    feet: float
    minutes: float
    no_stop_minutes: float | None
    share: float


class AnimalExposure(_Model):
    """What one session weighs for animals; compression and decompression count with at least their usual time.

    Attributes
    ----------
    minutes_near_seizures : float
        Minutes with an inspired PO2 above 3 atm.
    atm_minutes : float
        Inspired PO2 times minutes above 0.5 atm.
    """

    minutes_near_seizures: float
    atm_minutes: float


class OxygenSession(_Model):
    """The sessions of one entry; they are all alike.

    Attributes
    ----------
    arm, entry : str, int
        Its place in the study; the entry counts from 1.
    count : int
        Number of sessions.
    delivery : str or None
        How oxygen reaches the person: ``mask`` or ``hood``; None where that is not known.
    pressure_ata, fio2 : float
    inspired_atm : float
        Highest PO2 of the dry gas in atm, as formulas of toxicity take it.
    inspired_mmhg, alveolar_mmhg, arterial_mmhg, tissue_mmhg : float
        PO2 at full pressure on the treatment gas; inspired gas is humid.
    oxygen_minutes : float
        Time at full pressure on a gas richer in oxygen than air.
    compression_kpa_min : float or None
        Mean rate of compression; None where nothing is compressed, or where the plan gives it no time.
    decompression_kpa_min : float or None
        Mean rate of decompression; None where nothing is decompressed, or where the plan gives it no time.
    ears : tuple of str
        What papers report about this rate of compression and slower ones.
    toxicity : SessionToxicity or None
        None in animals, for which no formula was found.
    nitrogen : SessionNitrogen or None
        None in animals.
    animal_exposure : AnimalExposure or None
        None in people.
    equivalent_sessions : float or None
        Dose of one session for the eyes, in sessions of 90 min at 240 kPa; None in animals.
    arrays : PressureArrays
    """

    arm: str
    entry: int
    count: int
    delivery: str | None
    pressure_ata: float
    fio2: float
    inspired_atm: float
    inspired_mmhg: float
    alveolar_mmhg: float
    arterial_mmhg: float
    tissue_mmhg: float
    oxygen_minutes: float
    compression_kpa_min: float | None
    decompression_kpa_min: float | None
    ears: tuple[str, ...]
    toxicity: SessionToxicity | None
    nitrogen: SessionNitrogen | None
    animal_exposure: AnimalExposure | None
    equivalent_sessions: float | None
    arrays: PressureArrays


class LungCourse(_Model):
    """What a course does to the lungs of people.

    Attributes
    ----------
    days : tuple of int
        Days with sessions, shape (d,).
    uptd_day : tuple of float
        UPTD of each by the day on which sessions start, shape (d,), for a plot.
    uptd_24h : float
        Highest UPTD of the sessions that start within 24 h of each other, whatever the time of day.
    uptd_week : float
        Highest mean UPTD per day of the sessions that start within seven times 24 h.
    times_days : tuple of float
        Begin and end of each session in days, and the last rest; shape (n,).
    vc_loss : tuple of float
        Loss of vital capacity in percent at these times, shape (n,).
    vc_loss_peak, vc_loss_left : float
        The largest loss, and what is left of it a day after the last session, in percent.
    """

    days: tuple[int, ...]
    uptd_day: tuple[float, ...]
    uptd_24h: float
    uptd_week: float
    times_days: tuple[float, ...]
    vc_loss: tuple[float, ...]
    vc_loss_peak: float
    vc_loss_left: float


class Judged(_Model):
    """Doses of people as limits judge them: of the same plan with no ramp shorter than the usual one.

    Hurried compression or decompression leaves less time on oxygen; it shall not make a plan look lighter.

    Attributes
    ----------
    seizures_per_10000 : tuple of float
        Expected per 10,000 sessions, one for each entry; never less than in `SessionToxicity`.
    uptd_24h, uptd_week, vc_loss_peak : float
        As in `LungCourse`.
    nitrogen_share : float
        Highest share of no-stop times, with what sessions less than 12 h before left behind.
    """

    seizures_per_10000: tuple[float, ...]
    uptd_24h: float
    uptd_week: float
    vc_loss_peak: float
    nitrogen_share: float


class EyeCourse(_Model):
    """What a course does to the refraction of people.

    Attributes
    ----------
    equivalent_sessions : float
        Dose in sessions of 90 min at 240 kPa.
    shift_dioptres : tuple of float
        Expected shift at the end, the least and the most; negative towards myopia.
    recovery_weeks : tuple of float
        Weeks after which refraction was back on average, for the least and the most.
    """

    equivalent_sessions: float
    shift_dioptres: tuple[float, float]
    recovery_weeks: tuple[float, float]


class Compared(_Model):
    """A figure of the plan beside a published one.

    Attributes
    ----------
    label : str
        What is compared.
    here, published : str
        The figures with their units; ``-`` where the plan has none.
    sources : tuple of str
    """

    label: str
    here: str
    published: str
    sources: tuple[str, ...]


class OxygenCourse(_Model):
    """Oxygen doses of one arm.

    Attributes
    ----------
    arm : str
    animal : str
    sessions : tuple of OxygenSession
        One for each entry.
    session_count : int
        Sessions with a gas richer in oxygen than air.
    lungs : LungCourse or None
    eyes : EyeCourse or None
    judged : Judged or None
        Doses of people as limits judge them.
    seizure_percent : float or None
        Probability of at least one seizure in the course, in percent: each session by its own risk in its place, as if
        independent of the others.
    compared : tuple of Compared
        Figures beside published ones.
    not_computed : str
        Why lungs, eyes and seizures are missing; empty where they are not.
    """

    arm: str
    animal: Animal
    sessions: tuple[OxygenSession, ...]
    session_count: int
    lungs: LungCourse | None
    eyes: EyeCourse | None
    judged: Judged | None
    seizure_percent: float | None
    compared: tuple[Compared, ...]
    not_computed: str
