"""Cancelling, through both doors, and shutdown with work in flight."""

from __future__ import annotations

import asyncio
import functools
from typing import Any

import pytest
from edge_harness import Client, make_server, ready, until
from lsprotocol import types


class Work:
    """A handler that waits and notes what became of it."""

    def __init__(self, *, on_cancel: str = "stop") -> None:
        self.seen: list[str] = []
        self.on_cancel = on_cancel
        self.release = asyncio.Event()

    async def run(self, *_: Any) -> Any:
        self.seen.append("started")
        try:
            await self.release.wait()
        except asyncio.CancelledError:
            self.seen.append("cancelled")
            if self.on_cancel == "answer":
                return "partial"
            if self.on_cancel == "fail":
                raise RuntimeError("while cleaning up") from None
            if self.on_cancel == "ignore":
                await self.release.wait()
                return "late"
            raise
        return "done"


RUN = {"command": "taco.run", "arguments": []}
DOORS = [("taco/run", {}), ("workspace/executeCommand", RUN), ("x/feature", {})]


async def client_with(work: Work, **hooks: Any) -> Client:
    client = Client(make_server(custom_request=work.run, execute_command=work.run, commands=("taco.run",), **hooks))
    client.server.feature("x/feature")(functools.partial(work.run))
    await client.initialize()
    return client


@pytest.mark.parametrize(("method", "params"), DOORS)
async def test_a_request_is_cancelled_by_its_id(method: str, params: dict[str, Any]) -> None:
    work = Work()
    client = await client_with(work)
    client.ask(1, method, params)
    await until(lambda: work.seen)
    client.note("$/cancelRequest", {"id": 1})
    reply = await client.reply(1)
    assert reply["error"]["code"] == -32800
    assert reply["error"]["data"]["kind"] == "requestCancelled"
    assert work.seen == ["started", "cancelled"]


@pytest.mark.parametrize(("method", "params"), DOORS[:2])
@pytest.mark.parametrize("token", ["t", 7])
async def test_a_request_is_cancelled_by_its_progress(method: str, params: dict[str, Any], token: Any) -> None:
    work = Work()
    client = await client_with(work)
    client.ask(1, method, {**params, "workDoneToken": token})
    await until(lambda: work.seen)
    client.note("window/workDoneProgress/cancel", {"token": "another"})
    client.note("window/workDoneProgress/cancel", {"token": token})
    assert (await client.reply(1))["error"]["code"] == -32800
    assert work.seen == ["started", "cancelled"]


async def test_a_request_is_cancelled_by_a_progress_that_the_server_made() -> None:
    work = Work()

    async def run(_command: str, _arguments: list[Any]) -> Any:
        client.server.link_progress("made here")
        return await work.run()

    client = Client(make_server(execute_command=run, commands=("taco.run",)))
    await client.initialize()
    client.ask(1, "workspace/executeCommand", RUN)
    await until(lambda: work.seen)
    client.note("window/workDoneProgress/cancel", {"token": "made here"})
    assert (await client.reply(1))["error"]["code"] == -32800


async def test_a_request_cancelled_in_the_same_breath_has_seen_that_it_was_called() -> None:
    work = Work()
    client = await client_with(work)
    client.ask(1, "taco/run")
    client.note("$/cancelRequest", {"id": 1})
    assert (await client.reply(1))["error"]["code"] == -32800
    assert work.seen == ["started", "cancelled"]


@pytest.mark.parametrize("params", [None, [], {}, {"id": None}, {"id": 2}, {"id": True}, {"id": []}, {"id": "1"}, 5])
async def test_cancelling_something_else_cancels_nothing(params: Any) -> None:
    work = Work()
    client = await client_with(work)
    client.ask(1, "taco/run")
    await until(lambda: work.seen)
    client.note("$/cancelRequest", params)
    work.release.set()
    assert (await client.reply(1))["result"] == "done"


@pytest.mark.parametrize(("on_cancel", "answer"), [("answer", "partial"), ("fail", -32800)])
async def test_what_a_handler_makes_of_being_cancelled_is_the_answer(on_cancel: str, answer: Any) -> None:
    work = Work(on_cancel=on_cancel)
    client = await client_with(work)
    client.ask(1, "taco/run")
    await until(lambda: work.seen)
    client.note("$/cancelRequest", {"id": 1})
    reply = await client.reply(1)
    assert answer == (reply["error"]["code"] if "error" in reply else reply["result"])


async def test_shutdown_cancels_and_answers_what_is_in_flight_before_it_is_answered() -> None:
    work, reasons = Work(), []

    async def on_close(reason: str) -> None:
        assert client.replies(2)
        reasons.append(reason)

    client = await client_with(work, on_close=on_close)
    for ident, (method, params) in enumerate(DOORS):
        client.ask(ident, method, params)
    assert (await client.call(2, "nope"))["error"]["code"] == -32600  # the id is in use
    client.sent.clear()
    client.ask("bye", "shutdown")
    assert (await client.reply("bye"))["result"] is None
    assert [message["id"] for message in client.sent] == [0, 1, 2, "bye"]
    assert [message["error"]["code"] for message in client.sent[:-1]] == [-32800] * 3
    assert work.seen == ["started"] * 3 + ["cancelled"] * 3
    assert reasons == ["shutdown"]


async def test_shutdown_answers_for_a_handler_that_does_not_stop() -> None:
    work = Work(on_cancel="ignore")
    client = await client_with(work)
    client.ask(1, "taco/run")
    await until(lambda: work.seen)
    assert (await client.call("bye", "shutdown"))["result"] is None
    work.release.set()
    await asyncio.sleep(0.01)
    assert (await client.reply(1))["error"]["code"] == -32800


async def test_shutdown_cancels_notifications_being_handled() -> None:
    work = Work()
    client = Client(make_server())
    client.server.feature("x/note")(functools.partial(work.run))
    await client.initialize()
    client.note("x/note", {})
    await client.call(1, "shutdown")
    assert work.seen == ["started", "cancelled"]


async def test_a_handler_for_shutdown_is_awaited() -> None:
    seen: list[str] = []
    client = Client(make_server())

    @client.server.feature(types.SHUTDOWN)
    async def shutdown(params: Any) -> None:
        await asyncio.sleep(0)
        seen.append("shutdown")

    await client.initialize()
    await client.call(1, "shutdown")
    assert seen == ["shutdown"]


async def test_the_end_comes_once_however_often_it_is_asked_for() -> None:
    reasons: list[str] = []

    async def on_close(reason: str) -> None:
        reasons.append(reason)

    client = await ready(on_close=on_close)
    client.server.close("first")
    client.server.close("second")
    assert await client.server.closed() == "first"
    await asyncio.gather(client.server.finish("first"), client.server.finish("third"))
    assert reasons == ["first"]


@pytest.mark.parametrize("kind", ["fails", "hangs"])
async def test_an_on_close_that_fails_or_hangs_does_not_keep_the_end_from_coming(
    kind: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("taco_lsp.edge.server.CLOSE_TIMEOUT_S", 0.05)

    async def on_close(_reason: str) -> None:
        if kind == "fails":
            raise OSError("disk full")
        await asyncio.Event().wait()

    client = await ready(on_close=on_close)
    assert (await client.call(1, "shutdown"))["result"] is None
    assert ("disk full" in caplog.text) if kind == "fails" else ("given up" in caplog.text)
