"""A journey as plain text: one line a moment, with the clock and what happened. No colours, no terminal.

And the text of others made harmless, wherever it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from taco_lsp.wire.types import Event

MARKS = {"open": "▶", "edit": "✎", "question": "?", "answer": "»", "hint": "»", "run": "⚙", "note": "✍", "close": "■"}

_ESCAPE_SEQUENCES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
_HIDDEN = (
    {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n"}
    | {0x7F: "\u2421"}
    | dict.fromkeys(range(0x80, 0xA0), "\ufffd")  # some terminals take these for escape sequences, too
    # Marks that reorder text can make code look like other code (CVE-2021-42574).
    | dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)], "\ufffd")
)


def lines(events: Sequence[Event]) -> list[str]:
    """One line for each event, in local time, with a heading for each day."""
    return [words for words, _ in told(events)]


def told(events: Sequence[Event]) -> Iterator[tuple[str, Event | None]]:
    """The same lines, each with the event that it tells of; None for a heading."""
    day = None
    for event in events:
        at = event.at.astimezone()
        if at.date() != day:
            day = at.date()
            yield f"{day:%A, %d %B %Y}", None
        name = "tests" if event.detail.get("tests") else event.kind
        yield f"  {at:%H:%M:%S}  {MARKS[event.kind]} {name:<8}  {visible(event.summary)}", event


def fenced(language: str, text: str) -> str:
    """Text as a fenced block that nothing in it can close."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def visible(text: str) -> str:
    """Text in which nothing hides: no terminal colours, and control characters shown as symbols."""
    whole_lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _ESCAPE_SEQUENCES.sub("", whole_lines).translate(_HIDDEN)
