"""Serve many clients over TCP, each with a server object of its own.

One client that leaves, crashes or floods does not touch the others. Only this machine can connect, unless a token
is set; a client then sends `Authorization: Bearer TOKEN` among the headers of its first message. Not here:
WebSockets (`websocket.py`), TLS (a proxy in front).
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import hmac
import ipaddress
import json
import logging
import re
from collections.abc import Awaitable, Callable

import attrs

from taco_lsp.edge.connection import run_connection
from taco_lsp.edge.errors import INVALID_REQUEST, protocol_error
from taco_lsp.edge.lifecycle import signals_call
from taco_lsp.edge.server import EdgeServer
from taco_lsp.edge.stdio import quiet_pygls
from taco_lsp.edge.streams import Link

logger = logging.getLogger(__name__)

MakeServer = Callable[[], EdgeServer]
Ready = Callable[[int], None]
"""Told the port once clients can connect."""

_AUTHORIZATION = re.compile(rb"^authorization[ \t]*:[ \t]*bearer[ \t]+([^\s]+)[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_HEADER_LIMIT = 8 * 1024
_HEADER_TIMEOUT_S = 5.0
_END_TIMEOUT_S = 1.9


class OpenToStrangersError(ValueError):
    """An address that other machines can reach, and no token to keep strangers out."""


def serve_network(
    listen: Callable[..., Awaitable[None]],
    make_server: MakeServer,
    host: str,
    port: int,
    *,
    token: str | None = None,
    ready: Ready | None = None,
) -> int:
    """Serve clients over the network until a signal ends the process; for the main thread.

    Args:
        listen: How: `listen_tcp` or `listen_ws`.
        make_server: Called for each client, inside the event loop; servers should share one converter.
        host: Address to listen on.
        port: Port to listen on; 0 takes a free one.
        token: Secret that clients have to present; needed for an address other machines can reach.
        ready: Told the port once clients can connect.

    Returns:
        The exit code, 0.

    Raises:
        OpenToStrangersError: Before anything is opened.
        OSError: The address cannot be listened on.
    """
    quiet_pygls()
    asyncio.run(_until_signal(functools.partial(listen, make_server, host, port, token=token, ready=ready)))
    return 0


async def listen_tcp(
    make_server: MakeServer,
    host: str,
    port: int,
    *,
    stopped: Awaitable[str],
    token: str | None = None,
    ready: Ready | None = None,
) -> None:
    """Serve clients over TCP until `stopped` has a reason; then end all connections in an orderly way."""
    check_address(host, token)
    crowd = Crowd()

    async def serve(link: Link) -> None:
        preface = b"" if token is None else await _check_token(link, token)
        await crowd.serve(make_server, lambda server: run_connection(server, link, preface=preface))

    loop = asyncio.get_running_loop()
    listener = await loop.create_server(lambda: _SocketLink(crowd, serve), host, port)
    async with listener:
        if ready is not None:
            ready(listener.sockets[0].getsockname()[1])
        reason = await stopped
        listener.close()
        await crowd.disperse(reason)


class Crowd:
    """The clients that are connected."""

    def __init__(self) -> None:
        self._servers: set[EdgeServer] = set()
        self._tasks: set[asyncio.Future[None]] = set()

    def watch(self, task: asyncio.Future[None]) -> None:
        """Keep an eye on the task of a client's connection."""
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def serve(self, make_server: MakeServer, run: Callable[[EdgeServer], Awaitable[object]]) -> None:
        """Make a server for a client and run it."""
        server = make_server()
        self._servers.add(server)
        try:
            await run(server)
        finally:
            self._servers.discard(server)

    async def disperse(self, reason: str) -> None:
        """End every connection and wait for that, within the time that a process has to end."""
        for server in tuple(self._servers):
            server.close(reason)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_END_TIMEOUT_S)

    def _ended(self, task: asyncio.Future[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("a connection failed", exc_info=error)


class _SocketLink(Link):
    """A link that starts being served when its client connects."""

    def __init__(self, crowd: Crowd, serve: Callable[[Link], Awaitable[None]]) -> None:
        super().__init__()
        self._crowd, self._serve = crowd, serve

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._crowd.watch(asyncio.ensure_future(self._run()))

    async def _run(self) -> None:
        try:
            await self._serve(self)
        except PermissionError:
            error = protocol_error(INVALID_REQUEST, "The token is missing or wrong.", "Send it in the first header.")
            self.send(json.dumps({"jsonrpc": "2.0", "id": None, "error": attrs.asdict(error)}).encode())
        finally:
            self.close()


async def _until_signal(listen: Callable[..., Awaitable[None]]) -> None:
    """Run a listener, given as a function of `stopped=`, until a signal asks this process to end."""
    stopped: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def stop(reason: str) -> None:
        if not stopped.done():
            stopped.set_result(reason)

    with signals_call(stop):
        await listen(stopped=stopped)


def check_address(host: str, token: str | None) -> None:
    """Raise OpenToStrangersError if other machines could connect and there is no token."""
    if not token and not is_loopback(host):
        raise OpenToStrangersError(
            f"{host or 'every address'} can be reached from other machines: set a token, or listen on 127.0.0.1"
        )


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach an address."""
    if host == "localhost":
        return True
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False


def same_token(given: bytes | str, token: str) -> bool:
    """Compare secrets in constant time."""
    return hmac.compare_digest(given.encode() if isinstance(given, str) else given, token.encode())


async def _check_token(link: Link, token: str) -> bytes:
    """Read the first header block and return it; raises PermissionError if it does not hold the token."""
    block = b""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_HEADER_TIMEOUT_S):
            while not re.search(rb"\r?\n\r?\n", block) and len(block) < _HEADER_LIMIT:
                data = await link.reader.read(_HEADER_LIMIT)
                if not data:
                    break
                block += data
    match = _AUTHORIZATION.search(block)
    if match is None or not same_token(match[1], token):
        logger.warning("turned away a client without the token")
        raise PermissionError
    return block
