"""The client against a real server that answers in every way endpoints are known to."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import socket
import ssl
import time
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from taco_lsp.models import retry
from taco_lsp.models.client import ChatClient
from taco_lsp.models.endpoint import Endpoint
from taco_lsp.models.errors import Kind, ModelError
from taco_lsp.models.keys import Key
from taco_lsp.models.types import Finished, Message, TextDelta, Usage
from tests.support.scripted_model import (
    MODEL,
    Part,
    Pause,
    Reply,
    Request,
    ScriptedModel,
    delta,
    dropped,
    endless,
    error_event,
    event,
    failure,
    json_reply,
    model_list,
    raw,
    reply,
    silence,
    stalled,
    web_page,
    whole,
)

SECRET = "very-secret-4711"
QUESTION = [Message(role="system", content="You are a tutor."), Message(role="user", content="Why? ¿Qué? 🌮")]


@pytest.fixture
def model() -> Iterator[ScriptedModel]:
    with ScriptedModel() as running:
        yield running


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "FIRST_PAUSE_S", 0.02)


def endpoint(url: str, **changes: Any) -> Endpoint:
    patience = {"connect_timeout_s": 0.5, "first_token_timeout_s": 0.5, "idle_timeout_s": 0.2}
    values: dict[str, Any] = {
        "url": url,
        "model": MODEL,
        "key": Key(SECRET),
        "total_timeout_s": 2.0,
        **patience,
        **changes,
    }
    return Endpoint(**values)


class Outcome:
    """All that came out of one stream."""

    def __init__(self) -> None:
        self.deltas: list[str] = []
        self.finished: Finished | None = None
        self.error: ModelError | None = None

    @property
    def text(self) -> str:
        return "".join(self.deltas)

    @property
    def kind(self) -> str | None:
        return None if self.error is None else self.error.kind


async def ask(url: str, *, http: httpx.AsyncClient | None = None, **changes: Any) -> Outcome:
    client = ChatClient(endpoint(url, **changes), http=http)
    try:
        return await collect(client)
    finally:
        await client.aclose()


async def collect(client: ChatClient, **options: Any) -> Outcome:
    outcome = Outcome()
    try:
        async with aclosing(client.stream(QUESTION, **options)) as parts:
            async for part in parts:
                assert outcome.finished is None
                if isinstance(part, Finished):
                    outcome.finished = part
                else:
                    assert part.text
                    outcome.deltas.append(part.text)
    except ModelError as error:
        outcome.error = error
    assert (outcome.finished is None) == (outcome.error is not None)
    return outcome


# --- answers ----------------------------------------------------------------------------------------------


async def test_an_answer_streams_and_ends_with_reason_usage_and_model(model: ScriptedModel) -> None:
    model.script(reply("Hello", " there"))
    outcome = await ask(model.url)
    assert outcome.deltas == ["Hello", " there"]
    usage = Usage(prompt_tokens=11, completion_tokens=7)
    assert outcome.finished == Finished(reason="stop", usage=usage, model=MODEL)


async def test_text_arrives_while_the_model_still_talks(model: ScriptedModel) -> None:
    model.script(reply("Hello", " there", pause=0.1))
    client = ChatClient(endpoint(model.url))
    async with aclosing(client.stream(QUESTION)) as parts:
        assert await anext(parts) == TextDelta(text="Hello")
        assert not model.requests[0].over.is_set()
    await client.aclose()


async def test_the_request_says_what_the_protocol_asks(model: ScriptedModel) -> None:
    model.script(reply("ok"))
    client = ChatClient(endpoint(model.url, parameters={"top_p": 0.9, "temperature": 1}))
    await collect(client, max_tokens=200, temperature=0.2)
    await client.aclose()
    request = model.requests[0]
    assert (request.method, request.path) == ("POST", "/v1/chat/completions")
    assert request.headers["authorization"] == f"Bearer {SECRET}"
    assert request.headers["content-type"] == "application/json"
    assert request.body == {
        "model": MODEL,
        "messages": [{"role": message.role, "content": message.content} for message in QUESTION],
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": 200,
        "temperature": 0.2,
        "top_p": 0.9,
    }


async def test_without_a_key_no_authorization_is_sent(model: ScriptedModel) -> None:
    model.script(reply("ok"))
    await ask(model.url, key=None)
    assert "authorization" not in model.requests[0].headers


async def test_half_a_surrogate_pair_in_a_question_is_sent_as_a_question_mark(model: ScriptedModel) -> None:
    model.script(reply("ok"))
    client = ChatClient(endpoint(model.url))
    async with aclosing(client.stream([Message(role="user", content="a\ud83cb")])) as parts:
        assert await anext(parts) == TextDelta(text="ok")
    await client.aclose()
    assert model.requests[0].body["messages"] == [{"role": "user", "content": "a?b"}]


@pytest.mark.parametrize("size", [1, 3, 7, 10_000])
async def test_an_answer_survives_any_cut_of_its_bytes(model: ScriptedModel, size: int) -> None:
    model.script(reply("año ", "🌮", " 漢字").in_pieces(size))
    outcome = await ask(model.url)
    assert outcome.text == "año 🌮 漢字"


async def test_the_reasoning_of_a_model_is_not_text(model: ScriptedModel) -> None:
    model.script(reply("Look at line 3.", reasoning=["The solution is", " x = 1"]))
    assert (await ask(model.url)).text == "Look at line 3."


async def test_reasoning_counts_as_a_sign_of_life(model: ScriptedModel) -> None:
    thoughts = [part for _ in range(5) for part in (Pause(0.1), delta(reasoning_content="hm"))]
    model.script(raw(*thoughts, *reply("done").parts))
    assert (await ask(model.url, first_token_timeout_s=0.3)).text == "done"


async def test_an_answer_without_done_is_complete_once_it_gave_a_reason(model: ScriptedModel) -> None:
    model.script(reply("Hello", done=False, finish="length"))
    outcome = await ask(model.url)
    assert outcome.finished is not None
    assert outcome.finished.reason == "length"


async def test_an_answer_with_done_and_no_reason_is_complete(model: ScriptedModel) -> None:
    model.script(reply("Hello", finish=None, usage=None))
    outcome = await ask(model.url)
    assert outcome.finished == Finished(reason="stop", usage=Usage(), model=MODEL)


@pytest.mark.parametrize("rest", [Pause(), b"junk"])
async def test_a_connection_left_open_after_done_delays_nothing(model: ScriptedModel, rest: Any) -> None:
    model.script(raw(*reply("Hello").parts, rest, Pause()))
    began = time.monotonic()
    assert (await ask(model.url)).text == "Hello"
    assert time.monotonic() - began < 1


async def test_a_stream_cut_after_its_reason_is_still_complete(model: ScriptedModel) -> None:
    parts = reply("Hello", usage=None, done=False).parts
    model.script(Reply([*parts, *dropped().parts]))
    outcome = await ask(model.url)
    assert outcome.finished is not None
    assert outcome.text == "Hello"


async def test_a_server_that_ignores_stream_is_understood(model: ScriptedModel) -> None:
    model.script(whole("Hello there"))
    outcome = await ask(model.url)
    assert outcome.deltas == ["Hello there"]
    usage = Usage(prompt_tokens=11, completion_tokens=7)
    assert outcome.finished == Finished(reason="stop", usage=usage, model=MODEL)


@pytest.mark.parametrize(
    "chunk",
    [
        {"choices": []},
        {"choices": None, "usage": None},
        {"choices": [{"index": 1, "delta": {"content": "second choice"}}]},
        {"choices": [{"delta": None}]},
        {"choices": ["?"], "usage": {"prompt_tokens": "many", "completion_tokens": True}, "model": 7},
        {"choices": [{"index": 0, "delta": {"content": None, "tool_calls": []}}]},
    ],
)
async def test_odd_chunks_are_passed_over(model: ScriptedModel, chunk: object) -> None:
    model.script(raw(event(chunk), *reply("Hello").parts))
    assert (await ask(model.url)).text == "Hello"


async def test_content_in_parts_is_text(model: ScriptedModel) -> None:
    parts = [{"type": "text", "text": "Hel"}, {"type": "text", "text": "lo"}]
    model.script(raw(event({"choices": [{"delta": {"content": parts}}]}), event("[DONE]")))
    assert (await ask(model.url)).text == "Hello"


async def test_heartbeats_and_carriage_returns_do_not_disturb(model: ScriptedModel) -> None:
    body = b": ping\r\n\r\n" + delta(content="Hello").replace(b"\n", b"\r\n") + b"data:[DONE]\r\n\r\n"
    model.script(raw(body, content_type="text/plain"))
    assert (await ask(model.url)).text == "Hello"


async def test_endless_text_is_cut_and_the_connection_closed(model: ScriptedModel) -> None:
    model.script(endless("abc"))
    outcome = await ask(model.url, max_chars=1000)
    assert len(outcome.text) == 1000
    assert outcome.finished is not None
    assert outcome.finished.reason == "length"
    assert await asyncio.to_thread(model.requests[0].wait_closed_early, 0.5)


async def test_connections_are_used_again(model: ScriptedModel) -> None:
    model.always(reply("Hello"))
    opened = 0

    async def count(name: str, info: Any) -> None:
        nonlocal opened
        opened += name == "connection.connect_tcp.started"

    async def trace(request: httpx.Request) -> None:
        request.extensions["trace"] = count

    async with httpx.AsyncClient(trust_env=False, event_hooks={"request": [trace]}) as http:
        client = ChatClient(endpoint(model.url), http=http)
        for _ in range(3):
            assert (await collect(client)).text == "Hello"
        await client.aclose()
        assert not http.is_closed
    assert opened == 1


async def test_a_callers_http_client_does_not_bring_its_own_patience(model: ScriptedModel) -> None:
    model.script(reply("Hel", "lo", pause=0.1))
    async with httpx.AsyncClient(trust_env=False, timeout=0.02) as http:
        assert (await ask(model.url, http=http)).text == "Hello"


async def test_streams_run_side_by_side(model: ScriptedModel) -> None:
    model.always(reply("a", "b", "c", pause=0.1))
    client = ChatClient(endpoint(model.url))
    began = time.monotonic()
    outcomes = await asyncio.gather(*(collect(client) for _ in range(8)))
    await client.aclose()
    assert [outcome.text for outcome in outcomes] == ["abc"] * 8
    assert time.monotonic() - began < 1.5


# --- fields that an endpoint does not take ----------------------------------------------------------------


def picky(*fields: str) -> Any:
    """Answer like an endpoint that rejects the first of `fields` it finds in a request."""

    def answer(request: Request) -> Reply:
        found = next((field for field in fields if field in request.body), None)
        if found is None:
            return reply("Hello", usage=None)
        advice = " Use 'max_completion_tokens' instead." if found == "max_tokens" else ""
        return failure(400, f"Unsupported parameter: '{found}'.{advice}")

    return answer


async def test_an_endpoint_without_stream_options_is_asked_without_and_remembered(
    model: ScriptedModel,
) -> None:
    model.always(picky("stream_options"))
    client = ChatClient(endpoint(model.url, max_retries=0))
    assert (await collect(client)).text == "Hello"
    assert (await collect(client)).text == "Hello"
    await client.aclose()
    assert ["stream_options" in request.body for request in model.requests] == [True, False, False]


async def test_a_model_that_wants_newer_fields_gets_them(model: ScriptedModel) -> None:
    model.always(picky("stream_options", "max_tokens", "temperature"))
    client = ChatClient(endpoint(model.url))
    outcome = await collect(client, max_tokens=50, temperature=0.3)
    await client.aclose()
    assert outcome.text == "Hello"
    last = model.requests[-1].body
    assert last["max_completion_tokens"] == 50
    assert not {"stream_options", "max_tokens", "temperature"} & last.keys()


async def test_a_stubborn_endpoint_is_not_asked_for_ever(model: ScriptedModel) -> None:
    model.always(failure(400, "stream_options is not allowed"))
    outcome = await ask(model.url)
    assert outcome.kind == "rejected"
    assert len(model.requests) == 2


# --- failures ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (failure(401, f"Incorrect API key provided: {SECRET}"), "unauthorized", "refused the key"),
        (failure(403), "unauthorized", "refused the key"),
        (failure(404, 'model "llama9" not found, try pulling it first'), "notFound", "try pulling it first"),
        (json_reply({"detail": "Not Found"}, status=404), "notFound", "usually ends in /v1"),
        (raw(b"<h1>Not Found</h1>", status=404), "notFound", "usually ends in /v1"),
        (failure(400, "context length exceeded\nby 12 tokens"), "rejected", "context length exceeded by 12"),
        (json_reply({"error": "no room"}, status=413), "rejected", "no room"),
        (raw(status=302, location="http://example.org/v1/chat/completions"), "notFound", "another address"),
        (failure(501, "out of order"), "server", "out of order"),
        (web_page(), "badReply", "a web page"),
        (raw(b"lorem ipsum dolor\n\n"), "badReply", "something unreadable"),
        (raw(b"data: {oops\n\n"), "badReply", "something unreadable"),
        (raw(b"data: [1]\n\n"), "badReply", "something unreadable"),
        (raw(b"data: " + b"[" * 100_000 + b"\n\n"), "badReply", "something unreadable"),
        (raw(b"data: " + b"x" * 1_100_000), "badReply", "too long"),
        (raw(b'{"choices": [', content_type="application/json"), "badReply", "something unreadable"),
        (raw(b'{"x": "' + b"y" * 1_100_000), "badReply", "too long"),
        (json_reply({"status": "healthy"}), "badReply", "something else"),
        (json_reply({"error": {"message": "overloaded"}}), "server", "overloaded"),
        (json_reply({"error": {"message": "no such model", "code": 404}}), "notFound", "no such model"),
        (raw(b'event: error\ndata: {"message": "broken"}\n\n'), "server", "broken"),
        (raw(), "empty", "empty answer"),
        (raw(b"\r\n \n"), "empty", "empty answer"),
        (reply(), "empty", "empty answer"),
        (reply(" ", "\n"), "empty", "empty answer"),
        (reply(finish="length", reasoning=["hm"]), "empty", "allow more tokens"),
        (reply(finish="content_filter"), "empty", "other words"),
        (whole(""), "empty", "empty answer"),
    ],
)
async def test_a_reply_that_is_no_answer_says_what_it_is(
    model: ScriptedModel, answer: Reply, kind: Kind, words: str
) -> None:
    model.always(answer)
    outcome = await ask(model.url, max_retries=0)
    assert outcome.error is not None
    assert outcome.kind == kind
    assert words in f"{outcome.error} {outcome.error.hint}"
    assert SECRET not in f"{outcome.error} {outcome.error.hint}"
    assert str(outcome.error).endswith(".")
    assert outcome.text.strip() == ""


async def test_a_missing_key_is_told_from_a_wrong_one(model: ScriptedModel) -> None:
    model.script(failure(401))
    outcome = await ask(model.url, key=None)
    assert "needs a key" in str(outcome.error)
    assert outcome.error is not None
    assert "TACO_MODEL_KEY" in outcome.error.hint


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (dropped("Hel", "lo"), "unreachable"),
        (raw(delta(content="Hello")), "unreachable"),
        (stalled("Hello"), "timeout"),
        (error_event("Hello", message="out of memory"), "server"),
        (error_event("Hello", message="slow down", code=429), "rateLimited"),
        (raw(delta(content="Hello"), b"data: {garbage\n\n"), "badReply"),
        (raw(delta(content="Hello") + b"data: {garbage\n\n"), "badReply"),
    ],
)
async def test_what_arrived_before_a_failure_is_delivered_and_nothing_is_asked_twice(
    model: ScriptedModel, answer: Reply, kind: Kind
) -> None:
    model.always(answer)
    outcome = await ask(model.url)
    assert outcome.text == "Hello"
    assert outcome.kind == kind
    assert len(model.requests) == 1


async def test_heartbeats_do_not_make_a_silent_model_look_alive(model: ScriptedModel) -> None:
    pings: list[Part] = [Pause(0.05), b": ping\n\n"] * 40
    model.script(raw(*pings), raw(delta(content="Hello"), *pings))
    before = await ask(model.url, first_token_timeout_s=0.2)
    assert "did not begin to answer" in str(before.error)
    amid = await ask(model.url)
    assert amid.text == "Hello"
    assert "stopped in the middle" in str(amid.error)


@pytest.mark.parametrize("answer", [silence(), stalled(), reply("late").after(1.0)])
async def test_a_model_that_does_not_begin_is_given_up_and_the_connection_closed(
    model: ScriptedModel, answer: Reply
) -> None:
    model.always(answer)
    began = time.monotonic()
    outcome = await ask(model.url, first_token_timeout_s=0.2)
    assert time.monotonic() - began < 1
    assert outcome.kind == "timeout"
    assert "did not begin to answer within 0.2 s" in str(outcome.error)
    assert await asyncio.to_thread(model.requests[0].wait_closed_early, 0.5)
    assert len(model.requests) == 1


async def test_an_answer_that_never_ends_runs_out_of_total_time(model: ScriptedModel) -> None:
    model.script(reply(*["x"] * 100, pause=0.05))
    outcome = await ask(model.url, total_timeout_s=0.4)
    assert outcome.kind == "timeout"
    assert "took longer than 0.4 s" in str(outcome.error)
    assert outcome.text


async def test_a_flood_after_the_reason_does_not_hold_the_answer_back(
    model: ScriptedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("taco_lsp.models.client._USAGE_GRACE_S", 0.2)
    flood: list[Part] = [Pause(0.05), event({"choices": []})] * 100
    model.script(raw(*reply("Hello", usage=None, done=False).parts, *flood))
    began = time.monotonic()
    assert (await ask(model.url)).text == "Hello"
    assert time.monotonic() - began < 1


# --- retries ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", [failure(500), failure(502), failure(503), failure(504), failure(429), dropped()])
async def test_a_failure_that_may_pass_is_tried_again(model: ScriptedModel, first: Reply) -> None:
    model.script(first, first, reply("Hello"))
    assert (await ask(model.url)).text == "Hello"
    assert len(model.requests) == 3


async def test_retries_are_counted(model: ScriptedModel) -> None:
    model.always(failure(500))
    assert (await ask(model.url, max_retries=1)).kind == "server"
    assert len(model.requests) == 2


async def test_retries_stop_when_the_total_time_would_run_out(model: ScriptedModel) -> None:
    model.always(failure(429, retry_after="1"))
    began = time.monotonic()
    assert (await ask(model.url, total_timeout_s=0.5)).kind == "rateLimited"
    assert time.monotonic() - began < 0.5
    assert len(model.requests) == 1


async def test_the_seconds_an_endpoint_asks_for_are_waited(model: ScriptedModel) -> None:
    model.script(failure(429, retry_after="0.3"), reply("Hello"))
    began = time.monotonic()
    assert (await ask(model.url)).text == "Hello"
    assert time.monotonic() - began >= 0.3


@pytest.mark.parametrize("form", ["seconds", "date"])
async def test_an_endpoint_that_asks_for_a_long_wait_is_believed_at_once(model: ScriptedModel, form: str) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=120), usegmt=True)
    model.always(failure(429, "slow down", retry_after="120" if form == "seconds" else later))
    outcome = await ask(model.url)
    assert outcome.error is not None
    assert outcome.kind == "rateLimited"
    assert outcome.error.retry_after_s == pytest.approx(120, abs=3)
    assert len(model.requests) == 1


async def test_a_refused_connection_is_tried_again_then_reported() -> None:
    url = f"http://127.0.0.1:{free_port()}/v1"
    outcome = await ask(url)
    assert outcome.kind == "unreachable"
    assert "There is no connection" in str(outcome.error)


async def test_a_server_that_comes_up_between_attempts_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "FIRST_PAUSE_S", 0.3)
    port = free_port()

    async def hello(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = delta(content="Hello") + event("[DONE]")
        writer.write(b"HTTP/1.0 200 OK\r\n\r\n" + body)
        await writer.drain()
        writer.close()

    asking = asyncio.create_task(ask(f"http://127.0.0.1:{port}/v1"))
    await asyncio.sleep(0.05)
    async with await asyncio.start_server(hello, "127.0.0.1", port):
        assert (await asking).text == "Hello"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


# --- closing ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [silence(), stalled(), stalled("Hello"), endless("x")])
async def test_cancelling_closes_the_connection_at_once(model: ScriptedModel, answer: Reply) -> None:
    model.script(answer)
    client = ChatClient(endpoint(model.url, first_token_timeout_s=5, idle_timeout_s=5, max_chars=10**9))
    task = asyncio.create_task(collect(client))
    assert await asyncio.to_thread(model.wait_for_requests, 1)
    began = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(model.requests[0].wait_closed_early, 0.5)
    assert time.monotonic() - began < 0.5
    await client.aclose()


async def test_closing_the_generator_closes_the_connection_at_once(model: ScriptedModel) -> None:
    model.script(stalled("Hello"))
    client = ChatClient(endpoint(model.url, idle_timeout_s=5))
    parts = client.stream(QUESTION)
    assert await anext(parts) == TextDelta(text="Hello")
    await parts.aclose()
    assert await asyncio.to_thread(model.requests[0].wait_closed_early, 0.5)
    await client.aclose()


async def test_a_client_works_on_after_a_cancelled_question(model: ScriptedModel) -> None:
    model.script(stalled("Hel"), reply("Hello"))
    client = ChatClient(endpoint(model.url))
    parts = client.stream(QUESTION)
    await anext(parts)
    await parts.aclose()
    assert (await collect(client)).text == "Hello"
    await client.aclose()


# --- the list of models -----------------------------------------------------------------------------------


async def test_models_are_listed_in_the_endpoints_order(model: ScriptedModel) -> None:
    model.models = model_list("small", "large")
    client = ChatClient(endpoint(model.url))
    assert await client.list_models() == ("small", "large")
    await client.aclose()
    assert model.requests[0].headers["authorization"] == f"Bearer {SECRET}"
    assert model.requests[0].path == "/v1/models"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (failure(401), "unauthorized"),
        (failure(404), "notFound"),
        (web_page(), "badReply"),
        (json_reply([1]), "badReply"),
        (silence(), "timeout"),
        (dropped(), "unreachable"),
    ],
)
async def test_a_list_that_cannot_be_had_is_one_error(model: ScriptedModel, answer: Reply, kind: Kind) -> None:
    model.models = answer
    client = ChatClient(endpoint(model.url, first_token_timeout_s=0.2))
    with pytest.raises(ModelError) as caught:
        await client.list_models()
    await client.aclose()
    assert caught.value.kind == kind


# --- secrets and routes -----------------------------------------------------------------------------------


@pytest.fixture
async def elsewhere() -> AsyncIterator[ScriptedModel]:
    with ScriptedModel() as other:
        yield other


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(model: ScriptedModel, elsewhere: ScriptedModel, status: int) -> None:
    elsewhere.always(reply("stolen"))
    model.always(raw(status=status, location=f"{elsewhere.url}/chat/completions"))
    async with httpx.AsyncClient(follow_redirects=True, trust_env=False) as http:
        outcome = await ask(model.url, http=http)
    assert outcome.kind == "notFound"
    assert elsewhere.requests == ()


async def test_the_key_is_in_no_error_and_no_log(model: ScriptedModel, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    echo = f"bad key {SECRET} in Bearer {SECRET} at https://me:hunter2@host/ or sk-very-***4711"
    model.script(failure(500, echo), failure(401, echo), failure(400, echo), error_event("Hi", message=echo))
    model.script(dropped(), stalled("Hi"), reply("Hello"))
    for _ in range(5):
        outcome = await ask(model.url, max_retries=1)
        shown = repr(vars(outcome)) + (
            "".join(traceback.format_exception(outcome.error)) + repr(vars(outcome.error)) if outcome.error else ""
        )
        assert "4711" not in shown
        assert "hunter2" not in shown
    assert len(model.requests) == 7
    names = {record.name.split(".")[0] for record in caplog.records}
    assert {"taco_lsp", "httpx", "httpcore"} <= names
    assert "4711" not in caplog.text


async def test_the_question_is_in_no_log(model: ScriptedModel, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    model.script(failure(500), reply("Hello"))
    await ask(model.url)
    assert "attempt 1 failed" in caplog.text
    assert not [word for word in ("tutor", "Hello", "Qué") if word in caplog.text]


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:{port}", "socks5://127.0.0.1:{port}"])
async def test_this_machine_is_reached_past_any_proxy(
    model: ScriptedModel, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name.lower(), proxy.format(port=free_port()))
    monkeypatch.delenv("no_proxy", raising=False)
    model.script(reply("Hello"))
    assert (await ask(model.url)).text == "Hello"


async def test_another_machine_is_reached_through_the_proxy(
    model: ScriptedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", model.url.removesuffix("/v1"))
    model.script(reply("Hello"))
    assert (await ask("http://model.example/v1")).text == "Hello"
    assert model.requests[0].path == "http://model.example/v1/chat/completions"


async def test_proxy_settings_that_cannot_be_used_are_one_clear_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("all_proxy", "gopher://me:hunter2@127.0.0.1:1")
    with pytest.raises(ModelError, match="proxy settings") as caught:
        ChatClient(endpoint("http://model.example/v1"))
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


async def test_a_server_without_tls_is_told_from_one_that_is_down(model: ScriptedModel) -> None:
    outcome = await ask(model.url.replace("http:", "https:"), max_retries=0)
    assert outcome.kind == "unreachable"
    assert "no safe connection" in str(outcome.error)


@pytest.mark.parametrize("host", ["model.invalid", "x" * 70 + ".example", "☃☃.example", "xn--.example"])
async def test_a_host_that_does_not_exist_is_unreachable(host: str) -> None:
    outcome = await ask(f"http://{host}/v1", max_retries=0)
    assert outcome.kind in {"unreachable", "timeout"}


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 that no authority has signed, with its private key, in one file."""
    x509 = pytest.importorskip("cryptography.x509", reason="makes the certificate")
    hashes, serialization, ec = (
        pytest.importorskip(f"cryptography.hazmat.primitives.{name}")
        for name in ("hashes", "serialization", "asymmetric.ec")
    )
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "scripted model")])
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(private.public_key())
    builder = builder.serial_number(1).not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(1))
    builder = builder.add_extension(x509.SubjectAlternativeName([address]), critical=False)
    signed = builder.sign(private, hashes.SHA256())
    pem = serialization.Encoding.PEM
    secret = private.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = tmp_path / "certificate.pem"
    path.write_bytes(signed.public_bytes(pem) + secret)
    return path


async def test_a_certificate_counts_only_when_the_machine_trusts_it(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with ScriptedModel(tls=context) as model:
        model.always(reply("Hello"))
        refused = await ask(model.url, max_retries=0)
        assert refused.kind == "unreachable"
        assert "certificate is not accepted" in str(refused.error)
        assert model.requests == ()
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert (await ask(model.url)).text == "Hello"
