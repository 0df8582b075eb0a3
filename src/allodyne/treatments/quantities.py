"""Quantities given as text with a unit, such as ``pressure: 2.0 ATA``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from allodyne.errors import nearest

PRESSURE = {"ATA": 1.0, "atm": 1.0, "bar": 1 / 1.01325, "kPa": 1 / 101.325, "MPa": 1000 / 101.325, "mmHg": 1 / 760}
TIME = {"min": 1.0, "h": 60.0}
SPEED = {"m/min": 1.0, "km/h": 1000 / 60, "m/s": 60.0, "cm/s": 0.6}
FREQUENCY = {"Hz": 1.0}
CURRENT = {"mA": 1.0, "uA": 1e-3}

_FORM = re.compile(r"\s*([-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?)\s*([A-Za-z/]+)\s*")


def parse(text: str, units: Mapping[str, float]) -> float:
    """Read a number with unit.

    Parameters
    ----------
    text : str
        Such as ``"2.0 ATA"``.
    units : mapping of str to float
        What one of each accepted unit is in the unit of the field.

    Returns
    -------
    float
        The number in the unit of the field.

    Raises
    ------
    ValueError
        When there is no number, no unit, or a unit that is not accepted.
    """
    found = _FORM.fullmatch(text)
    try:
        size = float(found[1]) if found else None
    except ValueError:
        size = None
    if found is None or size is None:
        raise ValueError(f"{text!r} is not a number with a unit; write for example '2 {next(iter(units))}'")
    if found[2] not in units:
        raise ValueError(f"unit {found[2]!r} is not accepted here; {nearest(found[2], units)}")
    return size * units[found[2]]


def take_texts(data: Any, fields: Mapping[str, tuple[str, Mapping[str, float]]]) -> Any:
    """Replace texts with units by numbers in the fields that carry their unit in the name.

    Parameters
    ----------
    data : object
        What stands in the study file for one treatment; anything but a mapping is returned as it is.
    fields : mapping
        Name of the text field to name of the number field and accepted units.

    Raises
    ------
    ValueError
        When both fields are given, or a text cannot be read.
    """
    if not isinstance(data, Mapping):
        return data
    data = dict(data)
    for text_field, (number_field, units) in fields.items():
        if text_field not in data:
            continue
        if number_field in data:
            raise ValueError(f"{text_field} and {number_field} say the same; give one of them")
        given = data.pop(text_field)
        data[number_field] = [_read(item, units) for item in given] if isinstance(given, list) else _read(given, units)
    return data


def _read(given: Any, units: Mapping[str, float]) -> float:
    if not isinstance(given, str):
        raise ValueError(f"{given!r} has no unit; write for example '{given} {next(iter(units))}'")
    return parse(given, units)
