"""Solving portions on a cluster, through a scheduler of Dask."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from allodyne.cohort.chunks import Chunks
from allodyne.cohort.plan import Plan
from allodyne.cohort.portion import portion_on_worker
from allodyne.cohort.portions import Portions
from allodyne.errors import UserError

if TYPE_CHECKING:
    from distributed import Client, Future

LOCAL = "local:"
IN_FLIGHT = 2
"""Portions for each thread of the workers that the scheduler knows of at a time: one being solved, one waiting."""
_SECONDS_TO_CONNECT = 15


@contextlib.contextmanager
def workers_of(address: str) -> Iterator[Client]:
    """Connect to a scheduler, or start one with workers on this machine.

    Parameters
    ----------
    address : str
        Of a running scheduler, such as ``tcp://10.0.0.5:8786``; ``local:4`` starts one with four workers here.

    Yields
    ------
    distributed.Client

    Raises
    ------
    UserError
        When ``local:N`` lacks its number of workers, the extra ``cluster`` is missing or the scheduler is not reached.
    """
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise UserError("Dask is not installed.", remedy="Install it: pip install 'allodyne[cluster]'.") from None
    with contextlib.ExitStack() as closing:
        closing.enter_context(_quiet())
        place: Any = address
        if address.startswith(LOCAL):
            place = LocalCluster(
                n_workers=_local_workers(address),
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",
                silence_logs=logging.CRITICAL,
            )
            closing.enter_context(place)
        try:
            client = Client(place, timeout=_SECONDS_TO_CONNECT, set_as_default=False)
        except (OSError, ValueError) as problem:
            remedy = "Give the address that it printed when it was started, such as tcp://10.0.0.5:8786, or local:4."
            raise UserError(f"There is no scheduler: {problem}.", address, remedy) from None
        try:
            yield client
        finally:
            # Without its scheduler a client fails to say goodbye, in many ways.
            with contextlib.suppress(Exception):
                client.close(timeout=2)


def solve_on(
    client: Client,
    address: str,
    plan: Plan,
    portions: Portions,
    pending: Iterable[int],
    task: Callable[[Plan, Portions, int], Chunks] = portion_on_worker,
) -> Generator[tuple[int, Chunks]]:
    """Solve portions on the workers of a scheduler.

    Parameters
    ----------
    client : distributed.Client
    address : str
        Of its scheduler, for messages.
    plan : Plan
    portions : Portions
    pending : iterable of int
        Portions to be solved.
    task : callable, optional
        What a worker does for a portion; another one measures what a portion costs besides.

    Yields
    ------
    (int, dict of str to bytes)
        Portion and its compressed numbers, in the order in which they are finished. The portion of a worker that is
        lost is solved again by another one.

    Raises
    ------
    UserError
        When the scheduler is lost, or when a portion brings down one worker after the other.
    """
    from distributed import as_completed

    waiting, running = iter(pending), as_completed(loop=client.loop)
    portion_of: dict[Future, int] = {}

    def submit() -> None:
        most = IN_FLIGHT * max(1, sum(_threads(client, address).values()))
        while len(portion_of) < most and (portion := next(waiting, None)) is not None:
            key = f"portion-{plan.digest}-{portions.size}-{portion}"
            future = client.submit(task, plan, portions, portion, key=key, pure=False)
            portion_of[future] = portion
            running.add(future)

    submit()
    for future in running:
        yield portion_of.pop(future), _result(future, address)
        submit()


def _result(future: Future, address: str) -> Chunks:
    from concurrent.futures import CancelledError

    from distributed import KilledWorker
    from distributed.comm import CommClosedError

    try:
        chunks: Chunks = future.result()
    except KilledWorker as problem:
        raise UserError(
            f"A portion brought down {problem.allowed_failures + 1} workers, one after the other.",
            remedy="They are probably short of memory: give each worker more, or start fewer on a machine.",
        ) from None
    except (CancelledError, CommClosedError, OSError):
        raise _lost(address) from None
    finally:
        future.release()
    return chunks


def _threads(client: Client, address: str) -> dict[str, int]:
    """Threads of each worker that is there now."""
    try:
        threads: dict[str, int] = client.nthreads()
    except Exception:
        # A client without its scheduler raises errors of many kinds, by the moment in which it was lost.
        raise _lost(address) from None
    return threads


def _lost(address: str) -> UserError:
    return UserError("The scheduler is lost.", address, "Look whether it still runs and can be reached from here.")


def _local_workers(address: str) -> int:
    number = address.removeprefix(LOCAL)
    if not number.isdecimal() or int(number) < 1:
        raise UserError("How many workers?", address, "Write local: and their number, such as local:4.")
    return int(number)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Leave the word to our own messages: Dask logs every worker that comes and goes."""
    loggers = [logging.getLogger(name) for name in ("distributed", "tornado", "asyncio")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
