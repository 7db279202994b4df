"""A journey as plain text: one line a moment, with the clock and what happened. No colours, no terminal."""

from __future__ import annotations

import re
from collections.abc import Sequence

from taco_lsp.wire.types import Event

MARKS = {"open": "▶", "edit": "✎", "question": "?", "answer": "»", "hint": "»", "run": "⚙", "close": "■"}


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


def markdown(title: str, events: Sequence[Event]) -> str:
    """The same as a Markdown page, with code changes, answers and output in full."""
    parts = [f"# {title}", "", "All times are local.", ""]
    for event in events:
        parts += [f"## {event.at.astimezone():%H:%M:%S} · {event.kind}", "", event.summary, ""]
        parts += _detail(event)
    return "\n".join(parts).rstrip() + "\n"


def _detail(event: Event) -> list[str]:
    detail = event.detail
    if event.kind == "edit":
        return _block("diff", detail["diff"])
    if event.kind == "run":
        return [*_block("text", detail["stdout"]), *_block("text", detail["stderr"])]
    if event.kind in ("answer", "hint"):
        return [*(f"> {line}".rstrip() for line in str(detail["text"]).splitlines()), ""]
    return []


def fenced(language: str, text: str) -> str:
    """Text as a fenced block that nothing in it can close."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def _block(language: str, text: str) -> list[str]:
    return [fenced(language, text), ""] if text.strip() else []
