"""What a species tells the species that it acts on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

ROUNDING = 0.05
"""Width in ln x over which the slope below health turns into that above; numerical, so that there is no kink."""

Level = TypeVar("Level")


def _root(value: Any) -> Any:
    return value**0.5


def signal(level: Level, tonic: Level, root: Callable[[Any], Any] = _root) -> Level:
    """Signal of a species.

    With ``phi = 2 (x - 1) / (x + 1)``, a logarithm bounded by 2, it is close to ``phi`` above health and to
    ``tonic * phi`` below: what is hardly there in a healthy animal cannot do much by being absent. At health it is 0.

    Parameters
    ----------
    level : float or array
        Fold change of what is free to act; not negative.
    tonic : float or array
        Share of its effect that the species has in health, 0 to 1.
    root : callable, optional
        Square root; that of a library of arrays compiles and differentiates faster.

    Returns
    -------
    float or array
        Dimensionless.
    """
    x, share = level, tonic
    phi = 2.0 * (x - 1.0) / (x + 1.0)  # type: ignore[operator]
    bent = root(phi * phi + ROUNDING * ROUNDING) - ROUNDING
    return 0.5 * (1.0 + share) * phi + 0.5 * (1.0 - share) * bent  # type: ignore[operator,no-any-return]
