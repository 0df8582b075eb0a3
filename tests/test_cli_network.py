"""Looking into the network from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from allodyne.cli import app

ADDED = """\
system: extra
label: Something added
species:
  - {id: novelty, label: a new species, site: somewhere, turnover_days: 1, turnover_basis: assumption}
edges:
  - {from: microglia, to: novelty, sign: "+", gain: 0.5, basis: review, sources: [own2026]}
papers:
  own2026: {title: Our own experiment, year: 2026, url: "https://example.org"}
"""


@pytest.fixture
def added(tmp_path: Path) -> str:
    file = tmp_path / "added.yaml"
    file.write_text(ADDED, encoding="utf-8")
    return str(file)


def said(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    return result.output


def test_show_names_edges_and_citations() -> None:
    output = said("network", "show", "kcc2")

    assert "bdnf_spinal" in output
    assert "gaba_tone" in output
    assert "Coull" in output


def test_an_added_file_is_listed_shown_and_drawn(added: str, tmp_path: Path) -> None:
    assert "novelty" in said("network", "list", "--network", added)
    assert "Our own experiment" in said("network", "show", "novelty", "--network", added)
    said("network", "draw", "extra", "-o", str(tmp_path / "extra.svg"), "--network", added)
    drawing = (tmp_path / "extra.svg").read_text(encoding="utf-8")
    assert drawing.startswith("<svg")
    assert "a new species" in drawing and "spinal microglia" in drawing


def test_every_system_is_drawn_with_all_its_species(tmp_path: Path) -> None:
    from allodyne.network import load_network

    network = load_network()
    for system in {species.system for species in network.species.values()}:
        said("network", "draw", system, "-o", str(tmp_path / f"{system}.svg"))
        drawing = (tmp_path / f"{system}.svg").read_text(encoding="utf-8")
        assert all(f"{s.id}: " in drawing for s in network.species.values() if s.system == system)


def test_doctor_counts_the_network_and_finds_nothing_wrong() -> None:
    output = said("doctor")

    assert "intervention" in output and "assumption" in output
    assert "keeps all rules" in output


def test_doctor_fails_on_a_file_that_breaks_a_rule(tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text(ADDED.replace("sources: [own2026]", "sources: [nobody1900]"), encoding="utf-8")

    result = CliRunner().invoke(app, ["doctor", "--network", str(file)])

    assert result.exit_code == 2
    assert "nobody1900" in result.output
