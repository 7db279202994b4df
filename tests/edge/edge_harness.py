"""A client in the same process: messages in, messages out, every one of them checked.

`Client` talks to a server's protocol directly, without bytes; `connect` puts a real socket pair between the two.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any

from taco_lsp.edge import EdgeServer, Hooks, edge_converter
from taco_lsp.edge.connection import run_connection
from taco_lsp.edge.framing import Frame, FrameParser, frame
from taco_lsp.edge.streams import Link
from tests.support.messages import Checker

CONVERTER = edge_converter()
"""One for all tests, as in a server with many clients."""
DEADLINE_S = 20.0
INITIALIZE: dict[str, Any] = {"processId": None, "rootUri": None, "capabilities": {}}


def make_server(**hooks: Any) -> EdgeServer:
    return EdgeServer("test", "1.0", converter=CONVERTER, hooks=Hooks(**hooks))


async def until(condition: Callable[[], Any], what: str = "") -> Any:
    """Wait for a condition; fails loudly at the deadline."""
    async with asyncio.timeout(DEADLINE_S):
        while not (value := condition()):
            await asyncio.sleep(0.001)
    return value


def work(function: Callable[[], Any]) -> int:
    """Count the functions called, in Python and in C: what something costs, on every machine the same."""
    calls = 0

    def count(_frame: Any, event: str, _arg: Any) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        function()
    finally:
        sys.setprofile(None)
    return calls


class Client:
    """Speaks to a server's protocol; also its outbox."""

    def __init__(self, server: EdgeServer) -> None:
        self.server = server
        self.sent: list[dict[str, Any]] = []
        self._checker = Checker()
        server.protocol.attach(self)

    def send(self, body: bytes) -> None:
        assert asyncio.get_running_loop(), "called outside the event loop's thread"
        message = json.loads(body)
        self._checker.check(message)
        self.sent.append(message)

    async def drained(self) -> bool:
        return True

    async def flush(self, timeout_s: float) -> None:
        del timeout_s

    def close(self) -> None:
        pass

    def raw(self, body: bytes | str) -> None:
        self.server.protocol.receive(body)

    def give(self, **message: Any) -> None:
        self._checker.asked(message)
        self.raw(json.dumps({"jsonrpc": "2.0", **message}))

    def note(self, method: str, params: Any = None) -> None:
        self.give(method=method, **({} if params is None else {"params": params}))

    def ask(self, ident: Any, method: str, params: Any = None) -> None:
        self.give(id=ident, method=method, **({} if params is None else {"params": params}))

    async def call(self, ident: Any, method: str, params: Any = None) -> dict[str, Any]:
        self.ask(ident, method, params)
        return await self.reply(ident)

    def replies(self, ident: Any) -> list[dict[str, Any]]:
        return [message for message in self.sent if "method" not in message and message["id"] == ident]

    async def reply(self, ident: Any) -> dict[str, Any]:
        """Wait for the reply to a request; there must be only one."""
        replies = await until(lambda: self.replies(ident))
        await asyncio.sleep(0)
        assert len(self.replies(ident)) == 1, self.replies(ident)
        reply: dict[str, Any] = replies[0]
        return reply

    async def asked(self, method: str) -> dict[str, Any]:
        """Wait for a call from the server."""
        found = await until(lambda: [message for message in self.sent if message.get("method") == method])
        last: dict[str, Any] = found[-1]
        return last

    async def initialize(self, **params: Any) -> dict[str, Any]:
        reply = await self.call("init", "initialize", {**INITIALIZE, **params})
        self.note("initialized", {})
        return reply

    def open(self, uri: str, text: str, version: int = 1) -> None:
        item = {"uri": uri, "languageId": "python", "version": version, "text": text}
        self.note("textDocument/didOpen", {"textDocument": item})

    def change(self, uri: str, *changes: dict[str, Any], version: int = 2) -> None:
        params = {"textDocument": {"uri": uri, "version": version}, "contentChanges": changes}
        self.note("textDocument/didChange", params)


async def ready(**hooks: Any) -> Client:
    """Make a server and a client that is past initialize."""
    client = Client(make_server(**hooks))
    await client.initialize()
    return client


class SocketClient:
    """The far end of a byte stream."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self._parser = FrameParser()
        self.checker = Checker()

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        async with asyncio.timeout(DEADLINE_S):
            await self.writer.drain()

    async def give(self, **message: Any) -> None:
        self.checker.asked(message)
        await self.send(frame(json.dumps({"jsonrpc": "2.0", **message}).encode()))

    async def read(self) -> dict[str, Any] | None:
        """Read one message; None at the end of the stream."""
        async with asyncio.timeout(DEADLINE_S):
            while True:
                for item in self._parser.items():
                    assert isinstance(item, Frame)
                    message: dict[str, Any] = json.loads(item.body)
                    self.checker.check(message)
                    return message
                data = await self.reader.read(65536)
                if not data:
                    return None
                self._parser.feed(data)

    async def call(self, ident: Any, method: str, params: Any = None) -> dict[str, Any] | None:
        await self.give(id=ident, method=method, **({} if params is None else {"params": params}))
        while (message := await self.read()) is not None:
            if "method" not in message and message["id"] == ident:
                return message
        return None

    async def initialize(self) -> None:
        assert await self.call("init", "initialize", INITIALIZE)
        await self.give(method="initialized", params={})


@contextlib.asynccontextmanager
async def connect(server: EdgeServer, **options: Any) -> AsyncIterator[tuple[SocketClient, asyncio.Task[int]]]:
    """Run a server at one end of a socket pair and give the other end."""
    ours, theirs = socket.socketpair()
    link = Link()
    await asyncio.get_running_loop().create_connection(lambda: link, sock=theirs)
    running = asyncio.ensure_future(run_connection(server, link, **options))
    reader, writer = await asyncio.open_connection(sock=ours, limit=2**26)
    try:
        yield SocketClient(reader, writer), running
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
        async with asyncio.timeout(DEADLINE_S):
            await running
