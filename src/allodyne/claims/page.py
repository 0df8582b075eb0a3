"""The page of claims: one HTML file that needs nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from allodyne.claims import wording as say
from allodyne.claims.experiments import agrees
from allodyne.evidence.grading import load_weights
from allodyne.report import wording as numbers
from allodyne.report.results import CONTEXT_OF_USE
from allodyne.report.templates import embedded, template

if TYPE_CHECKING:
    from allodyne.claims.check import Tested

GENERATOR = "allodyne claims"
"""How a page of this command names what wrote it."""


@dataclass(frozen=True)
class Drawing:
    """A figure as data for plotly.js."""

    id: str
    title: str
    height: int
    json: str


@dataclass(frozen=True)
class KindCount:
    """Verdicts and experiments of the claims of one kind."""

    kind: str
    total: int
    words: tuple[int, ...]
    behave: int
    fail: int


def render(found: Sequence[Tested], cut: Mapping[str, bool]) -> str:
    """Render the page.

    Parameters
    ----------
    found : sequence of Tested
    cut : mapping of str to bool
        By id, what `allodyne.claims.check.depends_on_mechanism` found.

    Returns
    -------
    str
        A whole HTML document that loads nothing from anywhere.
    """
    import allodyne

    drawings = {one.claim.id: _drawings(one) for one in found}
    return template("claims.html.j2", "allodyne.claims").render(
        found=found,
        by_document=[(letter, list(rows)) for letter, rows in groupby(found, key=lambda one: one.claim.document)],
        cut=dict(cut),
        kinds=_kinds(found),
        say=say,
        numbers=numbers,
        agrees=agrees,
        weights=load_weights(),
        drawings=drawings,
        generator=GENERATOR,
        version=allodyne.__version__,
        context_of_use=CONTEXT_OF_USE,
        plotly_js=_plotly() if any(drawings.values()) else "",
    )


def _kinds(found: Sequence[Tested]) -> list[KindCount]:
    counts = []
    for kind in say.KINDS:
        rows = [one for one in found if one.claim.kind == kind]
        words: Counter[str] = Counter(one.verdict.word for one in rows)
        standing = Counter(one.standing for one in rows)
        told = tuple(words[word] for word in say.WORDS)
        counts.append(KindCount(kind, len(rows), told, standing["behaves"], standing["fails"]))
    return [one for one in counts if one.total]


def _drawings(one: Tested) -> list[Drawing]:
    from allodyne.claims.figure import experiment_figure

    found = []
    for index, experiment in enumerate(one.experiments):
        figure = experiment_figure(experiment)
        title = str(experiment.results.data.attrs.get("study", experiment.name))
        found.append(Drawing(f"figure-{one.claim.id}-{index}", title, int(figure.layout.height), embedded(figure)))
    return found


def _plotly() -> str:
    from plotly.offline import get_plotlyjs

    return str(get_plotlyjs())
