"""Who can be studied."""

from __future__ import annotations

from typing import Literal

Animal = Literal["rat", "mouse", "human"]
"""Species of the subjects; people count as one."""

IN_PEOPLE = "human"
