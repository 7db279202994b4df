"""What stock pygls does wrong, and the edge right: every claim is checked on both.

A test that fails because stock pygls has become right is good news: that part of the edge may have become needless.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import threading
from collections.abc import Callable
from typing import Any

import attrs
import oracle
import pytest
from edge_harness import connect, make_server, ready, until, work
from lsprotocol import types
from pygls.io_ import StdinAsyncReader, run_async
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, default_converter
from pygls.workspace import TextDocument
from stock import HOVER, NEXT, START, Seen, Written, hover, message, on_edge, on_stock, stock_server

from taco_lsp.edge import EdgeDocument
from taco_lsp.edge.stdio import quiet_pygls

Check = Callable[[Seen], bool]
BODY = hover(1).partition(b"\r\n\r\n")[2]
SIZE = len(BODY)


def headed(header: bytes, body: bytes = BODY) -> bytes:
    """Put any header before a body."""
    return header + body


def command(ident: Any, name: str, *arguments: Any) -> bytes:
    """Frame the execution of a command."""
    params = {"command": name, "arguments": arguments}
    return message(id=ident, method="workspace/executeCommand", params=params)


def answered(code: int | None, ident: Any = 1) -> Check:
    """Exactly one reply with this code (None: a result), and the next request is served."""
    return lambda seen: seen.codes(ident) == [code] and seen.codes("next") == [None]


def never(seen: Seen) -> bool:
    """No reply at all, but the next request is served: the editor waits for this one for ever."""
    return seen.codes(1) == seen.codes(None) == [] and seen.codes("next") == [None]


def stuck(seen: Seen) -> bool:
    """Nothing is answered any more."""
    return [found["id"] for found in seen.messages if "method" not in found] == ["start"]


def leaks(seen: Seen) -> bool:
    """The client is told what happened inside."""
    text = json.dumps(seen.messages)
    return "Traceback" in text or "a secret" in text


@attrs.frozen
class Claim:
    """A conversation, how it ought to go, and how it goes with stock pygls."""

    data: bytes
    right: Check
    wrong: Check
    last: Any = None


CLAIMS = {
    "params of a wrong type": Claim(
        START + hover(1, params={**HOVER, "position": "x"}) + NEXT, answered(-32602), never
    ),
    "missing params": Claim(START + hover(1, params={}) + NEXT, answered(-32602), never),
    "malformed JSON": Claim(
        START + headed(b"Content-Length: 6\r\n\r\n", b'{"a":}') + NEXT, answered(-32700, None), never
    ),
    "a batch": Claim(
        START + headed(b"Content-Length: %d\r\n\r\n" % (SIZE + 2), b"[" + BODY + b"]") + NEXT, answered(-32600), never
    ),
    "a custom request without params": Claim(START + message(id=1, method="x/echo") + NEXT, answered(None), never),
    "a nested jsonrpc key": Claim(
        START + message(id=1, method="x/echo", params={"deep": {"jsonrpc": "2.0", "id": 5}}) + NEXT,
        answered(None),
        never,
    ),
    "a lower-case header": Claim(START + headed(b"content-length: %d\r\n\r\n" % SIZE) + NEXT, answered(None), stuck),
    "a header with LF only": Claim(START + headed(b"Content-Length: %d\n\n" % SIZE) + NEXT, answered(None), stuck),
    "a negative length": Claim(START + headed(b"Content-Length: -5\r\n\r\n") + NEXT, answered(-32700, None), stuck),
    "a length that is too long": Claim(
        START + headed(b"Content-Length: %d\r\n\r\n" % (SIZE + 40)) + NEXT, answered(None), stuck
    ),
    "a length that is too short": Claim(
        START + headed(b"Content-Length: %d\r\n\r\n" % (SIZE - 4)) + NEXT, answered(-32700, None), stuck
    ),
    "an async command that is cancelled": Claim(
        START + NEXT + command(1, "x.wait") + message(method="$/cancelRequest", params={"id": 1}),
        lambda seen: answered(-32800)(seen) and seen.ended == ("cancelled",),
        lambda seen: answered(-32800)(seen) and seen.ended == (),  # the work goes on
        last=1,
    ),
    "a command without an argument that has a default": Claim(
        START + command(1, "x.add", 1) + NEXT,
        lambda seen: seen.replies(1)[0].get("result") == 3,
        answered(-32602),
    ),
    "an exception": Claim(
        START + message(id=1, method="textDocument/definition", params=HOVER) + NEXT,
        lambda seen: answered(-32603)(seen) and not leaks(seen),
        leaks,
    ),
    "a result that is not JSON": Claim(
        START + message(id=1, method="textDocument/declaration", params=HOVER) + NEXT, answered(-32603), never
    ),
    "a request before initialize": Claim(hover(1) + START + NEXT, answered(-32002), answered(None)),
    "a request after shutdown": Claim(
        START + NEXT + message(id=0, method="shutdown") + hover(1), answered(-32600), never
    ),
    "shutdown while a command is running": Claim(
        START + NEXT + command(1, "x.wait") + message(id=2, method="shutdown"),
        lambda seen: seen.codes(1) == [-32800] and seen.codes(2) == [None],
        lambda seen: seen.codes(2) == [-32603],
        last=2,
    ),
}
claims = pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "pygls")


@claims
async def test_the_edge_is_right_about(claim: Claim) -> None:
    assert claim.right(await on_edge(claim.data, last=claim.last))


@claims
async def test_stock_pygls_is_wrong_about(claim: Claim) -> None:
    seen = await on_stock(claim.data)
    assert claim.wrong(seen)
    assert not claim.right(seen)


async def test_the_end_of_the_input_reaches_the_program() -> None:
    ours: list[str] = []
    stocks: list[str] = []
    await on_edge(START, closing=ours.append)
    await on_stock(START, closing=stocks.append)
    assert (ours, stocks) == (["end of input"], [])


async def test_bodies_stay_out_of_the_log_of_a_server_that_logs_at_info(caplog: pytest.LogCaptureFixture) -> None:
    document = {"uri": "file:///a.py", "languageId": "python", "version": 1, "text": "a secret"}
    opened = message(method="textDocument/didOpen", params={"textDocument": document})
    told = message(id=1, method="textDocument/definition", params=HOVER)
    caplog.set_level(logging.INFO)
    for name in ("pygls", "taco_lsp"):
        caplog.set_level(logging.NOTSET, name)
    await on_stock(START + opened + told)
    assert '"capabilities"' in "".join(record.message for record in caplog.records if record.levelno == logging.INFO)
    caplog.clear()
    quiet_pygls()
    await on_edge(START + opened)
    assert "capabilities" not in caplog.text
    assert "a secret" not in caplog.text


@attrs.define
class Envelope:
    """A message of the program's own, declared as one would: with defaults."""

    id: Any = None
    params: Any = None
    method: str = "x/ask"
    jsonrpc: str = "2.0"


class WithEnvelope(LanguageServerProtocol):
    """Stock pygls with a type for a method of the program's own."""

    def get_message_type(self, method: str) -> Any:
        return Envelope if method == "x/ask" else super().get_message_type(method)


async def test_requests_of_the_programs_own_are_whole_messages() -> None:
    whole = {"jsonrpc", "id", "method", "params"}
    written = Written()
    stock = LanguageServer("stock", "1", protocol_cls=WithEnvelope, converter_factory=default_converter)
    stock.protocol.set_writer(written)
    stock.protocol.send_request("x/ask", {"a": 1})
    assert whole - set(written.messages[0]) == {"jsonrpc", "method"}

    client = await ready()
    asking = asyncio.ensure_future(client.server.ask_client("x/ask", {"a": 1}, 5, None))
    asked = await client.asked("x/ask")
    assert set(asked) == whole
    client.give(id=asked["id"], result=7)
    assert await asking == 7


def edited(kind: type[TextDocument], text: str, start: tuple[int, int], end: tuple[int, int], new: str) -> str:
    """Edit a document of either kind."""
    document = kind("file:///a.py", text)
    where = types.Range(types.Position(*start), types.Position(*end))
    document.apply_change(types.TextDocumentContentChangePartial(where, new))
    return document.source


EDITS: dict[str, Any] = {
    "form feed": ("a\x0cb\nc", (1, 0), (1, 1), "C"),
    "file separator": ("a\x1cb\nc", (1, 0), (1, 1), "C"),
    "next line": ("a\x85b\nc", (1, 0), (1, 1), "C"),
    "line separator": ("a\u2028b\nc", (1, 0), (1, 1), "C"),
    "past the end of a last line without a line end": ("ab", (0, 99), (0, 99), "!"),
    "within an astral character": ("😀b", (0, 1), (0, 1), "!"),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_only_the_edge_edits_a_text_as_lsp_says(edit: Any) -> None:
    expected = oracle.replace(*edit, "utf-16")
    assert edited(EdgeDocument, *edit) == expected
    assert edited(TextDocument, *edit) != expected


def test_only_on_the_edge_does_an_edit_cost_the_same_in_a_longer_document() -> None:
    def cost(kind: type[TextDocument], length: int) -> int:
        document = kind("file:///a.py", "some text of a line\n" * length)
        spot = types.Position(length // 2, 4)
        change = types.TextDocumentContentChangePartial(types.Range(spot, spot), "x")
        document.apply_change(change)  # what is done once
        return work(lambda: document.apply_change(change))

    assert cost(EdgeDocument, 20_000) == cost(EdgeDocument, 100)
    assert cost(TextDocument, 20_000) > 50 * cost(TextDocument, 100)


async def test_a_handler_in_the_only_thread_holds_up_the_input_of_stock_pygls_alone() -> None:
    release, blocked = threading.Event(), threading.Event()

    def with_one_thread(server: LanguageServer) -> None:
        server._max_workers = 1

        @server.thread()
        @server.feature("y/block")
        def block(_: Any) -> None:
            blocked.set()
            assert release.wait(5)

    stock, written = stock_server(), Written()
    with_one_thread(stock)
    stock.protocol.set_writer(written)
    reading, writing = open_pipe(START + message(id=1, method="y/block", params={}) + NEXT)
    with reading, writing:
        reader = StdinAsyncReader(reading, stock.thread_pool)
        running = asyncio.ensure_future(run_async(threading.Event(), reader, stock.protocol))
        await until(blocked.is_set)
        await until(stock.thread_pool._work_queue.qsize)  # type: ignore[attr-defined]
        assert [found["id"] for found in written.messages] == ["start"]  # reading waits for the handler
        release.set()
        await until(lambda: len(written.messages) == 3)
        writing.close()
        await running
    stock.shutdown()

    release.clear()
    blocked.clear()
    server = make_server()
    with_one_thread(server)
    async with connect(server) as (client, _):
        await client.initialize()
        await client.give(id=1, method="y/block", params={})
        await until(blocked.is_set)
        await client.give(id=2, method="y/unknown")
        assert (await client.read() or {})["id"] == 2
        release.set()
        assert (await client.read() or {})["id"] == 1
    server.shutdown()


def open_pipe(data: bytes) -> Any:
    """Make a pipe that holds some bytes."""
    low, high = os.pipe()
    os.write(high, data)
    return os.fdopen(low, "rb"), os.fdopen(high, "wb")


def test_the_arguments_of_a_command_are_not_its_third_field() -> None:
    with pytest.raises(TypeError, match="tooltip"):
        types.Command("title", "command", [1])  # type: ignore[arg-type]
    assert types.Command("title", "command", arguments=[1]).arguments == [1]
