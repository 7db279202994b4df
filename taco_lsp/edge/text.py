"""The text of a document: a sequence of lines that is edited in place, at a cost that does not grow with its length.

The text stays the one string that it came as until an edit touches it; then only the block around the edit is split
into lines. Invariant: joined, the lines are the text; each but the last carries its line end; the last has none and
may be empty. Not here: what a line and a position are (`lines.py`), documents, versions, URIs.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, islice
from typing import NamedTuple, overload

from taco_lsp.edge import lines as rules

BLOCK = 32 * 1024
"""Characters of text that are split into lines together, or a line more."""
_CROWD = 4096
"""Lines above which a block is cut up."""

_KEPT = 64 * 1024
"""Characters up to which an edit can be taken back."""

Place = tuple[int, int]
"""A position in the text: number of a line, index into it."""


class Undo(NamedTuple):
    """What takes an edit back: the lines from `first` on, `number` of them, were `before`."""

    first: int
    number: int
    before: str


class _Span:
    """Whole lines that have not been split yet: a part of a longer string. Its length is the number of lines."""

    __slots__ = ("count", "source", "start", "stop")  # thousands of them stand for a large text

    def __init__(self, source: str, start: int, stop: int, count: int) -> None:
        self.source, self.start, self.stop, self.count = source, start, stop, count

    def __len__(self) -> int:
        return self.count

    def text(self) -> str:
        return self.source[self.start : self.stop]

    def split(self) -> list[str]:
        return rules.split(self.text())[: self.count]


_Block = _Span | list[str]


class Text(Sequence[str]):
    """A text. As a sequence, its lines; never empty."""

    def __init__(self, text: str, *, block: int = BLOCK) -> None:
        self._block = block
        self._blocks: list[_Block] = list(_spans(text, block, whole=True))
        self._joined: str | None = text
        self._count()

    def joined(self) -> str:
        """Return the whole text; put together when first asked for after a change."""
        if self._joined is None:
            text = ""
            for block in self._blocks:
                text += _text_of(block)  # in place: a list of pieces would be a second copy
            self._joined = text
        return self._joined

    def __len__(self) -> int:
        return self._first[-1]

    def __iter__(self) -> Iterator[str]:
        for block in tuple(self._blocks):
            yield from block.split() if isinstance(block, _Span) else block

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> list[str]: ...

    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        number = index + len(self) if index < 0 else index
        if not 0 <= number < len(self):
            raise IndexError(f"there is no line {index}")
        at, within = self._find(number)
        return self._open(at)[within]

    def locate(self, line: int, units: int, width: rules.Width) -> Place:
        """Move a position in code units into the text."""
        return rules.locate(self, line, units, width)

    def replace(self, start: Place, end: Place, text: str) -> Undo | None:
        """Replace what lies between two places; their order does not matter.

        Costs time in the lines touched and in the text put in, not in the length of the document.

        Returns:
            What takes the edit back, or None when that would be too much to keep.
        """
        start, end = sorted((start, end))
        first, last = start[0], end[0]
        low = self[first]
        high = low if last == first else self[last]
        piece = low[: start[1]] + text + high[end[1] :]
        if piece.startswith("\n") and first and self[first - 1].endswith("\r"):
            # A lone CR and the LF that now follows it are one line end.
            first -= 1
            piece = self[first] + piece
        before, lines = self._to_keep(first, last), len(self)
        self._put(first, last, piece)
        self._joined = None
        return None if before is None else Undo(first, last - first + 1 + len(self) - lines, before)

    def take_back(self, edit: Undo) -> None:
        """Take an edit back; only right for the last one that has not been taken back."""
        self._put(edit.first, edit.first + edit.number - 1, edit.before)
        self._joined = None

    def offset_of(self, place: Place) -> int:
        """Return the index of a place into the whole text."""
        at, within = self._find(place[0])
        before = sum(map(_length_of, self._blocks[:at]))
        return before + sum(map(len, islice(self._open(at), within))) + place[1]

    def place_at(self, offset: int) -> Place:
        """Return the place of an index into the whole text, moved into the text."""
        offset = max(0, offset)
        for at, block in enumerate(self._blocks):
            length = _length_of(block)
            if offset < length or at == len(self._blocks) - 1:
                line, index = rules.located_at(self._open(at), offset)
                return self._first[at] + line, index
            offset -= length
        raise AssertionError("a text has a block")

    def between(self, start: Place, end: Place) -> str:
        """Return the text between two places; their order does not matter."""
        start, end = sorted((start, end))
        if end[0] - start[0] > _CROWD:  # do not split what is only copied
            return self.joined()[self.offset_of(start) : self.offset_of(end)]
        return rules.text_between(self, start, end)

    def _to_keep(self, first: int, last: int) -> str | None:
        """Return the text of some lines unless it is long."""
        if first == last:
            line = self[first]
            return line if len(line) <= _KEPT else None
        if last - first > _CROWD:
            return None
        lines = [self[number] for number in range(first, last + 1)]
        return "".join(lines) if sum(map(len, lines)) <= _KEPT else None

    def _put(self, first: int, last: int, piece: str) -> None:
        """Put a text in the place of the lines from `first` to `last`."""
        whole = last == len(self) - 1
        (low, head), (high, tail) = self._find(first), self._find(last)
        before, after = self._open(low), self._open(high)
        if len(piece) > self._block:
            spans = _spans(piece, self._block, whole=whole)
            self._blocks[low : high + 1] = [*_cut_up(before[:head]), *spans, *_cut_up(after[tail + 1 :])]
            self._count()
            return
        fresh = rules.split(piece)
        if not whole:
            fresh.pop()  # the empty line behind the last line end is where the next line stands
        if low != high:
            self._blocks[low : high + 1] = _cut_up(before[:head] + fresh + after[tail + 1 :])
            self._count()
            return
        before[head : tail + 1] = fresh
        if len(fresh) != last - first + 1:
            self._blocks[low : low + 1] = _cut_up(before)
            self._count()

    def _open(self, at: int) -> list[str]:
        """Return the lines of a block, and have it hold them from now on."""
        block = self._blocks[at]
        if isinstance(block, _Span):
            block = self._blocks[at] = block.split()
        return block

    def _find(self, line: int) -> tuple[int, int]:
        """Return the block that a line is in, and its number there."""
        at = bisect_right(self._first, line) - 1
        return at, line - self._first[at]

    def _count(self) -> None:
        self._first = list(accumulate(map(len, self._blocks), initial=0))


def _spans(text: str, size: int, *, whole: bool) -> Iterator[_Span]:
    """Divide a text between lines.

    Args:
        text: Any text.
        size: Characters in a span, without the rest of its last line.
        whole: What follows the last line end is the last line, even if empty; otherwise nothing follows it.
    """
    start = 0
    while start < len(text):
        stop = rules.end_of_line(text, min(start + size, len(text)))
        count = rules.count_ends(text, start, stop)
        yield _Span(text, start, stop, count + (whole and stop == len(text)))
        start = stop
    if whole and not text:
        yield _Span(text, 0, 0, 1)


def _cut_up(lines: list[str]) -> list[_Block]:
    """Return lines as blocks of which none is a crowd; none at all if there are no lines."""
    if len(lines) <= _CROWD:
        return [lines] if lines else []
    return [lines[start : start + _CROWD // 2] for start in range(0, len(lines), _CROWD // 2)]


def _text_of(block: _Block) -> str:
    return block.text() if isinstance(block, _Span) else "".join(block)


def _length_of(block: _Block) -> int:
    return block.stop - block.start if isinstance(block, _Span) else sum(map(len, block))
