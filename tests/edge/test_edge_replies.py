"""Every request with an id gets exactly one reply, whatever is in it; notifications get none."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import threading
from typing import Any

import attrs
import pytest
from edge_harness import INITIALIZE, Client, make_server, ready, until
from lsprotocol import types

from taco_lsp.edge import RpcError, default_map_error
from taco_lsp.edge.protocol import MAX_IN_FLIGHT

HOVER = {"textDocument": {"uri": "file:///a.py"}, "position": {"line": 0, "character": 0}}


async def echo(method: str, params: Any) -> Any:
    return {"method": method, "params": params}


def code(message: dict[str, Any]) -> int:
    found: int = message["error"]["code"]
    return found


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        b'{"jsonrpc":"2.0","id":1,"method":',
        b'{"jsonrpc":"2.0","id":1,"method":"\xff"}',
        b'{"jsonrpc":"2.0","id":NaN,"method":"x"}',
        b'{"id":' + b"9" * 5000 + b"}",
        b"[" * 100_000,
    ],
)
async def test_a_body_that_is_not_json_gets_a_parse_error_with_id_null(body: bytes) -> None:
    client = await ready()
    client.raw(body)
    assert code(await client.reply(None)) == -32700
    assert (await client.call(1, "shutdown"))["result"] is None


@pytest.mark.parametrize("body", ["5", '"x"', "null", "true", "{}", "[]", "[1]", '{"jsonrpc":"2.0"}', '{"method":5}'])
async def test_json_that_is_no_message_is_an_invalid_request_with_id_null(body: str) -> None:
    client = await ready()
    client.raw(body)
    reply = await client.reply(None)
    assert code(reply) == -32600
    assert reply["error"]["data"]["kind"] == "invalidRequest"


async def test_every_request_of_a_batch_is_refused_under_its_own_id() -> None:
    client = await ready()
    one, note = {"jsonrpc": "2.0", "id": 1, "method": "shutdown"}, {"jsonrpc": "2.0", "method": "exit"}
    client.raw(json.dumps([one, note, {**one, "id": "b"}]))
    assert code(await client.reply(1)) == code(await client.reply("b")) == -32600
    assert client.replies(None) == []


@pytest.mark.parametrize("ident", [None, True, False, [], {}, [1]])
async def test_an_id_that_cannot_be_one_is_refused_with_id_null(ident: Any) -> None:
    client = await ready()
    client.ask(ident, "textDocument/hover", HOVER)
    assert code(await client.reply(None)) == -32600


@pytest.mark.parametrize("ident", ["1e999", "-1e999"])
async def test_an_id_too_large_for_a_number_is_refused(ident: str) -> None:
    client = await ready()
    client.raw('{"jsonrpc":"2.0","id":' + ident + ',"method":"shutdown"}')
    assert code(await client.reply(None)) == -32600


async def test_params_too_large_for_a_number_do_no_harm() -> None:
    client = await ready(custom_request=echo)
    client.raw('{"jsonrpc":"2.0","id":1,"method":"taco/x","params":[1e999]}')
    assert code(await client.reply(1)) == -32603


@pytest.mark.parametrize("ident", [0, -1, 2**53, 1.5, "", "x", "1"])
async def test_any_number_or_string_is_an_id_and_comes_back_as_it_was(ident: Any) -> None:
    client = await ready(custom_request=echo)
    reply = await client.call(ident, "taco/x")
    assert reply["id"] == ident
    assert type(reply["id"]) is type(ident)
    assert "result" in reply


@pytest.mark.parametrize("version", [None, "1.0", 2])
async def test_a_request_of_another_json_rpc_is_refused(version: Any) -> None:
    client = await ready()
    client.give(id=1, method="shutdown", jsonrpc=version)
    assert code(await client.reply(1)) == -32600


@pytest.mark.parametrize("params", [5, "x", True])
async def test_params_that_are_no_object_are_invalid(params: Any) -> None:
    client = await ready(custom_request=echo)
    client.ask(1, "taco/x", params)
    assert code(await client.reply(1)) == -32602


@pytest.mark.parametrize(
    ("params", "field"),
    [
        (None, "textDocument"),
        ({}, "textDocument"),
        ([], "textDocument"),
        ({"textDocument": {"uri": "a"}}, "position"),
        ({**HOVER, "textDocument": {"uri": 5}}, "textDocument.uri"),
        ({**HOVER, "position": {"line": "1", "character": 0}}, "position.line"),
        ({**HOVER, "position": {"line": 1}}, "position.character"),
        ({**HOVER, "position": {"line": -1, "character": 0}}, "position"),
    ],
)
async def test_wrong_params_are_answered_with_the_name_of_the_field(params: Any, field: str) -> None:
    client = Client(make_server())
    client.server.feature(types.TEXT_DOCUMENT_HOVER)(lambda params: None)
    await client.initialize()
    error = (await client.call(1, "textDocument/hover", params))["error"]
    assert error["code"] == -32602
    assert error["data"]["kind"] == "invalidParams"
    assert error["data"]["field"].startswith(field)
    assert field in error["message"]
    assert error["data"]["hint"]


async def test_a_custom_request_gets_its_params_as_plain_json_or_none() -> None:
    client = await ready(custom_request=echo)
    nested = {"jsonrpc": "1", "id": 7, "method": "x", "error": {}, "type_name": "y"}
    for ident, params in enumerate([None, {}, [], [1], nested, {"deep": {"jsonrpc": "2.0", "id": 1}}]):
        reply = await client.call(ident, "taco/x", params)
        assert reply["result"] == {"method": "taco/x", "params": params}


async def test_an_unknown_method_is_not_found() -> None:
    client = await ready(custom_request=echo, custom_methods=("taco/known",))
    for ident, method in enumerate(["nope", "$/nope", "textDocument/hover", "taco/other", ""]):
        assert code(await client.call(ident, method)) == -32601
    assert "result" in await client.call("known", "taco/known")


async def test_without_a_custom_handler_custom_methods_are_not_found() -> None:
    client = await ready()
    assert code(await client.call(1, "taco/x", {})) == -32601


class SecretError(Exception):
    pass


async def raise_secret(_method: str, _params: Any) -> Any:
    raise SecretError("the secret")


async def test_an_unexpected_exception_tells_the_client_an_id_and_the_log_the_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    client = await ready(custom_request=raise_secret)
    error = (await client.call(1, "taco/x"))["error"]
    assert error["code"] == -32603
    assert "secret" not in json.dumps(error).lower()
    assert error["data"]["id"] in caplog.text
    assert "SecretError: the secret" in caplog.text


async def test_the_programs_mapping_decides_about_codes() -> None:
    def map_error(error: BaseException) -> RpcError:
        if isinstance(error, SecretError):
            return RpcError(-32001, "no", {"kind": "k", "hint": "h", "id": "i"})
        return default_map_error(error)

    client = await ready(custom_request=raise_secret, map_error=map_error)
    error = (await client.call(1, "taco/x"))["error"]
    assert error == {"code": -32001, "message": "no", "data": {"kind": "k", "hint": "h", "id": "i"}}


@pytest.mark.parametrize("bad", [RpcError(1, "x", object()), RpcError(1, "x", float("nan")), None])
async def test_a_broken_mapping_still_gets_an_answer(bad: Any) -> None:
    def map_error(_: BaseException) -> RpcError:
        if bad is None:
            raise RuntimeError("broken mapping")
        error: RpcError = bad
        return error

    client = await ready(custom_request=raise_secret, map_error=map_error)
    assert code(await client.call(1, "taco/x")) == -32603


def cyclic() -> list[Any]:
    items: list[Any] = []
    items.append(items)
    return items


@attrs.define
class Holder:
    value: Any


@pytest.mark.parametrize("result", [object(), float("inf"), {1, 2}, b"x", cyclic(), {(1, 2): 3}, Holder(object())])
async def test_a_result_that_is_not_json_is_an_internal_error(result: Any) -> None:
    async def give(_method: str, _params: Any) -> Any:
        return result

    client = await ready(custom_request=give)
    assert code(await client.call(1, "taco/x")) == -32603
    assert code(await client.call(2, "taco/x")) == -32603


async def test_text_with_lone_surrogates_goes_both_ways() -> None:
    client = await ready(custom_request=echo)
    client.raw(rb'{"jsonrpc":"2.0","id":1,"method":"taco/x","params":{"text":"\ud83d"}}')
    assert (await client.reply(1))["result"]["params"] == {"text": "\ud83d"}


async def test_before_initialize_every_request_is_refused() -> None:
    client = Client(make_server(custom_request=echo))
    for ident, method in enumerate(["shutdown", "taco/x", "nope", "textDocument/hover"]):
        assert code(await client.call(ident, method)) == -32002
    client.note("initialized", {})
    client.note("textDocument/didOpen", {})
    assert len(client.sent) == 4
    assert "result" in await client.initialize()


async def test_initialize_with_wrong_params_can_be_tried_again() -> None:
    client = Client(make_server())
    error = (await client.call(1, "initialize", {"processId": "x"}))["error"]
    assert error["code"] == -32602
    assert code(await client.call(2, "shutdown")) == -32002
    assert "result" in await client.call(3, "initialize", INITIALIZE)


async def test_a_second_initialize_is_refused() -> None:
    client = await ready()
    assert code(await client.call(1, "initialize", INITIALIZE)) == -32600


async def test_after_shutdown_every_request_is_refused() -> None:
    client = await ready(custom_request=echo)
    assert (await client.call(1, "shutdown"))["result"] is None
    for ident, method in enumerate(["shutdown", "taco/x", "nope", "initialize"], start=2):
        assert code(await client.call(ident, method, INITIALIZE)) == -32600


async def test_what_comes_while_initialize_is_answered_waits_for_it() -> None:
    go = asyncio.Event()
    client = Client(make_server(custom_request=echo))

    @client.server.feature(types.INITIALIZE)
    async def initialize(params: types.InitializeParams) -> None:
        await go.wait()

    client.ask(1, "initialize", INITIALIZE)
    client.note("initialized", {})
    client.open("file:///a.py", "text")
    client.ask(2, "taco/x")
    client.ask(3, "initialize", INITIALIZE)
    assert code(await client.reply(3)) == -32600
    go.set()
    assert "result" in await client.reply(2)
    assert [message["id"] for message in client.sent] == [3, 1, 2]
    assert client.server.documents["file:///a.py"].text == "text"


async def test_a_failing_initialize_handler_is_answered_and_leaves_the_server_uninitialized() -> None:
    client = Client(make_server())

    @client.server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        raise SecretError

    assert code(await client.call(1, "initialize", INITIALIZE)) == -32603
    assert code(await client.call(2, "shutdown")) == -32002


async def test_notifications_never_get_a_reply(caplog: pytest.LogCaptureFixture) -> None:
    client = Client(make_server(custom_request=echo))

    @client.server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def save(params: Any) -> None:
        raise SecretError("sync")

    @client.server.feature("x/async")
    async def later(params: Any) -> None:
        raise SecretError("async")

    await client.initialize()
    before = len(client.sent)
    client.note("textDocument/didSave", {"textDocument": {"uri": "file:///a.py"}})
    for method in ["x/async", "nope", "$/nope", "taco/x", "textDocument/didOpen", "$/cancelRequest"]:
        client.note(method, {})
        client.note(method, [5])
    client.give(method="textDocument/didSave", jsonrpc="1.0", params={"secret": 1})
    client.change("file:///not-open.py", {"text": "x"})
    await until(lambda: "SecretError: async" in caplog.text)
    assert "SecretError: sync" in caplog.text
    assert len(client.sent) == before


async def test_requests_without_an_id_do_nothing() -> None:
    client = await ready(custom_request=echo)
    client.open("file:///a.py", "kept")
    client.note("initialize", INITIALIZE)
    client.note("shutdown")
    assert client.server.documents["file:///a.py"].text == "kept"
    assert "result" in await client.call(1, "taco/x")


async def test_notifications_with_an_id_get_a_reply() -> None:
    client = await ready()
    item = {"uri": "file:///a.py", "languageId": "python", "version": 1, "text": "x"}
    assert (await client.call(1, "textDocument/didOpen", {"textDocument": item}))["result"] is None
    assert code(await client.call(2, "$/cancelRequest", {"id": 1})) == -32601


@pytest.mark.parametrize("kind", ["plain", "async", "thread", "generator"])
async def test_handlers_of_every_kind_answer_fail_and_try_to_exit(kind: str) -> None:
    client = Client(make_server())

    def work(params: Any) -> Any:
        if params.do == "fail":
            raise SecretError
        if params.do == "exit":
            sys.exit(3)
        return [params.do, threading.current_thread() is threading.main_thread()]

    async def work_async(params: Any) -> Any:
        await asyncio.sleep(0)
        return work(params)

    def work_by_steps(params: Any) -> Any:
        first = yield work, (params,), None
        second = yield work_async, (params,), {}
        assert first == second
        return second

    handlers = {"plain": work, "thread": work, "async": work_async, "generator": work_by_steps}
    client.server.feature("x/do")(handlers[kind])
    if kind == "thread":
        client.server.thread()(work)
    await client.initialize()
    assert (await client.call(1, "x/do", {"do": "it"}))["result"] == ["it", kind != "thread"]
    assert code(await client.call(2, "x/do", {"do": "fail"})) == -32603
    assert code(await client.call(3, "x/do", {"do": "exit"})) == -32603
    assert (await client.call(4, "x/do", {"do": "it"}))["result"][0] == "it"


async def test_typed_results_come_out_as_lsp_has_them() -> None:
    client = Client(make_server())

    @client.server.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(ls: Any, params: types.HoverParams) -> types.Hover:
        assert ls is client.server
        where = types.Range(params.position, params.position)
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, "*x*"), where)

    await client.initialize()
    result = (await client.call(1, "textDocument/hover", HOVER))["result"]
    spot = {"line": 0, "character": 0}
    assert result == {"contents": {"kind": "markdown", "value": "*x*"}, "range": {"start": spot, "end": spot}}


async def test_commands_are_advertised_awaited_and_checked() -> None:
    async def execute(command: str, arguments: list[Any]) -> Any:
        return [command, arguments]

    client = Client(make_server(execute_command=execute, commands=("taco.a", "taco.b")))

    @client.server.command("own")
    def own(first: int) -> int:
        return first + 1

    capabilities = (await client.initialize())["result"]["capabilities"]
    assert capabilities["executeCommandProvider"]["commands"] == ["taco.a", "taco.b", "own"]
    call = {"command": "taco.a", "arguments": [1, {"b": None}]}
    assert (await client.call(1, "workspace/executeCommand", call))["result"] == ["taco.a", [1, {"b": None}]]
    assert (await client.call(2, "workspace/executeCommand", {"command": "taco.b"}))["result"] == ["taco.b", []]
    assert (await client.call(3, "workspace/executeCommand", {"command": "own", "arguments": [1]}))["result"] == 2
    assert code(await client.call(4, "workspace/executeCommand", {"command": "nope"})) == -32602
    assert code(await client.call(5, "workspace/executeCommand", {"arguments": []})) == -32602


async def test_an_id_in_use_is_refused_and_the_first_request_goes_on() -> None:
    go = asyncio.Event()

    async def wait(_method: str, _params: Any) -> Any:
        await go.wait()
        return "first"

    client = await ready(custom_request=wait)
    client.ask(1, "taco/x")
    client.ask(1, "taco/x")
    await until(lambda: client.replies(1))
    go.set()
    await until(lambda: len(client.replies(1)) == 2)
    assert code(client.replies(1)[0]) == -32600
    assert client.replies(1)[1]["result"] == "first"


async def test_too_many_requests_at_once_are_refused_and_none_is_lost() -> None:
    go = asyncio.Event()

    async def wait(_method: str, _params: Any) -> Any:
        await go.wait()

    client = await ready(custom_request=wait)
    for ident in range(MAX_IN_FLIGHT + 10):
        client.ask(ident, "taco/x")
    await until(lambda: len(client.sent) == 11)
    assert {code(message) for message in client.sent[1:]} == {-32803}
    go.set()
    await until(lambda: len(client.sent) == MAX_IN_FLIGHT + 11)
    for ident in range(MAX_IN_FLIGHT + 10):
        assert len(client.replies(ident)) == 1


async def test_bodies_are_not_logged_at_the_default_level(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "taco_lsp.edge")
    client = await ready(custom_request=echo)
    client.open("file:///a.py", "topsecret")
    client.change("file:///a.py", {"text": "topsecret"}, version=5)
    client.change("file:///b.py", {"text": "topsecret"})
    client.note("textDocument/didChange", {"topsecret": 1})
    client.note("textDocument/didOpen", {"textDocument": {"text": "topsecret"}})
    client.raw('{"topsecret')
    client.give(id="x", result="topsecret")
    await client.call(1, "taco/topical", {"topsecret": 1})
    await client.call(2, "textDocument/hover", {"topsecret": "topsecret"})
    assert caplog.records
    assert "topsecret" not in caplog.text
