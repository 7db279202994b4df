"""Starting one program, bounding it, and reading it to its end.

Knows nothing of languages: an argument list goes in, the end of a process comes out. The event loop is never
blocked, memory stays bounded whatever the program writes, and no way out of here leaves a process behind.

On POSIX, `sh` sets the limits and then becomes the program, since code between fork and exec is unsafe in a
process with threads. On Windows there is no memory limit.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import attrs

from taco_lsp.runner.capture import Capture
from taco_lsp.runner.tree import MARK, OWN_GROUP, kill_tree

_T = TypeVar("_T")

_LINGER_S = 0.2  # what a program left running in the background may still say
_DRAIN_S = 0.5  # for pipes to close once everybody was killed
_REAP_S = 5.0  # a process stuck in the kernel is given up on
_STDOUT, _STDERR = 1, 2

# No core file in the student's folder. A limit the system does not know is skipped.
_UNDER_LIMITS = 'ulimit -c 0; [ -z "$1" ] || ulimit -v "$1" 2>/dev/null; shift; exec "$@"'


@attrs.frozen(kw_only=True)
class Job:
    """A program to start and its bounds."""

    argv: list[str]
    folder: Path
    env: Mapping[str, str] = attrs.field(repr=False)
    stdin: Path
    wall_s: float
    output_bytes: int
    address_space_mb: int | None


@attrs.frozen(kw_only=True)
class Ending:
    """How the program ended; `exit_code` is None when time ran out, negative when a signal ended it."""

    stdout: str
    stderr: str
    exit_code: int | None
    duration_ms: int
    timed_out: bool
    truncated: bool


async def execute(job: Job) -> Ending:
    """Run a program to its end, or to its time limit.

    Cancelling kills the program and what it started, waits until they are gone, and then raises.

    Raises:
        OSError: it cannot be started.
        ValueError: an argument cannot be passed to a program.
    """
    child = _Child(job.output_bytes)
    mark = uuid4().hex
    started = time.perf_counter()
    try:
        await to_the_end(_spawn(job, child, mark))
        timed_out = not await _happens(child.exited, job.wall_s)
    finally:
        duration_s = time.perf_counter() - started
        if child.transport:
            await to_the_end(_finish(child, child.transport, mark))
    return Ending(
        stdout=child.streams[_STDOUT].text(),
        stderr=child.streams[_STDERR].text(),
        exit_code=None if timed_out or child.transport is None else child.transport.get_returncode(),
        duration_ms=round(duration_s * 1000),
        timed_out=timed_out,
        truncated=any(stream.truncated for stream in child.streams.values()),
    )


async def to_the_end(work: Coroutine[Any, Any, _T]) -> _T:
    """Finish `work` even when cancelled meanwhile, however often; the cancellation is raised afterwards."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled:
        if not task.cancelled():
            task.exception()  # else asyncio complains that nobody looked at it
        raise cancelled
    return task.result()


class _Child(asyncio.SubprocessProtocol):
    """Collects what a child process writes, and tells when it exited and when its pipes are closed.

    The two are independent: a grandchild may hold the pipes open long after the child is gone.
    """

    def __init__(self, output_bytes: int) -> None:
        self.transport: asyncio.SubprocessTransport | None = None
        self.streams = {fd: Capture(output_bytes) for fd in (_STDOUT, _STDERR)}
        self.exited = asyncio.Event()
        self.drained = asyncio.Event()
        self._open = set(self.streams)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.SubprocessTransport)
        self.transport = transport

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        self.streams[fd].feed(data)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        self._open.discard(fd)
        if not self._open:
            self.drained.set()

    def process_exited(self) -> None:
        self.exited.set()


async def _spawn(job: Job, child: _Child, mark: str) -> None:
    with job.stdin.open("rb") as stdin:
        await asyncio.get_running_loop().subprocess_exec(
            lambda: child,
            *_under_limits(job),
            stdin=stdin,
            cwd=job.folder,
            env={**job.env, MARK: mark},
            **OWN_GROUP,
        )


def _under_limits(job: Job) -> list[str]:
    kilobytes = "" if job.address_space_mb is None else str(job.address_space_mb * 1024)
    return job.argv if sys.platform == "win32" else ["/bin/sh", "-c", _UNDER_LIMITS, "taco", kilobytes, *job.argv]


async def _finish(child: _Child, transport: asyncio.SubprocessTransport, mark: str) -> None:
    """End whatever is left of a run and let go of its pipes."""
    if child.exited.is_set():
        await _happens(child.drained, _LINGER_S)
    await kill_tree(transport.get_pid(), mark)
    await _happens(child.exited, _REAP_S)
    await _happens(child.drained, _DRAIN_S)
    transport.close()
    await _happens(child.drained, _DRAIN_S)


async def _happens(event: asyncio.Event, seconds: float) -> bool:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            return await event.wait()
    return False
