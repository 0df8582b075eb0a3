"""Typed errors that a user can act on."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class AllodyneError(Exception):
    """Base of everything Allodyne raises on purpose.

    Parameters
    ----------
    message : str
        What was wrong, in one sentence.
    where : str, optional
        File, line and field, as far as they are known.
    remedy : str, optional
        What to do about it.
    """

    def __init__(self, message: str, where: str | None = None, remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        head = f"{self.where}: {self.message}" if self.where else self.message
        return f"{head}\n{self.remedy}" if self.remedy else head


class UserError(AllodyneError):
    """A mistake in a file, an argument or a plan; the command line answers it with exit code 2."""


class StudyError(UserError):
    """A study file that cannot be read or does not make sense."""


class ScheduleError(StudyError):
    """Sessions that cannot be carried out, such as two at the same time."""


class NetworkError(UserError):
    """A network file that cannot be read or breaks a lint rule of severity error."""


class EvidenceError(UserError):
    """A paper, finding or fact that is missing or malformed."""


class OutputError(UserError):
    """Results that cannot be written where they were asked for."""


def nearest(name: str, known: Iterable[str], count: int = 3) -> str:
    """Suggest the nearest valid names.

    Parameters
    ----------
    name : str
        What the user wrote.
    known : iterable of str
        The valid names.
    count : int, optional
        How many to offer at most.

    Returns
    -------
    str
        ``"Did you mean a, b?"``, or a list of all valid names when few exist and none is near, or an empty string.
    """
    names = sorted(set(known))
    lowered = {candidate.lower(): candidate for candidate in names}
    close = [lowered[match] for match in difflib.get_close_matches(name.lower(), lowered, n=count, cutoff=0.5)]
    close += [candidate for candidate in names if name and name.lower() in candidate.lower() and candidate not in close]
    if close:
        return f"Did you mean {', '.join(close[:count])}?"
    return f"Valid names: {', '.join(names)}." if 0 < len(names) <= 40 else ""
