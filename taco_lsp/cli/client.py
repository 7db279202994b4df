"""A small LSP client that starts the real server and talks to it over stdio; what `taco demo` plays a student with.

Not an editor: it answers every request of the server with null and keeps notifications in a list.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from taco_lsp.edge.framing import Frame, FrameParser, frame
from taco_lsp.errors import TacoError

ANSWER_TIMEOUT_S = 60.0
EXIT_TIMEOUT_S = 10.0


class ServerFailed(TacoError):
    """The server did not start, did not answer in time, or answered with an error."""

    code = -32603
    kind = "serverFailed"


class Client:
    """The client's end of one connection."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.notifications: list[tuple[str, Any]] = []
        self.on_notification: Callable[[str, Any], None] = lambda method, params: None
        self._process = process
        self._answers: dict[int, asyncio.Future[Any]] = {}

    async def request(self, method: str, params: Any = None) -> Any:
        """Send a request and wait for its result.

        Raises:
            ServerFailed: an error reply, no reply in time, or the server is gone.
        """
        number = len(self._answers) + 1
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        await self._send({"id": number, "method": method, "params": params})
        try:
            return await asyncio.wait_for(answer, ANSWER_TIMEOUT_S)
        except TimeoutError:
            raise ServerFailed(f"The server did not answer {method} in time.") from None

    async def notify(self, method: str, params: Any = None) -> None:
        """Send a notification."""
        await self._send({"method": method, "params": params})

    async def read(self) -> None:
        """Take in what the server says until it is gone."""
        assert self._process.stdout
        parser = FrameParser()
        while data := await self._process.stdout.read(65536):
            parser.feed(data)
            for item in parser.items():
                if isinstance(item, Frame):
                    await self._take(json.loads(item.body))
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(ServerFailed("The server is gone.", "Run `taco-lsp` by hand to see why."))

    async def _send(self, message: Mapping[str, Any]) -> None:
        assert self._process.stdin
        self._process.stdin.write(frame(json.dumps({"jsonrpc": "2.0", **message}).encode()))
        await self._process.stdin.drain()

    async def _take(self, message: Mapping[str, Any]) -> None:
        if "method" not in message:
            self._settle(message)
        elif "id" in message:
            await self._send({"id": message["id"], "result": None})
        else:
            self.notifications.append((message["method"], message.get("params")))
            self.on_notification(message["method"], message.get("params"))

    def _settle(self, message: Mapping[str, Any]) -> None:
        answer = self._answers.get(message["id"])
        if answer is None or answer.done():
            return
        if error := message.get("error"):
            answer.set_exception(ServerFailed(error["message"], (error.get("data") or {}).get("hint", "")))
        else:
            answer.set_result(message.get("result"))


@asynccontextmanager
async def connected(folder: str, environ: Mapping[str, str]) -> AsyncIterator[Client]:
    """Start the server in a folder, initialize it, and shut it down at the end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-m", "taco_lsp", cwd=folder, env={**os.environ, **environ},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    client = Client(process)
    reading = asyncio.create_task(client.read())
    try:
        root = {"uri": _uri(folder), "name": "demo"}
        capabilities = {"workspace": {"workspaceFolders": True}}
        await client.request(
            "initialize", {"processId": os.getpid(), "capabilities": capabilities, "workspaceFolders": [root]}
        )
        await client.notify("initialized", {})
        yield client
        await client.request("shutdown")
        await client.notify("exit")
        await asyncio.wait_for(process.wait(), EXIT_TIMEOUT_S)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await reading


def _uri(folder: str) -> str:
    from pathlib import Path  # noqa: PLC0415

    return Path(folder).as_uri()
