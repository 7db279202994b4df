"""`taco demo`: a whole student session, played on the real server with a store of its own.

The student, the challenge and the bug are samples; the server, the store, the program runs and the tutor's answers are
the real ones.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import attrs

from storage import open_store
from taco_lsp import samples
from taco_lsp.authoring.challenge_folder import read_challenge
from taco_lsp.cli.client import Client, connected
from taco_lsp.journey.reading import read_with_code
from taco_lsp.journey.report import render
from taco_lsp.tutor import builtin
from taco_lsp.wire.converter import to_wire
from taco_lsp.wire.types import Event

FIRST_ATTEMPT = '''\
import sys


def average(numbers):
    """Return the average of a list of numbers."""
    total = 0
    for i in range(len(numbers) + 1):
        total = total + numbers[i]
    return total / len(numbers)


numbers = [float(line) for line in sys.stdin]
print(average(numbers))
'''
SECOND_ATTEMPT = FIRST_ATTEMPT.replace("range(len(numbers) + 1)", "range(len(numbers))")
STDIN = "3\n4\n5\n"

Show = Callable[[str, str], None]
"""Called with the title of a step and what happened, as Markdown."""


@attrs.frozen(kw_only=True)
class Played:
    """What the demo left behind; the numbers are read from the store, not from the replies."""

    store: Path
    session_id: UUID
    challenge_id: UUID
    interactions: int
    runs: int
    revisions: int
    ended_at: str
    report: Path
    events: tuple[Event, ...]

    def as_json(self) -> str:
        """The documented JSON form."""
        fields = {
            "store": str(self.store),
            "sessionId": str(self.session_id),
            "challengeId": str(self.challenge_id),
            "interactions": self.interactions,
            "runs": self.runs,
            "revisions": self.revisions,
            "endedAt": self.ended_at,
            "report": str(self.report),
        }
        return json.dumps(fields, indent=2)


def play(keep: Path | None, show: Show) -> Played:
    """Play the demo in `keep`, or in a new temporary folder, which is left for the caller to read or remove."""
    folder = keep or Path(tempfile.mkdtemp(prefix="taco-demo-"))
    folder.mkdir(parents=True, exist_ok=True)
    return asyncio.run(_play(folder.resolve(), show))


async def _play(folder: Path, show: Show) -> Played:
    store, work = folder / "taco.db", folder / "work"
    work.mkdir(exist_ok=True)
    challenge_id = await _add_challenge(store)
    # No setting of this machine may reach the demo: it plays the built-in tutor on its own store.
    environ = {"TACO_STORE": _url(store), "TACO_MODEL_ENDPOINT": "", "XDG_CONFIG_HOME": str(folder / "config")}
    async with connected(str(work), environ) as client:
        session_id = await Student(client, show).work(challenge_id)
    return await _look_back(folder, store, session_id, challenge_id)


class Student:
    """A student at an editor: types, asks, runs, saves, closes."""

    def __init__(self, client: Client, show: Show) -> None:
        self._client = client
        self._show = show
        self._uri = ""
        self._version = 0

    async def work(self, challenge_id: UUID) -> UUID:
        """Go through the whole session; return its id."""
        opened = await self._client.request("taco/challenge/open", {"challengeId": str(challenge_id)})
        self._uri = opened["files"][0]
        self._show("The student opens the challenge", f"**{opened['title']}**, with one file to work in.")
        await self._open_document()
        await self._type(FIRST_ATTEMPT)
        self._show("writes a first attempt", f"```python\n{FIRST_ATTEMPT}```")
        await self._ask("asks for a hint", "hint")
        await self._run("runs it")
        await self._ask("asks what the error means", "explain")
        await self._type(SECOND_ATTEMPT)
        self._show("changes the loop", "`range(len(numbers) + 1)` became `range(len(numbers))`.")
        await self._run("runs it again")
        await self._save()
        await self._client.notify("textDocument/didClose", {"textDocument": {"uri": self._uri}})
        self._show("closes the file", "The session has ended.")
        return UUID(opened["sessionId"])

    async def _open_document(self) -> None:
        document = {"uri": self._uri, "languageId": "python", "version": 0, "text": ""}
        await self._client.notify("textDocument/didOpen", {"textDocument": document})

    async def _type(self, code: str) -> None:
        self._version += 1
        document = {"uri": self._uri, "version": self._version}
        await self._client.notify(
            "textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": code}]}
        )

    async def _ask(self, title: str, kind: str) -> None:
        answer = await self._client.request("taco/ask", {**self._named(), "kind": kind})
        level = f" (hint {answer['hintLevel']} of {answer['nextHint']['ceiling']})" if "hintLevel" in answer else ""
        self._show(f"{title}{level}", answer["response"])

    async def _run(self, title: str) -> None:
        run = await self._client.request("taco/run", {**self._named(), "stdin": STDIN})
        output = (run["stdout"] + run["stderr"]).rstrip()
        said = f"\n\nMarked on line {run['line']}: {run['explanation']}" if run.get("line") else ""
        self._show(f"{title}: exit code {run['exitCode']}", f"```text\n{output}\n```{said}")

    async def _save(self) -> None:
        saved = await self._client.request("taco/solution/save", self._named())
        self._show("saves the solution", f"Version {saved['revisionId']} is on record.")

    def _named(self) -> dict[str, Any]:
        return {"textDocument": {"uri": self._uri}}


async def _add_challenge(path: Path) -> UUID:
    store = await open_store(_url(path))
    try:
        async with store.write() as tx:
            model = await tx.models.ensure(builtin.NAME, builtin.VERSION)
            challenge = read_challenge(samples.AVERAGE, model_id=model.id)
            await tx.challenges.add(challenge)
        return challenge.id
    finally:
        await store.close()


async def _look_back(folder: Path, path: Path, session_id: UUID, challenge_id: UUID) -> Played:
    """Read from the store what was recorded, and write the report."""
    store = await open_store(_url(path))
    try:
        user = await store.local_profile()
        journey = await read_with_code(store, user.id, session_id=session_id)
    finally:
        await store.close()
    report = folder / "journey.html"
    report.write_text(render(journey), encoding="utf-8", errors="replace", newline="\n")
    kinds = Counter(event.kind for event in journey.events)
    return Played(
        store=path,
        session_id=session_id,
        challenge_id=challenge_id,
        interactions=kinds["answer"] + kinds["hint"],
        runs=kinds["run"],
        revisions=kinds["edit"],
        ended_at=next((to_wire(event.at) for event in journey.events if event.kind == "close"), ""),
        report=report,
        events=journey.events,
    )


def _url(path: Path) -> str:
    return f"sqlite:///{path.as_posix()}"
