"""Network files written for one test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    """Write the text as the next file of a network and return its path."""

    def written(text: str) -> Path:
        file = tmp_path / f"mine_{len(list(tmp_path.iterdir()))}.yaml"
        file.write_text(dedent(text).strip() + "\n", encoding="utf-8")
        return file

    return written
