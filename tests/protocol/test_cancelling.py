"""Cancelling, through both doors: the stream and the program stop, and what had arrived is on record."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from tests.edge.edge_harness import until
from tests.protocol.conftest import Connect, Session
from tests.support.scripted_model import Pause, Reply, ScriptedModel, delta

ENDLESS = "import time\nopen('started', 'w').close()\ntime.sleep(60)\nopen('finished', 'w').close()\n"


@pytest.fixture
def model() -> Iterator[ScriptedModel]:
    with ScriptedModel() as endpoint:
        endpoint.script(Reply([delta(content="Think about "), delta(content="the loop. "), Pause()]))
        yield endpoint


def request_of(door: str, verb: str, params: dict[str, object]) -> tuple[str, dict[str, object]]:
    """The same call through the one door or the other."""
    if door == "request":
        return verb, params
    return "workspace/executeCommand", {"command": verb.replace("/", "."), "arguments": [params]}


async def cancelled_reply(session: Session, ident: int) -> dict[str, object]:
    session.note("$/cancelRequest", {"id": ident})
    reply = await session.reply(ident)
    assert reply["error"]["code"] == -32800
    return reply


@pytest.mark.parametrize("door", ["request", "command"])
async def test_a_cancelled_answer_is_recorded_with_what_had_arrived(
    door: str, connect: Connect, model: ScriptedModel
) -> None:
    session = await connect({"model": {"endpoint": model.url, "name": "scripted"}})
    uri = session.file("a.py", "x = 1\n")
    params = {"textDocument": {"uri": uri}, "kind": "explain", "partialResultToken": "t"}
    ident = session.start(*request_of(door, "taco/ask", params))
    await until(lambda: [m for m in session.sent if "the loop." in str(m.get("params"))])

    await cancelled_reply(session, ident)

    (row,) = session.rows("SELECT * FROM llm_interactions")
    assert (row["finish_reason"], row["model_response"]) == ("cancelled", "Think about the loop. ")
    assert await asyncio.to_thread(model.requests[0].wait_closed_early, 5)


@pytest.mark.parametrize("door", ["request", "command"])
async def test_a_cancelled_run_ends_the_program(door: str, session: Session) -> None:
    uri = session.file("slow.py", ENDLESS)
    ident = session.start(*request_of(door, "taco/run", {"textDocument": {"uri": uri}}))
    await until((session.workspace / "started").exists)

    await cancelled_reply(session, ident)

    assert not (session.workspace / "finished").exists()
    assert (await session.verb("taco/status"))["version"]


async def test_cancelling_the_progress_display_cancels_the_work(session: Session) -> None:
    uri = session.file("slow.py", ENDLESS)
    params = {"textDocument": {"uri": uri}}
    ident = session.start("workspace/executeCommand", {"command": "taco.run", "arguments": [params]})
    create = await session.asked("window/workDoneProgress/create")
    session.give(id=create["id"], result=None)
    await until(lambda: [m for m in session.sent if "'begin'" in str(m.get("params"))])

    session.note("window/workDoneProgress/cancel", {"token": create["params"]["token"]})

    assert (await session.reply(ident))["error"]["code"] == -32800
    await until(lambda: [m for m in session.sent if "'end'" in str(m.get("params"))])
