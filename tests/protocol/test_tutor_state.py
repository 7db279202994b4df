"""What the tutor remembers and refuses, seen by an editor: over servers that come and go, on every door."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from tests.protocol.conftest import Connect, Session

CODE = "total = 0\nfor i in range(3):\n    total = i\nprint(total)\n"


async def lens_titles(session: Session, uri: str) -> list[str]:
    reply = await session.fetch("textDocument/codeLens", {"textDocument": {"uri": uri}})
    return [lens["command"]["title"] for lens in reply["result"]]


async def action_titles(session: Session, uri: str) -> list[str]:
    place = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}
    params = {"textDocument": {"uri": uri}, "range": place, "context": {"diagnostics": []}}
    return [action["title"] for action in (await session.fetch("textDocument/codeAction", params))["result"]]


async def hint(session: Session, uri: str) -> tuple[int, dict[str, Any]]:
    answer = await session.verb("taco/ask", textDocument={"uri": uri}, kind="hint")
    return answer["hintLevel"], answer["nextHint"]


def decree(session: Session, policy: str) -> None:
    with closing(sqlite3.connect(session.store)) as connection:
        connection.execute("UPDATE challenges SET tutor_policy = ?", [policy])
        connection.commit()


async def test_the_ladder_goes_on_where_it_was_with_a_new_server(connect: Connect) -> None:
    first = await connect()
    uri = first.file("a.py", CODE)
    assert await hint(first, uri) == (1, {"given": 1, "next": 1, "ceiling": 5, "open": False})
    assert "Give me a hint (1 of 5) again" in await lens_titles(first, uri)
    await first.leave()

    second = await connect()
    uri = second.file("a.py", CODE)
    await second.verb("taco/status", textDocument={"uri": uri})
    for titles in (await lens_titles(second, uri), await action_titles(second, uri)):
        assert "Give me a hint (1 of 5) again" in titles
    assert (await hint(second, uri))[0] == 1
    await second.leave()

    third = await connect()
    uri = third.file("a.py", CODE + "print(i)\n")
    await third.verb("taco/status", textDocument={"uri": uri})
    assert "Give me a hint (2 of 5)" in await lens_titles(third, uri)
    assert (await hint(third, uri))[0] == 2


@pytest.mark.parametrize("door", ["request", "command"])
async def test_a_quota_is_an_error_of_its_own_that_names_the_time(session: Session, door: str) -> None:
    uri = session.file("a.py", CODE)
    params = {"textDocument": {"uri": uri}, "question": "why?"}
    await session.verb("taco/ask", **params)
    decree(session, '{"questions_per_hour": 1}')
    if door == "request":
        reply = await session.fetch("taco/ask", params)
    else:
        reply = await session.fetch("workspace/executeCommand", {"command": "taco.ask", "arguments": [params]})
    error = reply["error"]
    assert (error["code"], error["data"]["kind"]) == (1008, "quota")
    assert re.search(r"Try again at \d\d:\d\d\.", error["data"]["hint"])


async def test_a_tutor_that_is_switched_off_disappears(session: Session) -> None:
    uri = session.file("a.py", CODE)
    await hint(session, uri)
    decree(session, '{"enabled": false}')
    reply = await session.fetch("taco/ask", {"textDocument": {"uri": uri}, "kind": "hint"})
    assert reply["error"]["data"]["kind"] == "tutorOff"
    assert await lens_titles(session, uri) == ["Run", "History"]
    assert not [title for title in await action_titles(session, uri) if "hint" in title or "Ask" in title]
    events = (await session.verb("taco/journey", textDocument={"uri": uri}))["events"]
    assert [event["kind"] for event in events] == ["open", "hint"]


async def test_what_is_asked_right_after_a_save_knows_of_it(session: Session) -> None:
    uri = session.file("count.py", CODE)
    await session.verb("taco/ask", textDocument={"uri": uri}, kind="hint")
    session.note("textDocument/didSave", {"textDocument": {"uri": uri}})
    history = await session.verb("taco/solution/history", textDocument={"uri": uri})
    assert len(history["revisions"]) == 1
