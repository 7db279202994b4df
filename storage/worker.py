"""A thread that does what an event loop hands it, one thing after the other.

The way there and back takes half as long as with `loop.run_in_executor`, which chains two futures for it; a short
write consists of little else.
"""

from __future__ import annotations

import asyncio
import threading
import weakref
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")
_Job = tuple[Callable[[], Any], asyncio.Future[Any]]


class Worker:
    """The thread, which begins with the first piece of work."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._stop: weakref.finalize[..., Worker] | None = None

    def do(self, work: Callable[[], T]) -> asyncio.Future[T]:
        """Have the thread do something after all it was handed before; what is cancelled before its turn is left out.

        Raises:
            RuntimeError: It was stopped.
        """
        if self._stop is None:
            # A daemon: a store that nobody closed must not keep the process from ending.
            threading.Thread(target=_work_off, args=(self._jobs,), name=self._name, daemon=True).start()
            self._stop = weakref.finalize(self, self._jobs.put, None)
        elif not self._stop.alive:
            raise RuntimeError("the worker was stopped")
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._jobs.put((work, done))
        return done

    def stop(self) -> None:
        """Let the thread end once it has done what it was handed."""
        if self._stop is not None:
            self._stop()


def _work_off(jobs: SimpleQueue[_Job | None]) -> None:
    while (job := jobs.get()) is not None:
        _do(*job)
        del job  # while there is nothing to do, nothing is kept alive


def _do(work: Callable[[], Any], done: asyncio.Future[Any]) -> None:
    if done.cancelled():
        return
    try:
        answer = (done.set_result, work())
    except BaseException as error:  # noqa: BLE001 - whatever it is, the one who waits must hear of it
        answer = (done.set_exception, error)
    try:
        done.get_loop().call_soon_threadsafe(_tell, done, *answer)
    except RuntimeError:
        return  # the loop was closed, so nobody waits


def _tell(done: asyncio.Future[Any], how: Callable[[Any], None], what: object) -> None:
    if not done.done():
        how(what)
