"""Interruptions: what is finished is kept, and going on gives the numbers of an undisturbed run."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from small_cohort import PORTIONS, assert_same, chunks, finished, killed_client, wait_for

from allodyne import Results, Study
from allodyne.cohort.running import run_cohort
from allodyne.errors import OutputError, UserError


def test_a_killed_client_resumes_and_computes_nothing_again(
    study_file: Path, study: Study, whole: Results, tmp_path: Path
) -> None:
    target = tmp_path / "out"
    killed_client(study_file, target, after=2)
    before, done = chunks(target), finished(target)
    assert 2 <= len(done) < PORTIONS
    kept = {name: about for name, about in before.items() if int(name.split("/")[1]) in done}
    seen: list[dict[str, tuple[int, int]]] = []

    def watch(what: str, _share: float) -> None:
        if what == "writing tables":
            seen.append(chunks(target))

    found = run_cohort(study, target, resume=True, report=False, progress=watch)

    assert_same(found, whole)
    assert kept and {name: seen[0][name] for name in kept} == kept
    assert not target.with_name("out.unfinished").exists()


def interrupted(study: Study, target: Path, after: int) -> None:
    """Run until so many portions are finished, then stop as if Ctrl-C was pressed."""

    def stop(_what: str, _share: float) -> None:
        if len(finished(target)) >= after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_cohort(study, target, portion=64, report=False, progress=stop)


def test_an_unfinished_run_is_mentioned_and_not_used(study: Study, whole: Results, tmp_path: Path) -> None:
    target = tmp_path / "out"
    interrupted(study, target, after=1)

    with pytest.raises(OutputError, match="1 of 8 portions are finished") as caught:
        run_cohort(study, target, go_on="the magic word")
    assert "the magic word" in str(caught.value)

    assert_same(run_cohort(study, target, force=True, portion=192, report=False), whole)


def test_the_run_of_another_study_is_not_gone_on_with(study: Study, tmp_path: Path) -> None:
    interrupted(study, tmp_path / "out", after=1)

    with pytest.raises(UserError, match="The study file is another one"):
        run_cohort(study.with_seed(3), tmp_path / "out", resume=True)
    assert finished(tmp_path / "out") == [0]


def test_a_line_that_was_cut_off_counts_for_nothing(study: Study, whole: Results, tmp_path: Path) -> None:
    target = tmp_path / "out"
    interrupted(study, target, after=2)
    journal = target.with_name("out.unfinished") / "finished.txt"
    journal.write_text(f"{journal.read_text(encoding='utf-8')}5 12.", encoding="utf-8")

    assert_same(run_cohort(study, target, resume=True, report=False), whole)


def test_resume_without_anything_to_go_on_with_begins_at_the_beginning(
    study: Study, whole: Results, tmp_path: Path
) -> None:
    # Killed while the store was made: there is a folder, and no plan in it.
    (tmp_path / "out.unfinished" / "results").mkdir(parents=True)

    assert_same(run_cohort(study, tmp_path / "out", resume=True, portion=192, report=False), whole)


def test_a_folder_of_somebody_else_is_not_removed(study: Study, tmp_path: Path) -> None:
    place = tmp_path / "out.unfinished"
    place.mkdir()
    (place / "thesis.txt").write_text("chapter 1", encoding="utf-8")

    with pytest.raises(OutputError, match=r"did not write: thesis\.txt"):
        run_cohort(study, tmp_path / "out", force=True)
    assert (place / "thesis.txt").read_text(encoding="utf-8") == "chapter 1"


@contextlib.contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    """A file system of 300 kB."""
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if made.returncode != 0:
        pytest.skip("only root can mount a small disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a disk in memory")
def test_a_full_disk_is_one_message_and_the_run_can_go_on(study: Study, whole: Results, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        filler = disk / "filler"
        with pytest.raises(OutputError, match="No space left on device") as caught:
            run_cohort(study, disk / "out", portion=64, report=False, progress=filling(disk / "out", filler))
        assert "go on with" in str(caught.value)
        done = finished(disk / "out")
        assert 0 < len(done) < PORTIONS

        filler.unlink()
        subprocess.run(["mount", "-o", "remount,size=4m", str(disk)], check=True)
        assert_same(run_cohort(study, disk / "out", resume=True, report=False), whole)


def filling(target: Path, filler: Path):  # type: ignore[no-untyped-def]
    """Fill the disk up once three portions are finished."""

    def tell(_what: str, _share: float) -> None:
        if len(finished(target)) >= 3 and not filler.exists():
            with contextlib.suppress(OSError), filler.open("wb", buffering=0) as stream:
                while True:
                    stream.write(bytes(1024))

    return tell


def test_ctrl_c_on_the_command_line_says_how_to_go_on(study_file: Path, whole: Results, tmp_path: Path) -> None:
    target, file = tmp_path / "my results", tmp_path / "three portions.yaml"
    file.write_text(study_file.read_text(encoding="utf-8").replace("n: 449", "n: 2100"), encoding="utf-8")
    command = [sys.executable, "-m", "allodyne.cli", "run", str(file), "--out", str(target), "--no-report"]
    client = subprocess.Popen(
        [*command, "--resume"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=dict(os.environ)
    )
    wait_for(lambda: len(finished(target)) >= 1 or client.poll() is not None)
    client.send_signal(signal.SIGINT)
    told = client.communicate()[0]

    assert client.returncode == 130, told
    assert "of 3 portions are finished and kept; go on with: allodyne run" in told
    assert f"--out '{target}' --no-report --resume" in told
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert refused.returncode == 2 and "--resume" in refused.stderr and not target.exists()
    done = subprocess.run([*command, "--resume"], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "results.zarr" in done.stdout
    # The first seven groups of both populations are the same.
    found = Results.load(target).data.isel(subject=slice(448))
    for name in whole.outcomes:
        np.testing.assert_array_equal(found[name].to_numpy(), whole.data[name][..., :448].to_numpy())
