"""Tables, links and numbers in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Lay rows out under a head."""
    lines = [_row(head), _row(["---"] * len(head)), *(_row(row) for row in rows)]
    return "\n".join(lines) + "\n"


def code(text: object) -> str:
    """Set a text as code."""
    return f"`{text}`"


def cite(keys: Iterable[str]) -> str:
    """Link source keys to their entries on the page of sources."""
    return ", ".join(f"[{key}](sources.md#{key})" for key in keys)


def number(value: float) -> str:
    """Write a number without needless digits."""
    return f"{value:.0f}" if value == round(value) else f"{value:.6g}"


def supported(basis: str, keys: Sequence[str], note: str) -> tuple[str, str]:
    """Give basis with sources, and the note, as two cells."""
    return (f"{basis}: {cite(keys)}" if keys else basis), note


def _row(cells: Sequence[object]) -> str:
    return "| " + " | ".join(" ".join(str(cell).split()).replace("|", "\\|") for cell in cells) + " |"
