"""One client's connection from its first byte to its end.

Reads frames, hands them to the server, holds back while the client does not read, and sees to the one way out. The
same for every transport. Not here: where the bytes come from.
"""

from __future__ import annotations

import asyncio
import logging
import time

from taco_lsp.edge.framing import MAX_BODY, Fault, FrameParser, Item
from taco_lsp.edge.large import LargeBody
from taco_lsp.edge.messages import Refusal, decode, is_json, parse_refusal
from taco_lsp.edge.server import EdgeServer
from taco_lsp.edge.streams import Link, Outbox

logger = logging.getLogger(__name__)

_CHUNK = 256 * 1024
_STALL_S = 2.0
"""After this long without a byte, an unfinished message may be one with a wrong length."""
_TURN_S = 0.002
"""How long messages are handled before other tasks get their turn."""
_FLUSH_S = 0.2


class Turns:
    """Sees to it that a client that sends a lot does not keep others, or running handlers, from working."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    async def share(self) -> None:
        """Let other tasks run if this one has had its turn."""
        if time.monotonic() - self._began > _TURN_S:
            await asyncio.sleep(0)
            self._began = time.monotonic()


class Pump:
    """Carries messages from a byte stream to a server."""

    def __init__(self, server: EdgeServer, link: Link, parser: FrameParser) -> None:
        self._server = server
        self._link = link
        self._parser = parser
        self._readable = True
        self._turns = Turns()

    async def run(self) -> str:
        """Carry until the input ends or the server closes; returns the reason."""
        while True:
            for item in self._parser.items():
                self._handle(item)
                await self._turns.share()
                if not await self._link.drained():
                    return "the client does not read"
            data = await self._read()
            if not data:
                break
            self._parser.feed(data)
        if (rest := self._parser.stalled(is_json)) is not None:
            self._handle(rest)
        elif self._parser.pending:
            logger.warning("the input ended inside a message")
        return "broken pipe" if self._link.broken else "end of input"

    async def _read(self) -> bytes:
        """Read some bytes; meanwhile look after a message that does not get finished."""
        while True:
            try:
                async with asyncio.timeout(_STALL_S if self._parser.pending else None):
                    return await self._link.reader.read(_CHUNK)
            except TimeoutError:
                item = self._parser.stalled(is_json)
                if item is None:
                    logger.info("waiting for the rest of a message: %s bytes so far", self._parser.pending)
                    return await self._link.reader.read(_CHUNK)
                logger.warning("a message was shorter than its Content-Length")
                self._handle(item)

    def _handle(self, item: Item) -> None:
        if isinstance(item, Fault):
            logger.warning("the input has %s; going on at the next message", item.reason)
            if self._readable:  # else this is the rest of what has been refused already
                self._server.protocol.dispatch(parse_refusal(item.reason))
            self._readable = True
        else:
            found = decode(item.take())
            self._readable = not any(isinstance(message, Refusal) and message.unreadable for message in found)
            for message in found:
                self._server.protocol.dispatch(message)


async def run_connection(server: EdgeServer, link: Link, *, preface: bytes = b"", max_body: int = MAX_BODY) -> int:
    """Serve one client over a byte stream until either side ends it.

    Args:
        server: A fresh server.
        link: Both directions, connected.
        preface: Input that has been read already.
        max_body: Limit for one message, in bytes.

    Returns:
        The exit code that LSP asks for.
    """
    parser = FrameParser(max_body, LargeBody)
    parser.feed(preface)
    server.protocol.attach(link)
    pump = asyncio.ensure_future(Pump(server, link, parser).run())
    pump.add_done_callback(lambda task: _pumped(server, task))
    try:
        await end_of(server, link)
    finally:
        pump.cancel()
        link.close()
    return server.exit_code


async def end_of(server: EdgeServer, outbox: Outbox) -> None:
    """Wait for a server's end, let it finish what it has begun, and send the last replies."""
    reason = await server.closed()
    logger.info("closing: %s", reason)
    await server.finish(reason)
    await server.protocol.settle()
    await outbox.flush(_FLUSH_S)


def _pumped(server: EdgeServer, task: asyncio.Task[str]) -> None:
    if task.cancelled():
        return
    if (error := task.exception()) is not None:
        logger.error("the connection failed", exc_info=error)
        server.close("failure")
    else:
        server.close(task.result())
