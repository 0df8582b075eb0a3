"""Writing fitted numbers back into the network files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

_EDGE = re.compile(r'^(\s*- \{from: "?(@?\w+)"?, to: (\w+),.*? gain: )([0-9.eE+-]+)(.*)$')
_SPECIES = re.compile(r"^(\s*- \{id: (\w+),.*? turnover_days: )([0-9.eE+-]+)(, turnover_basis: )(\w+)(.*)$")


def rewrite(path: Path, gains: Mapping[str, float], turnover: Mapping[str, float]) -> int:
    """Replace gains and turnover times in one network file, two significant digits, everything else untouched.

    Parameters
    ----------
    path : Path
    gains : mapping of str to float
        By edge id, without sign.
    turnover : mapping of str to float
        By species id, in days.

    Returns
    -------
    int
        How many numbers were replaced.
    """
    lines, count = [], 0
    for line in path.read_text(encoding="utf-8").splitlines():
        edge, species = _EDGE.match(line), _SPECIES.match(line)
        if edge and f"{edge[2]}>{edge[3]}" in gains:
            line = f"{edge[1]}{gains[f'{edge[2]}>{edge[3]}']:.2g}{edge[5]}"
            count += 1
        elif species and species[2] in turnover:
            line = f"{species[1]}{turnover[species[2]]:.2g}{species[4]}{species[5]}{species[6]}"
            count += 1
        lines.append(line)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return count
