"""From LSP ranges to the lines people speak of. Pure."""

from __future__ import annotations

from taco_lsp.wire.types import Range


def lines_of(range_: Range) -> tuple[int, int] | None:
    """First and last selected line, counted from 1; None for a mere cursor."""
    start, end = sorted(((range_.start.line, range_.start.character), (range_.end.line, range_.end.character)))
    if start == end:
        return None
    last = end[0] if end[1] == 0 and end[0] > start[0] else end[0] + 1
    return start[0] + 1, last
