"""What is taken where a finding does not state it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from allodyne.animals import IN_PEOPLE
from allodyne.documents import read_document


@cache
def load_defaults() -> dict[str, Any]:
    """Load ``defaults.yaml``; all of it is assumption about the usual protocol."""
    data: dict[str, Any] = read_document(str(files("allodyne.experiments") / "defaults.yaml")).data
    return data


def usual(treatment: str, animal: str) -> dict[str, Any]:
    """Give the usual protocol of a treatment in animals or in people."""
    defaults = load_defaults()
    found: dict[str, Any] = (defaults["people"] if animal == IN_PEOPLE else defaults)[treatment]
    return found
