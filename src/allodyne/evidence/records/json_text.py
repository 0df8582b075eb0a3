"""JSON in which every record knows its line and no repeated name is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from allodyne.errors import EvidenceError


class JsonObject(dict[str, Any]):
    """A JSON object that keeps what a repeated name said again.

    Attributes
    ----------
    again : list of (str, object)
        Names that had been given before, with their further values.
    """

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__()
        self.again: list[tuple[str, Any]] = []
        for name, value in pairs:
            if name in self:
                self.again.append((name, value))
            else:
                self[name] = value

    def all_items(self) -> Iterator[tuple[str, Any]]:
        """Every name and value, the repeated ones too."""
        yield from self.items()
        yield from self.again


@dataclass(frozen=True)
class JsonRecord:
    """One object of a JSON file: its text, the line on which it begins, and what it says."""

    file: Path
    text: str
    line: int
    data: JsonObject

    def line_of(self, name: str) -> int:
        """Line on which a name of the object first stands, else that of the object."""
        place = self.text.find(json.dumps(name, ensure_ascii=False))
        return self.line + self.text.count("\n", 0, max(place, 0))

    def malformed(self, name: str, rule: str) -> EvidenceError:
        """The error that a field does not hold what it should."""
        where = f"{self.file}, line {self.line_of(name)}"
        return EvidenceError(f"The field {name!r} {rule}.", where, "Correct or remove the field.")


def json_records(text: str, file: Path) -> list[JsonRecord]:
    """Read a JSON object, or a list of objects.

    Raises
    ------
    EvidenceError
        With file, line and column, when the text is not JSON or holds anything but objects.
    """
    reader = _Reader(text, file)
    return list(reader.records())


class _Reader:
    def __init__(self, text: str, file: Path) -> None:
        self.text, self.file = text, file
        self.decoder = json.JSONDecoder(object_pairs_hook=JsonObject, parse_float=Decimal, parse_constant=self._refuse)
        self.place, self.counted, self.line = 0, 0, 1

    def records(self) -> Iterator[JsonRecord]:
        self._skip_blanks()
        if self._next() != "[":
            yield self._record()
        else:
            self.place += 1
            self._skip_blanks()
            while self._next() != "]":
                yield self._record()
                self._skip_blanks()
                if self._next() not in (",", "]"):
                    raise self._wrong("a comma or the end of the list is missing")
                if self._next() == ",":
                    self.place += 1
                    self._skip_blanks()
                    if self._next() == "]":
                        raise self._wrong("there is a comma behind the last record")
            self.place += 1
        self._skip_blanks()
        if self._next():
            raise self._wrong("there is text behind the end; several records stand in one list, [{...}, {...}]")

    def _record(self) -> JsonRecord:
        begin, line = self.place, self._line()
        try:
            data, self.place = self.decoder.raw_decode(self.text, begin)
        except json.JSONDecodeError as problem:
            self.place = problem.pos
            raise self._wrong(problem.msg[:1].lower() + problem.msg[1:]) from None
        except RecursionError:
            raise self._wrong("it is nested too deeply") from None
        except ValueError as problem:
            raise self._wrong(str(problem)) from None
        if not isinstance(data, JsonObject):
            self.place = begin
            raise self._wrong("a record must be an object, {...}")
        return JsonRecord(self.file, self.text[begin : self.place], line, data)

    def _skip_blanks(self) -> None:
        while self._next() in (" ", "\t", "\n", "\r"):
            self.place += 1

    def _next(self) -> str:
        return self.text[self.place : self.place + 1]

    def _line(self) -> int:
        self.line += self.text.count("\n", self.counted, self.place)
        self.counted = self.place
        return self.line

    def _refuse(self, constant: str) -> Any:
        raise ValueError(f"{constant} is not a number of JSON")

    def _wrong(self, what: str) -> EvidenceError:
        line = self.text.count("\n", 0, self.place) + 1
        column = self.place - self.text.rfind("\n", 0, self.place)
        where = f"{self.file}, line {line}, column {column}"
        return EvidenceError(f"This is not valid JSON: {what}.", where, "Mend it there, or export the record again.")
