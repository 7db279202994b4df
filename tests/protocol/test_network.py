"""The server on TCP and WebSocket: many clients, one store, nobody else's documents, no strangers."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from taco_lsp.edge.framing import Frame, FrameParser, frame
from tests.support.editors import SERVER, clean_environ
from tests.support.messages import Checker
from tests.support.rows import rows

pytestmark = pytest.mark.subprocess


@asynccontextmanager
async def serving(tmp_path: Path, option: str, environ: Mapping[str, str] | None = None) -> AsyncIterator[int]:
    """Run the server on a free port of this machine; gives the port."""
    env = clean_environ({"TACO_STORE": f"sqlite:///{tmp_path / 'taco.db'}", **(environ or {})})
    process = await asyncio.create_subprocess_exec(
        *SERVER, option, "127.0.0.1:0", env=env, stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr
    try:
        async with asyncio.timeout(30):
            line = (await process.stderr.readline()).decode()
        found = re.search(r":(\d+)$", line.strip())
        assert found, line
        yield int(found[1])
        process.terminate()
        async with asyncio.timeout(10):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
        await process.stderr.read()
        await process.wait()


class WebClient:
    """A browser's end: one text frame, one message."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._ident = 0
        self._checker = Checker()

    async def call(self, method: str, params: Any = None) -> Any:
        self._ident += 1
        await self.send(id=self._ident, method=method, params=params)
        async with asyncio.timeout(30):
            while True:
                data = await self._connection.recv()
                assert isinstance(data, str), "browser editors read text frames"
                message = json.loads(data)
                self._checker.check(message)
                if message.get("id") == self._ident and "method" not in message:
                    return message

    async def send(self, **message: Any) -> None:
        self._checker.asked(message)
        await self._connection.send(json.dumps({"jsonrpc": "2.0", **message}))

    async def open(self, uri: str, text: str) -> None:
        assert "result" in await self.call("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        await self.send(method="initialized", params={})
        document = {"uri": uri, "languageId": "python", "version": 1, "text": text}
        await self.send(method="textDocument/didOpen", params={"textDocument": document})


async def test_web_clients_share_a_store_and_nothing_else(tmp_path: Path) -> None:
    uri = "inmemory://model/1"
    named = {"textDocument": {"uri": uri}}
    async with serving(tmp_path, "--ws") as port, connect(f"ws://127.0.0.1:{port}") as a, connect(
        f"ws://127.0.0.1:{port}"
    ) as b:  # fmt: skip
        first, second = WebClient(a), WebClient(b)
        await first.open(uri, "print('first')\n")
        await second.open(uri, "print('second')\n")

        runs = await asyncio.gather(first.call("taco/run", named), second.call("taco/run", named))
        assert [run["result"]["stdout"] for run in runs] == ["first\n", "second\n"]
        await a.close()
        assert (await second.call("taco/ask", {**named, "kind": "hint"}))["result"]["hintLevel"] == 1

    assert [row["n"] for row in rows(tmp_path / "taco.db", "SELECT count(*) AS n FROM sessions")] == [2]
    assert rows(tmp_path / "taco.db", "SELECT * FROM sessions WHERE ended_at IS NULL") == []


async def test_a_client_from_the_network_may_not_set_what_runs(tmp_path: Path) -> None:
    async with serving(tmp_path, "--tcp") as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        checker = Checker()
        options = {"store": f"sqlite:///{tmp_path / 'other.db'}", "run": {"commands": {"python": {"run": ["sh"]}}}}
        about = {"processId": None, "rootUri": None, "capabilities": {}, "initializationOptions": options}
        for message in (
            {"id": 1, "method": "initialize", "params": about},
            {"method": "initialized", "params": {}},
            {"id": 2, "method": "taco/config/show"},
            {
                "id": 3,
                "method": "taco/status",
                "params": {},
            },  # opens the store
        ):
            checker.asked(message)
            writer.write(frame(json.dumps({"jsonrpc": "2.0", **message}).encode()))
        parser, answers = FrameParser(), {}
        async with asyncio.timeout(30):
            while answers.keys() != {1, 2, 3}:
                parser.feed(await reader.read(65536))
                messages = [json.loads(item.body) for item in parser.items() if isinstance(item, Frame)]
                for message in messages:
                    checker.check(message)
                answers |= {m["id"]: m["result"] for m in messages if "result" in m}
        writer.close()
        await writer.wait_closed()

    shown = answers[2]
    sources = {setting["key"]: setting["source"] for setting in shown["settings"]}
    assert (sources["store"], sources["run.commands"]) == ("environment", "default")
    assert len(shown["problems"]) == 2
    assert not (tmp_path / "other.db").exists()


async def test_an_open_address_needs_a_token() -> None:
    process = await asyncio.create_subprocess_exec(
        *SERVER, "--ws", "0.0.0.0:0", env=clean_environ({}), stderr=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(30):
        _, errors = await process.communicate()
    assert process.returncode == 2
    assert b"TACO_SERVER_TOKEN" in errors
    assert b"Traceback" not in errors


@pytest.mark.parametrize(("options", "words"), [(["--tcp", "nowhere"], b"HOST:PORT"), (["--nope"], b"--nope")])
async def test_wrong_usage_is_told_without_a_traceback(options: list[str], words: bytes) -> None:
    process = await asyncio.create_subprocess_exec(*SERVER, *options, stderr=asyncio.subprocess.PIPE)
    async with asyncio.timeout(30):
        _, errors = await process.communicate()
    assert process.returncode == 2
    assert words in errors
    assert b"Traceback" not in errors


async def test_the_options_that_vs_code_adds_mean_stdio() -> None:
    process = await asyncio.create_subprocess_exec(
        *SERVER, "--stdio", "--clientProcessId=1", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    about = {"processId": None, "rootUri": None, "capabilities": {}}
    request = frame(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": about}).encode())
    async with asyncio.timeout(30):
        answer, _ = await process.communicate(request)
    assert b'"serverInfo"' in answer
