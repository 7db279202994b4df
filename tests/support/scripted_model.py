"""A chat-completions endpoint that says what you script: a real HTTP server on loopback.

Needs the standard library only. For example:

    with ScriptedModel() as model:
        model.script(reply("Hello", " there"), failure(429, retry_after="1"), dropped("Hel"))
        ...                                      # point a client at model.url
        assert model.requests[0].body["stream"]

Replies are given in the order of the requests for `POST …/chat/completions`; when none is left, the one of
`always`, or a 400 that says so. A reply is data: a status, headers, and parts that are bytes to send, a
`Pause`, or `DROP`.

It checks nothing and has no opinion of a request: what was asked is in `requests` for the test to judge.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import ssl
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Final, Self

MODEL = "scripted-model"
EVENT_STREAM = "text/event-stream; charset=utf-8"


@dataclass(frozen=True)
class Pause:
    """Nothing is sent for so many seconds; for ever by default."""

    seconds: float = float("inf")


@dataclass(frozen=True)
class Drop:
    """The connection is cut without a goodbye."""


DROP: Final = Drop()
Part = bytes | Pause | Drop


@dataclass(frozen=True)
class Reply:
    """What to answer to one request; each bytes part is sent as one chunk."""

    parts: Iterable[Part]
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"content-type": EVENT_STREAM})
    delay: float = 0.0

    def after(self, seconds: float) -> Reply:
        """Send even the status only after so many seconds."""
        return replace(self, delay=seconds)

    def in_pieces(self, size: int) -> Reply:
        """Cut the body into chunks of `size` bytes, wherever that falls in a line or a character."""
        whole = b"".join(part for part in self.parts if isinstance(part, bytes))
        return replace(self, parts=[whole[start : start + size] for start in range(0, len(whole), size)])


# --- replies --------------------------------------------------------------------------------------


def reply(
    *texts: str,
    finish: str | None = "stop",
    usage: tuple[int, int] | None = (11, 7),
    done: bool = True,
    pause: float = 0.0,
    reasoning: Iterable[str] = (),
) -> Reply:
    """A normal stream: a chunk per text, `pause` seconds before each; `usage` as (prompt, completion)."""
    parts: list[Part] = [delta(role="assistant", content="")]
    parts += [delta(reasoning_content=thought) for thought in reasoning]
    for text in texts:
        parts += [Pause(pause), delta(content=text)] if pause else [delta(content=text)]
    if finish is not None:
        parts.append(event(_chunk([{"index": 0, "delta": {}, "finish_reason": finish}])))
    if usage is not None:
        parts.append(event(_chunk([], usage=_usage(usage))))
    if done:
        parts.append(event("[DONE]"))
    return Reply(parts)


def whole(text: str, *, usage: tuple[int, int] = (11, 7)) -> Reply:
    """One JSON object, from a server that ignores `"stream": true`."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    completion = {"object": "chat.completion", "model": MODEL, "choices": [choice], "usage": _usage(usage)}
    return json_reply(completion)


def failure(status: int, message: str = "", *, code: str | None = None, retry_after: str | None = None) -> Reply:
    """An HTTP error with the usual error object."""
    error = {"message": message or f"scripted failure {status}", "code": code}
    answer = json_reply({"error": error}, status=status)
    if retry_after is None:
        return answer
    return replace(answer, headers={**answer.headers, "retry-after": retry_after})


def error_event(*texts: str, message: str = "scripted failure", code: int | None = None) -> Reply:
    """Some text, then an error object in the stream."""
    failed = event({"error": {"message": message, "code": code}})
    return Reply([*(delta(content=text) for text in texts), failed])


def dropped(*texts: str) -> Reply:
    """Some text, then the connection is cut."""
    return Reply([*(delta(content=text) for text in texts), DROP])


def stalled(*texts: str) -> Reply:
    """Some text, then nothing more; without texts the status comes and no token ever does."""
    return Reply([*(delta(content=text) for text in texts), Pause()])


def silence() -> Reply:
    """Not even a status."""
    return Reply([], delay=float("inf"))


def endless(text: str) -> Reply:
    """The same text again and again, as fast as the client takes it."""
    return Reply(itertools.repeat(delta(content=text)))


def raw(*parts: Part, status: int = 200, content_type: str = EVENT_STREAM, **headers: str) -> Reply:
    """Whatever bytes you like; header names are written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(parts, status=status, headers={"content-type": content_type, **named})


def json_reply(value: object, *, status: int = 200) -> Reply:
    """Any JSON value."""
    return raw(json.dumps(value).encode(), status=status, content_type="application/json")


def web_page() -> Reply:
    """What a wrong address tends to answer."""
    return raw(b"<!doctype html><title>Welcome</title><p>It works!", content_type="text/html")


def model_list(*names: str) -> Reply:
    """The reply to `GET …/models`."""
    return json_reply({"object": "list", "data": [{"id": name, "object": "model"} for name in names]})


# --- parts ----------------------------------------------------------------------------------------


def event(data: object) -> bytes:
    """One server-sent event; anything but a string is written as JSON, its text unescaped."""
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    return f"data: {text}\n\n".encode()


def delta(**fields: str) -> bytes:
    """The event of one chunk, say `delta(content="Hel")`."""
    return event(_chunk([{"index": 0, "delta": fields, "finish_reason": None}]))


def _chunk(choices: list[object], **more: object) -> dict[str, object]:
    return {"id": "chat-1", "object": "chat.completion.chunk", "model": MODEL, "choices": choices, **more}


def _usage(counts: tuple[int, int]) -> dict[str, int]:
    prompt, completion = counts
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


# --- the server -----------------------------------------------------------------------------------


@dataclass(eq=False)
class Request:
    """A request as received; `body` is its JSON, None without one. Header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any
    closed_early: bool = False
    over: threading.Event = field(default_factory=threading.Event)

    def wait_closed_early(self, within: float) -> bool:
        """Wait until the exchange is over and tell whether the client ended it before the reply did.

        Blocks, so an event loop that the client runs in calls it with `asyncio.to_thread`.
        """
        return self.over.wait(within) and self.closed_early


Answer = Reply | Callable[[Request], Reply]


class ScriptedModel:
    """The endpoint, between `with` and the end of its block; safe to script and read from any thread.

    Attributes:
        models: The reply to `GET …/models`; replace it to script that too.
    """

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        """Prepare to listen on a free port of 127.0.0.1, over https when given a context for it."""
        self.models: Reply = model_list(MODEL)
        self._tls = tls
        self._script: deque[Answer] = deque()
        self._always: Answer | None = None
        self._requests: list[Request] = []
        self._arrived = threading.Condition()
        self._ready = threading.Event()
        self._port = 0
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="scripted-model", daemon=True)

    @property
    def url(self) -> str:
        """Base URL for a client."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self._port}/v1"

    @property
    def requests(self) -> tuple[Request, ...]:
        """The requests so far, in order of arrival."""
        return tuple(self._requests)

    def script(self, *answers: Answer) -> None:
        """Add answers, one per request; a function is given the request and returns the reply."""
        self._script.extend(answers)

    def always(self, answer: Answer) -> None:
        """Answer so whenever the script is used up."""
        self._always = answer

    def wait_for_requests(self, count: int, within: float = 2.0) -> bool:
        """Block until so many requests have arrived, or `within` seconds have passed."""
        with self._arrived:
            return self._arrived.wait_for(lambda: len(self._requests) >= count, within)

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(5):
            raise RuntimeError("the scripted model did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(5)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        connections: set[asyncio.Task[None]] = set()

        def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            assert isinstance(reader, _Reader)
            task = self._loop.create_task(self._converse(reader, writer))
            connections.add(task)
            task.add_done_callback(connections.discard)

        server = await self._loop.create_server(
            lambda: asyncio.StreamReaderProtocol(_Reader(), connected), "127.0.0.1", 0, ssl=self._tls
        )
        self._port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        for task in connections:
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
        await asyncio.sleep(0)  # lets the aborted transports close their sockets

    async def _converse(self, reader: _Reader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until the client leaves, a reply drops it, or the server stops."""
        try:
            while request := await _read_request(reader):
                with self._arrived:
                    self._requests.append(request)
                    self._arrived.notify_all()
                await _answer(self._choose(request), request, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.transport.abort()

    def _choose(self, request: Request) -> Reply:
        if request.path.endswith("/models"):
            return self.models
        if not request.path.endswith("/chat/completions"):
            return failure(404, f"no such path: {request.path}")
        with suppress(IndexError):
            return _resolve(self._script.popleft(), request)
        if self._always is not None:
            return _resolve(self._always, request)
        return failure(400, f"the script has no reply left for request {len(self._requests)}")


class _Reader(asyncio.StreamReader):
    """Tells at once that the client has left, also while nobody reads."""

    def __init__(self) -> None:
        super().__init__()
        self.left = asyncio.Event()

    def feed_eof(self) -> None:
        super().feed_eof()
        self.left.set()

    def set_exception(self, exc: Exception) -> None:
        super().set_exception(exc)
        self.left.set()


def _resolve(answer: Answer, request: Request) -> Reply:
    return answer if isinstance(answer, Reply) else answer(request)


async def _read_request(reader: asyncio.StreamReader) -> Request | None:
    """Read the next request; None when the client has left or speaks something else, such as TLS."""
    line = (await reader.readline()).decode("latin-1")
    if not line.endswith(" HTTP/1.1\r\n"):
        return None
    method, path, _ = line.split(" ", 2)
    headers: dict[str, str] = {}
    while line := (await reader.readline()).decode("latin-1").strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Request(method, path, headers, json.loads(body) if body else None)


async def _answer(answer: Reply, request: Request, reader: _Reader, writer: asyncio.StreamWriter) -> None:
    """Send the reply and note whether the client left before it was over."""
    sending = asyncio.ensure_future(_send(answer, writer))
    leaving = asyncio.ensure_future(reader.left.wait())
    try:
        await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        request.closed_early = not sending.done() or isinstance(sending.exception(), ConnectionError)
        if sending.done():
            sending.result()
    finally:
        for task in (sending, leaving):
            task.cancel()
        await asyncio.gather(sending, leaving, return_exceptions=True)
        request.over.set()


async def _send(answer: Reply, writer: asyncio.StreamWriter) -> None:
    await _sleep(answer.delay)
    head = [
        f"HTTP/1.1 {answer.status} Scripted",
        *(f"{name}: {value}" for name, value in answer.headers.items()),
    ]
    writer.write("\r\n".join([*head, "transfer-encoding: chunked", "", ""]).encode("latin-1"))
    for part in answer.parts:
        if isinstance(part, Pause):
            await _sleep(part.seconds)
        elif isinstance(part, Drop):
            writer.transport.abort()
            return
        elif part:
            writer.write(b"%x\r\n%s\r\n" % (len(part), part))
        await writer.drain()
    writer.write(b"0\r\n\r\n")
    await writer.drain()


async def _sleep(seconds: float) -> None:
    if seconds == float("inf"):
        await asyncio.Event().wait()
    await asyncio.sleep(seconds)
