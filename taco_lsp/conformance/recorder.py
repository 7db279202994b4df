"""Writes a transcript down while a client and the server speak; knows messages, and not where they come from."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from pathlib import Path
from typing import Any

from taco_lsp.conformance.transcript import By, Door, Entry
from taco_lsp.edge.framing import Frame, FrameParser, Item
from taco_lsp.wire.uris import path_of

LARGEST_FILE = 4 * 1024 * 1024


class Recorder:
    """Writes down what either side says; safe to use from a thread for each side."""

    def __init__(self, file: Path, door: Door | None = None) -> None:
        """Begin a transcript.

        Args:
            file: a new file.
            door: how the client comes in; default: by standard input and output.
        """
        self._stream = file.open("x", encoding="utf-8", newline="\n")
        self._began = time.monotonic()
        self._lock = threading.Lock()
        self._parsers: dict[By, FrameParser] = {"client": FrameParser(), "server": FrameParser()}
        if door:
            self._write(self._new("client", door=door))

    def heard(self, by: By, data: bytes) -> None:
        """Bytes came from one side."""
        with self._lock:
            parser = self._parsers[by]
            parser.feed(data)
            for item in parser.items():
                self._write(self._entry(by, item))

    def said(self, by: By, frame: str | bytes) -> None:
        """A WebSocket brought a frame from one side."""
        with self._lock:
            whole = isinstance(frame, str)
            self._write(self._read(by, frame) if whole else self._new(by, fault="a binary frame, not a text frame"))

    def cut(self) -> None:
        """The client's connection broke."""
        with self._lock:
            self._write(self._new("client", fault="the connection was cut without a closing handshake"))

    def left(self) -> None:
        """The client closed its end."""
        with self._lock:
            self._write(self._new("client", left=True))

    def ended(self, code: int) -> None:
        """The server's process ended; nothing is written down after that."""
        with self._lock:
            self._write(self._new("server", exit=code))
            self._stream.close()

    def close(self) -> None:
        """Both sides are gone; nothing is written down after that."""
        with self._lock:
            self._stream.close()

    def _entry(self, by: By, item: Item) -> Entry:
        if not isinstance(item, Frame):
            return self._new(by, fault=item.reason)
        return self._read(by, bytes(item.take()))

    def _read(self, by: By, body: str | bytes) -> Entry:
        try:
            message = json.loads(body)
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
