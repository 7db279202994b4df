"""Cut a byte stream into LSP messages (the base protocol), without doing any I/O.

    parser.feed(data); for item in parser.items(): ...      # Frame | Fault
    frame(body) -> bytes

A `Fault` is a place where the stream broke the base protocol. The parser always finds its way again: it drops
bytes up to the next `Content-Length: N` line. Such a line cannot stand inside a JSON message (a string holds no
raw line break), so finding one inside a body also proves that the announced length was too long. What comes out
does not depend on how the stream was cut into packets.

A large body is not kept as bytes: it is handed on in pieces to a `Collector` as it arrives.

Not here: JSON. Whether a body makes sense is for `messages.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import attrs

MAX_BODY = 64 * 1024 * 1024
"""Default limit for the body of one message, in bytes."""
LARGE = 1024 * 1024
"""Bodies that are announced as longer are collected in pieces."""

_MAX_HEADER = 8 * 1024
_NAME = "content-length"
_LENGTH_LINE = re.compile(rb"content-length[ \t]*:[ \t]*\d{1,19}[ \t]*\r?\n", re.IGNORECASE)
_TAIL = 64
"""More than the usual length line, so that one is found even if a packet ends inside it."""


def _cut_off_length_line() -> re.Pattern[bytes]:
    """Match a body that is, or that ends behind a JSON value with, the beginning of the next message's length line."""
    prefix = r"(?:[ \t]*:[ \t]*\d*[ \t]*\r?)?"
    for letter in reversed(_NAME[1:]):
        prefix = f"(?:{letter}{prefix})?"
    return re.compile(rf"(?:\A|[}}\]]\s*){_NAME[0]}{prefix}\Z".encode(), re.IGNORECASE)


_CUT_OFF = _cut_off_length_line()


class Collector(Protocol):
    """Takes a large body in, piece by piece."""

    def feed(self, data: bytes) -> None:
        """Take the next piece; must not raise, whatever it is."""


class Collected(bytearray):
    """The collector that only keeps the bytes."""

    def feed(self, data: bytes) -> None:
        """Take the next piece."""
        self.extend(data)


@attrs.define
class Frame:
    """The body of one message: bytes, or the collector of a large one."""

    body: Any

    def take(self) -> Any:
        """Return the body and forget it, so that a large one is freed as soon as it has been read."""
        body, self.body = self.body, b""
        return body


@attrs.frozen
class Fault:
    """A violation of the base protocol, in words; the stream goes on behind it."""

    reason: str


Item = Frame | Fault


def frame(body: bytes) -> bytes:
    """Put the header before a message's body."""
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


class FrameParser:
    """The state between two pieces of a stream."""

    def __init__(self, max_body: int = MAX_BODY, collect: Callable[[], Collector] = Collected) -> None:
        self._max_body = max_body
        self._collect = collect
        self._collected: Collector | None = None  # takes the body being read, if it is large
        self._handed_on = 0  # how much it has taken
        self._buffer = bytearray()
        self._length: int | None = None  # announced length of the body being read
        self._declared: int | None = None  # length found so far in the header block being read
        self._in_header = False
        self._skipping = False
        self._searched = 0  # how much of the unfinished body is known to hold no length line

    @property
    def pending(self) -> int:
        """How many bytes of an unfinished message are waiting."""
        return self._handed_on + len(self._buffer)

    def feed(self, data: bytes) -> None:
        """Take the next piece of the stream."""
        self._buffer += data

    def items(self) -> Iterator[Item]:
        """Yield what is complete, in order."""
        while (item := self._next()) is not None:
            yield item

    def stalled(self, is_whole: Callable[[Any], bool]) -> Frame | None:
        """Give up waiting for the rest of a body, if what has arrived is a message by itself.

        Args:
            is_whole: Tells whether a body is a complete message.

        Returns:
            The message, when its announced length was too long; None means: go on waiting.
        """
        if self._length is None or not self._buffer:
            return None
        if len(self._buffer) < self._length:
            if not self._buffer.rstrip().endswith((b"}", b"]")):
                return None
            if self._collected is not None:
                self._hand_on(len(self._buffer))
            if not is_whole(bytes(self._buffer) if self._collected is None else self._collected):
                return None
        return self._finish(len(self._buffer))

    def _next(self) -> Item | None:
        if self._skipping and not self._resynchronise():
            return None
        if self._length is None:
            fault = self._read_header()
            if fault is not None:
                return fault
        return None if self._length is None else self._read_body(self._length)

    def _read_header(self) -> Fault | None:
        """Read header lines up to the empty one; sets `_length` when the block is complete."""
        while (end := self._buffer.find(b"\n")) >= 0:
            if end > _MAX_HEADER:
                break
            line = bytes(self._buffer[:end]).strip()
            del self._buffer[: end + 1]
            if line:
                fault = self._read_field(line)
                if fault is not None:
                    return fault
            elif self._in_header:
                if self._declared is None:
                    return self._skip("a header block without Content-Length")
                self._length = self._declared
                return None
        if len(self._buffer) > _MAX_HEADER:
            return self._skip("a header line that does not end")
        return None

    def _read_field(self, line: bytes) -> Fault | None:
        self._in_header = True
        name, colon, value = line.partition(b":")
        if not colon or not re.fullmatch(rb"[A-Za-z0-9-]+[ \t]*", name):
            return self._skip("something that is not a header", back=line + b"\n")
        if name.strip().lower() != _NAME.encode():
            return None
        if not re.fullmatch(rb"[0-9]{1,19}", value.strip()):
            return self._skip("a Content-Length that is not a number of bytes")
        if int(value) > self._max_body:
            return self._skip(f"a message of {int(value)} bytes; the limit is {self._max_body}")
        self._declared = int(value)
        return None

    def _read_body(self, length: int) -> Frame | None:
        """Cut the body off the buffer: at `length`, or before a length line that proves it wrong."""
        have = len(self._buffer)
        match = _LENGTH_LINE.search(self._buffer, self._searched, min(have, length + _TAIL))
        end = length
        if match is not None and match.start() < length and (match.end() <= length or self._ends_cut_off(length)):
            end = match.start()
        elif have < length or (have < length + _TAIL and self._ends_cut_off(length)):
            self._searched = max(0, min(have, length) - _TAIL)
            if self._collected is not None or length > LARGE:
                self._hand_on(self._searched)
            return None
        return self._finish(end)

    def _hand_on(self, count: int) -> None:
        """Hand bytes of the body on that need not be looked at again."""
        if self._collected is None:
            self._collected = self._collect()
        assert self._length is not None
        self._collected.feed(bytes(self._buffer[:count]))
        del self._buffer[:count]
        self._length -= count
        self._handed_on += count
        self._searched = 0

    def _finish(self, count: int) -> Frame:
        """Take the rest of the body off the buffer."""
        rest, collected = bytes(self._buffer[:count]), self._collected
        del self._buffer[:count]
        self._restart()
        if collected is None:
            return Frame(rest)
        collected.feed(rest)
        return Frame(collected)

    def _ends_cut_off(self, length: int) -> bool:
        return _CUT_OFF.search(self._buffer, max(0, length - _TAIL), length) is not None

    def _skip(self, reason: str, back: bytes = b"") -> Fault:
        """Start dropping bytes up to the next length line; `back` is looked at again."""
        self._buffer[:0] = back
        self._restart()
        self._skipping = True
        return Fault(reason)

    def _restart(self) -> None:
        self._length = self._declared = None
        self._in_header = self._skipping = False
        self._searched = self._handed_on = 0
        self._collected = None

    def _resynchronise(self) -> bool:
        """Drop everything before the next length line; tells whether there is one yet."""
        match = _LENGTH_LINE.search(self._buffer)
        if match is None:
            del self._buffer[: max(0, len(self._buffer) - _TAIL)]
            return False
        del self._buffer[: match.start()]
        self._skipping = False
        return True
