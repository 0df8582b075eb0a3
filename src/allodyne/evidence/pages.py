"""Pages that a command wrote: told from other files, so that none of these is overwritten."""

from __future__ import annotations

from pathlib import Path

from allodyne.errors import OutputError

_HEAD_BYTES = 4096


def is_page_of(file: Path, generator: str) -> bool:
    """Whether a file is a page that a command wrote.

    Parameters
    ----------
    file : Path
    generator : str
        The command, as it stands in the meta element ``generator`` of its pages.
    """
    try:
        if not file.is_file():
            return False
        with file.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
    except OSError:
        return False
    return f'<meta name="generator" content="{generator}">'.encode() in head


def check_page_place(file: Path, generator: str, example: str, force: bool | None = None) -> None:
    """Make sure, before anything is computed, that a page may be written.

    Parameters
    ----------
    file : Path
    generator : str
        As in :func:`is_page_of`; its own earlier pages may be replaced.
    example : str
        A good name, for the remedy.
    force : bool, optional
        Whether any earlier file may be replaced; None where the command has no such option.

    Raises
    ------
    OutputError
        When the name is no name of a page, the folder is missing, or another file stands there.
    """
    if file.suffix.lower() not in (".html", ".htm"):
        raise OutputError("A page needs a name that ends in .html.", str(file), f"For example: --html {example}.")
    if file.is_dir():
        raise OutputError("This is a folder, not a file.", str(file), "Name a file in it.")
    if not file.parent.is_dir():
        raise OutputError("The folder does not exist.", str(file.parent), "Make the folder, or name another place.")
    if file.exists() and not force and not is_page_of(file, generator):
        remedy = "Name another one, or remove it." if force is None else "Name another one, or replace it with --force."
        raise OutputError("The file exists already, and is no page of this command.", str(file), remedy)
