"""What needling does to those who are needled: limits of the current, and adverse events to expect."""

from __future__ import annotations

from collections.abc import Sequence

from allodyne.animals import IN_PEOPLE
from allodyne.evidence.papers import fact
from allodyne.safety.limits import Limits
from allodyne.safety.planned import Planned
from allodyne.safety.remarks import Remark
from allodyne.treatments import Acupuncture


def needling_remarks(plans: Sequence[Planned], limits: Limits) -> list[Remark]:
    """Say what speaks against the acupuncture of a study, and which adverse events to expect.

    Sham needles are looked at as real ones in people, for what is done with them is not known; they have no current.

    Parameters
    ----------
    plans : sequence of Planned
        Entries of any treatment.
    limits : mapping of str to Limit

    Returns
    -------
    list of Remark
        Ids ``acupuncture:...``.
    """
    found: list[Remark] = []
    for one in plans:
        if isinstance(one.plan, Acupuncture):
            found += _current(one, one.plan, limits)
            found += _expected(one, one.plan) if one.animal == IN_PEOPLE else []
    return found


def mean_interval(plan: Acupuncture) -> float | None:
    """Mean time from session to session (days); None of a single session."""
    starts = plan.starts()
    return (starts[-1] - starts[0]) / (len(starts) - 1) if len(starts) > 1 else None


def _current(one: Planned, plan: Acupuncture, limits: Limits) -> list[Remark]:
    if plan.mode != "electro" or plan.sham:
        return []
    found: list[Remark] = []
    if plan.current_ma is not None:
        most = max(plan.current_ma) if isinstance(plan.current_ma, tuple) else plan.current_ma
        whom = "people" if one.animal == IN_PEOPLE else "animals"
        found += one.remark(limits[f"acupuncture.current_{whom}"], most, f"The current is {most:g} mA.")
    what = f"Current flows for {plan.minutes:g} min in each session."
    found += one.remark(limits["acupuncture.electro_minutes"], plan.minutes, what)
    interval = mean_interval(plan)
    if interval is not None:
        what = f"Sessions with current follow each other after {interval:.2g} days on average."
        found += one.remark(limits["acupuncture.interval_animals"], interval, what)
    return found


def _expected(one: Planned, plan: Acupuncture) -> list[Remark]:
    sessions = len(plan.starts())
    return [_any_event(one, sessions), _serious_event(one, sessions), _bleeding(one, plan, sessions)]


def _any_event(one: Planned, sessions: int) -> Remark:
    each, share = fact("acu-baumler-need-treatment").value, fact("acu-baumler-patients").value
    (low, high), (least, most) = share["treatments_ci"], each["ci"]
    largest = fact("acu-witt-2009").value["required_treatment_percent"]
    return one.said(
        "acupuncture:adverse_events",
        "note",
        f"{_number(sessions * each['events_per_100_treatments'] / 100)} adverse events are expected in"
        f" {_treatments(sessions)}; {each['per_1000_patients']:g} ({least:g} to {most:g}) of 1,000 patients need"
        f" treatment for one in a pooled count, {largest * 10:g} in the largest study.",
        f"There are {each['events_per_100_treatments']:g} in 100 treatments; {share['treatments_percent']:g} %"
        f" ({low:g} to {high:g}) of the treatments have one. Half are bleeding, pain or a flare at the needle. What"
        " counts as needing treatment varies between the studies; in the largest the patients said so themselves.",
        basis="derived",
        sources=(
            "acu-baumler-need-treatment",
            "acu-baumler-patients",
            "baumler2021",
            "acu-witt-2009",
            "witt-consent2009",
        ),
    )


def _serious_event(one: Planned, sessions: int) -> Remark:
    serious = fact("acu-baumler-serious").value
    low, high = serious["treatments_ci"]
    rate = serious["per_million_treatments"] * sessions
    return one.said(
        "acupuncture:serious_events",
        "note",
        f"{_number(rate)} serious adverse events are expected in a million courses of {_treatments(sessions)}.",
        f"There are {serious['per_million_treatments']:g} ({low:g} to {high:g}) in a million treatments, such as"
        " pneumothorax; that they add up evenly over the treatments is an assumption.",
        basis="derived",
        sources=("acu-baumler-serious", "acu-witt-2009", "acu-german-503k"),
    )


def _bleeding(one: Planned, plan: Acupuncture, sessions: int) -> Remark:
    rate, patients = fact("acu-bleeding-baseline").value, fact("acu-witt-2009").value
    why = (
        f"Slight bleeding follows {rate['minor_per_10000_needles']:g} of 10,000 needles, severe bleeding"
        f" {rate['major_per_100000_needles']:g} of 100,000; {patients['bleeding_haematoma_percent']:g} % of patients"
        " report bleeding or a bruise."
    )
    needles = len(plan.points) * sessions
    what = "How many needles bleed is not known, because the plan names no points."
    if needles:
        minor = needles * rate["minor_per_10000_needles"] / 10_000
        what = f"{_number(minor)} slight bleedings are expected of {needles} needles, one at each named point."
    sources = ("acu-bleeding-baseline", "acu-witt-2009")
    return one.said("acupuncture:bleeding", "note", what, why, basis="derived", sources=sources)


def _treatments(sessions: int) -> str:
    return f"{sessions} treatment{'' if sessions == 1 else 's'}"


def _number(value: float) -> str:
    return f"{value:.2g}" if value < 10 else f"{value:.0f}"
