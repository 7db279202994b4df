"""A loopback connection between a client and a server that a test can freeze or cut, as a bad network does."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path


class Cable:
    """Carries bytes both ways until told otherwise."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._carrying = asyncio.Event()
        self._carrying.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.connections = 0
        """How many there have been."""

    def freeze(self) -> None:
        """Carry nothing more, and say nothing about it: a partition."""
        self._carrying.clear()

    def thaw(self) -> None:
        """Carry again."""
        self._carrying.set()

    def cut(self) -> None:
        """Reset every connection there is; new ones work."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Join a new client with the server."""
        self.connections += 1
        self._tasks.add(asyncio.current_task())  # type: ignore[arg-type]
        self._writers.add(writer)
        await self._carrying.wait()
        there_reader, there_writer = await asyncio.open_unix_connection(self._target)
        self._writers.add(there_writer)
        await asyncio.gather(self._carry(reader, there_writer), self._carry(there_reader, writer))

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                await self._carrying.wait()
                writer.write(data)
                await writer.drain()
        writer.close()

    async def unplug(self) -> None:
        """Forget every connection."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.cut()


@asynccontextmanager
async def cable(target: Path) -> AsyncIterator[tuple[Cable, int]]:
    """Lay a cable from a port of the loopback interface to a unix socket; give both its ends' handle and the port."""
    between = Cable(target)
    server = await asyncio.start_server(between.connect, "127.0.0.1", 0)
    try:
        yield between, server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await between.unplug()
