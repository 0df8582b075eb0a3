"""Write what ``allodyne validate`` says of the shipped findings to ``docs/pages/scores.json``.

``python docs/scores.py`` takes about a minute; run it after a calibration, a change of findings or of the network.
"""

from __future__ import annotations

import json
from pathlib import Path

from allodyne.commands.validate import _validate
from allodyne.scoring.findings_given import shipped_findings
from allodyne.scoring.to_json import to_json

FILE = Path(__file__).parent / "pages" / "scores.json"
SHOWN = ("subjects", "class", "paper", "therapy")


def main() -> None:
    """Score, and keep the rows that the page shows."""
    found = to_json(_validate(shipped_findings(), lambda _stage: lambda _done, _total: None))
    kept = {
        "allodyne": found["allodyne"],
        "findings": found["findings"]["count"],
        "goals": found["goals"],
        "agreement": [row for row in found["agreement"] if row["by"] in SHOWN],
        "bands": {band: rows["all"] for band, rows in found["bands"].items()},
        "sizes": [row for row in found["sizes"] if row["count"] >= 5],
        "published_intervals": found["published_intervals"],
        "outside_published_intervals": found["outside_published_intervals"],
        "confusion": found["confusion"]["held_out"],
        "scope": found["scope"]["counts"],
    }
    FILE.write_text(json.dumps(_rounded(kept), indent=1) + "\n", encoding="utf-8")


def _rounded(value: object) -> object:
    """The same with four significant digits, so that the file changes only when scores do."""
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    return [_rounded(one) for one in value] if isinstance(value, list) else value


if __name__ == "__main__":
    main()
