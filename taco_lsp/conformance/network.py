"""A recording server on the network: a real `taco-lsp` that listens, and before it a listener that passes all on.

Each connection is a transcript of its own, among those of the stage. Changes nothing and judges nothing.
"""

from __future__ import annotations

import re
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from itertools import count
from typing import IO

import attrs
from websockets.exceptions import ConnectionClosed, ConnectionClosedError, InvalidHandshake
from websockets.sync.client import ClientConnection, connect
from websockets.sync.server import Server, ServerConnection, serve

from taco_lsp.conformance.proxy import PIECE, SERVER
from taco_lsp.conformance.recorder import Recorder
from taco_lsp.conformance.stage import LEAVING_S, ClientFailed, Stage
from taco_lsp.conformance.transcript import SUFFIX, By, Door

HOST = "127.0.0.1"
NOT_ADMITTED = 1008
"""WebSocket's code for a client that breaks the rules of the server."""
_LISTENING = re.compile(r"listening on \S+:(\d+)$")
_NUMBERS = count(1)


@contextmanager
def listening(stage: Stage, door: Door) -> Iterator[Stage]:
    """Listen until the end of the block; gives the stage with the address that a client connects to.

    Connections that are open in the end get a few seconds to end by themselves.

    Raises:
        ClientFailed: the server does not start.
    """
    going = _Connections(stage, door)
    with _server(door, stage.environ()) as port, _relay(door, port, going) as address:
        yield attrs.evolve(stage, address=address)
        going.wait()


class _Connections:
    """The transcripts that are being written."""

    def __init__(self, stage: Stage, door: Door) -> None:
        self._stage = stage
        self._door = door
        self._open = 0
        self._changed = threading.Condition()

    @contextmanager
    def recorded(self) -> Iterator[Recorder]:
        """Write a connection down."""
        name = f"{time.time_ns()}-{self._door}{next(_NUMBERS)}{SUFFIX}"
        recorder = Recorder(self._stage.recordings / name, self._door)
        self._count(1)
        try:
            yield recorder
        finally:
            recorder.close()
            self._count(-1)

    def wait(self) -> None:
        """Wait until all have ended, but not for long."""
        with self._changed:
            self._changed.wait_for(lambda: self._open == 0, LEAVING_S)

    def _count(self, more: int) -> None:
        with self._changed:
            self._open += more
            self._changed.notify_all()


@contextmanager
def _server(door: Door, environ: Mapping[str, str]) -> Iterator[int]:
    """Run the real server; gives its port."""
    process = subprocess.Popen(  # noqa: S603 - the server itself
        [*SERVER, f"--{door}", f"{HOST}:0"], env=environ, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr
    try:
        yield _port(process.stderr)
    finally:
        process.terminate()
        try:
            process.wait(LEAVING_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stderr.close()


def _port(said: IO[str]) -> int:
    """The port that the server names; what else it says goes on to our own standard error."""
    for line in said:
        if found := _LISTENING.search(line.strip()):
            threading.Thread(target=_echo, args=(said,), daemon=True).start()
            return int(found[1])
        sys.stderr.write(line)
    raise ClientFailed("The server could not listen.", "What it said is above.")


def _echo(said: IO[str]) -> None:
    with suppress(ValueError):  # it is closed in the end
        for line in said:
            sys.stderr.write(line)


@contextmanager
def _relay(door: Door, port: int, going: _Connections) -> Iterator[str]:
    """Accept clients, each in a thread, and pass on what they and the server say; gives the address."""
    relay: Server | _Listener
    if door == "ws":
        relay = serve(partial(_relay_ws, port, going), HOST, 0, max_size=None, compression=None)
    else:
        relay = _Listener(partial(_relay_tcp, port, going))
    address = f"{HOST}:{relay.socket.getsockname()[1]}"
    thread = threading.Thread(target=relay.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"ws://{address}" if door == "ws" else address
    finally:
        relay.shutdown()
        thread.join(LEAVING_S)


def _relay_ws(port: int, going: _Connections, client: ServerConnection) -> None:
    asked = client.request
    assert asked is not None
    told = {name: asked.headers[name] for name in ("Origin", "Authorization") if name in asked.headers}
    with going.recorded() as recorder:
        try:
            server = connect(
                f"ws://{HOST}:{port}{asked.path}", additional_headers=told, max_size=None, compression=None, proxy=None
            )
        except InvalidHandshake as error:
            client.close(NOT_ADMITTED, str(error)[:100])
            return
        with server:
            back = threading.Thread(target=_copy, args=(server, client, partial(recorder.said, "server")), daemon=True)
            back.start()
            if _copy(client, server, partial(recorder.said, "client")):
                recorder.left()
            else:
                recorder.cut()
            server.close()
            back.join(LEAVING_S)


Socket = ClientConnection | ServerConnection


def _copy(source: Socket, target: Socket, heard: Callable[[str | bytes], None]) -> bool:
    """Pass messages on until the source ends, then end the target; False when the source was cut off."""
    try:
        for message in source:
            heard(message)
            with suppress(ConnectionClosed):
                target.send(message)
    except ConnectionClosedError:
        return False
    finally:
        target.close()
    return True


class _Listener(socketserver.ThreadingTCPServer):
    """Accepts TCP clients."""

    daemon_threads = True

    def __init__(self, relay: Callable[[socket.socket], None]) -> None:
        self._relay = relay
        super().__init__((HOST, 0), socketserver.BaseRequestHandler)

    def finish_request(self, request: object, client_address: object) -> None:
        """Serve one client, in its thread."""
        assert isinstance(request, socket.socket)
        self._relay(request)


def _relay_tcp(port: int, going: _Connections, client: socket.socket) -> None:
    with going.recorded() as recorder, socket.create_connection((HOST, port)) as server:
        back = threading.Thread(target=_pump, args=(server, client, "server", recorder), daemon=True)
        back.start()
        _pump(client, server, "client", recorder)
        recorder.left()
        back.join(LEAVING_S)


def _pump(source: socket.socket, target: socket.socket, by: By, recorder: Recorder) -> None:
    """Pass bytes on until the source ends, then tell the target that no more will come."""
    with suppress(OSError):
        while data := source.recv(PIECE):
            recorder.heard(by, data)
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
