"""Requests to the client: whatever it answers, nobody waits for ever."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from edge_harness import Client, ready, until
from lsprotocol import types
from pygls.exceptions import JsonRpcException

SHOW = {"uri": "file:///a.py"}
DEFAULT = object()


async def ask(client: Client, reply: dict[str, Any], method: str = "window/showDocument", params: Any = SHOW) -> Any:
    asking = asyncio.ensure_future(client.server.ask_client(method, params, 5, DEFAULT))
    request = await client.asked(method)
    client.give(**{"id": request["id"], **reply})
    async with asyncio.timeout(2):
        return await asking


async def test_an_answer_of_a_known_method_has_its_type() -> None:
    client = await ready()
    assert await ask(client, {"result": {"success": True}}) == types.ShowDocumentResult(success=True)
    assert await ask(client, {"result": [1, "x"]}, "workspace/configuration", {"items": []}) == (1, "x")


async def test_an_answer_of_a_custom_method_is_plain_json() -> None:
    client = await ready()
    assert await ask(client, {"result": {"jsonrpc": 1}}, "x/ask", {"a": [1]}) == {"jsonrpc": 1}
    assert (await client.asked("x/ask"))["params"] == {"a": [1]}


@pytest.mark.parametrize(
    "reply",
    [
        {"result": None},
        {},
        {"result": 5},
        {"result": []},
        {"result": "yes"},
        {"result": {}},
        {"result": {"success": "maybe"}},
        {"result": {"success": None}},
        {"error": {"code": -32601, "message": "no"}},
        {"error": {"code": "x"}},
        {"error": "no"},
        {"error": 5},
        {"error": [], "result": None},
        {"error": {"code": -32099, "message": 5, "data": []}},
    ],
)
async def test_null_errors_and_nonsense_are_the_default(reply: dict[str, Any]) -> None:
    client = await ready()
    assert await ask(client, reply) is DEFAULT
    assert not client.server.protocol.waiting


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("x/ask", {}),
        ("window/showMessageRequest", {"type": 3, "message": "?", "actions": []}),
        ("client/registerCapability", {"registrations": []}),
    ],
)
async def test_null_is_the_default_even_where_it_is_allowed(method: str, params: Any) -> None:
    client = await ready()
    assert await ask(client, {"result": None}, method, params) is DEFAULT


async def test_a_client_that_does_not_answer_is_not_waited_for() -> None:
    client = await ready()
    assert await client.server.ask_client("window/showDocument", SHOW, 0.01, DEFAULT) is DEFAULT
    assert not client.server.protocol.waiting
    late = await client.asked("window/showDocument")
    client.give(id=late["id"], result={"success": True})
    assert (await client.call(1, "shutdown"))["result"] is None


async def test_the_end_of_the_connection_ends_the_waiting() -> None:
    client = await ready()
    asking = asyncio.ensure_future(client.server.ask_client("window/showDocument", SHOW, 60, DEFAULT))
    await client.asked("window/showDocument")
    await client.call(1, "shutdown")
    assert await asking is DEFAULT


async def test_params_that_are_not_json_are_the_default_too(caplog: pytest.LogCaptureFixture) -> None:
    client = await ready()
    assert await client.server.ask_client("x/ask", {"a": object()}, 5, DEFAULT) is DEFAULT
    assert "x/ask could not be sent" in caplog.text
    assert not client.server.protocol.waiting


async def test_cancelling_the_caller_leaks_nothing() -> None:
    client = await ready()
    asking = asyncio.ensure_future(client.server.ask_client("window/showDocument", SHOW, 60, DEFAULT))
    await client.asked("window/showDocument")
    asking.cancel()
    await asyncio.wait([asking])
    assert asking.cancelled()
    assert not client.server.protocol.waiting


@pytest.mark.parametrize("ident", [None, 5, True, "unknown", [], {}])
async def test_replies_to_nothing_are_ignored(ident: Any) -> None:
    client = await ready()
    count = len(client.sent)
    client.give(id=ident, result=None)
    client.give(id=ident, error={"code": 1, "message": "x"})
    client.give(result=1)
    assert len(client.sent) == count


async def test_an_id_without_anything_else_is_refused_unless_it_is_one_of_ours() -> None:
    client = await ready()
    client.give(id=5)
    assert (await client.reply(5))["error"]["code"] == -32600


async def test_a_reply_does_not_end_a_request_of_the_client_with_the_same_id() -> None:
    go = asyncio.Event()

    async def wait(_method: str, _params: Any) -> Any:
        await go.wait()
        return "mine"

    client = await ready(custom_request=wait)
    client.ask("same", "taco/x")
    client.give(id="same", result="yours")
    go.set()
    assert (await client.reply("same"))["result"] == "mine"


async def test_pygls_own_ways_of_asking_work_and_end() -> None:
    client = await ready()
    asking = asyncio.ensure_future(client.server.window_show_document_async(types.ShowDocumentParams("file:///a.py")))
    request = await client.asked("window/showDocument")
    assert request["params"] == {"uri": "file:///a.py"}
    client.give(id=request["id"], result={"success": True})
    assert (await asking).success
    failing = client.server.window_show_document(types.ShowDocumentParams("file:///a.py"))
    client.give(id=(await client.asked("window/showDocument"))["id"], result=None)
    with pytest.raises(JsonRpcException):
        failing.result(timeout=0)


async def test_notifications_may_be_typed_or_plain_and_come_from_any_thread() -> None:
    client = await ready()
    client.server.tell_client("x/custom", {"a": None, "b": [1, {"c": 2}]})
    client.server.tell_client("x/bare")
    client.server.window_log_message(types.LogMessageParams(types.MessageType.Info, "typed"))
    thread = threading.Thread(target=client.server.tell_client, args=("x/thread", {"t": 1}))
    thread.start()
    thread.join()
    await until(lambda: len(client.sent) == 5)
    assert [{key: value for key, value in m.items() if key != "jsonrpc"} for m in client.sent[1:]] == [
        {"method": "x/custom", "params": {"a": None, "b": [1, {"c": 2}]}},
        {"method": "x/bare"},
        {"method": "window/logMessage", "params": {"type": 3, "message": "typed"}},
        {"method": "x/thread", "params": {"t": 1}},
    ]


async def test_a_notification_that_is_not_json_is_the_callers_mistake() -> None:
    client = await ready()
    with pytest.raises(TypeError):
        client.server.tell_client("x/y", object())


async def test_progress_goes_out_as_pygls_sends_it() -> None:
    client = await ready()
    client.server.work_done_progress.begin("t", types.WorkDoneProgressBegin(title="T"))
    sent = await client.asked("$/progress")
    assert sent["params"] == {"token": "t", "value": {"kind": "begin", "title": "T"}}
