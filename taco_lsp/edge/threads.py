"""Threads that read and write files which the event loop cannot watch: regular files, and any pipe on Windows.

Two daemon threads of our own, so handlers that block threads of a pool never hold up input. Not here: pipes and
sockets on POSIX, which asyncio handles by itself.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from typing import IO, Any

from taco_lsp.edge.streams import HIGH_WATER, Link

_CHUNK = 64 * 1024


def connect_threads(link: Link, *, reader: IO[bytes] | None = None, writer: IO[bytes] | None = None) -> None:
    """Connect a link to unbuffered binary files; call it from the event loop."""
    loop = asyncio.get_running_loop()
    if writer is not None:
        link.connection_made(ThreadWriter(link, writer, loop))
    if reader is not None:
        link.connection_made(ThreadReader(link, reader, loop))


class ThreadReader(asyncio.ReadTransport):
    """Reads in a thread, a piece at a time, and stops while the link has enough."""

    def __init__(self, link: Link, file: IO[bytes], loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._link, self._file, self._loop = link, file, loop
        self._go = threading.Event()
        self._go.set()
        threading.Thread(target=self._run, name="edge-reader", daemon=True).start()

    def pause_reading(self) -> None:
        """Stop after the piece being read."""
        self._go.clear()

    def resume_reading(self) -> None:
        """Go on."""
        self._go.set()

    def close(self) -> None:
        """Forget about the input; a blocked read ends with the process."""
        self._go.set()

    def _run(self) -> None:
        try:
            while data := self._file.read(_CHUNK):
                self._call(self._link.data_received, data)
                self._go.wait()
        except (OSError, ValueError):
            pass  # closed under our hands: the end of the input
        self._call(self._link.eof_received)

    def _call(self, function: Any, *args: Any) -> None:
        try:
            self._loop.call_soon_threadsafe(function, *args)
        except RuntimeError:
            return  # the loop is closed: nobody listens any more


class ThreadWriter(asyncio.WriteTransport):
    """Writes in a thread; counts what is unsent and tells the link when that is much."""

    def __init__(self, link: Link, file: IO[bytes], loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._link, self._file, self._loop = link, file, loop
        self._queue: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._unsent = 0
        self._high = HIGH_WATER
        self._paused = self._closing = False
        threading.Thread(target=self._run, name="edge-writer", daemon=True).start()

    def write(self, data: Any) -> None:
        """Queue bytes."""
        self._unsent += len(data)
        self._queue.put(bytes(data))
        if self._unsent > self._high and not self._paused:
            self._paused = True
            self._link.pause_writing()

    def get_write_buffer_size(self) -> int:
        """Tell how many bytes are unsent."""
        return self._unsent

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Set when to pause; writing resumes at a quarter of it."""
        del low
        self._high = HIGH_WATER if high is None else high
        self._paused = self._unsent > self._high

    def is_closing(self) -> bool:
        """Tell whether nothing more can be written."""
        return self._closing

    def close(self) -> None:
        """Let the thread end after what is queued."""
        self._closing = True
        self._queue.put(None)

    def abort(self) -> None:
        """Give up what is queued; a blocked write ends with the process."""
        self.close()

    def _run(self) -> None:
        try:
            while (data := self._queue.get()) is not None:
                view = memoryview(data)
                while view:
                    view = view[self._file.write(view) :]
                self._loop.call_soon_threadsafe(self._written, len(data))
        except (OSError, ValueError, RuntimeError):
            self._call_lost()

    def _call_lost(self) -> None:
        try:
            self._loop.call_soon_threadsafe(self._lost)
        except RuntimeError:
            return  # the loop is closed: nobody listens any more

    def _written(self, count: int) -> None:
        self._unsent -= count
        if self._paused and self._unsent <= self._high // 4:
            self._paused = False
            self._link.resume_writing()

    def _lost(self) -> None:
        self._closing = True
        self._link.connection_lost(None)
