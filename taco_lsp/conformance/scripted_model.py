"""A chat-completions endpoint that says what you script: a real HTTP server on loopback.

Needs the standard library only. For example:

    with ScriptedModel() as model:
        model.script(reply("Hello", " there"), failure(429, retry_after="1"), dropped("Hel"))
        ...                                      # point a client at model.url
        assert model.requests[0].body["stream"]

Replies (`replies`) are given in the order of the requests for `POST …/chat/completions`; when none is left, the one
of `always`, or a 400 that says so.

It checks nothing and has no opinion of a request: what was asked is in `requests` for the test to judge.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import threading
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from taco_lsp.conformance.replies import MODEL, Drop, Pause, Reply, failure, model_list


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

    def __init__(self, *, tls: ssl.SSLContext | None = None, port: int = 0) -> None:
        """Prepare to listen on 127.0.0.1, on a free port by default, over https when given a context for it."""
        self.models: Reply = model_list(MODEL)
        self._tls = tls
        self._script: deque[Answer] = deque()
        self._always: Answer | None = None
        self._requests: list[Request] = []
        self._arrived = threading.Condition()
        self._ready = threading.Event()
        self._port = port
        self._failed: OSError | None = None
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

    def forget(self) -> None:
        """Drop the script, what was always answered, and the requests so far."""
        self._script.clear()
        self._always = None
        self._requests.clear()

    def wait_for_requests(self, count: int, within: float = 2.0) -> bool:
        """Block until so many requests have arrived, or `within` seconds have passed."""
        with self._arrived:
            return self._arrived.wait_for(lambda: len(self._requests) >= count, within)

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(5):
            raise RuntimeError("the scripted model did not start")
        if self._failed:
            raise self._failed
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

        try:
            server = await self._loop.create_server(
                lambda: asyncio.StreamReaderProtocol(_Reader(), connected), "127.0.0.1", self._port, ssl=self._tls
            )
        except OSError as error:
            self._failed = error
            self._ready.set()
            return
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
