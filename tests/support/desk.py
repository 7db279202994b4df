"""A student's desk: a fake editor in front of the real features, on a real store file."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

from storage import Challenge
from taco_lsp import config
from taco_lsp.context import Context, Document
from taco_lsp.features import sessions, solutions
from taco_lsp.features.conversation import is_conversation
from taco_lsp.tutor import builtin
from taco_lsp.verbs import BY_NAME, call, command
from tests.support.fake_editor import FakeEditor

KEY = "test-key-4f1c"
STARTER = 'def average(numbers):\n    """Return the average."""\n'
SOLUTION = """\
def average(numbers):
    total = 0
    for number in numbers:
        total = total + number
    return total / len(numbers)
"""
BUGGY = """\
def average(numbers):
    total = 0
    for i in range(len(numbers) + 1):
        total = total + numbers[i]
    return total / len(numbers)


print(average([1, 2]))
"""
HINT = "Which positions does the loop visit?"
MATERIALS: Mapping[str, Any] = {
    "files": {"average.py": STARTER},
    "main": "average.py",
    "hints": [{"rung": 1, "text": HINT}],
}
TABLES = (
    "sessions",
    "llm_interactions",
    "runs",
    "challenge_solutions",
    "challenge_solutions_history",
    "challenges",
)


class Desk:
    """One connection of one student."""

    def __init__(self, folder: Path, store: Path, settings: Mapping[str, str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.store = store
        self.editor = FakeEditor(folder)
        environ = {"TACO_STORE": f"sqlite:///{store.as_posix()}", **settings}
        effective = config.load(environ=environ, user_file=folder / "no-user-settings.toml")
        assert not effective.problems
        self.ctx = Context(effective, self.editor, grace_s=0)

    async def call(self, verb: str, **params: Any) -> Any:
        """Send a request in wire form, get the result in wire form."""
        return _as_sent(await call(self.ctx, BY_NAME[f"taco/{verb}"], _as_sent(params)))

    async def command(self, verb: str, **params: Any) -> Any:
        """The same through the other door."""
        return _as_sent(await command(self.ctx, BY_NAME[f"taco/{verb}"], [_as_sent(params)]))

    async def about(self, verb: str, uri: str, **params: Any) -> Any:
        """Call a verb about a document."""
        return await self.call(verb, textDocument={"uri": uri}, **params)

    async def open(self, name: str, text: str = "", language: str = "python") -> str:
        """Write a file and open it in the editor, as `didOpen` does; return its URI."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return await self.show(path.as_uri(), text, language=language, path=path)

    async def show(self, uri: str, text: str = "", language: str = "python", path: Path | None = None) -> str:
        """Open a document in the editor without touching the disk."""
        document = Document(uri=uri, path=path, language_id=language, text=text)
        self.editor.open[uri] = document
        if not is_conversation(path):
            self.ctx.used(uri)
            await sessions.opened(self.ctx, document)
        return uri

    async def save(self, uri: str, text: str) -> None:
        """Type a text and save it, as `didSave` does."""
        await solutions.did_save(self.ctx, self.editor.type(uri, text))

    async def close(self, uri: str) -> None:
        """Close a document, as `didClose` does, and wait for what follows."""
        await self.start_closing(uri)
        await asyncio.gather(*self.ctx.seats._leaving)

    async def start_closing(self, uri: str) -> None:
        """Close a document; its session ends when nobody comes back."""
        del self.editor.open[uri]
        await sessions.closed(self.ctx, uri)

    async def leave(self) -> None:
        """End the connection."""
        await self.ctx.close()

    async def add_challenge(self, **changes: Any) -> Challenge:
        """Put a challenge into the store."""
        store = await self.ctx.store.get()
        async with store.write() as tx:
            model = await tx.models.ensure(builtin.NAME, builtin.VERSION)
            fields = {"title": "Average of a list", "statement": "Write a function.", "support_materials": MATERIALS}
            solution = {"solutions": [{"files": {"average.py": SOLUTION}}]}
            challenge = Challenge(**{"model_id": model.id, **fields, "possible_solutions": solution, **changes})
            await tx.challenges.add(challenge)
        return challenge

    async def sit_down(self, text: str | None = None, **changes: Any) -> str:
        """Add a challenge, open it, and open its main file in the editor; return the file's URI."""
        challenge = await self.add_challenge(**changes)
        opened = await self.call("challenge/open", challengeId=challenge.id)
        path = self.folder / opened["folder"].rpartition("/")[2] / opened["files"][0].rpartition("/")[2]
        written = path.read_text(encoding="utf-8")
        return await self.show(path.as_uri(), written if text is None else text, path=path)

    def become(self, role: str) -> None:
        """Have another role from now on, before anything else is done here."""
        with closing(sqlite3.connect(self.store)) as connection, connection:
            connection.execute("UPDATE users SET role = ?", (role,))

    def sql(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """Ask the store file itself."""
        with closing(sqlite3.connect(self.store)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query, values)]

    def rows(self, table: str) -> list[dict[str, Any]]:
        """All rows of a table, in the order they were written."""
        return self.sql(f"SELECT * FROM {table} ORDER BY rowid")

    def counts(self) -> dict[str, int]:
        """How many rows each table has."""
        return {table: len(self.rows(table)) for table in TABLES}


MakeDesk = Callable[..., Desk]


def _as_sent(value: Any) -> Any:
    """What is left of a value after a trip through JSON."""
    return json.loads(json.dumps(value, default=_plain))


def _plain(value: Any) -> Any:
    assert isinstance(value, UUID), f"{value!r} is not JSON"
    return str(value)
