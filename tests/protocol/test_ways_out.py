"""Every way a connection can end: accepted work is on disk, children are gone, the process ends in time."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from taco_lsp.edge.framing import Frame, FrameParser, frame
from tests.support.editors import SERVER, clean_environ
from tests.support.messages import Checker
from tests.support.rows import rows

pytestmark = pytest.mark.subprocess

SLEEPER = "import os, time\nopen('pid', 'w').write(str(os.getpid()))\ntime.sleep(600)\n"
END_S = 2.0
SLACK_S = 3.0  # two cores shared with other tests


class Server:
    """The real server and the bytes to and from it."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path) -> None:
        self.process, self.folder, self.store = process, folder, folder / "taco.db"
        self._parser = FrameParser()
        self._checker = Checker()
        self._replies: dict[int, dict[str, object]] = {}

    def give(self, **message: object) -> None:
        assert self.process.stdin
        self._checker.asked(message)
        self.process.stdin.write(frame(json.dumps({"jsonrpc": "2.0", **message}).encode()))

    async def reply(self, ident: int) -> dict[str, object]:
        assert self.process.stdout
        async with asyncio.timeout(30):
            while ident not in self._replies:
                data = await self.process.stdout.read(65536)
                assert data, "the server ended without a reply"
                self._parser.feed(data)
                for item in self._parser.items():
                    assert isinstance(item, Frame)
                    message = json.loads(item.body)
                    self._checker.check(message)
                    if "method" not in message:
                        self._replies[message["id"]] = message
        return self._replies[ident]

    async def ended(self) -> int:
        """Wait for the end of the process; returns the exit code, fails when it takes too long."""
        begun = time.monotonic()
        assert self.process.stdout
        async with asyncio.timeout(END_S + SLACK_S):
            await self.process.stdout.read()
            code = await self.process.wait()
        assert time.monotonic() - begun < END_S + SLACK_S
        return code

    async def busy(self) -> int:
        """Save a solution, then start a program that never ends; returns the program's process id."""
        path = self.folder / "work" / "sleeper.py"
        path.parent.mkdir()
        path.write_text(SLEEPER)
        document = {"uri": path.as_uri(), "languageId": "python", "version": 1, "text": SLEEPER}
        named = {"textDocument": {"uri": path.as_uri()}}
        self.give(method="textDocument/didOpen", params={"textDocument": document})
        self.give(id=2, method="taco/solution/save", params=named)
        assert "result" in await self.reply(2)
        self.give(id=3, method="taco/run", params=named)
        async with asyncio.timeout(20):
            while not (path.parent / "pid").exists() or not (path.parent / "pid").read_text():
                await asyncio.sleep(0.02)
        return int((path.parent / "pid").read_text())


async def start(tmp_path: Path, parent: int | None = None) -> Server:
    environ = clean_environ({"TACO_STORE": f"sqlite:///{tmp_path / 'taco.db'}"})
    process = await asyncio.create_subprocess_exec(
        *SERVER, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, env=environ
    )
    server = Server(process, tmp_path)
    about = {"processId": parent, "rootUri": None, "capabilities": {}}
    server.give(id=1, method="initialize", params=about)
    assert "result" in await server.reply(1)
    server.give(method="initialized", params={})
    return server


@pytest_asyncio.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    running = await start(tmp_path)
    yield running
    if running.process.returncode is None:
        running.process.kill()
    await running.process.wait()


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").exists() and Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] == "Z"


def check_left_behind(server: Server, child: int) -> None:
    """What was accepted is on disk, the session has ended, and the student's program is gone."""
    assert is_gone(child)
    (session,) = rows(server.store, "SELECT ended_at FROM sessions")
    assert session["ended_at"] is not None
    assert len(rows(server.store, "SELECT * FROM challenge_solutions")) == 1
    assert rows(server.store, "SELECT * FROM session_owners") == []


async def test_shutdown_and_exit(server: Server) -> None:
    child = await server.busy()
    server.give(id=9, method="shutdown")
    server.give(method="exit")
    assert await server.ended() == 0
    check_left_behind(server, child)


async def test_exit_without_shutdown(server: Server) -> None:
    child = await server.busy()
    server.give(method="exit")
    assert await server.ended() == 1
    check_left_behind(server, child)


async def test_the_editor_closes_the_pipe(server: Server) -> None:
    child = await server.busy()
    assert server.process.stdin
    server.process.stdin.close()
    assert await server.ended() == 1
    check_left_behind(server, child)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
async def test_a_signal(server: Server, name: str) -> None:
    child = await server.busy()
    server.process.send_signal(getattr(signal, name))
    await server.ended()
    check_left_behind(server, child)


async def test_the_editor_dies_and_its_pipe_stays_open(tmp_path: Path) -> None:
    editor = await asyncio.create_subprocess_exec(sys.executable, "-c", "import time; time.sleep(600)")
    server = await start(tmp_path, parent=editor.pid)
    child = await server.busy()
    editor.kill()
    await editor.wait()
    await server.ended()
    check_left_behind(server, child)


async def test_a_killed_server_loses_nothing_and_the_next_one_ends_its_session(server: Server) -> None:
    child = await server.busy()
    server.process.kill()
    await server.process.wait()
    os.kill(child, signal.SIGKILL)
    assert rows(server.store, "SELECT ended_at FROM sessions") == [{"ended_at": None}]

    following = await start(server.folder)
    async with asyncio.timeout(20):
        while rows(server.store, "SELECT ended_at FROM sessions") == [{"ended_at": None}]:
            await asyncio.sleep(0.02)
    (saved,) = rows(server.store, "SELECT saved_at FROM challenge_solutions_history")
    assert rows(server.store, "SELECT ended_at FROM sessions") == [{"ended_at": saved["saved_at"]}]
    following.give(id=9, method="shutdown")
    following.give(method="exit")
    assert await following.ended() == 0
