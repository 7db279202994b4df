"""A parser of server-sent events that does no input or output of its own.

Follows the WHATWG HTML Standard, section 9.2.6 "Interpreting an event stream": UTF-8 with an optional byte
order mark, lines ended by LF, CR or CRLF, comments, data over several lines, an unfinished last event
discarded. `id` and `retry` serve reconnecting, which a chat answer cannot do, so they are ignored like
unknown fields.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

import attrs

_LINE_END = re.compile(r"\r\n|\r|\n")


class EventTooLongError(ValueError):
    """One event grew beyond the limit."""


@attrs.frozen(kw_only=True)
class Event:
    """One dispatched event; `type` is "message" unless the stream names another."""

    type: str = "message"
    data: str


class EventParser:
    """Turns bytes, cut anywhere, into events; an unfinished event may hold `max_chars` characters."""

    def __init__(self, *, max_chars: int = 1_048_576) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")(errors="replace")
        self._max_chars = max_chars
        self._pending_chars = 0
        # Pieces of the unfinished line, joined once: adding to a string makes a trickle cost quadratic time.
        self._line: list[str] = []
        self._after_cr = False
        self._type = ""
        self._data: list[str] = []

    def feed(self, chunk: bytes) -> Iterator[Event]:
        """Take the next bytes and yield the events they complete; to be exhausted before the next call.

        Raises:
            EventTooLongError: after the events that came before the one that is too long.
        """
        text = self._decoder.decode(chunk)
        if not text:
            return
        if self._after_cr:
            text = text.removeprefix("\n")
        self._after_cr = text.endswith("\r")
        *endings, rest = _LINE_END.split(text)
        for ending in endings:
            self._grow(ending)
            line = "".join(self._line)
            self._line.clear()
            event = self._take_line(line)
            if event is not None:
                yield event
        self._grow(rest)

    def _grow(self, piece: str) -> None:
        self._line.append(piece)
        self._pending_chars += len(piece)
        if self._pending_chars > self._max_chars:
            raise EventTooLongError(f"an event is longer than {self._max_chars} characters")

    def _take_line(self, line: str) -> Event | None:
        if not line:
            return self._dispatch()
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._type = value
        else:  # a comment or a field we have no use for
            self._pending_chars -= len(line)
        return None

    def _dispatch(self) -> Event | None:
        event = Event(type=self._type or "message", data="\n".join(self._data)) if self._data else None
        self._type = ""
        self._data.clear()
        self._pending_chars = 0
        return event
