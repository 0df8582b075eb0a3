"""Reading network files: what is added, what is replaced, and what is said about mistakes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from allodyne.errors import NetworkError
from allodyne.network import Network, load_network
from allodyne.network.loading import shipped_files
from allodyne.network.schema import SystemFile
from allodyne.simulate.structure import structure_of

Write = Callable[[str], Path]


def test_a_file_adds_a_mechanism(network: Network, write: Write) -> None:
    file = write("""
        system: mine
        label: My mechanism
        drives: [{id: light, label: Light, unit: log fold change}]
        species:
          - {id: opsin, label: opsin, site: skin, turnover_days: 2, turnover_basis: assumption}
        edges:
          - {from: "@light", to: opsin, sign: "+", gain: 0.5, basis: assumption}
          - {from: opsin, to: microglia, sign: "-", gain: 0.2, basis: assumption, note: a guess}
    """)

    mine = load_network(extra=[file])

    assert mine.species.keys() - network.species.keys() == {"opsin"}
    assert mine.edges.keys() - network.edges.keys() == {"@light>opsin", "opsin>microglia"}
    assert mine.drives["light"].unit == "log fold change"
    assert mine.systems["mine"] == "My mechanism"
    assert mine.edges["opsin>microglia"].weight == -0.2
    assert mine.edges["opsin>microglia"].system == "mine"
    assert mine.edges["@light>opsin"] in mine.into("opsin")
    assert mine.edges["opsin>microglia"] in mine.out_of("opsin")
    assert mine.where["opsin>microglia"].startswith(f"{file}, line 8")
    assert "opsin" in structure_of(mine).species


def test_a_file_replaces_what_is_known_and_nothing_else(network: Network, write: Write) -> None:
    name = "microglia>p_p38"
    file = write("""
        system: mine
        label: Another gain
        species:
          - {id: microglia, label: microglia, site: cord, turnover_days: 9.5, turnover_basis: assumption}
        edges:
          - {from: microglia, to: p_p38, sign: "-", gain: 0.01, basis: assumption}
    """)

    mine = load_network(extra=[file])

    assert mine.edges[name].weight == -0.01
    assert mine.species["microglia"].turnover_days == 9.5
    assert list(mine.edges) == list(network.edges)
    assert all(mine.edges[other] == network.edges[other] for other in network.edges if other != name)
    assert all(mine.species[other] == network.species[other] for other in network.species if other != "microglia")


def test_of_two_files_the_later_one_counts(write: Write) -> None:
    text = """
        system: mine
        label: Mine
        edges: [{{from: microglia, to: p_p38, sign: "+", gain: {gain}, basis: assumption}}]
    """
    files = [write(text.format(gain=gain)) for gain in (0.3, 0.7)]

    assert load_network(extra=files).edges["microglia>p_p38"].gain == 0.7
    assert load_network(extra=files[::-1]).edges["microglia>p_p38"].gain == 0.3


def test_a_file_that_changes_is_read_again(write: Write) -> None:
    text = "system: mine\nlabel: Mine\nedges: [{{from: microglia, to: p_p38, sign: '+', gain: {}, basis: assumption}}]"
    file = write(text.format(0.3))
    assert load_network(extra=[file]).edges["microglia>p_p38"].gain == 0.3
    file.write_text(text.format(0.75))
    assert load_network(extra=[file]).edges["microglia>p_p38"].gain == 0.75


@pytest.mark.parametrize("shipped", shipped_files(), ids=lambda path: path.stem)
def test_a_shipped_file_survives_being_written_and_read(network: Network, shipped: Path, tmp_path: Path) -> None:
    first = SystemFile.model_validate(yaml.safe_load(shipped.read_text(encoding="utf-8")))
    dumped = first.model_dump(mode="json", by_alias=True)

    assert SystemFile.model_validate(dumped) == first
    copy = tmp_path / shipped.name
    copy.write_text(yaml.safe_dump(dumped, allow_unicode=True), encoding="utf-8")
    again = load_network(extra=[copy])
    assert (again.species, again.edges, again.drives) == (network.species, network.edges, network.drives)


HEAD = "system: mine\nlabel: Mine\n"
EDGE = "{{from: '{source}', to: {target}, sign: '{sign}', gain: {gain}, basis: {basis}}}"


def edge(
    source: str = "microglia", target: str = "kcc2", sign: str = "+", gain: str = "0.1", basis: str = "review"
) -> str:
    return EDGE.format(source=source, target=target, sign=sign, gain=gain, basis=basis)


@pytest.mark.parametrize(
    ("text", "message", "line", "remedy"),
    [
        pytest.param(HEAD + "specis: []", "not permitted", 3, "species", id="unknown field of the file"),
        pytest.param(
            HEAD + "species:\n  - {id: a, label: a, site: b, turnover_day: 1, turnover_basis: assumption}",
            "Field required",
            4,
            "",
            id="missing field",
        ),
        pytest.param(
            HEAD + "species:\n  - {id: a, label: a, site: b, turnover_days: 1, turnover_basis: assumption, tonik: 1}",
            "not permitted",
            4,
            "tonic",
            id="unknown field of a species",
        ),
        pytest.param(
            HEAD + "edges:\n  - {from: microglia, to: kcc2, sign: '+', gain: 1, basis: review, source: [coull2005]}",
            "not permitted",
            4,
            "sources",
            id="unknown field of an edge",
        ),
        pytest.param(HEAD + f"edges:\n  - {edge(sign='plus')}", "'+' or '-'", 4, "", id="sign"),
        pytest.param(HEAD + f"edges:\n  - {edge(gain='-0.5')}", "greater than 0", 4, "", id="negative gain"),
        pytest.param(HEAD + f"edges:\n  - {edge(gain='.nan')}", "", 4, "", id="gain that is not a number"),
        pytest.param(HEAD + f"edges:\n  - {edge(gain='1e9')}", "less than or equal to 10", 4, "", id="absurd gain"),
        pytest.param(HEAD + f"edges:\n  - {edge(basis='hearsay')}", "'intervention'", 4, "", id="basis"),
        pytest.param(
            HEAD + f"edges:\n  - {edge(source='microglya')}", "no species 'microglya'", 4, "microglia", id="source"
        ),
        pytest.param(HEAD + f"edges:\n  - {edge(target='kcc3')}", "no species 'kcc3'", 4, "kcc2", id="target"),
        pytest.param(HEAD + f"edges:\n  - {edge(source='@oxigen')}", "no drive '@oxigen'", 4, "oxygen", id="drive"),
        pytest.param(HEAD + f"edges:\n  - {edge()}\n  - {edge()}", "stands here twice", 5, "Remove", id="twice"),
        pytest.param(
            HEAD + "drives:\n  - {id: a, label: a, unit: b}\n  - {id: a, label: c, unit: d}",
            "a stands here twice",
            5,
            "Remove",
            id="a drive twice",
        ),
        pytest.param(HEAD + "label: Again", "'label' stands here twice", 3, "Rename", id="a key twice"),
        pytest.param("- system: mine", "is a mapping", 1, "", id="not a mapping"),
        pytest.param("just words", "is a mapping", 1, "", id="words"),
        pytest.param(HEAD + "edges: [", "not valid YAML", 4, "Mend", id="not YAML"),
        pytest.param("label: Mine", "Field required", 1, "", id="no system"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_a_remedy(
    write: Write, text: str, message: str, line: int, remedy: str
) -> None:
    file = write(text)

    with pytest.raises(NetworkError) as caught:
        load_network(extra=[file])

    assert message in caught.value.message
    assert str(caught.value.where).startswith(f"{file}, line {line}")
    assert remedy in str(caught.value.remedy or "")


def test_an_empty_file_is_not_a_mapping(write: Write) -> None:
    with pytest.raises(NetworkError, match="is a mapping"):
        load_network(extra=[write("")])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match="no such file"):
        load_network(extra=[tmp_path / "absent.yaml"])
