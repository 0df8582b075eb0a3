"""The page of conditions, endpoints, what people report, and differences between subjects."""

from __future__ import annotations

from importlib.resources import files

from allodyne.animals import IN_PEOPLE
from allodyne.documents import read_document
from allodyne.endpoints import Endpoint, load_endpoints
from allodyne.endpoints.scores import Events, Score, load_events, load_scores
from allodyne.evidence.cited import Cited
from allodyne.subjects.conditions import Condition, load_conditions
from allodyne.subjects.people import Reported
from pages.markdown import code, number, supported, table

HEAD = ("number", "value", "basis and sources", "note")


def page() -> str:
    """Write the page."""
    return "\n".join(
        [
            "# Conditions, endpoints and subjects\n",
            "## Conditions\n",
            "Drives over time: in animals from the lesion on, which is day 0; in people from long before day 0 on, "
            "which is their enrolment. With p the plateau share a course is "
            "`(1 - p) exp(-t/recovery) + p exp(-t/late recovery) - exp(-t/onset)`, scaled so that its largest value is "
            "the peak. Without a late recovery time the plateau lasts. The field `severity` of a study multiplies the "
            "drive.\n",
            *map(_condition, load_conditions().values()),
            "## Endpoints\n",
            "The value is `baseline * x ** -exponent` with x the fold change of the species. SDs are those of the "
            "natural logarithm. Any species of the network can be measured too, as fold of healthy.\n",
            *map(_endpoint, load_endpoints().values()),
            "## What people report\n",
            "A score is `low + (baseline - low) * ln x(t) / ln x(0) + natural course + placebo response`, cut at both "
            "ends, with x the fold change of the species and day 0 the enrolment; natural course and placebo response "
            "are reached as `1 - exp(-t / time constant)`. A count of events follows a rate in proportion to ln x. "
            "[The model](model.md#people) tells more. Baselines, responses and rates stand with the conditions above; "
            "a condition that does not name a score has no numbers for it.\n",
            table(
                ("score", "what it is", "ends", "shows", "SD of one reading", "basis"),
                map(_score, load_scores().values()),
            ),
            table(("events", "what is counted", "unit", "shows"), map(_events, load_events().values())),
            "## Differences between subjects\n",
            "SD of the natural logarithm around the values of the network (`subjects/variability.yaml`).\n",
            table(("quantity", "SD", "basis"), _variability()),
        ]
    )


def _condition(one: Condition) -> str:
    rows = [_row("spread of severity between subjects (SD of ln)", one.severity_sd)]
    for animal, courses in one.courses.items():
        for course in courses:
            named = {
                "peak": course.peak,
                "onset (days)": course.onset_days,
                "plateau share": course.plateau_share,
                "recovery (days)": course.recovery_days,
                "late recovery (days)": course.late_recovery_days,
            }
            head = f"{animal}, {code(f'@{course.drive}')}"
            rows += [_row(f"{head}: {name}", cited) for name, cited in named.items() if cited is not None]
    if one.established_days is not None:
        rows.append(_row("begun before enrolment (days)", one.established_days))
    rows += [row for told in one.people for row in _reported(told)]
    if one.relapses is not None:
        rows.append(_row("relapses at enrolment without treatment (per year)", one.relapses.rate))
        rows.append(_row("spread of that rate between people (SD of ln)", one.relapses.frailty_sd))
    borrowed = [animal for animal in one.animals if one.courses and animal not in one.courses]
    also = f" The {', '.join(borrowed)} has the same course." if borrowed else ""
    site = "" if one.site == "none" else f" Site of the lesion: {one.site}."
    return f"### {one.label}\n\n`{one.id}`, {_who(one)}. {one.description}{also}{site}\n\n" + table(HEAD, rows)


def _who(one: Condition) -> str:
    return ", ".join("people" if animal == IN_PEOPLE else animal for animal in one.animals)


def _reported(told: Reported) -> list[tuple[str, ...]]:
    unit = load_scores()[told.endpoint].unit
    named = {
        f"mean at enrolment ({unit})": told.baseline,
        f"SD between people at enrolment ({unit})": told.baseline_sd,
        f"natural course ({unit})": told.natural,
        "natural course, time constant (days)": told.natural_days,
        f"placebo response ({unit})": told.placebo,
        "placebo response, time constant (days)": told.placebo_days,
        f"SD of the change in a placebo arm ({unit})": told.change_sd,
    }
    return [_row(f"{code(told.endpoint)}: {name}", cited) for name, cited in named.items()]


def _score(one: Score) -> tuple[str, ...]:
    ends, error = f"{number(one.low)} to {number(one.high)}", one.measurement_sd
    species = f"[{one.species}](network.md#{one.species})"
    reading = f"{number(error.value)} {one.unit}"
    return (
        code(one.id),
        f"{one.label}; {one.orientation}",
        ends,
        species,
        reading,
        f"{error.basis}. {error.note}".strip(),
    )


def _events(one: Events) -> tuple[str, ...]:
    return code(one.id), f"{one.label}; {one.orientation}", one.unit, f"[{one.species}](network.md#{one.species})"


def _endpoint(one: Endpoint) -> str:
    rows = [_row("exponent", one.exponent)]
    for animal, measure in one.animals.items():
        named = [
            (f"mean of healthy subjects ({one.unit})", measure.mean),
            ("SD between subjects", measure.between_sd),
            ("SD of one measurement", measure.measurement_sd),
            *((f"largest value of the test ({one.unit})", cutoff) for cutoff in measure.cutoffs[:1]),
        ]
        rows += [_row(f"{animal}: {name}", cited) for name, cited in named]
    species = f"[{one.species}](network.md#{one.species})"
    return f"### {one.label}\n\n`{one.id}`, {one.unit}; shows {species}; {one.orientation}.\n\n" + table(HEAD, rows)


def _row(label: str, one: Cited) -> tuple[str, ...]:
    return label, number(one.value), *supported(one.basis, one.sources, one.note)


def _variability() -> list[tuple[str, str, str]]:
    data = read_document(str(files("allodyne.subjects") / "variability.yaml")).data
    gains = [(f"gain of an edge with the basis {basis}", entry) for basis, entry in data["gain"].items()]
    labels = {
        "turnover": "turnover time",
        "response": "response to a treatment (one factor on all edges of its drive)",
        "exposure": "drug concentration at a given dose",
    }
    rows = [*gains, *((label, data[name]) for name, label in labels.items())]
    return [(label, number(entry["value"]), entry["basis"]) for label, entry in rows]
