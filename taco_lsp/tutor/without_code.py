"""Finds the code in an answer, and takes it out, where a teacher allows none."""

from __future__ import annotations

import re
from collections.abc import Sequence

_BLOCK = re.compile(r"^(?P<fence>```+|~~~+)[^\n]*\n(?P<code>.*?)(?:^(?P=fence)[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_COMMENT = re.compile(r"\s*(#|//|$)")


def shows_code(text: str, *, known: Sequence[str]) -> bool:
    """Tell whether a text has a fenced block of code that stands in no known text (see `without_code`)."""
    return without_code(text, known=known, instead="") != text


def without_code(text: str, *, known: Sequence[str], instead: str) -> str:
    """Replace every fenced block that holds more than comments and lines of known texts.

    Args:
        text: Markdown.
        known: texts that may be shown: the student's own code, the teacher's hints.
        instead: what to say in its place.
    """
    lines = {line.strip() for other in known for line in other.splitlines()}

    def judge(found: re.Match[str]) -> str:
        code = found["code"].splitlines()
        harmless = all(_COMMENT.match(line) or line.strip() in lines for line in code)
        return found.group() if harmless else instead

    return _BLOCK.sub(judge, text)
