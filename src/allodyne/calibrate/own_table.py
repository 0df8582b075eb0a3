"""Reading a laboratory's own data: one value of one subject a row."""

from __future__ import annotations

import math
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from allodyne.errors import UserError, nearest

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("subject", "group", "day", "outcome", "value")
MISSING = frozenset({"", "na", "nan"})
"""What stands for a value that was not measured, in any case."""
_MOST_BYTES = 50_000_000
_HEAD = f"The first line names the columns: {','.join(COLUMNS)}"


def read_table(path: Path) -> tuple[pd.DataFrame, int]:
    """Read a CSV file with the columns subject, group, day, outcome and value; others are not looked at.

    Lines that begin with ``#`` and empty lines are passed over.

    Parameters
    ----------
    path : Path

    Returns
    -------
    table : pandas.DataFrame
        With these columns and ``line``, the line in the file; day and value are numbers.
    missing : int
        Rows whose value is empty or ``NA``; they are not in the table.

    Raises
    ------
    UserError
        When the file cannot be read, a column is missing, a day or value is no number, a name is empty, or a row
        stands there twice.
    """
    text = _text(path)
    lines = [number for number, line in enumerate(text, 1) if line.strip() and not line.lstrip().startswith("#")]
    if len(lines) < 2:
        raise UserError("The file holds no data.", str(path), f"{_HEAD}; each further line holds one value.")
    table = _parsed(path, [text[number - 1] for number in lines], lines)
    table["line"] = lines[1:]
    _refuse_empty_names(path, table)
    _refuse_duplicates(path, table)
    measured = ~table["value"].str.lower().isin(MISSING)
    missing = int((~measured).sum())
    table = table[measured].copy()
    for column in ("day", "value"):
        table[column] = [_number(path, column, *cell) for cell in zip(table[column], table["line"], strict=True)]
    early = table[table["day"] < 0]
    if len(early):
        refuse(path, early, f"Day {early['day'].iloc[0]:g} lies before the lesion.", "Days count from 0.")
    return table[[*COLUMNS, "line"]], missing


def refuse(path: Path, rows: pd.DataFrame, message: str, remedy: str) -> NoReturn:
    """Raise a mistake at the first of some rows."""
    raise UserError(message, f"{path}, line {rows['line'].iloc[0]}", remedy)


def _text(path: Path) -> list[str]:
    try:
        if path.is_dir():
            raise UserError("This is a folder, not a file.", str(path), "Name a CSV file in it.")
        if path.stat().st_size > _MOST_BYTES:
            raise UserError(f"The file has more than {_MOST_BYTES / 1e6:g} MB.", str(path), "Check that it is right.")
        return path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        folder = path.parent if path.parent.is_dir() else None
        names = sorted(file.name for file in folder.glob("*.csv"))[:8] if folder else []
        remedy = f"CSV files in that folder: {', '.join(names)}." if names else "Check the path."
        raise UserError("There is no such file.", str(path), remedy) from None
    except UnicodeDecodeError:
        raise UserError("The file is not UTF-8 text.", str(path), "Save it as CSV in UTF-8.") from None
    except OSError as problem:
        raise UserError(f"The file cannot be read: {problem.strerror}.", str(path)) from None


def _parsed(path: Path, kept: list[str], lines: list[int]) -> pd.DataFrame:
    import pandas as pd

    header = [name.strip().strip('"').lower() for name in kept[0].split(",")]
    for column in COLUMNS:
        if column not in header:
            remedy = f"{_HEAD}. {nearest(column, [name for name in header if name not in COLUMNS])}".strip()
            raise UserError(f"There is no column {column!r}.", f"{path}, line {lines[0]}", remedy)
        if header.count(column) > 1:
            raise UserError(f"The column {column!r} stands here twice.", f"{path}, line {lines[0]}", "Remove one.")
    fields = len(header)
    try:
        # names and header=0 keep pandas from taking the first column as an index where rows are longer than the header
        table = pd.read_csv(
            StringIO("\n".join(kept)), dtype=str, keep_default_na=False, names=header, header=0, index_col=False
        )
    except (pd.errors.ParserError, ValueError):
        raise UserError("The file is not a table.", str(path), f"Every line has {fields} fields.") from None
    if len(table) != len(lines) - 1:
        raise UserError("A quotation mark is not closed.", str(path), "Write each row on one line.")
    for name in table.columns:
        table[name] = table[name].fillna("").str.strip()
    return table


def _refuse_empty_names(path: Path, table: pd.DataFrame) -> None:
    for column in ("subject", "group", "outcome"):
        empty = table[table[column] == ""]
        if len(empty):
            refuse(path, empty, f"The {column} is empty.", "Fill it in, or remove the line.")


def _refuse_duplicates(path: Path, table: pd.DataFrame) -> None:
    """Rows that are alike in every column, further ones included, so that a trial number tells repeats apart."""
    alike = [column for column in table.columns if column != "line"]
    again = table[table.duplicated(alike)]
    if not len(again):
        return
    twin = table.loc[(table[alike] == again[alike].iloc[0]).all(axis=1), "line"].iloc[0]
    remedy = "Remove it; if it was measured twice, number the readings in a further column, such as trial."
    refuse(path, again, f"The same row stands on line {twin}.", remedy)


def _number(path: Path, column: str, cell: str, line: int) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        remedy = "Write a number with a decimal point, or leave the value empty where it was not measured."
        raise UserError(f"The {column} {cell!r} is no number.", f"{path}, line {line}, field {column}", remedy)
    return value
