"""The thread that works for an event loop: in turn, to the end, and not longer than it is wanted."""

import asyncio
import gc
import threading
import time

import pytest

from storage.worker import Worker


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "tested"]


def ended(deadline_s: float = 5) -> bool:
    """Wait until no thread of a worker is left."""
    end = time.monotonic() + deadline_s
    while threads() and time.monotonic() < end:
        threads()[0].join(0.1)
    return not threads()


async def test_work_is_done_in_the_order_it_was_handed_over_on_one_other_thread() -> None:
    worker = Worker("tested")
    assert threads() == []
    done: list[tuple[int, str]] = []
    work = [worker.do(lambda n=n: done.append((n, threading.current_thread().name))) for n in range(20)]
    await asyncio.gather(*work)
    assert done == [(n, "tested") for n in range(20)]
    assert len(threads()) == 1
    worker.stop()
    assert ended()


async def test_whatever_goes_wrong_reaches_whoever_waits_and_the_next_work_is_done() -> None:
    worker = Worker("tested")
    with pytest.raises(ZeroDivisionError):
        await worker.do(lambda: 1 / 0)
    with pytest.raises(SystemExit):
        await worker.do(lambda: exit(3))
    assert await worker.do(lambda: 7) == 7
    worker.stop()


async def test_what_is_cancelled_before_its_turn_is_left_out_and_what_runs_is_finished() -> None:
    worker, started, proceed, done = Worker("tested"), threading.Event(), threading.Event(), []

    def long() -> None:
        started.set()
        assert proceed.wait(5)
        done.append("long")

    running = worker.do(long)
    waiting = worker.do(lambda: done.append("never"))
    await asyncio.to_thread(started.wait, 5)
    running.cancel()
    waiting.cancel()
    proceed.set()
    assert await worker.do(lambda: list(done)) == ["long"]
    worker.stop()


async def test_what_was_handed_over_before_the_end_is_still_done() -> None:
    worker = Worker("tested")
    work = [worker.do(lambda n=n: n) for n in range(5)]
    worker.stop()
    worker.stop()
    assert await asyncio.gather(*work) == [0, 1, 2, 3, 4]
    assert ended()
    with pytest.raises(RuntimeError, match="stopped"):
        worker.do(int)


async def test_a_worker_that_nobody_has_any_more_ends() -> None:
    worker = Worker("tested")
    await worker.do(int)
    assert len(threads()) == 1
    del worker
    gc.collect()
    assert await asyncio.to_thread(ended)


def test_a_loop_that_is_gone_is_not_missed() -> None:
    worker, proceed = Worker("tested"), threading.Event()

    async def leave() -> None:
        worker.do(lambda: proceed.wait(5))

    asyncio.run(leave())
    proceed.set()

    async def come_back() -> int:
        return await worker.do(lambda: 7)

    assert asyncio.run(come_back()) == 7
    worker.stop()
