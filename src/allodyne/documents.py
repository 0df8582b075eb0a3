"""Reading YAML so that every value knows the line it stands on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from allodyne.errors import UserError

Location = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)
MAX_BYTES = 2_000_000
MAX_VALUES = 300_000
"""More values than any sensible file holds; aliases of aliases can unfold a small file into more."""

_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Document:
    """A YAML file that was read.

    Attributes
    ----------
    path : Path
        Where it was read from.
    data : object
        What it says.
    lines : mapping of tuple to int
        Line (from 1) of each key or list item, by its path from the root.
    """

    path: Path
    data: Any
    lines: Mapping[Location, int]

    def where(self, location: Sequence[str | int] = ()) -> str:
        """Name the file, the line and the field of a value, or of its nearest known ancestor."""
        path = tuple(location)
        known = next((path[:end] for end in range(len(path), -1, -1) if path[:end] in self.lines), None)
        line = f", line {self.lines[known]}" if known is not None else ""
        field = ".".join(str(part) for part in path)
        return f"{self.path}{line}" + (f", field {field}" if field else "")


def read_document(path: Path | str, error: type[UserError] = UserError, max_bytes: int = MAX_BYTES) -> Document:
    """Read one YAML file.

    Parameters
    ----------
    path : Path or str
        The file.
    error : type of UserError, optional
        Which error to raise.
    max_bytes : int, optional
        Larger files are refused unread.

    Returns
    -------
    Document

    Raises
    ------
    UserError
        When the file is missing, too large, not UTF-8, not YAML, or names a key twice.
    """
    path = Path(path)
    text = _read_text(path, error, max_bytes)
    loader = _SafeLoader(text)
    try:
        node = loader.get_single_node()
        lines: dict[Location, int] = {}
        _note_lines(node, (), lines, path, error)
        data = None if node is None else loader.construct_document(node)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark
        where = f"{path}, line {mark.line + 1}, column {mark.column + 1}" if mark else str(path)
        raise error(
            f"This is not valid YAML: {problem.problem or problem.context}.", where, "Mend the syntax there."
        ) from None
    except yaml.YAMLError as problem:
        raise error(f"This is not valid YAML: {problem}.", str(path), "Write plain UTF-8 text.") from None
    except RecursionError:
        raise error("The file is nested too deeply.", str(path), "Flatten it.") from None
    except ValueError as problem:
        raise error(f"A value cannot be read: {problem}.", str(path), "Put it in quotes, or correct it.") from None
    finally:
        loader.dispose()
    return Document(path, data, lines)


def parse_document(document: Document, model: type[Model], error: type[UserError]) -> Model:
    """Turn a shipped file into its model.

    Raises
    ------
    UserError
        With the line of the first value that does not fit.
    """
    try:
        return model.model_validate(document.data)
    except ValidationError as problem:
        first = problem.errors(include_url=False)[0]
        # pydantic names its own validators in the path, which the file does not know
        place = [part for part in first["loc"] if not str(part).startswith("function-")]
        raise error(first["msg"], document.where(place)) from None


def _read_text(path: Path, error: type[UserError], max_bytes: int) -> str:
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise error("This is a folder, not a file.", str(path), "Name a YAML file in it.")
        if size > max_bytes:
            raise error(
                f"The file has {size / 1e6:.1f} MB; at most {max_bytes / 1e6:.1f} MB are read.",
                str(path),
                "Check that this is the right file.",
            )
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise error("There is no such file.", str(path), _siblings(path)) from None
    except PermissionError:
        raise error("The file may not be read.", str(path), "Check its permissions.") from None
    except UnicodeDecodeError:
        raise error("The file is not UTF-8 text.", str(path), "Save it as UTF-8.") from None
    except OSError as problem:
        raise error(f"The file cannot be read: {problem.strerror}.", str(path)) from None


def _siblings(path: Path) -> str:
    folder = path.parent if path.parent.is_dir() else None
    names = sorted(file.name for file in folder.glob("*.y*ml") if file.is_file())[:8] if folder else []
    return f"YAML files in that folder: {', '.join(names)}." if names else "Check the path."


def _note_lines(node: Any, path: Location, lines: dict[Location, int], file: Path, error: type[UserError]) -> None:
    if node is None:
        return
    if len(lines) > MAX_VALUES:
        raise error(f"The file unfolds into more than {MAX_VALUES} values.", str(file), "Use fewer aliases.")
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        first: dict[str, int] = {}
        for key_node, value_node in node.value:
            key, line = str(key_node.value), key_node.start_mark.line + 1
            if key in first:
                raise error(
                    f"The name {key!r} stands here twice, first on line {first[key]}.",
                    f"{file}, line {line}",
                    "Rename or remove one of them.",
                )
            first[key] = line
            lines[(*path, key)] = line
            _note_lines(value_node, (*path, key), lines, file, error)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            lines[(*path, index)] = item.start_mark.line + 1
            _note_lines(item, (*path, index), lines, file, error)
