"""After any bytes at all, the next valid request is answered, or the connection has ended cleanly and with a reason."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from edge_harness import DEADLINE_S, INITIALIZE, SocketClient, connect, make_server
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from taco_lsp.edge import EdgeServer, framing, large
from taco_lsp.edge.framing import frame

URI = "file:///a.py"
SPOT = {"line": 0, "character": 1}
ITEM = {"uri": URI, "languageId": "python", "version": 1, "text": "a\u2028b\n" * 9}
CHANGE = {
    "textDocument": {"uri": URI, "version": 2},
    "contentChanges": [{"range": {"start": SPOT, "end": SPOT}, "text": "x"}],
}


def call(method: str, params: Any = None, **more: Any) -> bytes:
    return frame(json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **more}).encode())


START = call("initialize", INITIALIZE, id="init") + call("initialized", {})
MESSAGES = [
    call("taco/x", {"a": 1}, id=1),
    call("nope", id=2),
    call("textDocument/hover", [], id=3),
    call("textDocument/didOpen", {"textDocument": ITEM}),
    call("textDocument/didChange", CHANGE),
    call("textDocument/didChange", {**CHANGE, "contentChanges": [{"text": "new"}]}),
    call("textDocument/didClose", {"textDocument": {"uri": URI}}),
    call("workspace/executeCommand", {"command": "x.y"}, id=4),
    call("$/cancelRequest", {"id": 1}),
    frame(b"[1,2]"),
    frame(b'{"id":{}}'),
    frame(b'{"jsonrpc":"2.0","id":1,"result":[]}'),
]
ENDS = [call("shutdown", id=9), call("exit")]
FRAGMENTS = [
    b"Content-Length: 20\r\n\r\n",
    b"Content-Length: -7\r\n\r\n",
    b"Content-Length: 99999999\r\n\r\n",
    b"content-length",
    b"\r\n",
    b"{",
    b"\xff",
]
NOISE = st.lists(st.sampled_from(MESSAGES + ENDS + FRAGMENTS) | st.binary(max_size=30), max_size=15).map(b"".join)
NEXT = "next"


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A sound conversation with a few bytes changed, left out or put in."""
    data = bytearray(b"".join(draw(st.lists(st.sampled_from(MESSAGES + ENDS), min_size=1, max_size=8))))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        data[at : at + draw(st.integers(0, 3))] = draw(st.binary(max_size=3))
    return bytes(data)


@pytest.fixture(scope="module", autouse=True, params=["in pieces", "whole"])
def _large(request: pytest.FixtureRequest) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "in pieces":
            patch.setattr(framing, "LARGE", 40)
            patch.setattr(large, "LONG", 10)
        yield


class Program:
    """A server that notes why it was closed."""

    def __init__(self) -> None:
        self.reasons: list[str] = []
        self.server: EdgeServer = make_server(custom_request=self._echo, on_close=self._close)

    async def _echo(self, _method: str, params: Any) -> Any:
        return params

    async def _close(self, reason: str) -> None:
        self.reasons.append(reason)


async def answered(client: SocketClient) -> bool:
    """Tell whether the next request gets its one reply before the connection ends."""
    replies = 0
    while replies == 0 and (message := await client.read()) is not None:
        replies += message.get("id") == NEXT and "method" not in message
    return replies == 1


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(noise=NOISE | damaged(), cut=st.integers(0, 300), started=st.booleans())
async def test_after_any_bytes_the_next_request_is_answered_or_the_end_has_a_reason(
    noise: bytes, cut: int, started: bool
) -> None:
    program = Program()
    async with connect(program.server, max_body=100_000) as (client, running):
        if started:
            await client.initialize()
        try:
            await client.send(noise[:cut])
            await client.send(noise[cut:] + b"\r\n")
            # The first may be swallowed by a length in the noise; then it is all the more a boundary for the second.
            await client.give(id="swallowed", method="taco/x")
            await client.give(id=NEXT, method="taco/x")
            is_answered = await answered(client)
        except ConnectionError:
            is_answered = False
        event(f"answered: {is_answered}")
        if is_answered:
            assert not running.done()
            return
        async with asyncio.timeout(DEADLINE_S):
            assert await running in {0, 1}
    assert program.reasons in (["exit"], ["shutdown"])


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(noise=NOISE | damaged())
async def test_after_any_bytes_the_end_of_the_input_is_the_end(noise: bytes) -> None:
    program = Program()
    async with connect(program.server, max_body=100_000) as (client, running):
        await client.send(START + noise)
        client.writer.write_eof()
        while await client.read() is not None:
            pass
        async with asyncio.timeout(DEADLINE_S):
            assert await running in {0, 1}
    assert program.reasons in (["end of input"], ["exit"], ["shutdown"])
