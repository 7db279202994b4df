"""`taco-lsp` as a conformance run hands it out: starts the real server, passes all bytes on, writes down what goes by.

    python -I -m taco_lsp.conformance.proxy FOLDER [OPTIONS OF taco-lsp]

Each connection is a transcript of its own in FOLDER. A message is written down before it is passed on, so that a
reply always stands below its request. Changes nothing and judges nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from taco_lsp.conformance.transcript import SUFFIX, By, Entry
from taco_lsp.edge.framing import Frame, FrameParser, Item
from taco_lsp.wire.uris import path_of

SERVER = (sys.executable, "-I", "-m", "taco_lsp")
PIECE = 65536
LARGEST_FILE = 4 * 1024 * 1024


class Recorder:
    """Writes down what either side says; safe to use from a thread for each side."""

    def __init__(self, file: Path) -> None:
        self._stream = file.open("x", encoding="utf-8", newline="\n")
        self._began = time.monotonic()
        self._lock = threading.Lock()
        self._parsers: dict[By, FrameParser] = {"client": FrameParser(), "server": FrameParser()}

    def heard(self, by: By, data: bytes) -> None:
        """Bytes came from one side."""
        with self._lock:
            parser = self._parsers[by]
            parser.feed(data)
            for item in parser.items():
                self._write(self._entry(by, item))

    def left(self) -> None:
        """The client closed its end."""
        with self._lock:
            self._write(self._new("client", left=True))

    def ended(self, code: int) -> None:
        """The server's process ended; nothing is written down after that."""
        with self._lock:
            self._write(self._new("server", exit=code))
            self._stream.close()

    def _entry(self, by: By, item: Item) -> Entry:
        if not isinstance(item, Frame):
            return self._new(by, fault=item.reason)
        try:
            message = json.loads(bytes(item.take()))
        except ValueError as error:
            return self._new(by, fault=f"a body that is not JSON: {error}")
        return self._new(by, message=message, disk=_saved(message) if by == "client" else None)

    def _new(self, by: By, **fields: Any) -> Entry:
        return Entry(at=round(time.monotonic() - self._began, 4), by=by, **fields)

    def _write(self, entry: Entry) -> None:
        if not self._stream.closed:
            self._stream.write(f"{entry.as_line()}\n")
            self._stream.flush()


def _saved(message: Any) -> str | None:
    """The file that a `didSave` speaks of, as it is on disk now."""
    if not isinstance(message, dict) or message.get("method") != "textDocument/didSave":
        return None
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        path = path_of(message["params"]["textDocument"]["uri"])
        if path and path.stat().st_size <= LARGEST_FILE:
            return path.read_bytes().decode("utf-8")
    return None


def main(argv: Sequence[str]) -> int:
    """Serve one client; return the server's exit code."""
    folder, *options = argv
    if any(not option.startswith(("--stdio", "--clientProcessId")) for option in options):
        return subprocess.run([*SERVER, *options], check=False).returncode  # noqa: S603 - the server, as the client asked
    recorder = Recorder(Path(folder) / f"{time.time_ns()}-{os.getpid()}{SUFFIX}")
    server = subprocess.Popen([*SERVER, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
    assert server.stdin
    assert server.stdout
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    to_server, from_server = server.stdin.fileno(), server.stdout.fileno()

    def listen() -> None:
        _pass_on(0, to_server, lambda data: recorder.heard("client", data))
        recorder.left()
        with contextlib.suppress(OSError):
            os.close(to_server)

    threading.Thread(target=listen, daemon=True).start()
    _pass_on(from_server, 1, lambda data: recorder.heard("server", data))
    code = server.wait()
    recorder.ended(code)
    return code


def _pass_on(source: int, target: int, heard: Callable[[bytes], None]) -> None:
    """Copy until the source ends. A target that is gone hears no more; what the source says is still written down."""
    gone = False
    while data := _read(source):
        heard(data)
        while data and not gone:
            try:
                data = data[os.write(target, data) :]
            except OSError:
                gone = True


def _read(source: int) -> bytes:
    try:
        return os.read(source, PIECE)
    except OSError:
        return b""


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(code if code >= 0 else 1)  # the thread that reads the client may never return
