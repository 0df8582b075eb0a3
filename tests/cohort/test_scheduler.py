"""A real cluster of Dask: the numbers of one process, whatever happens to workers, client and scheduler."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from small_cohort import PORTIONS, assert_same, chunks, finished, killed_client

from allodyne import Results, Study
from allodyne.cohort.running import run_cohort
from allodyne.errors import UserError

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def cluster() -> Iterator[distributed.LocalCluster]:
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as workers:
        yield workers


def test_workers_find_the_numbers_of_one_process(
    cluster: distributed.LocalCluster, study: Study, whole: Results, tmp_path: Path
) -> None:
    told: list[tuple[str, float]] = []

    found = run_cohort(
        study,
        tmp_path / "out",
        scheduler=cluster.scheduler_address,
        portion=64,
        report=False,
        progress=lambda what, share: told.append((what, share)),
    )

    assert_same(found, whole)
    assert [share for what, share in told if what.startswith("portion")] == [k / PORTIONS for k in range(PORTIONS + 1)]


def test_the_portion_of_a_killed_worker_is_solved_again(
    cluster: distributed.LocalCluster, study: Study, whole: Results, tmp_path: Path
) -> None:
    with distributed.Client(cluster, set_as_default=False) as client:
        workers = list(client.run(os.getpid).values())

    def kill_one(_what: str, _share: float) -> None:
        if workers and len(finished(tmp_path / "out")) >= 1:
            os.kill(workers.pop(), signal.SIGKILL)
            workers.clear()

    found = run_cohort(
        study, tmp_path / "out", scheduler=cluster.scheduler_address, portion=64, report=False, progress=kill_one
    )

    assert not workers
    assert_same(found, whole)


def test_a_killed_client_resumes_and_computes_nothing_again(
    cluster: distributed.LocalCluster, study_file: Path, study: Study, whole: Results, tmp_path: Path
) -> None:
    target, address = tmp_path / "out", cluster.scheduler_address
    killed_client(study_file, target, after=2, scheduler=address)
    done, before = finished(target), chunks(target)
    assert 2 <= len(done) < PORTIONS
    seen: list[dict[str, tuple[int, int]]] = []

    def watch(what: str, _share: float) -> None:
        if what == "writing tables":
            seen.append(chunks(target))

    found = run_cohort(study, target, scheduler=address, resume=True, report=False, progress=watch)

    assert_same(found, whole)
    kept = {name: about for name, about in before.items() if int(name.split("/")[1]) in done}
    assert kept and {name: seen[0][name] for name in kept} == kept


@contextmanager
def own_scheduler() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A scheduler and a worker, each a process that can be killed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address, quiet = f"tcp://127.0.0.1:{port}", {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    dask = [sys.executable, "-m", "dask"]
    scheduler = subprocess.Popen(
        [*dask, "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"], **quiet
    )
    worker = subprocess.Popen([*dask, "worker", address, "--nthreads", "2", "--no-dashboard", "--no-nanny"], **quiet)
    try:
        yield address, scheduler
    finally:
        for process in (worker, scheduler):
            process.kill()
            process.wait()


def test_a_lost_scheduler_is_one_message_and_the_run_can_go_on(study: Study, whole: Results, tmp_path: Path) -> None:
    target = tmp_path / "out"
    with own_scheduler() as (address, scheduler):

        def kill_it(_what: str, _share: float) -> None:
            if len(finished(target)) >= 1:
                scheduler.kill()

        begun = time.monotonic()
        with pytest.raises(UserError, match="The scheduler is lost") as caught:
            run_cohort(study, target, scheduler=address, portion=64, report=False, progress=kill_it)
        assert time.monotonic() - begun < 240

    assert address in str(caught.value) and "go on with" in str(caught.value)
    assert 1 <= len(finished(target)) < PORTIONS
    assert_same(run_cohort(study, target, resume=True, report=False), whole)


@pytest.mark.parametrize("address", ["local:0", "local:", "local:two"])
def test_workers_without_a_number_are_refused_before_anything_is_computed(
    study: Study, tmp_path: Path, address: str
) -> None:
    with pytest.raises(UserError, match="How many workers"):
        run_cohort(study, tmp_path / "out", scheduler=address)
    assert not list(tmp_path.iterdir())


def test_an_address_without_a_scheduler_is_one_message(study_file: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "allodyne.cli", "run", str(study_file), "--out", str(tmp_path / "out")]
    environment = {**os.environ, "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "2s"}

    done = subprocess.run(
        [*command, "--scheduler", "tcp://127.0.0.1:9"], capture_output=True, text=True, check=False, env=environment
    )

    assert done.returncode == 2
    assert "There is no scheduler" in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "out.unfinished").exists()
