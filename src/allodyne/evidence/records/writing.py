"""The user's file of papers: read, and new papers put behind the ones it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from allodyne.documents import Document, read_document
from allodyne.errors import EvidenceError, OutputError
from allodyne.evidence.papers import Paper
from allodyne.evidence.writing import write_whole

_LINE_WIDTH = 150


def read_papers(into: Path) -> tuple[Document | None, dict[str, Paper]]:
    """Read the papers that a file of the user holds already; none when there is no such file.

    Raises
    ------
    EvidenceError
        With the line, when the file is not a file of papers.
    """
    if not into.exists():
        return None, {}
    document = read_document(into, EvidenceError)
    if document.data is None:
        return document, {}
    if not isinstance(document.data, dict):
        raise EvidenceError("This is not a file of papers.", str(into), "Choose another file with --into.")
    papers = {}
    for key, fields in document.data.items():
        try:
            papers[str(key)] = Paper(key=str(key), **fields)
        except (ValidationError, TypeError) as problem:
            first = (
                problem.errors(include_url=False)[0]["msg"] if isinstance(problem, ValidationError) else str(problem)
            )
            raise EvidenceError(
                f"The paper {key!r} is malformed: {first}.", document.where((key,)), "Mend it, or choose --into."
            ) from None
    return document, papers


def write_papers(papers: Sequence[Paper], into: Path) -> None:
    """Write papers behind those that a file holds already; the file is replaced whole or not at all.

    Parameters
    ----------
    papers : sequence of Paper
        The new ones; their keys must be free.
    into : Path
        A YAML file, new or in the form of ``papers.yaml``; never inside the package.

    Raises
    ------
    OutputError
        When the file is part of the package or cannot be written.
    """
    check_place(into)
    document, before = read_papers(into)
    text = into.read_text(encoding="utf-8") if document else "# Papers taken in by allodyne evidence add.\n"
    entries = {paper.key: paper.model_dump(exclude={"key"}, exclude_none=True) for paper in papers}
    added = yaml.safe_dump(entries, sort_keys=False, allow_unicode=True, width=_LINE_WIDTH) if entries else ""
    whole = f"{text}{'' if text.endswith(chr(10)) or not text else chr(10)}{added}"
    _check_whole(whole, {**(document.data or {} if document else {}), **entries}, into)
    assert not before.keys() & entries.keys()
    write_whole(whole, into)


def check_place(into: Path) -> None:
    """Make sure that a file may be written: it is no folder and no part of the package.

    Raises
    ------
    OutputError
        When it may not.
    """
    package = Path(__file__).resolve().parents[2]
    if into.resolve().is_relative_to(package):
        raise OutputError("This file is part of the package.", str(into), "Choose a file of your own with --into.")
    if into.is_dir():
        raise OutputError("This is a folder.", str(into), "Choose a file with --into.")
    if not into.absolute().parent.is_dir():
        raise OutputError("There is no such folder.", str(into.parent), "Make it first, or choose another --into.")


def _check_whole(text: str, wanted: Mapping[str, Any], into: Path) -> None:
    try:
        right = yaml.safe_load(text) == wanted
    except yaml.YAMLError:
        right = False
    if not right:
        raise OutputError(
            "New papers cannot be put behind the ones in this file.",
            str(into),
            "Write it in block style, or use --into.",
        )
