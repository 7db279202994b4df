"""Looks at Python text that does not parse: strings blanked out, brackets counted, neighbours found.

Works on characters only, so it survives any text; where a tree exists, `source` is the better tool.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable
from itertools import pairwise

import attrs

_STRING = re.compile(r"(?P<quote>'|\")(?:\\.|(?!(?P=quote))[^\\])*(?P=quote)")
_TOKEN = re.compile(r"\"[^\"]*\"|'[^']*'|\d[\w.]*|[^\W\d]\w*|\S")
_PAIRS = {")": "(", "]": "[", "}": "{"}
_OPERATOR_WORDS = frozenset(
    {"and", "or", "not", "in", "is", "if", "else", "for", "lambda", "await", "from", "as", "async"}
)


@attrs.frozen
class Bracket:
    """A bracket that was opened; `line` from 1, `column` from 0."""

    character: str
    line: int
    column: int


def mask(text: str) -> str:
    """Blank out what stands inside strings (keeping quotes and columns) and drop a comment at the end."""
    blanked = _STRING.sub(lambda match: match["quote"] + "_" * (len(match[0]) - 2) + match["quote"], text)
    cut = blanked.find("#")
    return blanked if cut < 0 else blanked[:cut].rstrip()


def open_brackets(lines: Iterable[str]) -> list[Bracket]:
    """List the brackets still open after some lines, outermost first."""
    stack: list[Bracket] = []
    for number, line in enumerate(lines, start=1):
        for column, character in enumerate(mask(line)):
            if character in "([{":
                stack.append(Bracket(character, number, column))
            elif character in ")]}" and stack and stack[-1].character == _PAIRS[character]:
                stack.pop()
    return stack


def neighbours(text: str, near: int | None = None) -> tuple[str, str] | None:
    """Find two values that stand side by side with nothing between them, the pair nearest to a column first."""
    tokens = [(match[0], match.start()) for match in _TOKEN.finditer(text)][:200]
    pairs = [
        (left, right, start)
        for (left, _), (right, start) in pairwise(tokens)
        if _is_value(left, ends=True) and _is_value(right, ends=False)
    ]
    if not pairs:
        return None
    left, right, _ = min(pairs, key=lambda pair: abs(pair[2] - (near or 0)))
    return left, right


def _is_value(token: str, *, ends: bool) -> bool:
    first = token[0]
    if first.isdigit() or (first in "'\"" and len(token) > 1):
        return True
    if first.isalpha() or first == "_":
        return token not in _OPERATOR_WORDS and (not keyword.iskeyword(token) or token in {"True", "False", "None"})
    return ends and first in ")]}"


def first_word(text: str) -> str:
    """Give the word a line begins with."""
    match = re.match(r"\s*([^\W\d]\w*)", text)
    return match[1] if match else ""
