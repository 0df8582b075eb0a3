"""From a file to a study, and back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from allodyne.documents import Document, read_document
from allodyne.errors import StudyError
from allodyne.study.complaints import complain
from allodyne.study.schema import Study


def read_study(path: Path | str) -> Study:
    """Read a study file; see :meth:`Study.from_yaml`."""
    return parse_study(read_document(path, StudyError))


def parse_study(document: Document) -> Study:
    """Build a study from a file that was read.

    Raises
    ------
    StudyError
        When the file is empty, is not a mapping, or does not make sense as a study.
    """
    remedy = "Begin with the lines study, subjects, days, arms and measure."
    if document.data is None:
        raise StudyError("The file is empty.", document.where(), remedy)
    if not isinstance(document.data, Mapping):
        kind = "a list" if isinstance(document.data, list) else "a single value"
        raise StudyError(f"A study is a mapping of fields; this is {kind}.", document.where(), remedy)
    try:
        study = Study.model_validate(_with_paths(document))
    except ValidationError as problem:
        raise complain(problem, document) from None
    study._document = document
    return study


def _with_paths(document: Document) -> dict[str, Any]:
    """The fields of a study, with the network files found from where the study stands."""
    data = dict(document.data)
    listed = data.get("network")
    if isinstance(listed, list) and all(isinstance(name, str) for name in listed):
        data["network"] = [document.path.parent / name for name in listed]
    return data


def write_study(study: Study) -> str:
    """Write a study as YAML; see :meth:`Study.to_yaml`."""
    import yaml

    data: dict[str, Any] = study.model_dump(mode="json", exclude_none=True)
    for field in ("published", "network"):
        if not data[field]:
            del data[field]
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=120)
