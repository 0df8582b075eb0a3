"""Citing studies, claims and parts of the network from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import bibtexparser
import pytest
from typer.testing import CliRunner, Result

from allodyne.claims.experiments import load_experiment
from allodyne.claims.loading import load_claims
from allodyne.claims.verdicts import judge
from allodyne.cli import app
from allodyne.evidence.papers import load_facts, load_papers
from allodyne.network import Network
from allodyne.study import Study
from allodyne.study_sources import sources_of

EXAMPLE = Path(__file__).parents[1] / "examples" / "hbot_after_nerve_ligation.yaml"
ADDED = """\
system: extra
label: Something added
species:
  - {id: novelty, label: a new species, site: somewhere, turnover_days: 1, turnover_basis: assumption}
edges:
  - {from: "@oxygen", to: novelty, sign: "+", gain: 0.5, basis: review, sources: [own2026]}
papers:
  own2026: {title: Our own experiment, year: 2026, url: "https://example.org"}
"""


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["cite", *arguments], env={"COLUMNS": "200"})


def cited(*arguments: str) -> list[str]:
    """Keys of the entries that are printed, in their order."""
    result = invoke(*arguments)
    assert result.exit_code == 0, result.output
    library = bibtexparser.parse_string(result.stdout)
    assert not library.failed_blocks
    return [entry.key for entry in library.entries]


def test_a_study_cites_what_its_run_would(network: Network) -> None:
    study = Study.from_yaml(EXAMPLE)

    assert cited(str(EXAMPLE)) == sources_of(study, network, study.outcomes)


def test_papers_of_an_added_network_are_cited(tmp_path: Path, network: Network) -> None:
    drive = next(edge.source for edge in network.edges.values() if edge.source.startswith("@oxygen"))
    (tmp_path / "added.yaml").write_text(ADDED.replace("@oxygen", drive), encoding="utf-8")
    text = EXAMPLE.read_text(encoding="utf-8")
    measured = "network: [added.yaml]\nmeasure: [novelty, "
    (tmp_path / "study.yaml").write_text(text.replace("measure: [", measured), encoding="utf-8")

    assert "own2026" in cited(str(tmp_path / "study.yaml"))


def test_a_species_cites_its_turnover_and_its_edges(network: Network) -> None:
    edges = [*network.into("kcc2"), *network.out_of("kcc2")]

    used = {*network.species["kcc2"].turnover_sources, *(key for edge in edges for key in edge.sources)}
    assert set(cited("kcc2")) == used


@pytest.mark.parametrize("form", ["{0}>{1}", "{0} -> {1}", "{0} > {1}", "{0}->{1}"])
def test_an_edge_cites_its_sources(network: Network, form: str) -> None:
    for edge in (network.into("kcc2")[0], next(edge for edge in network.edges.values() if edge.from_drive)):
        assert cited(form.format(edge.source, edge.target)) == list(edge.sources)


def test_a_paper_or_fact_is_cited_by_its_key() -> None:
    assert cited("kim2005") == ["kim2005"]
    assert cited("oxy-inspired-po2-2p4") == ["oxy-inspired-po2-2p4"]


def test_a_claim_cites_what_its_verdict_weighs() -> None:
    for claim in list(load_claims().values())[:10]:
        known = {*load_papers(), *load_facts()}
        weighed = {key for key in judge(claim).sources if key in known}
        published = {row.source for name in claim.experiments for row in load_experiment(name).published}

        assert set(cited(claim.id)) == weighed | published | set(claim.source_keys())
        assert cited(claim.id.lower()) == cited(claim.id)


def test_csl_holds_the_same_keys() -> None:
    result = invoke("kcc2", "--format", "csl")

    assert [item["id"] for item in json.loads(result.stdout)] == cited("kcc2")


def test_a_bibliography_is_written_into_a_file(tmp_path: Path) -> None:
    file = tmp_path / "sources.bib"

    result = invoke("kcc2", "--out", str(file))

    assert result.exit_code == 0
    assert str(len(cited("kcc2"))) in result.output
    assert file.read_text(encoding="utf-8") == invoke("kcc2").stdout
    assert [entry.name for entry in tmp_path.iterdir()] == ["sources.bib"]


def test_an_assumption_has_no_source_and_says_so(network: Network) -> None:
    edge = next(edge for edge in network.edges.values() if not edge.sources)

    result = invoke(edge.id)

    assert result.exit_code == 0
    assert result.stdout == ""
    assert "assumption" in result.stderr


@pytest.mark.parametrize(
    ("what", "offered"),
    [
        ("microgla", "microglia"),
        ("kim205", "kim2005"),
        ("oxy-inspired-po2-2p5", "oxy-inspired-po2-2p4"),
        ("bdnf_spinal -> kcc", "bdnf_spinal>kcc2"),
        ("nothing_like_it.yaml", "path"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(what: str, offered: str) -> None:
    result = invoke(what)

    assert result.exit_code == 2
    assert offered in result.output
