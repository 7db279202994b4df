"""Sync as an editor and a command line see it: verbs, notifications, status, and the teacher's view of a journey."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from typer.testing import CliRunner

from taco_lsp import config
from taco_lsp.cli import main
from taco_lsp.context import Context
from taco_lsp.errors import Forbidden, TacoError
from taco_lsp.sync import loop
from taco_lsp.verbs import BY_NAME, call, command
from tests.support.fake_editor import FakeEditor
from tests.support.sync_school import PASSWORD, Lab, Machine, School, until

Sit = Callable[[Machine], Context]


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, school: School) -> None:
    """The settings of a person at this school, and nothing of whoever runs the tests."""
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("TACO_SYNC_REMOTE", f"postgresql:///{school.database}?host={school.server.folder}")
    monkeypatch.setenv("TACO_SYNC_PASSWORD", PASSWORD)
    monkeypatch.setattr(loop, "SETTLE_S", 0.01)


@pytest.fixture
async def sit(tmp_path: Path) -> AsyncIterator[Sit]:
    """Open an editor at a machine."""
    contexts: list[Context] = []

    def sit_at(machine: Machine) -> Context:
        environ = {**os.environ, "TACO_STORE": machine.store.info.url}
        contexts.append(Context(config.load(environ=environ), FakeEditor(tmp_path), grace_s=0))
        return contexts[-1]

    yield sit_at
    for context in contexts:
        await context.close()


async def ask(ctx: Context, verb: str, **params: Any) -> Any:
    """Send a request, and let sync see to it as the server does."""
    result = await call(ctx, BY_NAME[f"taco/{verb}"], params)
    ctx.syncer.poke()
    return result


async def test_from_signing_in_to_the_teachers_timeline(school: School, lab: Lab, sit: Sit) -> None:
    desk = sit(await lab.machine("ada", signed_in=False))
    assert (await ask(desk, "sync/status"))["state"] == "signedOut"
    await ask(desk, "account/signIn", email="ada@school.example", password=PASSWORD)
    status = await ask(desk, "sync/now")
    assert (status["state"], status["unsent"]) == ("idle", 0) and status["syncedAt"]
    titles = {challenge["title"] for challenge in (await ask(desk, "challenge/list"))["challenges"]}
    assert titles == {"Task of 9a", "Task of 9b"}
    opened = await ask(desk, "challenge/open", challengeId=str(school.challenges["9a"].id))
    teacher = sit(await lab.machine("tess"))
    async with asyncio.timeout(60):
        while UUID(opened["sessionId"]) not in await school.ids("sessions"):
            await asyncio.sleep(0.02)
    await ask(teacher, "sync/now")
    events = (await ask(teacher, "journey", student="ada@school.example"))["events"]
    assert [event["kind"] for event in events] == ["open"]
    assert (await ask(teacher, "status"))["sync"]["state"] == "idle"
    with pytest.raises(Forbidden):
        await ask(desk, "journey", student="bob@school.example")


async def test_the_editor_is_told_what_sync_does(lab: Lab, sit: Sit) -> None:
    desk = sit(await lab.machine("ada"))
    assert isinstance(desk.editor, FakeEditor)
    desk.syncer.poke()

    def told() -> list[str]:
        return [value.state for method, value in desk.editor.sent if method == "taco/sync/didChange"]  # type: ignore[attr-defined]

    await until(lambda: "idle" in told())
    assert told()[0] == "syncing"


async def test_a_student_without_a_plugin_is_told_in_words(lab: Lab, sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = sit(await lab.machine("ada"))
    assert isinstance(desk.editor, FakeEditor)
    await command(desk, BY_NAME["taco/sync/now"], [])
    assert desk.editor.said[-1] == ("Everything is in sync with your school.", "info")
    monkeypatch.setenv("TACO_SYNC_PASSWORD", "wrong")
    await command(desk, BY_NAME["taco/sync/now"], [])
    text, level = desk.editor.said[-1]
    assert level == "warning" and "Sign in again" in text


async def run(machine: Machine, *arguments: str) -> tuple[int, str]:
    """Run `taco` as the person at a machine; the exit code and what it printed."""
    environ = {"TACO_STORE": machine.store.info.url}
    done = await asyncio.to_thread(CliRunner(env=environ).invoke, main.app, arguments)
    if isinstance(done.exception, TacoError):
        return 1, str(done.exception)
    return done.exit_code, done.stdout


async def test_the_command_line_syncs_and_shows_a_student_s_journey(school: School, lab: Lab) -> None:
    student, teacher = await lab.machine("ada"), await lab.machine("tess")
    code, out = await run(student, "sync", "--json")
    assert (code, json.loads(out)["state"]) == (0, "idle")
    for name in ("9a", "9b"):
        await student.leave(await student.sit_down(school.challenges[name]))
    assert (await run(student, "sync", "--status"))[1] == "Still to be sent to your school: 2.\n"
    assert (await run(student, "sync"))[1].startswith("Everything is in sync with your school. (2 sent")
    assert (await run(teacher, "sync"))[0] == 0
    code, out = await run(teacher, "journey", "--student", "ada@school.example", "--class", "9b", "--json")
    assert [event["kind"] for event in json.loads(out)["events"]] == ["open", "close"]
    assert await run(student, "journey", "--student", "bob@school.example") == (
        1,
        "Only those who teach see somebody else's journey.",
    )


async def test_the_command_line_says_what_is_wrong(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    student = await lab.machine("ada")
    monkeypatch.setenv("TACO_SYNC_PASSWORD", "wrong")
    code, out = await run(student, "sync", "--json")
    assert (code, json.loads(out)["trouble"]) == (1, "signIn")
    monkeypatch.delenv("TACO_SYNC_REMOTE")
    assert await run(student, "sync") == (0, "No school server is set, so nothing is synced.\n")


async def test_signing_in_with_the_right_password_ends_the_wait(
    school: School, lab: Lab, sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "retry_after", lambda failures, chance: 3600)
    monkeypatch.setenv("TACO_SYNC_PASSWORD", "of another year")
    machine = await lab.machine("ada")
    await machine.sync()
    session = await machine.sit_down(school.challenges["9a"])
    desk = sit(machine)
    async with asyncio.timeout(60):
        while (await ask(desk, "sync/status"))["state"] != "waiting":
            await asyncio.sleep(0.01)
        await call(desk, BY_NAME["taco/account/signIn"], {"email": "ada@school.example", "password": PASSWORD})
        while session.id not in await school.ids("sessions"):
            await asyncio.sleep(0.02)


async def test_a_round_that_fails_while_the_status_is_counted_is_not_hidden(
    lab: Lab, sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = sit(await lab.machine("ada"))
    assert (await desk.syncer.now()).state == "idle"
    count = desk.syncer._count

    async def fail_meanwhile() -> Callable[..., Any]:
        counted = await count()
        await desk.syncer._round()
        return counted

    monkeypatch.setenv("TACO_SYNC_PASSWORD", "wrong")
    monkeypatch.setattr(desk.syncer, "_count", fail_meanwhile)
    assert (await desk.syncer.status()).state == "waiting"
