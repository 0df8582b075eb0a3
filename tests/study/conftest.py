"""A small study that makes sense, to be bent by the tests."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from allodyne.study import Study

HBOT = {"hbot": {"pressure_ata": 2.0, "fio2": 1.0, "minutes": 60, "sessions": 7}}
GOOD = {
    "study": "HBOT after spinal nerve ligation",
    "subjects": {"species": "rat", "condition": "snl", "n": 20, "seed": 1},
    "days": 28,
    "arms": {"untreated": [], "hbot": [HBOT]},
    "measure": ["mechanical_threshold", "p_mtor"],
}


@pytest.fixture
def good() -> dict[str, Any]:
    """A study as a mapping."""
    return copy.deepcopy(GOOD)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[object], Path]:
    """Write a study file: text as it is, anything else as YAML."""

    def to_file(content: object) -> Path:
        path = tmp_path / "study.yaml"
        path.write_text(content if isinstance(content, str) else yaml.safe_dump(content, sort_keys=False))
        return path

    return to_file


@pytest.fixture
def with_arms(good: dict[str, Any]) -> Callable[..., Study]:
    """Build the good study with other arms, and other fields where given."""

    def build(arms: dict[str, Any], **fields: Any) -> Study:
        return Study.from_dict({**good, "arms": arms, **fields})

    return build
