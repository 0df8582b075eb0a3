"""What each command imports: nothing that it does not use, so that it starts quickly."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import typer

from allodyne.cli import app

ROOT = Path(__file__).parents[1]
STUDY = str(ROOT / "examples" / "hbot_after_nerve_ligation.yaml")
HEAVY = {"dask", "h5py", "jax", "lxml", "numpy", "pandas", "plotly", "scipy", "xarray"}
RUN = "import sys; from allodyne.cli import main\ntry: main()\nexcept SystemExit as done: code = done.code or 0\n"


def imported(*arguments: str) -> set[str]:
    """Run a command in a process of its own and name the heavy packages that it has imported."""
    told = f"{RUN}print('imported', *({HEAVY} & set(sys.modules)), file=sys.stderr); sys.exit(code)"
    command = [sys.executable, "-c", told, *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(result.stderr.splitlines()[-1].split()[1:])


def commands() -> list[list[str]]:
    """Every command, with the groups that it stands in."""

    def below(group: typer.core.TyperGroup, path: list[str]) -> list[list[str]]:
        found = [path]
        for name, one in group.commands.items():
            found += below(one, [*path, name]) if isinstance(one, typer.core.TyperGroup) else [[*path, name]]
        return found

    top = typer.main.get_command(app)
    assert isinstance(top, typer.core.TyperGroup)
    return below(top, [])


@pytest.mark.parametrize("path", commands(), ids=lambda path: " ".join(path) or "allodyne")
def test_the_help_of_a_command_imports_nothing_heavy(path: list[str]) -> None:
    assert imported(*path, "--help") == set()


def test_the_command_line_imports_no_model_before_it_knows_the_command() -> None:
    code = "import sys, allodyne.cli; print(*sorted({'numpy', 'pydantic', 'yaml', 'rich'} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == ""


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [
        (["check", STUDY], {"numpy"}),
        (["check", "--json", STUDY], {"numpy"}),
        (["equipment", STUDY], {"numpy"}),
        (["regimens", "hbot"], {"numpy"}),
        (["network", "list"], set()),
        (["evidence", "search", "microglia"], set()),
        (["cite", STUDY], {"numpy"}),
        (["doctor"], {"numpy", "jax"}),
    ],
    ids=lambda value: " ".join(part.removeprefix(f"{ROOT}/") for part in value) if isinstance(value, list) else "",
)
def test_a_command_imports_only_what_it_needs(arguments: list[str], needed: set[str]) -> None:
    assert imported(*arguments) <= needed
