"""A journey as plain text: one line a moment, with the clock and what happened. No colours, no terminal."""

from __future__ import annotations

import re
from collections.abc import Sequence

from taco_lsp.wire.types import Event

MARKS = {"open": "▶", "edit": "✎", "question": "?", "answer": "»", "hint": "»", "run": "⚙", "note": "✍", "close": "■"}


def lines(events: Sequence[Event]) -> list[str]:
    """One line for each event, in local time, with a heading for each day."""
    shown: list[str] = []
    day = None
    for event in events:
        at = event.at.astimezone()
        if at.date() != day:
            day = at.date()
            shown.append(f"{day:%A, %d %B %Y}")
        shown.append(f"  {at:%H:%M:%S}  {MARKS[event.kind]} {event.kind:<8}  {event.summary}")
    return shown


def fenced(language: str, text: str) -> str:
    """Text as a fenced block that nothing in it can close."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"
