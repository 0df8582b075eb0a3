"""What the tests of cohorts share: a population of several portions, the last of them a single subject."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from allodyne import Results

STUDY = """\
study: Portions
subjects: {species: rat, condition: cci, n: 449, seed: 2}
days: 6
arms:
  untreated: []
  hbot:
    - hbot: {pressure_ata: 2.0, fio2: 1.0, minutes: 60, sessions: 2, start_day: 1}
  cut: [knockout: {species: mtorc1}]
measure: [mechanical_threshold, p_mtor]
"""
PORTIONS = 8
"""Of 64 subjects."""


def assert_same(found: Results, expected: Results) -> None:
    """Every number of every subject, bit for bit."""
    assert found.outcomes == expected.outcomes
    for name, array in expected.data.data_vars.items():
        np.testing.assert_array_equal(found.data[name].to_numpy(), array.to_numpy(), err_msg=str(name))


def finished(target: Path) -> list[int]:
    """Portions of an unfinished run that are finished."""
    journal = target.with_name(f"{target.name}.unfinished") / "finished.txt"
    if not journal.is_file():
        return []
    return [int(line.split()[0]) for line in journal.read_text(encoding="utf-8").split("\n")[:-1]]


def chunks(target: Path) -> dict[str, tuple[int, int]]:
    """Files of an unfinished store that hold numbers of subjects, each with what changes when it is written again."""
    found = (target.with_name(f"{target.name}.unfinished") / "results" / "results.zarr").glob("*/c/0/0/*")
    return {f"{file.parents[3].name}/{file.name}": (file.stat().st_ino, file.stat().st_mtime_ns) for file in found}


_CLIENT = """\
import os, signal, sys
from pathlib import Path

sys.path.insert(0, {here!r})
from small_cohort import finished

from allodyne import Study
from allodyne.cohort.running import run_cohort

def kill_all(_what, _share):
    if len(finished(Path({target!r}))) >= {after}:
        os.killpg(os.getpgrp(), signal.SIGKILL)

if __name__ == "__main__":
    run_cohort(Study.from_yaml({study!r}), {target!r}, portion=64, scheduler={scheduler!r}, progress=kill_all)
"""


def killed_client(study: Path, target: Path, after: int, scheduler: str | None = None) -> None:
    """Run a study in a process of its own that is killed, with its workers, when so many portions are finished."""
    here = str(Path(__file__).parent)
    file = target.with_name(f"{target.name}.py")
    file.write_text(
        _CLIENT.format(here=here, study=str(study), target=str(target), after=after, scheduler=scheduler),
        encoding="utf-8",
    )
    client = subprocess.run([sys.executable, str(file)], start_new_session=True, check=False)
    assert client.returncode == -signal.SIGKILL


def wait_for(reached: Callable[[], bool], seconds: float = 240) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, "it does not come"
        time.sleep(0.01)
