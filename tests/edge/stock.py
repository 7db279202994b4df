"""The same conversation with two servers: ours on the edge, and the same program on stock pygls.

A conversation is bytes in and messages out. The program has one of everything: a hover, a command, custom requests
and handlers that wait or fail.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from typing import Any

import attrs
from edge_harness import INITIALIZE, connect, make_server
from lsprotocol import types
from pygls.io_ import run_async
from pygls.lsp.server import LanguageServer

from taco_lsp.edge.framing import Fault, FrameParser, frame

HOVER = {"textDocument": {"uri": "file:///a.py"}, "position": {"line": 0, "character": 0}}


def message(**members: Any) -> bytes:
    """Frame a message."""
    return frame(json.dumps({"jsonrpc": "2.0", **members}).encode())


def hover(ident: Any, **members: Any) -> bytes:
    """Frame a request for a hover, which is null."""
    return message(id=ident, method="textDocument/hover", **{"params": HOVER, **members})


START = message(id="start", method="initialize", params=INITIALIZE) + message(method="initialized", params={})
NEXT = hover("next")
"""A request like any other, after what is tested."""


@attrs.frozen
class Seen:
    """What a server sent."""

    messages: tuple[dict[str, Any], ...]
    ended: tuple[str, ...] = ()
    exit_code: int | None = None

    def replies(self, ident: Any) -> list[dict[str, Any]]:
        """Return all replies to a request."""
        return [found for found in self.messages if "method" not in found and found["id"] == ident]

    def codes(self, ident: Any) -> list[int | None]:
        """Return the error code of each reply to a request; None for a result."""
        return [reply["error"]["code"] if "error" in reply else None for reply in self.replies(ident)]


class Stuck(Exception):
    """What the program fails with; its text is a secret."""


ended: list[str] = []
"""How the waiting of `wait` ended."""


async def wait(*_: Any) -> None:
    """Wait for ever."""
    try:
        await asyncio.Event().wait()
    finally:
        ended.append("cancelled")


def add(first: int, second: int = 2) -> int:
    """Add two numbers, the second having a default."""
    return first + second


def register(server: LanguageServer) -> None:
    """Register what is registered in the same way on both."""
    server.feature(types.TEXT_DOCUMENT_HOVER)(lambda params: None)

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    def fail(params: Any) -> None:
        raise Stuck("a secret")

    @server.feature(types.TEXT_DOCUMENT_DECLARATION)
    def unserialisable(params: Any) -> Any:
        return object()


async def on_edge(data: bytes, *, closing: Callable[[str], None] | None = None, last: Any = None) -> Seen:
    """Have a conversation with our server, which ends with the input, but not before the reply `last`."""

    async def custom(method: str, params: Any) -> Any:
        return params

    async def execute(name: str, arguments: list[Any]) -> Any:
        return await wait() if name == "x.wait" else add(*arguments)

    async def on_close(reason: str) -> None:
        if closing is not None:
            closing(reason)

    server = make_server(
        custom_request=custom,
        custom_prefixes=("x/",),
        execute_command=execute,
        commands=("x.wait", "x.add"),
        on_close=on_close,
    )
    register(server)
    async with connect(server) as (client, running):
        await client.send(data)
        found: list[dict[str, Any]] = []
        ended.clear()
        while last is not None and not Seen(tuple(found)).replies(last):
            item = await client.read()
            assert item, "the connection has ended"
            found.append(item)
        client.writer.write_eof()
        while (item := await client.read()) is not None:
            found.append(item)
        return Seen(tuple(found), tuple(ended), await running)


class Written:
    """Takes what stock pygls writes."""

    def __init__(self) -> None:
        self._parser = FrameParser()
        self.messages: list[dict[str, Any]] = []

    def write(self, data: bytes) -> None:
        """Take some bytes."""
        self._parser.feed(data)
        for item in self._parser.items():
            assert not isinstance(item, Fault)
            self.messages.append(json.loads(item.body))

    def close(self) -> None:
        """Take no more."""


def stock_server() -> LanguageServer:
    """Make the program on stock pygls."""
    server = LanguageServer("stock", "1")
    register(server)
    server.feature("x/echo")(lambda params: None)
    server.command("x.wait")(wait)
    server.command("x.add")(add)
    return server


async def on_stock(data: bytes, *, closing: Callable[[str], None] | None = None) -> Seen:
    """Have the same conversation with stock pygls; what has not been answered at its end never is."""
    server = stock_server()
    if closing is not None:
        server.feature(types.SHUTDOWN)(lambda *_: closing("shutdown"))
    reader, written = asyncio.StreamReader(), Written()
    server.protocol.set_writer(written)
    ended.clear()
    before = asyncio.all_tasks()
    reader.feed_data(data)
    reader.feed_eof()
    code = None
    try:
        await run_async(threading.Event(), reader, server.protocol, error_handler=lambda *_: None)
    except SystemExit as exit_:
        code = exit_.code
    for _ in range(5):
        await asyncio.sleep(0)  # handlers that wait for nothing end
    seen = Seen(tuple(written.messages), tuple(ended), code if isinstance(code, int) else None)
    for task in asyncio.all_tasks() - before:
        task.cancel()
    await asyncio.sleep(0)
    return seen
