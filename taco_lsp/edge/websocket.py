"""Serve many clients over WebSocket, for editors in a browser; each has a server object of its own.

One text frame is one message, as browser editors send and expect it. Any page in a browser can open a WebSocket to
this machine, so without a token only pages from this machine are let in. A client presents the token as
`Authorization: Bearer TOKEN`, or as `?token=TOKEN` where it cannot set headers. Not here: TLS (a proxy in front).

Needs the `websockets` package, and is imported only by those who call it.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import http
import logging
from collections.abc import Awaitable
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from taco_lsp.edge.connection import Turns, end_of
from taco_lsp.edge.framing import MAX_BODY
from taco_lsp.edge.server import EdgeServer
from taco_lsp.edge.sockets import Crowd, MakeServer, Ready, check_address, is_loopback, same_token
from taco_lsp.edge.streams import HARD_LIMIT, HIGH_WATER, FlowControl

logger = logging.getLogger(__name__)


async def listen_ws(
    make_server: MakeServer,
    host: str,
    port: int,
    *,
    stopped: Awaitable[str],
    token: str | None = None,
    ready: Ready | None = None,
) -> None:
    """Serve clients over WebSocket until `stopped` has a reason; then end all connections in an orderly way."""
    check_address(host, token)
    crowd = Crowd()

    async def client(socket: ServerConnection) -> None:
        task = asyncio.ensure_future(crowd.serve(make_server, lambda server: run_websocket(server, socket)))
        crowd.watch(task)
        await asyncio.wait([task])

    def admit(_: ServerConnection, request: Request) -> Response | None:
        return _admit(request, token)

    async with serve(client, host, port, process_request=admit, max_size=MAX_BODY, compression=None) as listener:
        if ready is not None:
            ready(next(iter(listener.sockets)).getsockname()[1])
        await crowd.disperse(await stopped)


async def run_websocket(server: EdgeServer, socket: ServerConnection) -> None:
    """Serve one client over an open WebSocket until either side ends it."""
    outbox = SocketOutbox(socket)
    server.protocol.attach(outbox)
    sender = asyncio.ensure_future(outbox.run())
    reader = asyncio.ensure_future(_read(server, socket, outbox))
    try:
        await end_of(server, outbox)
    finally:
        reader.cancel()
        sender.cancel()
        await socket.close()


async def _read(server: EdgeServer, socket: ServerConnection, outbox: SocketOutbox) -> None:
    turns = Turns()
    try:
        async for message in socket:
            server.protocol.receive(message)
            await turns.share()
            if not await outbox.drained():
                break
    except ConnectionClosed:
        pass  # without a closing handshake: as good as any end
    finally:
        outbox.end()
        server.close("end of input")


class SocketOutbox:
    """Messages on their way to a WebSocket, in order."""

    def __init__(self, socket: ServerConnection) -> None:
        self._socket = socket
        self._flow = FlowControl()
        self._bodies: collections.deque[bytes] = collections.deque()
        self._unsent = 0
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    def send(self, body: bytes) -> None:
        """Queue one message; gives the connection up above `HARD_LIMIT`."""
        if self._flow.ended.is_set():
            return
        self._bodies.append(body)
        self._unsent += len(body)
        self._wake.set()
        self._idle.clear()
        if self._unsent > HARD_LIMIT:
            logger.error("the client does not read: giving up with %s bytes unsent", self._unsent)
            self.end()
            self._socket.transport.abort()
        elif self._unsent > HIGH_WATER:
            self._flow.pause()

    async def run(self) -> None:
        """Send what is queued until cancelled or the client is gone."""
        with contextlib.suppress(ConnectionClosed):
            while True:
                await self._wake.wait()
                while self._bodies:
                    body = self._bodies.popleft()
                    await self._socket.send(body.decode())
                    self._unsent -= len(body)
                    if self._unsent < HIGH_WATER:
                        self._flow.resume()
                self._wake.clear()
                self._idle.set()
        self.end()

    def end(self) -> None:
        """Note that the client is gone."""
        self._flow.ended.set()

    async def drained(self) -> bool:
        """Wait until the client keeps up."""
        return await self._flow.drained()

    async def flush(self, timeout_s: float) -> None:
        """Wait until everything is sent, or time is up."""
        if not self._flow.ended.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(timeout_s):
                    await self._idle.wait()

    def close(self) -> None:
        """Send no more."""
        self.end()


def _admit(request: Request, token: str | None) -> Response | None:
    """Let a client in (None) or turn it away."""
    if token is None:
        origin = request.headers.get("Origin")
        if origin is None or is_loopback(urlsplit(origin).hostname or ""):
            return None
        logger.warning("turned away a page from another machine")
        return _refusal(http.HTTPStatus.FORBIDDEN, "Only pages from this machine may connect.")
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    given = parse_qs(urlsplit(request.path).query).get("token", [])
    given += [bearer.strip()] if scheme.lower() == "bearer" else []
    if any(same_token(candidate, token) for candidate in given):
        return None
    logger.warning("turned away a client without the token")
    return _refusal(http.HTTPStatus.UNAUTHORIZED, "The token is missing or wrong.")


def _refusal(status: http.HTTPStatus, reason: str) -> Response:
    body = reason.encode()
    headers = Headers({"Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(body))})
    return Response(status.value, status.phrase, headers, body)
