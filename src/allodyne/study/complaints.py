"""Telling the author of a study file what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from reprlib import repr as brief
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from allodyne.documents import Document, Location
from allodyne.errors import StudyError, nearest
from allodyne.study.mistakes import MISTAKE

MOST_SHOWN = 8


class StudyMistakes(StudyError):
    """Several mistakes in one study.

    Attributes
    ----------
    mistakes : list of StudyError
        The first few, in the order of the file.
    """

    def __init__(self, mistakes: list[StudyError], count: int, where: str) -> None:
        shown = "" if count == len(mistakes) else f" These are the first {len(mistakes)}."
        super().__init__(f"The study has {count} mistakes.{shown}", where, "\n".join(str(one) for one in mistakes))
        self.mistakes = mistakes


def complain(problem: ValidationError, document: Document) -> StudyError:
    """Turn what pydantic found into an error with file, line, field and remedy.

    Parameters
    ----------
    problem : ValidationError
    document : Document
        The file that was validated.

    Returns
    -------
    StudyError
        One error, or a :class:`StudyMistakes` that holds the first few.
    """
    errors = [error for error in problem.errors(include_url=False) if error["type"] != "default_factory_not_called"]
    found = sorted(
        (
            (_line(location, document), _one(error, location, document))
            for error in errors
            for location in [_locate(error, document)]
        ),
        key=lambda item: item[0],
    )
    mistakes = [one for _, one in found]
    return (
        mistakes[0] if len(mistakes) == 1 else StudyMistakes(mistakes[:MOST_SHOWN], len(mistakes), str(document.path))
    )


def _one(error: ErrorDetails, location: Location, document: Document) -> StudyError:
    field = str(location[-1]) if location else ""
    context: dict[str, Any] = error.get("ctx") or {}
    where = document.where(location)
    if error["type"] == MISTAKE:
        return StudyError(context["message"], where, context["remedy"] or None)
    if error["type"] == "extra_forbidden":
        return StudyError(f"There is no field {field!r} here.", where, nearest(field, _fields(location[:-1])) or None)
    meaning = _meaning(location)
    if error["type"] == "missing":
        return StudyError(
            f"The field {field!r} is missing.",
            document.where(location[:-1]),
            f"Add {field}: {meaning}" if meaning else f"Add {field}.",
        )
    if error["type"] == "literal_error":
        choices = context["expected"].replace(" or ", ", ").replace("'", "")
        return StudyError(f"{brief(error['input'])} is not valid for {field!r}.", where, f"Choose one of: {choices}.")
    if error["type"] == "value_error":
        message, offer, names = str(context.get("error", error["msg"])).partition("Did you mean")
        remedy = f"{offer}{names}" or meaning or "Correct it there; `allodyne check` then says what the study means."
        return StudyError(message.strip(), where, remedy)
    return StudyError(f"{brief(error['input'])} does not fit {field!r}: {_lower(error['msg'])}.", where, meaning)


def _locate(error: ErrorDetails, document: Document) -> Location:
    location = tuple(part for part in error["loc"] if isinstance(part, str | int) and part != "[key]")
    # below an entry of an arm the path lacks the name of the treatment
    if location[:1] == ("arms",) and len(location) > 3:
        entry = document.data["arms"][location[1]][location[2]]
        return (*location[:3], next(iter(entry)), *location[3:])
    return location


def _line(location: Location, document: Document) -> int:
    return next(
        (document.lines[location[:end]] for end in range(len(location), 0, -1) if location[:end] in document.lines), 0
    )


def _model(location: Location) -> type[BaseModel] | None:
    """Find the model that describes the mapping at a location."""
    from allodyne.study.entries import entry_kinds
    from allodyne.study.expectations import Published
    from allodyne.study.schema import Assessment, Study, Subjects

    match location:
        case ():
            return Study
        case ("subjects",):
            return Subjects
        case ("assess",):
            return Assessment
        case ("published", int()):
            return Published
        case ("arms", _, int(), str(treatment)):
            return entry_kinds().get(treatment)
    return None


def _fields(location: Location) -> Mapping[str, Any]:
    model = _model(location)
    return {field.alias or name: field for name, field in model.model_fields.items()} if model else {}


def _meaning(location: Location) -> str | None:
    field = _fields(location[:-1]).get(str(location[-1])) if location else None
    return field.description if field else None


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
