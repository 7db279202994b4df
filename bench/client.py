"""The client's end of a server that runs as a process: blocking writes, and arrivals stamped by a reading thread.

Built for timing, and independent of the code that it measures. It announces no capability that would make a server
ask something back, so it never answers a request.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic, perf_counter
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

ANSWER_TIMEOUT_S: Final = 300.0
EXIT_TIMEOUT_S: Final = 10.0

CAPABILITIES: Final[Mapping[str, Any]] = {
    "general": {"positionEncodings": ["utf-16"]},
    "textDocument": {
        "synchronization": {"didSave": True},
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["", "quickfix", "refactor"]}}},
        "publishDiagnostics": {"versionSupport": True},
    },
}


class Arrival(NamedTuple):
    """A message of the server and when it was read, by `perf_counter`."""

    at: float
    message: Mapping[str, Any]


class ServerFailed(Exception):
    """The server ended, answered with an error, or did not answer in time; says what it wrote to its log."""


class Client:
    """A server process and its pipes; use it in a `with` block and from one thread."""

    def __init__(self, command: Sequence[str], *, folder: Path, environ: Mapping[str, str]) -> None:
        """Start the server in a folder, which also takes its log."""
        self.folder = folder
        self.spawned_at = perf_counter()
        self._log = folder / "server.log"
        self._arrivals: queue.SimpleQueue[Arrival | None] = queue.SimpleQueue()
        self._last_id = 0
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                command, cwd=folder, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
            )
        threading.Thread(target=self._read, name="bench-reader", daemon=True).start()

    def initialize(self, *, parent: int | None = None) -> Arrival:
        """Send `initialize` and wait for the reply; `parent` is the process to live as long as, by default this."""
        root = self.folder.as_uri()
        params = {
            "processId": os.getpid() if parent is None else parent,
            "rootUri": root,
            "workspaceFolders": [{"uri": root, "name": "bench"}],
            "capabilities": CAPABILITIES,
        }
        return self.request("initialize", params)

    def open(self, uri: str, text: str) -> None:
        """Send `textDocument/didOpen` for a Python file."""
        document = {"uri": uri, "languageId": "python", "version": 0, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def request(self, method: str, params: Any) -> Arrival:
        """Send a request and wait for its result.

        Raises:
            ServerFailed: there is no result.
        """
        return self.reply(self.send_request(method, params))

    def send_request(self, method: str, params: Any) -> int:
        """Send a request and return its id."""
        self._last_id += 1
        self.write(frame({"id": self._last_id, "method": method, "params": params}))
        return self._last_id

    def notify(self, method: str, params: Any) -> None:
        """Send a notification."""
        self.write(frame({"method": method, "params": params}))

    def write(self, data: bytes) -> None:
        """Write framed messages; blocks while the server does not read."""
        assert self.process.stdin
        try:
            self.process.stdin.write(data)
            self.process.stdin.flush()
        except OSError:
            raise self._failure("the server does not read any more") from None

    def reply(self, number: int) -> Arrival:
        """Wait for the result of a request, dropping what arrives before it."""
        return self.wait_for(lambda message: message.get("id") == number and "method" not in message)

    def wait_for(self, wanted: Callable[[Mapping[str, Any]], bool]) -> Arrival:
        """Wait for a message, dropping those before it.

        Raises:
            ServerFailed: it did not come, or it is an error reply.
        """
        until = monotonic() + ANSWER_TIMEOUT_S
        while True:
            arrival = self._next(until)
            if not wanted(arrival.message):
                continue
            if "error" in arrival.message:
                raise self._failure(f"the server answered with {arrival.message['error']}")
            return arrival

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Shut the server down, or end it by force when the block has failed."""
        try:
            if kind is None and self.process.poll() is None:
                self.request("shutdown", None)
                self.notify("exit", None)
                self.process.wait(EXIT_TIMEOUT_S)
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            for pipe in (self.process.stdin, self.process.stdout):
                if pipe:
                    pipe.close()

    def _next(self, until: float) -> Arrival:
        try:
            arrival = self._arrivals.get(timeout=max(0.0, until - monotonic()))
        except queue.Empty:
            raise self._failure("the server did not answer in time") from None
        if arrival is None:
            raise self._failure("the server has ended")
        return arrival

    def _read(self) -> None:
        assert self.process.stdout
        out = self.process.stdout
        try:
            while length := _content_length(out.readline):
                body = out.read(length)
                self._arrivals.put(Arrival(perf_counter(), json.loads(body)))
        finally:
            self._arrivals.put(None)

    def _failure(self, what: str) -> ServerFailed:
        log = self._log.read_text(encoding="utf-8", errors="replace")[-2000:]
        return ServerFailed(f"{what}; its log ends:\n{log}")


def frame(message: Mapping[str, Any]) -> bytes:
    """Write a message with its header, as compact as editors do."""
    body = json.dumps({"jsonrpc": "2.0", **message}, separators=(",", ":")).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def _content_length(read_line: Callable[[], bytes]) -> int:
    """Read a header block; 0 at the end of the stream."""
    length = 0
    while (line := read_line()) not in (b"\r\n", b""):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return length
