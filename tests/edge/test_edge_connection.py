"""A connection over real sockets: bytes in, back-pressure, and every way in which it ends."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from edge_harness import DEADLINE_S, connect, make_server, until

from taco_lsp.edge import connection, streams
from taco_lsp.edge.framing import frame
from taco_lsp.edge.messages import MsgId


async def echo(_method: str, params: Any) -> Any:
    return params


def body(ident: MsgId, method: str, params: Any = None) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": ident, "method": method, "params": params}).encode()


async def test_shutdown_and_exit_end_with_code_0() -> None:
    reasons: list[str] = []

    async def on_close(reason: str) -> None:
        reasons.append(reason)

    async with connect(make_server(on_close=on_close)) as (client, running):
        await client.initialize()
        assert (await client.call(1, "shutdown"))["result"] is None  # type: ignore[index]
        await client.give(method="exit")
        assert await client.read() is None
        assert await running == 0
    assert reasons == ["shutdown"]


async def test_shutdown_and_exit_in_one_packet_are_both_served() -> None:
    async with connect(make_server()) as (client, running):
        await client.initialize()
        await client.send(frame(body(1, "shutdown")) + frame(b'{"jsonrpc":"2.0","method":"exit"}'))
        assert await client.read() == {"jsonrpc": "2.0", "id": 1, "result": None}
        assert await client.read() is None
        assert await running == 0


@pytest.mark.parametrize("initialized", [True, False])
async def test_exit_without_shutdown_ends_with_code_1(initialized: bool) -> None:
    reasons: list[str] = []

    async def on_close(reason: str) -> None:
        reasons.append(reason)

    async with connect(make_server(on_close=on_close)) as (client, running):
        if initialized:
            await client.initialize()
        await client.give(method="exit")
        assert await running == 1
    assert reasons == ["exit"]


async def test_the_end_of_the_input_answers_what_was_asked_and_ends_with_code_1() -> None:
    reasons: list[str] = []

    async def on_close(reason: str) -> None:
        reasons.append(reason)

    async with connect(make_server(custom_request=echo, on_close=on_close)) as (client, running):
        await client.initialize()
        await client.give(id=1, method="taco/x", params={})
        await client.give(id=2, method="textDocument/hover", params={})
        client.writer.write_eof()
        replies = [await client.read(), await client.read()]
        assert {reply["id"] for reply in replies if reply} == {1, 2}
        assert await client.read() is None
        assert await running == 1
    assert reasons == ["end of input"]


async def test_a_client_that_vanishes_ends_the_connection() -> None:
    async with connect(make_server(custom_request=echo)) as (client, running):
        await client.initialize()
        client.writer.transport.abort()
        assert await running == 1


async def test_a_handler_for_exit_that_hangs_does_not_keep_the_end_from_coming() -> None:
    server = make_server()

    @server.feature("exit")
    async def leave(params: Any) -> None:
        await asyncio.Event().wait()

    async with connect(server) as (client, running):
        await client.initialize()
        await client.give(method="exit")
        assert await running == 1


@pytest.mark.parametrize(
    "noise",
    [
        b"Content-Length: -1\r\n\r\n{}",
        b"Content-Length: 99999999999\r\n\r\n{}",
        b"GET / HTTP/1.1\r\n\r\n",
        b'{"jsonrpc":"2.0","id":1,"method":"shutdown"}\n',
        b"Content-Length: 10\r\n\r\n" + body(7, "taco/x"),
    ],
)
async def test_broken_framing_gets_one_answer_and_the_next_message_is_served(noise: bytes) -> None:
    async with connect(make_server(custom_request=echo)) as (client, _):
        await client.initialize()
        await client.send(noise)
        await client.give(id=1, method="taco/x", params={"ok": True})
        refusal, reply = await client.read(), await client.read()
        assert refusal
        assert refusal["id"] is None
        assert refusal["error"]["code"] == -32700
        assert reply == {"jsonrpc": "2.0", "id": 1, "result": {"ok": True}}


async def test_a_length_that_is_too_long_is_answered_although_nothing_follows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connection, "_STALL_S", 0.05)
    async with connect(make_server(custom_request=echo)) as (client, _):
        await client.initialize()
        await client.send(b"Content-Length: 500\r\n\r\n" + body(1, "taco/x", [1]))
        assert await client.read() == {"jsonrpc": "2.0", "id": 1, "result": [1]}
        await client.send(frame(body(2, "taco/x"))[:-3])
        await asyncio.sleep(0.12)
        await client.send(frame(body(2, "taco/x"))[-3:])
        assert await client.read() == {"jsonrpc": "2.0", "id": 2, "result": None}


async def test_a_message_over_the_limit_is_refused_and_the_next_one_served() -> None:
    async with connect(make_server(custom_request=echo), max_body=10_000) as (client, _):
        await client.initialize()
        await client.send(frame(body(1, "taco/x", ["x" * 20_000])))
        await client.give(id=2, method="taco/x")
        refusal = await client.read()
        assert refusal
        assert refusal["error"]["code"] == -32700
        assert "10000" in refusal["error"]["message"]
        assert (await client.read() or {})["id"] == 2


async def test_a_client_that_does_not_read_is_not_read_from_until_it_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "HIGH_WATER", 64 * 1024)
    answered = 0

    async def big(_method: str, _params: Any) -> Any:
        nonlocal answered
        answered += 1
        return "x" * 50_000

    count = 600  # 30 MB of replies
    async with connect(make_server(custom_request=big)) as (client, _):
        await client.initialize()
        client.reader._transport.pause_reading()  # type: ignore[attr-defined]
        requests = b"".join(frame(body(number, "taco/x")) for number in range(count))
        client.writer.write(requests)
        before = -1
        while before != answered:  # until nothing moves any more
            before = answered
            await asyncio.sleep(0.1)
        assert 0 < answered < count / 2
        client.reader._transport.resume_reading()  # type: ignore[attr-defined]
        seen = [(await client.read() or {})["id"] for _ in range(count)]
        assert seen == list(range(count))


async def test_the_end_comes_even_if_the_client_neither_reads_nor_is_read_from(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(streams, "HIGH_WATER", 64 * 1024)
    monkeypatch.setattr(streams, "_LAST_CHANCE_S", 0.05)

    async def big(_method: str, _params: Any) -> Any:
        return "x" * 500_000

    async with connect(make_server(custom_request=big)) as (client, running):
        await client.initialize()
        client.reader._transport.pause_reading()  # type: ignore[attr-defined]
        for number in range(100):
            await client.give(id=number, method="taco/x")
        client.writer.write_eof()
        async with asyncio.timeout(DEADLINE_S):
            assert await running == 1


async def test_notifications_to_a_client_that_does_not_read_end_the_connection_at_a_limit(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(streams, "HARD_LIMIT", 1_000_000)
    server = make_server()
    async with connect(server) as (client, running):
        await client.initialize()
        client.reader._transport.pause_reading()  # type: ignore[attr-defined]
        for _ in range(100):
            server.tell_client("x/flood", "x" * 100_000)
        assert isinstance(server.protocol.outbox, streams.Link)
        assert server.protocol.outbox._transport
        assert server.protocol.outbox._transport.get_write_buffer_size() == 0  # given up means freed
        assert await running == 1
    assert "does not read" in caplog.text


async def test_drain_waits_for_a_slow_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "HIGH_WATER", 64 * 1024)
    server = make_server()
    async with connect(server) as (client, _):
        await client.initialize()
        await server.drain()
        client.reader._transport.pause_reading()  # type: ignore[attr-defined]
        for _ in range(20):
            server.tell_client("x/flood", "x" * 100_000)
        draining = asyncio.ensure_future(server.drain())
        await asyncio.sleep(0.05)
        assert not draining.done()
        client.reader._transport.resume_reading()  # type: ignore[attr-defined]
        for _ in range(20):
            await client.read()
        await asyncio.wait_for(draining, 2)


async def test_a_flood_of_edits_does_not_keep_a_running_handler_from_working(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_TURN_S", 0)
    edited = []

    async def stream(_method: str, _params: Any) -> None:
        for _ in range(20):
            await asyncio.sleep(0)
            edited.append(server.documents["file:///a.py"].lines[9].count("y"))

    server = make_server(custom_request=stream)
    async with connect(server) as (client, _):
        await client.initialize()
        item = {"uri": "file:///a.py", "languageId": "python", "version": 1, "text": "x\n" * 5000}
        await client.give(method="textDocument/didOpen", params={"textDocument": item})
        spot = {"line": 9, "character": 0}
        change = {
            "textDocument": {"uri": "file:///a.py", "version": 2},
            "contentChanges": [{"range": {"start": spot, "end": spot}, "text": "y"}],
        }
        edit = frame(json.dumps({"jsonrpc": "2.0", "method": "textDocument/didChange", "params": change}).encode())
        await client.send(frame(body(1, "taco/x")) + edit * 3000)
        assert await client.read()
        await until(lambda: server.documents["file:///a.py"].lines[9].count("y") == 3000)
        assert edited[-1] < 100  # they took turns
