"""How the checks of a study say what is wrong, where, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from allodyne.errors import UserError

MISTAKE = "mistake"


def mistake(message: str, remedy: str = "") -> PydanticCustomError:
    """Make an error that a pydantic validator may raise and that keeps its remedy.

    Parameters
    ----------
    message : str
        What is wrong, in one sentence.
    remedy : str, optional
        What to do about it.
    """
    return PydanticCustomError(MISTAKE, "{message} {remedy}", {"message": message, "remedy": remedy})


def from_user_error(error: UserError) -> PydanticCustomError:
    """Turn an error of another part of the package into one that a pydantic validator may raise."""
    return mistake(error.message, error.remedy or "")


def at(location: Sequence[str | int], error: PydanticCustomError, value: object = None) -> InitErrorDetails:
    """Place an error at a field below the one that is being validated."""
    return InitErrorDetails(type=error, loc=tuple(location), input=value)


def refuse(mistakes: Sequence[InitErrorDetails]) -> NoReturn:
    """Raise several placed errors at once; pydantic puts the path of the validated field in front of theirs."""
    details: list[Any] = list(mistakes)
    raise ValidationError.from_exception_data("Study", details)
