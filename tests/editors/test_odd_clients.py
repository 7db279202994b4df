"""Editors that refuse, answer nonsense, never answer or can hardly anything: the student flow goes on all the same.

In the same process as the server, because real editors with these habits are slow to provoke.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from taco_lsp.server import editor as server_editor
from tests.edge.edge_harness import until
from tests.editors.desk import FAILING, PASSING
from tests.protocol.conftest import CAPABILITIES, Connect, Session, connect

__all__ = ["connect"]

ASKED_OF_EDITORS = (
    "window/showDocument",
    "workspace/applyEdit",
    "workspace/codeLens/refresh",
    "window/workDoneProgress/create",
)
HABITS: dict[str, dict[str, Any] | None] = {
    "answers null": {"result": None},
    "refuses": {"error": {"code": -32601, "message": "method not found"}},
    "answers nonsense": {"result": ["what?"]},
    "says false": {"result": {"success": False, "applied": False}},
    "never answers": None,
}


async def answer_always(session: Session, answer: dict[str, Any] | None) -> None:
    """Answer whatever the server asks with the same; until cancelled."""
    answered = 0
    while True:
        for message in session.sent[answered:]:
            if message.get("method") in ASKED_OF_EDITORS and "id" in message and answer is not None:
                session.give(id=message["id"], **answer)
        answered = len(session.sent)
        await asyncio.sleep(0.001)


async def command(session: Session, name: str, **params: Any) -> Any:
    """Do what a code action does; returns the result."""
    return await session.verb("workspace/executeCommand", command=name, arguments=[params])


async def whole_session(session: Session) -> None:
    """Hint, failing run, explanation, edit, passing run, save, close; then the rows."""
    uri = session.file("average.py", FAILING)
    named = {"textDocument": {"uri": uri}}
    assert (await command(session, "taco.ask", **named, kind="hint"))["hintLevel"] == 1
    assert (await command(session, "taco.run", **named))["line"] == 4
    assert "numbers" in (await command(session, "taco.ask", **named, kind="explain"))["response"]
    session.change(uri, {"text": PASSING})
    assert (await command(session, "taco.run", **named))["stdout"] == "12\n"
    assert (await command(session, "taco.solution.save", **named))["revisionId"]
    await command(session, "taco.conversation.open", **named)
    session.server.context.seats._grace_s = 0  # nobody reloads here
    session.note("textDocument/didClose", named)
    await until(lambda: session.rows("SELECT * FROM sessions WHERE ended_at IS NOT NULL"))
    asked = session.rows("SELECT kind FROM llm_interactions ORDER BY created_at")
    assert [row["kind"] for row in asked] == ["hint", "explain"]
    assert [row["exit_code"] for row in session.rows("SELECT exit_code FROM runs ORDER BY created_at")] == [1, 0]
    page = (session.workspace / ".taco" / "conversation.md").read_text()
    assert [part.splitlines()[0] for part in page.split("### TACO")[1:]] == [" · hint 1 of 5", " · run", "", " · run"]


@pytest.mark.parametrize("habit", HABITS)
async def test_an_editor_with_a_bad_habit_costs_the_student_nothing(
    habit: str, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_editor, "ANSWER_TIMEOUT_S", 0.1)
    session = await connect()
    answering = asyncio.create_task(answer_always(session, HABITS[habit]))

    await whole_session(session)

    answering.cancel()
    assert any(message.get("method") == "window/showDocument" for message in session.sent)
    said = [message["params"]["message"] for message in session.sent if message.get("method") == "window/showMessage"]
    assert any("What to look at" in text for text in said), "an answer that cannot be shown is said"


@pytest.mark.parametrize("missing", ["everything", "window", "workspace"])
async def test_an_editor_that_can_hardly_anything_is_asked_for_nothing_it_cannot(
    missing: str, connect: Connect
) -> None:
    capabilities = {} if missing == "everything" else {k: v for k, v in CAPABILITIES.items() if k != missing}
    session = await connect(capabilities=capabilities)
    answering = asyncio.create_task(answer_always(session, {"result": None}))

    await whole_session(session)

    answering.cancel()
    asked = {message["method"].partition("/")[0] for message in session.sent if "id" in message and "method" in message}
    assert missing not in asked
    assert asked == set() or missing != "everything"


NEEDS = {
    "window.showDocument": "window/showDocument",
    "window.workDoneProgress": "window/workDoneProgress/create",
    "workspace.codeLens": "workspace/codeLens/refresh",
    "workspace.applyEdit": "workspace/applyEdit",
}


@pytest.mark.parametrize("missing", NEEDS)
async def test_an_editor_that_lacks_one_thing_is_asked_for_the_others(missing: str, connect: Connect) -> None:
    group, name = missing.split(".")
    session = await connect(
        capabilities={**CAPABILITIES, group: {k: v for k, v in CAPABILITIES[group].items() if k != name}}
    )
    answering = asyncio.create_task(answer_always(session, {"result": {"success": True, "applied": True}}))

    await whole_session(session)
    await restore(session)

    answering.cancel()
    asked = {message["method"] for message in session.sent if "id" in message and "method" in message}
    assert asked == set(NEEDS.values()) - {NEEDS[missing]}


async def restore(session: Session) -> None:
    """Bring a version back, which is an edit."""
    uri = session.file("average.py", PASSING)
    named = {"textDocument": {"uri": uri}}
    versions = await command(session, "taco.solution.history", **named)
    session.change(uri, {"text": FAILING})
    back = await session.verb("taco/solution/restore", **named, revisionId=versions["revisions"][0]["id"])
    assert back["text"] == PASSING


async def test_progress_that_the_editor_creates_by_itself_needs_no_capability(connect: Connect) -> None:
    session = await connect(capabilities={})
    uri = session.file("average.py", FAILING)

    await session.verb("taco/run", textDocument={"uri": uri}, workDoneToken="mine")

    values = [m["params"]["value"] for m in session.sent if m.get("method") == "$/progress"]
    assert [value["kind"] for value in values] == ["begin", "end"]


UNITS = {"utf-8": len("ü🌮".encode()), "utf-16": 3, "utf-32": 2}


@pytest.mark.parametrize("encoding", UNITS)
async def test_columns_count_in_the_encoding_agreed_on(encoding: str, connect: Connect) -> None:
    session = await connect(capabilities={**CAPABILITIES, "general": {"positionEncodings": [encoding]}})
    (initialized,) = session.replies("init")
    agreed = initialized["result"]["capabilities"].get("positionEncoding", "utf-16")
    assert agreed == encoding
    uri = session.file("taco.py", "x = 'ü🌮' + y\n")
    after = {"line": 0, "character": len("x = '") + UNITS[encoding] + len("' + ")}
    end = {"line": 0, "character": after["character"] + 1}
    session.change(uri, {"range": {"start": after, "end": end}, "text": "z"})

    run = await command(session, "taco.run", textDocument={"uri": uri})

    assert "NameError: name 'z' is not defined" in run["stderr"]
    (code,) = session.rows("SELECT code FROM runs")
    assert code["code"] == "x = 'ü🌮' + z\n"
    published = await session.asked("textDocument/publishDiagnostics")
    (mark,) = published["params"]["diagnostics"]
    assert mark["range"] == {"start": {"line": 0, "character": 0}, "end": end}


async def test_a_question_typed_into_the_conversation_is_about_the_program(connect: Connect) -> None:
    session = await connect()
    uri = session.file("sum.py", "total = 0\n")
    await command(session, "taco.ask", textDocument={"uri": uri}, kind="hint")
    page = (session.workspace / ".taco" / "conversation.md").as_uri()
    session.open(page, "## You\n\n")
    session.change(page, {"text": "## You\n\nWhy is it 0?\n"})
    session.note("textDocument/didSave", {"textDocument": {"uri": page}})

    await until(lambda: len(session.rows("SELECT * FROM llm_interactions")) == 2)

    assert [row["title"] for row in session.rows("SELECT title FROM challenges")] == ["sum.py"]
