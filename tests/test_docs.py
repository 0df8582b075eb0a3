"""The documentation: generated pages are current, links lead somewhere, README and how-tos run as written."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from allodyne.network import lint, load_network

ROOT = Path(__file__).parents[1]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
RUN = [ROOT / "README.md", *sorted(ROOT.glob("docs/how-to/*.md"))]
BLOCK = re.compile(r"^```(yaml|sh|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"# (append to )?(\S+\.yaml)\n")


def test_generated_pages_are_what_the_data_say() -> None:
    done = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr}Run: python docs/generate.py"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if not target.startswith(("http:", "https:")):
            file, _, anchor = target.partition("#")
            place = page.parent / file if file else page
            assert place.exists(), f"{page.name} links to {target}"
            assert not anchor or anchor in anchors(place), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", RUN, ids=lambda page: page.stem)
def test_blocks_run_as_they_are_written(page: Path, tmp_path: Path) -> None:
    changes_package = "src/allodyne/" in "".join(path for _, path, _ in files_of(page))
    if changes_package:
        shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    for append, path, text in files_of(page):
        with (tmp_path / path).open("a" if append else "w", encoding="utf-8") as file:
            file.write(text)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "src")} if changes_package else dict(os.environ)
    ran = 0
    for kind, text in BLOCK.findall(page.read_text(encoding="utf-8")):
        for command in commands(kind, text):
            done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
            ran += 1
    assert ran > 0


def test_the_mechanism_of_the_how_to_keeps_all_rules(tmp_path: Path) -> None:
    file = tmp_path / "microglial_endorphin.yaml"
    file.write_text(
        next(text for _, path, text in files_of(ROOT / "docs/how-to/add-a-mechanism.md") if path == file.name),
        encoding="utf-8",
    )
    assert not [found for found in lint(load_network([file])) if found.where.startswith(str(file))]


def test_first_study_of_the_readme_is_the_example() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    example = (ROOT / "examples/hbot_after_nerve_ligation.yaml").read_text(encoding="utf-8")
    shown = next(text for kind, text in BLOCK.findall(readme) if kind == "yaml" and text.startswith("study:"))
    assert shown.strip() in example


def test_the_readme_lists_every_example() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    examples = {path.name for path in (ROOT / "examples").glob("*.yaml")}
    assert {name for name in examples if f"`{name}`" not in readme} <= {"hbot_after_nerve_ligation.yaml"}
    assert not set(re.findall(r"^\| `(\w+\.yaml)` \|", readme, re.MULTILINE)) - examples


def files_of(page: Path) -> list[tuple[bool, str, str]]:
    """Files that a page tells to write: whether to append, the path and the text, with few subjects."""
    found = []
    for kind, text in BLOCK.findall(page.read_text(encoding="utf-8")):
        head = NAMED.match(text)
        if kind == "yaml" and head:
            found.append((bool(head[1]), head[2], re.sub(r"\bn: \d+", "n: 4", text[head.end() :])))
    return found


def commands(kind: str, text: str) -> list[list[str]]:
    """Commands of a block."""
    if kind == "python":
        return [[sys.executable, "-c", text]]
    lines = (
        [shlex.split(line, comments=True) for line in text.splitlines() if line.startswith("allodyne ")]
        if kind == "sh"
        else []
    )
    return [[sys.executable, "-m", "allodyne.cli", *line[1:]] for line in lines]


def anchors(page: Path) -> set[str]:
    """Anchors of a page: ids, and headings as a web page would name them."""
    text = page.read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    named = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return named | set(re.findall(r'<a id="([^"]+)"', text))
