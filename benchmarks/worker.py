"""Solvers in processes of their own that take turns, so that a machine that slows down slows all of them."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchmarks.measure import LONGEST, ROOT, Failed, environment, median, reason

FEWEST, ENOUGH = 3, 30.0
"""Rounds at least, and seconds after which no further one begins."""


class Worker:
    """A solver that waits for its turn.

    Parameters
    ----------
    cores : int
    contestant : dict
        Who solves what; see ``benchmarks.contestant``.
    cache : Path
        Where compiled programs are kept.

    Attributes
    ----------
    ready : dict
        What the solver said of itself when it had prepared: at least ``subjects``, how many it solves in a turn.
    """

    def __init__(self, cores: int, contestant: dict[str, Any], cache: Path) -> None:
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - as long as the process
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.contestant", str(cores), json.dumps(contestant)],
            env=environment(cores, cache),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )
        self.ready: dict[str, Any] = {}

    def __enter__(self) -> Self:
        try:
            self.ready = self._hear()
        except Failed:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.close()

    def turn(self) -> float:
        """Let it solve once; subjects per second."""
        said = self._ask("turn")
        return float(said["subjects"]) / float(said["s"])

    def peak_memory(self) -> float:
        """MiB."""
        return float(self._ask("memory")["peak_MiB"])

    def _ask(self, what: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(what + "\n")
        self._process.stdin.flush()
        return self._hear()

    def _hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        guard = threading.Timer(LONGEST, self._process.kill)
        guard.start()
        line = self._process.stdout.readline()
        guard.cancel()
        if not line:
            code = self._process.wait()
            self._errors.seek(0)
            raise Failed(reason(self._errors.read(), code))
        said: dict[str, Any] = json.loads(line)
        if "failed" in said:
            raise Failed(said["failed"])
        return said


def in_turn(cores: list[int], contestants: list[dict[str, Any]], rounds: int, cache: Path) -> list[dict[str, Any]]:
    """Let solvers solve one after the other, several rounds.

    Parameters
    ----------
    cores : list of int
        Of each solver.
    contestants : list of dict
        The first is the one that the others are compared with.
    rounds : int
        At most.
    cache : Path

    Returns
    -------
    list of dict
        Per solver what it said of itself, ``subjects_per_s`` of each round with its median, and ``times_first``: its
        rate over that of the first solver in the same round, with median and extremes. A solver that cannot be
        prepared has ``failed`` instead.
    """
    with ExitStack() as stack:
        workers: list[Worker | str] = []
        for number, contestant in zip(cores, contestants, strict=True):
            try:
                workers.append(stack.enter_context(Worker(number, contestant, cache)))
            except Failed as why:
                workers.append(str(why))
        rates: list[list[float]] = [[] for _ in workers]
        began = time.perf_counter()
        for number in range(rounds):
            if number >= FEWEST and time.perf_counter() - began > ENOUGH:
                break
            for worker, taken in zip(workers, rates, strict=True):
                if isinstance(worker, Worker):
                    taken.append(worker.turn())
        told = []
        for number, contestant, worker, own in zip(cores, contestants, workers, rates, strict=True):
            about: dict[str, Any] = {**contestant, "cores": number}
            if isinstance(worker, str):
                told.append({**about, "failed": worker})
                continue
            ratios = [mine / first for mine, first in zip(own, rates[0], strict=False)]
            spread = {"median": median(ratios), "least": min(ratios), "most": max(ratios)} if ratios else None
            about |= {"rates": own, "subjects_per_s": median(own), "times_first": spread}
            told.append({**about, **worker.ready, "peak_MiB": worker.peak_memory()})
        return told
