"""An editor in the same process as the whole server: real store, real runs, no second process."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from taco_lsp.server.app import server_maker
from tests.edge.edge_harness import Client
from tests.support.rows import rows

CAPABILITIES: dict[str, Any] = {
    "workspace": {"applyEdit": True, "workspaceFolders": True, "codeLens": {"refreshSupport": True}},
    "window": {"workDoneProgress": True, "showDocument": {"support": True}},
    "textDocument": {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}},
}


class Session(Client):
    """A client of one TACO server, with its workspace and its store file."""

    workspace: Path
    store: Path
    numbers = 0

    async def verb(self, name: str, **params: Any) -> Any:
        """Send a TACO request; returns the result, raises on an error reply."""
        reply = await self.fetch(name, params)
        assert "error" not in reply, reply
        return reply["result"]

    async def fetch(self, method: str, params: Any = None) -> dict[str, Any]:
        """Send a request; returns the whole reply."""
        return await self.reply(self.start(method, params))

    def start(self, method: str, params: Any = None) -> int:
        """Send a request and do not wait; returns its id."""
        self.numbers += 1
        self.ask(self.numbers, method, params)
        return self.numbers

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Read the store file with plain SQL."""
        return rows(self.store, sql)

    def file(self, name: str, text: str) -> str:
        """Write a file, open it, and return its URI."""
        path = self.workspace / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        self.open(path.as_uri(), text)
        return path.as_uri()

    async def leave(self) -> None:
        """Shut down as an editor does."""
        await self.fetch("shutdown")


Connect = Callable[..., Awaitable[Session]]


@pytest_asyncio.fixture
async def connect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Connect]:
    """Make sessions by `await connect(options=…, capabilities=…)`; they share a store and are shut down at the end."""
    for name in [name for name in os.environ if name.startswith("TACO_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    store, workspace = tmp_path / "taco.db", tmp_path / "work"
    monkeypatch.setenv("TACO_STORE", f"sqlite:///{store}")
    workspace.mkdir()
    made: list[Session] = []
    make_server = server_maker()

    async def start(options: Any = None, capabilities: Any = None) -> Session:
        session = Session(make_server())
        session.store, session.workspace = store, workspace
        await session.initialize(
            initializationOptions=options,
            capabilities=CAPABILITIES if capabilities is None else capabilities,
            workspaceFolders=[{"uri": workspace.as_uri(), "name": "work"}],
        )
        made.append(session)
        return session

    yield start
    for session in made:
        if not session.server.protocol.shutdown_requested:
            await session.leave()


@pytest_asyncio.fixture
async def session(connect: Connect) -> Session:
    """One session with an editor that can do everything."""
    return await connect()
