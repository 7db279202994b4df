"""Many clients in one process, over TCP and WebSocket: isolated from one another, and no strangers."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from edge_harness import DEADLINE_S, INITIALIZE, SocketClient, make_server, until
from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as connect_websocket
from websockets.exceptions import InvalidStatus

from taco_lsp.edge import EdgeServer, serve_network
from taco_lsp.edge.framing import frame
from taco_lsp.edge.sockets import OpenToStrangersError, is_loopback, listen_tcp
from taco_lsp.edge.websocket import listen_ws
from tests.support.messages import Checker

HOST = "127.0.0.1"
TOKEN = "a secret"


class WebSocketClient(SocketClient):
    """The far end of a WebSocket."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.checker = Checker()

    async def give(self, **message: Any) -> None:
        self.checker.asked(message)
        await self.socket.send(json.dumps({"jsonrpc": "2.0", **message}))

    async def read(self) -> dict[str, Any] | None:
        with contextlib.suppress(StopAsyncIteration):
            async with asyncio.timeout(DEADLINE_S):
                body = await anext(aiter(self.socket))
            assert isinstance(body, str), "a text frame"
            message: dict[str, Any] = json.loads(body)
            self.checker.check(message)
            return message
        return None


class Listener:
    """A running server for many clients."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.servers: list[EdgeServer] = []
        self.closed: list[str] = []
        self.port = 0
        self.stopped: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def make(self) -> EdgeServer:
        async def on_close(reason: str) -> None:
            self.closed.append(reason)

        async def echo(method: str, params: Any) -> Any:
            if method == "taco/wait":
                await asyncio.Event().wait()
            if method == "taco/big":
                return "x" * 100_000
            return [str(id(server)), params]

        server = make_server(custom_request=echo, on_close=on_close)
        self.servers.append(server)
        return server

    def ready(self, port: int) -> None:
        self.port = port

    async def run(self, token: str | None = None) -> None:
        listen = listen_tcp if self.kind == "tcp" else listen_ws
        await listen(self.make, HOST, 0, stopped=self.stopped, token=token, ready=self.ready)

    @contextlib.asynccontextmanager
    async def client(self, query: str = "", **options: Any) -> AsyncIterator[SocketClient]:
        if self.kind == "tcp":
            reader, writer = await asyncio.open_connection(HOST, self.port)
            try:
                yield SocketClient(reader, writer)
            finally:
                writer.close()
                with contextlib.suppress(ConnectionError):
                    await writer.wait_closed()
        else:
            async with connect_websocket(f"ws://{HOST}:{self.port}/{query}", max_size=None, **options) as socket:
                yield WebSocketClient(socket)


@contextlib.asynccontextmanager
async def listening(kind: str, token: str | None = None) -> AsyncIterator[Listener]:
    listener = Listener(kind)
    running = asyncio.ensure_future(listener.run(token))
    await until(lambda: listener.port or running.done())
    try:
        yield listener
    finally:
        if not listener.stopped.done():
            listener.stopped.set_result("stopped")
        async with asyncio.timeout(DEADLINE_S):
            await running


both = pytest.mark.parametrize("kind", ["tcp", "ws"])


@both
async def test_a_hundred_clients_each_talk_to_a_server_of_their_own(kind: str) -> None:
    async def one(number: int) -> str:
        async with listener.client() as client:
            await client.initialize()
            for turn in range(3):
                reply = await client.call(turn, "taco/echo", [number, turn])
                assert reply
                assert reply["result"][1] == [number, turn]
            assert await client.call("bye", "shutdown")
            await client.give(method="exit")
            assert await client.read() is None
            return str(reply["result"][0])

    async with listening(kind) as listener:
        seen = await asyncio.gather(*(one(number) for number in range(100)))
        assert len(set(seen)) == 100
    assert listener.closed == ["shutdown"] * 100


@both
async def test_one_client_that_crashes_or_floods_does_not_touch_another(kind: str) -> None:
    async with listening(kind) as listener, listener.client() as good:
        await good.initialize()
        async with listener.client() as flooding, listener.client() as crashing:
            for client in (flooding, crashing):
                await client.initialize()
            transport = _transport(flooding)
            transport.pause_reading()

            async def flood() -> None:
                for number in range(500):
                    await flooding.give(id=number, method="taco/big")

            flooder = asyncio.ensure_future(flood())
            _transport(crashing).abort()
            for number in range(20):
                async with asyncio.timeout(DEADLINE_S):
                    assert (await good.call(number, "taco/echo", number) or {})["id"] == number
            flooder.cancel()
            await asyncio.wait([flooder])
            transport.abort()
        await until(lambda: len(listener.closed) == 2)
        assert await good.call("still", "taco/echo")


def _transport(client: SocketClient) -> Any:
    return client.socket.transport if isinstance(client, WebSocketClient) else client.writer.transport


@both
async def test_stopping_ends_every_connection_in_an_orderly_way(kind: str) -> None:
    async with listening(kind) as listener, listener.client() as one, listener.client() as two:
        for client in (one, two):
            await client.initialize()
            await client.give(id=1, method="taco/wait")
        listener.stopped.set_result("SIGTERM")
        for client in (one, two):
            reply = await client.read()
            assert reply
            assert reply["error"]["code"] == -32800
            assert await client.read() is None
    assert listener.closed == ["SIGTERM"] * 2


@both
async def test_a_server_that_cannot_be_made_costs_only_that_client(kind: str) -> None:
    broken = Listener(kind)
    broken.make = _broken  # type: ignore[method-assign]
    running = asyncio.ensure_future(broken.run())
    await until(lambda: broken.port)
    async with broken.client() as client:
        assert await client.read() is None
    assert not running.done()
    broken.stopped.set_result("stopped")
    await running


def _broken() -> EdgeServer:
    raise RuntimeError("cannot be made")


async def test_a_tcp_client_without_the_token_is_turned_away() -> None:
    async with listening("tcp", TOKEN.replace(" ", "-")) as listener:
        for header in (b"", b"Authorization: Bearer wrong\r\n", b"Authorization: a-secret\r\n"):
            async with listener.client() as client:
                body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": INITIALIZE}).encode()
                await client.send(header + frame(body))
                refusal = await client.read()
                assert refusal
                assert refusal["id"] is None
                assert "token" in refusal["error"]["message"]
                assert await client.read() is None
        assert listener.servers == []


async def test_a_tcp_client_with_the_token_is_served() -> None:
    async with listening("tcp", "a-secret") as listener, listener.client() as client:
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": INITIALIZE}).encode()
        stream = b"authorization: bearer a-secret\r\n" + frame(body)
        await client.send(stream[:20])
        await client.send(stream[20:])
        assert (await client.read() or {})["id"] == 1
        await client.give(method="initialized", params={})
        assert await client.call(2, "taco/echo")


async def test_a_websocket_client_without_the_token_is_turned_away() -> None:
    async with listening("ws", TOKEN) as listener:
        for query, headers in (("", {}), ("?token=wrong", {}), ("", {"Authorization": f"Basic {TOKEN}"})):
            with pytest.raises(InvalidStatus, match="401"):
                async with listener.client(query, additional_headers=headers):
                    pass
        assert listener.servers == []


@pytest.mark.parametrize(("query", "headers"), [("?token=a%20secret", {}), ("", {"Authorization": f"Bearer {TOKEN}"})])
async def test_a_websocket_client_with_the_token_is_served(query: str, headers: dict[str, str]) -> None:
    headers = {**headers, "Origin": "https://school.example"}
    async with listening("ws", TOKEN) as listener, listener.client(query, additional_headers=headers) as client:
        await client.initialize()
        assert await client.call(1, "taco/echo")


@pytest.mark.parametrize(
    ("origin", "welcome"),
    [
        ("http://localhost:8000", True),
        ("http://127.0.0.1", True),
        ("https://evil.example", False),
        ("http://localhost.evil.example", False),
        ("null", False),
    ],
)
async def test_without_a_token_only_pages_of_this_machine_are_let_in(origin: str, *, welcome: bool) -> None:
    async with listening("ws") as listener:
        connecting = listener.client(additional_headers={"Origin": origin})
        if welcome:
            async with connecting as client:
                await client.initialize()
        else:
            with pytest.raises(InvalidStatus, match="403"):
                async with connecting:
                    pass


async def test_broken_messages_over_a_websocket_are_answered() -> None:
    async with listening("ws") as listener, listener.client() as client:
        assert isinstance(client, WebSocketClient)
        await client.socket.send("{")
        assert (await client.read() or {})["error"]["code"] == -32700
        await client.socket.send(b"[]")
        assert (await client.read() or {})["error"]["code"] == -32600
        await client.initialize()


@pytest.mark.parametrize("listen", [listen_tcp, listen_ws])
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.0.2.1", "example.org"])
def test_an_address_that_others_can_reach_needs_a_token(listen: Callable[..., Awaitable[None]], host: str) -> None:
    with pytest.raises(OpenToStrangersError, match="token"):
        serve_network(listen, make_server, host, 0)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_addresses_of_this_machine_are_known(host: str) -> None:
    assert is_loopback(host)
