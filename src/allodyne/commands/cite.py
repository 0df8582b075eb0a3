"""``allodyne cite``: the sources of a study, a claim or a part of the network, as a bibliography."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from allodyne.errors import EvidenceError, nearest

if TYPE_CHECKING:
    from allodyne.claims.schema import Claim
    from allodyne.evidence.papers import Paper
    from allodyne.network import Network
    from allodyne.study import Study

_ARROW = re.compile(r"\s*(?:->|→|>)\s*")


class Format(enum.StrEnum):
    """How a bibliography is written."""

    bibtex = "bibtex"
    csl = "csl"


@dataclass(frozen=True)
class _Used:
    """Keys of sources, with the papers that an added network file brings along."""

    keys: Sequence[str]
    papers: dict[str, Paper] = field(default_factory=dict)


def cite(
    what: Annotated[
        str,
        typer.Argument(
            metavar="WHAT",
            help="A study file, a claim, a species, an edge 'a>b', or the key of a paper or fact.",
            show_default=False,
        ),
    ],
    form: Annotated[Format, typer.Option("--format", help="BibTeX or CSL-JSON.")] = Format.bibtex,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="FILE", help="Write it here.", show_default="the screen")
    ] = None,
) -> None:
    """Print the sources of something as a bibliography: exactly those that it uses.

    A study rests on its doses, lesion, endpoints and published results, and on the edges from its treatments to its
    outcomes; a species on its turnover time and the edges at both ends; a claim on what its verdict weighs.

    Example: [bold]allodyne cite examples/hbot_after_nerve_ligation.yaml -o sources.bib[/bold]
    """
    from allodyne.evidence.bibliography import bibtex, csl_json
    from allodyne.evidence.papers import source

    used = _used(what.strip())
    keys = list(dict.fromkeys(used.keys))
    sources = [used.papers.get(key) or source(key) for key in keys]
    text = csl_json(sources) if form is Format.csl else bibtex(sources)
    if not sources:
        typer.echo(f"{what} has no source: it is an assumption.", err=True)
    if out is None:
        typer.echo(text, nl=False)
        return
    from allodyne.evidence.writing import write_whole

    count = "1 source" if len(sources) == 1 else f"{len(sources)} sources"
    typer.echo(f"Bibliography: {write_whole(text, out)} ({count})")


def _used(what: str) -> _Used:
    if Path(what).suffix in (".yaml", ".yml"):
        from allodyne.study import Study

        return _of_study(Study.from_yaml(what))
    from allodyne.evidence.papers import load_facts, load_papers
    from allodyne.network import load_network

    network = load_network()
    if _ARROW.search(what):
        return _of_edge(what, network)
    if what in network.species:
        turnover = network.species[what].turnover_sources
        edges = [*network.into(what), *network.out_of(what)]
        return _Used([*turnover, *(key for edge in edges for key in edge.sources)])
    if what in load_papers() or what in load_facts():
        return _Used([what])
    from allodyne.claims.loading import load_claims

    claims = load_claims()
    if what.upper() in claims:
        return _of_claim(claims[what.upper()])
    raise _unknown(what, [*network.species, *load_papers(), *load_facts(), *network.edges, *claims])


def _of_study(study: Study) -> _Used:
    from allodyne.network import load_network
    from allodyne.study_sources import sources_of

    network = load_network(study.network)
    return _Used(sources_of(study, network, study.outcomes), dict(network.papers))


def _of_edge(what: str, network: Network) -> _Used:
    name = ">".join(_ARROW.split(what))
    known = network.edges.get(name) or network.edges.get(f"@{name}")
    if known is None:
        raise _unknown(name, network.edges)
    return _Used(known.sources)


def _of_claim(claim: Claim) -> _Used:
    """What its verdict weighs and its experiments are compared with.

    The documents that make the claims are known by a letter only and cannot be cited.
    """
    from allodyne.claims.experiments import load_experiment
    from allodyne.claims.verdicts import judge
    from allodyne.evidence.papers import load_facts, load_papers

    published = [row.source for name in claim.experiments for row in load_experiment(name).published]
    keys = [*judge(claim).sources, *claim.source_keys(), *published]
    return _Used([key for key in keys if key in load_papers() or key in load_facts()])


def _unknown(what: str, names: Iterable[str]) -> EvidenceError:
    remedy = nearest(what, names) or "Name a study file, a claim, a species, an edge 'a>b', or the key of a source."
    return EvidenceError(f"There is nothing of the name {what!r} to cite.", remedy=remedy)
