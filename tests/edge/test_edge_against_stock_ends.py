"""How a process and its connections end, and which client a reply goes to: the edge and stock pygls."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from edge_harness import SocketClient, make_server, until
from edge_process import END_S, PROGRAM, Process, call, note
from stock import START
from websockets.asyncio.client import connect as connect_websocket
from websockets.exceptions import ConnectionClosedError

from taco_lsp.edge.sockets import listen_tcp
from taco_lsp.edge.websocket import listen_ws

HOST = "127.0.0.1"
STOCK = Path(__file__).parent / "stock_program.py"
posix = pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
subprocesses = pytest.mark.subprocess


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[Process]:
    yield from running(tmp_path / "ours", PROGRAM)


@pytest.fixture
def stocks(tmp_path: Path) -> Iterator[Process]:
    yield from running(tmp_path / "stocks", STOCK)


def running(journal: Path, program: Path) -> Iterator[Process]:
    journal.touch()
    process = Process(journal, program)
    yield process
    process.stop()


@subprocesses
def test_exit_without_shutdown_has_code_1(ours: Process, stocks: Process) -> None:
    for server in (ours, stocks):
        server.initialize()
        server.send(note("exit"))
    ours.ends(1, "exit")
    stocks.stdin.close()  # it may wait for its reading thread, which sits in a read until the input ends
    stocks.ends(0)


@subprocesses
def test_the_end_of_the_input_is_an_end_like_any_other(ours: Process, stocks: Process) -> None:
    for server in (ours, stocks):
        server.initialize()
        server.stdin.close()
    ours.ends(1, "end of input")
    stocks.ends(0)


@subprocesses
@posix
def test_sigterm_is_an_end_like_any_other(ours: Process, stocks: Process) -> None:
    for server in (ours, stocks):
        server.initialize()
        server.process.send_signal(signal.SIGTERM)
    ours.ends(1, "SIGTERM")
    stocks.ends(-signal.SIGTERM)


@subprocesses
@posix
def test_the_death_of_the_client_is_noticed(ours: Process, stocks: Process) -> None:
    client = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    for server in (ours, stocks):
        server.initialize(processId=client.pid)
    client.communicate()
    ours.ends(1, "parent gone")
    stocks.send(call(1, "taco/pid", {}))
    assert stocks.read()["id"] == 1  # lives on


@subprocesses
def test_a_handler_for_exit_that_waits_does_not_keep_the_end_from_coming(ours: Process, stocks: Process) -> None:
    for server in (ours, stocks):
        server.initialize()
        server.send(note("exit", {"wait": True}))
    ours.ends(1, "exit")
    stocks.send(call(1, "taco/pid", {}))
    assert stocks.read()["id"] == 1  # lives on


@contextlib.asynccontextmanager
async def edge(kind: str) -> AsyncIterator[int]:
    """Listen for clients; gives the port."""

    async def echo(_method: str, params: Any) -> Any:
        return params

    listen = listen_tcp if kind == "tcp" else listen_ws
    stopped: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    ports: list[int] = []
    running = asyncio.ensure_future(
        listen(
            lambda: make_server(custom_request=echo, custom_prefixes=("x/",)),
            HOST,
            0,
            stopped=stopped,
            ready=ports.append,
        )
    )
    await until(lambda: ports)
    yield ports[0]
    stopped.set_result("stopped")
    await running


@contextlib.asynccontextmanager
async def stock(kind: str, journal: Path) -> AsyncIterator[int]:
    """Listen for clients with stock pygls, until the first of them leaves; gives the port."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(STOCK),
        str(journal),
        kind,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield int(await until(lambda: journal.exists() and journal.read_text().endswith("\n") and journal.read_text()))
        async with asyncio.timeout(END_S):
            await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


@contextlib.asynccontextmanager
async def client_of(port: int) -> AsyncIterator[SocketClient]:
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        yield SocketClient(reader, writer)
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


HOVER = {"textDocument": {"uri": "file:///a.py"}, "position": {"line": 0, "character": 0}}


@subprocesses
async def test_a_reply_goes_to_the_client_that_asked(tmp_path: Path) -> None:
    async with edge("tcp") as port, client_of(port) as first, client_of(port) as second:
        await first.initialize()
        await second.initialize()
        assert (await first.call("of the first", "x/echo") or {})["id"] == "of the first"

    async with stock("tcp", tmp_path / "port") as port, client_of(port) as first:
        await first.initialize()
        async with client_of(port) as second:
            await second.initialize()
            await first.give(id="of the first", method="textDocument/hover", params=HOVER)
            assert (await second.read() or {})["id"] == "of the first"


@subprocesses
async def test_one_client_that_leaves_does_not_end_the_server(tmp_path: Path) -> None:
    async with edge("tcp") as port, client_of(port) as first:
        await first.initialize()
        async with client_of(port) as second:
            await second.initialize()
        assert await first.call(1, "x/echo")

    async with stock("tcp", tmp_path / "port") as port, client_of(port) as first:
        await first.initialize()
        async with client_of(port) as second:
            await second.initialize()
        assert await first.read() is None


@subprocesses
async def test_a_browser_gets_text_frames_and_may_send_a_large_document(tmp_path: Path) -> None:
    hover = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "textDocument/hover", "params": HOVER})
    start = START.partition(b"\r\n\r\n")[2].partition(b"Content-Length")[0].decode()
    large = hover.replace("file:///a.py", "file:///" + "a" * 1024 * 1024)
    async with edge("ws") as port, connect_websocket(f"ws://{HOST}:{port}") as socket:
        await socket.send(start)
        assert isinstance(await socket.recv(), str)
        await socket.send(large)
        assert isinstance(await socket.recv(), str)

    async with stock("ws", tmp_path / "port") as port, connect_websocket(f"ws://{HOST}:{port}") as socket:
        await socket.send(start)
        assert isinstance(await socket.recv(), bytes)
        await socket.send(large)
        with pytest.raises(ConnectionClosedError, match="1009"):
            await socket.recv()
