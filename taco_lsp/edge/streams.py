"""Bytes in and out with flow control: what a connection reads from and writes to.

`Link` is the asyncio protocol for pipes and sockets. Not here: what the bytes mean (`framing.py`), threads for
files that asyncio cannot watch (`threads.py`), WebSockets (`websocket.py`).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Any, Protocol, cast

from taco_lsp.edge.framing import frame

logger = logging.getLogger(__name__)

HIGH_WATER = 1024 * 1024
"""Unsent bytes above which no more requests are read."""
HARD_LIMIT = 64 * 1024 * 1024
"""Unsent bytes above which the connection is given up: the client does not read at all."""
_INPUT_LIMIT = 512 * 1024
_LAST_CHANCE_S = 1.0


class Outbox(Protocol):
    """Where a server's messages go."""

    def send(self, body: bytes) -> None:
        """Queue one message; never blocks, does nothing once the client is gone."""

    async def drained(self) -> bool:
        """Wait until the client keeps up; returns False if it has gone without doing so."""

    async def flush(self, timeout_s: float) -> None:
        """Wait until everything is sent, or time is up."""

    def close(self) -> None:
        """Close the way out."""


class FlowControl:
    """Whether the client keeps up with what we write, and whether it is still there."""

    def __init__(self) -> None:
        self._clear = asyncio.Event()
        self._clear.set()
        self.ended = asyncio.Event()

    @property
    def congested(self) -> bool:
        """More than `HIGH_WATER` bytes wait to be read by the client."""
        return not self._clear.is_set()

    def pause(self) -> None:
        """Too much is waiting."""
        self._clear.clear()

    def resume(self) -> None:
        """The client has caught up, or is gone."""
        self._clear.set()

    async def drained(self) -> bool:
        """Wait for `resume`; once the input has ended, only a moment longer."""
        if self._clear.is_set():
            return True
        waits = [asyncio.ensure_future(event.wait()) for event in (self._clear, self.ended)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LAST_CHANCE_S):
                    await self._clear.wait()
        finally:
            for wait in waits:
                wait.cancel()
        return self._clear.is_set()


class Link(asyncio.Protocol):
    """Both directions of a byte stream, over one duplex transport or over two simple ones."""

    def __init__(self) -> None:
        self.reader = asyncio.StreamReader(limit=_INPUT_LIMIT)
        self._flow = FlowControl()
        self._transport: asyncio.WriteTransport | None = None
        self._input: asyncio.BaseTransport | None = None

    @property
    def broken(self) -> bool:
        """The client can no longer be written to."""
        return self._transport is not None and self._transport.is_closing()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a transport for whatever it can do."""
        if hasattr(transport, "pause_reading") and self._input is None:
            self._input = transport
            self.reader.set_transport(transport)
        if hasattr(transport, "write"):
            self._transport = cast("asyncio.WriteTransport", transport)
            self._transport.set_write_buffer_limits(high=HIGH_WATER)

    def data_received(self, data: bytes) -> None:
        """Take bytes in; the reader pauses the transport when they are not read."""
        self.reader.feed_data(data)

    def eof_received(self) -> bool:
        """Note the end of the input; what was asked before is still answered."""
        self.reader.feed_eof()
        self._flow.ended.set()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """Note the end of the input, and of the output if it was that transport."""
        del exc
        self.eof_received()
        if self.broken:
            self._flow.resume()

    def pause_writing(self) -> None:
        """Called by the transport above `HIGH_WATER`."""
        self._flow.pause()

    def resume_writing(self) -> None:
        """Called by the transport when the client has caught up."""
        self._flow.resume()

    def send(self, body: bytes) -> None:
        """Queue one message; gives the connection up above `HARD_LIMIT`."""
        out = self._transport
        if out is None or out.is_closing():
            return
        out.write(frame(body))
        if out.get_write_buffer_size() > HARD_LIMIT:
            logger.error("the client does not read: giving up with %s bytes unsent", out.get_write_buffer_size())
            out.abort()
            self.eof_received()

    async def drained(self) -> bool:
        """Wait until the client keeps up."""
        return await self._flow.drained()

    async def flush(self, timeout_s: float) -> None:
        """Wait until everything is sent, or time is up."""
        out = self._transport
        if out is None or out.is_closing() or out.get_write_buffer_size() == 0:
            return
        out.set_write_buffer_limits(high=0)
        self._flow.pause()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._flow.drained()

    def close(self) -> None:
        """Close both directions."""
        for transport in {self._transport, self._input} - {None}:
            cast("Any", transport).close()
