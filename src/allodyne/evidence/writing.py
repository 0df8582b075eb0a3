"""Writing a text file whole or not at all."""

from __future__ import annotations

import contextlib
import uuid
from pathlib import Path

from allodyne.errors import OutputError


def write_whole(text: str, file: Path) -> Path:
    """Write a text beside its place and move it in; an earlier file is replaced only then, and keeps its mode.

    Parameters
    ----------
    text : str
    file : Path
        Where it shall stand.

    Returns
    -------
    Path
        The file, absolute.

    Raises
    ------
    OutputError
        When it cannot be written; then nothing is left behind and an earlier file is untouched.
    """
    target = Path(file).expanduser().resolve()
    if target.is_dir():
        raise OutputError("This is a folder, not a file.", str(file), "Name a file in it.")
    if target.exists() and not target.is_file():
        raise OutputError("This is no regular file.", str(file), "Name another file.")
    partial = target.parent / f".{target.name}.partial-{uuid.uuid4().hex[:8]}"
    try:
        partial.write_text(text, encoding="utf-8", newline="")
        if target.exists():
            partial.chmod(target.stat().st_mode)
        partial.replace(target)
    except OSError as problem:
        remedy = "Name another file, or make the folder first."
        raise OutputError(f"It cannot be written: {problem.strerror or problem}.", str(file), remedy) from None
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
    return target
