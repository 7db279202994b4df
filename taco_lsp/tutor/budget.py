"""How long a text is for a model, and how to make it shorter without losing the part that matters.

The estimate is one token for three bytes of UTF-8. Tokenisers differ: English prose takes about four bytes a token,
code three to four, Chinese three. So the estimate is on the safe side, and needs no tokeniser of any vendor.
"""

from __future__ import annotations

from collections.abc import Sequence

BYTES_PER_TOKEN = 3
LONGEST_LINE = 300
"""Characters; a longer line is data or generated, and its beginning tells as much."""


def estimate_tokens(text: str) -> int:
    """Estimate how many tokens a text takes, rather too many than too few."""
    return -(-len(text.encode("utf-8", "replace")) // BYTES_PER_TOKEN)


def cut_end(text: str, tokens: int) -> str:
    """Keep the beginning of a text."""
    if estimate_tokens(text) <= tokens:
        return text
    return f"{_first(text, tokens - _MARK_TOKENS).rstrip()}\n{_mark('the rest')}"


def cut_middle(text: str, tokens: int) -> str:
    """Keep both ends of a text: output tells what was going on first and what went wrong last."""
    if estimate_tokens(text) <= tokens:
        return text
    half = (tokens - _MARK_TOKENS) // 2
    return f"{_first(text, half).rstrip()}\n{_mark('the middle')}\n{_last(text, half).lstrip()}"


def cut_lines(lines: Sequence[str], tokens: int, *, around: int | None = None) -> str:
    """Keep whole lines: the first ones, and those around the line that matters (counted from 1).

    Without such a line the last ones are kept instead. Lines keep the text they have, numbers included.
    """
    short = [line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]} …" for line in lines]
    whole = "\n".join(short)
    if estimate_tokens(whole) <= tokens:
        return whole
    room = tokens - 2 * _MARK_TOKENS
    focus = _window(short, (around or len(short)) - 1, room * 2 // 3)
    head = _window(short, 0, room - room * 2 // 3)
    kept = sorted({*head, *focus})
    parts: list[str] = []
    for before, number in zip([-1, *kept], [*kept, len(short)], strict=True):
        if number > before + 1:
            parts.append(_mark(f"lines {before + 2} to {number}"))
        if number < len(short):
            parts.append(short[number])
    return "\n".join(parts)


def _window(lines: Sequence[str], centre: int, tokens: int) -> range:
    """The lines around one of them that fit, as many below as above while there are any."""
    centre = min(max(centre, 0), len(lines) - 1)
    start, end = centre, centre + 1
    used = estimate_tokens(lines[centre]) + 1
    while start > 0 or end < len(lines):
        above = start > 0 and (centre - start <= end - 1 - centre or end == len(lines))
        used += estimate_tokens(lines[start - 1 if above else end]) + 1
        if used > tokens:
            break
        start, end = (start - 1, end) if above else (start, end + 1)
    return range(start, end)


_MARK_TOKENS = 14


def _mark(what: str) -> str:
    return f"[… {what} left out …]"


def _first(text: str, tokens: int) -> str:
    return text.encode("utf-8", "replace")[: max(0, tokens) * BYTES_PER_TOKEN].decode("utf-8", "ignore")


def _last(text: str, tokens: int) -> str:
    size = max(0, tokens) * BYTES_PER_TOKEN
    return text.encode("utf-8", "replace")[-size:].decode("utf-8", "ignore") if size else ""
