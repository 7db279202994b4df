"""Every verb on a PostgreSQL store, and the whole data flow once more: the tests of `test_data_flow` on a server.

What a school's roles may see and do is not tested here: the store's owner works in it.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import test_data_flow as flow

from storage import Class, Enrollment
from storage.records import new_id
from taco_lsp import config
from taco_lsp.context import Context
from taco_lsp.errors import TacoError
from taco_lsp.overview.reading import read_overview
from taco_lsp.verbs import BY_NAME
from tests.support.desk import BUGGY, MATERIALS, SOLUTION, Desk, MakeDesk
from tests.support.fake_editor import FakeEditor
from tests.support.postgres import connected

ABOUT_FILES = {test.__name__ for test in (flow.test_the_key_of_the_model_is_nowhere_in_the_store,)}
globals().update(  # collected once more, with the desks of this module
    {name: test for name, test in vars(flow).items() if name.startswith("test_") and name not in ABOUT_FILES}
)


class ServerDesk(Desk):
    """A desk whose store is on a server; plain SQL gives what it gives on a file."""

    def __init__(self, folder: Path, url: str, settings: dict[str, str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.url = folder, url
        self.editor = FakeEditor(folder)
        effective = config.load(environ={"TACO_STORE": url, **settings}, user_file=folder / "no-user-settings.toml")
        assert not effective.problems
        self.ctx = Context(effective, self.editor, grace_s=0)

    def become(self, role: str) -> None:
        self.sql(f"UPDATE users SET role = '{role}'")

    def sql(self, query: str, *values: Any) -> list[dict[str, Any]]:
        for value in values:
            query = query.replace("?", f"'{value}'", 1)
        found: list[dict[str, Any]] = []
        # The desk's plain SQL is no coroutine, and this thread has its loop running already.
        asking = threading.Thread(target=lambda: found.extend(asyncio.run(_ask(self.url, query))))
        asking.start()
        asking.join()
        return found

    def rows(self, table: str) -> list[dict[str, Any]]:
        return self.sql(f"SELECT * FROM {table} ORDER BY 1")  # ids are ordered by time


async def _ask(url: str, query: str) -> list[dict[str, Any]]:
    async with connected(url) as db:
        return [{name: _as_on_a_file(value) for name, value in row.items()} for row in await db.fetch(query)]


def _as_on_a_file(value: Any) -> Any:
    match value:
        case UUID():
            return UUID(str(value)).hex
        case bool():
            return int(value)
        case datetime():
            return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
    return value


@pytest.fixture
async def make_desk(tmp_path: Path, postgres_url: str, no_settings_of_this_machine: None) -> AsyncIterator[MakeDesk]:
    """Sit down at desks that share one store on a server."""
    desks: list[Desk] = []

    def make(folder: str = "work", **settings: str) -> Desk:
        named = {f"TACO_{name}": value for name, value in settings.items()}
        desks.append(ServerDesk(tmp_path / folder, postgres_url, named))
        return desks[-1]

    yield make
    for desk in desks:
        await desk.leave()


class Verbs:
    """Calls verbs and remembers which."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.called: set[str] = set()

    async def __call__(self, verb: str, **params: Any) -> Any:
        self.called.add(f"taco/{verb}")
        return await self.desk.call(verb, **params)


async def test_every_verb_works(desk: Desk, tmp_path: Path) -> None:
    call = Verbs(desk)
    class_id = await _class_of(desk)
    check = {"cases": [{"stdout": "0.0"}]}
    challenge = await desk.add_challenge(class_id=class_id, support_materials={**MATERIALS, "check": check})

    assert [it["id"] for it in (await call("challenge/list"))["challenges"]] == [str(challenge.id)]
    opened = await call("challenge/open", challengeId=challenge.id)
    path = desk.folder / opened["folder"].rpartition("/")[2] / "average.py"
    named = {"textDocument": {"uri": await desk.show(path.as_uri(), BUGGY, path=path)}}
    answer = await call("ask", **named, kind="hint")
    assert answer["hintLevel"] == 1
    await call("feedback", interactionId=answer["interactionId"], helpful=True)
    ran = await call("run", **named)
    assert (ran["exitCode"], ran["interactionId"]) == (1, answer["interactionId"])
    assert (await call("run/report", **named, command="x", stdout="1", stderr="", exitCode=0))["runId"]
    assert (await call("solution/save", **named))["revisionId"]
    desk.editor.type(named["textDocument"]["uri"], SOLUTION)
    await call("solution/save", **named)
    desk.editor.type(named["textDocument"]["uri"], f"{SOLUTION}print(average([0]))\n")
    assert (await call("test", **named))["passed"]
    await call("solution/save", **named)
    [seat] = (await read_overview(await desk.ctx.store.get(), UUID(str(class_id)))).seats
    assert [signal.rule for signal in seat.signals] == ["testsPassed"]
    history = (await call("solution/history", **named))["revisions"]
    assert len(history) == 3
    assert (await call("solution/restore", **named, revisionId=history[0]["id"]))["applied"]
    assert (await call("conversation/open", **named))["uri"]

    journey = await call("journey", **named)
    assert {"open", "hint", "run", "edit"} <= {event["kind"] for event in journey["events"]}
    assert Path((await call("journey/report", **named))["uri"].removeprefix("file://")).exists()
    await call("recording/pause")
    await call("recording/resume")
    assert (await call("status", **named))["store"]["url"].startswith("postgresql://")
    assert (await call("data/show"))["recorded"]
    exported = await call("data/export", path=str(tmp_path / "mine.json"))
    assert exported["rows"]["llm_interactions"] == 1
    assert "store" in str(await call("config/show"))

    desk.become("teacher")
    event = next(event for event in journey["events"] if event["kind"] == "run")
    assert (await call("note/add", eventId=event["id"], text="Look at the range."))["note"]
    assert (await call("note/list", **named))["notes"]
    assert (await call("class/list"))["classes"]
    assert len((await call("class/roster", classId=class_id))["members"]) == 1
    assert (await call("class/overview", classId=class_id))["challenges"]
    desk.become("student")

    assert (await call("session/end", **named))["endedAt"]
    assert (await call("data/delete", challengeId=challenge.id, confirmed=True))["deletions"]
    assert (await call("account/whoAmI"))["userId"]
    assert await call("sync/status")
    for verb in ("sync/now", "account/signIn", "account/signOut"):  # a server is no place to sync or sign in from
        params = {"email": "ada@school.example"} if verb == "account/signIn" else {}
        outcome = (await asyncio.gather(call(verb, **params), return_exceptions=True))[0]
        assert not isinstance(outcome, BaseException) or isinstance(outcome, TacoError), outcome
    assert set(BY_NAME) - call.called == set()


async def _class_of(desk: Desk) -> UUID:
    """Put the student into a class."""
    store = await desk.ctx.store.get()
    async with store.write() as tx:
        user = await tx.users.local_profile()
        class_ = Class(id=new_id(), organization_id=user.organization_id, name="9b", created_by_user_id=user.id)
        await tx.classes.add(class_)
        await tx.classes.enrol(Enrollment(user_id=user.id, class_id=class_.id))
    return class_.id
