"""The people of a school, each with a machine of their own: a folder, a store, and the real programs."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import attrs

from tests.support.editors import Editor, clean_environ, start
from tests.support.postgres import Server

TACO = [sys.executable, "-I", "-c", "from taco_lsp.cli.main import run; run()"]
NOBODYS_KEYRING = "keyring.backends.null.Keyring"


@attrs.frozen(kw_only=True)
class Database:
    """Where the school's data is."""

    server: Server
    name: str

    def url(self, email: str, password: str) -> str:
        """How an account opens it."""
        return self.server.url(self.name, quote(email, safe=""), password)

    @property
    def remote(self) -> str:
        """What everybody's settings say, without any user."""
        return f"postgresql:///{self.name}?host={self.server.folder}"


@attrs.frozen(kw_only=True)
class Person:
    """Somebody at a machine; `settings` are the variables that a person's environment has."""

    email: str
    password: str = attrs.field(repr=False)
    folder: Path
    school: Database
    settings: Mapping[str, str] = attrs.field(factory=dict)

    @property
    def at_school(self) -> str:
        """The URL of the school's database under this account."""
        return self.school.url(self.email, self.password)

    @property
    def environ(self) -> dict[str, str]:
        """What the programs of this person get."""
        folder = self.folder / "home"
        return clean_environ({
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_DATA_HOME": str(folder / "data"),
            "PYTHON_KEYRING_BACKEND": NOBODYS_KEYRING,
            "TACO_STORE": f"sqlite:///{(self.folder / 'taco.db').as_posix()}",
            "TACO_SYNC_REMOTE": self.school.remote,
            **self.settings,
        })  # fmt: skip

    async def taco(self, *words: object, stdin: str = "") -> Any:
        """Run a command; the JSON that it prints."""
        process = await asyncio.create_subprocess_exec(
            *TACO, *map(str, words), "--json", env=self.environ, cwd=self.folder,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            async with asyncio.timeout(60):
                out, errors = await process.communicate(stdin.encode())
        finally:
            if process.returncode is None:
                process.kill()
        assert process.returncode == 0, (words, out.decode(), errors.decode())
        return json.loads(out)

    @asynccontextmanager
    async def editor(self) -> AsyncIterator[Editor]:
        """Start an editor with the server, in a workspace."""
        workspace = self.folder / "work"
        workspace.mkdir()
        client = await start("visual_studio_code", workspace, self.environ)
        try:
            yield client
        finally:
            async with asyncio.timeout(30):
                await client.shutdown_session()
                await client.stop()
