"""Write the pages of the documentation that follow from the data of the package.

``python docs/generate.py`` writes them; with ``--check`` it only says which are out of date and exits with 1.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from pages import calibration, claims, conditions, network, safety_rules, sources, study_file, treatments

FOLDER = Path(__file__).parent
PAGES: dict[str, Callable[[], str]] = {
    "study-file.md": study_file.page,
    "network.md": network.page,
    "treatments.md": treatments.page,
    "conditions.md": conditions.page,
    "claims.md": claims.page,
    "calibration.md": calibration.page,
    "safety-rules.md": safety_rules.page,
    "plan-check.schema.json": safety_rules.schema,
    "sources.md": sources.page,
}
NOTE = "<!-- Written by docs/generate.py from the data of the package. Edit the data, not this page. -->\n\n"


def main(check: bool) -> int:
    """Write the pages, or compare them with what would be written."""
    stale = []
    for name, page in PAGES.items():
        file = FOLDER / name
        text = (NOTE if file.suffix == ".md" else "") + page()
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            stale.append(name)
            if not check:
                file.write_text(text, encoding="utf-8")
    print(f"{'Out of date' if check else 'Written'}: {', '.join(stale) or 'none'}")
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
