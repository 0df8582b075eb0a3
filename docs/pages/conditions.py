"""The page of conditions, endpoints and differences between subjects."""

from __future__ import annotations

from importlib.resources import files

from allodyne.documents import read_document
from allodyne.endpoints import Endpoint, load_endpoints
from allodyne.evidence.cited import Cited
from allodyne.subjects.conditions import Condition, load_conditions
from pages.markdown import code, number, supported, table

HEAD = ("number", "value", "basis and sources", "note")


def page() -> str:
    """Write the page."""
    return "\n".join(
        [
            "# Conditions, endpoints and subjects\n",
            "## Conditions\n",
            "What was done to the animals, as drives over time from day 0 on. With p the plateau share a course is "
            "`(1 - p) exp(-t/recovery) + p exp(-t/late recovery) - exp(-t/onset)`, scaled so that its largest value is "
            "the peak. Without a late recovery time the plateau lasts. The field `severity` of a study multiplies the "
            "drive.\n",
            *map(_condition, load_conditions().values()),
            "## Endpoints\n",
            "The value is `baseline * x ** -exponent` with x the fold change of the species. SDs are those of the "
            "natural logarithm. Any species of the network can be measured too, as fold of healthy.\n",
            *map(_endpoint, load_endpoints().values()),
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
    borrowed = [animal for animal in one.animals if one.courses and animal not in one.courses]
    also = f" The {', '.join(borrowed)} has the same course." if borrowed else ""
    return f"### {one.label}\n\n`{one.id}`. {one.description}{also}\n\n" + table(HEAD, rows)


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
