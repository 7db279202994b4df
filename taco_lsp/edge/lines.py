"""What a line is, and what a position in lines is, in any LSP encoding.

Pure functions over strings and sequences of lines. Lines end at LF, CRLF or CR and at nothing else (LSP 3.17, "Text
Documents"); U+2028, form feed and the like are ordinary characters. Invariant of every sequence: joined it is the
text; each line but the last carries its line end; the last has none and may be empty.

A position is (line, character) with character in code units of an encoding. Positions outside the text are moved
to the nearest one inside; a position within a character moves to its start. Not here: how a text is kept and
edited (`text.py`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence

Width = Callable[[str], int]
"""Length of a string in code units of some encoding."""

_OTHER_BREAKS = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
"""What `str.splitlines` splits at and LSP does not."""
_END = re.compile(r"\r\n?|\n")
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")


def _utf8(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


WIDTHS: dict[str, Width] = {"utf-8": _utf8, "utf-16": _utf16, "utf-32": len}
"""The encodings of LSP's PositionEncodingKind."""


def split(text: str) -> list[str]:
    """Split a text into lines; the inverse of `"".join`."""
    # splitlines is several times faster than the expression, and right unless one of these occurs.
    odd = any(mark in text for mark in _OTHER_BREAKS)
    lines: list[str] = _LINE.findall(text) if odd else text.splitlines(keepends=True)
    if not lines or lines[-1][-1] in "\r\n":
        lines.append("")
    return lines


def end_of_line(text: str, near: int) -> int:
    """Return the first index from `near` (at least 1) on that is behind a line end, or the end of the text."""
    match = _END.search(text, near - 1)
    return len(text) if match is None else match.end()


def count_ends(text: str, start: int, stop: int) -> int:
    """Count the line ends in a part of a text; much faster than splitting it."""
    ends = text.count("\n", start, stop) + text.count("\r", start, stop)
    return ends - text.count("\r\n", start, stop)


def body_length(line: str) -> int:
    """Length of a line without its line end, in characters."""
    if line.endswith("\r\n"):
        return len(line) - 2
    return len(line) - line.endswith(("\n", "\r"))


def index_of(line: str, units: int, width: Width) -> int:
    """Convert a column in code units to an index into the line, at most to before its line end."""
    end = body_length(line)
    if units <= 0:
        return 0
    if width is len or line.isascii():
        return min(units, end)
    index = bisect_right(range(end + 1), units, key=lambda i: width(line[:i])) - 1
    return max(0, index)


def units_of(line: str, index: int, width: Width) -> int:
    """Convert an index into a line to a column in code units, at most to before its line end."""
    index = max(0, min(index, body_length(line)))
    return index if line.isascii() else width(line[:index])


def locate(lines: Sequence[str], line: int, units: int, width: Width) -> tuple[int, int]:
    """Move a position into the text and return it as (line, index into that line)."""
    if line < 0:
        return 0, 0
    last = len(lines) - 1
    if line > last:
        return last, len(lines[last])
    return line, index_of(lines[line], units, width)


def located_at(lines: Sequence[str], offset: int) -> tuple[int, int]:
    """Return the (line, index) of an index into the whole text."""
    offset = max(0, offset)
    for number, line in enumerate(lines):
        if offset < len(line):
            return number, min(offset, body_length(line))
        offset -= len(line)
    return len(lines) - 1, len(lines[-1])


def text_between(lines: Sequence[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    """Return the text between two located positions; the order of the two does not matter."""
    if end < start:
        start, end = end, start
    if start[0] == end[0]:
        return lines[start[0]][start[1] : end[1]]
    middle = lines[start[0] + 1 : end[0]]
    return "".join((lines[start[0]][start[1] :], *middle, lines[end[0]][: end[1]]))
