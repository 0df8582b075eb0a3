"""The findings to be predicted: the shipped ones, or files and folders from outside with their own papers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from allodyne.documents import read_document
from allodyne.errors import EvidenceError, nearest
from allodyne.evidence.findings import Finding, read_findings
from allodyne.evidence.papers import Paper, load_papers

_MAX_BYTES = 20_000_000
_NO_FINDINGS = ("papers", "physiology")
"""Files of the format that hold no findings begin with one of these."""


@dataclass(frozen=True)
class GivenFindings:
    """Findings and their papers.

    Attributes
    ----------
    findings : tuple of mapping
        In the form of the findings files.
    papers : mapping of str to Paper
        By key: the shipped ones and those that came along.
    shipped : bool
        Whether these are the findings of the package.
    places : tuple of str
        Files that were read.
    """

    findings: tuple[Mapping[str, Any], ...]
    papers: Mapping[str, Paper]
    shipped: bool
    places: tuple[str, ...]


def shipped_findings() -> GivenFindings:
    """All findings of the package."""
    folder = files("allodyne.evidence") / "data" / "findings"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    records = [one for name in names for one in read_document(str(folder / name), EvidenceError, _MAX_BYTES).data]
    return GivenFindings(tuple(records), load_papers(), True, tuple(names))


def findings_from(paths: Sequence[Path]) -> GivenFindings:
    """Read findings from outside the package.

    Parameters
    ----------
    paths : sequence of Path
        Files of findings, or folders of them (in the folder itself or in its folder ``findings``). Papers are read
        from ``papers*.yaml`` in the same folder or the one above.

    Returns
    -------
    GivenFindings
        A paper that the package knows under another key, by its DOI or PubMed number, gets the key of the package,
        so that it counts as seen where the calibration saw it.

    Raises
    ------
    EvidenceError
        With file and line, when a file is malformed, an id is used twice, or a paper is unknown or another one than
        that of the same key in the package.
    """
    chosen = list(dict.fromkeys(file for path in paths for file in _finding_files(path)))
    papers, keys = _papers_beside(chosen)
    where: dict[str, Path] = {}
    records: list[Mapping[str, Any]] = []
    for file in chosen:
        for name, finding in read_findings(file).items():
            if name in where:
                raise EvidenceError(
                    f"The finding {name!r} stands in {where[name]} too.",
                    _place(file, name, "id"),
                    "Give one of them another id.",
                )
            if finding.paper not in keys:
                raise EvidenceError(
                    f"The finding {name!r} names an unknown paper {finding.paper!r}.",
                    _place(file, name, "paper"),
                    nearest(finding.paper, keys) or "Add the paper to a papers.yaml beside the findings.",
                )
            where[name] = file
            records.append(as_mapping(finding) | {"paper": keys[finding.paper]})
    if not records:
        raise EvidenceError("There are no findings here.", ", ".join(map(str, chosen)), "SCHEMA.md tells the format.")
    return GivenFindings(tuple(records), papers, False, tuple(map(str, chosen)))


def as_mapping(finding: Finding) -> dict[str, Any]:
    """A checked finding in the form of its file: only what is stated, whole numbers as such."""
    plain: dict[str, Any] = _plain(finding.model_dump(exclude_none=True))
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _finding_files(path: Path) -> list[Path]:
    path = path.expanduser()
    if not path.exists():
        raise EvidenceError("There is no such file or folder.", str(path), _names_near(path))
    if not path.is_dir():
        return [path.resolve()]
    folder = path / "findings" if (path / "findings").is_dir() else path
    found = [file for file in _yaml_in(folder) if not file.name.startswith(_NO_FINDINGS)]
    if not found:
        raise EvidenceError(
            "No file of findings is in this folder.", str(folder), "They are YAML files other than papers*.yaml."
        )
    return [file.resolve() for file in found]


def _yaml_in(folder: Path) -> list[Path]:
    return sorted(file for file in folder.glob("*.y*ml") if file.is_file())


def _names_near(path: Path) -> str:
    folder = path.parent if path.parent.is_dir() else Path()
    return nearest(path.name, [entry.name for entry in folder.iterdir() if not entry.name.startswith(".")])


def _papers_beside(findings: Iterable[Path]) -> tuple[dict[str, Paper], dict[str, str]]:
    """All papers by key, and the key that stands for each written one."""
    known = dict(load_papers())
    keys = {key: key for key in known}
    address = {value: key for key, paper in known.items() for value in _addresses(paper)}
    folders = dict.fromkeys(folder for file in findings for folder in (file.parent, file.parent.parent))
    read: dict[str, tuple[Paper, str]] = {}
    for file in (file for folder in folders for file in _yaml_in(folder) if file.name.startswith("papers")):
        document = read_document(file, EvidenceError, _MAX_BYTES)
        if not isinstance(document.data, dict):
            raise EvidenceError("Papers are a mapping from key to bibliography.", str(file), "See SCHEMA.md.")
        for key, record in document.data.items():
            line = document.where((key,))
            paper = _paper(str(key), record, line)
            if str(key) in read and read[str(key)][0] != paper:
                raise EvidenceError(f"The paper {key!r} stands in another file too.", line, f"See {read[str(key)][1]}.")
            read[str(key)] = paper, line
    for key, (paper, line) in read.items():
        own = set(_addresses(known[key])) if key in known else set()
        same = (
            key
            if own & set(_addresses(paper))
            else next((address[value] for value in _addresses(paper) if value in address), None)
        )
        if same is None and own and _addresses(paper):
            raise EvidenceError(
                f"The package has another paper of the key {key!r}: {known[key].citation}.", line, "Rename the key."
            )
        keys[key] = same or key
        known.setdefault(keys[key], paper)
    return known, keys


def _paper(key: str, record: Any, line: str) -> Paper:
    if not isinstance(record, dict):
        raise EvidenceError(f"The paper {key!r} has no bibliography.", line, "SCHEMA.md names the fields.")
    try:
        return Paper.model_validate(record | {"key": key})
    except ValidationError as problem:
        first = problem.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        message = f"In the paper {key!r}, {field}: {first['msg'].removeprefix('Value error, ')}."
        raise EvidenceError(message, line, nearest(field, Paper.model_fields)) from None


def _addresses(paper: Paper) -> list[str]:
    """DOI and PubMed number in one spelling."""
    doi = re.sub(r"^https?://(dx\.)?doi\.org/|^doi:\s*", "", (paper.doi or "").strip().lower())
    return [value for value in (doi, f"pmid {paper.pmid}" if paper.pmid else "") if value]


def _place(file: Path, name: str, field: str) -> str:
    """Line of a field of a finding."""
    document = read_document(file, EvidenceError, _MAX_BYTES)
    index = next((k for k, record in enumerate(document.data) if record.get("id") == name), 0)
    return document.where((index, field))
