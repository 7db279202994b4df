"""Keeping the two ends of an endless stream in bounded memory, and turning them into text.

Knows nothing of processes: bytes go in, text comes out.
"""

from __future__ import annotations

import codecs

_LINE_SEARCH = 1024  # a longer line is cut in the middle rather than dropped
_CONTINUATION_BYTES = bytes(range(0x80, 0xC0))


class Capture:
    """The first and the last `limit // 2` bytes of a stream; never holds more than twice `limit`."""

    def __init__(self, limit: int) -> None:
        self._head_size = limit // 2
        self._tail_size = limit - self._head_size
        self._head = bytearray()
        self._tail = bytearray()
        self._total = 0

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the stream."""
        self._total += len(data)
        room = self._head_size - len(self._head)
        self._head += data[:room]
        self._tail += data[max(room, len(data) - self._tail_size) :]
        if len(self._tail) > 2 * self._tail_size:  # trimming rarely keeps the cost of a byte constant
            del self._tail[: -self._tail_size]

    @property
    def truncated(self) -> bool:
        """Whether something had to be left out."""
        return self._total > self._head_size + self._tail_size

    def text(self) -> str:
        """Return the stream as text; where the middle is missing, a line says how much."""
        if not self.truncated:
            return _decode(self._head + self._tail)
        head, tail = _whole_lines(bytes(self._head), bytes(self._tail[-self._tail_size :]))
        cut = self._total - len(head) - len(tail)
        gap = "" if head.endswith(b"\n") else "\n"
        return f"{_decode(head)}{gap}[... {cut:,} bytes left out ...]\n{_decode(tail)}"


def _whole_lines(head: bytes, tail: bytes) -> tuple[bytes, bytes]:
    """Move both edges of the gap to a line end, or at least off the middle of a character."""
    last = head.rfind(b"\n", max(0, len(head) - _LINE_SEARCH))
    first = tail.find(b"\n", 0, min(_LINE_SEARCH, len(tail) - 1))
    if last >= 0:
        head = head[: last + 1]
    else:
        whole = codecs.getincrementaldecoder("utf-8")("replace").decode(head)  # holds a half character back
        head = whole.encode() if head.startswith(whole.encode()) else head
    tail = tail[first + 1 :] if first >= 0 else tail[:4].lstrip(_CONTINUATION_BYTES) + tail[4:]
    return head, tail


def _decode(data: bytes | bytearray) -> str:
    # A NUL is valid UTF-8 but neither Postgres nor most editors can hold it.
    return data.decode("utf-8", "replace").replace("\0", "\ufffd")
