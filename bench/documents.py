"""Texts and edits to measure with; the same for every subject and every run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bench.client import frame

_STRIDE = 7919
"""A prime, so that successive edits fall far apart and on every line of a document."""


def python_text(lines: int) -> str:
    """Return a text of so many lines of Python, about 40 characters each."""
    return "".join(f"value_{number:06} = compute(value_{number // 2:06})\n" for number in range(lines))


def edits(uri: str, *, lines: int, count: int) -> Iterator[bytes]:
    """Yield framed one-character edits all over a document; each second one takes back the one before it.

    So the document is the same after any even number of them, however many lines they are spread over.
    """
    for number in range(count):
        line = number // 2 * _STRIDE % lines
        taking_back = number % 2
        change = {"range": _span(line, 4, 4 + taking_back), "text": "" if taking_back else "x"}
        document = {"uri": uri, "version": number + 1}
        params = {"textDocument": document, "contentChanges": [change]}
        yield frame({"method": "textDocument/didChange", "params": params})


def at(uri: str, line: int) -> dict[str, Any]:
    """Params of a request about a place, such as a hover."""
    return {"textDocument": {"uri": uri}, "position": {"line": line, "character": 4}}


def code_action_at(uri: str, line: int) -> dict[str, Any]:
    """Params of a code action request with the cursor at a place."""
    return {"textDocument": {"uri": uri}, "range": _span(line, 4, 4), "context": {"diagnostics": []}}


def _span(line: int, start: int, end: int) -> dict[str, Any]:
    return {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}}
